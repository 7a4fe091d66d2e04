import type { LightMyRequestResponse } from 'fastify';
import type { DeliverOptions, Front } from '../support';
import { inject } from '../support/inject';
import { SECRET, configurationOf, delivery, front, pullRequestPayload, shop, teamOf } from '../support';

/** The entrance for a listener of Tekton Triggers: it hands on what a Git host sent, and is answered as the host would be. */

/** What a listener makes of a delivery: names of headers as Go writes them, each value a list, the body as a text. */
function wrapped(event: string, payload: unknown, options: DeliverOptions = {}): object {
  const { headers, payload: body } = delivery(event, payload, options);
  const canonical = (name: string) => name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());
  return {
    body,
    header: Object.fromEntries(
      Object.entries(headers as Record<string, string>).map(([name, value]) => [canonical(name), [value]]),
    ),
    extensions: {},
    interceptor_params: {},
    context: {
      event_url: '/',
      event_id: '36ff6b5a-5a9b-4d49-a9ba-1a1a3a1b8e0f',
      trigger_id: 'namespaces/team-payments/triggerGroups/orchestrator',
    },
  };
}

const ask = (
  { app }: Front,
  request: unknown,
  { path = '/triggers', type = 'application/json' } = {},
): Promise<LightMyRequestResponse> => {
  const payload = typeof request === 'string' || Buffer.isBuffer(request) ? request : JSON.stringify(request);
  return inject(app, {
    method: 'POST',
    url: path,
    headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(payload)) },
    payload,
  });
};
const json = (response: LightMyRequestResponse) =>
  JSON.parse(response.body) as {
    code?: string;
    status: { code: number; message: string };
    errors?: { path: string }[];
  };

it('makes what the webhook makes, once at whichever entrance it is asked', async () => {
  const door = front();
  const asked = await ask(door, wrapped('pull_request', pullRequestPayload()));
  const [request, ...more] = door.requests();
  expect(more).toEqual([]);
  expect([asked.statusCode, json(asked)]).toEqual([
    200,
    { continue: false, status: { code: 0, message: `accepted ${request?.metadata.name}` } },
  ]);
  const delivered = await door.deliver('pull_request', pullRequestPayload());
  expect(JSON.parse(delivered.body)).toMatchObject({ status: 'duplicate', pipelinerun: request?.metadata.name });
  expect(json(await ask(door, wrapped('pull_request', pullRequestPayload()))).status.message).toBe(
    `duplicate ${request?.metadata.name}`,
  );
  expect(door.requests()).toHaveLength(1);
});

it('knows Gitea by its headers, though it sends those of GitHub, too', async () => {
  const door = front();
  const { repository, ...payload } = pullRequestPayload();
  const gitea = { ...payload, repository: { ...repository, owner: { login: 'acme' } } };
  const headers = { 'x-github-event': 'pull_request', 'x-github-delivery': 'delivery-0', 'x-hub-signature-256': 'x' };
  expect((await ask(door, wrapped('pull_request', gitea, { to: 'gitea', headers }))).statusCode).toBe(200);
  expect(door.requests()).toHaveLength(1);
});

it('says why nothing follows, in the words of the webhook', async () => {
  const door = front();
  const payload = pullRequestPayload({ draft: true });
  const { reason, detail } = JSON.parse((await door.deliver('pull_request', payload)).body) as Record<string, string>;
  expect(json(await ask(door, wrapped('pull_request', payload)))).toEqual({
    continue: false,
    status: { code: 9, message: `ignored ${reason}: ${detail}` },
  });
  expect(json(await ask(door, wrapped('ping', {}))).status).toEqual({ code: 0, message: 'pong' });
});

it('checks the signature over the body as it was sent', async () => {
  const door = front();
  // spaces, and what Go escapes in JSON
  const body = `${JSON.stringify(pullRequestPayload({ title: '<a> & "b" \u2028' }), null, 2)}\n`;
  const request = wrapped('pull_request', body) as { body: string };
  const escaped = JSON.stringify(request).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
  expect((await ask(door, escaped)).statusCode).toBe(200);
  expect(door.requests()).toHaveLength(1);
  expect(json(await ask(door, { ...request, body: request.body.trim() })).code).toBe('bad_signature');
});

it('takes the secret of a team at its own path, for its own repositories', async () => {
  const desk = teamOf('desk', { desk: [{ name: 'desk', repo: 'acme/desk' }] });
  const active = [
    { id: 'current', value: Buffer.from(SECRET) },
    ...['payments', 'desk'].map((name) => ({ id: `${name}.current`, team: name, value: Buffer.from(`of ${name}`) })),
  ];
  const sent = async (path: string, secret: string) => {
    const door = front(configurationOf(shop(), desk), { secrets: { active } });
    const response = await ask(door, wrapped('pull_request', pullRequestPayload(), { secret }), { path });
    return [response.statusCode, json(response).code ?? json(response).status.code, door.requests().length];
  };
  expect(await sent('/triggers/payments', 'of payments')).toEqual([200, 0, 1]);
  expect(await sent('/triggers/payments', SECRET)).toEqual([401, 'bad_signature', 0]);
  expect(await sent('/triggers', 'of payments')).toEqual([401, 'bad_signature', 0]);
  expect(await sent('/triggers/desk', 'of desk')).toEqual([403, 'repo_not_in_team', 0]);
  expect(await sent('/triggers/nobody', SECRET)).toEqual([503, 'no_secret', 0]);
});

describe('refuses', () => {
  const good = wrapped('pull_request', pullRequestPayload()) as { body: string; header: Record<string, string[]> };
  const { 'X-Hub-Signature-256': signature, ...unsigned } = good.header;
  it.each<[string, unknown, number, string]>([
    ['no JSON', '{', 400, 'bad_json'],
    ['a list', [], 400, 'bad_request'],
    ['headers that are no lists', { ...good, header: { 'X-Github-Event': 'ping' } }, 400, 'bad_request'],
    ['a body that is no text', { ...good, body: { action: 'opened' } }, 400, 'bad_request'],
    [
      'a delivery of no type',
      { ...good, header: { ...good.header, 'Content-Type': [] } },
      415,
      'unsupported_media_type',
    ],
    ['a delivery of no signature', { ...good, header: unsigned }, 401, 'bad_signature'],
    [
      'one of two',
      { ...good, header: { ...good.header, 'X-Hub-Signature-256': [...signature!, 'x'] } },
      401,
      'bad_signature',
    ],
    [
      'one of another secret',
      wrapped('pull_request', pullRequestPayload(), { secret: 'a guess' }),
      401,
      'bad_signature',
    ],
    [
      'a delivery of no event',
      wrapped('pull_request', pullRequestPayload(), { headers: { 'x-github-event': undefined } }),
      400,
      'bad_request',
    ],
    ['a payload that is no JSON', wrapped('pull_request', '{'), 400, 'bad_json'],
    [
      'a payload that is not what its event says',
      wrapped('pull_request', { action: 'opened' }),
      422,
      'invalid_payload',
    ],
    ['a delivery that is too large', wrapped('ping', `{}${' '.repeat(5 * 2 ** 20)}`), 413, 'too_large'],
    ['a request that is too large', Buffer.alloc(8 * 2 ** 20, ' '), 413, 'too_large'],
  ])('%s', async (_, request, status, code) => {
    const door = front();
    const response = await ask(door, request);
    expect([response.statusCode, json(response).code, door.api.calls]).toEqual([status, code, 0]);
    expect(response.headers['content-type']).toContain('application/problem+json');
  });

  it('a request of another type', async () =>
    expect(json(await ask(front(), good, { type: 'application/x-www-form-urlencoded' })).code).toBe(
      'unsupported_media_type',
    ));

  it('what is malformed at its place', async () =>
    expect(json(await ask(front(), { ...good, body: 7 })).errors?.map(({ path }) => path)).toEqual(['body']));
});

it('says that it is not certain where the cluster does not answer, so that the listener logs it', async () => {
  const door = front(undefined, { configuration: { current: undefined } });
  const response = await ask(door, wrapped('pull_request', pullRequestPayload()));
  expect([response.statusCode, json(response).code]).toEqual([503, 'config_unavailable']);
});

it.each<[string, string, number]>([
  ['headers that are none', '"k":0,', 2 ** 20],
  ['headers', '"k":[""],', 3 * 2 ** 20],
])('is not kept busy by %s of whoever sends them unsigned', async (_, unit, bytes) => {
  const headers = Array.from({ length: bytes / unit.length }, (_, index) => unit.replace('k', `k${index}`));
  const body = `{"body":"","header":{${headers.join('')}"z":[]}}`;
  const answer = await ask(front(), body);
  expect([answer.statusCode, json(answer).code]).toEqual([400, 'bad_json']);
  // what is wrong with each would be megabytes
  expect(answer.body.length).toBeLessThan(1_000);
});
