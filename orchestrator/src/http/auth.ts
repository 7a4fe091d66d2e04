import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { RUN_REQUEST } from '../../../lib/runs/ask/run-request';
import { API_AUDIENCE } from '../../../lib/words/names';
import { ApiError } from '../../../lib/kube/api';
import type { KubeApi } from '../../../lib/kube/api';
import { HttpProblem } from './problem';

/** Who asks, and what the cluster lets him do with requests for runs. */
export interface Caller {
  readonly name: string;
  /** Of one who signed in: as the cluster knows them. */
  readonly groups?: readonly string[];
  /** Of one who signed in: what the page shows with everything that changes something, and when he must sign in again. */
  readonly session?: { readonly csrf: string; readonly expires: Date };
  /** @param verb of RBAC on runrequests.tekton-dag.io; `readLogs` is `get` on pods/log */
  may(verb: Verb, namespace: string): Promise<boolean>;
}

export const VERBS = ['list', 'create', 'patch', 'release', 'readLogs'] as const;
export type Verb = (typeof VERBS)[number];
/** @throws HttpProblem: unauthorized, forbidden, not_from_page, api_unavailable */
export type Authenticate = (request: FastifyRequest) => Promise<Caller>;

/** The cookie of a session; with `__Host-` before it, wherever it is for https alone. */
export const SESSION_COOKIE = 'tekton-dag-session';
/** Bears what `/api/me` tells the page as `csrf`. */
export const CSRF_HEADER = 'x-csrf-token';

/** A token where one is shown, else the session of a browser. */
export const tokenOrSession =
  (token: Authenticate, session: Authenticate): Authenticate =>
  (request) =>
    request.headers.authorization === undefined ? session(request) : token(request);

/** Whether a request only reads. */
export const isReading = ({ method }: Pick<FastifyRequest, 'method'>): boolean => method === 'GET' || method === 'HEAD';

const LOOPBACK = /^(?:127\.|::ffff:127\.|::1$)/;

/**
 * For a machine of one's own: programs on it may do everything, and the page that this very server shows there may read. A page of
 * anybody else's may do nothing: the browser says whose page it is (`Origin`, `Sec-Fetch-Site`), or names another host where a name
 * of it was made to lead here (`Host`).
 */
export const loopbackOnly: Authenticate = async (request) => {
  const { origin, host = '', 'sec-fetch-site': site } = request.headers;
  if (!LOOPBACK.test(request.socket.remoteAddress ?? ''))
    throw new HttpProblem('forbidden', 'without authentication the API answers callers on this machine alone');
  const isOwn =
    (origin === undefined || origin === `http://${host}`) && (site === undefined || OWN_SITES.includes(String(site)));
  if (!isOwn || !isHere(host))
    throw new HttpProblem(
      'forbidden',
      'without authentication the API answers programs on this machine, and no web page of others',
    );
  const isOfPage = origin !== undefined || site !== undefined;
  if (isOfPage && !isReading(request))
    throw new HttpProblem('forbidden', 'without authentication a page may read, and change nothing');
  return { name: 'loopback', may: async (verb) => !isOfPage || READING.includes(verb) };
};

const READING: readonly Verb[] = ['list', 'readLogs'];
/** What a browser says of a page of the same server, and of an address that somebody typed. */
const OWN_SITES: readonly string[] = ['same-origin', 'none'];
const HERE = ['localhost', '127.0.0.1', '[::1]'];
const isHere = (host: string): boolean =>
  URL.canParse(`http://${host}`) && HERE.includes(new URL(`http://${host}`).hostname);

const KEPT_MS = { good: 60_000, bad: 5_000 } as const;
const KEPT_MAX = 5_000;

/** Somebody as the cluster knows him. https://kubernetes.io/docs/reference/access-authn-authz/authentication/ */
export interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Makes a caller of whoever it is, however that is known: the cluster says what he may do, and its answer is kept for a minute. */
export type CallerOf = (user: User) => Caller;

/** https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access */
export function callersOf(api: Pick<KubeApi, 'create'>): CallerOf {
  const rights = new Kept<boolean>((allowed) => allowed);
  return (user) => {
    const { username, uid, groups, extra } = user;
    const key = digest(JSON.stringify([username, uid, groups, extra]));
    return {
      name: username,
      may: (verb, namespace) => rights.of(`${key} ${verb} ${namespace}`, () => access(api, user, verb, namespace)),
    };
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Asks the cluster whose token it is; what it says is kept for a minute. Without its answer nobody is let in. */
export function tokenReview(api: Pick<KubeApi, 'create'>, callerOf: CallerOf = callersOf(api)): Authenticate {
  const users = new Kept<User | undefined>((user) => user !== undefined);
  return async ({ headers: { authorization } }) => {
    const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthorized();
    const user = await users.of(digest(token), () => review(api, token));
    if (user === undefined) throw unauthorized();
    return callerOf(user);
  };
}

/** @param detail what a caller of this kind does about it */
export const unauthorized = (detail?: string) =>
  new HttpProblem('unauthorized', detail, { headers: { 'www-authenticate': 'Bearer' } });

async function review(api: Pick<KubeApi, 'create'>, token: string): Promise<User | undefined> {
  const { status } = await ask<{ status?: { authenticated?: boolean; user?: User; audiences?: string[] } }>(
    api,
    'authentication.k8s.io/v1',
    'TokenReview',
    'tokenreviews',
    { token, audiences: [API_AUDIENCE] },
  );
  return status?.authenticated && status.audiences?.includes(API_AUDIENCE) ? status.user : undefined;
}

async function access(
  api: Pick<KubeApi, 'create'>,
  { username, uid, groups, extra }: User,
  verb: Verb,
  namespace: string,
): Promise<boolean> {
  const resourceAttributes = {
    namespace,
    ...(verb === 'readLogs'
      ? { group: '', resource: 'pods', subresource: 'log', verb: 'get' }
      : { group: RUN_REQUEST.group, resource: RUN_REQUEST.plural, verb }),
  };
  const { status } = await ask<{ status?: { allowed?: boolean } }>(
    api,
    'authorization.k8s.io/v1',
    'SubjectAccessReview',
    'subjectaccessreviews',
    { user: username, uid, groups, extra, resourceAttributes },
  );
  return status?.allowed ?? false;
}

async function ask<T>(
  api: Pick<KubeApi, 'create'>,
  apiVersion: string,
  kind: string,
  plural: string,
  spec: object,
): Promise<T> {
  try {
    return await api.create<T>({ apiVersion, plural }, undefined, { apiVersion, kind, spec });
  } catch (error) {
    if (error instanceof ApiError) throw new HttpProblem('api_unavailable', 'the cluster cannot be asked who you are');
    throw error;
  }
}

/** Answers that hold for a while, the bad ones for less. Who asks while an answer is awaited gets the same one. */
class Kept<T> {
  private readonly answers = new Map<string, { readonly value: T; readonly until: number }>();
  private readonly awaited = new Map<string, Promise<T>>();

  constructor(private readonly isGood: (value: T) => boolean) {}

  async of(key: string, find: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const kept = this.answers.get(key);
    if (kept && kept.until > now) return kept.value;
    const awaited = this.awaited.get(key) ?? this.ask(key, find);
    this.awaited.set(key, awaited);
    return awaited;
  }

  private async ask(key: string, find: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const value = await find().finally(() => this.awaited.delete(key));
    if (this.answers.size >= KEPT_MAX) this.answers.clear();
    this.answers.set(key, { value, until: now + (this.isGood(value) ? KEPT_MS.good : KEPT_MS.bad) });
    return value;
  }
}
