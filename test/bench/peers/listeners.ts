import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApiServer } from '../../cluster/api-server';
import { apply, applyObjects, awaitKinds, kubectl } from '../../cluster/kubectl';
import { freePort } from '../../output/team/support/router';
import type { Figure } from '../report';
import { queueFigures } from './queues';
import { NAMESPACE, prepare } from '../webhook/cluster';
import { load } from '../webhook/load';
import { SECRET, deliveries } from '../webhook/payload';
import { REPO } from '../webhook/request';

/**
 * Deliveries that create a run each, at one core of: our orchestrator, Tekton Triggers' listener, and the service of the
 * original. They have the same API server and the same deliveries, one after another.
 */
const CORE = availableParallelism() - 1;
const OPTIONS = { connections: 32, seconds: 4 };
/** The original has its objects in this one. */
const THEIRS = 'tekton-pipelines';

interface Listener {
  readonly name: string;
  /** Its repository; the original knows those of its own stacks. */
  readonly repo: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly environment: NodeJS.ProcessEnv;
  readonly folder?: string;
  readonly ready: string;
  /** How many objects it has created. */
  readonly created: () => number;
  /** Whether it answers before it creates: how long the rest would take says nothing about it. */
  readonly answersFirst?: true;
}

const count = (kind: string, namespace: string): number =>
  kubectl(['get', kind, '--namespace', namespace, '--output=name']).split('\n').filter(Boolean).length;

async function ours(folder: string, crds: string): Promise<Listener> {
  const KUBECONFIG = prepare(crds, folder);
  const program = join(folder, 'orchestrator.js');
  execFileSync(process.execPath, [join(__dirname, '../../../orchestrator/bundle.js'), `--outfile=${program}`]);
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'secrets/current'), SECRET);
  const environment = {
    KUBECONFIG,
    NAMESPACE,
    TEAM: 'local',
    WEBHOOK_SECRETS_DIR: join(folder, 'secrets'),
    METRICS_PORT: '0',
  };
  return {
    name: 'tekton-dag, which checks signatures and makes one run of duplicates',
    repo: REPO,
    command: [process.execPath, program],
    environment: { ...environment, PORT: String(await freePort()) },
    ready: '/readyz',
    created: () => count('runrequests.tekton-dag.io', NAMESPACE),
  };
}

/** Of the same Pipeline as the others; what it holds does not matter to whoever creates it. */
const RUN_OF_TRIGGERS = {
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: { generateName: 'pr-$(tt.params.number)-', namespace: 'triggers' },
  spec: {
    pipelineRef: { name: 'pr-test' },
    params: [
      { name: 'pr-number', value: '$(tt.params.number)' },
      { name: 'revision', value: '$(tt.params.revision)' },
    ],
  },
};

async function triggers(peers: string): Promise<Listener> {
  apply(join(peers, 'triggers'));
  awaitKinds();
  const names = ['number', 'revision'];
  applyObjects([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'triggers' } },
    {
      apiVersion: 'triggers.tekton.dev/v1beta1',
      kind: 'EventListener',
      metadata: { name: 'listener', namespace: 'triggers' },
      spec: {
        triggers: [
          {
            name: 'pull-request',
            bindings: [
              { name: 'number', value: '$(body.number)' },
              { name: 'revision', value: '$(body.pull_request.head.sha)' },
            ],
            template: {
              spec: { params: names.map((name) => ({ name })), resourcetemplates: [RUN_OF_TRIGGERS] },
            },
          },
        ],
      },
    },
  ]);
  const port = String(await freePort());
  return {
    name: 'listener of Tekton Triggers, which checks no signature and answers before it creates',
    repo: REPO,
    command: [
      join(peers, 'eventlistenersink'),
      `--kubeconfig=${process.env.KUBECONFIG}`,
      '--el-name=listener',
      '--el-namespace=triggers',
      `--port=${port}`,
    ],
    environment: { NAMESPACE: 'triggers', GOMAXPROCS: '1', PORT: port },
    ready: '/live',
    created: () => count('pipelineruns', 'triggers'),
    answersFirst: true,
  };
}

async function original(peers: string): Promise<Listener> {
  applyObjects([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: THEIRS } }]);
  const checkout = join(peers, 'original');
  const port = String(await freePort());
  return {
    name: 'service of the original, which makes a run of every duplicate; two workers, as in its image',
    repo: 'jmjava/tekton-dag-vue-fe',
    command: [
      join(peers, 'python/bin/gunicorn'),
      `--bind=127.0.0.1:${port}`,
      '--workers=2',
      '--log-level=error',
      'app:create_app()',
    ],
    folder: join(checkout, 'orchestrator'),
    environment: {
      STACKS_DIR: join(checkout, 'stacks'),
      TEAMS_DIR: join(checkout, 'teams'),
      NAMESPACE: THEIRS,
      PORT: port,
    },
    ready: '/readyz',
    created: () => count('pipelineruns', THEIRS),
  };
}

async function start({ command, environment, folder, ready }: Listener, log: string): Promise<ChildProcess> {
  const out = openSync(log, 'w');
  const child = spawn('taskset', ['--cpu-list', String(CORE), ...command], {
    cwd: folder,
    stdio: ['ignore', out, out],
    env: { ...process.env, ...environment },
  });
  closeSync(out);
  const isReady = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${environment.PORT}${ready}`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(readFileSync(log, 'utf8'));
    await sleep(50);
  }
  return child;
}

/**
 * @returns how many runs it had created a second when the load ended: who answers first creates the others later
 * @throws if it made more runs than deliveries were sent, or answered deliveries without a run although it creates first
 */
async function measured(listener: Listener, folder: string): Promise<Figure> {
  const child = await start(listener, join(folder, 'log'));
  try {
    const another = deliveries(listener.repo);
    let sent = 0;
    const before = listener.created();
    const begun = performance.now();
    const { answered } = await load(`http://127.0.0.1:${listener.environment.PORT}`, () => another(++sent), OPTIONS);
    const byThen = listener.created() - before;
    const perSecond = byThen / ((performance.now() - begun) / 1000);
    const created = listener.answersFirst ? byThen : (await settled(listener.created)) - before;
    if (created > sent || (created < answered && !listener.answersFirst))
      throw new Error(
        `${listener.name}: ${created} runs were created of ${sent} deliveries, ${answered} of them answered`,
      );
    return { name: `runs created in a second of one core: ${listener.name}`, value: perSecond, unit: '' };
  } finally {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}

/** @returns the number once it has stood still for a second */
async function settled(read: () => number): Promise<number> {
  for (let last = read(); ;) {
    await sleep(1_000);
    const now = read();
    if (now === last) return now;
    last = now;
  }
}

/** @param peers folder with eventlistenersink and triggers (its CRDs), and with original and python; what is not there has no row */
export async function listenerFigures(
  peers: string,
  folder: string,
  assets: string,
  crds: string,
): Promise<readonly Figure[]> {
  process.env.PATH = `${assets}:${process.env.PATH}`;
  const apiServer = await startApiServer(assets);
  process.env.KUBECONFIG = apiServer.kubeconfig;
  const given = (name: string): boolean => existsSync(join(peers, name));
  try {
    const listeners = [await ours(folder, crds)];
    if (given('eventlistenersink') && given('triggers')) listeners.push(await triggers(peers));
    if (given('original') && given('python')) listeners.push(await original(peers));
    const figures: Figure[] = [];
    for (const listener of listeners) figures.push(await measured(listener, folder));
    return [...figures, ...(await queueFigures())];
  } finally {
    await apiServer.stop();
  }
}
