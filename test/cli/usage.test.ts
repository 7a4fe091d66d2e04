import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inProcess } from '../support/cli';
import { tektonDag } from '../support/cli';
import { Folder, teamFile } from './folder';

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

/** By command: an unknown option, what is missing, a value that is none, a name or a file that is not there. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  '': ['', 'nonsense', '--nonsense'],
  synth: [
    '--nonsense',
    'nope',
    '--root nowhere',
    '--team-file nowhere.yaml',
    '--team-file teams/nope/team.yaml',
    '--out',
  ],
  validate: ['', '--nonsense a', 'nowhere.yaml', 'nowhere.ts', 'teams'],
  graph: ['', '--nonsense a', 'nope', 'stacks/nope.yaml', 'a --format png', 'a --root nowhere'],
  run: [
    '',
    'deploy --team a',
    'bootstrap',
    'bootstrap --team a --team-file teams/a/team.yaml',
    'bootstrap --nonsense',
    'bootstrap --team nope',
    'bootstrap --team a --stack nope',
    'bootstrap --team a --app nope',
    'bootstrap --team a --pr x',
    'bootstrap --team a --pr 4',
    'bootstrap --team a --app-revision x',
    'bootstrap --team a --version-overrides {',
    'bootstrap --team a --intercept-backend nope',
    'bootstrap --team a -o xml',
    'bootstrap --team-file nowhere.yaml',
    'bootstrap --team a --root nowhere',
    'promote --team a --to nope',
    'bootstrap --from x',
    '--from x --app y',
    '--from x',
    '--from x --url nowhere',
  ],
  runs: [
    '',
    'extra',
    '--nonsense',
    '--phase nope',
    '--pr x',
    '--pipeline nope',
    '--format xml',
    '--watch --continue x',
    '--url nowhere',
  ],
  logs: ['', 'x', 'x --nonsense', 'x --step y', 'x --url nowhere', 'x --url http://localhost --token-file nowhere'],
  report: ['', 'x', 'x --format xml', 'x --url ftp://localhost'],
  simulate: [
    '',
    'a',
    'nope --pipeline bootstrap',
    'a --pipeline nope',
    'a --pipeline bootstrap --nonsense',
    'a --pipeline bootstrap --team nope',
    'a --pipeline bootstrap --app nope',
    'a --pipeline bootstrap --max-parallel-builds 1,x',
    'a --pipeline bootstrap --max-parallel-builds 0',
    'a --pipeline bootstrap --times nowhere.yaml',
    'a --pipeline bootstrap --slots 2',
    'a --pipeline bootstrap --runs 2',
    'a --pipeline bootstrap --runs 0',
    'a --pipeline bootstrap --history 0',
    'a --pipeline bootstrap --history --url nowhere',
    'a --pipeline bootstrap --format xml',
    'a --pipeline bootstrap --root nowhere',
    'a --pipeline promote --to nope',
  ],
  explain: [
    '',
    'payload.json',
    'nowhere.json --event push',
    'teams --event push',
    'payload.json --event pushh',
    'payload.json --event push --from nope',
    'payload.json --event push -o xml',
    'payload.json --event push --root nowhere',
  ],
  kind: ['', 'sideways', '--nonsense up'],
  image: ['extra', '--nonsense', '--tag'],
  images: ['', 'nope'],
  'images list': ['extra', '--nonsense', '--format xml', '--root nowhere'],
  'images mirror': ['', 'https://r.example.com', 'r.example.com --nonsense', 'r.example.com --root nowhere'],
  'images check': ['extra', '--nonsense', '--format xml', '--root nowhere'],
  'import-crds': ['extra', '--nonsense', '--from nowhere'],
  dev: ['extra', '--nonsense', '--root nowhere'],
  fetch: ['extra', '--nonsense', '--root nowhere'],
  diff: [
    '',
    '--base HEAD --live',
    '--base HEAD --cluster c',
    '--base HEAD --format png',
    '--base nope',
    '--base HEAD --root nowhere',
  ],
  doctor: [
    'extra',
    '--nonsense',
    '--cluster nope',
    '--team nope',
    '--cluster live --team a',
    '--format xml',
    '--root nowhere',
  ],
  completion: ['', 'csh', 'bash zsh', '--nonsense bash'],
  init: ['extra', '--nonsense'],
  import: ['', '--nonsense', '--from nowhere', '--from teams'],
  promote: [
    '',
    '--team g',
    '--team nope --to live',
    '--team g --to nope',
    '--team g --to prod',
    '--team g --to live --app nope',
  ],
  'cluster plan': ['', 'extra', '--nonsense', '--from nowhere.yaml', '--to teams', '--from nowhere.yaml --format xml'],
  'cluster secrets': ['extra', '--nonsense', '--cluster nope', '--cluster prd', '--root nowhere'],
  team: ['', 'nope'],
  'team new': [
    '',
    'x --cluster c',
    'x --cluster c --registry r.example.com/x --nonsense',
    'Bad_Name --cluster c --registry r.example.com/x',
    'a --cluster c --registry r.example.com/x',
    'x --cluster c --registry R::bad',
    'x --cluster pro --registry r.example.com/x',
    'x --cluster c --registry r.example.com/x --namespace Bad_One',
    'x --cluster prod --registry r.example.com/x --namespace team-a',
    'x --cluster c --registry r.example.com/x --stack nope',
    'x --cluster c --registry r.example.com/x --root nowhere',
  ],
  'team secrets': ['', 'nope', '--nonsense a'],
  'team rename': ['a', 'nope b', 'a g', 'a Bad_Name', 'a b --nonsense'],
  'team retire': ['', 'nope', 'a --nonsense'],
};

it('knows of every command', async () => {
  const { stdout } = await folder.run('--help');
  const listed = [...stdout.matchAll(/^ {2}([a-z-]+) (?:\[|<)/gm)].map(([, name]) => name);
  expect(listed.filter((name) => name !== 'help' && WRONG[name!] === undefined)).toEqual([]);
});

describe.each(Object.entries(WRONG))('%s', (command, lines) => {
  beforeEach(async () => {
    folder.fleet('a', 'g');
    folder.write('teams/g/team.yaml', teamFile('g', 'clusters: [live]\nenvironment: { deploy: gitops }\n'));
    folder.write('payload.json', '{}');
    folder.write('dist/teams/a/30-tasks.yaml', '');
  });

  it.each(lines)('%s is wrong: exit 2, and no stack trace', async (line) => {
    const { status, stdout, stderr } = await folder.run(
      ...`${command} ${line}`.split(' ').filter((word) => word !== ''),
    );
    expect({ status, stdout, stderr }).toMatchObject({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^error: |^Usage: /m);
    expect(stderr).not.toMatch(/^\s+at |bug in tekton-dag/m);
  });
});

it.each<[string, readonly string[]]>([
  ['team new x --namespace Bad_One --registry R::bad --cluster c', ['--namespace', '--registry']],
  ['team new x', ['--cluster', '--registry']],
  ['team new a --cluster c --registry R::bad', ['name: teams/a is there already', '--registry']],
  ['run deploy -o xml --pr x --app-revision y', ['pipeline', '-o', '--pr', '--app-revision']],
  ['run pr-test --team a --app nope --pr 0', ['--app', '--pr']],
  ['synth b c', ["no team 'b'", "no team 'c'"]],
  ['synth --root nowhere --team-file nowhere.yaml', ['--root', 'nowhere.yaml']],
  ['promote --team g --to nope --app never', ["no cluster 'nope'", "no app 'never'"]],
  ['validate nowhere.yaml never.yaml', ['nowhere.yaml', 'never.yaml']],
])('%s: all that is wrong is told at once', async (line, expected) => {
  folder.fleet('a', 'g');
  folder.write('teams/g/team.yaml', teamFile('g', 'clusters: [live]\nenvironment: { deploy: gitops }\n'));
  const { status, stderr } = await folder.run(...line.split(' '));
  expect({ status, stderr }).toMatchObject({ status: 2 });
  for (const part of expected) expect(stderr).toContain(part);
});

it('a value that is refused is told beside what stops the reading of options', async () => {
  const { status, stderr } = await folder.run('graph', 'a', '--format', 'png', '--nonsense');
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/unknown option '--nonsense'[^]*'png' is invalid/),
  });
});

it('in a folder of a repository, names the repository', async () => {
  folder.fleet('alpha');
  for (const command of [
    ['synth'],
    ['diff', '--base', 'HEAD'],
    ['team', 'new', 'beta', '--cluster', 'c', '--registry', 'r.io/x'],
  ])
    expect(await inProcess(command, join(folder.path, 'teams/alpha'))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^error: this folder is a part of .*: run the command there, or say --root \.\.\/\.\.\n$/,
      ) as string,
    });
});

it('in a folder that is called teams for another reason, takes the folder for one of its own', async () => {
  mkdirSync(join(folder.path, 'teams/pipelines'), { recursive: true });
  expect(await inProcess(['init'], join(folder.path, 'teams/pipelines'))).toMatchObject({ status: 0 });
});

it('input that is not there to begin with is no wrong usage', async () => {
  expect(await folder.run('diff', '--base', 'HEAD')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('run npm run synth'),
  });
});

it.each(['synth', 'validate', 'graph', 'run', 'simulate', 'kind', 'image', 'import-crds'])(
  '%s --help shows an example',
  async (command) => {
    const { status, stdout } = await folder.run(command, '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Examples?:\n\s+\$ np[mx] /);
  },
);

/** All else runs in the process of the tests. */
it.each<[number, readonly string[], RegExp]>([
  [0, ['--help'], /^$/],
  [1, ['validate', 'package.json'], /package\.json/],
  [2, ['nonsense'], /unknown command 'nonsense'/],
])('a process ends with %d after %j', (expected, args, said) => {
  folder.write('package.json', '[]');
  const { status, stderr } = tektonDag(args, { cwd: folder.path });
  expect(status).toBe(expected);
  expect(stderr).toMatch(said);
  expect(stderr).not.toMatch(/^\s+at /m);
});
