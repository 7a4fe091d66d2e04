import * as http from 'node:http';
import * as https from 'node:https';
import { ApiError } from './api';

/** One HTTP request at a time to one API server, over connections that are kept. */

/** How to reach an API server and prove who asks: the part of client-node's KubeConfig that the transport uses. */
export interface Credentials {
  getCurrentCluster(): { readonly server: string; readonly proxyUrl?: string } | null;
  applyToHTTPSOptions(options: https.RequestOptions): Promise<void>;
}

/** One request. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  /** The content type of the body. */
  readonly type?: string;
  readonly signal: AbortSignal;
  /** Whether the answer has no end. Each team has a few such streams, so they must not use up the connections of the other calls. */
  readonly isStream?: true;
}

/** Sends a request. @returns the response when its head has arrived with a 2xx @throws ApiError otherwise */
export type Send = (request: Request) => Promise<http.IncomingMessage>;

const CALLS_AT_ONCE = 64;
const TCP_KEEPALIVE_MS = 30_000;

/**
 * Opens no connection yet. The transport reads the credentials again for each request, because the tokens of pods and of
 * login plugins change. docs/decisions/hand-written-kubernetes-client.md says why this is not client-node's own transport.
 */
export function createTransport(credentials: Credentials): Send {
  const cluster = credentials.getCurrentCluster();
  if (!cluster) throw new Error('the configuration names no current cluster');
  const { protocol, hostname, port, pathname } = new URL(cluster.server);
  const { request, Agent } = protocol === 'http:' ? http : https;
  let agents: { readonly calls: http.Agent; readonly streams: http.Agent } | undefined;
  return async ({ method, path, body, type, signal, isStream }) => {
    const options: https.RequestOptions = {};
    await credentials.applyToHTTPSOptions(options).catch((error: Error) => {
      throw new ApiError(`there are no credentials for the API server: ${error.message}`);
    });
    const createAgent = (maxSockets: number): http.Agent =>
      cluster.proxyUrl === undefined
        ? new Agent({
            ...options,
            agent: undefined,
            headers: undefined,
            keepAlive: true,
            maxSockets,
          } as https.AgentOptions)
        : (options.agent as http.Agent);
    agents ??= { calls: createAgent(CALLS_AT_ONCE), streams: createAgent(Infinity) };
    const agent = isStream ? agents.streams : agents.calls;
    const headers = {
      ...options.headers,
      accept: 'application/json, */*',
      ...(body !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
    };
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request(
        {
          agent,
          hostname,
          port,
          method,
          path: `${pathname.replace(/\/$/, '')}${path}`,
          headers,
          auth: options.auth,
          signal,
        },
        resolve,
      )
        .on('socket', (socket) => socket.setKeepAlive(true, TCP_KEEPALIVE_MS))
        .on('error', (error) => reject(unanswered(error, signal, `${method} ${path}`)))
        .end(body);
    });
    if (response.statusCode !== undefined && response.statusCode < 300) return response;
    throw refusal(response, await readText(response, signal));
  };
}

/** Reads a response to its end. */
export async function readText(response: http.IncomingMessage, signal: AbortSignal): Promise<string> {
  let text = '';
  for await (const chunk of readChunks(response, signal)) text += chunk;
  return text;
}

/** Yields each line when it is complete. A broken stream is an error here; readline would take it for the end. */
export async function* readLines(response: http.IncomingMessage, signal: AbortSignal): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of readChunks(response, signal)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Yields what arrives as it arrives. */
export async function* readChunks(response: http.IncomingMessage, signal: AbortSignal): AsyncGenerator<string> {
  try {
    for await (const chunk of response.setEncoding('utf8')) yield chunk as string;
  } catch (error) {
    throw unanswered(error as Error, signal);
  }
}

const unanswered = (error: Error, signal: AbortSignal, asked?: string): ApiError =>
  new ApiError(
    [
      signal.aborted ? 'the API server did not answer in time' : `the API server cannot be reached: ${error.message}`,
      ...(asked === undefined ? [] : [`(${asked})`]),
    ].join(' '),
  );

function refusal({ statusCode, headers }: http.IncomingMessage, body: string): ApiError {
  const retryAfter = Number(headers['retry-after']) || undefined;
  try {
    const { message, reason } = JSON.parse(body) as { readonly message?: string; readonly reason?: string };
    return new ApiError(message ?? `HTTP ${statusCode}`, statusCode, reason, retryAfter);
  } catch {
    // a proxy answers in words of its own
    return new ApiError(`HTTP ${statusCode}`, statusCode, undefined, retryAfter);
  }
}
