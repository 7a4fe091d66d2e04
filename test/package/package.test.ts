import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { TOOL_IMAGES } from '../../lib/fleet/tool-images';

/** What `npm pack` makes, in repositories that have nothing else of this one. */

const ROOT = join(__dirname, '../..');
const STRICT = { target: 'es2022', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true, types: [] };

let work: string;
let tarball: string;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program as a person would: nothing of how these tests were started is in its environment. */
function run(cwd: string, program: string, ...args: readonly string[]): Ended {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_|TSX_|INIT_CWD$|CI$)/.test(name)),
  );
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  return { status, stdout, stderr };
}
const tektonDag = (cwd: string, ...args: readonly string[]): Ended =>
  run(cwd, join(cwd, 'node_modules/.bin/tekton-dag'), ...args);
const install = (cwd: string): void =>
  expect(run(cwd, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball)).toMatchObject({
    status: 0,
  });

function commit(folder: string, ...paths: readonly string[]): void {
  for (const words of [
    ['init', '--quiet'],
    ['add', ...paths],
    ['-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message=before'],
  ])
    expect(run(folder, 'git', ...words)).toMatchObject({ status: 0 });
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'tekton-dag-package-'));
  const packed = run(ROOT, 'npm', 'pack', '--silent', '--pack-destination', work);
  expect(packed).toMatchObject({ status: 0 });
  tarball = join(work, packed.stdout.trim().split('\n').at(-1) as string);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

it('holds what was compiled and what that reads, and neither tests nor sources', () => {
  const names = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  const parts = new Set(names.map((name) => name.split('/').slice(1, 3).join('/')));
  expect([...parts].filter((part) => !/^(?:docs|examples|schemas)\//.test(part)).sort()).toEqual([
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    'build/package',
    'lib/cli',
    'package.json',
  ]);
  expect(names.filter((name) => name.startsWith('package/lib/'))).toEqual(['package/lib/cli/tekton-dag.js']);
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  expect(sources.filter((name) => !/^package\/(?:build\/package\/example|examples)\//.test(name))).toEqual([]);
  expect(names).toContain('package/build/package/lib/output/tasks/deploy/deploy-app.sh');
});

it('could be published', () => {
  expect(run(work, 'npm', 'publish', '--dry-run', '--ignore-scripts', tarball)).toMatchObject({ status: 0 });
});

describe('in a repository of its own', () => {
  let folder: string;
  beforeAll(() => {
    folder = join(work, 'own');
    write(folder, { 'package.json': '{ "name": "own", "private": true }' });
    install(folder);
    for (const name of ['teams', 'stacks', 'clusters', 'dist'])
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  });

  it('makes of the same teams the same bytes as a clone', () => {
    expect(tektonDag(folder, 'synth', '--check')).toMatchObject({ status: 0, stdout: '' });
    rmSync(join(folder, 'dist'), { recursive: true });
    expect(tektonDag(folder, 'synth')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^2 teams, /) });
    expect(filesIn(join(folder, 'dist'))).toEqual(filesIn(join(ROOT, 'dist')));
  });

  it('says what differs, and what a change does', () => {
    commit(folder, 'teams', 'stacks', 'clusters', 'dist');
    const team = join(folder, 'teams/market/team.ts');
    writeFileSync(team, readFileSync(team, 'utf8').replace('maxConcurrentRuns: 6', 'maxConcurrentRuns: 7'));
    expect(tektonDag(folder, 'synth', '--check')).toMatchObject({ status: 1 });
    expect(tektonDag(folder, 'synth').status).toBe(0);
    expect(tektonDag(folder, 'diff', '--base', 'HEAD')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/market/) as string,
    });
  });

  it('has types, also for tests, and its compiler refuses what is no team', () => {
    write(folder, {
      'tsconfig.json': JSON.stringify({ compilerOptions: STRICT, include: ['teams', 'clusters', 'test'] }),
      'test/quota.ts':
        "import { synthesize } from 'tekton-dag/testing';\nexport const kinds: string[] = synthesize().objects.map(({ kind }) => kind);\n",
    });
    expect(run(folder, 'node_modules/.bin/tsc')).toMatchObject({ status: 0, stdout: '' });
    write(folder, { 'test/wrong.ts': "import { Team } from 'tekton-dag';\nnew Team({ name: 1 });\n" });
    const { status, stdout } = run(folder, 'node_modules/.bin/tsc');
    rmSync(join(folder, 'test/wrong.ts'));
    expect({ status, stdout }).toEqual({
      status: 2,
      stdout: expect.stringContaining("test/wrong.ts(2,12): error TS2322: Type 'number'"),
    });
  });

  it('is there for tests: synthesize gives the objects, and throws what synth says', () => {
    const script = (root: string): Ended =>
      run(
        folder,
        process.execPath,
        '--eval',
        `const { synthesize } = require('tekton-dag/testing'); console.log(synthesize(${JSON.stringify(root)}).objects.filter(({ kind }) => kind === 'ResourceQuota').length)`,
      );
    expect(script('.')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[1-9]\d*\n$/) as string });
    write(folder, { 'wrong/teams/a/team.yaml': 'name: a\n' });
    expect(script('wrong')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('teams/a/team.yaml:') as string,
    });
  });

  it('names the line of a team.ts in which something is wrong', () => {
    write(folder, {
      'line/teams/a/team.ts':
        "import { Team } from 'tekton-dag';\n\nexport default new Team({\n  nam: 'a',\n} as never);\n",
    });
    expect(tektonDag(folder, 'synth', '--root', 'line').stderr).toMatch(/^teams\/a\/team\.ts:4:3: nam: /m);
  });

  it('gives code of the fleet its own modules', () => {
    write(folder, {
      'same/fleet.ts': `import { Fleet, pipelineContext } from 'tekton-dag';
export default new Fleet({
  prTest: ({ scope }) => {
    if (scope.constructor !== pipelineContext.runName.constructor) throw new Error('another copy');
  },
});`,
    });
    for (const name of ['teams', 'stacks', 'clusters'])
      cpSync(join(ROOT, name), join(folder, 'same', name), { recursive: true });
    expect(tektonDag(folder, 'synth', '--root', 'same', '--quiet')).toMatchObject({ status: 0, stderr: '' });
  });

  it('can be imported by a module, too', () => {
    const text = "import { Team } from 'tekton-dag'; console.log(new Team({ name: 'a' }).props.name)";
    expect(run(folder, process.execPath, '--input-type=module', '--eval', text)).toMatchObject({
      status: 0,
      stdout: 'a\n',
    });
  });

  it('leaves out the commands of a clone', () => {
    const { stdout } = tektonDag(folder, '--help');
    expect(stdout).toContain('synth ');
    expect(stdout).not.toMatch(/^ {2}(?:image|import-crds) /m);
  });
});

describe.each(readdirSync(join(ROOT, 'examples')))('examples/%s', (name) => {
  it('works alone: it compiles, and makes the same bytes as in a clone', () => {
    const folder = join(work, name);
    cpSync(join(ROOT, 'examples', name), folder, { recursive: true });
    install(folder);
    write(folder, {
      'tsconfig.json': JSON.stringify({ compilerOptions: STRICT, include: ['fleet.ts', 'teams'] }),
    });
    expect(run(folder, 'node_modules/.bin/tsc')).toMatchObject({ status: 0, stdout: '' });
    expect(run(folder, 'npm', 'run', 'synth')).toMatchObject({ status: 0 });
    const clone = run(folder, process.execPath, join(ROOT, 'lib/cli/tekton-dag.js'), 'synth', '--out', 'clone');
    expect(clone).toMatchObject({ status: 0 });
    expect(filesIn(join(folder, 'dist'))).toEqual(filesIn(join(folder, 'clone')));
  });
});

describe('init', () => {
  it('makes of an empty folder a repository that synthesizes, compiles, and passes its own workflow', () => {
    const folder = join(work, 'new');
    mkdirSync(folder);
    install(folder);
    expect(tektonDag(folder, 'init')).toMatchObject({ status: 0 });
    for (const words of [
      ['install', '--prefer-offline', '--no-audit', '--no-fund'],
      ['run', 'synth'],
    ])
      expect(run(folder, 'npm', ...words)).toMatchObject({ status: 0 });
    commit(folder, '--all', '.');
    const { jobs } = load(readFileSync(join(folder, '.github/workflows/tekton-dag.yaml'), 'utf8')) as {
      jobs: { check: { steps: { run?: string }[] } };
    };
    const steps = jobs.check.steps.flatMap((step) => step.run ?? []);
    expect(steps).toHaveLength(5);
    const runner = `export BASE=HEAD GITHUB_STEP_SUMMARY=summary.md npm_config_prefer_offline=true\n`;
    for (const step of steps)
      expect({ step, ...run(folder, 'bash', '-ec', runner + step) }).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).not.toBe('');
    expect(run(folder, 'git', 'status', '--porcelain').stdout).toBe('?? summary.md\n');
  });

  it('brings the example teams, which synthesize as they do in a clone', () => {
    const folder = join(work, 'example');
    mkdirSync(folder);
    install(folder);
    expect(tektonDag(folder, 'init', '--example')).toMatchObject({ status: 0 });
    const [, schema = ''] = /\$schema=(\S+)/.exec(readFileSync(join(folder, 'stacks/shop.yaml'), 'utf8')) ?? [];
    expect(existsSync(join(folder, 'stacks', schema))).toBe(true);
    for (const script of ['synth', 'typecheck']) expect(run(folder, 'npm', 'run', script)).toMatchObject({ status: 0 });
    expect(filesIn(join(folder, 'dist'))).toEqual(filesIn(join(ROOT, 'dist')));
  });
});

it('gives the image that is published to what asks for one of the own registry', () => {
  const folder = join(work, 'image');
  write(folder, { docker: '#!/bin/sh\necho "$*" >>"$0.log"\n', 'package.json': '{ "private": true }' });
  chmodSync(join(folder, 'docker'), 0o755);
  install(folder);
  const module = join(folder, 'node_modules/tekton-dag/build/package/lib/cli/image.js');
  const text = `require(${JSON.stringify(module)}).buildImage(${JSON.stringify(join(folder, 'docker'))}, 'localhost:5001/orchestrator:local')`;
  expect(run(folder, process.execPath, '--eval', text)).toMatchObject({ status: 0 });
  const image = TOOL_IMAGES.orchestrator;
  expect(readFileSync(join(folder, 'docker.log'), 'utf8')).toBe(
    `pull ${image}\ntag ${image} localhost:5001/orchestrator:local\n`,
  );
});
