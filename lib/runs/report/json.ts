import { z } from 'zod';
import type { Locate } from './place';
import type { Summary } from './summary';
import { LIST_MAX, TEXT_MAX } from './summary';
import type { Tally } from './tally';
import { line } from './text';
import { Unreadable } from './xml';

/** Reports in JSON: coverage as Istanbul writes it, and what artillery counted. */

/** What begins or separates values: there are no more values than these, and none takes more than some hundred bytes. */
const VALUES_MAX = 3_000_000;
const STARTS: ReadonlySet<number> = new Set([...'[{,'].map((character) => character.charCodeAt(0)));

/** @throws Unreadable if it is no JSON, or takes more memory than it may */
export function parseJson(bytes: Uint8Array): unknown {
  let values = 0;
  for (const byte of bytes) if (STARTS.has(byte)) values++;
  if (values > VALUES_MAX) throw new Unreadable(`it has more than ${VALUES_MAX} values`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Unreadable('it is not JSON');
  }
}

const count = z.number().int().min(0);
const lines = z.object({ lines: z.object({ covered: count, total: count }) });
const statement = z.object({ start: z.object({ line: count }) });
const statements = z.object({ statementMap: z.record(z.string(), statement), s: z.record(z.string(), count) });

/**
 * `coverage-summary.json` (lines of each file are counted) and `coverage-final.json` (statements, by the line that each begins in).
 * https://istanbul.js.org/docs/advanced/alternative-reporters/
 */
export function readIstanbul(value: unknown, tally: Tally, locate: Locate): void {
  const files = z.record(z.string(), z.unknown()).safeParse(value);
  if (!files.success) throw new Unreadable('it is not a coverage report of Istanbul');
  tally.seeCoverage();
  for (const [file, said] of Object.entries(files.data)) {
    const summed = lines.safeParse(said);
    const whole = summed.success ? undefined : statements.safeParse(said);
    if (file === 'total' || (!summed.success && !whole?.success)) continue;
    const path = locate(file) ?? line(file, TEXT_MAX.path);
    if (path !== '') tally.cover(path, summed.success ? summed.data.lines : linesOf(whole!.data!));
  }
}

function linesOf({ statementMap, s }: z.output<typeof statements>): { covered: number; total: number } {
  const hits = new Map<number, number>();
  for (const [id, { start }] of Object.entries(statementMap))
    hits.set(start.line, Math.max(hits.get(start.line) ?? 0, s[id] ?? 0));
  return { covered: [...hits.values()].filter((times) => times > 0).length, total: hits.size };
}

const figures = z.record(z.string(), z.unknown());
const report = z.object({ aggregate: z.object({ counters: figures, summaries: figures.optional() }) });

/** https://www.artillery.io/docs/reference/reported-metrics */
export function readArtillery(value: unknown, tally: Tally): void {
  const read = report.safeParse(value);
  if (!read.success) throw new Unreadable('it is not a report of artillery');
  const { counters, summaries = {} } = read.data.aggregate;
  let left = LIST_MAX.figures;
  let omitted = 0;
  const numbers = (from: unknown): Record<string, number> =>
    Object.fromEntries(
      Object.entries(figures.catch({}).parse(from)).flatMap(([name, figure]) => {
        if (typeof figure !== 'number' || !Number.isFinite(figure)) return [];
        if (left-- > 0) return [[line(name, TEXT_MAX.name), figure]];
        omitted++;
        return [];
      }),
    );
  const load: NonNullable<Summary['load']> = {
    counters: numbers(counters),
    times: Object.fromEntries(
      Object.entries(summaries).flatMap(([name, figures]) => {
        const times = numbers(figures);
        return Object.keys(times).length > 0 ? [[line(name, TEXT_MAX.name), times]] : [];
      }),
    ),
  };
  tally.addLoad(load, omitted);
}
