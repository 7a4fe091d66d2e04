import { isBuildTask } from '../../words/names';
import type { Param, ParamSpec, ParamValue, PipelineSpec, PipelineTask } from './wire';
import { paramType } from './wire';
import type { Expression } from './expression';
import { expressionsIn, resultRef, substitute, taskOf } from './expression';
import type { Values } from './param-values';
import { mapStrings, ownerOf, resolveParams, valuesOf } from './param-values';
import { lanes } from './lanes';
import { allBefore, inOrder } from '../../words/order';
import { emptyMatrix, holds, isLaneEdge, outlook, parents, producers } from './skip';
import type { Outlook } from './skip';

export interface Pruned {
  readonly spec: PipelineSpec;
  /** Of the params given, those that the spec still needs; an object has every key that is still used, and no other. */
  readonly params: readonly Param[];
}

/**
 * The Pipeline without what a run with these params would skip: it starts the same TaskRuns with the same inputs, in the
 * same order but for the lanes of builds. Those are laid anew for the builds that are left: in the lanes of the whole a
 * selection may stand one behind the other. Takes Pipelines as written and as Tekton has defaulted them.
 *
 * Where dropping tasks could change what starts, because only the run can tell how a task is skipped that others wait
 * for, the Pipeline is returned whole. One difference is left: nothing is skipped in a pruned run, so `$(tasks.status)`
 * is `Succeeded` where it would have been `Completed`; whoever reads it treats the two alike.
 *
 * @param given params of the run; those that the Pipeline does not declare are dropped
 */
export function prune(
  spec: PipelineSpec,
  given: readonly Param[],
  { maxParallelBuilds }: { readonly maxParallelBuilds: number },
): Pruned {
  const { params: declared = [], tasks: all = [], finally: last = [], results = [], ...rest } = spec;
  const own = new Map(given.map(({ name, value }) => [name, value]));
  const resolved = resolveParams(declared, own);
  const values = valuesOf(resolved);
  const ahead = outlook(all, values);
  if (!ahead.certain) return { spec, params: given };

  const tasks = withLanes(startedTasks(all, ahead), maxParallelBuilds);
  const final = finalTasks(last, new Set(tasks.map(({ name }) => name)), values);
  const left = new Set([...tasks, ...final].map(({ name }) => name));
  const kept = results.filter(({ value }) =>
    expressionsIn(value).every((expression) => {
      const ref = resultRef(expression) ?? resultRef(expression, 'finally');
      return ref !== undefined && left.has(ref.task);
    }),
  );
  const used = usedParams(declared, own, [tasks, final, kept]);
  const needed = declared.filter(({ name }) => used.has(name));

  return {
    spec: present({
      ...rest,
      params: needed.map((param) => narrowed(param, used.get(param.name), own.has(param.name))),
      tasks,
      finally: final,
      results: kept,
    }),
    params: needed.flatMap(({ name }) =>
      own.has(name) ? [{ name, value: only(resolved.get(name) as ParamValue, used.get(name)) }] : [],
    ),
  };
}

/** The tasks that start, with the guards that only the run can tell, ordered without those that do not and without lanes. */
function startedTasks(all: readonly PipelineTask[], { fates, guards }: Outlook): readonly PipelineTask[] {
  const starts = (name: string) => fates.get(name) === 'starts';
  const byName = new Map(all.map((task) => [task.name, task]));
  const inFrontOf = new Map<string, readonly string[]>();
  /** The started tasks that stand for `before`, which may be gone itself. */
  const standIns = (before: string): readonly string[] => (starts(before) ? [before] : (inFrontOf.get(before) ?? []));
  for (const name of inOrder([...byName.keys()], (of) => parents(byName.get(of) as PipelineTask))) {
    const { runAfter = [], ...task } = byName.get(name) as PipelineTask;
    const before = [...runAfter.filter((other) => !isLaneEdge(other, name)), ...(starts(name) ? [] : producers(task))];
    inFrontOf.set(name, [...new Set(before.flatMap(standIns))]);
  }
  return all
    .filter(({ name }) => starts(name))
    .map((task) => present({ ...task, when: guards.get(task.name) ?? [], runAfter: inFrontOf.get(task.name) ?? [] }));
}

/** Lanes for the builds, in the order of the Pipeline where nothing else asks for another. */
function withLanes(tasks: readonly PipelineTask[], n: number): readonly PipelineTask[] {
  const names = tasks.map(({ name }) => name);
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const before = allBefore(names, (name) => parents(byName.get(name) as PipelineTask));
  const builds = inOrder(names.filter(isBuildTask), (name) => before.get(name) ?? []);
  const waitsFor = lanes(builds, n);
  return tasks.map((task) => {
    const build = waitsFor.get(task.name);
    return build === undefined || before.get(task.name)?.has(build)
      ? task
      : { ...task, runAfter: [...(task.runAfter ?? []), build] };
  });
}

/** Nothing waits for a `finally` task, so one that would be skipped is simply left out. */
function finalTasks(
  all: readonly PipelineTask[],
  started: ReadonlySet<string>,
  values: Values,
): readonly PipelineTask[] {
  const outcome = (expression: Expression) => {
    const found = taskOf(expression);
    if (found === undefined || started.has(found.task)) return undefined;
    return { status: 'None', reason: '' }[found.what];
  };
  return all.flatMap(({ taskSpec, ...task }) => {
    const known = mapStrings(task, (text) => substitute(text, outcome));
    const guards = (known.when ?? []).map((guard) => ({ guard, holds: holds(guard, values) }));
    const skipped =
      guards.some(({ holds }) => holds === false) ||
      emptyMatrix(known, values) ||
      producers({ taskSpec, ...known }).some((name) => !started.has(name));
    const open = guards.flatMap(({ guard, holds }) => (holds === undefined ? [guard] : []));
    return skipped ? [] : [present({ ...known, taskSpec, when: open })];
  });
}

/** Keys of an object that are used; undefined for a param that is used as a whole. */
type Keys = ReadonlySet<string> | undefined;

/** Params that are used in `data`, or in the default of one that is used and not given. */
function usedParams(
  declared: readonly ParamSpec[],
  given: ReadonlyMap<string, ParamValue>,
  data: unknown,
): ReadonlyMap<string, Keys> {
  const owner = ownerOf(declared);
  const used = new Map<string, Set<string> | undefined>();
  const fallbacks = new Map(
    declared.filter(({ name }) => !given.has(name)).map((param) => [param.name, param.default]),
  );
  const add = (text: unknown): void => {
    for (const found of expressionsIn(text).map(owner)) {
      if (found === undefined) continue;
      const { param, key } = found;
      const known = used.has(param) ? used.get(param) : new Set<string>();
      // As a whole, or this key, it was met before; a cycle of defaults ends here.
      if (known === undefined || (key !== undefined && known.has(key))) continue;
      used.set(param, key === undefined ? undefined : known.add(key));
      const fallback = fallbacks.get(param);
      add(key === undefined ? fallback : (fallback as Readonly<Record<string, string>> | undefined)?.[key]);
    }
  };
  add(data);
  return used;
}

/** Only the keys that are used; no default where a value is given, so the type is written out. */
function narrowed(param: ParamSpec, keys: Keys, given: boolean): ParamSpec {
  const { properties, default: fallback, ...rest } = param;
  return {
    ...rest,
    type: paramType(param),
    ...(properties !== undefined && { properties: only(properties, keys) }),
    ...(fallback !== undefined && !given && { default: only(fallback, keys) }),
  };
}

const only = <T extends ParamValue | object>(value: T, keys: Keys): T =>
  keys === undefined ? value : (Object.fromEntries(Object.entries(value).filter(([key]) => keys.has(key))) as T);

/** Without fields that are undefined or an empty list: on the wire they are absent. */
const present = <T extends object>(object: T): T =>
  Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  ) as T;
