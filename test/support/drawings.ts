import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { ANNOTATIONS } from '../../lib/words/labels';
import { graphSvg } from '../../lib/words/graph-svg';
import type { Box } from '../../lib/words/graph-svg';
import { ACCOUNTS, TEST_KINDS } from '../../lib/words/names';
import type { Account } from '../../lib/words/names';
import { modulesIn, partOf } from './modules';
import { rightsPicture } from './rights-picture';

/** The pictures of docs/pictures that are made from the code. */

const ROOT = join(__dirname, '../..');

/** By file, below docs/pictures. */
export const pictures = (): ReadonlyMap<string, string> =>
  new Map([
    ['shop.svg', stackPicture()],
    ['layers.svg', layers()],
    ['bootstrap.svg', graphSvg(boxesOf('bootstrap'), { title: 'The tasks of a bootstrap', direction: 'TB' })],
    ['pull-request.svg', graphSvg(lifeOfAPullRequest(), { title: 'The life of a pull request', direction: 'TB' })],
    ['rights.svg', rightsPicture()],
  ]);

const stackPicture = (): string =>
  execFileSync('node', [join(ROOT, 'lib/cli/tekton-dag.js'), 'graph', 'shop', '--root', ROOT, '--format', 'svg'], {
    encoding: 'utf8',
  });

type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/** Which part of the program imports which; what follows from the rest is left out. */
function layers(): string {
  const edges = new Map<string, Set<string>>();
  for (const { file, imports } of modulesIn('lib', 'orchestrator/src')) {
    const from = partOf(file);
    // lib/index.ts is for those who use the program
    for (const to of from === 'index' ? [] : imports.filter(({ isPackage }) => !isPackage).map(({ to }) => partOf(to)))
      if (to !== from && to !== 'index') edges.set(from, (edges.get(from) ?? new Set()).add(to));
  }
  return graphSvg(
    boxes(reduced(edges), () => ({ note: '', fill: '#eef1f4' })),
    { title: 'Which part of the program imports which', direction: 'TB' },
  );
}

/** Without what is reached by way of something else. */
function reduced(edges: Edges): Edges {
  const reach = (from: string, seen = new Set<string>()): Set<string> => {
    for (const next of edges.get(from) ?? []) if (!seen.has(next)) reach(next, seen.add(next));
    return seen;
  };
  return new Map(
    [...edges].map(([from, targets]) => [
      from,
      new Set(
        [...targets].filter((target) => ![...targets].some((other) => other !== target && reach(other).has(target))),
      ),
    ]),
  );
}

interface PipelineTask {
  readonly name: string;
  readonly runAfter?: readonly string[];
}
interface Pipeline {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: { readonly tasks: readonly PipelineTask[]; readonly finally?: readonly PipelineTask[] };
}

/** A colour for each account. */
const COLOURS: Readonly<Record<Account, string>> = {
  build: '#eef1f4',
  push: '#eef1f4',
  preview: '#d9e8fb',
  deploy: '#e4f3e1',
  release: '#f7e9d2',
  orchestrator: '#eadff5',
};

type Look = Pick<Box, 'text' | 'note' | 'fill' | 'isEntry'>;

const boxes = (edges: Edges, look: (name: string) => Look): readonly Box[] =>
  [...new Set([...edges].flatMap(([from, targets]) => [from, ...targets]))].sort().map((name) => ({
    name,
    after: [...edges].filter(([, targets]) => targets.has(name)).map(([from]) => from),
    ...look(name),
  }));

/** The tasks of a Pipeline of the example team, those of all apps as one: what waits for what, and as whom each runs. */
function boxesOf(pipeline: string): readonly Box[] {
  const objects = loadAll(readFileSync(join(ROOT, 'dist/teams/local/40-shop.yaml'), 'utf8')) as Pipeline[];
  const { spec, metadata } = objects.find(
    (one) => one.kind === 'Pipeline' && one.metadata.name === `shop-${pipeline}`,
  )!;
  const apps = spec.tasks
    .flatMap((task) => /^build-(.+)$/.exec(task.name)?.[1] ?? [])
    .sort((a, b) => b.length - a.length);
  const sort = (task: string): string => {
    const app = apps.find((one) => new RegExp(`-${one}(-|$)`).test(task));
    return (app === undefined ? task : task.replace(app, 'APP')).replace(
      new RegExp(`-(${TEST_KINDS.join('|')})$`),
      '-KIND',
    );
  };
  const edges = new Map<string, Set<string>>();
  const add = (from: string, to: string): void =>
    void (from !== to && edges.set(from, (edges.get(from) ?? new Set()).add(to)));
  for (const task of spec.tasks) {
    const used = [...JSON.stringify(task).matchAll(/\$\(tasks\.([\w-]+)\.results/g)].map(([, from]) => from!);
    for (const from of [...(task.runAfter ?? []), ...used]) add(sort(from), sort(task.name));
  }
  const last = spec.tasks.map((task) => sort(task.name)).filter((task) => !edges.has(task));
  for (const task of spec.finally ?? []) for (const from of new Set(last)) add(from, sort(task.name));
  const accounts = JSON.parse(metadata.annotations[ANNOTATIONS.accounts] ?? '{}') as Partial<Record<Account, string[]>>;
  const accountOf = (name: string): Account =>
    ACCOUNTS.find((account) => accounts[account]?.some((task) => sort(task) === name)) ?? 'build';
  const isFinally = new Set(spec.finally?.map((task) => sort(task.name)));
  return boxes(reduced(edges), (name) => ({
    note: `account ${accountOf(name)}${isFinally.has(name) ? ', finally' : ''}`,
    fill: COLOURS[accountOf(name)],
  }));
}

/** Its test and its release, each from the event to the last task. */
const lifeOfAPullRequest = (): readonly Box[] => [
  ...fromEvent('pull request', 'opened or pushed to', 'pr-test'),
  ...fromEvent('merge', 'into the default branch', 'merge-release'),
];

function fromEvent(event: string, note: string, pipeline: string): readonly Box[] {
  const tasks = boxesOf(pipeline);
  const request = `${pipeline} request`;
  return [
    { name: event, after: [], note, fill: '#ffffff', isEntry: true },
    {
      name: request,
      text: 'RunRequest',
      after: [event],
      note: `${pipeline}, orchestrator`,
      fill: COLOURS.orchestrator,
    },
    ...tasks.map((box) => ({
      ...box,
      name: `${pipeline} ${box.name}`,
      text: box.name,
      after: box.after.length === 0 ? [request] : box.after.map((name) => `${pipeline} ${name}`),
    })),
  ];
}
