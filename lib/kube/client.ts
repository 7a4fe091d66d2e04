import { ApiError } from './api';
import type { KindRef, KubeApi, List, PatchOptions, WatchEvent, WatchFrom } from './api';
import type { Credentials } from './transport';
import { createTransport, readChunks, readLines, readText } from './transport';

/** The one client of an API server: the orchestrator and the command line both use it. connect.ts finds the cluster. */

/** The verbs of an API server, and what it says about itself. */
export interface KubeClient extends KubeApi {
  /** The address of the API server, for messages. */
  readonly server: string;
  /** Lists the resources of `v1` or `group/version`; none if the server does not know that version. */
  resources(apiVersion: string): Promise<readonly Resource[]>;
}

/** A kind of object that an API server has. */
export interface Resource {
  readonly kind: string;
  /** The plural, which paths name it by. */
  readonly name: string;
}

const ANSWER_WITHIN_MS = 8_000;
const PAGE = 100;
const PODS: KindRef = { apiVersion: 'v1', plural: 'pods' };
const PATCH_TYPES = { merge: 'application/merge-patch+json', json: 'application/json-patch+json' } as const;

/** Creates a client; nothing is sent until its first call. Each call but a watch has a time limit. */
export function createClient(credentials: Credentials): KubeClient {
  const send = createTransport(credentials);
  const call = async (method: string, path: string, body?: object, type = 'application/json'): Promise<string> => {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    return readText(await send({ method, path, body: body && JSON.stringify(body), type, signal }), signal);
  };
  const callJson = async <T>(...request: Parameters<typeof call>): Promise<T> => parsed<T>(await call(...request));
  async function* pages<T>(
    ...[kind, namespace, labelSelector, fieldSelector]: Parameters<KubeApi['pages']>
  ): AsyncGenerator<List<T>> {
    let next = '';
    do {
      const { items, metadata }: Page<T> = await callJson<Page<T>>(
        'GET',
        `${pathOf(kind, namespace)}?${query({ labelSelector, fieldSelector, limit: String(PAGE), continue: next })}`,
      );
      yield { items, resourceVersion: metadata.resourceVersion };
      next = metadata.continue ?? '';
    } while (next !== '');
  }
  return {
    server: credentials.getCurrentCluster()?.server ?? '',

    async resources(apiVersion) {
      const answer = await undefinedIfMissing(
        callJson<{ readonly resources?: readonly Resource[] }>('GET', versionPath(apiVersion)),
      );
      // subresources such as `services/status` bear the kind of their parent, or another one
      return answer?.resources?.filter(({ name }) => !name.includes('/')) ?? [];
    },

    get: <T>(kind: KindRef, namespace: string | undefined, name: string) =>
      undefinedIfMissing(callJson<T>('GET', pathOf(kind, namespace, name))),

    async list<T>(...request: Parameters<KubeApi['list']>): Promise<List<T>> {
      const items: T[] = [];
      let resourceVersion = '';
      for await (const page of pages<T>(...request)) {
        items.push(...page.items);
        resourceVersion = page.resourceVersion;
      }
      return { items, resourceVersion };
    },

    pages,

    create: <T>(kind: KindRef, namespace: string | undefined, body: object) =>
      callJson<T>('POST', pathOf(kind, namespace), body),

    patch: <T>(
      kind: KindRef,
      namespace: string,
      name: string,
      patch: object,
      { type = 'merge', subresource }: PatchOptions = {},
    ) =>
      callJson<T>(
        'PATCH',
        [pathOf(kind, namespace, name), ...(subresource === undefined ? [] : [subresource])].join('/'),
        patch,
        PATCH_TYPES[type],
      ),

    async delete(kind, namespace, name, preconditions): Promise<void> {
      const options = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background', preconditions };
      await undefinedIfMissing(call('DELETE', pathOf(kind, namespace, name), options));
    },

    log: (namespace, pod, { container, tailLines, limitBytes }) =>
      call(
        'GET',
        `${pathOf(PODS, namespace, pod)}/log?${query({ container, tailLines: String(tailLines), limitBytes: String(limitBytes) })}`,
      ),

    async *follow(namespace, pod, { container, limitBytes, soFar = false }, signal) {
      const parameters = { container, follow: String(!soFar), limitBytes: String(limitBytes) };
      const path = `${pathOf(PODS, namespace, pod)}/log?${query(parameters)}`;
      yield* readChunks(await send({ method: 'GET', path, signal, isStream: true }), signal);
    },

    async *watch<T>(
      kind: KindRef,
      namespace: string | undefined,
      { resourceVersion, selector, fields, timeoutSeconds }: WatchFrom,
      signal: AbortSignal,
    ) {
      const parameters = {
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion,
        labelSelector: selector,
        fieldSelector: fields,
        timeoutSeconds: String(timeoutSeconds),
      };
      const path = `${pathOf(kind, namespace)}?${query(parameters)}`;
      const response = await send({ method: 'GET', path, signal, isStream: true });
      for await (const line of readLines(response, signal)) yield parsed<WatchEvent<T>>(line);
    },
  };
}

/** @throws ApiError for what is no answer of an API server: a proxy before it may say anything with status 200 */
function parsed<T>(text: string): T {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if (typeof answer === 'object' && answer !== null) return answer as T;
  throw new ApiError('the answer is not an object: something else than the API server answers there');
}

interface Page<T> {
  readonly items: readonly T[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

const versionPath = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

const pathOf = ({ apiVersion, plural }: KindRef, namespace: string | undefined, name?: string): string =>
  [
    versionPath(apiVersion),
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    plural,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
  ].join('/');

const query = (values: Readonly<Record<string, string | undefined>>): string =>
  new URLSearchParams(
    Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])),
  ).toString();

async function undefinedIfMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
