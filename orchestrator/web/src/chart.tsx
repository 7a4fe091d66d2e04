import { day } from './time';

/** What is known of a period. */
export interface Bar {
  readonly from: string;
  readonly to: string;
  /** Of `most`, what is drawn in it. */
  readonly part: number;
  readonly most: number;
  /** What whoever points at it is told. */
  readonly told: string;
}

interface Props {
  /** What whoever cannot see it is told. */
  readonly label: string;
  readonly kind: 'durations' | 'failures';
  readonly since: string;
  readonly until: string;
  readonly bars: readonly Bar[];
  readonly format: (value: number) => string;
  readonly legend: string;
}

const [WIDTH, HEIGHT, ABOVE, BELOW, GAP] = [420, 110, 18, 18, 1];

/** Bars over time, each of which holds another. */
export function Chart({ label, kind, since, until, bars, format, legend }: Props) {
  const [start, end] = [Date.parse(since), Date.parse(until)];
  const top = Math.max(...bars.map(({ most }) => most), Number.MIN_VALUE);
  const x = (time: string): number => ((Date.parse(time) - start) / (end - start)) * WIDTH;
  const height = (value: number): number => (value / top) * HEIGHT;
  const base = ABOVE + HEIGHT;
  return (
    <figure class={`chart ${kind}`}>
      <svg viewBox={`0 0 ${WIDTH} ${base + BELOW}`} role="img" aria-label={label}>
        <line x1="0" x2={WIDTH} y1={ABOVE} y2={ABOVE} />
        <line x1="0" x2={WIDTH} y1={base} y2={base} />
        <text x="0" y={ABOVE - 5}>
          {format(top)}
        </text>
        <text x="0" y={base + 14}>
          {day(since)}
        </text>
        <text x={WIDTH} y={base + 14} text-anchor="end">
          {day(until)}
        </text>
        {bars.map(({ from, to, part, most, told }) => {
          const place = { x: x(from) + GAP, width: Math.max(x(to) - x(from) - 2 * GAP, 1) };
          return (
            <g key={from}>
              <title>{told}</title>
              <rect class="most" {...place} y={base - height(most)} height={height(most)} />
              <rect class="part" {...place} y={base - height(part)} height={height(part)} />
            </g>
          );
        })}
      </svg>
      <figcaption>{legend}</figcaption>
    </figure>
  );
}
