import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '../../lib/kube/client';
import type { KubeClient } from '../../lib/kube/client';
import { createObject, listLive } from '../../lib/cli/cluster';

/** A server that knows a few paths; test/cluster/ asks a real one. */
let answers: Record<string, object>;
const asked: string[] = [];
const server = createServer((request, response) => {
  const key = keyOf(request);
  asked.push(key);
  const { code = 200, ...body } = (answers[key] ?? { code: 404, message: 'not found' }) as { code?: number };
  request.resume().on('end', () => response.writeHead(code).end(JSON.stringify(body)));
});
const keyOf = ({ method, url }: IncomingMessage): string => `${method} ${url?.split('?')[0]}`;
let cluster: KubeClient;
let address: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cluster = createClient({ getCurrentCluster: () => ({ server: address }), applyToHTTPSOptions: async () => {} });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked.length = 0;
  answers = {
    'GET /api/v1': {
      resources: [
        { name: 'services/status', kind: 'Service' },
        { name: 'services', kind: 'Service' },
      ],
    },
    'GET /apis/example.com/v1': { resources: [{ name: 'things', kind: 'Thing' }] },
  };
});

const object = (apiVersion: string, kind: string, name: string, namespace?: string) => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
});

it('lists each kind of each namespace once, and nothing of a kind that the cluster does not know', async () => {
  answers['GET /api/v1/namespaces/a/services'] = { items: [{ metadata: { name: 'web' } }], metadata: {} };
  answers['GET /apis/example.com/v1/things'] = { items: [], metadata: {} };
  const objects = await listLive(cluster, [
    object('v1', 'Service', 'web', 'a'),
    object('v1', 'Service', 'other', 'a'),
    object('example.com/v1', 'Thing', 'one'),
    object('example.com/v1', 'Unknown', 'one'),
    object('missing.example.com/v1', 'Thing', 'one'),
  ]);
  expect(objects).toEqual([{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }]);
  expect(asked.sort()).toEqual([
    'GET /api/v1',
    'GET /api/v1/namespaces/a/services',
    'GET /apis/example.com/v1',
    'GET /apis/example.com/v1/things',
    'GET /apis/missing.example.com/v1',
  ]);
});

it('says which kind the cluster would not list, in its words', async () => {
  answers['GET /api/v1/namespaces/a/services'] = { code: 403, message: 'you may not list services' };
  await expect(listLive(cluster, [object('v1', 'Service', 'web', 'a')])).rejects.toThrow(
    `${address}: cannot be asked for services of v1 in namespace a: you may not list services`,
  );
});

it('creates an object, and says what the cluster has called it', async () => {
  answers['POST /apis/example.com/v1/namespaces/a/things'] = { metadata: { name: 'thing-x' } };
  expect(await createObject(cluster, object('example.com/v1', 'Thing', 'thing-', 'a'))).toBe('thing-x');
});

it('says why an object was not created', async () => {
  answers['POST /apis/example.com/v1/namespaces/a/things'] = { code: 422, message: 'spec is missing' };
  await expect(createObject(cluster, object('example.com/v1', 'Thing', 'one', 'a'))).rejects.toThrow(
    `${address}: did not take the Thing: spec is missing`,
  );
  await expect(createObject(cluster, object('example.com/v1', 'Unknown', 'one', 'a'))).rejects.toThrow(
    `${address}: has no Unknown of example.com/v1 (expected its CustomResourceDefinition to be installed)`,
  );
  answers['GET /apis/example.com/v1'] = { code: 500, message: 'not today' };
  await expect(createObject(cluster, object('example.com/v1', 'Thing', 'one', 'a'))).rejects.toThrow(
    `${address}: cannot be asked for example.com/v1: not today`,
  );
});
