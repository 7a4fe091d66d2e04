import type { Param, PipelineSpec } from '../../tekton/spec/wire';
import { isBuildTask } from '../../words/names';
import type { Scheduled } from './schedule';
import { criticalPath, lengthOf, mostAtOnce, schedule } from './schedule';
import type { Estimate } from './times';
import { worksOf } from './works';

/** What a run would take, by how long each of its tasks takes. Times are in seconds, memory is in bytes. See docs/simulate.md. */

/** A task of a run that starts. */
export interface SimulatedTask extends Estimate {
  readonly name: string;
  /** After the run began. */
  readonly start: number;
  /** Of each of its pods. */
  readonly seconds: number;
  readonly pods: number;
}

/** What one pod requests: cores and bytes. */
export interface Requests {
  readonly cpu: number;
  readonly memory: number;
}

export interface Simulated {
  readonly seconds: number;
  readonly pods: number;
  readonly podSeconds: number;
  /** At the fullest moment, which need not be the same of each. */
  readonly atOnce: Requests & { readonly pods: number; readonly builds: number };
  /** Tasks of which nobody knows what they request: they are missing in `atOnce`. */
  readonly requestsUnknown: readonly string[];
  /** The tasks that decide how long the run takes, in their order. */
  readonly criticalPath: readonly string[];
  /** In the order in which they start. */
  readonly tasks: readonly SimulatedTask[];
}

/** What a simulation has to know of tasks, by their names in the Pipeline. */
export interface Known {
  readonly timeOf: (task: string) => Estimate;
  /** Of one pod; undefined: not known. */
  readonly requestsOf: (task: string) => Requests | undefined;
}

/** @param spec of the run, whole or pruned */
export function simulate(spec: PipelineSpec, params: readonly Param[], { timeOf, requestsOf }: Known): Simulated {
  const times = new Map<string, Estimate>();
  const secondsOf = (task: string): number => {
    const time = timeOf(task);
    times.set(task, time);
    return time.pod + time.steps;
  };
  const all = schedule(worksOf(spec, params, secondsOf));
  const started = all.filter(({ pods }) => pods > 0);
  const most = (need: (task: Scheduled) => number): number => mostAtOnce(started, need);
  const requested = (resource: keyof Requests): number =>
    most(({ name, pods }) => pods * (requestsOf(name)?.[resource] ?? 0));
  const sum = (of: (task: Scheduled) => number): number => started.reduce((total, task) => total + of(task), 0);
  return {
    seconds: lengthOf(all),
    pods: sum(({ pods }) => pods),
    podSeconds: sum(({ pods, seconds }) => pods * seconds),
    atOnce: {
      pods: most(({ pods }) => pods),
      builds: most(({ name }) => (isBuildTask(name) ? 1 : 0)),
      cpu: requested('cpu'),
      memory: requested('memory'),
    },
    requestsUnknown: started.map(({ name }) => name).filter((name) => requestsOf(name) === undefined),
    criticalPath: criticalPath(all).map(({ name }) => name),
    tasks: [...started]
      .sort((a, b) => a.start - b.start)
      .map(({ name, start, seconds, pods }) => ({ name, start, seconds, pods, ...times.get(name)! })),
  };
}
