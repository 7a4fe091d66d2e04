import { shortHash } from '../../runs/decisions/changed-since';
import type { Run, Task, Tasks } from './answers';
import { hasSucceeded, isOver } from './answers';
import type { Paint } from './colour';
import { styleOfRun, styleOfTask } from './colour';
import type { Comparison, Difference } from './compare';
import { oneLine } from './harmless';
import { span, taken } from './span';
import { table } from './table';

/** What a run came to, as a person reads it: pure. */

export interface Reported {
  readonly run: Run;
  readonly tasks: Tasks;
  readonly compared?: Comparison & { readonly other: Run };
  readonly now: number;
}

/** Parts that say nothing are left out. */
export const reportText = (reported: Reported, paint: Paint): string =>
  [
    verdict(reported, paint),
    failures(reported, paint),
    tests(reported.run, paint),
    tasks(reported, paint),
    whereMore(reported.run, paint),
    madeOf(reported.run, paint),
    changes(reported, paint),
  ]
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n');

type Lines = readonly string[];

const heading = (text: string, paint: Paint): string => paint(text, 'heading');

function verdict({ run, now }: Reported, paint: Paint): Lines {
  const { name, status, pullRequest, message } = run;
  const took = taken(run, now);
  const how = took === '' ? '' : isOver(run) ? ` after ${took}` : `, for ${took} by now`;
  const of = [
    run.pipeline,
    ...(run.team === undefined ? [] : [`of team ${run.team}`]),
    ...(run.apps === undefined ? [] : [`for ${run.apps.join(', ')}`]),
    ...(pullRequest === undefined ? [] : [`in pull request ${pullRequest.number} of ${pullRequest.repo}`]),
    ...(pullRequest?.headRef === undefined ? [] : [`(${pullRequest.headRef})`]),
  ];
  return [
    `${heading(oneLine(name), paint)}: ${paint(oneLine(status), styleOfRun(status))}${how}`,
    `  ${oneLine(of.join(' '))}`,
    ...(message === undefined || hasSucceeded(run) ? [] : [`  ${oneLine(message)}`]),
  ];
}

function failures({ tasks: { tasks } }: Reported, paint: Paint): Lines {
  const failed = tasks.filter(({ state }) => state === 'failed');
  return failed.length === 0
    ? []
    : [
        heading('Failed', paint),
        ...failed
          .flatMap(waysOf)
          .flatMap(({ name, state, message = '' }) =>
            state === 'failed' ? [`  ${oneLine(`${name}: ${message}`)}`] : [],
          ),
      ];
}

/** A task, or in its place each combination that its tests ran in. */
const waysOf = (task: Task): readonly Task[] =>
  task.combinations?.map((one) => ({ ...one, name: `${task.name} ${one.name}` })) ?? [task];

/** Of the cases that failed as many names as the run keeps. */
function tests({ results }: Run, paint: Paint): Lines {
  const told = results?.tests;
  if (told === undefined) return [];
  const counts = (['passed', 'failed', 'errors', 'skipped', 'flaky'] as const)
    .filter((state) => state === 'passed' || told[state] > 0)
    .map((state) => `${told[state]} ${state}`);
  const unnamed = told.failed + told.errors - told.failures.length;
  return [
    `${heading('Test cases', paint)}: ${counts.join(', ')}`,
    ...told.failures.map((failure) => `  ${oneLine(failure)}`),
    ...(told.failures.length > 0 && unnamed > 0 ? [`  and ${unnamed} more`] : []),
  ];
}

function tasks({ run, tasks: { isPruned, tasks }, now }: Reported, paint: Paint): Lines {
  const gone = isOver(run) ? 'pruned with their PipelineRun' : 'not there before the run begins';
  if (isPruned) return [`${heading('Tasks', paint)}: ${gone}`];
  const begun = tasks.filter(({ state }) => state !== 'skipped');
  const rows = begun
    .flatMap(waysOf)
    .map((task) => [
      { text: `  ${oneLine(task.name)}` },
      { text: oneLine(task.state), style: styleOfTask(task.state) },
      { text: taken(task, now) },
      { text: waited(task, run) },
    ]);
  const skipped = tasks.length - begun.length;
  return [
    ...table(['Tasks', 'STATE', 'TOOK', 'BEGAN AFTER'], rows, paint),
    ...(skipped > 0 ? [`  ${skipped} skipped`] : []),
  ];
}

const waited = ({ startedAt }: Task, run: Run): string =>
  startedAt === undefined || run.startedAt === undefined ? '' : span(Date.parse(startedAt) - Date.parse(run.startedAt));

function whereMore({ results, url }: Run, paint: Paint): Lines {
  const places: readonly (readonly [string, string | undefined])[] = [
    ['Reports', results?.reports],
    ['Page', url],
  ];
  return places.flatMap(([what, place]) => (place === undefined ? [] : [`${heading(what, paint)}: ${oneLine(place)}`]));
}

function madeOf({ revision, revisions = {}, results, made = {} }: Run, paint: Paint): Lines {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['commit', revision],
    ...Object.entries(revisions).map(([app, own]) => [`commit of ${app}`, own] as const),
    ['Pipeline', made.pipeline && shortHash(made.pipeline)],
    ['configuration', made.configuration && shortHash(made.configuration)],
    ['orchestrator', made.version],
    ['commit of dist/', made.commit],
    ...(made.tools ?? []).map((tool) => ['tool', tool] as const),
    ...(results?.images ?? []).map(({ app, url, digest }) => [`image of ${app}`, `${url}@${digest}`] as const),
  ];
  const rows = facts.flatMap(([what, value]) =>
    value === undefined ? [] : [[{ text: `  ${oneLine(what)}` }, { text: oneLine(value) }]],
  );
  return rows.length === 0 ? [] : [heading('Made of', paint), ...table(undefined, rows, paint)];
}

function changes({ compared, now }: Reported, paint: Paint): Lines {
  if (compared === undefined) return [];
  const { other, differences, unknown } = compared;
  const age = other.created === undefined ? '' : `, ${span(now - Date.parse(other.created))} ago`;
  const title = `Changed since ${oneLine(other.name)} (${oneLine(other.status)}${age})`;
  const rows = differences.map(({ what, before, after }: Difference) => [
    { text: `  ${oneLine(what)}` },
    { text: shown(before) },
    { text: `→ ${shown(after)}` },
  ]);
  return [
    `${heading(title, paint)}${rows.length > 0 ? '' : ': nothing that is known'}`,
    ...table(undefined, rows, paint),
    ...(unknown.length > 0 ? [`  not known of both: ${unknown.join(', ')}`] : []),
  ];
}

/** A hash as people compare it, with the algorithm left out. */
const shown = (value: string | undefined): string =>
  value === undefined ? 'none' : oneLine(value.split(', ').map(shortened).join(', '));

const HASH = /^(?:sha256:)?([0-9a-f]{32,})$/;
const shortened = (text: string): string => {
  const hash = HASH.exec(text)?.[1];
  return hash === undefined ? text : shortHash(hash);
};
