/** Where time goes: `atOnce` counts what overlaps, `timesOf` takes a run apart, `table` shows it. Times are in milliseconds. */

/** Since the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How many spans there are at the fullest moment; one that starts as another ends does not overlap it. */
export const atOnce = (spans: readonly Span[]): number =>
  Math.max(0, ...spans.map(({ start }) => spans.filter((other) => other.start <= start && start < other.end).length));

/** How long at least one of the spans lasts. */
export function covered(spans: readonly Span[]): number {
  let until = 0;
  let sum = 0;
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    sum += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return sum;
}

/** What Kubernetes tells of a run; times as it writes them, in whole seconds. */
export interface RunTimes {
  readonly run: string;
  readonly created: string;
  readonly started: string;
  readonly ended: string;
  readonly tasks: readonly {
    readonly name: string;
    readonly created: string;
    /** When the pod had a node. */
    readonly scheduled: string;
    readonly ended: string;
    /** Those that were not skipped. */
    readonly steps: readonly { readonly name: string; readonly started: string; readonly ended: string }[];
  }[];
}

const WIDTH = 9;

const seconds = (from: string | number, to: string | number): number =>
  (new Date(to).getTime() - new Date(from).getTime()) / 1000;

/**
 * A line a task, in seconds, and how much of the run's time a step ran in. `at`: since the run was made; `schedule`: until
 * the pod has a node; `start`: until its first step runs; `idle`: between steps; `end`: until the TaskRun is done.
 */
export function table({ run, created, started, ended, tasks }: RunTimes): string {
  const inSteps =
    covered(
      tasks.flatMap(({ steps }) =>
        steps.map((step) => ({ start: Date.parse(step.started), end: Date.parse(step.ended) })),
      ),
    ) / 1000;
  const whole = seconds(created, ended);
  const lines = [...tasks]
    .sort((a, b) => Date.parse(a.created) - Date.parse(b.created))
    .map(({ name, steps, ...task }) => {
      const [first, last] = [steps[0]?.started ?? task.ended, steps.at(-1)?.ended ?? task.ended];
      const each = steps.map((step) => ({ name: step.name, took: seconds(step.started, step.ended) }));
      const idle = seconds(first, last) - each.reduce((sum, { took }) => sum + took, 0);
      const parts = [
        seconds(created, task.created),
        seconds(task.created, task.scheduled),
        seconds(task.scheduled, first),
        seconds(first, last) - idle,
        idle,
        seconds(last, task.ended),
      ];
      const told = each.filter(({ took }) => took > 0).map((step) => `${step.name} ${step.took}`);
      return [name.padEnd(28), ...parts.map((part) => String(part).padStart(WIDTH)), `  ${told.join(', ')}`].join('');
    });
  const head = [
    'task'.padEnd(28),
    ...['at', 'schedule', 'start', 'steps', 'idle', 'end'].map((word) => word.padStart(WIDTH)),
    '  seconds of steps',
  ].join('');
  return [
    `${run}: ${whole} s, of which queue ${seconds(created, started)} s, in steps ${inSteps} s (${Math.round((100 * inSteps) / whole)} %)`,
    head,
    ...lines,
  ].join('\n');
}
