import * as fc from 'fast-check';
import { prune } from '../../../lib/tekton/spec/prune';
import type { PipelineSpec } from '../../../lib/tekton/spec/wire';
import { defaulted, pipelines } from './random-pipeline';
import type { Outcome } from './simulator';
import { mostBuildsAtOnce, resultRefs, simulate } from './simulator';

/** A pruned run must be the same run: over random Pipelines, by a model of Tekton that shares no code with pruning. */

const RUNS = { numRuns: 300, endOnFailure: true };
const taskRuns = ({ started }: Outcome) => Object.fromEntries(started.map(({ task, inputs }) => [task, inputs]));

const names = (spec: PipelineSpec) => [...(spec.tasks ?? []), ...(spec.finally ?? [])].map((task) => task.name);

/** Of each task, all that are before it but by lanes. */
function ancestors(spec: PipelineSpec): Map<string, Set<string>> {
  const tasks = new Map((spec.tasks ?? []).map((task) => [task.name, task]));
  const found = new Map<string, Set<string>>();
  const isLane = (a: string, b: string) => a.startsWith('build-') && b.startsWith('build-');
  const of = (name: string): Set<string> => {
    const task = tasks.get(name)!;
    const near = [
      ...(task.runAfter ?? []).filter((other) => !isLane(other, name)),
      ...resultRefs(task).map((ref) => ref.task),
    ];
    if (!found.has(name)) found.set(name, new Set(near.flatMap((other) => [other, ...of(other)])));
    return found.get(name)!;
  };
  for (const name of tasks.keys()) of(name);
  return found;
}

it('starts the same TaskRuns with the same inputs and gives the same results', () => {
  let dropped = 0;
  fc.assert(
    fc.property(pipelines, ({ spec, params, world, maxParallelBuilds }) => {
      const pruned = prune(spec, params, { maxParallelBuilds });
      if (names(pruned.spec).length < names(spec).length) dropped++;
      const whole = simulate(spec, params, world);
      const run = simulate(pruned.spec, pruned.params, world);
      expect(taskRuns(run)).toEqual(taskRuns(whole));
      expect(run.results).toEqual(whole.results);
    }),
    RUNS,
  );
  // otherwise it would hold for want of anything pruned
  expect(dropped).toBeGreaterThan(100);
});

it('respects every edge that is not a lane, and never builds more at once than it may', () => {
  fc.assert(
    fc.property(pipelines, ({ spec, params, world, maxParallelBuilds }) => {
      const pruned = prune(spec, params, { maxParallelBuilds });
      // Returned whole, it is as Tekton runs it: what is cut off counts as done even before those in front of it are.
      if (pruned.spec === spec) return;
      const run = simulate(pruned.spec, pruned.params, world);
      expect(mostBuildsAtOnce(run)).toBeLessThanOrEqual(maxParallelBuilds);
      const at = new Map(run.started.map((started) => [started.task, started]));
      const broken = [...ancestors(spec)].flatMap(([name, before]) =>
        [...before]
          .filter((other) => at.has(name) && at.has(other) && at.get(other)!.end > at.get(name)!.start)
          .map((other) => `${name} before ${other} ended`),
      );
      expect(broken).toEqual([]);
    }),
    RUNS,
  );
});

it('gives the same for a Pipeline that Tekton has defaulted', () => {
  fc.assert(
    fc.property(pipelines, ({ spec, params, world, maxParallelBuilds }) => {
      const raw = prune(spec, params, { maxParallelBuilds });
      const fromCluster = prune(defaulted(spec), params, { maxParallelBuilds });
      expect(fromCluster.params).toEqual(raw.params);
      expect(fromCluster.spec.tasks).toEqual(defaulted(raw.spec).tasks);
      expect(taskRuns(simulate(fromCluster.spec, fromCluster.params, world))).toEqual(
        taskRuns(simulate(raw.spec, raw.params, world)),
      );
    }),
    { numRuns: 200, endOnFailure: true },
  );
});
