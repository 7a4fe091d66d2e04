import { inOrder } from '../../words/order';

/** When each task of a run starts and ends, as Tekton starts a task once all that it waits for is over. Times are in seconds. */

/** A task of a run. */
export interface Work {
  readonly name: string;
  /** All that it waits for. Names of no task are ignored. */
  readonly after: readonly string[];
  /** From the start of its pods until Tekton has noticed that they are over; 0 for a task that is skipped. */
  readonly seconds: number;
  /** Pods that run at once: one for each combination of a matrix, none for a task that is skipped. */
  readonly pods: number;
}

export interface Scheduled extends Work {
  /** Seconds after the run began. */
  readonly start: number;
  readonly end: number;
}

/** In the order of `works`. @throws Error if there is a cycle, which Tekton would refuse */
export function schedule(works: readonly Work[]): readonly Scheduled[] {
  const byName = new Map(works.map((work) => [work.name, work]));
  const scheduled = new Map<string, Scheduled>();
  for (const name of inOrder([...byName.keys()], (of) => byName.get(of)!.after)) {
    const work = byName.get(name)!;
    const start = Math.max(0, ...work.after.map((before) => scheduled.get(before)?.end ?? 0));
    scheduled.set(name, { ...work, start, end: start + work.seconds });
  }
  return works.map(({ name }) => scheduled.get(name)!);
}

/** How long the run takes. */
export const lengthOf = (tasks: readonly Scheduled[]): number => Math.max(0, ...tasks.map(({ end }) => end));

/**
 * The tasks that decide how long the run takes: the last one that ends, what it waited for longest, and so on to the
 * beginning of the run. The run is as long as all of them together.
 */
export function criticalPath(tasks: readonly Scheduled[]): readonly Scheduled[] {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const path: Scheduled[] = [];
  for (let task = lastOf(tasks); task !== undefined;) {
    path.unshift(task);
    task = lastOf(task.after.flatMap((before) => byName.get(before) ?? []));
  }
  return path.filter(({ pods }) => pods > 0);
}

const lastOf = (tasks: readonly Scheduled[]): Scheduled | undefined =>
  tasks.reduce<Scheduled | undefined>(
    (last, task) => (last === undefined || task.end > last.end ? task : last),
    undefined,
  );

/**
 * What the tasks need together at the fullest moment. One that starts as another ends does not overlap it.
 * @param need of a task while it runs
 */
export function mostAtOnce(tasks: readonly Scheduled[], need: (task: Scheduled) => number): number {
  const at = (moment: number): number =>
    tasks.filter(({ start, end }) => start <= moment && moment < end).reduce((sum, task) => sum + need(task), 0);
  return Math.max(0, ...[...new Set(tasks.map(({ start }) => start))].map(at));
}
