/** Where time goes: `atOnce` counts what overlaps. */

/** Milliseconds since the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How many spans there are at the fullest moment; one that starts as another ends does not overlap it. */
export const atOnce = (spans: readonly Span[]): number => Math.max(0, ...spans.map(({ start }) => spans.filter((other) => other.start <= start && start < other.end).length));
