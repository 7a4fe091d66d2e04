import { LOG_HEADERS } from '../../words/log-bytes';
import { pick } from '../pick';
import { EXIT, tell } from '../terminal';
import type { ExitCode } from '../terminal';
import { InputError } from '../../words/problem';
import { UsageError } from '../usage-error';
import type { Api, ApiOptions } from './api';
import { connectToApi } from './api';
import type { Task, Tasks } from './answers';
import { hasEnded } from './answers';
import type { Seen } from './changes';
import { untilOver } from './changes';
import { oneLine } from './harmless';
import { LogPrinter } from './log-printer';
import { isMissing, runPath, tasksOf } from './named';

export interface LogsOptions extends ApiOptions {
  readonly task?: string;
  readonly step?: string;
  readonly follow?: true;
}

/** A step whose log is asked for; of a task that has not begun, nobody knows its steps. */
interface Place {
  readonly task: string;
  readonly step?: string;
}

/** `logs RUN`: what the steps of a task wrote. Without a task it is what a person looks for first: the steps that failed, else what runs. */
export async function logs(name: string, options: LogsOptions): Promise<ExitCode> {
  if (options.step !== undefined && options.task === undefined)
    throw new UsageError('--step is of a task: say which one with --task');
  const api = connectToApi(options);
  const { isPruned, tasks } = await tasksWithLogs(api, name);
  let places = chosen(name, tasks, options);
  // of a run that is gone, nothing more is written
  const isFollowed = options.follow === true && !isPruned;
  if (isFollowed) places = await begun(api, name, places);
  for (const place of places) {
    if (places.length > 1) tell(oneLine(`==> ${place.task} / ${place.step} <==`));
    await (isFollowed ? followed : written)(api, name, place);
  }
  return EXIT.done;
}

/** @throws InputError where neither the cluster nor what keeps reports has them */
async function tasksWithLogs(api: Api, name: string): Promise<Tasks> {
  const { value } = await tasksOf(api, name);
  if (!value.isPruned || value.tasks.length > 0) return value;
  throw new InputError([
    {
      file: name,
      message:
        'the cluster has no PipelineRun of this run: it waits for its turn, or was pruned, and no logs of it are kept where the orchestrator reads them',
      expected: `npx tekton-dag report ${name}, which says what it came to`,
      severity: 'error',
    },
  ]);
}

/** @throws UsageError where that names nothing, or leaves a choice */
function chosen(run: string, tasks: readonly Task[], { task: name, step, follow }: LogsOptions): readonly Place[] {
  if (name !== undefined) {
    const task = pick('task', tasks, name, `run '${run}'`);
    if (step !== undefined && task.steps.length > 0) pick('step', task.steps, step, `task '${name}'`);
    return step === undefined ? stepsOf(task) : [{ task: name, step }];
  }
  const failed = tasks.filter(({ state }) => state === 'failed');
  if (failed.length > 0) return failed.flatMap((task) => stepsOf(task, 'failed'));
  const running = tasks.filter(({ state }) => state === 'running');
  if (running.length === 0 || (follow && running.length > 1)) {
    const why = running.length === 0 ? 'no task failed, and none runs' : 'several tasks run';
    const named = (running.length === 0 ? tasks : running).map((task) => task.name).join(', ');
    throw new UsageError(`${why}: say which one with --task (there are: ${named})`);
  }
  return running.flatMap((task) => stepsOf(task, 'running'));
}

/** The steps of a task that are in a state; all of them where none is. */
function stepsOf({ name, steps }: Task, state?: string): readonly Place[] {
  const own = steps.filter((step) => step.state === state);
  const places = (own.length > 0 ? own : steps).map((step) => ({ task: name, step: step.name }));
  return places.length > 0 ? places : [{ task: name }];
}

/** The steps of tasks that begin some time; none of those that end before. */
async function begun(api: Api, name: string, places: readonly Place[]): Promise<readonly Place[]> {
  const known: Place[] = [];
  for (const place of places) {
    if (place.step !== undefined) known.push(place);
    else
      await untilOver(api, async () => {
        const task = (await tasksWithLogs(api, name)).tasks.find((one) => one.name === place.task);
        if (task === undefined || (task.steps.length === 0 && hasEnded(task))) return 'over';
        if (task.steps.length === 0) return 'looks again soon';
        known.push(...stepsOf(task));
        return 'over';
      });
  }
  if (known.length === 0) throw new UsageError(`the task ended before it began: it was skipped or cancelled`);
  return known;
}

const logPath = (name: string, { task, step = '' }: Place, query?: Readonly<Record<string, string>>): string =>
  runPath(name, `/tasks/${encodeURIComponent(task)}/steps/${encodeURIComponent(step)}/log`, query);

/** Prints what a step has written by now. @throws InputError where there is no log of it */
async function written(api: Api, name: string, place: Place): Promise<void> {
  if (place.step === undefined)
    throw new UsageError(`task '${place.task}' has no log: it has not begun, or was skipped`);
  const printer = new LogPrinter();
  const { pieces, headers } = await api.stream(logPath(name, place, { follow: 'false' }), new AbortController().signal);
  tellKept(headers);
  await printer.read(pieces);
  printer.end();
}

/** Says of a log that it is not of the pod, which is no part of the log. */
function tellKept(headers: Headers): void {
  if (!headers.has(LOG_HEADERS.isKept)) return;
  const omitted = headers.get(LOG_HEADERS.omitted);
  tell(oneLine(`kept from the run; its pod is gone${omitted === null ? '' : `. Left out: ${omitted}`}`));
}

/** Prints what a step writes, until it ends. The server ends an answer some time; then the next one goes on where it was. */
async function followed(api: Api, name: string, place: Place): Promise<void> {
  const printer = new LogPrinter();
  const look = async (): Promise<Seen> => {
    try {
      const { pieces, headers } = await api.stream(logPath(name, place), new AbortController().signal);
      tellKept(headers);
      await printer.read(pieces);
    } catch (error) {
      // its container has not begun; one that is over has no log for ever
      if (!isMissing(error)) throw error;
      if (await isOver(api, name, place)) throw error;
      return 'looks again soon';
    }
    return printer.isFull || (await isOver(api, name, place)) ? 'over' : 'looks again soon';
  };
  await untilOver(api, look);
  printer.end();
}

async function isOver(api: Api, name: string, { task, step }: Place): Promise<boolean> {
  const { isPruned, tasks } = await tasksWithLogs(api, name);
  const found = tasks.find((one) => one.name === task);
  return (
    isPruned ||
    found === undefined ||
    hasEnded(found) ||
    hasEnded(found.steps.find((one) => one.name === step) ?? found)
  );
}
