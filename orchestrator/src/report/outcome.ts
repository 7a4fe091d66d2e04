import type { Phase, RunRequest } from '../../../lib/runs/ask/run-request';
import { FINAL_PHASES } from '../../../lib/runs/ask/run-request';
import { linkTo } from '../http/runs';
import type { Task } from './task';

/** What is told of a request: pure, from the request and the tasks of its run. Where it is told is commit.ts and comment.ts. */

export interface Outcome {
  /** Of the check: one for each stack, and for each release. */
  readonly name: string;
  readonly phase: Phase;
  /** One line. */
  readonly title: string;
  /** All of it, in Markdown. */
  readonly text: string;
  /** Where people see the run. */
  readonly url?: string;
  /** First line of the comment, by which it is found again. Undefined: the commit alone is told. */
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
/** The description of a status may have no more. */
const TITLE_MAX = 140;
/** Of each message and of each log: the end of it says what went wrong. */
const QUOTED_MAX = 1_500;
/** A comment has 65,536 characters, a check run one less. */
export const FAILURES_SHOWN = 10;
const TASKS_SHOWN = 200;

export const phaseOf = ({ status }: RunRequest): Phase => status?.phase ?? 'Queued';

/** @param tasks in the order in which they began */
export function outcomeOf(request: RunRequest, tasks: readonly Task[], consoleUrl: string | undefined): Outcome {
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
    ...failed.slice(0, FAILURES_SHOWN).map((task) => told(task, metadata.namespace)),
    ...(isTest ? [whatNext(phase)] : []),
  ].join('\n\n');
  return {
    name: isTest ? `tekton-dag/${about}` : `tekton-dag/${about}/${[spec.pipeline, ...(spec.apps ?? [])].join('-')}`,
    phase,
    title: cut(
      `${metadata.name} ${WORDS[phase]}${failed.length > 0 ? `: ${failed.map((task) => task.name).join(', ')}` : ''}`,
      TITLE_MAX,
    ),
    text,
    url,
    ...(isTest && { marker: `<!-- tekton-dag ${about} -->` }),
  };
}

/** Why it ended so, where no Task of it says that. */
function reasonOf(request: RunRequest, failed: readonly Task[]): readonly string[] {
  const { message } = request.status ?? {};
  return message === undefined || failed.length > 0 || phaseOf(request) === 'Succeeded' ? [] : [fenced(message)];
}

function table(tasks: readonly Task[]): readonly string[] {
  if (tasks.length === 0) return [];
  const rows = tasks
    .slice(0, TASKS_SHOWN)
    .map(({ name, state, seconds }) => `| ${name} | ${state} | ${seconds === undefined ? '' : `${seconds} s`} |`);
  return [['| Task | State | Time |', '| --- | --- | --- |', ...rows].join('\n')];
}

function told({ name, message, step, log }: Task, namespace: string | undefined): string {
  const said = message === undefined ? [] : [fenced(message)];
  const see = step === undefined ? [] : [`Its log: \`kubectl logs -n ${namespace} ${step.pod} -c ${step.container}\``];
  return [`**${name}** failed.`, ...said, ...see, ...(log === undefined ? [] : [fenced(log)])].join('\n\n');
}

/** `/retest` is for what has failed. */
function whatNext(phase: Phase): string {
  if (!FINAL_PHASES.includes(phase)) return 'To stop it, comment `/cancel`.';
  return phase === 'Succeeded' ? 'To run it again, comment `/test`.' : 'To run it again, comment `/retest`.';
}

/** What code under test may have written: nobody is mentioned by it, and no fence in it ends ours. */
function fenced(text: string): string {
  const end = wellFormed(text.length > QUOTED_MAX ? `…${text.slice(1 - QUOTED_MAX)}` : text);
  const longest = Math.max(2, ...[...end.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${end}\n${fence}`;
}

/** No half characters, which are no JSON, and no control characters, which are not shown. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd').replace(/(?![\n\t])\p{Cc}/gu, '');

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
