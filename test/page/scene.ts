import { requestName } from '../../lib/runs/ask/run-request';
import type { Ask } from '../../lib/runs/ask/ask';
import type { Phase, RunRequest, RunRequestStatus } from '../../lib/runs/ask/run-request';
import { RUN_REQUEST, requestLabels } from '../../lib/runs/ask/run-request';
import type { TeamConfig } from '../../lib/runs/configuration/configuration';
import { pipelineName } from '../../lib/words/names';
import type { PipelineTask } from '../../lib/tekton/spec/wire';
import type { WholeRun } from '../../orchestrator/src/http/run-tasks';
import type { TaskRun } from '../../orchestrator/src/queue/task';
import { NOW, SHA } from '../orchestrator/support';

/** Runs as a cluster has them, for the page to show. */

const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();

export interface TaskOutline {
  readonly name: string;
  readonly after?: readonly string[];
  readonly state: 'passed' | 'failed' | 'running' | 'waiting' | 'skipped' | 'cancelled';
  /** Seconds after the run began. */
  readonly from?: number;
  readonly to?: number;
  readonly message?: string;
  readonly steps?: readonly string[];
  readonly isFinal?: boolean;
}

export interface MadeRun {
  readonly request: RunRequest;
  readonly run: WholeRun;
  readonly taskRuns: readonly TaskRun[];
}

interface RunOutline {
  readonly number: number;
  readonly phase: Phase;
  readonly apps: readonly string[];
  readonly tasks?: readonly TaskOutline[];
  readonly message?: string;
  readonly headRef?: string;
}

/** A run of a pull request. */
export function pullRequestRun(
  { name: team, namespace, stacks }: TeamConfig,
  { number, phase, apps, tasks = [], message, headRef = 'feature' }: RunOutline,
): MadeRun {
  const stack = stacks[0]!.name;
  const repo = stacks[0]!.apps[0]!.repo;
  const spec: Ask = {
    team,
    stack,
    pipeline: 'pr-test',
    apps: [...apps],
    pullRequest: { number, repo, headRef, baseRef: 'main' },
    revision: SHA.a,
    trust: 'trusted',
  } as Ask;
  const identity = { host: 'github.com', repository: repo, pipeline: 'pr-test', pullRequest: number } as const;
  const name = requestName({ ...identity, sha: SHA.a, team, stack });
  const uid = `run-${number}`;
  const hasBegun = tasks.length > 0;
  const isOver = ['Succeeded', 'Failed', 'Cancelled'].includes(phase);
  const status: RunRequestStatus = {
    phase,
    message,
    queuedAt: at(-30),
    ...(hasBegun && { runUID: uid, startedAt: at(0) }),
    ...(isOver && { finishedAt: at(Math.max(...tasks.map(({ to = 0 }) => to))) }),
  };
  return {
    request: {
      apiVersion: `${RUN_REQUEST.group}/${RUN_REQUEST.version}`,
      kind: RUN_REQUEST.kind,
      metadata: {
        name,
        namespace,
        uid: `request-${number}`,
        labels: requestLabels(spec),
        creationTimestamp: at(-30 - number),
      },
      spec,
      status,
    },
    run: {
      metadata: { name, namespace, uid, labels: { 'tekton.dev/pipeline': pipelineName(stack, 'pr-test') } },
      spec: {},
      status: {
        conditions: [{ type: 'Succeeded', status: isOver ? (phase === 'Succeeded' ? 'True' : 'False') : 'Unknown' }],
        pipelineSpec: {
          tasks: tasks.filter(({ isFinal }) => !isFinal).map(pipelineTask),
          finally: tasks.filter(({ isFinal }) => isFinal).map(pipelineTask),
        },
        skippedTasks: tasks
          .filter(({ state }) => state === 'skipped')
          .map((task) => ({ name: task.name, reason: task.message })),
      },
    },
    taskRuns: tasks.filter(({ from }) => from !== undefined).map((task) => taskRun(task, name, namespace, uid)),
  };
}

const pipelineTask = ({ name, after }: TaskOutline): PipelineTask => ({
  name,
  taskRef: { name: name.replace(/-.*/, '') },
  runAfter: after,
});

function taskRun(
  { name, state, from = 0, to, message, steps = ['run'] }: TaskOutline,
  run: string,
  namespace: string,
  uid: string,
): TaskRun {
  const succeeded = { passed: 'True', failed: 'False', cancelled: 'False' } as const;
  const length = ((to ?? from + 60) - from) / steps.length;
  return {
    metadata: {
      name: `${run}-${name}`,
      namespace,
      labels: { 'tekton.dev/pipelineTask': name, 'tekton.dev/pipelineRun': run },
      ownerReferences: [{ uid }],
    },
    status: {
      conditions: [
        {
          type: 'Succeeded',
          status: state in succeeded ? succeeded[state as keyof typeof succeeded] : 'Unknown',
          reason: state === 'cancelled' ? 'TaskRunCancelled' : undefined,
          message,
        },
      ],
      podName: `${run}-${name}-pod`,
      startTime: at(from),
      completionTime: to === undefined ? undefined : at(to),
      steps: steps.map((step, index) => {
        const isLast = index === steps.length - 1;
        const startedAt = at(from + index * length);
        if (to === undefined && isLast) return { name: step, container: `step-${step}`, running: { startedAt } };
        const exitCode = state === 'failed' && isLast ? 1 : 0;
        return {
          name: step,
          container: `step-${step}`,
          terminated: { exitCode, startedAt, finishedAt: at(from + (index + 1) * length) },
        };
      }),
    },
  };
}

/** A pull request of one app, of which a test fails. */
export const failingTasks = (app: string): readonly TaskOutline[] => [
  { name: 'resolve', state: 'passed', from: 0, to: 8, steps: ['resolve'] },
  { name: `build-${app}`, after: ['resolve'], state: 'passed', from: 8, to: 95, steps: ['clone', 'compile', 'image'] },
  { name: `push-${app}`, after: [`build-${app}`], state: 'passed', from: 95, to: 110, steps: ['push'] },
  { name: `preview-${app}`, after: [`push-${app}`], state: 'passed', from: 110, to: 140, steps: ['deploy', 'await'] },
  {
    name: `test-${app}-postman`,
    after: [`preview-${app}`],
    state: 'failed',
    from: 140,
    to: 171,
    message: 'POST /cart answers 201: expected 201 but got 500',
    steps: ['clone', 'test'],
  },
  {
    name: `test-${app}-playwright`,
    after: [`preview-${app}`],
    state: 'passed',
    from: 140,
    to: 220,
    steps: ['clone', 'test'],
  },
  { name: 'close-previews', isFinal: true, state: 'passed', from: 220, to: 226, steps: ['close'] },
  { name: 'publish-outcome', isFinal: true, state: 'passed', from: 220, to: 224, steps: ['publish'] },
];

/** A bootstrap-like run of many apps, while it goes on. */
export const manyTasks = (apps: readonly string[]): readonly TaskOutline[] => [
  { name: 'resolve', state: 'passed', from: 0, to: 6 },
  ...apps.flatMap((app, index): TaskOutline[] => {
    const [from, lane] = [6 + Math.floor(index / 4) * 70, index - 4];
    const isDone = index < apps.length / 2;
    const before = lane >= 0 ? [`build-${apps[lane]}`] : ['resolve'];
    const state = isDone ? 'passed' : index < apps.length / 2 + 4 ? 'running' : 'waiting';
    const begun = state === 'waiting' ? {} : { from, to: isDone ? from + 60 + (index % 5) * 8 : undefined };
    return [
      { name: `build-${app}`, after: before, state, ...begun },
      {
        name: `push-${app}`,
        after: [`build-${app}`],
        state: isDone ? 'passed' : 'waiting',
        ...(isDone && { from: from + 95, to: from + 110 }),
      },
      {
        name: `deploy-${app}`,
        after: [`push-${app}`],
        state: isDone ? 'passed' : 'waiting',
        ...(isDone && { from: from + 110, to: from + 150 }),
      },
    ];
  }),
  { name: 'record-images', after: apps.map((app) => `deploy-${app}`), state: 'waiting' },
];
