import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { PipelineManifest } from '../../../lib/runs/run/compose';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import { createClient } from '../../../lib/kube/client';
import type { KubeApi } from '../../../lib/kube/api';
import { REQUESTS, RUNS } from '../../../orchestrator/src/queue/objects';
import type { Request, Run } from '../../../orchestrator/src/queue/objects';
import { runOf } from '../../../orchestrator/src/queue/run';
import { adminOf } from '../../cluster/orchestrator/support/admin';
import { apply, awaitKinds, kubectl } from '../../cluster/kubectl';
import { requestOf } from './request';

/** Team local as dist/ has it, in a real API server. */

const DIST = join(__dirname, '../../../dist');
export const NAMESPACE = 'team-local';
/** Where no orchestrator looks. */
export const BARE_NAMESPACE = 'bare';
/** For orchestrators that are idle at once: each leads in its own. */
export const IDLE_NAMESPACES = Array.from({ length: 50 }, (_, index) => `idle-${index}`);
const ACCOUNT = 'tekton-dag-orchestrator';
const AT_ONCE = 16;

/** @param crds folder of the CRDs of Tekton and others @returns file for KUBECONFIG of the orchestrator's account, for all these namespaces */
export function prepare(crds: string, folder: string): string {
  apply(crds);
  awaitKinds();
  apply(join(DIST, 'cluster'));
  awaitKinds();
  apply(join(DIST, 'teams/local'));
  const role = manifests<{ rules: object[] }>('10-access.yaml').find(
    ({ kind, metadata }) => kind === 'Role' && metadata.name === ACCOUNT,
  )!;
  const items = [BARE_NAMESPACE, ...IDLE_NAMESPACES].flatMap((namespace) => {
    const metadata = { name: ACCOUNT, namespace };
    return [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { ...role, metadata },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: ACCOUNT },
        subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace: NAMESPACE }],
      },
    ];
  });
  kubectl(['apply', '--filename=-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));

  const config = JSON.parse(kubectl(['config', 'view', '--raw', '--flatten', '--output=json'])) as {
    users: { user: object }[];
  };
  config.users[0]!.user = {
    token: kubectl(['create', 'token', ACCOUNT, '--namespace', NAMESPACE, '--duration=12h']).trim(),
  };
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** What the orchestrator reads of the team, with its runs in this namespace. */
export function teamFile(namespace = NAMESPACE): string {
  const map = manifests<{ data: { 'team.json': string } }>('60-orchestrator.yaml').find(
    ({ kind }) => kind === 'ConfigMap',
  )!;
  return JSON.stringify({ ...(JSON.parse(map.data['team.json']) as object), namespace });
}

/** The Pipeline of its pull requests. */
export const prTest = (): PipelineManifest =>
  manifests<PipelineManifest>('40-shop.yaml').find(({ metadata }) => metadata.name === 'shop-pr-test')!;

/** Requests that are over, each with its run as Tekton leaves it. */
export async function fill(count: number): Promise<void> {
  const api = createClient(adminOf());
  const team = JSON.parse(teamFile()) as TeamConfig;
  const pipeline = prTest();
  let next = 1;
  const loop = async (): Promise<void> => {
    while (next <= count) await finished(api, requestOf(next++, NAMESPACE), team, pipeline);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
}

async function finished(api: KubeApi, asked: object, team: TeamConfig, pipeline: PipelineManifest): Promise<void> {
  const now = new Date().toISOString();
  const request = await api.create<Request>(REQUESTS, NAMESPACE, asked);
  const run = await api.create<Run>(RUNS, NAMESPACE, runOf(request, team, pipeline));
  const conditions = [
    {
      type: 'Succeeded',
      status: 'True',
      reason: 'Completed',
      message: 'Tasks Completed: 8 (Failed: 0, Cancelled 0), Skipped: 3',
      lastTransitionTime: now,
    },
  ];
  const childReferences = Array.from({ length: 11 }, (_, index) => ({
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    name: `${run.metadata.name}-task-${index}`,
    pipelineTaskName: `task-${index}`,
  }));
  const image = { app: 'catalog', url: 'localhost:5001/pr/catalog', digest: `sha256:${'a'.repeat(64)}` };
  const results = [
    { name: 'catalog-IMAGE_URL', value: image.url },
    { name: 'catalog-IMAGE_DIGEST', value: image.digest },
  ];
  const { name, uid } = run.metadata;
  await api.patch(RUNS, NAMESPACE, name, { spec: { status: null } });
  await api.patch(
    RUNS,
    NAMESPACE,
    name,
    { status: { conditions, childReferences, results, startTime: now, completionTime: now } },
    { subresource: 'status' },
  );
  const status = {
    phase: 'Succeeded',
    runUID: uid,
    slot: 'slot-0',
    queuedAt: now,
    admittedAt: now,
    startedAt: now,
    finishedAt: now,
    results: { images: [image] },
  };
  await api.patch(REQUESTS, NAMESPACE, name, { status }, { subresource: 'status' });
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
const manifests = <T>(file: string): readonly (Manifest & T)[] =>
  loadAll(readFileSync(join(DIST, 'teams/local', file), 'utf8')) as (Manifest & T)[];
