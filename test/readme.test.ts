import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { inProcess } from './support/cli';

/** What README.md, and the pages that go on from it, tell a newcomer to type works as it stands there. */

const ROOT = join(__dirname, '..');
const page = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const README = page('README.md');
const OUTPUT = page('docs/output.md');
const blocks = (language: string): string[] =>
  [...README.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm'))].map(
    (match) => match[1] as string,
  );

const commands = blocks('sh')
  .flatMap((block) => block.split('\n'))
  .map((line) => (line.split(/ [|#] ?/)[0] as string).trim())
  .filter((line) => line.startsWith('npx tekton-dag run '));

it('has commands to try', () => expect(commands.length).toBeGreaterThanOrEqual(2));

it.each(commands)('%s', async (command) => {
  const { status, stdout } = await inProcess(command.split(/\s+/).slice(2), ROOT);
  expect(status).toBe(0);
  expect(loadAll(stdout)).toEqual([expect.objectContaining({ kind: 'PipelineRun' })]);
});

it('says of every room what it holds', () => {
  const named = [...page('CONTRIBUTING.md').matchAll(/^\| `lib\/([^/`]+)\/` \|/gm)].map(([, room]) => room);
  const rooms = readdirSync(join(ROOT, 'lib'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(named.sort()).toEqual(rooms.map(({ name }) => name).sort());
});

it('shows a stack and a team that synthesize', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  try {
    const samples = [...blocks('yaml'), ...blocks('ts')];
    const files = samples.map((text) => ({ file: /^(?:#|\/\/) (\S+)\n/.exec(text)?.[1] as string, text }));
    expect(files.map(({ file }) => file)).toEqual(['stacks/checkout.yaml', 'teams/payments/team.ts']);
    for (const { file, text } of files) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    expect(await inProcess(['synth'], folder)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^1 teams?, /),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('installs teams of one cluster, whatever their size', () => {
  const [, options = ''] = /^kubectl apply (.*)$/m.exec(OUTPUT) ?? [];
  const words = options.split(' ');
  // client-side apply keeps each object in an annotation of at most 262144 bytes; -R would take teams of other clusters along
  expect(words).toContain('--server-side');
  expect(words).not.toContain('-R');
  const folders = words.filter((_, index) => words[index - 1] === '-f');
  expect(folders.map((folder) => folder.split('/').length)).toEqual([2, 3]);
  for (const folder of folders)
    expect(readdirSync(join(ROOT, folder)).some((name) => name.endsWith('.yaml'))).toBe(true);
});

it('solves conflicts of dist/, also where one side has deleted a file that the other changed', () => {
  const [, recipe = ''] = /`(git [^`]*?-- dist && [^`]*?-- dist) && npm run synth && git add dist`/.exec(OUTPUT) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'conflict-'));
  const git = (...args: string[]) =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  const commit = (files: Readonly<Record<string, string | undefined>>): void => {
    for (const [file, text] of Object.entries(files))
      if (text === undefined) rmSync(join(folder, file));
      else {
        mkdirSync(join(folder, dirname(file)), { recursive: true });
        writeFileSync(join(folder, file), text);
      }
    git('add', '--all');
    git('commit', '--quiet', '--message=x');
  };
  try {
    git('init', '--quiet', '--initial-branch=main');
    commit({ 'dist/both': '1\n', 'dist/deleted-by-us': '1\n', 'dist/deleted-by-them': '1\n' });
    git('checkout', '--quiet', '-b', 'theirs');
    commit({ 'dist/both': '2\n', 'dist/deleted-by-us': '2\n', 'dist/deleted-by-them': undefined });
    git('checkout', '--quiet', 'main');
    commit({ 'dist/both': '3\n', 'dist/deleted-by-us': undefined, 'dist/deleted-by-them': '3\n' });
    expect(git('merge', 'theirs').status).toBe(1);
    const steps = recipe.split(' && ').map((step) => step.split(' ').slice(1));
    expect(steps.map((step) => git(...step).status)).toEqual([0, 0]);
    // synth removes what is left over
    rmSync(join(folder, 'dist/deleted-by-us'));
    expect(git('add', 'dist')).toMatchObject({ status: 0 });
    expect(git('diff', '--name-only', '--diff-filter=U').stdout).toBe('');
    expect(readdirSync(join(folder, 'dist')).sort()).toEqual(['both', 'deleted-by-them']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
