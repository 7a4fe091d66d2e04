import * as fc from 'fast-check';
import { criticalPath, lengthOf, mostAtOnce, schedule } from '../../../lib/runs/simulate/schedule';
import type { Work } from '../../../lib/runs/simulate/schedule';
import { worksOf } from '../../../lib/runs/simulate/works';
import { prune } from '../../../lib/tekton/spec/prune';
import type { PipelineSpec } from '../../../lib/tekton/spec/wire';
import { pipelines } from '../../tekton/spec/random-pipeline';
import { simulate as asTekton } from '../../tekton/spec/simulator';

const work = (name: string, seconds: number, after: readonly string[] = [], pods = 1): Work => ({
  name,
  seconds,
  after,
  pods,
});
const names = (tasks: readonly { readonly name: string }[]): string[] => tasks.map(({ name }) => name);

describe('schedule', () => {
  const tasks = schedule([
    work('last', 5, ['long', 'short']),
    work('long', 30, ['first']),
    work('short', 10, ['first', 'of no task']),
    work('first', 20),
    work('alone', 40, [], 3),
  ]);

  it('starts a task when all that it waits for is over, whatever the order in which they are listed', () => {
    expect(tasks.map(({ name, start, end }) => [name, start, end])).toEqual([
      ['last', 50, 55],
      ['long', 20, 50],
      ['short', 20, 30],
      ['first', 0, 20],
      ['alone', 0, 40],
    ]);
    expect(lengthOf(tasks)).toBe(55);
    expect(lengthOf([])).toBe(0);
  });

  it('tells the tasks that decide how long the run takes', () => {
    expect(names(criticalPath(tasks))).toEqual(['first', 'long', 'last']);
    expect(criticalPath([])).toEqual([]);
  });

  it('counts what runs at the fullest moment, and not what begins as another ends', () => {
    expect(mostAtOnce(tasks, ({ pods }) => pods)).toBe(5);
    expect(mostAtOnce(tasks, ({ name }) => (['first', 'long', 'last'].includes(name) ? 1 : 0))).toBe(1);
    expect(mostAtOnce([], () => 1)).toBe(0);
  });

  it('lets a task wait for what is behind one that is skipped, which is on no critical path', () => {
    const all = schedule([work('a', 10), work('skipped', 0, ['a'], 0), work('b', 5, ['skipped'])]);
    expect(all[2]).toMatchObject({ start: 10, end: 15 });
    expect(names(criticalPath(all))).toEqual(['a', 'b']);
  });
});

describe('a run', () => {
  const spec: PipelineSpec = {
    params: [{ name: 'apps', type: 'array' }],
    tasks: [
      { name: 'build-a', when: [{ input: 'a', operator: 'in', values: ['$(params.apps[*])'] }] },
      { name: 'build-b', runAfter: ['build-a'], when: [{ input: 'b', operator: 'in', values: ['$(params.apps[*])'] }] },
      { name: 'use-a', params: [{ name: 'x', value: '$(tasks.build-a.results.x)' }] },
      {
        name: 'test-b',
        runAfter: ['build-b'],
        matrix: { include: [{ name: 'one' }, { name: 'two' }, { name: 'three' }] },
      },
      {
        name: 'lists',
        matrix: {
          params: [
            { name: 'p', value: ['1', '2'] },
            { name: 'q', value: ['1', '2'] },
          ],
        },
      },
    ],
    finally: [{ name: 'end' }, { name: 'of-a', params: [{ name: 'x', value: '$(tasks.build-a.results.x)' }] }],
  };
  const works = (...apps: readonly string[]) =>
    Object.fromEntries(
      schedule(worksOf(spec, [{ name: 'apps', value: apps }], () => 10)).map(({ name, start, pods }) => [
        name,
        [start, pods],
      ]),
    );

  it('waits for results as for tasks, has a pod for each combination, and ends with finally', () => {
    expect(works('a', 'b')).toEqual({
      'build-a': [0, 1],
      'build-b': [10, 1],
      'use-a': [10, 1],
      'test-b': [20, 3],
      lists: [0, 4],
      end: [30, 1],
      'of-a': [30, 1],
    });
  });

  it('takes no time for what its params skip, also where the Pipeline is not pruned', () => {
    expect(works('b')).toEqual({
      'build-a': [0, 0],
      'build-b': [0, 1],
      'use-a': [0, 0],
      'test-b': [10, 3],
      lists: [0, 4],
      end: [20, 1],
      'of-a': [20, 0],
    });
  });

  it('is scheduled as Tekton would, in random Pipelines', () => {
    let compared = 0;
    fc.assert(
      fc.property(pipelines, ({ spec, params, world, maxParallelBuilds }) => {
        const run = prune(spec, params, { maxParallelBuilds });
        const { started } = asTekton(run.spec, run.params, world);
        const all = worksOf(run.spec, run.params, world.duration);
        // what only results decide is taken to start
        if (started.length < all.filter(({ pods }) => pods > 0).length) return;
        compared += started.length;
        const own = new Map(schedule(all).map(({ name, start, end }) => [name, [start, end]]));
        expect(started.map(({ task }) => own.get(task))).toEqual(started.map(({ start, end }) => [start, end]));
      }),
      { numRuns: 300, endOnFailure: true },
    );
    // otherwise it would hold for want of anything compared
    expect(compared).toBeGreaterThan(200);
  });
});
