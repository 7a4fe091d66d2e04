import { buildTask, deployTask } from '../../lib/words/names';
import { publish } from './support/git';
import type { KubeObject } from './support/kubectl';
import { list } from './support/kubectl';
import { figure } from './support/record';
import type { Outcome } from './support/run';
import { finished, start, succeededRun, task } from './support/run';
import { smallestImage } from './support/suite';
import type { TestTeam } from './support/team';
import { writeTeam } from './support/team';
import { bringUp } from './support/team-up';
import type { Span } from './support/times';
import { atOnce } from './support/times';

/** Story 12: forty apps on whatever nodes there are; never more builds at once than the team allows. Run only when asked for. */

const WIDE: TestTeam = { name: 'wide', namespace: 'team-wide', environment: 'wide-staging' };
const HERE = { team: WIDE, stack: WIDE.name };
const MAX_PARALLEL_BUILDS = 5;
const COUNT = 40;
const TIMEOUT_MINUTES = 90;
const appName = (index: number): string => `app-${String(index + 1).padStart(2, '0')}`;
const NAMES = Array.from({ length: COUNT }, (_, index) => appName(index));

/** A tree in which every app calls two others. */
const apps = NAMES.map((name, index) => {
  const downstream = [2 * index + 1, 2 * index + 2].filter((callee) => callee < COUNT).map(appName);
  const role = downstream.length === 0 ? 'terminal' : index === 0 ? 'originator' : 'forwarder';
  return {
    name,
    repo: 'e2e/wide',
    'propagation-role': role,
    'context-dir': name,
    downstream,
    resources: { requests: { cpu: '5m', memory: '16Mi' } },
  };
});
/** Served by busybox where the base has that, else by node. */
const SERVE =
  'if command -v busybox; then exec busybox httpd -f -p 8080 -h /app; else exec node -e \\"require(\'node:http\').createServer((_, r) => r.end()).listen(8080)\\"; fi';
const files = (name: string) => ({
  [`${name}/Dockerfile`]: `FROM ${smallestImage()}\nCOPY index.html /app/index.html\nUSER 1000\nENTRYPOINT []\nCMD ["sh", "-c", "${SERVE}"]\n`,
  [`${name}/index.html`]: `${name}\n`,
});

interface PodStatus {
  readonly containerStatuses?: readonly { readonly state: { readonly terminated?: { readonly finishedAt: string } } }[];
}

const seconds = (from: string | undefined, to: string | undefined): number =>
  Math.round((Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000);

function timeTable(ended: Outcome): string {
  const began = ended.run.metadata.creationTimestamp;
  const rows = NAMES.map((name) => {
    const [build, deploy] = [task(ended, buildTask(name)).status, task(ended, deployTask(name)).status];
    const times = [
      seconds(began, build?.startTime),
      seconds(build?.startTime, build?.completionTime),
      seconds(build?.completionTime, deploy?.startTime),
      seconds(deploy?.startTime, deploy?.completionTime),
    ];
    return [name, ...times.map((time) => String(time).padStart(7))].join(' ');
  });
  return [
    `${ended.name}: ${COUNT} apps, at most ${MAX_PARALLEL_BUILDS} builds at once: ${Math.round(ended.seconds)} s`,
    'app     begins   build   waits  deploy  (s)',
    ...rows,
  ].join('\n');
}

let ended: Outcome;
beforeAll(async () => {
  await publish('wide', undefined, Object.assign({}, ...NAMES.map(files)) as Record<string, string>);
  writeTeam(WIDE, { [HERE.stack]: { apps } }, { maxParallelBuilds: MAX_PARALLEL_BUILDS });
  await bringUp(WIDE);
  ended = await succeededRun(await finished(await start(['bootstrap'], HERE), `${TIMEOUT_MINUTES}m`));
  figure('forty apps', timeTable(ended));
}, TIMEOUT_MINUTES * 60_000);

it('builds and deploys every app', async () => {
  const deployments = await list<KubeObject<unknown, { readyReplicas?: number }>>(
    'deployments',
    WIDE.environment,
    'tekton-dag.io/app',
  );
  expect(deployments.map(({ metadata, status }) => [metadata.name, status?.readyReplicas]).sort()).toEqual(
    NAMES.map((name) => [name, 1]),
  );
});

it('has as many pods that build as the team allows, and never more', async () => {
  const pods = await list<KubeObject<unknown, PodStatus>>(
    'pods',
    WIDE.namespace,
    `tekton.dev/pipelineRun=${ended.name}`,
  );
  const spans = pods
    .filter(({ metadata }) => metadata.labels?.['tekton.dev/pipelineTask']?.startsWith('build-'))
    .map(({ metadata, status }): Span => ({
      start: Date.parse(metadata.creationTimestamp),
      end: Math.max(
        ...(status?.containerStatuses ?? []).map(({ state }) => Date.parse(state.terminated?.finishedAt ?? '')),
      ),
    }));
  expect(spans).toHaveLength(COUNT);
  expect(atOnce(spans)).toBe(MAX_PARALLEL_BUILDS);
});

it('deploys an app once what it calls is up', () => {
  for (const { name, downstream } of apps) {
    for (const callee of downstream) {
      const [caller, called] = [task(ended, deployTask(name)).status, task(ended, deployTask(callee)).status];
      expect(Date.parse(caller?.startTime ?? '')).toBeGreaterThanOrEqual(Date.parse(called?.completionTime ?? ''));
    }
  }
});
