import { FAILURE_RESULT } from '../../../lib/words/results';
import type { KubeObject } from './kubectl';
import { get, kubectl, list, patch, wait } from './kubectl';
import { run as runProgram } from './process';
import { record } from './record';
import { ROOT } from './suite';
import type { TestTeam } from './team';
import { TEAM, TRIO, teamFile } from './team';
import { until } from './until';

/**
 * Runs: `start` one as a person would (`npx tekton-dag run … | kubectl create -f -`), `reaches` waits until it has come to
 * a task, `finished` for its end and gives what became of it, `succeeds` and `fails` do both and throw if it ended
 * otherwise, with the message of the TaskRun that failed and the end of its log.
 */

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

interface Status {
  readonly conditions?: readonly Condition[];
  readonly startTime?: string;
  readonly completionTime?: string;
}

export interface StepState {
  readonly name: string;
  readonly container: string;
  readonly terminationReason?: string;
  readonly results?: readonly { readonly name: string; readonly value: string }[];
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason: string;
    readonly startedAt: string;
    readonly finishedAt: string;
  };
}

export type PipelineRun = KubeObject<
  { readonly params?: readonly { readonly name: string; readonly value: unknown }[] },
  Status & {
    readonly skippedTasks?: readonly { readonly name: string; readonly reason: string }[];
    readonly results?: readonly { readonly name: string; readonly value: string }[];
  }
>;
export type TaskRun = KubeObject<
  unknown,
  Status & {
    readonly podName?: string;
    readonly steps?: readonly StepState[];
    readonly results?: readonly { readonly name: string; readonly value: string }[];
  }
>;

export interface Run {
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
}

export interface Outcome extends Run {
  readonly run: PipelineRun;
  readonly condition: Condition;
  readonly seconds: number;
  /** By name of the pipeline task. */
  readonly tasks: ReadonlyMap<string, TaskRun>;
}

export interface StartOptions {
  readonly team?: TestTeam;
  /** Folder of a whole fleet that has the team, instead of the suite's. */
  readonly root?: string;
  readonly stack?: string;
  /** What somebody makes of the manifest who creates runs by hand. */
  readonly edit?: (manifest: string) => string;
}

/** Starts a run; `args` are those of `tekton-dag run`, but for team and stack. */
export async function start(
  args: readonly string[],
  { team = TEAM, root, stack = TRIO, edit = (manifest) => manifest }: StartOptions = {},
): Promise<Run> {
  const [pipeline = '', ...options] = args;
  const manifest = await runProgram(
    'npx',
    [
      'tekton-dag',
      'run',
      pipeline,
      ...(root === undefined ? ['--team-file', teamFile(team)] : ['--root', root, '--team', team.name]),
      '--stack',
      stack,
      ...options,
    ],
    { cwd: ROOT },
  );
  const { metadata } = JSON.parse(
    await kubectl(['create', '--output=json', '--filename=-'], edit(manifest)),
  ) as PipelineRun;
  started.push(metadata.name);
  return { name: metadata.name, uid: metadata.uid, namespace: metadata.namespace ?? '' };
}

/** Names of the runs that this test file started, in their order. */
export const started: string[] = [];

/** Waits for the end of a run, however it ends. */
export async function finished(run: Run, timeout = '25m'): Promise<Outcome> {
  await wait('pipelinerun', run.name, run.namespace, 'jsonpath={.status.completionTime}', timeout).catch(
    async (error: Error) => {
      throw new Error(`${error.message}\n${await explain(await outcome(run))}`);
    },
  );
  const ended = await outcome(run);
  await record(ended);
  return ended;
}

/** Waits until a run has come to a task, and that has a pod. @throws with what failed, if it ends before */
export const reaches = (run: Run, pipelineTask: string): Promise<TaskRun> =>
  until(`${run.name} comes to ${pipelineTask}`, 20 * 60, async () => {
    const now = await outcome(run);
    const found = now.tasks.get(pipelineTask);
    if (found?.status?.podName !== undefined) return found;
    if (now.condition.status !== 'Unknown') throw new Error(`it never came to ${pipelineTask}\n${await explain(now)}`);
    return undefined;
  });

/** Cancels a run, whose `finally` runs all the same. */
export const cancel = ({ name, namespace }: Run): Promise<string> =>
  patch('pipelinerun', name, namespace, { spec: { status: 'CancelledRunFinally' } });

/** What is known of a run by now. */
export async function outcome(run: Run): Promise<Outcome> {
  const now = await get<PipelineRun>('pipelinerun', run.name, run.namespace);
  const taskRuns = await list<TaskRun>('taskruns', run.namespace, `tekton.dev/pipelineRun=${run.name}`);
  const condition = succeeded(now.status) ?? { type: 'Succeeded', status: 'Unknown', reason: '', message: '' };
  return {
    ...run,
    run: now,
    condition,
    seconds:
      (Date.parse(now.status?.completionTime ?? new Date().toISOString()) -
        Date.parse(now.metadata.creationTimestamp)) /
      1000,
    tasks: new Map(taskRuns.map((task) => [task.metadata.labels?.['tekton.dev/pipelineTask'] ?? '', task])),
  };
}

const succeeded = (status: Status | undefined): Condition | undefined =>
  status?.conditions?.find(({ type }) => type === 'Succeeded');

/** Starts a run and waits for its success. */
export async function succeeds(args: readonly string[], options?: StartOptions): Promise<Outcome> {
  return succeededRun(await finished(await start(args, options)));
}

/** @throws with what failed, if the run did not succeed */
export async function succeededRun(result: Outcome): Promise<Outcome> {
  if (result.condition.status !== 'True') throw new Error(`${result.name} did not succeed\n${await explain(result)}`);
  return result;
}

/** Starts a run and waits for its failure. */
export async function fails(args: readonly string[], options?: StartOptions): Promise<Outcome> {
  const result = await finished(await start(args, options));
  if (result.condition.status !== 'False')
    throw new Error(`${result.name} ended as ${result.condition.reason}; it should have failed`);
  return result;
}

/** A TaskRun of the run. @throws if there is none */
export function task({ tasks, name }: Outcome, pipelineTask: string): TaskRun {
  const found = tasks.get(pipelineTask);
  if (found === undefined) throw new Error(`${name} has no task ${pipelineTask}, only ${[...tasks.keys()].join(', ')}`);
  return found;
}

export const result = (of: TaskRun, name: string): string | undefined =>
  of.status?.results?.find((each) => each.name === name)?.value;

/** What the step said that ended it; undefined if none did. */
export const said = (of: TaskRun): string | undefined =>
  of.status?.steps
    ?.filter((step) => (step.terminated?.exitCode ?? 0) !== 0 && step.terminationReason !== 'Skipped')
    .flatMap(({ results = [] }) => results.filter(({ name }) => name === FAILURE_RESULT))
    .at(-1)?.value;

/** Whether a step did its work, rather than being skipped by its `when`. */
export const ran = (of: TaskRun, step: string): boolean => {
  const state = of.status?.steps?.find(({ name }) => name === step);
  return state?.terminated !== undefined && state.terminationReason !== 'Skipped';
};

/** Log of a step: what it printed. */
export const log = async (of: TaskRun, step: string, lines = 200): Promise<string> =>
  kubectl([
    'logs',
    of.status?.podName ?? '',
    '--namespace',
    of.metadata.namespace ?? '',
    '--container',
    `step-${step}`,
    '--tail',
    String(lines),
  ]);

/** What an app developer would look at: each TaskRun that failed, its message and the end of the log of the step that failed. */
export async function explain({ name, condition, tasks }: Outcome): Promise<string> {
  const failed = [...tasks].filter(([, { status }]) => succeeded(status)?.status !== 'True');
  const parts = await Promise.all(
    failed.map(async ([pipelineTask, of]) => {
      const step = of.status?.steps?.find(({ terminated }) => terminated !== undefined && terminated.exitCode !== 0);
      const said = step === undefined ? '' : await log(of, step.name, 15).catch((error: Error) => error.message);
      return `${pipelineTask}: ${succeeded(of.status)?.message ?? 'has no condition'}\n${said.replace(/^/gm, '    ')}`;
    }),
  );
  return [`${name}: ${condition.reason}: ${condition.message}`, ...parts].join('\n');
}
