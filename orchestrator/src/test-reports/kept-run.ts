import type { z } from 'zod';
import type { KeptLog } from '../../../lib/runs/report/kept-logs';
import {
  LOGS_FOLDER,
  LOGS_INDEX,
  OUTCOME_FILE,
  keptLogsSchema,
  keptTaskOf,
  outcomeSchema,
} from '../../../lib/runs/report/kept-logs';
import { isPathInside } from '../../../lib/runs/report/path-inside';
import { firstLines, line } from '../../../lib/runs/report/text';
import { grouped } from '../../../lib/words/grouped';
import { isPartOfMatrix } from '../../../lib/words/names';
import { readJson } from '../../../lib/words/read-json';
import { countValues } from './json-values';
import type { KeptFile, ReportStore } from './report-store';
import { textOf } from './text-of';

/** What a run kept of itself: how its tasks ended, and what their steps wrote. It is read when the cluster has neither any more. */

export interface KeptStep {
  readonly name: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly exitCode?: number;
}

export interface KeptTask {
  readonly name: string;
  /** Undefined: it was not over when this was written. */
  readonly succeeded?: boolean;
  /** In a word of Tekton. */
  readonly reason?: string;
  readonly message?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly steps: readonly KeptStep[];
}

/** In the order in which they began; none where the run kept nothing. @param folder of the run @throws ReportsUnavailable */
export async function keptTasks(
  store: ReportStore,
  folder: string,
  signal?: AbortSignal,
): Promise<readonly KeptTask[]> {
  const outcome = await readKept(store, folder, OUTCOME_FILE, outcomeSchema, signal);
  if (outcome === undefined) return [];
  const logs = await logsOf(store, folder, signal);
  // one that was tried again is there more than once
  const all = grouped(outcome.tasks, ({ name }) => name);
  const logsByTask = grouped(logs, keptTaskOf);
  return [...all].flatMap(([name, tasks]) => {
    const task = tasks.find(({ succeeded }) => succeeded === false) ?? tasks[0];
    if (task === undefined) return [];
    const { succeeded, reason, message, started, ended } = task;
    return {
      name: line(name, NAME_MAX),
      succeeded: succeeded ?? undefined,
      reason: reason ?? undefined,
      message: typeof message === 'string' ? firstLines(message) : undefined,
      startedAt: started ?? undefined,
      finishedAt: ended ?? undefined,
      steps: firstOfEach(logsByTask.get(name) ?? []).map(({ step, startedAt, finishedAt, exitCode }) => ({
        name: line(step, NAME_MAX),
        startedAt,
        finishedAt,
        exitCode,
      })),
    };
  });
}

const NAME_MAX = 100;

const firstOfEach = (logs: readonly KeptLog[]): readonly KeptLog[] =>
  [...grouped(logs, ({ step }) => step).values()].flatMap(([first]) => first ?? []);

export interface WantedLog {
  /** As `keptTasks` calls it, or as the task of all combinations is called. */
  readonly task: string;
  readonly combination?: string;
  readonly step: string;
}

const isOf = (log: KeptLog, { task, combination }: WantedLog): boolean =>
  combination === undefined
    ? [keptTaskOf(log), log.task].includes(task)
    : log.combination === combination && isPartOfMatrix(log.task, task);

/**
 * The log of a step, as it was kept.
 * @returns undefined: none was
 * @throws ReportsUnavailable
 */
export async function keptLog(
  store: ReportStore,
  folder: string,
  wanted: WantedLog,
  signal?: AbortSignal,
): Promise<{ readonly file?: KeptFile; readonly omitted?: string } | undefined> {
  const logs = await logsOf(store, folder, signal);
  const found = logs.find((log) => log.step === wanted.step && isOf(log, wanted));
  if (found === undefined || !isPathInside(found.file)) return undefined;
  const file = await store.open(`${folder}/${LOGS_FOLDER}`, found.file, signal);
  return { file, omitted: found.omitted };
}

const logsOf = async (store: ReportStore, folder: string, signal?: AbortSignal): Promise<readonly KeptLog[]> =>
  (await readKept(store, folder, `${LOGS_FOLDER}/${LOGS_INDEX}`, keptLogsSchema, signal))?.steps ?? [];

/** Hundreds of tasks have less, with all their results. */
const BYTES_MAX = 4 * 2 ** 20;
const VALUES_MAX = 200_000;

/** @returns undefined: there is none, or what is there is something else @throws ReportsUnavailable */
async function readKept<T>(
  store: ReportStore,
  folder: string,
  path: string,
  schema: z.ZodType<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const file = await store.open(folder, path, signal);
  if (file === undefined) return undefined;
  const text = await textOf(file.content, BYTES_MAX);
  if (text.length > BYTES_MAX || countValues(text) > VALUES_MAX) return undefined;
  return readJson(schema, text);
}
