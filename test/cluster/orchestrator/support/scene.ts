import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadAll } from 'js-yaml';
import type { QueueKind } from '../../../../lib/fleet/queue';
import { ApiError } from '../../../../lib/kube/api';
import { createClient } from '../../../../lib/kube/client';
import type { Credentials } from '../../../../lib/kube/transport';
import type { KindRef, KubeApi } from '../../../../lib/kube/api';
import { LEASES, REQUESTS, RUNS, isFinal, isPending } from '../../../../orchestrator/src/queue/objects';
import type { Request, Run } from '../../../../orchestrator/src/queue/objects';
import { LABELS } from '../../../../lib/words/labels';
import type { Made } from '../../../orchestrator/support/team';
import { pipelinesIn, team } from '../../../orchestrator/support/team';
import { applyObjects, awaitKinds, kubectl } from '../../kubectl';
import { adminOf } from './admin';
import { History } from './history';
import { Program } from './replica';
import type { Replica } from './replica';
import { Tekton } from './tekton';

const ROOT = join(__dirname, '../../../..');
/** User that replicas speak as. */
export const ACCOUNT = 'orchestrator';

export interface SceneOptions {
  /** @default - that of KUBECONFIG */
  readonly kubeconfig?: string;
  /** Address of its API, and host of the teams' repositories; without one there is no token to ask with. */
  readonly github?: string;
  /** Host of a team's repositories, by namespace: of two teams that have the same, neither gets it. @default - that of `github`, else github.com */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Who lets runs go on. @default - slots */
  readonly queue?: QueueKind;
  /** Settings of the program, beside its own. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** Namespaces of teams, their configuration, what stands in for Tekton, and replicas of the program. */
export class Scene {
  readonly history: History;
  readonly tekton: Tekton;
  readonly program: Program;
  /** Folder of the teams' configuration. */
  readonly folder = mkdtempSync(join(tmpdir(), 'teams-'));

  private constructor(
    readonly api: KubeApi,
    credentials: Credentials,
    readonly limits: ReadonlyMap<string, number>,
    ends: (run: Run) => boolean,
    { github, hosts = {}, queue = 'slots', environment }: SceneOptions,
  ) {
    for (const [namespace, limit] of limits)
      writeFileSync(
        join(this.folder, `${namespace}.json`),
        JSON.stringify({
          ...team(limit, namespace, namespace, hosts[namespace] ?? (github && new URL(github).hostname)),
          queue: { kind: queue },
        }),
      );
    const token = join(this.folder, 'token');
    if (github !== undefined) writeFileSync(token, 'token');
    this.history = new History(api, limits);
    this.tekton = new Tekton(api, [...limits.keys()], ends);
    this.program = new Program(credentials, ACCOUNT, {
      CONFIG_DIR: this.folder,
      NAMESPACE: [...limits.keys()][0],
      ...(github !== undefined && { GITHUB_API_URL: github, GITHUB_TOKEN_FILE: token }),
      ...environment,
    });
  }

  /**
   * @param limits how many runs may go on, by namespace, which are made
   * @param ends whether a run that goes on is over
   */
  static async open(
    limits: Readonly<Record<string, number>>,
    ends: (run: Run) => boolean,
    options: SceneOptions = {},
  ): Promise<Scene> {
    const { kubeconfig } = options;
    const credentials = adminOf(kubeconfig);
    const api = createClient(credentials);
    await prepare(api, Object.keys(limits), kubeconfig);
    return new Scene(api, credentials, new Map(Object.entries(limits)), ends, options);
  }

  async close(): Promise<void> {
    await this.program.stop();
    this.tekton.stop();
    await this.history.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Starts replicas, which are ready for deliveries. @param options of node, by the name of each */
  async start(options: Readonly<Record<string, readonly string[]>>): Promise<readonly Replica[]> {
    return Promise.all(
      Object.entries(options).map(async ([name, its]) => {
        const replica = await this.program.start(name, its);
        const address = await replica.address();
        await this.until(60, async () => (await fetch(`${address}/readyz`)).ok || `${name} is not ready`);
        return replica;
      }),
    );
  }

  /** In the namespace of a team, in its name. */
  ask(namespace: string, { metadata, spec, ...rest }: Made): Promise<Request> {
    return this.api.create<Request>(REQUESTS, namespace, {
      ...rest,
      metadata: { ...metadata, namespace },
      spec: { ...spec, team: namespace },
    });
  }

  async requests(): Promise<readonly Request[]> {
    return (await this.api.list<Request>(REQUESTS, undefined)).items.filter(({ metadata }) =>
      this.limits.has(metadata.namespace),
    );
  }

  async runs(): Promise<readonly Run[]> {
    return (await this.api.list<Run>(RUNS, undefined)).items.filter(({ metadata }) =>
      this.limits.has(metadata.namespace),
    );
  }

  /** Waits until all requests are over, no slot is held, and nothing waits to be started. */
  async quiet(seconds = 100): Promise<readonly Request[]> {
    return this.until(seconds, async () => {
      const [requests, runs, slots] = [await this.requests(), await this.runs(), await this.slots()];
      const open = requests
        .filter((request) => !isFinal(request))
        .map(({ metadata, status }) => `${metadata.namespace}/${metadata.name} ${JSON.stringify(status)}`);
      const rest = [
        ...open,
        ...runs.filter(isPending).map(({ metadata }) => `run ${metadata.namespace}/${metadata.name} waits`),
        ...slots.map((name) => `slot ${name}`),
      ];
      return rest.length === 0 ? requests : rest.join('; ');
    });
  }

  /** @param look what is waited for, or what is missing */
  async until<T>(seconds: number, look: () => Promise<T | string>): Promise<T> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      // an API server that is being stopped, or has much to do, is asked again
      const found = await look().catch((error: Error) =>
        error instanceof ApiError && error.unknown ? error.message : Promise.reject(error),
      );
      if (typeof found !== 'string') return found;
      if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${found}`);
      await sleep(100);
    }
  }

  private async slots(): Promise<readonly string[]> {
    const { items } = await this.api.list<Request>(LEASES, undefined, LABELS.slot);
    return items
      .filter(({ metadata }) => this.limits.has(metadata.namespace))
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  }
}

/** Options of kubectl. */
const at = (kubeconfig: string | undefined): readonly string[] =>
  kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`];

async function prepare(api: KubeApi, namespaces: readonly string[], kubeconfig: string | undefined): Promise<void> {
  kubectl(['apply', '--server-side', '--filename', join(ROOT, 'dist/cluster'), ...at(kubeconfig)]);
  awaitKinds(...at(kubeconfig));
  makeNamespaces(namespaces, kubeconfig);
  for (const kind of [REQUESTS, RUNS] as readonly KindRef[]) {
    for (const namespace of namespaces)
      for (const { metadata } of (await api.list<Run>(kind, namespace)).items)
        await api.delete(kind, namespace, metadata.name);
  }
}

/** Makes namespaces of teams, with the rights that a team's orchestrator has, and no more. */
export function makeNamespaces(namespaces: readonly string[], kubeconfig?: string): void {
  const role = (
    loadAll(readFileSync(join(ROOT, 'dist/teams/local/10-access.yaml'), 'utf8')) as {
      kind: string;
      metadata: { name: string };
      rules: object[];
    }[]
  ).find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'tekton-dag-orchestrator');
  const items = namespaces.flatMap((namespace) => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { ...role, apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: ACCOUNT, namespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: ACCOUNT, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: ACCOUNT },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: ACCOUNT }],
    },
    ...pipelinesIn(namespace),
  ]);
  applyObjects(items, ...at(kubeconfig));
}
