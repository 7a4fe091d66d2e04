import { grouped } from '../../words/grouped';
import type { Time } from './kinds';
import { defaultTime, kindOf } from './kinds';

/** How long each task takes: by what somebody says, else by runs that there were, else by kind. */

/** What somebody says, which may be what they want to try. */
export interface GivenTimes {
  /** Of every pod, beside its steps. */
  readonly pod?: number;
  /** Of steps, by name or kind of a task. */
  readonly tasks: ReadonlyMap<string, number>;
}

/** By name of a task, and by kind for tasks that no run had. */
export type PastTimes = ReadonlyMap<string, Time>;

export interface Estimate extends Time {
  /** Who said how long the steps take. */
  readonly from: 'file' | 'history' | 'default';
}

export function estimateOf(task: string, given: GivenTimes, past: PastTimes): Estimate {
  const kind = kindOf(task);
  const known = past.get(task) ?? past.get(kind);
  const { pod, steps } = known ?? defaultTime(kind);
  const said = given.tasks.get(task) ?? given.tasks.get(kind);
  return {
    pod: given.pod ?? pod,
    steps: said ?? steps,
    from: said !== undefined ? 'file' : known !== undefined ? 'history' : 'default',
  };
}

/** A task of a run that there was. */
export interface Observed extends Time {
  readonly task: string;
}

/** Medians of what tasks took. */
export function mediansOf(observed: readonly Observed[]): PastTimes {
  const by = (key: (task: string) => string): readonly (readonly [string, Time])[] =>
    [...grouped(observed, ({ task }) => key(task))].map(([name, ones]) => [
      name,
      { pod: median(ones.map(({ pod }) => pod)), steps: median(ones.map(({ steps }) => steps)) },
    ]);
  // what is known of a task itself counts before its kind
  return new Map([...by(kindOf), ...by((task) => task)]);
}

/** @param values at least one */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
