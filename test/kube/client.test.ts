import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError } from '../../lib/kube/api';
import { createClient } from '../../lib/kube/client';
import type { KubeObject } from '../../lib/kube/api';
import type { KubeClient } from '../../lib/kube/client';

const THINGS = { apiVersion: 'example.com/v1', plural: 'things' };
type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let answer: Answer;
const seen: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    answer(request, response, body);
  });
});
let api: KubeClient;
let tokens = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = createClient({
    getCurrentCluster: () => ({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/` }),
    async applyToHTTPSOptions(options) {
      options.headers = { authorization: `Bearer token-${++tokens}` };
    },
  });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => (seen.length = 0));

const json =
  (status: number, body: object): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const failure = async (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => Promise.reject(new Error('it was done')),
    (error: ApiError) => error,
  );

it('asks for one object, with credentials that are read anew each time', async () => {
  answer = json(200, { metadata: { name: 'one' } });
  await api.get(THINGS, 'ns', 'one');
  await api.get({ apiVersion: 'v1', plural: 'pods' }, 'ns', 'a/b');
  expect(seen.map(({ url }) => url)).toEqual([
    '/base/apis/example.com/v1/namespaces/ns/things/one',
    '/base/api/v1/namespaces/ns/pods/a%2Fb',
  ]);
  expect(seen[0]?.headers.authorization).not.toBe(seen[1]?.headers.authorization);
});

it('finds nothing where there is nothing, and has deleted what is not there', async () => {
  answer = json(404, { message: 'not found', reason: 'NotFound' });
  expect(await api.get(THINGS, 'ns', 'one')).toBeUndefined();
  await api.delete(THINGS, 'ns', 'one', { uid: 'u' });
  expect(JSON.parse(seen[1]!.body)).toMatchObject({ kind: 'DeleteOptions', preconditions: { uid: 'u' } });
});

it('knows the resources of a version, and none of a version that the server does not know', async () => {
  answer = json(200, {
    resources: [
      { name: 'things/status', kind: 'Thing' },
      { name: 'things', kind: 'Thing' },
    ],
  });
  expect(await api.resources('example.com/v1')).toEqual([{ name: 'things', kind: 'Thing' }]);
  answer = json(404, { message: 'not found' });
  expect(await api.resources('v1')).toEqual([]);
  expect(seen.map(({ url }) => url)).toEqual(['/base/apis/example.com/v1', '/base/api/v1']);
});

it('fails as an API server does where it gets no credentials', async () => {
  const client = createClient({
    getCurrentCluster: () => ({ server: 'https://127.0.0.1:1' }),
    applyToHTTPSOptions: () => Promise.reject(new Error('the login plugin failed')),
  });
  const error = await failure(client.get(THINGS, 'ns', 'one'));
  expect([error.message, error.unknown]).toEqual([
    'there are no credentials for the API server: the login plugin failed',
    true,
  ]);
});

it('lists page by page', async () => {
  const pages = [
    { items: [1, 2], metadata: { resourceVersion: '7', continue: 'more' } },
    { items: [3], metadata: { resourceVersion: '7' } },
  ];
  answer = (request, response, body) =>
    json(200, pages[request.url?.includes('continue=more') ? 1 : 0]!)(request, response, body);
  expect(await api.list(THINGS, undefined, 'a=b', 'metadata.name=x')).toEqual({
    items: [1, 2, 3],
    resourceVersion: '7',
  });
  expect(seen[0]?.url).toBe(
    '/base/apis/example.com/v1/things?labelSelector=a%3Db&fieldSelector=metadata.name%3Dx&limit=100',
  );
});

it('reads the end of a log as text', async () => {
  answer = (_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('one\n{"two": 2}\n');
  expect(await api.log('ns', 'pod', { container: 'step-x', tailLines: 20, limitBytes: 100 })).toBe('one\n{"two": 2}\n');
  expect(seen[0]?.url).toBe('/base/api/v1/namespaces/ns/pods/pod/log?container=step-x&tailLines=20&limitBytes=100');
  answer = json(404, { message: 'pods "pod" not found', reason: 'NotFound' });
  expect(await failure(api.log('ns', 'pod', { container: 'step-x', tailLines: 20, limitBytes: 100 }))).toMatchObject({
    status: 404,
  });
});

it('follows a log to its end, or takes what there is so far', async () => {
  answer = (_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('one\ntwo');
  for (const soFar of [undefined, true]) {
    let text = '';
    const log = { container: 'step-x', limitBytes: 100, soFar };
    for await (const piece of api.follow('ns', 'pod', log, new AbortController().signal)) text += piece;
    expect(text).toBe('one\ntwo');
  }
  expect(seen.map(({ url }) => url?.split('?')[1])).toEqual([
    'container=step-x&follow=true&limitBytes=100',
    'container=step-x&follow=false&limitBytes=100',
  ]);
});

it('patches as it is told', async () => {
  answer = json(200, {});
  await api.patch(THINGS, 'ns', 'one', { status: {} }, { subresource: 'status' });
  await api.patch(THINGS, 'ns', 'one', [{ op: 'remove', path: '/x' }], { type: 'json' });
  expect(seen.map(({ method, url, headers }) => [method, url?.split('things')[1], headers['content-type']])).toEqual([
    ['PATCH', '/one/status', 'application/merge-patch+json'],
    ['PATCH', '/one', 'application/json-patch+json'],
  ]);
});

it.each([
  [409, false],
  [422, false],
  [500, true],
  [503, true],
])('says of %d whether it may have been done: %s', async (status, unknown) => {
  answer = json(status, { message: 'why', reason: 'Because' });
  expect(await failure(api.create(THINGS, 'ns', {}))).toMatchObject({
    status,
    reason: 'Because',
    message: 'why',
    unknown,
  });
});

it('knows nothing of a call whose answer is lost', async () => {
  answer = (request) => void request.socket.destroy();
  const error = await failure(api.create(THINGS, 'ns', {}));
  expect(error).toBeInstanceOf(ApiError);
  expect([error.status, error.unknown]).toEqual([undefined, true]);
});

it('is answered however many watches go on', async () => {
  const stops = Array.from({ length: 200 }, () => new AbortController());
  let watching = 0;
  answer = (request, response, body) =>
    request.url?.includes('watch=true')
      ? (watching++, void response.writeHead(200).flushHeaders())
      : json(200, {})(request, response, body);
  const watches = stops.map(({ signal }) =>
    api
      .watch<KubeObject>(THINGS, 'ns', { resourceVersion: '5', timeoutSeconds: 9 }, signal)
      [Symbol.asyncIterator]()
      .next()
      .catch(() => undefined),
  );
  await api.get(THINGS, 'ns', 'one');
  while (watching < stops.length) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const stop of stops) stop.abort();
  await Promise.all(watches);
});

describe('a watch', () => {
  const watch = (signal = new AbortController().signal) =>
    api.watch<KubeObject>(THINGS, 'ns', { resourceVersion: '5', timeoutSeconds: 9 }, signal);
  const event = (name: string) => JSON.stringify({ type: 'ADDED', object: { metadata: { name } } });

  const toEnd = async (events: ReturnType<typeof watch>): Promise<void> => {
    for await (const { type } of events) expect(type).toBe('ADDED');
  };

  it('gives events as they come, wherever a chunk ends', async () => {
    answer = (_, response) => {
      const text = `${event('één')}\n${event('two')}\n`;
      const bytes = Buffer.from(text);
      // inside a letter
      const cut = text.indexOf('é') + 1;
      response.write(bytes.subarray(0, cut));
      setTimeout(() => response.end(bytes.subarray(cut)), 20);
    };
    const names: string[] = [];
    for await (const { object } of watch()) names.push(object.metadata.name);
    expect(names).toEqual(['één', 'two']);
    expect(seen[0]?.url).toBe(
      '/base/apis/example.com/v1/namespaces/ns/things?watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=9',
    );
  });

  it('fails when its line breaks, and does not just end', async () => {
    answer = (request, response) => {
      response.write(`${event('one')}\n`);
      setTimeout(() => request.socket.destroy(), 20);
    };
    expect(await failure(toEnd(watch()))).toMatchObject({ unknown: true });
  });

  it('can be given up before it answers', async () => {
    answer = () => {};
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    expect(await failure(toEnd(watch(stop.signal)))).toMatchObject({ unknown: true });
  });
});

it.each(['<html>welcome</html>', '', 'null', '"text"'])(
  'does not take what is no object for an answer, whatever its status: %s',
  async (text) => {
    answer = (_, response) => void response.writeHead(200).end(text);
    for (const call of [
      api.get(THINGS, 'ns', 'one'),
      api.create(THINGS, 'ns', {}),
      api.patch(THINGS, 'ns', 'one', {}),
    ]) {
      const error = await failure(call);
      expect([error.name, error.unknown, error.message]).toEqual([
        'ApiError',
        true,
        expect.stringContaining('something else than the API server'),
      ]);
    }
  },
);
