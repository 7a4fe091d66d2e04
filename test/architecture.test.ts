import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { modulesIn, partOf, readModule, roomOf, type Import, type Module } from './support/modules';

/** The house: which room may import which, and who may touch the world outside. */

const ROOT = join(__dirname, '..');
const MAX_LINES = 320;

const modules = modulesIn('lib', 'orchestrator/src');
const byFile = new Map(modules.map((module) => [module.file, module]));
const isOrchestrator = (file: string): boolean => file.startsWith('orchestrator/');

/** The direction: the part of the program on the left may import those on the right, and none besides. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  words: [],
  fleet: ['words'],
  kube: ['words', 'imports'],
  tekton: ['words', 'kube', 'imports'],
  runs: ['words', 'fleet', 'kube', 'tekton'],
  output: ['words', 'fleet', 'kube', 'tekton', 'runs', 'imports'],
  // two outputs are compared by the parts that their layout tells
  diff: ['words', 'fleet', 'kube', 'tekton', 'runs', 'output'],
  // what the output needs of a cluster; a kind that differs is found as diff finds it
  doctor: ['words', 'fleet', 'kube', 'tekton', 'runs', 'output', 'diff'],
  original: ['words', 'fleet', 'kube', 'tekton', 'runs'],
  // what a team.ts imports: lib/index.ts and lib/team.ts
  index: ['words', 'fleet', 'tekton', 'runs', 'output'],
  cli: ['words', 'fleet', 'kube', 'tekton', 'runs', 'output', 'diff', 'doctor', 'original', 'index', 'imports'],
  // of kube the client, of original its words at the door
  orchestrator: ['words', 'kube', 'tekton', 'runs', 'original'],
};

const files = ({ imports }: Module): readonly Import[] => imports.filter(({ isPackage }) => !isPackage);
const packages = ({ imports }: Module): readonly Import[] => imports.filter(({ isPackage }) => isPackage);
const unique = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

/** Each room, the rooms that it imports, the packages that it imports: one of the three a line. */
const table = (): string =>
  unique(modules.map(({ file }) => roomOf(file)))
    .map((room) => {
      const own = modules.filter(({ file }) => roomOf(file) === room);
      const rooms = unique(own.flatMap(files).map(({ to }) => roomOf(to))).filter((name) => name !== room);
      const names = unique(own.flatMap(packages).map(({ to }) => to));
      return [room, `  ${rooms.join(' ') || '-'}`, `  ${names.join(' ') || '-'}`].join('\n');
    })
    .join('\n');

it('reads all that a module imports, and what it takes', () => {
  const text = [
    `import a, { b as c, type D } from './a';`,
    `import type { E } from '@octokit/core/x';`,
    `export * from "node:fs/promises";`,
    `export { f } from '../diff/f';`,
    `import 'g';`,
    `import h = require('h');`,
    `const i = require('i'), j = await import('j'), k = import(process.argv[2]), l = system.process;`,
    `type M = import('m').M;`,
    `// import n from 'n'`,
    `const o = "import p from 'p'";`,
  ].join('\n');
  const { imports, globals } = readModule('lib/kube/x.ts', text);
  expect(imports.map(({ to, names }) => [to, ...names])).toEqual([
    ['lib/kube/a', 'default', 'b', 'D'],
    ['@octokit/core', 'E'],
    ['node:fs'],
    ['lib/diff/f', 'f'],
    ['g'],
    ['h'],
    ['i'],
    ['j'],
    ['m', 'M'],
  ]);
  expect(globals).toEqual(['process']);
});

it('finds every file that is imported', () => {
  const lost = modules.flatMap((module) =>
    files(module)
      .filter(({ to }) => !byFile.has(to) && !to.startsWith('imports/'))
      .map(({ to }) => `${module.file} imports ${to}`),
  );
  expect(lost).toEqual([]);
});

// when a room imports something new or no longer imports something: npx jest test/architecture.test.ts -u
it('has these rooms, which import exactly this', () => {
  expect(table()).toMatchInlineSnapshot(`
    "lib
      lib/fleet lib/output lib/output/backends lib/output/pipelines lib/output/tasks lib/output/team lib/tekton
      cdk8s
    lib/cli
      lib lib/cli/completion lib/cli/dev lib/cli/doctor lib/cli/images lib/cli/init lib/cli/kind lib/cli/runs lib/cli/simulate lib/cli/team lib/diff lib/doctor lib/fleet lib/kube lib/kube/checks lib/original lib/output lib/output/backends lib/output/cluster lib/output/gitops lib/output/secrets lib/output/team lib/runs/ask lib/runs/configuration lib/runs/decisions lib/runs/events lib/runs/report lib/runs/run lib/words
      commander js-yaml node:buffer node:child_process node:crypto node:fs node:module node:os node:path node:util node:v8 picomatch typescript zod
    lib/cli/completion
      lib/cli
      commander node:path
    lib/cli/dev
      lib/cli lib/diff lib/fleet lib/kube lib/output lib/words
      node:fs node:path
    lib/cli/doctor
      lib/cli lib/doctor lib/fleet lib/kube lib/words
      node:timers
    lib/cli/images
      lib/cli lib/cli/runs lib/output lib/words
      -
    lib/cli/init
      lib/cli lib/cli/team lib/fleet lib/words
      node:fs node:path
    lib/cli/kind
      lib/cli lib/fleet lib/output lib/output/secrets lib/output/tasks lib/words
      node:crypto node:fs node:path node:timers
    lib/cli/runs
      lib/cli lib/runs/ask lib/runs/decisions lib/runs/report lib/words
      node:timers node:util zod
    lib/cli/simulate
      lib/cli lib/cli/runs lib/doctor lib/fleet lib/kube lib/output/team lib/runs/ask lib/runs/run lib/runs/simulate lib/tekton/spec lib/words
      zod
    lib/cli/team
      lib/cli lib/fleet lib/kube lib/output/secrets lib/output/team lib/words
      node:child_process node:fs node:path yaml
    lib/diff
      lib/kube lib/output lib/output/gitops lib/words
      js-yaml node:util
    lib/doctor
      lib/diff lib/fleet lib/kube lib/output lib/output/checks lib/output/cluster lib/output/install lib/output/pipelines lib/output/secrets lib/output/tasks lib/output/team lib/runs/ask lib/runs/run lib/tekton lib/tekton/admission lib/tekton/spec lib/words
      -
    lib/fleet
      lib/fleet/rules lib/words
      js-yaml node:crypto node:util yaml zod
    lib/fleet/rules
      lib/fleet lib/words
      -
    lib/kube
      imports lib/kube/checks lib/words
      @kubernetes/client-node cdk8s cdk8s-plus-28 constructs js-yaml node:http node:https
    lib/kube/checks
      lib/kube lib/words
      -
    lib/original
      lib/fleet lib/words
      js-yaml node:util zod
    lib/output
      lib/fleet lib/kube lib/kube/checks lib/output/checks lib/output/cluster lib/output/gitops lib/output/install lib/output/tasks lib/output/team lib/tekton/admission lib/words
      js-yaml zod
    lib/output/backends
      imports lib/fleet lib/kube lib/kube/checks lib/output/checks lib/output/tasks lib/output/team lib/words
      cdk8s-plus-28 constructs
    lib/output/checks
      lib/fleet lib/kube lib/kube/checks lib/tekton/admission lib/tekton/spec lib/words
      -
    lib/output/cluster
      lib/fleet lib/kube lib/output lib/output/backends lib/output/install lib/output/secrets lib/output/tasks lib/output/team lib/runs/ask lib/runs/configuration lib/tekton/admission lib/tekton/spec lib/words
      cdk8s cdk8s-plus-28 constructs zod
    lib/output/gitops
      imports lib/fleet lib/kube lib/output lib/output/team lib/words
      cdk8s constructs
    lib/output/install
      imports lib/fleet lib/kube lib/output lib/output/checks lib/output/cluster lib/output/secrets lib/output/team lib/runs/ask lib/runs/run lib/words
      cdk8s cdk8s-plus-28 constructs js-yaml
    lib/output/pipelines
      lib/fleet lib/kube/checks lib/output/backends lib/output/tasks lib/runs/run lib/tekton lib/tekton/spec lib/words
      constructs
    lib/output/secrets
      imports lib/fleet lib/kube lib/output/tasks lib/output/team lib/words
      constructs
    lib/output/tasks
      lib/fleet lib/kube lib/output/backends lib/tekton lib/words
      cdk8s constructs node:fs node:net node:path
    lib/output/team
      imports lib/fleet lib/fleet/rules lib/kube lib/output lib/output/backends lib/output/checks lib/output/gitops lib/output/pipelines lib/output/secrets lib/output/tasks lib/runs/configuration lib/tekton/admission lib/tekton/spec lib/words
      cdk8s cdk8s-plus-28 constructs node:crypto node:net node:util
    lib/runs/ask
      lib/fleet lib/runs/report lib/words
      zod
    lib/runs/configuration
      lib/fleet lib/runs/events lib/runs/run lib/words
      zod
    lib/runs/decisions
      lib/fleet lib/runs/ask lib/runs/configuration lib/runs/events lib/words
      -
    lib/runs/events
      lib/words
      markdown-it zod
    lib/runs/report
      lib/words
      sax zod
    lib/runs/run
      lib/fleet lib/runs/ask lib/tekton/spec lib/words
      node:crypto zod
    lib/runs/simulate
      lib/fleet lib/tekton/spec lib/words
      -
    lib/tekton
      imports lib/kube lib/tekton/spec lib/words
      cdk8s constructs
    lib/tekton/admission
      lib/kube lib/kube/checks lib/tekton/spec lib/words
      -
    lib/tekton/spec
      lib/kube lib/words
      -
    lib/words
      -
      @dagrejs/dagre node:crypto safe-stable-stringify zod
    orchestrator/src
      lib/kube lib/runs/configuration lib/runs/events lib/words orchestrator/src/config orchestrator/src/figures orchestrator/src/history orchestrator/src/hosts orchestrator/src/http orchestrator/src/kube orchestrator/src/page orchestrator/src/queue orchestrator/src/recovery orchestrator/src/report orchestrator/src/requests orchestrator/src/router orchestrator/src/sign-in orchestrator/src/test-reports
      fastify node:fs node:http node:net node:path node:perf_hooks node:timers pino prom-client undici zod
    orchestrator/src/config
      lib/kube lib/runs/configuration lib/words orchestrator/src orchestrator/src/kube
      node:crypto node:fs node:path
    orchestrator/src/figures
      lib/runs/ask lib/runs/decisions orchestrator/src/history orchestrator/src/requests
      -
    orchestrator/src/history
      lib/kube lib/runs/ask lib/runs/decisions lib/runs/report lib/words orchestrator/src orchestrator/src/queue orchestrator/src/requests orchestrator/src/tekton-results orchestrator/src/test-reports
      node:crypto node:fs node:path node:timers pg zod
    orchestrator/src/hosts
      lib/runs/ask lib/runs/configuration lib/runs/decisions lib/runs/events lib/words orchestrator/src
      zod
    orchestrator/src/http
      lib/kube lib/original lib/runs/ask lib/runs/configuration lib/runs/decisions lib/runs/events lib/runs/report lib/runs/run lib/tekton/spec lib/words orchestrator/src orchestrator/src/figures orchestrator/src/history orchestrator/src/hosts orchestrator/src/queue orchestrator/src/report orchestrator/src/requests orchestrator/src/test-reports
      fastify node:crypto node:http node:stream node:timers zod
    orchestrator/src/kube
      lib/kube
      node:crypto node:os node:timers
    orchestrator/src/page
      orchestrator/src/http
      @fastify/static fastify node:fs node:path
    orchestrator/src/previews
      lib/kube lib/runs/configuration lib/runs/run lib/words orchestrator/src orchestrator/src/queue
      -
    orchestrator/src/queue
      lib/kube lib/runs/ask lib/runs/configuration lib/runs/decisions lib/runs/report lib/runs/run lib/words orchestrator/src orchestrator/src/history orchestrator/src/kube orchestrator/src/previews orchestrator/src/requests
      zod
    orchestrator/src/recovery
      lib/kube lib/runs/ask lib/runs/configuration lib/runs/decisions lib/runs/events lib/words orchestrator/src orchestrator/src/hosts orchestrator/src/queue orchestrator/src/requests
      node:timers zod
    orchestrator/src/report
      lib/kube lib/runs/ask lib/runs/configuration lib/runs/decisions lib/runs/events lib/runs/report lib/words orchestrator/src orchestrator/src/hosts orchestrator/src/http orchestrator/src/queue
      @octokit/auth-app @octokit/core @octokit/plugin-retry @octokit/plugin-throttling node:crypto node:fs node:timers zod
    orchestrator/src/requests
      lib/kube lib/runs/ask lib/runs/configuration lib/runs/decisions lib/runs/events orchestrator/src orchestrator/src/hosts orchestrator/src/kube orchestrator/src/queue
      node:timers
    orchestrator/src/router
      lib/runs/configuration lib/runs/events lib/words orchestrator/src orchestrator/src/http
      fastify node:fs node:timers undici
    orchestrator/src/sign-in
      lib/words orchestrator/src orchestrator/src/http
      cookie fastify jose node:crypto node:util openid-client zod
    orchestrator/src/tekton-results
      lib/runs/ask lib/words orchestrator/src orchestrator/src/history orchestrator/src/queue orchestrator/src/test-reports
      node:fs undici zod
    orchestrator/src/test-reports
      lib/runs/ask lib/runs/report lib/words orchestrator/src
      aws4fetch node:fs node:path node:stream zod"
  `);
});

it('imports in one direction', () => {
  const wrong = modules.flatMap((module) => {
    const part = partOf(module.file);
    const allowed = [part, ...(MAY_IMPORT[part] ?? [])];
    return files(module)
      .filter(({ to }) => !allowed.includes(partOf(to)))
      .map(({ to, names }) => `${module.file} imports ${names.join(', ')} of ${to}`);
  });
  expect(wrong).toEqual([]);
});

it('has no cycle between files', () => {
  expect(cycles()).toEqual([]);
});

/** The shortest cycle through each file, told once: `a.ts → b.ts (what a.ts takes of it) → a.ts (…)`. */
function cycles(): readonly string[] {
  const found = new Map<string, string>();
  for (const { file } of modules) {
    const path = shortestPath(file, (to) => to === file);
    if (path === undefined) continue;
    const told = path.map(({ to, names }) => `${to} (${names.join(', ') || 'all of it'})`);
    found.set(unique(path.map(({ to }) => to)).join(), [file, ...told].join(' → '));
  }
  return [...found.values()];
}

/** The imports by which a file leads to what is looked for, type-only ones included. */
function shortestPath(from: string, isSought: (to: string) => boolean): readonly Import[] | undefined {
  const seen = new Set<string>();
  const paths: (readonly Import[])[] = (byFile.get(from)?.imports ?? []).map((one) => [one]);
  // breadth first: the list grows while it is walked
  for (const path of paths) {
    const { to } = path.at(-1) as Import;
    if (isSought(to)) return path;
    if (seen.has(to)) continue;
    seen.add(to);
    for (const next of byFile.get(to)?.imports ?? []) paths.push([...path, next]);
  }
  return undefined;
}

describe('the orchestrator', () => {
  const own = modules.filter(({ file }) => isOrchestrator(file));

  it('never reaches cdk8s, by no way', () => {
    const heavy = (to: string): boolean => /^(cdk8s|cdk8s-plus-\d+|constructs|imports\/.*)$/.test(to);
    const ways = own.flatMap(({ file }) => {
      const path = shortestPath(file, heavy);
      return path ? [[file, ...path.map(({ to }) => to)].join(' → ')] : [];
    });
    expect(ways).toEqual([]);
  });

  it('has every package that it reaches in its package.json', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'orchestrator/package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const reached = new Set<Module>(own);
    for (const module of reached)
      for (const { to } of files(module)) if (byFile.has(to)) reached.add(byFile.get(to) as Module);
    const names = unique([...reached].flatMap(packages).map(({ to }) => to));
    expect(names.filter((name) => !isBuiltin(name) && !(name in dependencies))).toEqual([]);
  });
});

const isBuiltin = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name);

it('keeps files, processes and the terminal to lib/cli and the orchestrator', () => {
  const WORLD = ['fs', 'child_process', 'process', 'console', 'os', 'readline', 'tty', 'worker_threads'];
  const wrong = modules
    .filter(({ file }) => !isOrchestrator(file) && partOf(file) !== 'cli')
    .flatMap((module) =>
      [
        ...packages(module)
          .map(({ to }) => to)
          .filter((name) => WORLD.includes(name.replace(/^node:/, ''))),
        ...module.globals,
      ].map((name) => `${module.file} uses ${name}`),
    );
  // scripts are files beside their Tasks
  const scripts = /^lib\/output\/tasks\/(.+\/)?script\.ts uses node:fs$/;
  expect(wrong.filter((line) => !scripts.test(line))).toEqual([]);
});

it(`keeps modules under ${MAX_LINES + 1} lines`, () => {
  expect(modules.filter(({ lines }) => lines > MAX_LINES).map(({ file, lines }) => `${file}: ${lines}`)).toEqual([]);
});
