import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { LightMyRequestResponse } from 'fastify';
import fc from 'fast-check';
import type { DeliverOptions, Front } from '../support';
import { SECRET, SHA, configurationOf, delivery, front, pullRequestPayload, sign, teamOf } from '../support';
import { inject } from '../support/inject';

/** Whatever is sent is answered, in time, with what RFC 9457 wants and with no more than a stranger may know. */

const body = (response: { body: string }) =>
  JSON.parse(response.body) as { code?: string; status?: unknown; reason?: string; errors?: { path: string }[] };
const open: Front[] = [];
const fresh = (...args: Parameters<typeof front>): Front => {
  const made = front(...args);
  open.push(made);
  return made;
};
afterAll(() => Promise.all(open.map(({ app }) => app.close())));
const { deliver, app } = fresh();
const pull = (change: (payload: ReturnType<typeof pullRequestPayload>) => unknown, options?: DeliverOptions) =>
  deliver('pull_request', change(pullRequestPayload()), options);

function isProblem(response: LightMyRequestResponse, status: number, code: string): void {
  expect([response.statusCode, body(response).code]).toEqual([status, code]);
  expect(response.headers).toMatchObject({
    'content-type': expect.stringContaining('application/problem+json'),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.any(String),
  });
  expect(response.body).not.toMatch(/node_modules|\bat .*:\d+:\d+|secret of 32/);
}

describe('a signature that', () => {
  const payload = JSON.stringify(pullRequestPayload());
  it.each<[string, string | string[] | undefined]>([
    ['is missing', undefined],
    ['is empty', ''],
    ['is of another secret', `sha256=${sign(payload, 'another')}`],
    ['is of another body', `sha256=${sign(`${payload} `)}`],
    ['is too short', `sha256=${sign(payload).slice(0, 63)}`],
    ['is too long', `sha256=${sign(payload)}0`],
    ['has no algorithm', sign(payload)],
    ['is no hex', `sha256=${'z'.repeat(64)}`],
    ['is SHA-1', `sha1=${sign(payload).slice(0, 40)}`],
    ['comes twice', `sha256=${sign(payload)}, sha256=${sign(payload)}`],
  ])('%s', async (_, signature) =>
    isProblem(
      await deliver('pull_request', payload, { headers: { 'x-hub-signature-256': signature as string } }),
      401,
      'bad_signature',
    ),
  );

  it('is in capitals is good', async () => {
    expect(
      (await deliver('ping', '{}', { headers: { 'x-hub-signature-256': `SHA256=${sign('{}').toUpperCase()}` } }))
        .statusCode,
    ).toBe(200);
  });

  it('is of SHA-1 alone, as old hooks send it, is none', async () => {
    isProblem(
      await deliver('pull_request', payload, {
        headers: { 'x-hub-signature-256': undefined, 'x-hub-signature': `sha1=${sign(payload).slice(0, 40)}` },
      }),
      401,
      'bad_signature',
    );
  });

  it('is of any active secret is good', async () => {
    const secrets = {
      active: [
        { id: 'current', value: Buffer.from(SECRET) },
        { id: 'previous-1', value: Buffer.from('old') },
      ],
    };
    const { deliver } = fresh(undefined, { secrets });
    expect((await deliver('ping', '{}', { secret: 'old' })).statusCode).toBe(200);
    expect((await deliver('ping', '{}')).statusCode).toBe(200);
  });

  it('is bad a thousand times in a minute is told to stop, and costs the cluster nothing; a good one is not', async () => {
    const { deliver, api } = fresh();
    let last = 0;
    for (let i = 0; i <= 1_000; i++) last = (await deliver('pull_request', payload, { secret: 'wrong' })).statusCode;
    expect([last, api.calls]).toEqual([429, 0]);
    expect((await deliver('ping', '{}')).statusCode).toBe(200);
  });
});

describe('headers', () => {
  it.each<[string, DeliverOptions['headers'], number, string]>([
    ['no event', { 'x-github-event': undefined }, 400, 'bad_request'],
    ['an event of emoji', { 'x-github-event': '\u00f0\u009f' }, 400, 'bad_request'],
    ['no delivery id', { 'x-github-delivery': undefined }, 400, 'bad_request'],
    ['a delivery id of 10 kB', { 'x-github-delivery': 'a'.repeat(10_000) }, 400, 'bad_request'],
    ['a short delivery id', { 'x-github-delivery': 'a' }, 400, 'bad_request'],
    ['a compressed body', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['a type that is none of ours', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['no type', { 'content-type': undefined }, 415, 'unsupported_media_type'],
  ])('%s', async (_, headers, status, code) => isProblem(await deliver('ping', '{}', { headers }), status, code));

  it('may say that the body is not compressed', async () =>
    expect((await deliver('ping', '{}', { headers: { 'content-encoding': 'identity' } })).statusCode).toBe(200));

  it('echo a request id that is one, and no other', async () => {
    expect((await deliver('ping', '{}', { headers: { 'x-request-id': 'abc.1' } })).headers['x-request-id']).toBe(
      'abc.1',
    );
    expect((await deliver('ping', '{}', { headers: { 'x-request-id': 'a b' } })).headers['x-request-id']).not.toBe(
      'a b',
    );
  });
});

describe('a body that', () => {
  it.each<[string, string | Buffer, number, string]>([
    ['is empty', '', 400, 'bad_json'],
    ['is cut off', '{"action":', 400, 'bad_json'],
    ['has a byte order mark', '\ufeff{}', 400, 'bad_json'],
    ['is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'bad_json'],
    ['is a list', '[]', 422, 'invalid_payload'],
    ['is null', 'null', 422, 'invalid_payload'],
    ['is a number', '1e999', 422, 'invalid_payload'],
    ['is a megabyte of brackets', '['.repeat(2 ** 20), 400, 'bad_json'],
  ])('%s', async (_, payload, status, code) => isProblem(await deliver('pull_request', payload), status, code));

  it.each<[string, string]>([
    ['no field payload', 'x=1'],
    ['two fields payload', 'payload=%7B%7D&payload=%7B%7D'],
  ])('is a form with %s', async (_, payload) =>
    isProblem(
      await deliver('ping', payload, { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
      400,
      'bad_request',
    ),
  );

  it('is one byte below the limit is read, and one above is not', async () => {
    const padded = (length: number) => Buffer.concat([Buffer.from('{}'), Buffer.alloc(length - 2, 0x20)]);
    expect((await deliver('ping', padded(25 * 2 ** 20))).statusCode).toBe(200);
    isProblem(await deliver('ping', padded(25 * 2 ** 20 + 1)), 413, 'too_large');
  });

  it('is too large and does not say so before', async () => {
    const headers = { 'content-length': undefined, 'transfer-encoding': 'chunked' };
    isProblem(await deliver('ping', Buffer.alloc(25 * 2 ** 20 + 1, ' '), { headers }), 413, 'too_large');
  });

  // each would take seconds and hundreds of megabytes
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
  it.each<[string, string, string, Record<string, string>?]>([
    ['25 MiB of brackets', '['.repeat(25 * 2 ** 20), 'bad_json'],
    ['24 MiB of empty objects', `[${'{},'.repeat(2 ** 23)}{}]`, 'bad_json'],
    ['24 MiB of zeros', `[${'0,'.repeat(12 * 2 ** 20)}0]`, 'bad_json'],
    ['a form with brackets', `payload=${'['.repeat(20 * 2 ** 20)}`, 'bad_json', FORM],
    ['a form with empty objects', `payload=[${'{},'.repeat(2 ** 22)}{}]`, 'bad_json', FORM],
    ['a form with millions of fields', 'a&'.repeat(2 ** 23), 'bad_request', FORM],
  ])('is %s', async (_, payload, code, headers = {}) =>
    isProblem(await deliver('ping', payload, { headers }), 400, code),
  );

  it('has no length', async () => {
    const response = await inject(app, {
      method: 'POST',
      url: '/webhook/github',
      headers: { 'content-type': 'application/json' },
    });
    isProblem(response, 411, 'length_required');
  });
});

describe('a payload in which', () => {
  type Payload = ReturnType<typeof pullRequestPayload>;
  const cases: [string, (payload: Payload) => unknown, string][] = [
    ...[0, -1, 1.5, 2 ** 53, '7', null].map((number): [string, (payload: Payload) => unknown, string] => [
      `the number is ${number}`,
      (p) => ({ ...p, pull_request: { ...p.pull_request, number } }),
      'pull_request.number',
    ]),
    ...['', 'main', '$(id)', 'a'.repeat(39), 'g'.repeat(40), 7].map(
      (sha): [string, (payload: Payload) => unknown, string] => [
        `the head is '${sha}'`,
        (p) => ({ ...p, pull_request: { ...p.pull_request, head: { ...p.pull_request.head, sha } } }),
        'pull_request.head.sha',
      ],
    ),
    ['the repository is null', (p) => ({ ...p, repository: null }), 'repository'],
    [
      'the id of the repository is 2^53+1',
      (p) => JSON.stringify(p).replace(/"id":\d+/, '"id":9007199254740993'),
      'repository.id',
    ],
    ['the id of the repository is text', (p) => ({ ...p, repository: { ...p.repository, id: '1' } }), 'repository.id'],
    [
      'the name of the repository leads elsewhere',
      (p) => ({ ...p, repository: { ...p.repository, full_name: '../../etc/passwd' } }),
      'repository.full_name',
    ],
    ['the pull request is missing', ({ pull_request: _, ...p }) => p, 'pull_request'],
    [
      'the time is none',
      (p) => ({ ...p, pull_request: { ...p.pull_request, updated_at: 'yesterday' } }),
      'pull_request.updated_at',
    ],
  ];
  it.each(cases)('%s', async (_, change, path) => {
    const response = await pull(change);
    isProblem(response, 422, 'invalid_payload');
    expect(body(response).errors?.map((error) => error.path)).toContain(path);
  });

  it.each<[string, (payload: Payload) => unknown, string]>([
    [
      'the head repository is null',
      (p) => ({ ...p, pull_request: { ...p.pull_request, head: { ...p.pull_request.head, repo: null } } }),
      'untrusted',
    ],
    ['the action is unknown', (p) => ({ ...p, action: 'exploded' }), 'action'],
    [
      'there are keys of prototypes',
      (p) =>
        JSON.stringify({ ...p, action: 'x' }).replace(
          '{',
          '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
        ),
      'action',
    ],
  ])('%s is ignored', async (_, change, reason) => {
    const response = await pull(change);
    expect([response.statusCode, body(response).reason]).toEqual([200, reason]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it.each(['$(rm -rf /)', "'; --", '../../x', 'a\u0000b', '\ud800', '💥'.repeat(200), 'x'.repeat(5_000)])(
    'the branch is %j, which goes to no script',
    async (ref) => {
      const { deliver, requests } = fresh();
      const payload = pullRequestPayload();
      payload.pull_request.head.ref = ref;
      expect((await deliver('pull_request', payload)).statusCode).toBe(202);
      const { pullRequest, ...spec } = requests()[0]!.spec;
      expect(pullRequest!.headRef!.length).toBeLessThanOrEqual(255);
      expect(JSON.stringify(spec)).not.toContain(ref.slice(0, 7));
    },
  );

  it('commits have 64 digits is one of a SHA-256 repository', async () => {
    const { deliver, requests } = fresh();
    await deliver('pull_request', pullRequestPayload({ sha: 'A'.repeat(64) }));
    expect(requests()[0]?.spec.revision).toBe('a'.repeat(64));
  });

  it('the app has the longest name that there may be', async () => {
    const name = `a${'b'.repeat(26)}`;
    const { deliver, requests } = fresh(configurationOf(teamOf('long', { shop: [{ name, repo: 'acme/web' }] })));
    expect((await deliver('pull_request', pullRequestPayload())).statusCode).toBe(202);
    expect(requests()[0]!.metadata.name.length).toBeLessThanOrEqual(20);
  });

  it('the event is unknown', async () =>
    expect(body(await deliver('solar_flare', { any: 'thing' })).reason).toBe('event'));
});

describe('a path or a method', () => {
  it.each<['GET' | 'POST' | 'DELETE', string, number, string, string | undefined]>([
    ['GET', '/webhook/github', 405, 'method_not_allowed', 'POST'],
    ['DELETE', '/webhook/gitea', 405, 'method_not_allowed', 'POST'],
    ['POST', '//webhook/github', 404, 'not_found', undefined],
    ['POST', '/webhook/../webhook/svn', 404, 'not_found', undefined],
    ['GET', '/%zz', 400, 'bad_request', undefined],
    ['GET', '/.git/config', 404, 'not_found', undefined],
  ])('%s %s', async (method, url, status, code, allow) => {
    const response = await inject(app, { method, url });
    isProblem(response, status, code);
    expect(response.headers.allow).toBe(allow);
  });
});

describe('on the wire', () => {
  let port: number;
  const wired = fresh();
  beforeAll(async () => {
    await wired.app.listen({ port: 0, host: '127.0.0.1' });
    port = (wired.app.server.address() as AddressInfo).port;
  });
  /** Everything that is answered until the other end closes, or `until` is seen. */
  const talk = (text: string, until: RegExp, end = false) =>
    new Promise<string>((resolve, reject) => {
      let said = '';
      const socket = connect(port, '127.0.0.1', () => (end ? socket.end(text) : socket.write(text)));
      const finish = () => (socket.destroy(), resolve(said));
      socket.on('data', (chunk) => ((said += chunk.toString()), until.test(said) && finish()));
      socket.on('close', finish).on('error', reject);
    });
  const wire = (event: string, payload: string, extra = '') => {
    const { headers } = delivery(event, payload);
    return `POST /webhook/github HTTP/1.1\r\nhost: x\r\n${Object.entries(headers as Record<string, string>)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}${extra}\r\n${payload}`;
  };

  it('two deliveries in one packet are both answered', async () =>
    expect(((await talk(wire('ping', '{}') + wire('ping', '{}'), /pong[^]*pong/)).match(/pong/g) ?? []).length).toBe(
      2,
    ));

  it('a client that waits for 100 is told to go on', async () =>
    expect(await talk(wire('ping', '{}', 'expect: 100-continue\r\n'), /pong/)).toMatch(
      /^HTTP\/1\.1 100[^]*HTTP\/1\.1 200/,
    ));

  it('a body in chunks is read', async () => {
    const chunked = wire('ping', '{}')
      .replace(/content-length: 2\r\n/, 'transfer-encoding: chunked\r\n')
      .replace(/\{\}$/, '1\r\n{\r\n1\r\n}\r\n0\r\n\r\n');
    expect(await talk(chunked, /pong/)).toContain('pong');
  });

  it('a body that never ends is given up within its time', async () => {
    const start = performance.now();
    expect(
      await talk(wire('ping', '{}').replace('content-length: 2', 'content-length: 200'), /"code":"timeout"/),
    ).toContain('HTTP/1.1 408');
    expect(performance.now() - start).toBeLessThan(9_000);
  });

  it('no HTTP is answered as a bad request', async () =>
    expect(await talk('hello\r\n\r\n', /bad_request/)).toContain('HTTP/1.1 400'));

  it('headers without end are too large', async () =>
    expect(await talk(`GET / HTTP/1.1\r\n${'x: '.padEnd(20_000, 'y')}\r\n\r\n`, /header_too_large/)).toContain(
      'HTTP/1.1 431',
    ));

  it('a client that goes away in the middle does no harm', async () => {
    await talk(wire('ping', '{}').replace('content-length: 2', 'content-length: 200'), /never/, true);
    expect((await wired.deliver('ping', '{}')).statusCode).toBe(200);
  });
});

describe('anything at all', () => {
  const repository = fc.oneof(
    { weight: 5, arbitrary: fc.constant(pullRequestPayload().repository) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
  const mostly = <T>(good: T) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(good as unknown) },
      { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    );
  const payload = fc.record(
    {
      action: fc.constantFrom('opened', 'synchronize', 'closed', 'created', 'rerequested', 'reopened', '', 'edited'),
      repository,
      sender: mostly({ login: 'x' }),
      before: mostly(SHA.b),
      pull_request: fc.oneof(
        fc.record({
          ...Object.fromEntries(
            Object.entries(pullRequestPayload().pull_request).map(([key, value]) => [key, mostly(value)]),
          ),
          body: fc.string({ unit: 'binary' }),
          title: fc.string({ unit: 'binary' }),
        }),
        fc.jsonValue(),
      ),
      issue: mostly({ number: 7, state: 'open', pull_request: {} }),
      comment: mostly({ id: 5, body: '/test', created_at: '2026-05-10T11:00:00Z', author_association: 'OWNER' }),
      check_run: mostly({ id: 5, head_sha: SHA.a, external_id: 'x' }),
      check_suite: mostly({ id: 5, head_sha: SHA.a }),
      is_pull: fc.boolean(),
    },
    { requiredKeys: [] },
  );

  it('signed is answered, and never with a bug', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('pull_request', 'issue_comment', 'check_run', 'check_suite', 'push', 'ping'),
        fc.constantFrom('github' as const, 'gitea' as const),
        fc.oneof({ weight: 4, arbitrary: payload }, { weight: 1, arbitrary: fc.jsonValue() }),
        async (event, to, anything) => {
          const { statusCode } = await deliver(event, JSON.stringify(anything), { to });
          expect([200, 202, 400, 422]).toContain(statusCode);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('unsigned is a bad signature', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) =>
        expect((await deliver('pull_request', Buffer.from(bytes), { secret: 'wrong' })).statusCode).toBe(401),
      ),
      { numRuns: 100 },
    );
  });
});
