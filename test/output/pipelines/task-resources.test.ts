import { combinationsOf, matrixEntry } from '../../../lib/fleet/matrix';
import type { App } from '../../../lib/fleet/model';
import type { Manifest } from '../../../lib/kube/manifest';
import { teamParts } from '../../../lib/output/team/team-parts';
import type { PipelineManifest } from '../../../lib/runs/run/compose';
import type { Ask } from '../../../lib/runs/ask/ask';
import { composeRun } from '../../../lib/runs/run/compose';
import { readTaskResources } from '../../../lib/runs/run/step-resources';
import type { PipelineSpec, TaskSpec } from '../../../lib/tekton/spec/wire';
import { app, stack, team } from '../team/model';

/** What the steps of builds and tests request, from the stack to the run. */

const npm = { tool: 'npm', env: {}, platforms: [] };
const combinations = { combinations: combinationsOf(matrixEntry({ 'node-version': ['20', '22'] }), 1), maxParallel: 1 };
const checkout = stack('checkout', [
  app('fe', {
    propagationRole: 'originator',
    downstream: ['api'],
    build: { ...npm, resources: { requests: { memory: '6Gi' }, limits: { cpu: '2' } } },
    tests: {
      unit: 'npm test',
      postman: 'a.json',
      playwright: 'e2e',
      matrix: { unit: combinations },
      resources: { limits: { memory: '256Mi' } },
    },
  }),
  app('api', {
    propagationRole: 'terminal',
    build: { env: {}, platforms: [], resources: { requests: { cpu: '6' } } },
    tests: { postman: 'a.json' },
  }),
  app('jobs', { build: npm }),
]);
const objects: readonly Manifest[] = teamParts(team({}, [checkout])).flatMap((part) => part.objects);
const pipeline = (kind: string, among = objects) =>
  among.find(
    (one) => one.kind === 'Pipeline' && one.metadata.name === `checkout-${kind}`,
  )! as unknown as PipelineManifest;
const of = (kind: string, among = objects) =>
  readTaskResources(pipeline(kind, among).metadata.annotations?.['tekton-dag.io/resources'] ?? '{}')!;

it('give the first heavy step what is requested, and each of them the limits; defaults give way', () => {
  const limits = { cpu: '2', memory: '6Gi' };
  expect(of('bootstrap')).toEqual({
    'build-fe': {
      compile: { requests: { cpu: '500m', memory: '6Gi' }, limits },
      'unit-test': { requests: { cpu: '25m', memory: '64Mi' }, limits },
      image: { requests: { cpu: '25m', memory: '64Mi' }, limits },
    },
    'build-api': {
      image: { requests: { cpu: '6', memory: '1Gi' }, limits: { cpu: '6', memory: '4Gi' } },
    },
  });
});

it('are those of tests, and of unit tests with a matrix, where a Pipeline has a task for them', () => {
  expect(Object.keys(of('merge-release')).sort()).toEqual(['build-api', 'build-fe', 'test-fe-unit', 'test-fe-unit-p2']);
  const test = { test: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '2', memory: '256Mi' } } };
  expect(of('pr-test')).toMatchObject({ 'test-fe-postman': test, 'test-fe-playwright': test });
  expect(Object.keys(of('pr-test')['test-fe-unit-p2']!)).toEqual(['compile', 'unit-test']);
  expect(Object.keys(of('pr-test'))).not.toContain('test-api-postman');
});

it.each(['bootstrap', 'pr-test', 'merge-release'])(
  'name tasks of %s, and steps that these have: Tekton refuses others',
  (kind) => {
    const tasks = new Map(
      (pipeline(kind).spec as PipelineSpec).tasks?.map(({ name, taskRef }) => [name, taskRef?.name]),
    );
    const stepsOf = (task: string) =>
      (
        objects.find((one) => one.kind === 'Task' && one.metadata.name === tasks.get(task))?.spec as TaskSpec
      ).steps?.map(({ name }) => name);
    for (const [task, steps] of Object.entries(of(kind)))
      expect(stepsOf(task)).toEqual(expect.arrayContaining(Object.keys(steps)));
  },
);

const pullRequest = { number: 7, repo: 'acme/fe' };
const ask: Ask = {
  pipeline: 'pr-test',
  team: 'shop',
  stack: 'checkout',
  apps: ['fe'],
  revision: 'abc',
  pullRequest,
};

it.each([true, false])('reach the tasks that a run has: embedded %j', (embed) => {
  const { spec } = composeRun(pipeline('pr-test'), ask, { stack: checkout, embed });
  const specs = new Map(spec.taskRunSpecs?.map((one) => [one.pipelineTaskName, one]));
  expect(specs.get('build-fe')).toEqual({
    pipelineTaskName: 'build-fe',
    stepSpecs: Object.entries(of('pr-test')['build-fe']!).map(([name, computeResources]) => ({
      name,
      computeResources,
    })),
  });
  expect(specs.has('build-api')).toBe(!embed);
  expect(specs.get('preview-fe')).toEqual({
    pipelineTaskName: 'preview-fe',
    serviceAccountName: 'tekton-dag-preview',
  });
});

it('are none where no app says any, and a run is refused where they are not understood', () => {
  const silent = stack('checkout', [app('fe'), app('api')] satisfies App[]);
  const made = teamParts(team({}, [silent])).flatMap((part) => part.objects);
  expect(pipeline('pr-test', made).metadata.annotations).not.toHaveProperty(['tekton-dag.io/resources']);
  const { metadata, spec } = pipeline('pr-test');
  const odd = {
    metadata: { ...metadata, annotations: { ...metadata.annotations, 'tekton-dag.io/resources': '[]' } },
    spec,
  };
  expect(() => composeRun(odd, ask, { stack: checkout, embed: true })).toThrow(
    "metadata.annotations['tekton-dag.io/resources']: does not say what the steps of a run request",
  );
});
