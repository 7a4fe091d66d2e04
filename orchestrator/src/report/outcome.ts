import type { RunRequest } from '../../../lib/contract/run-request';
import { FINAL_PHASES } from '../../../lib/contract/run-request';
import { linkTo } from '../http/runs';
import type { KubeObject } from '../kube/client';
import type { Condition } from '../queue/objects';

/** What a pull request is told of a run: pure, from the request and the TaskRuns that there are. */

/** https://tekton.dev/docs/pipelines/taskruns/#monitoring-execution-status */
export interface TaskRun extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly ownerReferences?: readonly { readonly uid: string }[] };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly podName?: string;
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly steps?: readonly { readonly name: string; readonly container?: string; readonly terminated?: { readonly exitCode: number } }[];
  };
}

export interface Outcome {
  /** https://docs.github.com/en/rest/commits/statuses#create-a-commit-status */
  readonly status: { readonly context: string; readonly state: 'pending' | 'success' | 'failure' | 'error'; readonly description: string; readonly target_url?: string };
  /** For the pull request; its first line is the marker by which it is found again. Undefined: for the commit alone. */
  readonly comment?: { readonly marker: string; readonly body: string };
}

type Phase = NonNullable<NonNullable<RunRequest['status']>['phase']>;
const STATES: Readonly<Record<Phase, readonly [Outcome['status']['state'], string]>> = {
  Queued: ['pending', 'waits for its turn'],
  Admitted: ['pending', 'is about to start'],
  Running: ['pending', 'is running'],
  Succeeded: ['success', 'succeeded'],
  Failed: ['failure', 'failed'],
  Cancelled: ['error', 'was cancelled'],
  Refused: ['error', 'was refused'],
};
/** GitHub's limit. */
const DESCRIPTION_MAX = 140;
/** Of each message: the end of it says what went wrong. */
const MESSAGE_MAX = 2_000;
/** A comment has 65,536 characters. */
const FAILURES_SHOWN = 10;
const STEPS_SHOWN = 200;
const PIPELINE_TASK = 'tekton.dev/pipelineTask';

export const phaseOf = ({ status }: RunRequest): Phase => status?.phase ?? 'Queued';

export function outcomeOf(request: RunRequest, taskRuns: readonly TaskRun[], consoleUrl: string | undefined): Outcome {
  const { metadata, spec } = request;
  const about = `${spec.team}/${spec.stack}`;
  const [state, words] = STATES[phaseOf(request)];
  const tasks = taskRuns.map(taskOf).sort((a, b) => (a.startedAt ?? '~').localeCompare(b.startedAt ?? '~') || a.name.localeCompare(b.name));
  const failed = tasks.filter((task) => task.state === 'failed');
  const url = linkTo(consoleUrl, metadata.namespace ?? '', metadata.name);
  const status = {
    context: spec.pipeline === 'pr-test' ? `tekton-dag/${about}` : `tekton-dag/${about}/${[spec.pipeline, ...(spec.apps ?? [])].join('-')}`,
    state,
    description: cut(`${metadata.name} ${words}${failed.length > 0 ? `: ${failed.map(({ name }) => name).join(', ')}` : ''}`, DESCRIPTION_MAX),
    ...(url !== undefined && { target_url: url }),
  };
  if (spec.pipeline !== 'pr-test') return { status };
  const marker = `<!-- tekton-dag ${about} -->`;
  const name = url === undefined ? `\`${metadata.name}\`` : `[\`${metadata.name}\`](${url})`;
  const body = [
    marker,
    `**${about}**: ${name} of \`${spec.revision?.slice(0, 10)}\` ${words}.`,
    ...reasonOf(request, failed),
    ...table(tasks),
    ...failed.slice(0, FAILURES_SHOWN).map((task) => told(task, metadata.namespace)),
    ...(FINAL_PHASES.includes(phaseOf(request)) ? ['To run it again, comment `/retest`.'] : ['To stop it, comment `/cancel`.']),
  ].join('\n\n');
  return { status, comment: { marker, body } };
}

interface Task {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'cancelled' | 'running';
  readonly message?: string;
  readonly startedAt?: string;
  readonly seconds?: number;
  /** Where the failing step's log is. */
  readonly log?: { readonly pod: string; readonly container: string };
}

function taskOf({ metadata, status = {} }: TaskRun): Task {
  const { status: succeeded, reason = '', message } = status.conditions?.find(({ type }) => type === 'Succeeded') ?? {};
  const step = status.steps?.find(({ terminated }) => terminated !== undefined && terminated.exitCode !== 0);
  const isCancelled = ['TaskRunCancelled', 'Cancelled'].includes(reason);
  return {
    name: metadata.labels?.[PIPELINE_TASK] ?? metadata.name,
    state: succeeded === 'True' ? 'passed' : succeeded !== 'False' ? 'running' : isCancelled ? 'cancelled' : 'failed',
    message,
    startedAt: status.startTime,
    ...(status.startTime !== undefined && status.completionTime !== undefined && { seconds: Math.round((Date.parse(status.completionTime) - Date.parse(status.startTime)) / 1000) }),
    ...(step !== undefined && status.podName !== undefined && { log: { pod: status.podName, container: step.container ?? `step-${step.name}` } }),
  };
}

/** Why it ended so, where no Task of it says that. */
function reasonOf(request: RunRequest, failed: readonly Task[]): readonly string[] {
  const { message } = request.status ?? {};
  return message === undefined || failed.length > 0 || phaseOf(request) === 'Succeeded' ? [] : [fenced(message)];
}

function table(tasks: readonly Task[]): readonly string[] {
  if (tasks.length === 0) return [];
  const rows = tasks.slice(0, STEPS_SHOWN).map(({ name, state, seconds }) => `| ${name} | ${state} | ${seconds === undefined ? '' : `${seconds} s`} |`);
  return [['| Task | State | Time |', '| --- | --- | --- |', ...rows].join('\n')];
}

function told({ name, message, log }: Task, namespace: string | undefined): string {
  const said = message === undefined ? [] : [fenced(message)];
  const see = log === undefined ? [] : [`Its log: \`kubectl logs -n ${namespace} ${log.pod} -c ${log.container}\``];
  return [`**${name}** failed.`, ...said, ...see].join('\n\n');
}

/** What code under test may have written: nobody is mentioned by it, and no fence in it ends ours. */
function fenced(text: string): string {
  const end = text.length > MESSAGE_MAX ? `…${text.slice(1 - MESSAGE_MAX)}` : text;
  const longest = Math.max(2, ...[...end.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${end}\n${fence}`;
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
