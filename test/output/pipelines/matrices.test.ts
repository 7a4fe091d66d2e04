import type { PipelineKind } from '../../../lib/words/names';
import type { Param, PipelineSpec, PipelineTask } from '../../../lib/tekton/spec/wire';
import { combinationsOf, matrixEntry } from '../../../lib/fleet/matrix';
import type { Team } from '../../../lib/fleet/model';
import { composeRun } from '../../../lib/runs/run/compose';
import { teamParts } from '../../../lib/output/team/team-parts';
import { app, stack, team } from '../team/model';

/** Tests that run in several ways: which tasks there are, what each combination is given, and what waits for what. */

const matrix = (given: object, shards = 1, maxParallel = 8) => ({
  combinations: combinationsOf(matrixEntry(given), shards),
  maxParallel,
});
const given: Team = team({}, [
  stack('checkout', [
    app('fe', {
      propagationRole: 'originator',
      downstream: ['api'],
      tests: {
        unit: 'npm test',
        playwright: 'tests',
        matrix: {
          unit: matrix({ 'node-version': ['20', '22'], platform: ['linux/amd64', 'linux/arm64'] }),
          playwright: matrix({ BROWSER: ['a', 'b'] }, 3, 4),
        },
      },
    }),
    app('api', { propagationRole: 'terminal', tests: { unit: 'npm test' } }),
  ]),
]);
const pipeline = (kind: PipelineKind) =>
  teamParts(given)
    .flatMap((part) => part.objects)
    .find(({ kind: what, metadata }) => what === 'Pipeline' && metadata.name === `checkout-${kind}`) as unknown as {
    metadata: { name: string; namespace: string; annotations: Record<string, string> };
    spec: PipelineSpec;
  };
const tasksOf = ({ tasks = [] }: PipelineSpec) => new Map(tasks.map((task) => [task.name, task]));
const value = (params: readonly Param[] | undefined, name: string) => params?.find((each) => each.name === name)?.value;
const each = (task: PipelineTask | undefined, param: string) =>
  task?.matrix?.include?.map(({ name, params }) => [name, value(params, param)]);

describe('pr-test', () => {
  const whole = pipeline('pr-test');
  const all = tasksOf(whole.spec);

  it('runs unit tests beside the build, in the image of each version and on nodes of each platform', () => {
    expect(each(all.get('test-fe-unit'), 'toolchain')).toEqual([
      ['node-20-linux-amd64', expect.stringContaining('/node:20.')],
      ['node-22-linux-amd64', expect.stringContaining('/node:22.')],
    ]);
    expect(each(all.get('test-fe-unit-p2'), 'combination')).toEqual(
      ['node-20-linux-arm64', 'node-22-linux-arm64'].map((name) => [name, name]),
    );
    expect(JSON.parse(whole.metadata.annotations['tekton-dag.io/pod-templates']!)).toMatchObject({
      'test-fe-unit': { nodeSelector: { 'kubernetes.io/arch': 'amd64' } },
      'test-fe-unit-p2': { nodeSelector: { 'kubernetes.io/arch': 'arm64' } },
    });
    expect(value(all.get('build-fe')?.params, 'unit-test')).toBeUndefined();
    expect(value(all.get('build-api')?.params, 'unit-test')).toBe('npm test');
  });

  it('runs no more at once than it may: the rest waits for all of those before', () => {
    const [first, second] = [all.get('test-fe-playwright'), all.get('test-fe-playwright-p2')];
    expect([first, second].map((task) => task?.matrix?.include?.length)).toEqual([4, 2]);
    expect(second?.runAfter).toEqual(['test-fe-playwright']);
    expect(each(first, 'matrix')?.[3]).toEqual([
      'browser-b-shard-1-of-3',
      'COMBINATION=browser-b-shard-1-of-3\nBROWSER=b\nSHARD_INDEX=1\nSHARD_TOTAL=3',
    ]);
  });

  it('lets one that fails stop nothing, and gives the verdict after all of them', () => {
    const tests = [...all.values()].filter(({ name }) => name.startsWith('test-'));
    expect(tests.map(({ onError }) => onError)).toEqual(tests.map(() => 'continue'));
    expect([...(all.get('verdict')?.runAfter ?? [])].sort()).toEqual(tests.map(({ name }) => name).sort());
  });

  it('is pruned to what is asked: a run for another app has nothing of the matrix', () => {
    const names = (asked: string) => {
      const { spec } = composeRun(
        whole,
        {
          pipeline: 'pr-test',
          team: given.name,
          stack: 'checkout',
          apps: [asked],
          testApps: [asked],
          revision: 'a'.repeat(40),
          pullRequest: { number: 1, repo: `acme/${asked}` },
        },
        { embed: true, stack: given.stacks[0]! },
      );
      const { tasks = [] } = 'pipelineSpec' in spec ? spec.pipelineSpec : {};
      return tasks.flatMap(({ name, matrix: of }) => (of === undefined ? [] : [name]));
    };
    expect(names('api')).toEqual([]);
    expect(names('fe')).toEqual(['test-fe-unit', 'test-fe-unit-p2', 'test-fe-playwright', 'test-fe-playwright-p2']);
  });
});

describe('merge-release', () => {
  const all = tasksOf(pipeline('merge-release').spec);

  it('runs unit tests unless it releases the very image that a pull request tested, and deploys nothing before', () => {
    expect(all.get('test-fe-unit')).toMatchObject({
      when: [
        { input: 'fe', operator: 'in', values: ['$(params.app)'] },
        {
          input: '$(tasks.push-fe.results.IMAGE_DIGEST)',
          operator: 'notin',
          values: ['$(tasks.find-image-fe.results.DIGEST)'],
        },
      ],
    });
    expect(all.get('test-fe-unit')?.onError).toBeUndefined();
    expect(all.get('deploy-fe')?.runAfter).toEqual(expect.arrayContaining(['test-fe-unit', 'test-fe-unit-p2']));
    expect(all.has('test-fe-playwright')).toBe(false);
  });
});

it('a bootstrap tests no code', () => {
  expect([...tasksOf(pipeline('bootstrap').spec).keys()].filter((name) => name.startsWith('test-'))).toEqual([]);
});
