import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { RUN_REQUEST } from '../../../lib/runs/ask/run-request';
import { ApiError } from '../../../lib/kube/api';
import type { KubeApi } from '../../../lib/kube/api';
import { HttpProblem } from './problem';

/** Who asks, and what the cluster lets him do with requests for runs. */
export interface Caller {
  readonly name: string;
  /** @param verb of RBAC on runrequests.tekton-dag.io, or `readLogs` */
  may(verb: Verb, namespace: string): Promise<boolean>;
}

export type Verb = 'list' | 'create' | 'patch' | 'release' | 'readLogs';
/** @throws HttpProblem: unauthorized, forbidden, api_unavailable */
export type Authenticate = (request: FastifyRequest) => Promise<Caller>;

const LOOPBACK = /^(?:127\.|::ffff:127\.|::1$)/;

/**
 * For a machine of one's own: whoever is on it may do everything. A page that is open in a browser there is none of them: the
 * browser says whose page it is (`Origin`), or names another host where a name of it was made to lead here (`Host`).
 */
export const loopbackOnly: Authenticate = async ({
  socket,
  headers: { origin, host = '', 'sec-fetch-site': site },
}) => {
  if (!LOOPBACK.test(socket.remoteAddress ?? ''))
    throw new HttpProblem('forbidden', 'without authentication the API answers callers on this machine alone');
  const isOfPage = origin !== undefined || (site !== undefined && site !== 'none' && site !== 'same-origin');
  if (isOfPage || !isHere(host))
    throw new HttpProblem(
      'forbidden',
      'without authentication the API answers programs on this machine, and no web page',
    );
  return { name: 'loopback', may: async () => true };
};

const HERE = ['localhost', '127.0.0.1', '[::1]'];
const isHere = (host: string): boolean =>
  URL.canParse(`http://${host}`) && HERE.includes(new URL(`http://${host}`).hostname);

/** What a token must be made for: one that is shown to us is of no use to us elsewhere. `kubectl create token … --audience` */
export const AUDIENCE = 'tekton-dag-orchestrator';
const KEPT_MS = { good: 60_000, bad: 5_000 } as const;
const KEPT_MAX = 5_000;

interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Asks the cluster whose token it is and what he may do; what it says is kept for a minute. Without its answer nobody is
 * let in. https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
export function tokenReview(api: Pick<KubeApi, 'create'>): Authenticate {
  const users = new Kept<User | undefined>((user) => user !== undefined);
  const rights = new Kept<boolean>((allowed) => allowed);
  return async ({ headers: { authorization } }) => {
    const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthorized();
    const key = createHash('sha256').update(token).digest('base64');
    const user = await users.of(key, () => review(api, token));
    if (user === undefined) throw unauthorized();
    return {
      name: user.username,
      may: (verb, namespace) => rights.of(`${key} ${verb} ${namespace}`, () => access(api, user, verb, namespace)),
    };
  };
}

const unauthorized = () => new HttpProblem('unauthorized', undefined, { headers: { 'www-authenticate': 'Bearer' } });

async function review(api: Pick<KubeApi, 'create'>, token: string): Promise<User | undefined> {
  const { status } = await ask<{ status?: { authenticated?: boolean; user?: User; audiences?: string[] } }>(
    api,
    'authentication.k8s.io/v1',
    'TokenReview',
    'tokenreviews',
    { token, audiences: [AUDIENCE] },
  );
  return status?.authenticated && status.audiences?.includes(AUDIENCE) ? status.user : undefined;
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

/** Answers that hold for a while, the bad ones for less. */
class Kept<T> {
  private readonly answers = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(private readonly isGood: (value: T) => boolean) {}

  async of(key: string, find: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const kept = this.answers.get(key);
    if (kept && kept.until > now) return kept.value;
    const value = await find();
    if (this.answers.size >= KEPT_MAX) this.answers.clear();
    this.answers.set(key, { value, until: now + (this.isGood(value) ? KEPT_MS.good : KEPT_MS.bad) });
    return value;
  }
}
