import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** The house: which folder of lib/ may import which, and who may touch the world outside. */

const ROOT = join(__dirname, '..');
const MAX_LINES = 400;

/** Every folder of lib/ and what it may import beside itself: folders of lib/, `imports`, packages. */
const HOUSE: Readonly<Record<string, { readonly folders: readonly string[]; readonly packages: readonly string[] }>> = {
  contract: { folders: [], packages: ['zod', 'node:crypto', 'js-yaml'] },
  graph: { folders: ['contract'], packages: ['node:crypto'] },
  sources: { folders: ['contract'], packages: ['zod', 'js-yaml'] },
  diff: { folders: ['contract', 'kube'], packages: ['js-yaml'] },
  kube: { folders: ['contract', 'graph', 'imports'], packages: ['cdk8s', 'constructs', 'js-yaml', 'cdk8s-plus-28'] },
  tekton: { folders: ['contract', 'graph', 'kube', 'imports'], packages: ['cdk8s', 'constructs'] },
  // scripts are files beside their Task, read when the Task is loaded
  tasks: {
    folders: ['contract', 'graph', 'kube', 'tekton'],
    packages: ['cdk8s', 'constructs', 'node:fs', 'node:path'],
  },
  pipelines: {
    folders: ['contract', 'graph', 'kube', 'tekton', 'tasks'],
    packages: ['cdk8s', 'constructs', 'node:crypto'],
  },
  gitops: { folders: ['contract', 'kube', 'imports'], packages: ['cdk8s', 'constructs'] },
  team: {
    folders: ['contract', 'graph', 'kube', 'tekton', 'tasks', 'pipelines', 'gitops', 'imports'],
    packages: ['cdk8s', 'constructs', 'cdk8s-plus-28', 'node:crypto', 'node:net', 'js-yaml', 'zod'],
  },
};
/** The edges: the command line, and what a team.ts imports. */
const OPEN = ['cli', 'index.ts', 'team.ts'];

interface Module {
  readonly file: string;
  readonly folder: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const modules: readonly Module[] = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort()
  .map((file) => {
    const text = readFileSync(join(ROOT, 'lib', file), 'utf8');
    return {
      file: `lib/${file}`,
      folder: file.split(sep)[0] ?? '',
      text,
      imports: importsOf(text).map((name) => target(file, name)),
    };
  });

/** `import … from 'x'`, `export … from 'x'`, `import('x')`, `require('x')`, `import 'x'`. */
function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...code.matchAll(/(?:\bfrom|(?<!')\bimport|\b(?:import|require)\()\s*['"]([^'"]+)['"]/g)].map(
    (match) => match[1] as string,
  );
}

/** `@octokit/core/x` → `@octokit/core` */
function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The folder of lib/ that an import leads to, `imports`, or the package's name. */
function target(file: string, name: string): string {
  if (!name.startsWith('.')) return packageOf(name);
  const path = relative(ROOT, join(ROOT, 'lib', dirname(file), name)).split(sep);
  return path[0] === 'lib' ? (path[1] ?? 'index.ts') : (path[0] as string);
}

/** The orchestrator shares with synth what both must agree on, and no more: its image holds no cdk8s. */
const ORCHESTRATOR_MAY = ['contract', 'graph'];
const PROGRAM = 'orchestrator/src';

const guarded = modules.filter(({ folder }) => !OPEN.includes(folder));

it('reads import lines', () => {
  expect(
    importsOf(
      `import a from 'a';\nexport * from "b";\nimport 'c';\nconst d = require('d'), e = await import('e');\n// import f from 'f'\nimport type { G } from 'g' with { 'resolution-mode': 'import' };`,
    ),
  ).toEqual(['a', 'b', 'c', 'd', 'e', 'g']);
  expect(modules.find(({ file }) => file === 'lib/kube/emit.ts')?.imports).toEqual(
    expect.arrayContaining(['cdk8s', 'constructs']),
  );
});

it('knows every folder of lib', () => {
  expect(
    [...new Set(modules.map(({ folder }) => folder))].filter((folder) => !OPEN.includes(folder) && !(folder in HOUSE)),
  ).toEqual([]);
});

it('lets arrows point one way', () => {
  const wrong = guarded.flatMap(({ file, folder, imports }) => {
    const { folders = [], packages = [] } = HOUSE[folder] ?? {};
    const allowed = new Set([folder, ...folders, ...packages]);
    return imports.filter((name) => !allowed.has(name)).map((name) => `${file} imports ${name}`);
  });
  expect(wrong).toEqual([]);
});

const program = readdirSync(join(ROOT, PROGRAM), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file: `${PROGRAM}/${file}`, text: readFileSync(join(ROOT, PROGRAM, file), 'utf8') }));

it('gives the orchestrator the contract and the graph, and packages of its own', () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'orchestrator/package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const allowed = (file: string, name: string): boolean => {
    if (!name.startsWith('.')) return name.startsWith('node:') || packageOf(name) in dependencies;
    const path = relative(ROOT, join(ROOT, dirname(file), name)).split(sep);
    return path[0] === 'lib' ? ORCHESTRATOR_MAY.includes(path[1] as string) : path.slice(0, 2).join('/') === PROGRAM;
  };
  expect(
    program.flatMap(({ file, text }) =>
      importsOf(text)
        .filter((name) => !allowed(file, name))
        .map((name) => `${file} imports ${name}`),
    ),
  ).toEqual([]);
  // and what those import, for an image that is built of nothing else
  const shared = ORCHESTRATOR_MAY.flatMap((folder) => HOUSE[folder]?.packages ?? []).filter(
    (name) => !name.startsWith('node:'),
  );
  expect(shared.filter((name) => !(name in dependencies))).toEqual([]);
});

it('lets the command line alone look into the orchestrator, and only at what it decides', () => {
  const inside = modules.flatMap(({ file, text }) =>
    importsOf(text)
      .filter((name) => name.includes('orchestrator/'))
      .map((name) => ({ file, name })),
  );
  expect(
    inside.filter(
      ({ file, name }) => !file.startsWith('lib/cli/') || !/orchestrator\/src\/(events|config)\//.test(name),
    ),
  ).toEqual([]);
});

it('keeps process and console in lib/cli', () => {
  const wrong = guarded
    .filter(({ text }) => /^(?!\s*(\/?\*|\/\/)).*\b(process|console)\.[a-zA-Z]/m.test(text))
    .map(({ file }) => file);
  expect(wrong).toEqual([]);
});

it(`keeps modules under ${MAX_LINES} lines`, () => {
  expect(
    [...modules, ...program].filter(({ text }) => text.split('\n').length > MAX_LINES + 1).map(({ file }) => file),
  ).toEqual([]);
});

it('has no focused or switched-off test', () => {
  // `describe.skip` may be chosen where a program is missing; outside CI alone, which the suite sees to itself
  const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  );
  const off = /\b(?:it|test|describe)\.(?:only\b|(?:skip|todo)(?:\.each)?\()|\b[xf](?:it|describe)\(/;
  expect(tests.filter((file) => off.test(readFileSync(join(ROOT, 'test', file), 'utf8')))).toEqual([]);
});
