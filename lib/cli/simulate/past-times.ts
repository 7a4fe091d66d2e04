import type { Observed, PastTimes } from '../../runs/simulate/times';
import { mediansOf } from '../../runs/simulate/times';
import type { Ask } from '../../runs/ask/ask';
import type { Task } from '../runs/answers';
import { runsAnswer, tasksAnswer } from '../runs/answers';
import type { Api, ApiOptions } from '../runs/api';
import { connectToApi } from '../runs/api';
import { fullName, isMissing, runPath } from '../runs/named';
import { during } from '../terminal';
import { UsageError } from '../usage-error';

/** How long tasks took in the newest runs of a Pipeline that succeeded, as the orchestrator tells it. */

export interface Past {
  /** How many runs it is of. */
  readonly runs: number;
  readonly times: PastTimes;
}

/** @param most runs @throws UsageError where there are no such runs */
export async function pastTimes({ team, stack, pipeline }: Ask, most: number, options: ApiOptions): Promise<Past> {
  const api = connectToApi(options);
  const query = new URLSearchParams({ team, stack, pipeline, phase: 'Succeeded', limit: String(most) });
  const { value: runs } = await api.get(`/api/runs?${query.toString()}`, runsAnswer);
  const tasks = await during(`asks for the tasks of ${runs.length} runs`, tasksOfAll(api, runs.map(fullName)));
  const observed = tasks.map((each) => each.flatMap(observedOf)).filter((each) => each.length > 0);
  if (observed.length > 0) return { runs: observed.length, times: mediansOf(observed.flat()) };
  throw new UsageError(
    `--history: ${
      runs.length === 0
        ? `no run of ${stack}-${pipeline} of team '${team}' that you may see has succeeded`
        : `of the ${runs.length} newest runs of ${stack}-${pipeline}, nobody has the tasks any more`
    }; leave it out, or say with --times how long tasks take`,
  );
}

async function tasksOfAll(api: Api, runs: readonly string[]): Promise<readonly (readonly Task[])[]> {
  const found: (readonly Task[])[] = [];
  // one after another: it is an orchestrator that has other things to do
  for (const run of runs) {
    const answer = await api.get(runPath(run, '/tasks'), tasksAnswer).catch((error: unknown) => {
      // it may have gone meanwhile
      if (isMissing(error)) return undefined;
      throw error;
    });
    found.push(answer?.value.tasks ?? []);
  }
  return found;
}

/** What a task took, if it passed. One of a matrix ends with its last combination. */
function observedOf({ name, state, combinations = [], ...task }: Task): readonly Observed[] {
  const whole = secondsOf([task]);
  const steps = [task, ...combinations].flatMap((one) => secondsOf(one.steps) ?? []);
  if (state !== 'passed' || whole === undefined || steps.length === 0) return [];
  const longest = Math.min(whole, Math.max(...steps));
  return [{ task: name, pod: whole - longest, steps: longest }];
}

interface Times {
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/** From the first start to the last end; undefined where nobody says them. */
function secondsOf(times: readonly Times[]): number | undefined {
  const starts = times.flatMap(({ startedAt }) => (startedAt === undefined ? [] : Date.parse(startedAt)));
  const ends = times.flatMap(({ finishedAt }) => (finishedAt === undefined ? [] : Date.parse(finishedAt)));
  if (starts.length === 0 || ends.length === 0) return undefined;
  return Math.max(0, Math.max(...ends) - Math.min(...starts)) / 1000;
}
