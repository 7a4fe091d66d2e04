import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** A limit that a figure is held to. */
export interface Bar {
  readonly is: 'at most' | 'at least';
  readonly limit: number;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Empty for a ratio. */
  readonly unit: string;
  readonly bar?: Bar;
  /** Of a ratio: the work of the same run that the figure was divided by. */
  readonly against?: string;
}

interface Axis {
  readonly name: string;
  readonly unit: string;
}

/** A curve. */
export interface Series {
  readonly name: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly (readonly [number, number])[];
}

export interface Report {
  /** Name of the benchmark, as in `npm run bench -- NAME`. */
  readonly name: string;
  readonly figures: readonly Figure[];
  readonly series?: readonly Series[];
}

export const isMet = ({ value, bar }: Figure): boolean =>
  bar === undefined || (bar.is === 'at most' ? value <= bar.limit : value >= bar.limit);

/** @returns the value with three significant digits, or as a whole number from 100 on, and its unit */
export function written({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  const digits = Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
  return unit === '' ? digits : `${digits} ${unit}`;
}

function line(figure: Figure): string {
  const { bar, against } = figure;
  const sign = bar === undefined ? '    ' : isMet(figure) ? 'ok  ' : 'MISS';
  const of = against === undefined ? '' : `, of ${against}`;
  return `${sign} ${figure.name}: ${written(figure)}${of}${bar ? ` (${bar.is} ${bar.limit})` : ''}`;
}

/**
 * Ends a benchmark: prints its figures, writes them into the file that `--json` names, and makes the process exit with 1
 * when a bar is missed.
 */
export function report(results: Report): void {
  for (const figure of results.figures) console.log(line(figure));
  const { json } = parseArgs({ options: { json: { type: 'string' } }, strict: false }).values;
  if (typeof json === 'string') writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  process.exitCode = results.figures.every(isMet) ? 0 : 1;
}
