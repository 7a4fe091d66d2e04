import { COMBINATIONS_MAX, byCombination } from '../../../lib/words/names';
import { isPathInside } from '../../../lib/runs/report/path-inside';
import type { Case, Lines, Summary, SummaryKind } from '../../../lib/runs/report/summary';
import {
  LIST_BYTES,
  LIST_MAX,
  SUMMARY_FILE,
  SUMMARY_KINDS,
  TEXT_MAX,
  summarySchema,
} from '../../../lib/runs/report/summary';
import { firstLines, line } from '../../../lib/runs/report/text';
import { countValues } from './json-values';
import type { ReportStore } from './report-store';
import { isFolderName } from './run-folder';
import { textOf } from './text-of';
import { Turns } from './turns';

/**
 * What the tests of a run came to, read of each `summary.json` among its reports. Code of the repository may have written one: of
 * which app and kind it is, its place says, and what cannot be read becomes a note, so that nobody waits for it.
 */

/** Three lists, each of which is bounded, and what is beside them. */
const BYTES_MAX = 3 * LIST_BYTES + 2 ** 20;
/** A case has at most eight fields, each a name and a value; what is beside cases and files has fewer than they. */
const VALUES_MAX = 20 * (LIST_MAX.failed + LIST_MAX.cases + LIST_MAX.files);
/** Nobody reads here what artillery counted, which the schema does not bound. */
const schema = summarySchema.omit({ load: true });
const READ_WITHIN_MS = 60_000;
/** One takes several times its size, and the process has little. */
const turns = new Turns(2);

/** One that is kept, with the combination that it is of where its tests ran in several ways. */
export interface KeptSummary extends Summary {
  readonly combination?: string;
}

/** One after the other, by app, kind and combination. @param folder of the run @throws ReportsUnavailable */
export async function* summariesOf(
  store: ReportStore,
  folder: string,
  signal?: AbortSignal,
): AsyncIterable<KeptSummary> {
  for (const app of (await store.folders(folder, signal)).filter(isFolderName).sort()) {
    const kinds = await store.folders(`${folder}/${app}`, signal);
    for (const kind of SUMMARY_KINDS.filter((one) => kinds.includes(one)))
      yield* summariesOfKind(store, folder, { app, kind }, signal);
  }
}

/** Tests that have a summary of their own ran in one way: folders beside it are theirs. */
async function* summariesOfKind(
  store: ReportStore,
  folder: string,
  of: SummaryPlace,
  signal?: AbortSignal,
): AsyncIterable<KeptSummary> {
  const whole = await summaryOf(store, folder, of, signal);
  if (whole !== undefined) return yield whole;
  const found = await store.folders(`${folder}/${of.app}/${of.kind}`, signal);
  for (const combination of found.filter(isFolderName).sort(byCombination).slice(0, COMBINATIONS_MAX)) {
    const summary = await summaryOf(store, folder, { ...of, combination }, signal);
    if (summary !== undefined) yield summary;
  }
}

/** Where a summary is among the reports of a run. */
export interface SummaryPlace {
  readonly app: string;
  readonly kind: SummaryKind;
  /** One that `isFolderName`. */
  readonly combination?: string;
}

/** @returns undefined: there is none @throws ReportsUnavailable */
export const summaryOf = (
  store: ReportStore,
  folder: string,
  { app, kind, combination }: SummaryPlace,
  signal?: AbortSignal,
): Promise<KeptSummary | undefined> =>
  turns.take(async () => {
    const within = AbortSignal.any([AbortSignal.timeout(READ_WITHIN_MS), ...(signal ? [signal] : [])]);
    const place = [app, kind, ...(combination === undefined ? [] : [combination]), SUMMARY_FILE].join('/');
    const file = await store.open(folder, place, within);
    if (file === undefined) return undefined;
    const way = combination === undefined ? {} : { combination };
    if (file.size > BYTES_MAX) {
      file.content.destroy();
      return { ...unread(app, kind, `is larger than ${BYTES_MAX / 2 ** 20} MiB, and is not read`), ...way };
    }
    return { ...readSummary(app, kind, await textOf(file.content, BYTES_MAX)), ...way };
  });

/** What a file says, in texts that are fit to be shown; what is wrong with it is a note. */
export function readSummary(app: string, kind: SummaryKind, text: string): Summary {
  if (countValues(text) > VALUES_MAX)
    return unread(app, kind, `has more than ${VALUES_MAX} names and values, and is not read`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unread(app, kind, 'is not JSON');
  }
  const read = schema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    return unread(app, kind, `is not in the format that it should have: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  if (read.data.app !== app || read.data.kind !== kind)
    return unread(app, kind, `says that it is of the ${read.data.kind} tests of ${read.data.app}, and lies elsewhere`);
  return shown(read.data);
}

/** In the place of one that cannot be read. */
export const unread = (app: string, kind: SummaryKind, why: string): Summary => ({
  version: 1,
  app,
  kind,
  cases: [],
  omitted: { failed: 0, cases: 0, files: 0, figures: 0, notes: 0 },
  notes: [{ file: SUMMARY_FILE, text: line(why, TEXT_MAX.note) }],
});

const shown = ({ cases, coverage, notes, ...rest }: Summary): Summary => ({
  ...rest,
  cases: cases.map(shownCase),
  ...(coverage && {
    coverage: {
      ...bounded(coverage),
      files: coverage.files
        .map((file) => ({ path: line(file.path, TEXT_MAX.path), ...bounded(file) }))
        .filter(({ path }) => path !== ''),
    },
  }),
  notes: notes.map(({ file, text }) => ({ file: line(file, TEXT_MAX.path), text: line(text, TEXT_MAX.note) })),
});

function shownCase({ class: group, name, message, file, line: at, ...rest }: Case): Case {
  const isInside = file !== undefined && isPathInside(file);
  return {
    ...rest,
    class: line(group, TEXT_MAX.name),
    name: line(name, TEXT_MAX.name),
    ...(message !== undefined && { message: firstLines(message) }),
    ...(isInside && { file, ...(at !== undefined && { line: at }) }),
  };
}

const bounded = ({ covered, total }: Lines): Lines => ({ covered: Math.min(covered, total), total });
