import type { Param, ParamSpec, ParamValue, PipelineSpec, PipelineTask, When } from '../../../lib/tekton/spec/wire';

/**
 * What Tekton's controller does with a PipelineRun, as far as it decides what starts: written from its reconciler
 * (pkg/reconciler/pipelinerun/resources: apply.go, pipelinerunresolution.go, pipelinerunstate.go), not from lib/tekton.
 * It asks again and again which tasks are to be skipped and which may start, until nothing is left to happen.
 */

export interface World {
  readonly result: (task: string, result: string) => string;
  /** Tasks whose TaskRuns fail, having written their results; only tasks with `onError: continue`. */
  readonly fails: ReadonlySet<string>;
  /** Of a TaskRun, above 0. */
  readonly duration: (task: string) => number;
}

export interface Started {
  readonly task: string;
  /** Params of each TaskRun; several if the task has a matrix. */
  readonly inputs: readonly Readonly<Record<string, ParamValue>>[];
  readonly start: number;
  readonly end: number;
}

export interface Outcome {
  readonly started: readonly Started[];
  readonly results: Readonly<Record<string, ParamValue>>;
}

interface Replacements {
  strings: Record<string, string>;
  arrays: Record<string, readonly string[]>;
  objects: Record<string, Readonly<Record<string, string>>>;
}
const none = (): Replacements => ({ strings: {}, arrays: {}, objects: {} });
type Reason = 'when' | 'parent' | 'missing' | 'matrix';

export function simulate(spec: PipelineSpec, params: readonly Param[], world: World): Outcome {
  const context: Replacements = { ...none(), strings: { 'context.pipelineRun.name': 'run' } };
  const prepare = (task: PipelineTask) =>
    replaceTask(replaceTask(task, paramReplacements(spec.params ?? [], params)), context);
  const tasks = new Map((spec.tasks ?? []).map((task) => [task.name, prepare(task)]));
  const runs = new Map<string, Started>();
  let now = 0;

  const finished = (name: string) => (runs.get(name)?.end ?? Infinity) <= now;
  const parentsOf = (task: PipelineTask) => [...(task.runAfter ?? []), ...resultRefs(task).map(({ task }) => task)];
  let memo = new Map<string, Reason | undefined>();

  /** With the results that it refers to put in: all of them, or none if one is missing. */
  const resolved = (task: PipelineTask): PipelineTask => {
    const refs = resultRefs(task);
    if (!refs.every((ref) => finished(ref.task))) return task;
    const strings = Object.fromEntries(
      refs.map((ref) => [`tasks.${ref.task}.results.${ref.result}`, world.result(ref.task, ref.result)]),
    );
    return replaceTask(task, { ...none(), strings });
  };
  const isDone = (name: string): boolean => finished(name) || (!runs.has(name) && skipReason(name) !== undefined);
  const skipReason = (name: string): Reason | undefined => {
    if (!memo.has(name)) memo.set(name, findReason(tasks.get(name) as PipelineTask));
    return memo.get(name);
  };
  const findReason = (task: PipelineTask): Reason | undefined => {
    if (runs.has(task.name)) return undefined;
    const parents = parentsOf(task);
    const parentsDone = parents.every(isDone);
    if (parentsDone && !allows(resolved(task).when)) return 'when';
    if (parents.some((parent) => !runs.has(parent) && ![undefined, 'when'].includes(skipReason(parent))))
      return 'parent';
    const missing = resultRefs(task).find((ref) => !finished(ref.task));
    if (parentsDone && missing !== undefined && (task.onError === 'continue' || skipReason(missing.task) === 'when'))
      return 'missing';
    return hasEmptyMatrix(task) ? 'matrix' : undefined;
  };
  const start = (task: PipelineTask) =>
    runs.set(task.name, {
      task: task.name,
      inputs: combinations(task),
      start: now,
      end: now + world.duration(task.name),
    });

  for (;;) {
    memo = new Map();
    const next = [...tasks.values()].filter(
      (task) => !runs.has(task.name) && skipReason(task.name) === undefined && parentsOf(task).every(isDone),
    );
    next.map(resolved).forEach(start);
    if (next.length > 0) continue;
    const ends = [...runs.values()].map(({ end }) => end).filter((end) => end > now);
    if (ends.length === 0) break;
    now = Math.min(...ends);
  }

  memo = new Map();
  const undone = [...tasks.keys()].filter((name) => !isDone(name));
  if (undone.length > 0) throw new Error(`the run hangs at ${undone.join(', ')}`);
  const statuses = Object.fromEntries(
    [...tasks.keys()].flatMap((name) => [
      [`tasks.${name}.status`, !runs.has(name) ? 'None' : world.fails.has(name) ? 'Failed' : 'Succeeded'],
      [`tasks.${name}.reason`, !runs.has(name) ? '' : world.fails.has(name) ? 'Failed' : 'Succeeded'],
    ]),
  );
  const skipped = runs.size < tasks.size;
  const aggregate = [...runs.keys()].some((name) => world.fails.has(name))
    ? 'Failed'
    : skipped
      ? 'Completed'
      : 'Succeeded';
  for (const written of spec.finally ?? []) {
    const task = replaceTask(prepare(written), { ...none(), strings: { ...statuses, 'tasks.status': aggregate } });
    if (!resultRefs(task).every((ref) => finished(ref.task))) continue;
    if (allows(resolved(task).when) && !hasEmptyMatrix(task)) start(resolved(task));
  }

  const results = (spec.results ?? []).flatMap(({ name, value }) => {
    const refs = expressions(value).map((text) => text.split('.'));
    if (!refs.every(([, task = '']) => runs.has(task))) return [];
    const strings = Object.fromEntries(
      refs.map(([kind, task = '', part, result = '']) => [
        [kind, task, part, result].join('.'),
        world.result(task, result),
      ]),
    );
    return [[name, replaceValue(value, { ...none(), strings })] as const];
  });
  return { started: [...runs.values()], results: Object.fromEntries(results) };
}

/** Most builds that ran at the same time. */
export function mostBuildsAtOnce({ started }: Outcome): number {
  const builds = started.filter(({ task }) => task.startsWith('build-'));
  return Math.max(
    0,
    ...builds.map((one) => builds.filter((other) => other.start <= one.start && one.start < other.end).length),
  );
}

function expressions(data: unknown): string[] {
  return [
    ...JSON.stringify(data ?? null)
      .replaceAll('\\"', '"')
      .matchAll(/\$\((.*?)\)/g),
  ].map((match) => match[1] as string);
}

export function resultRefs({ params, matrix, when }: PipelineTask): { task: string; result: string }[] {
  return expressions([params, matrix, when]).flatMap((text) => {
    const [kind, task, part, result] = text.split('.');
    return kind === 'tasks' && part === 'results' ? [{ task: task as string, result: result as string }] : [];
  });
}

/** ApplyParameters; an object is completed key by key from its default. */
function paramReplacements(declared: readonly ParamSpec[], params: readonly Param[]): Replacements {
  const replacements = none();
  const add = (name: string, value: ParamValue) => {
    for (const spelling of [`params.${name}`, `params["${name}"]`, `params['${name}']`]) {
      if (typeof value === 'string') replacements.strings[spelling] = value;
      else if (Array.isArray(value)) {
        replacements.arrays[spelling] = value as string[];
        (value as string[]).forEach((element, i) => (replacements.strings[`${spelling}[${i}]`] = element));
      } else replacements.objects[spelling] = value as Record<string, string>;
    }
    if (typeof value === 'object' && !Array.isArray(value))
      for (const [key, member] of Object.entries(value)) replacements.strings[`params.${name}.${key}`] = member;
  };
  const given = new Map(params.map(({ name, value }) => [name, value]));
  const isObject = (value: ParamValue | undefined) => typeof value === 'object' && !Array.isArray(value);
  for (const { name } of declared) if (given.has(name) && !isObject(given.get(name))) add(name, given.get(name)!);
  for (const { name, default: fallback } of declared)
    if (!given.has(name) && fallback !== undefined) add(name, replaceValue(fallback, replacements));
  for (const { name, default: fallback = {} } of declared) {
    if (isObject(given.get(name)))
      add(name, { ...(replaceValue(fallback, replacements) as object), ...(given.get(name) as object) });
  }
  return replacements;
}

const replaceText = (text: string, { strings }: Replacements): string =>
  text.replace(/\$\((.*?)\)/g, (whole, inner: string) => strings[inner] ?? whole);

function replaceElement(text: string, replacements: Replacements): readonly string[] {
  const inner = /^\$\((.*?)(\[\*\])?\)$/.exec(text)?.[1];
  return (inner !== undefined ? replacements.arrays[inner] : undefined) ?? [replaceText(text, replacements)];
}

function replaceValue(value: ParamValue, replacements: Replacements): ParamValue {
  if (Array.isArray(value)) return (value as string[]).flatMap((text) => replaceElement(text, replacements));
  if (typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([key, text]) => [key, replaceText(text as string, replacements)]),
    );
  const inner = /^\$\(([\w.-]+)(\[\*\])?\)$/.exec(value)?.[1];
  return (
    (inner !== undefined ? (replacements.arrays[inner] ?? replacements.objects[inner]) : undefined) ??
    replaceText(value, replacements)
  );
}

function replaceTask(task: PipelineTask, replacements: Replacements): PipelineTask {
  const all = (params: readonly Param[] | undefined) =>
    params?.map(({ name, value }) => ({ name, value: replaceValue(value, replacements) }));
  const list = (text: string) => {
    const array = /^\$\(params\.(.*)\[\*\]\)$/.exec(text)?.[1];
    return (
      (array !== undefined ? replacements.arrays[`params.${array}`] : undefined) ?? [replaceText(text, replacements)]
    );
  };
  return {
    ...task,
    params: all(task.params),
    matrix: task.matrix && {
      params: all(task.matrix.params),
      include: task.matrix.include?.map((one) => ({ ...one, params: all(one.params) })),
    },
    when: task.when?.map(({ input = '', operator, values = [] }) => ({
      input: replaceText(input, replacements),
      operator,
      values: values.flatMap(list),
    })),
  };
}

const allows = (when: readonly When[] = []): boolean =>
  when.every(({ input = '', operator, values = [] }) =>
    operator === 'in' ? values.includes(input) : !values.includes(input),
  );

const hasEmptyMatrix = (task: PipelineTask): boolean =>
  task.matrix?.params?.some(({ value }) => Array.isArray(value) && value.length === 0) ?? false;

function combinations(task: PipelineTask): Record<string, ParamValue>[] {
  const named = (params: readonly Param[] = []) => Object.fromEntries(params.map(({ name, value }) => [name, value]));
  const fixed = named(task.params);
  const { params = [], include = [] } = task.matrix ?? {};
  if (params.length === 0 && include.length > 0) return include.map((one) => ({ ...fixed, ...named(one.params) }));
  return (task.matrix?.params ?? []).reduce<Record<string, ParamValue>[]>(
    (all, { name, value }) => all.flatMap((one) => (value as string[]).map((element) => ({ ...one, [name]: element }))),
    [fixed],
  );
}
