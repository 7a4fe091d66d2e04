import type { CaseName } from '../history/case-history';

/** The figures of a time: how long things took, how often they failed, and what they cost. docs/figures.md says what each counts. */

/** Of so many durations, in seconds. */
export interface Durations {
  readonly count: number;
  readonly median: number;
  /** Nine of ten took no longer. */
  readonly p90: number;
}

/** Of runs that passed or failed, how many failed. */
export interface Failures {
  readonly count: number;
  readonly failed: number;
}

/** What is undefined rests on nothing: there was none, or it is not known. */
export interface Figures {
  /** Runs that ended. */
  readonly runs: number;
  readonly tests: Failures;
  readonly releases: Failures;
  /** From a push to the verdict on it. */
  readonly verdict?: Durations;
  /** From a merge until what was merged serves. */
  readonly serving?: Durations;
  /** From a failed release of an app to the next one that passed. */
  readonly repair?: Durations;
  /** From being asked for to the beginning. */
  readonly wait?: Durations;
  readonly podSeconds?: number;
}

/** What figures are of: all of it where none of these is there. */
export interface Part {
  readonly namespace?: string;
  readonly stack?: string;
  /** The beginning of a period, in milliseconds since the epoch. */
  readonly period?: number;
}

/** A case that failed and passed although nothing had changed. */
export interface FlakyCase extends CaseName {
  /** In so many runs. */
  readonly times: number;
  readonly minutesLost: number;
  /** The last of these runs. */
  readonly run: string;
}

export interface FiguresQuery {
  readonly namespaces: readonly string[];
  readonly stack?: string;
  /** Runs that ended then or later, in milliseconds since the epoch. */
  readonly since: number;
  /** And before that. */
  readonly until: number;
  /** The length of a period, in milliseconds. The first begins at `since`. */
  readonly step: number;
}

/** Figures of all that is asked for, and of each team, stack and period of it that has any. */
export interface FiguresAnswer {
  readonly parts: readonly (Part & Figures)[];
  /** Most minutes lost first. Undefined: cases are not known. */
  readonly flaky?: readonly FlakyCase[];
  /** What remembers the runs; `cluster` also where a database is there and does not answer. */
  readonly source: 'history' | 'cluster';
  /** False: there is a database, and it does not answer. */
  readonly isComplete: boolean;
}

export type FiguresSource = (query: FiguresQuery) => Promise<FiguresAnswer>;

const DAY_MS = 86_400_000;

/** So that a chart has some periods, and not too many. @returns milliseconds */
export const stepOf = (since: number, until: number): number => {
  const days = (until - since) / DAY_MS;
  return DAY_MS * (days <= 31 ? 1 : days <= 217 ? 7 : 30);
};

/** As `percentile_cont` of PostgreSQL: between two of them, what lies between. @param sorted at least one, in order */
function quantile(sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return below + (above - below) * (at - Math.floor(at));
}

/** @param seconds in any order; undefined ones are none */
export function durationsOf(seconds: readonly (number | undefined)[]): Durations | undefined {
  const sorted = seconds.filter((one) => one !== undefined).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  return { count: sorted.length, median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) };
}
