import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './report';

/** docs/performance.json: the last report of each benchmark. The tables and curves of docs/performance.md are made from it. */

const FILE = join(__dirname, '../../docs/performance.json');

export interface Record extends Report {
  /** Such as 2026-11-30. */
  readonly date: string;
  /** Where it was measured, such as 2 cores, Node 20.20.2. */
  readonly machine: string;
}

export const records = (): readonly Record[] => JSON.parse(readFileSync(FILE, 'utf8')) as Record[];

/** Puts these in place of earlier ones of the same names. */
export function keep(taken: readonly Record[]): void {
  const names = new Set(taken.map(({ name }) => name));
  const all = [...records().filter(({ name }) => !names.has(name)), ...taken].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  writeFileSync(FILE, `${JSON.stringify(all, null, 2)}\n`);
}
