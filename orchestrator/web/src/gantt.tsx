import type { Task } from './answers';
import { criticalPath } from './critical-path';
import { signOf } from './state';
import { duration, taken } from './time';

const ROW = 24;
const LABELS = 190;
const WIDTH = 900;

interface Props {
  readonly tasks: readonly Task[];
  readonly now: number;
  readonly href: (task: string) => string;
}

/** When each task ran, and which of them made the run as long as it was. */
export function Gantt({ tasks, now, href }: Props) {
  const begun = tasks
    .filter((task): task is Task & { readonly startedAt: string } => task.startedAt !== undefined)
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt) || a.name.localeCompare(b.name));
  if (begun.length === 0) return null;
  const path = criticalPath(tasks);
  const start = Math.min(...begun.map(({ startedAt }) => Date.parse(startedAt)));
  const end = Math.max(...begun.map(({ finishedAt }) => (finishedAt === undefined ? now : Date.parse(finishedAt))));
  const length = Math.max(end - start, 1000);
  const x = (time: number): number => LABELS + ((time - start) / length) * (WIDTH - LABELS - 70);
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => start + part * length);
  return (
    <figure class="gantt" aria-label="When each task ran">
      <svg viewBox={`0 0 ${WIDTH} ${begun.length * ROW + 22}`}>
        {marks.map((mark) => (
          <g key={mark} class="mark">
            <line x1={x(mark)} x2={x(mark)} y1="0" y2={begun.length * ROW} />
            <text x={x(mark)} y={begun.length * ROW + 15} text-anchor="middle">
              {duration(mark - start)}
            </text>
          </g>
        ))}
        {begun.map(({ name, state, startedAt, finishedAt }, row) => {
          const [from, to] = [x(Date.parse(startedAt)), x(finishedAt === undefined ? now : Date.parse(finishedAt))];
          const time = taken(startedAt, finishedAt, now);
          return (
            <a key={name} href={href(name)}>
              <title>{`${name} ${time} ${state}`}</title>
              <g class={`bar ${state} ${path.has(name) ? 'critical' : ''}`} transform={`translate(0,${row * ROW})`}>
                <rect class="row" width={WIDTH} height={ROW} />
                <text x="4" y="16">
                  {signOf(state)} {name.length > 27 ? `${name.slice(0, 26)}…` : name}
                </text>
                <rect x={from} y="5" width={Math.max(to - from, 2)} height={ROW - 10} rx="3" />
                <text class="note" x={Math.max(to, from + 2) + 6} y="16">
                  {time}
                </text>
              </g>
            </a>
          );
        })}
      </svg>
      <figcaption>Tasks with a thick line made the run as long as it was.</figcaption>
    </figure>
  );
}
