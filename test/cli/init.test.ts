import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { packageJson } from '../../lib/cli/init/package-json';
import { Document } from '../../lib/fleet/document';
import { OWN_VERSION } from '../../lib/words/own-version';
import { Folder } from './folder';

/** A new repository of teams and stacks; test/package installs the package there and runs the workflow. */

let folder: Folder;
beforeEach(() => void (folder = new Folder()));
afterEach(() => folder.remove());

const written = (stdout: string): string[] => [...stdout.matchAll(/^wrote (\S+)$/gm)].map(([, path]) => path as string);

it.each([[[]], [['--example']]])('init %j writes teams that synthesize without an error', async (options) => {
  const { status, stdout } = await folder.run('init', ...options);
  expect(status).toBe(0);
  expect(written(stdout)).toEqual(expect.arrayContaining(['package.json', 'README.md', '.github/CODEOWNERS']));
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  expect(await folder.run('synth', '--check')).toMatchObject({ status: 0 });
});

it('pins this version exactly', async () => {
  await folder.run('init');
  expect(JSON.parse(folder.read('package.json'))).toMatchObject({
    private: true,
    dependencies: { 'tekton-dag': OWN_VERSION },
  });
});

it('writes over no file, names all that are in the way, and then writes nothing', async () => {
  for (const path of ['README.md', 'stacks/demo.yaml']) folder.write(path, 'mine');
  expect(await folder.run('init')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'These files already exist: README.md, stacks/demo.yaml. Move them away and run init again.\n',
  });
  expect(folder.read('README.md')).toBe('mine');
  expect(() => folder.read('package.json')).toThrow('ENOENT');
});

it('writes nothing through a link, and nothing at all where a folder cannot be made', async () => {
  const other = new Folder();
  symlinkSync(join(other.path, 'none'), join(folder.path, 'README.md'));
  symlinkSync(other.path, join(folder.path, 'stacks'));
  folder.write('teams', 'a file');
  mkdirSync(join(folder.path, 'package.json'));
  expect(await folder.run('init')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'These files already exist: package.json, README.md, teams, stacks. Move them away and run init again.\n',
  });
  expect(readdirSync(other.path)).toEqual([]);
  expect(existsSync(join(folder.path, 'tsconfig.json'))).toBe(false);
  other.remove();
});

it('says of a package.json that is no JSON where it stops being that', async () => {
  folder.write('package.json', '{ "name": "x",\n  "scripts": {\n');
  const { status, stderr } = await folder.run('init');
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^package\.json:3:1: is not JSON, so it cannot be added to/m) as string,
  });
});

it('keeps what package.json says, and adds what it lacks', async () => {
  const tarball = 'file:../tekton-dag.tgz';
  folder.write(
    'package.json',
    JSON.stringify({ name: 'ours', scripts: { test: 'jest' }, dependencies: { 'tekton-dag': tarball, left: '1.0.0' } }),
  );
  expect(await folder.run('init')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^added to package.json\n/),
  });
  expect(JSON.parse(folder.read('package.json'))).toMatchObject({
    name: 'ours',
    scripts: { test: 'jest', synth: 'tekton-dag synth', typecheck: 'tsc' },
    dependencies: { 'tekton-dag': tarball, left: '1.0.0' },
  });
});

it('refuses a script that does something else, and a package.json that is broken', async () => {
  folder.write('package.json', '{ "scripts": { "synth": "cdk8s synth" } }');
  expect(await folder.run('init')).toMatchObject({
    status: 1,
    stderr:
      'package.json:1:25: scripts.synth: does something else: give it another name (found "cdk8s synth"; expected "tekton-dag synth")\n',
  });
  folder.write('package.json', '{ "scripts": ');
  expect(await folder.run('init')).toMatchObject({ status: 1, stderr: expect.stringMatching(/^package\.json:1:/) });
});

it('refuses a package.json, and parts of it, that are no objects', async () => {
  folder.write('package.json', '[]');
  expect(await folder.run('init')).toMatchObject({
    status: 1,
    stderr: 'package.json:1:1: is not an object, so init can add nothing to it (found an empty list; expected { … })\n',
  });
  folder.write('package.json', '{ "scripts": [], "dependencies": "left" }');
  const { status, stderr } = await folder.run('init');
  expect(status).toBe(1);
  expect(stderr).toContain('package.json:1:14: scripts: is not an object');
  expect(stderr).toContain('package.json:1:34: dependencies: is not an object');
  expect(folder.read('package.json')).toBe('{ "scripts": [], "dependencies": "left" }');
});

it('writes beside, with --root, and names the package after the folder', async () => {
  mkdirSync(join(folder.path, 'Our Pipelines'));
  expect(await folder.run('init', '--root', 'Our Pipelines')).toMatchObject({ status: 0 });
  expect(JSON.parse(folder.read('Our Pipelines/package.json'))).toMatchObject({ name: 'our-pipelines' });
});

it('makes the folder that --root names, and says where to go on', async () => {
  const { status, stdout } = await folder.run('init', '--root', 'new/pipelines');
  expect(status).toBe(0);
  expect(stdout).toContain('1. cd new/pipelines\n');
  expect(JSON.parse(folder.read('new/pipelines/package.json'))).toMatchObject({ name: 'pipelines' });
});

it.each(['a-file', 'a-link', ''])('refuses --root %j, which is no folder, and writes nothing', async (root) => {
  folder.write('a-file', '');
  symlinkSync('nowhere', join(folder.path, 'a-link'));
  const { status, stderr } = await folder.run('init', '--root', root);
  expect({ status, stderr }).toEqual({ status: 2, stderr: `error: --root ${root}: there is no such folder\n` });
  expect(readdirSync(folder.path).sort()).toEqual(['a-file', 'a-link']);
});

it('names for editors the schema of each file in YAML, once', async () => {
  await folder.run('init', '--example');
  await folder.run('team', 'new', 'fresh', '--cluster=production-ci', '--registry=r.example.com/fresh');
  for (const stack of ['shop', 'handbook', 'fresh'])
    expect(folder.read(`stacks/${stack}.yaml`).match(/^# yaml-language-server: .*$/gm)).toEqual([
      '# yaml-language-server: $schema=../node_modules/tekton-dag/schemas/stack.json',
    ]);
});

it.each([
  [`^${OWN_VERSION}`, OWN_VERSION],
  [`~${OWN_VERSION}`, OWN_VERSION],
  ['file:x.tgz', 'file:x.tgz'],
  ['0.0.1', '0.0.1'],
])('lists the version %s as %s', (listed, expected) => {
  const present = new Document('package.json', { dependencies: { 'tekton-dag': listed } });
  const { text } = packageJson(present, 'x', { tektonDag: OWN_VERSION, typescript: '5.9.3' });
  expect((JSON.parse(text) as { dependencies: object }).dependencies).toEqual({ 'tekton-dag': expected });
});
