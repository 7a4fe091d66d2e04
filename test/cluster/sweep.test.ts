import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '../../lib/kube/client';
import type { KubeClient } from '../../lib/kube/client';
import type { TeamConfig } from '../../lib/runs/configuration/configuration';
import { teamConfig } from '../../lib/runs/configuration/configuration';
import { ANNOTATIONS, LABELS } from '../../lib/words/labels';
import { CLOSE_PREVIEWS, accountName, session } from '../../lib/words/names';
import { createMetrics } from '../../orchestrator/src/metrics';
import { sweep } from '../../orchestrator/src/previews/sweep';
import { silent } from '../orchestrator/support';
import { apply, applyObjects, kubectl } from './kubectl';
import { adminOf } from './orchestrator/support/admin';

/**
 * What the orchestrator does about previews that runs left open, with the rights of its account on a real API server. The
 * step of the TaskRun that it makes runs here, with the rights of the account that the TaskRun names.
 */

const ROOT = join(__dirname, '../..');
const [RUNS, APPS] = ['team-local', 'shop-staging'];
const SESSION = session('acme/web', 77);
const NAME = `sweep-${SESSION}`;

interface TaskRun {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: {
    readonly taskRef: { readonly name: string };
    readonly serviceAccountName: string;
    readonly params: readonly { readonly name: string; readonly value: string }[];
  };
}
interface Task {
  readonly spec: {
    readonly steps: readonly [
      { readonly script: string; readonly env: readonly { readonly name: string; readonly value: string }[] },
    ];
  };
}

let folder: string;
let team: TeamConfig;
let api: KubeClient;
beforeAll(() => {
  apply(join(ROOT, 'dist/cluster'), join(ROOT, 'dist/teams'));
  folder = mkdtempSync(join(tmpdir(), 'sweep-'));
  const config = get<{ data: Record<string, string> }>('configmap', 'tekton-dag-orchestrator');
  team = teamConfig.parse(JSON.parse(config.data['team.json']!));
  api = createClient(adminOf(configOf(accountName('orchestrator'))));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  kubectl(['delete', 'deployments,services', '--namespace', APPS, '--selector', `${LABELS.session}=${SESSION}`]);
  kubectl(['delete', 'pipelineruns,taskruns', '--all', '--namespace', RUNS]);
});

const get = <T>(kind: string, name: string): T =>
  JSON.parse(kubectl(['get', kind, name, '--namespace', RUNS, '--output=json'])) as T;
const metrics = createMetrics();
const look = (): Promise<void> => sweep({ api, log: silent, metrics }, team);
const taskRuns = (): readonly TaskRun[] =>
  (JSON.parse(kubectl(['get', 'taskruns', '--namespace', RUNS, '--output=json'])) as { items: TaskRun[] }).items;

/** A kubeconfig of an account. */
function configOf(account: string): string {
  const config = JSON.parse(kubectl(['config', 'view', '--raw', '--flatten', '--minify', '--output=json'])) as {
    users: { name: string }[];
  };
  const token = kubectl(['create', 'token', account, '--namespace', RUNS]).trim();
  const file = join(folder, account);
  writeFileSync(
    file,
    JSON.stringify({ ...config, users: config.users.map(({ name }) => ({ name, user: { token } })) }),
  );
  return file;
}

/** Does what the pod of the TaskRun would. */
function runStep({ spec: { taskRef, serviceAccountName, params } }: TaskRun): string {
  const [{ script, env }] = get<Task>('task', taskRef.name).spec.steps;
  const given = new Map(params.map(({ name, value }) => [`$(params.${name})`, value]));
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], {
    encoding: 'utf8',
    env: {
      ...process.env,
      ...Object.fromEntries(env.map(({ name, value }) => [name, given.get(value) ?? value])),
      HOME: folder,
      KUBECONFIG: configOf(serviceAccountName),
      // no router runs here that could be waited for
      ROUTER_SECONDS: '0',
    },
  });
  expect({ status, stderr: stderr.replace(/^warning: .*\n/gm, '') }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const end = (kind: string, name: string, status: 'True' | 'False'): string =>
  kubectl([
    'patch',
    kind,
    name,
    '--namespace',
    RUNS,
    '--subresource=status',
    '--type=merge',
    '--patch',
    JSON.stringify({
      status: { conditions: [{ type: 'Succeeded', status }], ...(kind === 'taskrun' && { podName: 'none' }) },
    }),
  ]);

const run = (): string =>
  kubectl(
    ['create', '--filename=-', '--output=jsonpath={.metadata.uid}'],
    JSON.stringify({
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      metadata: { name: 'sweep-run', namespace: RUNS },
      spec: { pipelineRef: { name: 'shop-pr-test' } },
    }),
  );

/** @returns the objects, as a list in JSON */
function open(uid: string): string {
  const metadata = {
    name: NAME,
    namespace: APPS,
    labels: { [LABELS.app]: 'sweep', [LABELS.session]: SESSION, [LABELS.runUid]: uid },
    annotations: {
      [ANNOTATIONS.run]: 'sweep-run',
      [ANNOTATIONS.header]: 'x-dev-session',
    },
  };
  const template = {
    metadata: { labels: { name: NAME } },
    spec: { containers: [{ name: 'app', image: 'registry.example.com/web:1.0.0' }] },
  };
  const items = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: { name: NAME } }, template },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: 'None', selector: { name: NAME } } },
  ];
  applyObjects(items);
  return JSON.stringify({ items });
}
const left = (): string[] =>
  kubectl([
    'get',
    'deployments,services',
    '--namespace',
    APPS,
    '--selector',
    `${LABELS.session}=${SESSION}`,
    '--output=name',
  ])
    .split('\n')
    .filter(Boolean);

it('leaves what a run has open, and has it closed once the run is deleted', async () => {
  const uid = run();
  open(uid);
  await look();
  expect(taskRuns()).toEqual([]);
  kubectl(['delete', 'pipelinerun', 'sweep-run', '--namespace', RUNS]);
  await look();
  const [closing] = taskRuns();
  expect(closing?.spec).toMatchObject({
    taskRef: { name: CLOSE_PREVIEWS },
    serviceAccountName: accountName('preview'),
    params: [
      { name: 'namespace', value: APPS },
      { name: 'run-uid', value: uid },
    ],
  });
  expect(runStep(closing!)).toContain(`no preview of this run is open in ${APPS}`);
  expect(left()).toEqual([]);
});

it('has closed what a run left that is over, and forgets how', async () => {
  open(run());
  end('pipelinerun', 'sweep-run', 'False');
  await look();
  const [closing] = taskRuns();
  runStep(closing!);
  expect(left()).toEqual([]);
  await look();
  expect(taskRuns()).toHaveLength(1);
  end('taskrun', closing!.metadata.name, 'True');
  await look();
  expect(taskRuns()).toEqual([]);
});

/** Opens thirteen previews, each of a run that is not there. */
function openMany(): void {
  const objects = (JSON.parse(open('none')) as { items: { metadata: { name: string; labels: object } }[] }).items;
  const [deployment] = objects;
  applyObjects(
    Array.from({ length: 12 }, (_, index) => ({
      ...deployment,
      metadata: {
        ...deployment!.metadata,
        name: `sweep${index}-${SESSION}`,
        labels: {
          ...deployment!.metadata.labels,
          [LABELS.app]: `sweep${index}`,
          [LABELS.runUid]: `none-${index}`,
        },
      },
    })),
  );
}

it('has ten closed at once, and the others once those are', async () => {
  openMany();
  await look();
  await look();
  const first = taskRuns();
  expect(first).toHaveLength(10);
  for (const one of first) {
    runStep(one);
    end('taskrun', one.metadata.name, 'True');
  }
  await look();
  await look();
  expect(taskRuns()).toHaveLength(3);
});

it('has the others closed before it tries again what cannot be closed', async () => {
  openMany();
  await look();
  const failed = new Set(taskRuns().map(({ metadata }) => metadata.name));
  expect(failed.size).toBe(10);
  for (const name of failed) end('taskrun', name, 'False');
  await look();
  const next = taskRuns();
  expect(next).toHaveLength(3);
  expect(next.filter(({ metadata }) => failed.has(metadata.name))).toEqual([]);
});

it('makes one TaskRun, however many replicas look, and another after one that failed', async () => {
  open('no-run-has-it');
  await Promise.all([look(), look(), look()]);
  const [first, ...more] = taskRuns();
  expect(more).toEqual([]);
  await look();
  expect(taskRuns().map(({ metadata }) => metadata.uid)).toEqual([first!.metadata.uid]);
  end('taskrun', first!.metadata.name, 'False');
  await look();
  expect(taskRuns()).toEqual([]);
  await look();
  const [second] = taskRuns();
  expect(second!.metadata.name).toBe(first!.metadata.name);
  expect(second!.metadata.uid).not.toBe(first!.metadata.uid);
});

it('looks into nothing that it may not read, and says so', async () => {
  const elsewhere = { ...team, previews: { ...team.previews!, namespaces: ['default'] } };
  await expect(sweep({ api, log: silent, metrics }, elsewhere)).rejects.toThrow(/forbidden/);
});
