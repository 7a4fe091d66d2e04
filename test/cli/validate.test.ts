import { join } from 'node:path';
import { tektonDag } from '../support/cli';
import { Folder, STACK, teamFile } from './folder';

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

it('recognises each format by its content', async () => {
  const files = [
    folder.write('a.yaml', STACK),
    folder.write('b.yaml', teamFile('alpha')),
    folder.write('c.yaml', 'apps:\n  fe: { version: 1.0.0-rc.0 }\n'),
    folder.write('d.yaml', 'repos:\n  fe: { stack: a.yaml, role: x }\n'),
  ];
  const { status, stdout } = await folder.run('validate', ...files);
  expect(status).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.replace(/^.*: /, '')),
  ).toEqual(['a valid stack file', 'a valid team file', 'a valid versions file', 'a valid registry file']);
});

it.each([
  ['clusters/c.yaml', 'name: c\n', 'cluster'],
  ['clusters/c.yaml', 'name: c\ntektonVersion: "1.10"\n', 'cluster'],
  ['c.yaml', 'name: c\ntektonVersion: "1.10"\n', 'cluster'],
  ['stacks/versions.yaml', 'apps: {}\n', 'versions'],
  ['teams/a/versions.prod.yaml', 'apps: {}\n', 'versions'],
])('recognises %s that says %j', async (file, text, format) => {
  expect(await folder.run('validate', folder.write(file, text))).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(`a valid ${format} file`),
  });
});

it('recognises by its folder what says nothing that is of its format alone', async () => {
  const { status, stderr } = await folder.run('validate', folder.write('stacks/a.yaml', 'name: a\n'));
  expect(status).toBe(1);
  expect(stderr).toMatch(/stacks\/a\.yaml:1:1: apps: is missing/);
});

it('says what is wrong, all at once, and what file is missing', async () => {
  const file = folder.write('a.yaml', STACK.replace('repo: acme/fe', 'repos: acme/fe').replace('terminal', 'terminus'));
  const { status, stderr } = await folder.run('validate', file);
  expect(status).toBe(1);
  expect(stderr.match(/a\.yaml:\d+:\d+: /g)?.length).toBeGreaterThanOrEqual(2);
  expect(await folder.run('validate', 'nowhere.yaml')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('nowhere.yaml'),
  });
});

it('says where a team.ts does not compile, and that a folder is no file', async () => {
  folder.write('teams/bad/team.ts', "export default {\n  name 'bad',\n};\n");
  // the compiler that speaks here is not that of the tests
  expect(tektonDag(['validate', 'teams/bad/team.ts'], { cwd: folder.path })).toMatchObject({
    status: 1,
    stderr: 'teams/bad/team.ts:2:8: cannot be loaded: Expected "}" but found "\'bad\'"\n',
  });
  expect(await folder.run('validate', 'teams')).toMatchObject({
    status: 2,
    stderr: 'error: teams: is a folder (expected files, such as teams/*.yaml)\n',
  });
});

it.each(['team.ts', 'team.yaml'])('sees in a %s what the file of its cluster says', async (name) => {
  const fields = "namespace: 'team-alpha', cluster: 'prod', stacks: ['s.yaml'], imageRegistry: 'localhost:5000/a'";
  const text = name.endsWith('.ts')
    ? `import { Team } from 'tekton-dag';\nexport default new Team({ name: 'alpha', ${fields} });\n`
    : `{ name: alpha, ${fields} }\n`;
  const file = folder.write(`teams/alpha/${name}`, text);
  const warning = expect.stringContaining('builds cannot push to localhost:5000/a') as string;
  expect(await folder.run('validate', file)).toMatchObject({ status: 0, stderr: warning });
  folder.write('clusters/prod.yaml', 'name: prod\npushRegistry: registry.ci:5000/a\n');
  expect(await folder.run('validate', file)).toMatchObject({ status: 0, stderr: '' });
});

it('holds a team.ts to what a team.yaml must be', async () => {
  const module = (root: string, more: string) =>
    folder.write(
      `${root}/teams/alpha/team.ts`,
      `import { Team } from 'tekton-dag';\nexport default new Team({ name: 'alpha', namespace: 'team-alpha', cluster: 'prod', imageRegistry: 'r.example.com/a', stacks: ['s.yaml']${more} });\n`,
    );
  expect(await folder.run('validate', module('good', ''))).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('a valid team file'),
  });
  const { status, stderr } = await folder.run('validate', module('bad', ', maxConcurentRuns: 2'));
  expect(status).toBe(1);
  expect(stderr).toContain('did you mean maxConcurrentRuns?');
});

it('goes on after a file that cannot be read', async () => {
  const files = [
    folder.write('teams/a/team.ts', 'throw new Error("no");\n'),
    join(folder.path, 'nowhere.yaml'),
    folder.write('stacks/a.yaml', 'name: a\n'),
  ];
  const { status, stderr } = await folder.run('validate', ...files);
  expect(status).toBe(2);
  expect(stderr).toMatch(/team\.ts:1:7: cannot be loaded: no$/m);
  expect(stderr).toMatch(/nowhere\.yaml: there is no such file$/m);
  expect(stderr).toMatch(/a\.yaml:1:1: apps: is missing/);
});
