import { createHmac } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { resolveFleet } from '../../lib/fleet/resolve-fleet';
import type { RunRequest } from '../../lib/runs/ask/run-request';
import { configOf } from '../../lib/output/team/orchestrator';
import { compile } from '../../lib/runs/configuration/compile';
import type { Configuration, TeamConfig } from '../../lib/runs/configuration/configuration';
import type { Facts } from '../../lib/runs/decisions/decision';
import { createServer } from '../../orchestrator/src/http/server';
import type { DeliveryDeps } from '../../orchestrator/src/http/delivery';
import { webhookRoutes } from '../../orchestrator/src/http/webhook';
import type { KubeApi } from '../../lib/kube/api';
import { ApiError } from '../../lib/kube/api';
import { createLog } from '../../orchestrator/src/log';
import { createMetrics } from '../../orchestrator/src/metrics';
import { inject } from './support/inject';
import { knownRequests, requestKeys } from '../../orchestrator/src/requests/known';

/** The time of the payloads below. */
export const NOW = Date.parse('2026-05-10T12:00:00Z');
export const SECRET = 'a secret of 32 characters or more';
export const SHA = { a: 'a'.repeat(40), b: 'b'.repeat(40), c: 'c'.repeat(40), merge: 'f'.repeat(40) } as const;
export const silent = createLog('silent');

export interface AppOutline {
  readonly name: string;
  readonly repo: string;
  readonly contextDir?: string;
  readonly downstream?: readonly string[];
}

/** A team as synth resolves it, of stacks that are lists of apps. */
export function teamOf(
  name: string,
  stacks: Readonly<Record<string, readonly AppOutline[]>>,
  gitBase?: string,
): TeamConfig {
  const app = ({ name, repo, contextDir, downstream = [] }: AppOutline, called: boolean) => ({
    name,
    repo,
    ...(contextDir !== undefined && { 'context-dir': contextDir }),
    'propagation-role':
      downstream.length > 0 ? (called ? 'forwarder' : 'originator') : called ? 'terminal' : 'originator',
    // each reads its own folder alone
    build: { tool: 'npm', ...(contextDir !== undefined && { inputs: [] }) },
    downstream,
    tests: {},
  });
  const files = Object.entries(stacks).map(([stack, apps]) => {
    const called = new Set(apps.flatMap(({ downstream = [] }) => downstream));
    return {
      file: `stacks/${stack}.yaml`,
      text: JSON.stringify({
        name: stack,
        description: `Stack ${stack}`,
        apps: apps.map((one) => app(one, called.has(one.name))),
      }),
    };
  });
  const props = {
    name,
    namespace: `team-${name}`,
    cluster: 'kind-x',
    imageRegistry: 'registry.example.com/x',
    environment: { namespace: `staging-${name}` },
    stacks: files.map(({ file }) => file),
    ...(gitBase && { git: { baseURL: gitBase } }),
  };
  const [team] = resolveFleet({ teams: [{ file: `teams/${name}/team.ts`, props }], stacks: files }).fleet.teams;
  return configOf(team!);
}

/** `web` calls `cart` calls `stock`, each in a repository of its own. */
export const SHOP: readonly AppOutline[] = [
  { name: 'web', repo: 'acme/web', downstream: ['cart'] },
  { name: 'cart', repo: 'acme/cart', downstream: ['stock'] },
  { name: 'stock', repo: 'acme/stock' },
];
export const shop = (): TeamConfig => teamOf('payments', { shop: SHOP });

export const configurationOf = (...teams: readonly TeamConfig[]): Configuration =>
  compile(
    teams.map((team) => ({ name: `${team.namespace}/config`, text: JSON.stringify(team) })),
    new Map(),
    1,
  ).configuration;

/** Facts of a cluster that holds these requests. */
export function factsOf(requests: readonly RunRequest[] = [], asked: Facts['asked'] = {}): Facts {
  const teams = [...new Set(requests.map(({ spec }) => spec.team))].map((name) => ({
    name,
    namespace: `team-${name}`,
  }));
  return {
    now: NOW,
    known: knownRequests(
      storeOf(() => requests),
      () => teams,
    ),
    asked,
  };
}

export interface PullOptions {
  readonly host?: string;
  readonly repo?: string;
  readonly action?: string;
  readonly number?: number;
  readonly sha?: string;
  readonly author?: string;
  readonly sender?: string;
  readonly edited?: object;
  readonly before?: string;
  readonly at?: string;
  readonly fork?: boolean | 'deleted';
  readonly association?: string;
  readonly draft?: boolean;
  readonly merged?: boolean;
  readonly mergeSha?: string | null;
  readonly base?: string;
  readonly title?: string;
  readonly body?: string | null;
}

const repositoryOf = (fullName: string, host = 'github.com') => ({
  id: 1000 + fullName.length,
  full_name: fullName,
  html_url: `https://${host}/${fullName}`,
  clone_url: `https://${host}/${fullName}.git`,
  default_branch: 'main',
});

/** A `pull_request` payload with the fields that GitHub sends and we read. */
export function pullRequestPayload({
  host,
  repo = 'acme/web',
  action = 'opened',
  number = 7,
  sha = SHA.a,
  before,
  at = '2026-05-10T11:00:00Z',
  fork = false,
  association = 'CONTRIBUTOR',
  draft = false,
  merged = false,
  mergeSha = merged ? SHA.merge : null,
  base = 'main',
  title = 'A change',
  body = null,
  author = 'dev',
  sender = 'dev',
  edited,
}: PullOptions = {}) {
  const repository = repositoryOf(repo, host);
  const headRepo = fork === 'deleted' ? null : fork ? { ...repositoryOf('stranger/web'), id: 666 } : repository;
  return {
    action,
    number,
    ...(before !== undefined && { before, after: sha }),
    repository,
    sender: { login: sender },
    ...(edited && { changes: edited }),
    pull_request: {
      number,
      user: { login: author },
      state: action === 'closed' ? 'closed' : 'open',
      draft,
      merged,
      merge_commit_sha: mergeSha,
      title,
      body,
      author_association: association,
      updated_at: at,
      head: { ref: 'feature', sha, repo: headRepo },
      base: { ref: base, sha: SHA.c, repo: repository },
    },
  };
}

export const commentPayload = ({
  repo = 'acme/web',
  number = 7,
  id = 900,
  body = '/test',
  at = '2026-05-10T11:30:00Z',
  association = 'MEMBER',
  action = 'created',
  open = true,
  pull = true,
} = {}) => ({
  action,
  repository: repositoryOf(repo),
  sender: { login: 'maintainer' },
  issue: {
    number,
    state: open ? 'open' : 'closed',
    ...(pull && { pull_request: { url: 'https://api.github.com/x' } }),
  },
  comment: { id, body, created_at: at, author_association: association },
});

/** As a watch tells of these. */
export const storeOf = (list: () => readonly RunRequest[]) => ({
  list,
  get: (namespace: string, name: string) =>
    list().find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
  indexed: (key: string) => list().filter((request) => requestKeys(request).includes(key)),
});

/** The part of the API server that requests are created with; it can be told to fail. */
export class FakeApi implements Pick<KubeApi, 'create' | 'get'> {
  readonly objects = new Map<string, RunRequest>();
  calls = 0;
  /** Before each creation: throw, wait, or let it be. */
  fault: (attempt: number) => Promise<void> | void = () => undefined;
  /** After each creation, when it is done: the answer may be lost. */
  lose: (attempt: number) => Promise<void> | void = () => undefined;

  async create<T>(_kind: unknown, namespace: string | undefined, body: object): Promise<T> {
    const attempt = ++this.calls;
    await this.fault(attempt);
    const request = body as RunRequest;
    const key = `${namespace}/${request.metadata.name}`;
    if (this.objects.has(key)) throw new ApiError('exists', 409, 'AlreadyExists');
    const created = {
      ...request,
      metadata: {
        ...request.metadata,
        uid: `uid-${this.objects.size}`,
        creationTimestamp: new Date(NOW).toISOString(),
      },
    };
    this.objects.set(key, created);
    await this.lose(attempt);
    return created as T;
  }

  get = async <T>(_kind: unknown, namespace: string, name: string): Promise<T | undefined> =>
    this.objects.get(`${namespace}/${name}`) as T | undefined;

  /** As a watch tells of them; `blind` sees nothing. */
  store = storeOf(() => [...this.objects.values()]);
}

export interface Front {
  readonly app: FastifyInstance;
  readonly api: FakeApi;
  readonly metrics: ReturnType<typeof createMetrics>;
  deliver(event: string, payload: unknown, options?: DeliverOptions): Promise<LightMyRequestResponse>;
  requests(): readonly RunRequest[];
}

export interface DeliverOptions {
  readonly to?: 'github' | 'gitea';
  readonly guid?: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** The webhook as it is served, on a cluster in memory. @param blind whether the watch is behind: nothing is known */
export function front(
  configuration: Configuration | undefined = configurationOf(shop()),
  { api = new FakeApi(), blind = false, ...over }: { api?: FakeApi; blind?: boolean } & Partial<DeliveryDeps> = {},
): Front {
  const metrics = createMetrics();
  const app = createServer(silent, { draining: false, closing: false });
  const store = blind ? storeOf(() => []) : api.store;
  const known = knownRequests(store, () => configuration?.teams.values() ?? []);
  const deps: DeliveryDeps = {
    configuration: { current: configuration },
    secrets: { active: [{ id: 'current', value: Buffer.from(SECRET) }] },
    creator: { api, known: blind ? { ...known, remember: () => undefined } : known, metrics },
    metrics,
    log: silent,
    now: () => NOW,
    ...over,
  };
  void app.register(async (scope) => webhookRoutes(scope, deps));
  return {
    app,
    api,
    metrics,
    requests: () => [...api.objects.values()],
    deliver: (event, payload, options) => inject(app, delivery(event, payload, options)),
  };
}

let count = 0;
export const sign = (body: string | Buffer, secret = SECRET): string =>
  createHmac('sha256', secret).update(body).digest('hex');

export function delivery(
  event: string,
  payload: unknown,
  { to = 'github', guid = `delivery-${++count}`, secret = SECRET, headers = {} }: DeliverOptions = {},
): InjectOptions {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  const hex = sign(body, secret);
  const own =
    to === 'github'
      ? { 'x-github-event': event, 'x-github-delivery': guid, 'x-hub-signature-256': `sha256=${hex}` }
      : { 'x-gitea-event': event, 'x-gitea-delivery': guid, 'x-gitea-signature': hex };
  return {
    method: 'POST',
    url: `/webhook/${to}`,
    headers: Object.fromEntries(
      Object.entries({
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        ...own,
        ...headers,
      }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>,
    payload: body,
  };
}
