import type { Param, PipelineSpec, PipelineTask } from '../../../lib/tekton/spec/wire';
import { prune } from '../../../lib/tekton/spec/prune';

/** Single cases that a reader can follow; test/graph/prune.property.test.ts proves the rule. */

const task = (name: string, over: Partial<PipelineTask> = {}): PipelineTask => ({
  name,
  taskRef: { kind: 'Task', name: 'some' },
  ...over,
});
const chosen = (app: string) => ({ when: [{ input: app, operator: 'in' as const, values: ['$(params.apps[*])'] }] });
const APPS = { name: 'apps', type: 'array' } as const;
const select = (...apps: string[]): Param[] => [{ name: 'apps', value: apps }];
const run = (spec: PipelineSpec, params: readonly Param[], maxParallelBuilds = 2) => {
  const pruned = prune({ params: [APPS], ...spec }, params, { maxParallelBuilds });
  return {
    ...pruned,
    tasks: new Map([...(pruned.spec.tasks ?? []), ...(pruned.spec.finally ?? [])].map((each) => [each.name, each])),
  };
};

describe('tasks', () => {
  it('go if their guard is false, with all that consume their results; the guard goes if it is true', () => {
    const { tasks } = run(
      {
        tasks: [
          task('build-a', chosen('a')),
          task('build-b', chosen('b')),
          task('use-a', { params: [{ name: 'image', value: '$(tasks.build-a.results.IMAGE)' }] }),
          task('last', { runAfter: ['use-a'] }),
        ],
      },
      select('b'),
    );
    expect([...tasks.keys()]).toEqual(['build-b']);
    expect(tasks.get('build-b')).toEqual(task('build-b'));
  });

  it('that merely run after one that is gone take its place in the order', () => {
    const { tasks } = run(
      {
        tasks: [
          task('first'),
          task('second', { runAfter: ['first'], ...chosen('a') }),
          task('third', { runAfter: ['second'], ...chosen('a') }),
          task('fourth', { runAfter: ['third'] }),
        ],
      },
      select(),
    );
    expect(tasks.get('fourth')?.runAfter).toEqual(['first']);
  });

  it('keep guards that only the run can tell', () => {
    const open = { input: '$(tasks.first.results.go)', operator: 'in' as const, values: ['yes'] };
    const { tasks } = run(
      { tasks: [task('first'), task('second', { when: [...chosen('a').when, open] })] },
      select('a'),
    );
    expect(tasks.get('second')?.when).toEqual([open]);
  });

  it('go if their matrix is empty', () => {
    const { tasks } = run(
      { tasks: [task('each', { matrix: { params: [{ name: 'app', value: ['$(params.apps[*])'] }] } }), task('other')] },
      select(),
    );
    expect([...tasks.keys()]).toEqual(['other']);
  });

  it.each([
    ['a string', { input: '$(params.word)', values: ['yes'] }, true],
    ['a string with dots', { input: '$(params["dotted.word"])', values: ['yes'] }, true],
    ['an element', { input: '$(params.apps[1])', values: ['b'] }, true],
    ['a key of an object', { input: '$(params.object.key)', values: ['$(params.word)'] }, true],
    ['a default', { input: '$(params.fallback)', values: ['yes!'] }, true],
    ['a word', { input: 'c', values: ['$(params.apps[*])'] }, false],
  ])('are guarded by %s', (_, { input, values }, expected) => {
    const params = [
      APPS,
      { name: 'word' },
      { name: 'dotted.word' },
      { name: 'fallback', default: '$(params.word)!' },
      { name: 'object', properties: { key: {} }, default: { key: 'yes' } },
    ];
    for (const operator of ['in', 'notin'] as const) {
      const { tasks } = run({ params, tasks: [task('guarded', { when: [{ input, operator, values }] })] }, [
        ...select('a', 'b'),
        { name: 'word', value: 'yes' },
        { name: 'dotted.word', value: 'yes' },
      ]);
      expect(tasks.has('guarded')).toBe(expected === (operator === 'in'));
      expect(tasks.get('guarded')?.when).toBeUndefined();
    }
  });
});

describe('builds', () => {
  const lane = (app: string, before?: string) =>
    task(`build-${app}`, { ...chosen(app), ...(before && { runAfter: [`build-${before}`] }) });
  const whole = { tasks: [lane('a'), lane('b'), lane('c', 'a'), lane('d', 'b'), lane('e', 'c'), lane('f', 'd')] };

  it('that stood in one lane run side by side', () => {
    const { tasks } = run(whole, select('a', 'c'));
    expect([...tasks.values()].map(({ runAfter }) => runAfter)).toEqual([undefined, undefined]);
  });

  it('wait in new lanes, in the order of the Pipeline', () => {
    const { tasks } = run(whole, select('a', 'c', 'e', 'f'));
    expect(tasks.get('build-c')?.runAfter).toBeUndefined();
    expect(tasks.get('build-e')?.runAfter).toEqual(['build-a']);
    expect(tasks.get('build-f')?.runAfter).toEqual(['build-c']);
  });

  it('wait in an order that other edges allow', () => {
    const { tasks } = run(
      {
        tasks: [
          task('build-a', { runAfter: ['hook'] }),
          task('hook', { params: [{ name: 'p', value: '$(tasks.build-b.results.r)' }] }),
          task('build-b'),
        ],
      },
      select(),
      1,
    );
    expect(tasks.get('build-b')?.runAfter).toBeUndefined();
    expect(tasks.get('build-a')?.runAfter).toEqual(['hook']);
  });
});

describe('finally', () => {
  it('reads None as the status of a task that is gone, and goes if it needs a result of one', () => {
    const { tasks } = run(
      {
        tasks: [task('a', chosen('a')), task('b')],
        finally: [
          task('report', {
            params: [{ name: 'text', value: '$(tasks.a.status), $(tasks.b.status), $(tasks.a.reason)' }],
          }),
          task('close', { params: [{ name: 'image', value: '$(tasks.a.results.IMAGE)' }] }),
          task('alarm', { when: [{ input: '$(tasks.a.status)', operator: 'in', values: ['Failed'] }] }),
          task('calm', { when: [{ input: '$(tasks.a.status)', operator: 'notin', values: ['Failed'] }] }),
        ],
      },
      select(),
    );
    expect(tasks.get('report')?.params).toEqual([{ name: 'text', value: 'None, $(tasks.b.status), ' }]);
    expect([...tasks.keys()]).toEqual(['b', 'report', 'calm']);
    expect(tasks.get('calm')?.when).toBeUndefined();
  });
});

it('drops results of tasks that are gone', () => {
  const results = ['a', 'b'].map((name) => ({ name, value: `$(tasks.${name}.results.IMAGE)` }));
  expect(run({ tasks: [task('a', chosen('a')), task('b')], results }, select()).spec.results).toEqual([results[1]]);
});

describe('params', () => {
  const object = {
    name: 'revisions',
    type: 'object' as const,
    properties: { a: { type: 'string' as const }, b: { type: 'string' as const } },
    default: { a: '', b: '' },
  };
  const uses = (value: string | string[]) => task('a', { params: [{ name: 'p', value }] });

  it('that nothing uses any more go, values and all', () => {
    const { spec, params } = run({ tasks: [task('a', chosen('a'))] }, [
      ...select('a'),
      { name: 'undeclared', value: 'x' },
    ]);
    expect(spec.params).toBeUndefined();
    expect(params).toEqual([]);
  });

  it('keep the keys that are used, all of them with a value', () => {
    const { spec, params } = run({ params: [object], tasks: [uses('$(params.revisions.a)')] }, [
      { name: 'revisions', value: { b: 'main' } },
    ]);
    expect(spec.params).toEqual([{ name: 'revisions', type: 'object', properties: { a: { type: 'string' } } }]);
    expect(params).toEqual([{ name: 'revisions', value: { a: '' } }]);
  });

  it('keep every key where the whole is used', () => {
    const { spec, params } = run({ params: [object], tasks: [uses('$(params.revisions[*])')] }, []);
    expect(spec.params).toEqual([object]);
    expect(params).toEqual([]);
  });

  it('keep what a default is made of', () => {
    const { spec } = run(
      {
        params: [{ name: 'host' }, { name: 'image', default: '$(params.host)/x' }],
        tasks: [uses(['$(params.image)'])],
      },
      [{ name: 'host', value: 'h' }],
    );
    expect(spec.params?.map(({ name }) => name)).toEqual(['host', 'image']);
  });
});

describe('a Pipeline is returned whole where only the run can tell', () => {
  const named = (name: string): PipelineTask['when'] => [
    { input: '$(context.pipelineRun.name)', operator: 'in', values: [name] },
  ];
  const consumes = (of: string) => ({ params: [{ name: 'p', value: `$(tasks.${of}.results.r)` }] });

  it.each<[string, PipelineTask[]]>([
    [
      'in which way a task is skipped that others wait for',
      [
        task('a', chosen('a')),
        task('asks', { when: named('x'), ...consumes('a') }),
        task('waits', { runAfter: ['asks'] }),
      ],
    ],
    [
      'whether a guarded task shields what is behind it',
      [
        task('asks', { when: named('x') }),
        task('maybe', consumes('asks')),
        task('shield', { runAfter: ['maybe'], ...chosen('a') }),
        task('behind', { runAfter: ['shield'] }),
      ],
    ],
    [
      'whether a build is cut off, and its lane with it',
      [
        task('asks', { when: named('x') }),
        task('build-a', consumes('asks')),
        task('build-b', { runAfter: ['build-a'] }),
      ],
    ],
  ])('%s', (_, tasks) => {
    const spec = { params: [APPS], tasks };
    expect(prune(spec, select(), { maxParallelBuilds: 1 })).toEqual({ spec, params: select() });
  });
});

it('changes nothing that it is given', () => {
  const spec = JSON.stringify({
    params: [APPS],
    tasks: [task('build-a', chosen('a')), task('build-b', { ...chosen('b'), runAfter: ['build-a'] })],
  });
  const given = JSON.parse(spec) as PipelineSpec;
  run(given, select('b'));
  expect(JSON.stringify(given)).toBe(spec);
});
