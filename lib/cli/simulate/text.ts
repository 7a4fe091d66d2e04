import type { PipelineKind } from '../../words/names';
import { shown } from '../../doctor/pods';
import type { Simulated, SimulatedTask } from '../../runs/simulate/simulate';
import type { Wait } from '../../runs/simulate/wait';
import type { Paint } from '../runs/colour';
import { span } from '../runs/span';
import { table } from '../runs/table';

/** What a simulation tells: `--format json` as it is, and here for a person. Pure. */

/** The run with one value of `maxParallelBuilds`. */
export interface Variant extends Simulated {
  readonly maxParallelBuilds: number;
  /** With `--runs`, for each number of slots. */
  readonly waits?: readonly (Wait & { readonly slots: number })[];
}

export interface Answer {
  readonly team: string;
  readonly stack: string;
  readonly pipeline: PipelineKind;
  /** Empty: all of the stack. */
  readonly apps: readonly string[];
  readonly maxConcurrentRuns: number;
  /** How many runs `--history` has found. */
  readonly historyRuns?: number;
  readonly runs?: number;
  readonly variants: readonly Variant[];
}

export const answerText = (answer: Answer, paint: Paint): string =>
  [
    [`${answer.pipeline} of stack ${answer.stack}, team ${answer.team}: ${answer.apps.join(', ') || 'all apps'}`],
    limits(answer, paint),
    ...answer.variants.map((variant) => path(variant, answer.variants.length > 1, paint)),
    waits(answer, paint),
    notes(answer),
  ]
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n');

const time = (seconds: number): string => span(seconds * 1000);
const rows = (head: readonly string[], all: readonly (readonly string[])[], paint: Paint): readonly string[] =>
  table(
    head,
    all.map((row) => row.map((text) => ({ text }))),
    paint,
  );

/** One line for each value of `maxParallelBuilds`. */
const limits = ({ variants }: Answer, paint: Paint): readonly string[] =>
  rows(
    ['MAX PARALLEL BUILDS', 'DURATION', 'PODS', 'PODS AT ONCE', 'BUILDS AT ONCE', 'CPU AT ONCE', 'MEMORY AT ONCE'],
    variants.map(({ maxParallelBuilds, seconds, pods, atOnce }) => [
      String(maxParallelBuilds),
      time(seconds),
      String(pods),
      String(atOnce.pods),
      String(atOnce.builds),
      shown('cpu', atOnce.cpu),
      shown('memory', atOnce.memory),
    ]),
    paint,
  );

function path(variant: Variant, isOneOfSeveral: boolean, paint: Paint): readonly string[] {
  const byName = new Map(variant.tasks.map((task) => [task.name, task]));
  const tasks = variant.criticalPath.flatMap((name) => byName.get(name) ?? []);
  const starting = tasks.reduce((sum, { pod }) => sum + pod, 0);
  const title = `Critical path${isOneOfSeveral ? ` with ${variant.maxParallelBuilds}` : ''}: pods take ${time(starting)} of it to start and to end`;
  return [
    title,
    ...rows(
      ['AT', 'TOOK', 'TASK', 'TIME FROM'],
      tasks.map((task) => [time(task.start), time(task.seconds), nameOf(task), task.from]),
      paint,
    ),
  ];
}

const nameOf = ({ name, pods }: SimulatedTask): string => (pods > 1 ? `${name} (${pods} pods)` : name);

const waits = ({ runs, variants }: Answer, paint: Paint): readonly string[] =>
  runs === undefined
    ? []
    : [
        `${runs} such runs asked for at once`,
        ...rows(
          ['MAX PARALLEL BUILDS', 'SLOTS', 'LONGEST WAIT', 'ALL DONE AFTER'],
          variants.flatMap(({ maxParallelBuilds, waits = [] }) =>
            waits.map(({ slots, longest, allDone }) => [
              String(maxParallelBuilds),
              String(slots),
              time(longest),
              time(allDone),
            ]),
          ),
          paint,
        ),
      ];

const NAMED = 3;

function notes({ historyRuns, maxConcurrentRuns, runs, variants }: Answer): readonly string[] {
  const [{ tasks, requestsUnknown }] = variants as readonly [Variant];
  const guessed = tasks.filter(({ from }) => from === 'default').length;
  const unknown = `${requestsUnknown.slice(0, NAMED).join(', ')}${requestsUnknown.length > NAMED ? ` and ${requestsUnknown.length - NAMED} more` : ''}`;
  return [
    ...(runs === undefined ? [`The run has a slot all the time; the team has ${maxConcurrentRuns}.`] : []),
    ...(historyRuns === undefined ? [] : [`history: medians of ${historyRuns} ${historyRuns === 1 ? 'run' : 'runs'}.`]),
    ...(guessed > 0
      ? [
          `${guessed === tasks.length ? `All ${guessed}` : `${guessed} of ${tasks.length}`} task times are defaults measured on another machine (docs/simulate.md). Give your own with --history or --times.`,
        ]
      : []),
    ...(requestsUnknown.length > 0
      ? [`CPU and memory are without what these request, which is not known: ${unknown}.`]
      : []),
  ];
}
