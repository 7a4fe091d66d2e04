import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import { Param } from '../../lib/tekton/param';
import { Pipeline } from '../../lib/tekton/pipeline';
import { Task, externalTask, isIn, notIn } from '../../lib/tekton/task';
import { pipelineContext, taskContext, text } from '../../lib/tekton/value';
import { builder, chart, deployer, pipeline, resources } from './fixtures';

const timeout = '1m';

/** The emitted object of a kind and name. */
type Emitted = {
  kind: string;
  metadata: { name: string; annotations: Record<string, string> };
  spec: Record<string, unknown>;
};
const find = (scope: ReturnType<typeof chart>, kind: string, name: string): Emitted =>
  (scope.toJson() as Emitted[]).find((o) => o.kind === kind && o.metadata.name === name)!;
const task = (scope: ReturnType<typeof chart>, name: string, list: 'tasks' | 'finally' = 'tasks') =>
  (find(scope, 'Pipeline', 'all').spec[list] as Record<string, unknown>[]).find((entry) => entry.name === name)!;

function setUp() {
  const scope = chart();
  return { scope, build: builder(scope), deploy: deployer(scope), all: pipeline(scope) };
}

describe('a Pipeline', () => {
  it('with a matrix is this on the wire', () => {
    const scope = chart();
    const all = new Pipeline(scope, 'all', { description: 'Tests all', params: { apps: Param.array() } });
    const tested = all.fanOut('test', externalTask('tester', { app: Param.string(), mode: Param.string() }), {
      combinations: ['cart', 'web'].map((app) => ({ name: app, params: { app } })),
      params: { mode: 'fast' },
      timeout,
    });
    all.finally('tell', externalTask('teller', { outcome: Param.string() }), {
      params: { outcome: tested.status },
      account: 'preview',
      timeout,
    });
    expect(Testing.synth(scope)).toMatchInlineSnapshot(`
      [
        {
          "apiVersion": "tekton.dev/v1",
          "kind": "Pipeline",
          "metadata": {
            "annotations": {
              "argocd.argoproj.io/sync-wave": "2",
              "tekton-dag.io/accounts": "{"preview":["tell"]}",
            },
            "name": "all",
            "namespace": "team",
          },
          "spec": {
            "description": "Tests all",
            "finally": [
              {
                "name": "tell",
                "params": [
                  {
                    "name": "outcome",
                    "value": "$(tasks.test.status)",
                  },
                ],
                "taskRef": {
                  "kind": "Task",
                  "name": "teller",
                },
                "timeout": "1m",
              },
            ],
            "params": [
              {
                "name": "apps",
                "type": "array",
              },
            ],
            "tasks": [
              {
                "matrix": {
                  "include": [
                    {
                      "name": "cart",
                      "params": [
                        {
                          "name": "app",
                          "value": "cart",
                        },
                      ],
                    },
                    {
                      "name": "web",
                      "params": [
                        {
                          "name": "app",
                          "value": "web",
                        },
                      ],
                    },
                  ],
                },
                "name": "test",
                "params": [
                  {
                    "name": "mode",
                    "value": "fast",
                  },
                ],
                "taskRef": {
                  "kind": "Task",
                  "name": "tester",
                },
                "timeout": "1m",
              },
            ],
          },
        },
      ]
    `);
  });

  it('renders a result as the value, and the edge is in it alone', () => {
    const { scope, build, deploy, all } = setUp();
    const built = all.task('build', build, {
      params: { app: 'cart' },
      workspaces: { source: all.workspaces.source },
      timeout,
    });
    all.task('deploy', deploy, {
      params: { digest: built.results.DIGEST, files: built.results.FILES },
      after: [built],
      timeout,
    });
    expect(task(scope, 'deploy')).toEqual({
      name: 'deploy',
      taskRef: { kind: 'Task', name: 'deployer' },
      params: [
        { name: 'digest', value: '$(tasks.build.results.DIGEST)' },
        { name: 'files', value: '$(tasks.build.results.FILES)' },
      ],
      timeout,
    });
    expect(task(scope, 'build')).toMatchObject({ workspaces: [{ name: 'source', workspace: 'source' }] });
  });

  it('does not repeat what the Task takes by itself', () => {
    const { scope, all } = setUp();
    const clone = new Task(scope, 'cloner', {
      description: 'Clones',
      params: { depth: Param.string({ default: '1' }) },
      steps: () => [{ name: 'clone', image: 'example.com/git:1.0', script: '#!/bin/sh\n', resources }],
    });
    for (const depth of ['1', '2']) all.task(`depth-${depth}`, clone, { params: { depth }, timeout });
    expect(task(scope, 'depth-1').params).toBeUndefined();
    expect(task(scope, 'depth-2').params).toEqual([{ name: 'depth', value: '2' }]);
  });

  it('orders without data by after, once a name', () => {
    const { scope, deploy, all } = setUp();
    const first = all.task('first', deploy, { params: { digest: 'x' }, timeout });
    all.task('second', deploy, { params: { digest: 'x' }, after: [first, first], timeout });
    expect(task(scope, 'second').runAfter).toEqual(['first']);
  });

  it('spreads a whole array in guards, and passes it whole as a param; values of combinations are composed', () => {
    const { scope, build, all } = setUp();
    all.task('build', build, {
      params: { app: 'cart', flags: all.params.apps },
      when: [isIn('cart', all.params.apps), notIn(all.params.revision, ['', 'x'])],
      timeout,
    });
    all.fanOut('each', build, {
      combinations: [{ name: 'cart', params: { app: text`cart-${all.params.revision}` } }],
      params: { flags: ['a', all.params.revision] },
      timeout,
    });
    expect(task(scope, 'build')).toMatchObject({
      params: [
        { name: 'app', value: 'cart' },
        { name: 'flags', value: '$(params.apps[*])' },
      ],
      when: [
        { input: 'cart', operator: 'in', values: ['$(params.apps[*])'] },
        { input: '$(params.revision)', operator: 'notin', values: ['', 'x'] },
      ],
    });
    expect(task(scope, 'each')).toMatchObject({
      matrix: { include: [{ name: 'cart', params: [{ name: 'app', value: 'cart-$(params.revision)' }] }] },
      params: [{ name: 'flags', value: ['a', '$(params.revision)'] }],
    });
  });

  it('composes strings, and reads single keys of objects', () => {
    const { scope, deploy, all } = setUp();
    all.task('deploy', deploy, {
      params: { digest: text`${all.params.revisions.key('cart')}@${pipelineContext.runName}` },
      timeout,
    });
    expect(task(scope, 'deploy').params).toEqual([
      { name: 'digest', value: '$(params.revisions.cart)@$(context.pipelineRun.name)' },
    ]);
  });

  it('tells finally how tasks ended', () => {
    const { scope, deploy, all } = setUp();
    const first = all.task('first', deploy, { params: { digest: 'x' }, timeout });
    all.finally('last', deploy, { params: { digest: all.status, files: [first.status] }, timeout });
    expect(task(scope, 'last', 'finally').params).toEqual([
      { name: 'digest', value: '$(tasks.status)' },
      { name: 'files', value: ['$(tasks.first.status)'] },
    ]);
  });

  it('names in one annotation who runs as which account, builds left out', () => {
    const { scope, deploy, all } = setUp();
    all.task('plain', deploy, { params: { digest: 'x' }, timeout });
    all.task('open', deploy, { params: { digest: 'x' }, account: 'preview', timeout });
    all.finally('close', deploy, { params: { digest: 'x' }, account: 'preview', timeout });
    expect(JSON.parse(find(scope, 'Pipeline', 'all').metadata.annotations['tekton-dag.io/accounts']!)).toEqual({
      preview: ['open', 'close'],
    });
  });

  it('writes out what the webhook would default, and of results what is said', () => {
    const { scope, build, all } = setUp();
    all.result('IMAGE', all.task('build', build, { params: { app: 'cart' }, timeout }).results.DIGEST, 'the image');
    expect(find(scope, 'Pipeline', 'all').spec).toMatchObject({
      params: [
        { name: 'revision', type: 'string' },
        { name: 'apps', type: 'array' },
        { name: 'revisions', type: 'object', properties: { cart: { type: 'string' } } },
      ],
      results: [{ name: 'IMAGE', description: 'the image', value: '$(tasks.build.results.DIGEST)' }],
    });
    expect(Object.keys((find(scope, 'Pipeline', 'all').spec as { results: [object] }).results[0])).not.toContain(
      'type',
    );
  });

  it('writes the description of a result that Tekton would write, or Argo CD would see a difference for ever', () => {
    const { scope, build, all } = setUp();
    all.result('IMAGE', all.task('build', build, { params: { app: 'cart' }, timeout }).results.DIGEST);
    expect(find(scope, 'Pipeline', 'all').spec).toMatchObject({ results: [{ name: 'IMAGE', description: '' }] });
  });

  it('takes a patch of a field that the schema does not know, also after tasks were added', () => {
    const { scope, deploy, all } = setUp();
    ApiObject.of(all).addJsonPatch(JsonPatch.add('/spec/novelty', { on: true }));
    all.task('deploy', deploy, { params: { digest: 'x' }, timeout });
    expect(find(scope, 'Pipeline', 'all').spec).toMatchObject({ novelty: { on: true }, tasks: [{ name: 'deploy' }] });
  });

  describe('fails when', () => {
    const code = (act: () => unknown): unknown => {
      try {
        act();
      } catch (error) {
        return (error as { code?: string }).code;
      }
      return 'nothing was thrown';
    };

    it('a result comes from another Pipeline', () => {
      const { scope, build, deploy, all } = setUp();
      const foreign = pipeline(scope, 'other').task('build', build, { params: { app: 'cart' }, timeout });
      expect(code(() => all.task('deploy', deploy, { params: { digest: foreign.results.DIGEST }, timeout }))).toBe(
        'foreign-reference',
      );
      expect(code(() => all.task('late', deploy, { params: { digest: 'x' }, after: [foreign], timeout }))).toBe(
        'foreign-task',
      );
      expect(code(() => all.result('X', foreign.results.DIGEST, 'x'))).toBe('foreign-reference');
    });

    it('a param or workspace comes from another Pipeline, or a context from a Task', () => {
      const { scope, build, deploy, all } = setUp();
      const other = pipeline(scope, 'other');
      expect(code(() => all.task('a', deploy, { params: { digest: other.params.revision }, timeout }))).toBe(
        'foreign-reference',
      );
      expect(
        code(() =>
          all.task('b', build, { params: { app: 'x' }, workspaces: { source: other.workspaces.source }, timeout }),
        ),
      ).toBe('foreign-reference');
      expect(code(() => all.task('c', deploy, { params: { digest: taskContext.runName }, timeout }))).toBe(
        'foreign-reference',
      );
    });

    it('two tasks have one name, in tasks or finally', () => {
      const { deploy, all } = setUp();
      all.task('deploy', deploy, { params: { digest: 'x' }, timeout });
      expect(code(() => all.finally('deploy', deploy, { params: { digest: 'x' }, timeout }))).toBe('duplicate-task');
    });

    it('a combination and another task would have one TaskRun', () => {
      const { deploy, all } = setUp();
      const combinations = (...digests: string[]) => ({
        combinations: digests.map((digest) => ({ name: digest, params: { digest } })),
        timeout,
      });
      all.fanOut('test', deploy, combinations('x', 'y', 'z'));
      expect(code(() => all.fanOut('test-2', deploy, combinations('x')))).toBe('duplicate-run');
      expect(code(() => all.fanOut('test-1', deploy, combinations('x', 'y')))).toBe('nothing was thrown');
    });

    it('an expression is written by hand or spliced into a string', () => {
      const { deploy, all } = setUp();
      expect(code(() => all.task('a', deploy, { params: { digest: '$(params.revision)' }, timeout }))).toBe(
        'literal-expression',
      );
      expect(code(() => `${all.params.revision as unknown as string}`)).toBe('expression-in-string');
    });

    it('an object has no such key', () => {
      const { all } = setUp();
      expect(code(() => all.params.revisions.key('web' as never))).toBe('unknown-key');
    });
  });
});
