import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ORIGINAL } from '../original/original';
import { inProcess } from '../support/cli';

let folders: readonly [string, string];
let from: string;
let root: string;
const run = (...args: string[]) => inProcess(['import', '--from', from, ...args], root);

beforeEach(() => {
  folders = [
    mkdtempSync(join(tmpdir(), 'tekton-dag-import-from-')),
    mkdtempSync(join(tmpdir(), 'tekton-dag-import-to-')),
  ];
  [from, root] = folders;
  for (const [path, text] of ORIGINAL) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), text);
  }
});
afterEach(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

it('writes, and says what it could not carry', async () => {
  const { status, stdout } = await run();
  expect(status).toBe(0);
  expect(stdout).toMatch(/^wrote teams\/travel\/team\.yaml$/m);
  expect(stdout).toMatch(/^20 things did not come along:$/m);
  expect(stdout).toMatch(/^8 settings came along:$/m);
  expect(stdout).toMatch(/^ {2}helm\/tekton-dag\/values\.yaml: workspaces\.buildCache\.size: storage\.cache\.size$/m);
  expect(stdout).toMatch(/^ {2}tasks\/lint-all\.yaml: a Task of your own/m);
  expect(stdout).toMatch(
    /^Look at:\n {2}teams\/travel\/team\.yaml: interceptBackend: mirrord: not tried here and needs .* remove the line to use the router$/m,
  );
  expect(readFileSync(join(root, 'stacks/travel.yaml'), 'utf8')).toBe(ORIGINAL.get('stacks/travel.yaml'));
});

it('into an empty folder makes what can be synthesized at once', async () => {
  await run();
  expect(await inProcess(['synth'], root)).toMatchObject({ status: 0 });
});

it('takes a repository of long Pipelines, with hooks and comments in every style', async () => {
  from = join(__dirname, '../fixtures/original');
  const { status, stdout } = await inProcess(['import', '--from', from], root);
  expect(status).toBe(0);
  expect(stdout.match(/^ {2}pipeline\/.*$/gm)).toEqual([
    '  pipeline/stack-pr-pipeline.yaml: pre-build-task: hooks are named by stacks: hooks.pre-build: check-licences',
    '  pipeline/triggers.yaml: post-test-task: hooks are named by stacks: hooks.post-test: tell-everybody',
  ]);
  expect(stdout.match(/^ {2}tasks\/.*?:/gm)).toEqual(['  tasks/check-licences.yaml:']);
  expect(stdout).toMatch(/ compileImages\.mirrord: no step runs it$/m);
  expect(await inProcess(['synth'], root)).toMatchObject({ status: 0 });
});

it('reads what links lead to', async () => {
  renameSync(join(from, 'stacks/travel.yaml'), join(from, 'travel.yaml'));
  renameSync(join(from, 'teams/travel'), join(from, 'ours'));
  symlinkSync('../travel.yaml', join(from, 'stacks/travel.yaml'));
  symlinkSync('../ours', join(from, 'teams/travel'));
  expect((await run()).stdout).toMatch(/^8 settings came along:$/m);
  expect(existsSync(join(root, 'stacks/travel.yaml'))).toBe(true);
});

it('in a package that lists this program makes a team that imports it', async () => {
  writeFileSync(join(root, 'package.json'), '{ "dependencies": { "tekton-dag": "0.1.0" } }');
  expect((await run()).stdout).toMatch(/^wrote teams\/travel\/team\.ts$/m);
  const schemaOf = (file: string) =>
    /^# yaml-language-server: \$schema=(.*)\n/.exec(readFileSync(join(root, file), 'utf8'))?.[1];
  expect(['stacks/travel.yaml', 'stacks/registry.yaml'].map(schemaOf)).toEqual([
    '../node_modules/tekton-dag/schemas/stack.json',
    '../node_modules/tekton-dag/schemas/registry.json',
  ]);
  expect((await run()).stdout).toMatch(/^nothing changes: /);
});

it('run again, says what is there and writes nothing, also where somebody has tidied a file', async () => {
  const first = (await run()).stdout;
  const file = join(root, 'stacks/registry.yaml');
  const tidied = `# ours\n${readFileSync(file, 'utf8')}`;
  writeFileSync(file, tidied);
  const { status, stdout } = await run();
  expect(status).toBe(0);
  expect(stdout).toBe(
    `nothing changes: all ${first.match(/^wrote \S+$/gm)!.length} files are there already and say the same. 8 settings came along and 20 things did not; an import into an empty --root lists them, also with --dry-run.\n`,
  );
  expect(readFileSync(file, 'utf8')).toBe(tidied);
});

it('beside other teams writes its own, and leaves their registry alone', async () => {
  const theirs = new Map([
    [
      'teams/ours/team.yaml',
      'name: ours\nnamespace: ours-ci\ncluster: kind-ours\nimageRegistry: registry.example.com/ours\nstacks: [stacks/ours.yaml]\n',
    ],
    [
      'stacks/ours.yaml',
      'name: ours\ndefaults: { namespace: ours-staging }\napps: [{ name: one, repo: ours/one, propagation-role: terminal }]\n',
    ],
    ['stacks/registry.yaml', 'repos: { one: { stack: ours.yaml, role: standalone } }\n'],
  ]);
  for (const [path, text] of theirs) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { status, stdout } = await run();
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^ {2}stacks\/registry\.yaml: another one is there already: add by hand what it lacks: repos\.\S+/m,
  );
  for (const [path, text] of theirs) expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  expect(await inProcess(['synth'], root)).toMatchObject({ status: 0 });
});

it('keeps the kind of file that the team has', async () => {
  await run();
  writeFileSync(join(root, 'package.json'), '{ "dependencies": { "tekton-dag": "0.1.0" } }');
  rmSync(join(root, 'stacks/registry.yaml'));
  expect((await run()).stdout).toMatch(/^teams\/travel\/team\.yaml is there already$/m);
  expect(existsSync(join(root, 'teams/travel/team.ts'))).toBe(false);
});

it('writes over nothing else', async () => {
  await run();
  writeFileSync(join(root, 'stacks/travel.yaml'), 'name: other\n');
  rmSync(join(root, 'teams'), { recursive: true });
  expect(await run()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^stacks\/travel\.yaml:1:7: name: is there already .*\(found "other"; expected "travel"\)$/m,
    ),
  });
  expect(existsSync(join(root, 'teams'))).toBe(false);
});

it('is typed as docs/migration.md says', async () => {
  const page = readFileSync(join(__dirname, '../../docs/migration.md'), 'utf8');
  const commands = page.split('\n').filter((line) => line.startsWith('npx tekton-dag '));
  expect(commands).toHaveLength(4);
  const clone = join(root, 'clone');
  mkdirSync(clone);
  for (const command of commands) {
    const args = command.replace('../original', from).split(' ').slice(2);
    expect({ command, ...(await inProcess(args, clone)) }).toMatchObject({ command, status: 0 });
  }
  for (const folder of [clone, join(root, 'ours')]) expect(existsSync(join(folder, 'dist/teams/travel'))).toBe(true);
});

it('takes for the same what a team.ts says in other words', async () => {
  writeFileSync(join(root, 'package.json'), '{ "dependencies": { "tekton-dag": "0.1.0" } }');
  await run();
  const file = join(root, 'teams/travel/team.ts');
  const [head, ...fields] = readFileSync(file, 'utf8').split(/\n(?= {2}\w)/);
  const last = fields.pop()!.replace('});\n', '');
  const text = `// ours\n${head}\n${[last, ...fields.reverse()].join('\n').replaceAll("'", '"')}\n});\n`;
  writeFileSync(file, text);
  expect(await run()).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('nothing changes') });
  expect(readFileSync(file, 'utf8')).toBe(text);
});

it('says of a team.ts which line is another', async () => {
  writeFileSync(join(root, 'package.json'), '{ "dependencies": { "tekton-dag": "0.1.0" } }');
  await run();
  const file = join(root, 'teams/travel/team.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace("  cluster: '", "  cluster: 'other-"));
  expect(await run()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^teams\/travel\/team\.ts:\d+:\d+: cluster: is there already .*found "other-/),
  });
});

it('writes nothing on a dry run', async () => {
  expect(await run('--dry-run')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('would write stacks/travel.yaml'),
  });
  expect(existsSync(join(root, 'stacks'))).toBe(false);
});

it('refuses a folder of another kind', async () => {
  rmSync(join(from, 'stacks'), { recursive: true });
  expect(await run()).toMatchObject({ status: 2, stderr: expect.stringContaining('no folder stacks/') });
});

it('says what it could not take where it takes nothing', async () => {
  rmSync(join(from, 'teams'), { recursive: true });
  const { status, stdout } = await run();
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^nothing to import: no file of that repository can be used here\.\n\d+ things did not come along:\n[^]*^ {2}stacks\/travel\.yaml: there is no team that it could go to/m,
  );
});
