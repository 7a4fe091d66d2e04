import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { InputError } from '../../../lib/words/problem';
import type { Log } from '../log';
import { BODY_MAX, hasBody } from './body';
import type { Code } from './problem';
import { HttpProblem } from './problem';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Set when the process is told to end. */
export interface Lifecycle {
  readonly draining: boolean;
  /** The last ones are answered; new ones are refused. */
  readonly closing: boolean;
}

/** A server that knows no route yet, and answers whatever goes wrong with a problem document. */
export function createServer(log: Log, lifecycle: Lifecycle): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_MAX,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    // a client that is slow to say what it wants holds a socket and nothing else
    http: { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 },
    keepAliveTimeout: 65_000,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) =>
      void tell(toProblem(error, request, log), request, reply as unknown as FastifyReply),
    clientErrorHandler(error, socket) {
      if (!socket.writable) return;
      const problem = new HttpProblem(CLIENT_ERRORS[error.code] ?? 'bad_request');
      const body = JSON.stringify(problem.body(randomUUID()));
      socket.end(
        `HTTP/1.1 ${problem.status} ${problem.code}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${SAFE_LINES}connection: close\r\n\r\n${body}`,
      );
    },
  });
  app.removeAllContentTypeParsers();
  // a body stays in its stream until route, method and caller are known; whoever takes it reads it within limits
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const routes: { readonly method: string; readonly pattern: RegExp }[] = [];
  app.addHook(
    'onRoute',
    ({ method, url }) =>
      void [method]
        .flat()
        .forEach((one) =>
          routes.push({ method: one, pattern: new RegExp(`^${url.replace('*', '.+').replace(/:[a-z]+/g, '[^/]+')}$`) }),
        ),
  );
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(always(request));
    done(lifecycle.closing ? new HttpProblem('draining') : undefined);
  });
  // a connection that is kept leads here again, and holds up the end; and what is left of a body would be read first
  app.addHook('onSend', ({ raw }, reply, payload, done) => {
    const isUnread = hasBody(raw) && !raw.readableEnded;
    if (lifecycle.draining || isUnread) void reply.header('connection', 'close');
    done(null, payload);
  });
  app.setErrorHandler((error: Error, request, reply) => tell(toProblem(error, request, log), request, reply));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const methods = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    const problem =
      methods.length > 0
        ? new HttpProblem('method_not_allowed', undefined, { headers: { allow: methods.join(', ') } })
        : new HttpProblem('not_found');
    return tell(problem, request, reply);
  });
  return app;
}

/** What a caller wrote may be in any answer, so a browser must not guess that it is a page. */
const SAFE = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;
const always = ({ id }: FastifyRequest) => ({ 'x-request-id': id, ...SAFE });

const SAFE_LINES = Object.entries(SAFE)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');

const CLIENT_ERRORS: Readonly<Record<string, Code>> = {
  HPE_HEADER_OVERFLOW: 'header_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
};

/** What fastify itself refuses. */
const STATUSES: Readonly<Record<number, Code>> = {
  400: 'bad_request',
  404: 'not_found',
  413: 'too_large',
  414: 'bad_request',
  415: 'unsupported_media_type',
};

function toProblem(error: Error, request: FastifyRequest, log: Log): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof InputError) return new HttpProblem('invalid_request', undefined, { problems: error.problems });
  const code = STATUSES[(error as FastifyError).statusCode ?? 0];
  if (code) return new HttpProblem(code);
  log.error(
    { requestId: request.id, error: error.message, stack: error.stack, path: request.url.split('?')[0] },
    'a request failed for a reason that is a bug',
  );
  return new HttpProblem('internal', 'nothing more is known; the log has it under the request id');
}

function tell(problem: HttpProblem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const delivery = request.headers['x-github-delivery'] ?? request.headers['x-gitea-delivery'];
  const deliveryId = typeof delivery === 'string' && delivery.length <= 64 ? delivery : undefined;
  // serialized here: fastify would make `application/problem+json` of it only if it knew the type
  return reply
    .code(problem.status)
    .headers({ ...always(request), ...problem.headers() })
    .type('application/problem+json')
    .send(JSON.stringify(problem.body(request.id, deliveryId)));
}
