import { parents } from '../../tekton/spec/skip';
import { prune } from '../../tekton/spec/prune';
import type { Param, PipelineSpec, PipelineTask } from '../../tekton/spec/wire';
import { isList } from '../../tekton/spec/wire';
import type { Work } from './schedule';

/**
 * The tasks of a run, and what each waits for. Those of `finally` wait for all others. A task that the params of the run
 * skip takes no time, though others wait for it. What only the run can tell, such as a guard on a result, is taken to start.
 * @param spec as the run has it: whole, or pruned
 * @param secondsOf a task, from the start of its pods to its end
 */
export function worksOf(
  spec: PipelineSpec,
  params: readonly Param[],
  secondsOf: (task: string) => number,
): readonly Work[] {
  const { tasks = [], finally: last = [] } = spec;
  const starting = namesOf(prune(spec, params, { maxParallelBuilds: 1 }).spec);
  const work = (task: PipelineTask, after: readonly string[]): Work => ({
    name: task.name,
    after,
    ...(starting.has(task.name)
      ? { seconds: secondsOf(task.name), pods: combinationsOf(task) }
      : { seconds: 0, pods: 0 }),
  });
  const all = tasks.map(({ name }) => name);
  return [...tasks.map((task) => work(task, parents(task))), ...last.map((task) => work(task, all))];
}

const namesOf = ({ tasks = [], finally: last = [] }: PipelineSpec): ReadonlySet<string> =>
  new Set([...tasks, ...last].map(({ name }) => name));

/** How many TaskRuns Tekton makes of a task: it runs all combinations of a matrix at once. */
function combinationsOf({ matrix }: PipelineTask): number {
  const { params = [], include = [] } = matrix ?? {};
  if (params.length === 0) return Math.max(1, include.length);
  return params.reduce((count, { value }) => count * (isList(value) ? value.length : 1), 1);
}
