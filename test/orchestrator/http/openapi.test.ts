import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HTTPMethods, LightMyRequestResponse } from 'fastify';
import { OPERATIONS } from '../../../orchestrator/src/http/operations';
import { api, withWebhooks } from '../support/api';
import { checkAnswer } from '../support/inject';

const server = () => withWebhooks(api());

it('is shown to everybody, and says of each route how it is asked', async () => {
  const { body, status } = await server().call('GET', '/openapi.json');
  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.1');
  expect(body.paths['/api/run'].post).toMatchObject({
    security: [{ token: [] }, { session: [], csrf: [] }],
    parameters: [{ name: 'idempotency-key', in: 'header', required: false }],
    requestBody: { required: true },
  });
  expect(body.paths['/api/runs'].get.parameters.map(({ name }: { name: string }) => name)).toContain('state');
  expect(body.paths['/api/runs/{name}'].get.parameters).toEqual([
    { name: 'name', in: 'path', required: true, schema: { type: 'string' } },
    { name: 'namespace', in: 'query', required: false, schema: expect.objectContaining({ type: 'string' }) },
  ]);
  expect(body.components.securitySchemes).toMatchObject({ token: { type: 'http', scheme: 'bearer' } });
});

it('has the routes that there are, and no others', async () => {
  const { app } = server();
  await app.ready();
  const described = OPERATIONS.map(({ method, path }) => ({
    method: method.toUpperCase() as HTTPMethods,
    url: path.replace('{path}', '*').replace(/\{(\w+)\}/g, ':$1'),
  }));
  expect(described.filter((route) => !app.hasRoute(route))).toEqual([]);
  const lines = app.printRoutes({ commonPrefix: false }).match(/\((?:GET|POST)[^)]*\)/g);
  expect(lines).toHaveLength(described.length);
});

describe('an answer of a test', () => {
  const answer = (body: object, statusCode = 200, type = 'application/json') =>
    ({
      statusCode,
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    }) as unknown as LightMyRequestResponse;
  const problem = {
    type: 'about:blank',
    title: '',
    status: 409,
    code: 'conflict',
    detail: '',
    error: '',
    requestId: 'r',
  };

  it.each<[string, string, string, LightMyRequestResponse]>([
    ['another field', 'GET', '/healthz', answer({ status: 'ok', more: 1 })],
    ['a field less', 'POST', '/api/runs/x/cancel', answer({ status: 'cancelled' })],
    ['another status', 'POST', '/api/runs/x/cancel', answer({ status: 'cancelled', name: 'x' }, 202)],
    ['another type', 'GET', '/healthz', answer({ status: 'ok' }, 200, 'text/plain')],
    ['another route', 'GET', '/api/nothing', answer({})],
    ["another route's problem", 'POST', '/api/run', answer(problem, 409, 'application/problem+json')],
  ])('with %s is told', (_, method, url, given) => expect(() => checkAnswer(method, url, given)).toThrow(/openapi/));

  it('as the document has it is good', () => {
    checkAnswer('GET', '/healthz', answer({ status: 'ok' }));
    checkAnswer('POST', '/api/runs/x/cancel', answer(problem, 409, 'application/problem+json'));
  });
});

it('no test asks past it', () => {
  const folder = join(__dirname, '..');
  const asking = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && readFileSync(join(folder, file), 'utf8').includes('.inject('),
  );
  // the first is the way, the second asks a server that has a route of its own
  expect(asking.sort()).toEqual(['http/openapi.test.ts', 'http/server.test.ts', 'support/inject.ts']);
});
