import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { TEST_KINDS } from '../../lib/words/names';
import { modulesIn, partOf } from './modules';

/** The drawings of docs/architecture.md, as the code gives them. */

const ROOT = join(__dirname, '../..');

/** The page with its drawings made anew. */
export function withDrawings(page: string): string {
  const drawings = [layers(), ...['shop-bootstrap', 'shop-pr-test', 'shop-merge-release'].map(flow)];
  const drawn = page.replace(/^```mermaid\n[^]*?\n```$/gm, () => `\`\`\`mermaid\n${drawings.shift()}\n\`\`\``);
  if (drawings.length > 0) throw new Error(`the page lacks ${drawings.length} drawings`);
  return drawn;
}

/** Of the stack in stacks/shop.yaml, below docs/. */
export const PICTURE = 'pictures/shop.svg';
export const stackPicture = (): string =>
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
  return draw('BT', reduced(edges));
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
  readonly metadata: { readonly name: string };
  readonly spec: { readonly tasks: readonly PipelineTask[]; readonly finally?: readonly PipelineTask[] };
}

/** The tasks of a Pipeline of the example team, those of all apps as one: what waits for what. */
function flow(name: string): string {
  const objects = loadAll(readFileSync(join(ROOT, 'dist/teams/local/40-shop.yaml'), 'utf8')) as Pipeline[];
  const { spec } = objects.find(({ kind, metadata }) => kind === 'Pipeline' && metadata.name === name)!;
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
  for (const task of spec.finally ?? []) for (const from of new Set(last)) add(from, `${sort(task.name)} (finally)`);
  return draw('LR', reduced(edges));
}

function draw(direction: string, edges: Edges): string {
  const names = [...new Set([...edges].flatMap(([from, targets]) => [from, ...targets]))].sort();
  // `graph` and `end` are words of Mermaid
  const id = (name: string): string => `n_${name.replace(/\W+/g, '_')}`;
  const arrows = [...edges]
    .flatMap(([from, targets]) => [...targets].map((to) => `  ${id(from)} --> ${id(to)}`))
    .sort();
  return [`graph ${direction}`, ...names.map((name) => `  ${id(name)}["${name}"]`), ...arrows].join('\n');
}
