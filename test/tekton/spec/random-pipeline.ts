import * as fc from 'fast-check';
import type { Param, ParamSpec, PipelineSpec, PipelineTask, When } from '../../../lib/tekton/spec/wire';
import type { World } from './simulator';

/** Pipelines of every shape that Tekton admits and pruning looks into, with params and a world to run them in. */

export interface Case {
  readonly spec: PipelineSpec;
  readonly params: readonly Param[];
  readonly world: World;
  /** Lanes of the whole are laid for it. */
  readonly maxParallelBuilds: number;
}

const WORDS = ['a', 'b', 'c'] as const;
const PARAMS: readonly ParamSpec[] = [
  { name: 's' },
  { name: 'u', type: 'string', default: 'u-$(params.s)' },
  { name: 'chosen', type: 'array' },
  { name: 'more', default: ['b', '$(params.s)'] },
  {
    name: 'o',
    type: 'object',
    properties: { a: { type: 'string' }, b: {}, c: { type: 'string' } },
    default: { a: 'a', b: '', c: '$(params.u)' },
  },
  { name: 'd.t', type: 'string', default: 'c' },
];

type Draw = fc.GeneratorValue;

export const pipelines: fc.Arbitrary<Case> = fc.gen().map((draw) => {
  const maxParallelBuilds = draw(fc.integer, { min: 1, max: 3 });
  const chosen = draw(() => fc.subarray([...WORDS]));
  const params: Param[] = [
    { name: 's', value: word(draw) },
    { name: 'chosen', value: chosen },
    ...(flip(draw) ? [{ name: 'u', value: word(draw) }] : []),
    ...(flip(draw) ? [{ name: 'more', value: draw(() => fc.subarray([...WORDS])) }] : []),
    ...(flip(draw)
      ? [
          {
            name: 'o',
            value: draw(() => fc.constantFrom<Record<string, string>>({ a: 'b' }, { a: 'c', b: 'b', c: 'a' })),
          },
        ]
      : []),
    { name: 'unknown', value: 'x' },
  ];
  const text = (earlier: readonly string[]): string =>
    pick(draw, [
      'plain',
      'x-$(params.s)',
      '$(params.u)',
      '$(params.o.b)',
      '$(params["d.t"])',
      "$(params['s'])/$(params.o.a)",
      '$(context.pipelineRun.name)',
      ...(chosen.length > 0 ? ['$(params.chosen[0])'] : []),
      ...earlier.slice(-3).map((name) => `$(tasks.${name}.results.r)`),
    ]);
  const withResults = () => tasks.filter(({ matrix }) => matrix === undefined).map(({ name }) => name);

  const tasks: PipelineTask[] = [];
  for (let i = draw(fc.integer, { min: 1, max: 9 }); i > 0; i--) {
    const earlier = tasks.map(({ name }) => name);
    const name = `${flip(draw) ? 'build' : 'task'}-${earlier.length}`;
    const before = draw(() =>
      fc.subarray(earlier.filter((other) => !(isBuild(name) && isBuild(other))).slice(-4)),
    ).slice(0, 2);
    tasks.push({
      name,
      taskRef: { name: 'some' },
      ...(before.length > 0 && { runAfter: before }),
      ...listed('params', taskParams(draw, text, withResults())),
      ...listed(
        'when',
        times(draw, [0, 0, 1, 1, 2], () => guard(draw, earlier)),
      ),
      ...(rarely(draw) && { onError: 'continue' }),
      ...(rarely(draw) && {
        matrix: flip(draw)
          ? {
              include: ['x', 'y'].map((one) => ({
                name: one,
                params: [{ name: 'm', value: `${one}-${text(earlier)}` }],
              })),
            }
          : {
              params: [
                { name: 'm', value: pick(draw, ['$(params.chosen[*])', ['x', '$(params.more[*])'], ['x', 'y']]) },
              ],
            },
      }),
    });
  }
  const names = tasks.map(({ name }) => name);
  const single = withResults();
  const final = times(draw, [0, 1, 2], (i): PipelineTask => {
    const of = pick(draw, names);
    return {
      name: `final-${i}`,
      taskRef: { name: 'some' },
      params: [
        {
          name: 'p',
          value: pick(draw, [
            'fixed',
            `$(tasks.${of}.status)`,
            `$(tasks.${of}.reason)-$(params.s)`,
            ...single.map((name) => `$(tasks.${name}.results.r)`),
          ]),
        },
      ],
      ...(flip(draw) && {
        when: [
          {
            input: `$(tasks.${pick(draw, names)}.status)`,
            operator: pick(draw, ['in', 'notin']),
            values: [pick(draw, ['None', 'Failed', 'Succeeded'])],
          },
        ],
      }),
    };
  });
  const results = times(draw, [0, 1, 2], (i) => ({
    name: `r${i}`,
    value: `$(${single.length > 0 ? `tasks.${pick(draw, single)}` : 'finally.final-0'}.results.r)`,
  })).filter(() => single.length > 0);

  const seed = draw(fc.nat);
  const mixed = (name: string) =>
    [...name].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0) + seed) % 1009, 7);
  return {
    maxParallelBuilds,
    params,
    spec: {
      params: PARAMS,
      tasks: draw(() => fc.shuffledSubarray(inLanes(tasks, maxParallelBuilds), { minLength: tasks.length })),
      ...listed('finally', final),
      ...listed('results', results),
    },
    world: {
      result: (task, result) => `${result}${mixed(task) % 2}`,
      fails: new Set(
        tasks.filter(({ name, onError }) => onError === 'continue' && mixed(name) % 3 === 0).map(({ name }) => name),
      ),
      duration: (task) => 1 + (mixed(`${task}!`) % 7),
    },
  };
});

/** What Tekton's webhook adds. */
export const defaulted = (spec: PipelineSpec): PipelineSpec => {
  const tasks = (all: readonly PipelineTask[] | undefined) =>
    all?.map((task) => ({ ...task, taskRef: { kind: 'Task', ...task.taskRef } }));
  const type = ({ properties, default: fallback }: ParamSpec) =>
    properties ? 'object' : Array.isArray(fallback) ? 'array' : 'string';
  return JSON.parse(
    JSON.stringify({
      ...spec,
      params: spec.params?.map((param) => ({
        type: type(param),
        ...param,
        ...(param.properties && {
          properties: Object.fromEntries(Object.keys(param.properties).map((key) => [key, { type: 'string' }])),
        }),
      })),
      tasks: tasks(spec.tasks),
      finally: tasks(spec.finally),
      results: spec.results?.map((result) => ({ type: 'string', description: '', ...result })),
    }),
  ) as PipelineSpec;
};

const isBuild = (name: string) => name.startsWith('build-');
const flip = (draw: Draw) => draw(fc.boolean);
const rarely = (draw: Draw) => draw(fc.integer, { min: 0, max: 7 }) === 7;
const word = (draw: Draw) => draw(() => fc.constantFrom(...WORDS));
const pick = <T>(draw: Draw, from: readonly T[]): T => draw(() => fc.constantFrom(...from)) as T;
const times = <T>(draw: Draw, counts: readonly number[], make: (i: number) => T): T[] =>
  Array.from({ length: pick(draw, counts) }, (_, i) => make(i));
const listed = <K extends string, T>(key: K, list: readonly T[]) =>
  list.length > 0 ? ({ [key]: list } as Record<K, T[]>) : {};

function taskParams(draw: Draw, text: (earlier: readonly string[]) => string, earlier: readonly string[]): Param[] {
  return times(draw, [0, 1, 2], (i): Param => {
    const value = pick(draw, ['text', 'text', 'array', 'object', '$(params.o[*])', '$(params.chosen[*])']);
    if (value === 'array') return { name: `p${i}`, value: ['x', '$(params.more[*])', text([])] };
    if (value === 'object') return { name: `p${i}`, value: { k: text([]) } };
    return { name: `p${i}`, value: value === 'text' ? text(earlier) : value };
  });
}

function guard(draw: Draw, earlier: readonly string[]): When {
  const operator = pick(draw, ['in', 'in', 'notin'] as const);
  const some = draw(() => fc.subarray([...WORDS], { minLength: 1 }));
  return pick(draw, [
    ...Array.from({ length: 4 }, () => ({ input: word(draw), operator, values: ['$(params.chosen[*])'] })),
    { input: '$(params.s)', operator, values: some },
    { input: '$(params.o.c)', operator, values: ['$(params["d.t"])', '$(params.more[*])'] },
    { input: '$(context.pipelineRun.name)', operator, values: ['run', '$(params.s)'] },
    ...earlier.slice(-1).map((name) => ({ input: `$(tasks.${name}.results.r)`, operator, values: ['r0'] })),
  ]);
}

/** Builds in turn, by hand: what pruning takes away and lays anew. */
function inLanes(tasks: readonly PipelineTask[], n: number): PipelineTask[] {
  const builds = tasks.map(({ name }) => name).filter(isBuild);
  return tasks.map((task) => {
    const before = isBuild(task.name) ? builds[builds.indexOf(task.name) - n] : undefined;
    return before === undefined ? task : { ...task, runAfter: [...(task.runAfter ?? []), before] };
  });
}
