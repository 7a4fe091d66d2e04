import type { Paint, Style } from './colour';

/** A table of a terminal: pure. */

export interface Cell {
  /** Harmless already. */
  readonly text: string;
  readonly style?: Style;
}

const GAP = '  ';

/**
 * Rows in columns, below a head if there is one.
 * @param width the last column is cut so that no row is longer; undefined: nobody reads it on a screen
 */
export function table(
  head: readonly string[] | undefined,
  rows: readonly (readonly Cell[])[],
  paint: Paint,
  width?: number,
): readonly string[] {
  const all = [...(head ? [head.map((text): Cell => ({ text, style: 'heading' }))] : []), ...rows];
  const columns = all[0] ?? [];
  const widths = columns.map((_, column) => Math.max(...all.map((row) => row[column]!.text.length)));
  const before = widths.slice(0, -1).reduce((sum, own) => sum + own + GAP.length, 0);
  const room = width === undefined ? Infinity : Math.max(1, width - before);
  return all.map((row) =>
    row
      .map(({ text, style }, column) =>
        column === columns.length - 1
          ? paint(cut(text, room), style)
          : paint(text, style) + ' '.repeat(widths[column]! - text.length),
      )
      .join(GAP)
      .trimEnd(),
  );
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
