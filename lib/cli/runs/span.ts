/** Times for people. */

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** `45s`, `3m20s`, `2h5m`, `12d` */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ['s', 1];
  const [whole, rest] = [Math.floor(seconds / size), seconds % size];
  if (unit === 'm') return `${whole}m${rest > 0 ? `${rest}s` : ''}`;
  const minutes = Math.floor(rest / 60);
  return unit === 'h' && minutes > 0 ? `${whole}h${minutes}m` : `${whole}${unit}`;
}

/** How long something took, or has taken by now; empty if it has not begun. */
export const taken = (
  { startedAt, finishedAt }: { readonly startedAt?: string; readonly finishedAt?: string },
  now: number,
): string =>
  startedAt === undefined
    ? ''
    : span((finishedAt === undefined ? now : Date.parse(finishedAt)) - Date.parse(startedAt));
