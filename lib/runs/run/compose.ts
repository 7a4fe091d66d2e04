import { createHash } from 'node:crypto';
import type { QueueKind } from '../../fleet/queue';
import { canonicalJson } from '../../words/canonical-json';
import { ANNOTATIONS } from '../../words/labels';
import type { Account } from '../../words/names';
import { ACCOUNTS, RUN_MINUTES, VERDICT_TASK, isTestTask, pipelineName } from '../../words/names';
import type { Problem } from '../../words/problem';
import { InputError } from '../../words/problem';
import { prune } from '../../tekton/spec/prune';
import type { Pruned } from '../../tekton/spec/prune';
import type { PipelineSpec } from '../../tekton/spec/wire';
import type { Ask } from '../ask/ask';
import type { Resolved } from '../ask/check-ask';
import { checkAsk } from '../ask/check-ask';
import { namePrefix } from '../ask/run-request';
import { paramsOf, sessionOf } from './params';
import { inKueue } from './kueue';
import type { PipelineRun } from './pipeline-run';
import { pipelineRun } from './pipeline-run';
import type { PodTemplates } from './pod-template';
import { EVERY_TASK, readPodTemplates } from './pod-template';
import type { TaskResources } from './step-resources';
import { readTaskResources } from './step-resources';

/** A Pipeline as `dist/` holds it, or as the cluster returns it. */
export interface PipelineManifest {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: PipelineSpec;
}

/** What a run is composed with, beside its ask: what the ask is resolved against, and the form of the run. */
export interface RunContext extends Resolved {
  /** Whether the run bears its Pipeline, pruned to what it concerns; else it refers to it. */
  readonly embed: boolean;
  /** Who decides when the run goes on. With `kueue` it waits in the queue of its team. @default - it goes on at once */
  readonly queue?: QueueKind;
}

/**
 * The PipelineRun for an ask: its Pipeline embedded, pruned to what the ask concerns; or referred to, where a cluster
 * forbids inline specs. Pure: the name is left to the API server (`generateName`).
 * @throws InputError with everything that is wrong with the ask, or with the Pipeline that it is to run
 */
export function composeRun(pipeline: PipelineManifest, ask: Ask, context: RunContext): PipelineRun {
  const { name, namespace } = pipeline.metadata;
  const { embed, queue } = context;
  const made = readAnnotations(pipeline);
  const problems = [...checkAsk(name, ask, context), ...checkPipeline(pipeline, made, ask)];
  if (problems.length > 0) throw new InputError(problems);

  const given = paramsOf(ask, context);
  const run = embed
    ? withoutIdleVerdict(prune(pipeline.spec, given, { maxParallelBuilds: made.maxParallelBuilds }))
    : { spec: pipeline.spec, params: given };
  const tasks = new Set([...(run.spec.tasks ?? []), ...(run.spec.finally ?? [])].map((task) => task.name));
  const composed = pipelineRun({
    generateName: namePrefix(ask.pipeline, ask.pullRequest?.number),
    namespace,
    labels: {
      team: ask.team,
      stack: ask.stack,
      pipeline: ask.pipeline,
      pullRequest: ask.pullRequest?.number.toString(),
      session: ask.pipeline === 'pr-test' ? sessionOf(ask) : undefined,
      trust: ask.trust,
    },
    annotations: embed ? { [ANNOTATIONS.pipelineHash]: pipelineHash(pipeline) } : undefined,
    params: run.params,
    accounts: new Map([...(made.accounts ?? [])].filter(([task]) => tasks.has(task))),
    podTemplates: Object.fromEntries(
      Object.entries(made.podTemplates ?? {}).filter(([task]) => task === EVERY_TASK || tasks.has(task)),
    ),
    resources: Object.fromEntries(Object.entries(made.resources ?? {}).filter(([task]) => tasks.has(task))),
    timeoutMinutes: made.timeoutMinutes,
    pipeline: embed ? { pipelineSpec: run.spec } : { pipelineRef: { name } },
  });
  return queue === 'kueue' ? inKueue(composed, ask) : composed;
}

/** A run without tests has nothing to give a verdict about. */
function withoutIdleVerdict({ spec, params }: Pruned): Pruned {
  const { tasks = [] } = spec;
  if (tasks.some(({ name }) => isTestTask(name))) return { spec, params };
  return { spec: { ...spec, tasks: tasks.filter(({ name }) => name !== VERDICT_TASK) }, params };
}

/** What synth wrote for whoever composes a run. */
interface Made {
  /** NaN: not made, or not understood. */
  readonly maxParallelBuilds: number;
  /** By pipeline task; undefined: not made, or not understood. */
  readonly accounts?: ReadonlyMap<string, Account>;
  /** By pipeline task; undefined: not understood. */
  readonly podTemplates?: PodTemplates;
  /** By pipeline task; undefined: not understood. */
  readonly resources?: TaskResources;
  readonly interceptBackend?: string;
  /** Undefined: nothing is said of it. NaN: not understood. */
  readonly timeoutMinutes?: number;
}

function readAnnotations({ metadata: { annotations = {} } }: PipelineManifest): Made {
  return {
    maxParallelBuilds: Number(annotations[ANNOTATIONS.maxParallelBuilds] ?? NaN),
    accounts: readAccounts(annotations[ANNOTATIONS.accounts] ?? ''),
    podTemplates: readPodTemplates(annotations[ANNOTATIONS.podTemplates] ?? '{}'),
    resources: readTaskResources(annotations[ANNOTATIONS.resources] ?? '{}'),
    interceptBackend: annotations[ANNOTATIONS.interceptBackend],
    timeoutMinutes: readMinutes(annotations[ANNOTATIONS.timeoutMinutes]),
  };
}

const readMinutes = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

function readAccounts(text: string): ReadonlyMap<string, Account> | undefined {
  try {
    const entries = Object.entries(JSON.parse(text) as Readonly<Record<Account, readonly string[]>>);
    if (!entries.every(([account, tasks]) => ACCOUNTS.some((known) => known === account) && Array.isArray(tasks)))
      return undefined;
    return new Map(entries.flatMap(([account, tasks]) => tasks.map((task) => [task, account as Account] as const)));
  } catch {
    return undefined;
  }
}

function checkPipeline(
  { metadata: { name } }: PipelineManifest,
  made: Made,
  { pipeline, stack, overrides: { interceptBackend } = {} }: Ask,
): readonly Problem[] {
  const problem = (path: string, message: string, more: Partial<Problem> = {}): Problem => ({
    file: name,
    path,
    message,
    severity: 'error',
    ...more,
  });
  const problems: Problem[] = [];
  const expected = pipelineName(stack, pipeline);
  if (name !== expected)
    problems.push(
      problem('metadata.name', `is not the Pipeline of ${pipeline} for stack '${stack}'`, { found: name, expected }),
    );
  for (const [key, isUnderstood, what] of [
    [
      'maxParallelBuilds',
      made.maxParallelBuilds >= 1 && Number.isInteger(made.maxParallelBuilds),
      'how many builds may run at once',
    ],
    [
      'timeoutMinutes',
      made.timeoutMinutes === undefined || made.timeoutMinutes >= RUN_MINUTES.least,
      'after how many minutes a run ends',
    ],
    ['accounts', made.accounts !== undefined, 'which task runs as which account'],
    ['podTemplates', made.podTemplates !== undefined, 'where the pods of a run may be scheduled'],
    ['resources', made.resources !== undefined, 'what the steps of a run request'],
  ] as const)
    if (!isUnderstood)
      problems.push(
        problem(`metadata.annotations['${ANNOTATIONS[key]}']`, `does not say ${what}; synthesize the Pipeline again`),
      );
  if (interceptBackend !== undefined && interceptBackend !== made.interceptBackend) {
    const message =
      'the Pipeline was made for another backend; change interceptBackend of the team and synthesize again';
    problems.push(
      problem('overrides.interceptBackend', message, { found: interceptBackend, expected: made.interceptBackend }),
    );
  }
  return problems;
}

/** sha256, the same for the same spec, whatever the order of its keys. */
export const pipelineHash = ({ spec }: Pick<PipelineManifest, 'spec'>): string => hashOf(spec);

/** sha256 of what two values have in common that say the same. */
export const hashOf = (value: object): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
