import type { Phase, RunRequest } from '../../../lib/runs/ask/run-request';
import { FINAL_PHASES } from '../../../lib/runs/ask/run-request';
import { linkTo } from '../http/runs';
import type { FailedCase, Told } from '../../../lib/runs/report/told';
import { line } from '../../../lib/runs/report/text';
import { grouped } from '../../../lib/words/grouped';
import type { Task } from '../queue/task';
import type { Annotation } from './annotations';
import { firstLine, titleOf } from '../queue/task';

/** The report on a request, computed from the request and the tasks of its run alone. commit.ts and comment.ts write it. */

/** What people read about a request. */
export interface Report {
  /** The name of the check: one for each stack, and one for each release. */
  readonly name: string;
  readonly phase: Phase;
  /** One line of text. */
  readonly title: string;
  /** The whole text, in Markdown. */
  readonly text: string;
  /** The address where people see the run. */
  readonly url?: string;
  /** At files of the commit; a commit status has none. */
  readonly annotations?: readonly Annotation[];
  /** The first line of the comment, by which it is found again; undefined if there is no comment. */
  readonly marker?: string;
}

const WORDS: Readonly<Record<Phase, string>> = {
  Queued: 'waits for its turn',
  Admitted: 'is about to start',
  Running: 'is running',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Cancelled: 'was cancelled',
  Refused: 'was refused',
};
/** The longest description that a commit status may have. */
const TITLE_MAX = 140;
/** The quoted part of a message or a log; its end says what went wrong. */
const QUOTED_MAX = 1_500;
/** How many failures a report shows: a comment has 65,536 characters, a check run one less. */
export const FAILURES_SHOWN = 10;
const TASKS_SHOWN = 200;
/** Of all matrices together. */
const COMBINATIONS_SHOWN = 60;
/** Of each task. */
const CASES_SHOWN = 5;
const CASE_MAX = { title: 160, message: 120 } as const;
/** Of apps, how much their tests reach. */
const REACHED_SHOWN = 20;

/** The phase of a request; one without a status is queued. */
export const phaseOf = ({ status }: RunRequest): Phase => status?.phase ?? 'Queued';

/** Composes the report. @param tasks in the order in which they began */
export function reportOf(request: RunRequest, tasks: readonly Task[], consoleUrl: string | undefined): Report {
  const { metadata, spec } = request;
  const about = `${spec.team}/${spec.stack}`;
  const phase = phaseOf(request);
  const isTest = spec.pipeline === 'pr-test';
  const failed = tasks.filter((task) => task.state === 'failed');
  const url = linkTo(consoleUrl, metadata.namespace ?? '', metadata.name);
  const name = url === undefined ? `\`${metadata.name}\`` : `[\`${metadata.name}\`](${url})`;
  const text = [
    `**${about}**: ${name} of \`${spec.revision?.slice(0, 10)}\` ${WORDS[phase]}.`,
    ...reasonOf(request, failed),
    ...table(tasks),
    ...gridsOf(tasks),
    ...sumOf(tasks),
    ...failed.slice(0, FAILURES_SHOWN).map((task) => describeFailure(task, metadata.namespace)),
    ...(isTest ? [nextCommand(phase)] : []),
  ].join('\n\n');
  return {
    name: isTest ? `tekton-dag/${about}` : `tekton-dag/${about}/${[spec.pipeline, ...(spec.apps ?? [])].join('-')}`,
    phase,
    title: cut(`${metadata.name} ${WORDS[phase]}${shortReasonOf(request, failed)}`, TITLE_MAX),
    text,
    url,
    ...(isTest && { marker: `<!-- tekton-dag ${about} -->` }),
  };
}

/** What the request waits for, or why it ended so. */
const reasonOf = (request: RunRequest, failed: readonly Task[]): readonly string[] =>
  ownReasonOf(request, failed).map(fenced);

/** The same in a few words. */
function shortReasonOf(request: RunRequest, failed: readonly Task[]): string {
  const names = failed.map(titleOf).join(', ');
  const reasons = [names, ...ownReasonOf(request, failed).map(firstLine)].filter((reason) => reason !== '');
  return reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
}

/** The message of the request; none where one of its tasks says why it failed. */
function ownReasonOf(request: RunRequest, failed: readonly Task[]): readonly string[] {
  const { message } = request.status ?? {};
  const phase = phaseOf(request);
  if (message === undefined || phase === 'Succeeded') return [];
  return failed.length > 0 && FINAL_PHASES.includes(phase) ? [] : [message];
}

/** All combinations of a matrix are one row. */
function table(tasks: readonly Task[]): readonly string[] {
  if (tasks.length === 0) return [];
  const rows = [...byTask(tasks)]
    .slice(0, TASKS_SHOWN)
    .map(([name, own]) => `| ${name} | ${stateOfAll(own)} | ${secondsOf(Math.max(...own.map(secondsIn)))} |`);
  return [['| Task | State | Time |', '| --- | --- | --- |', ...rows].join('\n')];
}

const secondsIn = ({ seconds = NaN }: Task): number => seconds;
const secondsOf = (seconds: number): string => (Number.isNaN(seconds) ? '' : `${seconds} s`);

/** By the name of their task, those of a matrix together. */
const byTask = (tasks: readonly Task[]) => grouped(tasks, ({ name, combination }) => combination?.task ?? name);

function stateOfAll(tasks: readonly Task[]): string {
  const [first] = tasks;
  if (tasks.length === 1 && first?.combination === undefined) return first?.state ?? '';
  const counts = STATES.map((state) => [state, tasks.filter((task) => task.state === state).length] as const);
  return counts.flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : [])).join(', ');
}
const STATES: readonly Task['state'][] = ['failed', 'cancelled', 'running', 'passed'];

/** Of each matrix what became of its combinations, those that failed first. */
function gridsOf(tasks: readonly Task[]): readonly string[] {
  let room = COMBINATIONS_SHOWN;
  return [...byTask(tasks.filter(({ combination }) => combination !== undefined))].flatMap(([name, all]) => {
    const shown = STATES.flatMap((state) => all.filter((task) => task.state === state)).slice(0, room);
    room -= shown.length;
    const rows = shown.map((task) => {
      const cases = task.tests === undefined ? '' : countsOf([task.tests]);
      return `| ${task.combination?.name} | ${task.state} | ${cases} | ${secondsOf(secondsIn(task))} |`;
    });
    if (rows.length === 0) return [];
    const rest = all.length > rows.length ? [`| and ${all.length - rows.length} more | | | |`] : [];
    return [[`| ${name} | State | Test cases | Time |`, '| --- | --- | --- | --- |', ...rows, ...rest].join('\n')];
  });
}

/** How many test cases there were, and how much of the lines they reached. */
function sumOf(tasks: readonly Task[]): readonly string[] {
  const tests = tasks.flatMap((task) => task.tests ?? []);
  const reached = tasks.flatMap((task) => {
    const { lines } = task.tests ?? NO_LINES;
    return lines === undefined || lines.total === 0 ? [] : [`${titleOf(task)} ${percent(lines)} %`];
  });
  return [
    ...(tests.length > 0 ? [`Test cases: ${countsOf(tests)}.`] : []),
    ...(reached.length > 0 ? [`Lines covered: ${reached.slice(0, REACHED_SHOWN).join(', ')}.`] : []),
  ];
}
function countsOf(tests: readonly Told[]): string {
  const sum = (key: keyof typeof CASES): number => tests.reduce((total, told) => total + told[key], 0);
  const counted = (Object.keys(CASES) as (keyof typeof CASES)[]).filter((key) => key === 'passed' || sum(key) > 0);
  return counted.map((key) => `${sum(key)} ${CASES[key]}`).join(', ');
}
const CASES = {
  passed: 'passed',
  failed: 'failed',
  errors: 'broke',
  skipped: 'skipped',
  flaky: 'passed when run again',
} as const;
const NO_LINES: Pick<Told, 'lines'> = {};
/** Rounded down: what is not covered whole is not 100 %. */
const percent = ({ covered, total }: { covered: number; total: number }): number =>
  Math.floor((1000 * Math.min(covered, total)) / total) / 10;

/** The test cases of a task that failed, the first ones by name and what each says first. */
function casesOf({ tests, failedCases }: Task): readonly string[] {
  const failed = tests === undefined ? 0 : tests.failed + tests.errors;
  if (tests === undefined || failed === 0) return [];
  const told = (failedCases?.length ? failedCases : tests.names.map((title) => ({ title }))).slice(0, CASES_SHOWN);
  const lines = told.flatMap(({ title, message, file, line: at }: FailedCase) => [
    line(file === undefined ? title : `${title} (${file}${at === undefined ? '' : `:${at}`})`, CASE_MAX.title),
    ...(message === undefined ? [] : [`    ${line(message.split('\n', 1)[0]!, CASE_MAX.message)}`]),
  ]);
  const rest = failed - told.length;
  return [fenced([...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n'))];
}

function describeFailure(task: Task, namespace: string | undefined): string {
  const { message, step, log } = task;
  const quoted = message === undefined ? [] : [fenced(message)];
  const see = step === undefined ? [] : [`Its log: \`kubectl logs -n ${namespace} ${step.pod} -c ${step.container}\``];
  return [
    `**${titleOf(task)}** failed.`,
    ...quoted,
    ...casesOf(task),
    ...see,
    ...(log === undefined ? [] : [fenced(log)]),
  ].join('\n\n');
}

/** The command that fits the phase: `/retest` is for what has failed. */
function nextCommand(phase: Phase): string {
  if (!FINAL_PHASES.includes(phase)) return 'To stop it, comment `/cancel`.';
  return phase === 'Succeeded' ? 'To run it again, comment `/test`.' : 'To run it again, comment `/retest`.';
}

/** Quotes what code under test may have written, so that it mentions nobody and no fence in it ends ours. */
function fenced(text: string): string {
  const end = wellFormed(text.length > QUOTED_MAX ? `…${text.slice(1 - QUOTED_MAX)}` : text);
  const longest = Math.max(2, ...[...end.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${end}\n${fence}`;
}

/** Removes half characters, which are no JSON, and control characters, which are not shown. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd').replace(/(?![\n\t])\p{Cc}/gu, '');

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
