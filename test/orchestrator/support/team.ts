import { ANNOTATIONS } from '../../../lib/words/labels';
import { PIPELINES, pipelineName } from '../../../lib/words/names';
import type { Ask } from '../../../lib/runs/ask/ask';
import type { AppConfig, StackConfig, TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { Request } from '../../../orchestrator/src/queue/objects';

/** A team of one stack of two apps, and the least that its Pipelines can be. */

export const NAMESPACE = 'team-x';
const app = (name: string, host: string): AppConfig => ({
  name,
  repo: `acme/${name}`,
  cloneUrl: `https://${host}/acme/${name}.git`,
  contextDir: '.',
  downstream: [],
  propagationRole: 'terminal',
  protocol: 'http',
});
const STACK = 'shop';
const stack = (host: string): StackConfig => ({
  name: STACK,
  file: 'stacks/shop.yaml',
  description: 'Two apps',
  apps: [app('web', host), app('api', host)],
});
export const team = (
  maxConcurrentRuns: number,
  namespace = NAMESPACE,
  name = 'x',
  host = 'github.com',
): TeamConfig => ({
  name,
  namespace,
  cluster: 'test',
  interceptBackend: 'router',
  maxConcurrentRuns,
  runs: 'embedded',
  forks: 'deny',
  stacks: [stack(host)],
});

/** As the cluster holds them, or any namespace of it. */
export const pipelinesIn = (namespace: string) =>
  PIPELINES.map((kind) => ({
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: {
      name: pipelineName(STACK, kind),
      namespace,
      annotations: {
        [ANNOTATIONS.maxParallelBuilds]: '1',
        [ANNOTATIONS.accounts]: '{}',
        [ANNOTATIONS.interceptBackend]: 'router',
      },
    },
    spec: { tasks: [{ name: 'only', taskRef: { name: 'only', kind: 'Task' } }] },
  }));

export type Made = Pick<Request, 'apiVersion' | 'kind' | 'spec'> & {
  readonly metadata: { readonly name: string; readonly namespace: string };
};

export const request = (name: string, spec: Partial<Ask> = {}): Made => ({
  apiVersion: 'tekton-dag.io/v1alpha1',
  kind: 'RunRequest',
  metadata: { name, namespace: NAMESPACE },
  spec: {
    pipeline: 'verify',
    team: 'x',
    stack: STACK,
    ...(spec.pipeline === undefined && { revision: 'main' }),
    ...spec,
  },
});

/** The test of a commit of pull request `number` of acme/web. */
export const test = (name: string, number: number, eventTime: string, more: Partial<Ask> = {}): Made =>
  request(name, {
    pipeline: 'pr-test',
    apps: ['web'],
    revision: name,
    pullRequest: { number, repo: 'acme/web' },
    source: { event: 'pull_request', eventTime },
    trust: 'trusted',
    ...more,
  });
