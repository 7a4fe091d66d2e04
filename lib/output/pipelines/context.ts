import type { Construct } from 'constructs';
import { ANNOTATIONS, LABELS } from '../../words/labels';
import type { App, Stack, Team } from '../../fleet/model';
import type { KindOfTests, PipelineKind } from '../../words/names';
import { KINDS_OF_TESTS, pipelineName } from '../../words/names';
import type { Catalogue } from '../tasks/catalogue';
import type { ParamDeclarations } from '../../tekton/param';
import { Pipeline } from '../../tekton/pipeline';
import type { AddToPrTest } from './own-tasks';
import { podTemplates } from './pod-templates';
import { taskResources } from './task-resources';

/** What the Pipelines of a stack are made for, and the Tasks that they use. */
export interface PipelineContext {
  readonly team: Team;
  readonly stack: Stack;
  readonly tasks: Catalogue;
  /** What the repository adds to the Pipeline that tests pull requests. */
  readonly addToPrTest?: AddToPrTest;
}

/** Longest that one attempt of a task may take; written as Tekton's webhook would rewrite it, or Argo CD sees a difference for ever. */
export const TIMEOUTS = {
  build: '45m0s',
  push: '30m0s',
  deploy: '15m0s',
  rollout: '25m0s',
  preview: '15m0s',
  validate: '10m0s',
  test: '30m0s',
  short: '10m0s',
} as const;

/** Minutes in the form of the same; undefined: nothing is said of it. */
export function timeoutOf(minutes: number | undefined, usual: string): string {
  if (minutes === undefined) return usual;
  const hours = Math.floor(minutes / 60);
  return `${hours > 0 ? `${hours}h` : ''}${minutes % 60}m0s`;
}

/** Pipelines that have a task for each build. */
const BUILDING: readonly PipelineKind[] = ['bootstrap', 'pr-test', 'merge-release'];

/** Kinds of tests that Pipelines have a task for, where these have a matrix. */
const TESTING: Readonly<Partial<Record<PipelineKind, readonly KindOfTests[]>>> = {
  'pr-test': KINDS_OF_TESTS,
  'merge-release': ['unit'],
};

/** Whether a team may say how long runs of a kind take. */
const isTimed = (kind: PipelineKind): kind is keyof Team['timeouts'] => kind !== 'promote' && kind !== 'verify';

/** A Pipeline of a stack with the labels and annotations that whoever composes a run of it reads. */
export function stackPipeline<P extends ParamDeclarations>(
  scope: Construct,
  { team, stack }: PipelineContext,
  kind: PipelineKind,
  what: string,
  params: P,
): Pipeline<P> {
  const having = { builds: BUILDING.includes(kind), tests: TESTING[kind] ?? [] };
  return new Pipeline(scope, pipelineName(stack.name, kind), {
    description: `${what} of stack ${stack.name}${stack.description ? `: ${stack.description}` : ''}`,
    params,
    labels: { [LABELS.stack]: stack.name, [LABELS.pipeline]: kind },
    annotations: {
      [ANNOTATIONS.maxParallelBuilds]: String(team.maxParallelBuilds),
      [ANNOTATIONS.interceptBackend]: team.interceptBackend,
      ...(isTimed(kind) &&
        team.timeouts[kind] !== undefined && { [ANNOTATIONS.timeoutMinutes]: String(team.timeouts[kind]) }),
      ...podTemplates(team, stack, having),
      ...taskResources(stack, having),
    },
  });
}

/** What was added to a Pipeline for an app; every app of the stack has an entry. */
export function entryOf<T>(entries: ReadonlyMap<string, T>, app: App): T {
  const entry = entries.get(app.name);
  if (entry === undefined) throw new Error(`nothing was added for app '${app.name}'`);
  return entry;
}

/** Where an app answers inside the cluster, by way of whatever intercepts it. */
export const appUrl = ({ team, stack }: PipelineContext, app: App): string =>
  `http://${app.name}.${stack.environment}.svc.${team.site.domain}:${app.servicePort}`;
