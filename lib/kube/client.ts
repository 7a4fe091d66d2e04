import * as http from 'node:http';
import * as https from 'node:https';

/**
 * The verbs of the Kubernetes API that the orchestrator uses, over kept connections, each with a time limit.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 */

export interface KindRef {
  /** `v1` or `group/version`. */
  readonly apiVersion: string;
  readonly plural: string;
}

export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
}

export interface List<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

export interface PatchOptions {
  /** @default merge */
  readonly type?: 'merge' | 'json';
  readonly subresource?: 'status';
}

export interface LogEnd {
  readonly container: string;
  readonly tailLines: number;
  /** Of these lines, from their beginning. */
  readonly limitBytes: number;
}

export interface KubeApi {
  /** @returns undefined if there is none */
  get<T>(kind: KindRef, namespace: string, name: string): Promise<T | undefined>;
  /** @param selector of labels @param fields selector of fields */
  list<T>(kind: KindRef, namespace: string | undefined, selector?: string, fields?: string): Promise<List<T>>;
  /** The same in parts, for what would be too much at once. */
  pages<T>(kind: KindRef, namespace: string | undefined, selector?: string, fields?: string): AsyncIterable<List<T>>;
  /** @throws ApiError, also where an object of that name exists (409) */
  create<T>(kind: KindRef, namespace: string | undefined, body: object): Promise<T>;
  /** A merge patch with `metadata.resourceVersion` changes that version or nothing (409). */
  patch<T>(kind: KindRef, namespace: string, name: string, patch: object, options?: PatchOptions): Promise<T>;
  /** One that is not there is as good as deleted. */
  delete(
    kind: KindRef,
    namespace: string,
    name: string,
    preconditions?: { readonly uid?: string; readonly resourceVersion?: string },
  ): Promise<void>;
  /** The last lines that a container of a pod has written. @throws ApiError, also where pod or container are not there */
  log(namespace: string, pod: string, end: LogEnd): Promise<string>;
  /** Events after a version, until the server ends the stream, or `signal` does. */
  watch<T>(
    kind: KindRef,
    namespace: string | undefined,
    from: WatchFrom,
    signal: AbortSignal,
  ): AsyncIterable<WatchEvent<T>>;
}

export interface WatchFrom {
  readonly resourceVersion: string;
  readonly selector?: string;
  readonly fields?: string;
  readonly timeoutSeconds: number;
}

/** What the API server answered instead, or why there was no answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Whether it may have been done all the same: asking again must be harmless. */
  readonly unknown: boolean;

  constructor(
    message: string,
    /** HTTP status; undefined: there was no answer. */
    readonly status?: number,
    /** `reason` of the Status object, such as `AlreadyExists`. */
    readonly reason?: string,
    /** Seconds that the server asks to wait. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.unknown = status === undefined || status >= 500;
  }
}

export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 409;
/** A quota is made room in, or not counted yet; a right is given, or not known to an API server that has just begun, nor what it admits by. */
const FOR_NOW =
  /exceeded quota|status unknown for quota|cannot create resource|not yet ready to handle request|being terminated/;
/** Forbidden now, and not for good: worth asking again. */
export const isForbiddenForNow = ({ status, message }: ApiError): boolean => status === 403 && FOR_NOW.test(message);
export const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 410;

/** How to reach and convince an API server: the part of client-node's KubeConfig that is used. */
export interface Credentials {
  getCurrentCluster(): { readonly server: string; readonly proxyUrl?: string } | null;
  applyToHTTPSOptions(options: https.RequestOptions): Promise<void>;
}

const ANSWER_WITHIN_MS = 8_000;
const PAGE = 100;
const CALLS_AT_ONCE = 64;
const PODS: KindRef = { apiVersion: 'v1', plural: 'pods' };
const PATCH_TYPES = { merge: 'application/merge-patch+json', json: 'application/json-patch+json' } as const;

/** The cluster of KUBECONFIG or ~/.kube/config; in a pod, its own. Loaded when it is needed, and no more of it: it is the heaviest package. */
export async function connect(): Promise<KubeApi> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromDefault();
  return kubeApi(config);
}

export function kubeApi(credentials: Credentials): KubeApi {
  const send = transport(credentials);
  const plain = async (method: string, path: string, body?: object, type = 'application/json'): Promise<string> => {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    return text(await send({ method, path, body: body && JSON.stringify(body), type, signal }), signal);
  };
  const json = async <T>(...asked: Parameters<typeof plain>): Promise<T> => JSON.parse(await plain(...asked)) as T;
  async function* pages<T>(
    ...[kind, namespace, labelSelector, fieldSelector]: Parameters<KubeApi['pages']>
  ): AsyncGenerator<List<T>> {
    let next = '';
    do {
      const { items, metadata }: Page<T> = await json<Page<T>>(
        'GET',
        `${pathOf(kind, namespace)}?${query({ labelSelector, fieldSelector, limit: String(PAGE), continue: next })}`,
      );
      yield { items, resourceVersion: metadata.resourceVersion };
      next = metadata.continue ?? '';
    } while (next !== '');
  }
  return {
    get: <T>(kind: KindRef, namespace: string, name: string) => absent(json<T>('GET', pathOf(kind, namespace, name))),

    async list<T>(...asked: Parameters<KubeApi['list']>): Promise<List<T>> {
      const items: T[] = [];
      let resourceVersion = '';
      for await (const page of pages<T>(...asked)) {
        items.push(...page.items);
        resourceVersion = page.resourceVersion;
      }
      return { items, resourceVersion };
    },

    pages,

    create: <T>(kind: KindRef, namespace: string | undefined, body: object) =>
      json<T>('POST', pathOf(kind, namespace), body),

    patch: <T>(
      kind: KindRef,
      namespace: string,
      name: string,
      patch: object,
      { type = 'merge', subresource }: PatchOptions = {},
    ) =>
      json<T>(
        'PATCH',
        [pathOf(kind, namespace, name), ...(subresource === undefined ? [] : [subresource])].join('/'),
        patch,
        PATCH_TYPES[type],
      ),

    async delete(kind, namespace, name, preconditions): Promise<void> {
      const options = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background', preconditions };
      await absent(json('DELETE', pathOf(kind, namespace, name), options));
    },

    log: (namespace, pod, { container, tailLines, limitBytes }) =>
      plain(
        'GET',
        `${pathOf(PODS, namespace, pod)}/log?${query({ container, tailLines: String(tailLines), limitBytes: String(limitBytes) })}`,
      ),

    async *watch<T>(
      kind: KindRef,
      namespace: string | undefined,
      { resourceVersion, selector, fields, timeoutSeconds }: WatchFrom,
      signal: AbortSignal,
    ) {
      const asked = {
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion,
        labelSelector: selector,
        fieldSelector: fields,
        timeoutSeconds: String(timeoutSeconds),
      };
      const response = await send({
        method: 'GET',
        path: `${pathOf(kind, namespace)}?${query(asked)}`,
        signal,
        isStream: true,
      });
      for await (const line of lines(response, signal)) yield JSON.parse(line) as WatchEvent<T>;
    },
  };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

function pathOf({ apiVersion, plural }: KindRef, namespace: string | undefined, name?: string): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return [
    group,
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    plural,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
  ].join('/');
}

const query = (values: Readonly<Record<string, string | undefined>>): string =>
  new URLSearchParams(
    Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])),
  ).toString();

async function absent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  readonly signal: AbortSignal;
  /** Its answer has no end: it must not take a connection from the others, and there are some for each team. */
  readonly isStream?: true;
}

/**
 * Sends over connections that are kept, the credentials read anew for each request: tokens of pods and of login
 * plugins change. (client-node's own calls open a connection each, and its Watch cannot be given up before it answers.)
 * @returns the response once its head is there, if it is a 2xx
 */
function transport(credentials: Credentials): (request: Request) => Promise<http.IncomingMessage> {
  const cluster = credentials.getCurrentCluster();
  if (!cluster) throw new Error('no cluster to talk to: set KUBECONFIG, or run in a pod');
  const { protocol, hostname, port, pathname } = new URL(cluster.server);
  const { request, Agent } = protocol === 'http:' ? http : https;
  let agents: { readonly calls: http.Agent; readonly streams: http.Agent } | undefined;
  return async ({ method, path, body, type, signal, isStream }) => {
    const options: https.RequestOptions = {};
    await credentials.applyToHTTPSOptions(options);
    const agentOf = (maxSockets: number): http.Agent =>
      cluster.proxyUrl === undefined
        ? new Agent({
            ...options,
            agent: undefined,
            headers: undefined,
            keepAlive: true,
            maxSockets,
          } as https.AgentOptions)
        : (options.agent as http.Agent);
    agents ??= { calls: agentOf(CALLS_AT_ONCE), streams: agentOf(Infinity) };
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
        .on('socket', (socket) => socket.setKeepAlive(true, 30_000))
        .on('error', (error) => reject(noAnswer(error, signal)))
        .end(body);
    });
    if (response.statusCode !== undefined && response.statusCode < 300) return response;
    throw refused(response, await text(response, signal));
  };
}

async function text(response: http.IncomingMessage, signal: AbortSignal): Promise<string> {
  let whole = '';
  for await (const chunk of chunks(response, signal)) whole += chunk;
  return whole;
}

/** A stream that breaks is an error here, which readline would take for its end. */
async function* lines(response: http.IncomingMessage, signal: AbortSignal): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks(response, signal)) {
    const whole = (rest + chunk).split('\n');
    rest = whole.pop() ?? '';
    yield* whole;
  }
}

async function* chunks(response: http.IncomingMessage, signal: AbortSignal): AsyncGenerator<string> {
  try {
    for await (const chunk of response.setEncoding('utf8')) yield chunk as string;
  } catch (error) {
    throw noAnswer(error as Error, signal);
  }
}

const noAnswer = (error: Error, signal: AbortSignal): ApiError =>
  new ApiError(
    signal.aborted ? 'the API server did not answer in time' : `the API server cannot be reached: ${error.message}`,
  );

function refused({ statusCode, headers }: http.IncomingMessage, body: string): ApiError {
  const retryAfter = Number(headers['retry-after']) || undefined;
  try {
    const { message, reason } = JSON.parse(body) as { readonly message?: string; readonly reason?: string };
    return new ApiError(message ?? `HTTP ${statusCode}`, statusCode, reason, retryAfter);
  } catch {
    // a proxy answers in its own words
    return new ApiError(`HTTP ${statusCode}`, statusCode, undefined, retryAfter);
  }
}
