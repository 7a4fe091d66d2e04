import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../support/cli';
import { tektonDag } from '../support/cli';
import { Folder, ROOT, STACK, teamFile } from './folder';

/** Whatever is not read, not run to its end or about to go is told, and the command fails. */

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

describe('what lies beside the files that are read', () => {
  beforeEach(() => folder.fleet('a'));

  it.each([
    ['teams/b/team.yml', 'teams/b/team.yaml'],
    ['teams/b/Team.ts', 'teams/b/team.ts'],
    ['teams/b/team.js', 'teams/b/team.ts'],
    ['teams/a/Team.yaml', 'teams/a/team.yaml'],
    ['teams/a/versions.yml', 'teams/a/versions.yaml'],
    ['teams/a/version.yaml', 'teams/a/versions.yaml'],
    ['teams/b/taem.yaml', 'teams/b/team.yaml'],
    ['teams/payments.yaml', 'teams/payments/team.yaml'],
    ['clusters/prod.yml', 'clusters/prod.yaml'],
    ['clusters/prod.json', 'clusters/prod.yaml'],
    ['clusters/eu/prod.yaml', 'clusters/eu.yaml'],
    ['stacks/x.yml', 'stacks/x.yaml'],
    ['stacks/sub/x.YAML', 'stacks/sub/x.yaml'],
    ['stacks/x', 'stacks/x.yaml'],
    ['stacks/x.yaml ', 'stacks/x.yaml'],
    ['stacks/sub.d/x.yaml.txt', 'stacks/sub.d/x.yaml'],
    ['teams/a/b/team.yaml', 'teams/b/team.yaml'],
  ])('%s is an error with the name that it should have', async (path, meant) => {
    folder.write(path, 'name: b\n');
    const { status, stderr } = await folder.run('synth');
    expect(status).toBe(1);
    const found = path === 'clusters/eu/prod.yaml' ? 'clusters/eu' : path;
    expect(stderr).toMatch(new RegExp(`^${found}: .*did you mean ${meant}\\?`, 'm'));
  });

  it('an empty folder, one without a team and a symbolic link are errors, all told at once', async () => {
    mkdirSync(join(folder.path, 'teams/empty'));
    folder.write('teams/notes/todo.txt', '');
    symlinkSync(join(folder.path, 'teams/a'), join(folder.path, 'teams/link'));
    folder.write('stacks/a.yaml', 'name: a\n');
    const { status, stderr } = await folder.run('synth');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^teams\/empty: the folder is empty/m);
    expect(stderr).toMatch(
      /^teams\/notes: the folder defines no team \(found todo\.txt; expected team\.ts or team\.yaml/m,
    );
    expect(stderr).toMatch(/^teams\/link: is a symbolic link/m);
    expect(stderr).toMatch(/^stacks\/a\.yaml:1:1: apps: is missing/m);
  });

  it('links are told where they lead nowhere, or to a folder: that may hold them', async () => {
    mkdirSync(join(folder.path, 'clusters'));
    for (const path of ['stacks/b.yaml', 'clusters/eu.yaml', 'teams/a/versions.yaml'])
      symlinkSync('nowhere', join(folder.path, path));
    symlinkSync('../stacks', join(folder.path, 'stacks/loop'));
    const { status, stderr } = await folder.run('synth');
    expect(status).toBe(1);
    for (const path of ['stacks/b.yaml', 'clusters/eu.yaml', 'teams/a/versions.yaml'])
      expect(stderr).toContain(`${path}: is a symbolic link that leads nowhere`);
    expect(stderr).toContain('stacks/loop: is a symbolic link, which is not followed: put the folder here');
  });

  it.each([
    ['Clusters', 'clusters', ''],
    ['TEAMS', 'teams', ''],
    ['team', 'teams', 'warning: '],
    ['stack', 'stacks', 'warning: '],
  ])('folder %s is not taken for %s without a word', async (name, meant, level) => {
    folder.write(`${name}/b/team.yaml`, 'name: b\n');
    const { status, stderr } = await folder.run('synth');
    expect(status).toBe(level === '' ? 1 : 0);
    expect(stderr).toMatch(new RegExp(`^${level}${name}: the folder is not read.*did you mean ${meant}\\?`, 'm'));
  });

  it('notes for people and hidden files are none', async () => {
    for (const path of ['teams/README.md', 'clusters/.gitkeep', 'stacks/notes.md', 'stacks/OWNERS', 'teams/a/.keep'])
      folder.write(path, '');
    expect(await folder.run('synth')).toMatchObject({ status: 0 });
  });

  it('a stack in a folder of stacks/ that no team lists is told', async () => {
    folder.write('stacks/sub/b.yaml', readFileSync(join(folder.path, 'stacks/a.yaml'), 'utf8'));
    expect((await folder.run('synth')).stderr).toContain('stacks/sub/b.yaml:1:1: no team lists this stack');
  });

  it('a stack file that a team lists may be called as it likes', async () => {
    folder.write(
      'stacks/b.yml',
      readFileSync(join(folder.path, 'stacks/a.yaml'), 'utf8')
        .replaceAll('a-staging', 'b-staging')
        .replaceAll('a/', 'b/'),
    );
    folder.write('teams/b/team.yaml', teamFile('b').replace('b.yaml', 'b.yml'));
    expect(await folder.run('synth')).toMatchObject({ status: 0 });
  });

  it('a folder where a file is due is named', async () => {
    folder.write('teams/a/team.yaml', teamFile('a').replace('stacks/a.yaml', 'stacks'));
    expect(await folder.run('synth')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^stacks: is a folder/m),
    });
  });
});

describe('all that is wrong is told at once', () => {
  const errors = async (): Promise<readonly string[]> => {
    const { status, stderr } = await folder.run('synth');
    expect(status).toBe(1);
    return stderr.split('\n').filter((line) => line !== '' && !line.startsWith('warning: '));
  };

  it('of a team: an unknown key, a missing stack, and what it claims of another team', async () => {
    folder.fleet('a', 'b');
    folder.write(
      'teams/b/team.yaml',
      teamFile('b', 'colour: red\nquota: { cpu: 64Gi, pod: many }\n')
        .replace('namespace: team-b', 'namespace: team-a')
        .replace('stacks/b.yaml', 'stacks/b.yaml, b, stacks/nope.yaml'),
    );
    expect(await errors()).toEqual([
      expect.stringMatching(
        /^teams\/b\/team\.yaml:6:25: stacks\[1\]: no such stack file .*did you mean stacks\/b\.yaml\?/,
      ),
      expect.stringMatching(/^teams\/b\/team\.yaml:6:28: stacks\[2\]: no such stack file \(found "stacks\/nope\.yaml"/),
      expect.stringMatching(/^teams\/b\/team\.yaml:7:1: colour: unknown key/),
      expect.stringMatching(/^teams\/b\/team\.yaml:8:15: quota\.cpu: /),
      expect.stringMatching(/^teams\/b\/team\.yaml:8:21: quota\.pod: unknown key \(did you mean pods\?\)/),
      expect.stringMatching(/^teams\/b\/team\.yaml:8:26: quota\.pods: wrong type/),
    ]);
  });

  it('of a team that lists what is no stack', async () => {
    folder.fleet('a');
    folder.write('stacks/registry.yaml', 'repos: {}\n');
    folder.write('teams/a/team.yaml', teamFile('a').replace('stacks/a.yaml', 'stacks/a.yaml, stacks/registry.yaml'));
    expect(await errors()).toEqual([
      'teams/a/team.yaml:6:25: stacks[1]: is a registry file, not a stack (found "stacks/registry.yaml")',
    ]);
  });

  it('of a team whose only mistake is a key: also what only a whole team shows', async () => {
    folder.fleet('a', 'b');
    folder.write('teams/b/team.yaml', teamFile('b', 'colour: red\n').replace('namespace: team-b', 'namespce: team-a'));
    expect(await errors()).toEqual([
      expect.stringMatching(/^teams\/b\/team\.yaml:2:1: namespce: unknown key \(did you mean namespace\?\)/),
      expect.stringMatching(/^teams\/b\/team\.yaml:2:11: namespace: namespace team-a is also that of team a/),
      expect.stringMatching(/^teams\/b\/team\.yaml:7:1: colour: unknown key/),
    ]);
  });

  it('of teams that cannot be read, folders among files, and every other file', async () => {
    folder.fleet('a');
    folder.write('teams/b/team.ts', 'export default new (;\n');
    folder.write('teams/c/team.ts', 'throw new Error("no");\n');
    folder.write('clusters/prod.yaml', 'name: prod\ncolour: red\n');
    folder.write('stacks/a.yaml', 'name: a\n');
    mkdirSync(join(folder.path, 'stacks/versions.yaml'));
    folder.write('stacks/b.yml', 'listed by team b, for all we know\n');
    expect((await errors()).map((line) => line.split(':')[0])).toEqual([
      'clusters/prod.yaml',
      'stacks/a.yaml',
      'stacks/versions.yaml',
      'teams/b/team.ts',
      'teams/c/team.ts',
    ]);
  });
});

describe('where a file cannot be read', () => {
  const told = async (): Promise<string> => {
    const { status, stderr } = await folder.run('synth');
    expect(status).toBe(1);
    expect(existsSync(join(folder.path, 'dist'))).toBe(false);
    return stderr;
  };
  beforeEach(() => {
    folder.fleet('a', 'b');
    folder.write('stacks/b.yaml', 'name: b\n  apps: [\n');
    folder.write('stacks/left.yaml', STACK.replaceAll('checkout', 'left'));
    folder.write('clusters/nobody.yaml', 'name: nobody\n');
    folder.write('teams/a/versions.yaml', 'apps:\n  gone: { version: 1.0.0 }\n');
    folder.write('teams/b/versions.yaml', 'apps:\n  fe: { version: 1.0.0 }\n');
  });

  it('all that does not hang on it is told beside it, and nothing else is', async () => {
    const stderr = await told();
    expect(stderr).toMatch(/^stacks\/b\.yaml:1:\d+: not YAML/m);
    expect(stderr).toContain('stacks/left.yaml:1:1: no team lists this stack');
    expect(stderr).toContain('clusters/nobody.yaml:1:7: name: no team is on this cluster');
    expect(stderr).toContain('teams/a/versions.yaml:2:9: apps.gone: no stack of team a has an app of this name');
    expect(stderr).not.toContain('teams/b/versions.yaml');
    expect(stderr).not.toContain('stacks/b.yaml:1:1: no team lists');
    expect(stderr).toContain(
      'warning: only team a was checked. The other teams are checked once the errors above are fixed',
    );
  });

  it('the output of the teams that are right is checked, and a sentence says of what it is not', async () => {
    folder.remove('teams/a/team.yaml');
    folder.write(
      'teams/a/team.ts',
      `import { JsonPatch, Team } from 'tekton-dag';\nexport default new Team({ name: 'a', namespace: 'team-a', cluster: 'prod', imageRegistry: 'r.example.com/a', stacks: ['stacks/a.yaml'] }, (objects) => { for (const object of objects) if (object.kind === 'ServiceAccount') object.addJsonPatch(JsonPatch.add('/secrets', [{ name: 'nowhere' }])); });\n`,
    );
    const { status, stderr } = await folder.run('synth');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^stacks\/b\.yaml:1:\d+: not YAML/m);
    expect(stderr).toMatch(
      /^dist\/teams\/a\/.*ServiceAccount .*nothing makes this Secret.*; made from teams\/a\/team\.ts\)$/m,
    );
  });

  it('that is of a team, a sentence says what is not told', async () => {
    folder.write('teams/b/team.yaml', 'name: b\n  x: [\n');
    const stderr = await told();
    expect(stderr).toMatch(
      /^warning: only team a was checked\. The other teams are checked once the errors above are fixed$/m,
    );
    expect(stderr).not.toContain('no team lists this stack');
  });
});

it.each(['stacks', 'teams/a/out', 'clusters', '.'])(
  'the output is not written to %s, where it would be read',
  async (out) => {
    folder.fleet('a');
    expect(await folder.run('synth', '--out', join(folder.path, out))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('give the output a folder of its own'),
    });
    expect(existsSync(join(folder.path, out, 'index'))).toBe(false);
  },
);

describe('code of a team', () => {
  const module = (code: string, more = ''): void => {
    folder.fleet('a');
    folder.remove('teams/a');
    folder.write(
      'teams/a/team.ts',
      `import { Team } from 'tekton-dag';\n${code}\nexport default new Team({ name: 'a', namespace: 'team-a', cluster: 'prod', imageRegistry: 'r.example.com/a', stacks: ['stacks/a.yaml'] }${more});\n`,
    );
  };

  it('fails for every team whose customize throws', async () => {
    module('', ', () => { throw new Error("first"); }');
    folder.fleet('b');
    folder.remove('teams/b');
    folder.write(
      'teams/b/team.ts',
      readFileSync(join(folder.path, 'teams/a/team.ts'), 'utf8')
        .replace("'a'", "'b'")
        .replace('team-a', 'team-b')
        .replace('.com/a', '.com/b')
        .replace('stacks/a', 'stacks/b'),
    );
    const { status, stderr } = await folder.run('synth');
    expect(status).toBe(1);
    for (const team of ['a', 'b'])
      expect(stderr).toMatch(new RegExp(`^teams/${team}/team\\.ts:\\d+:\\d+: customize fails: first$`, 'm'));
  });

  const failed = ({ status, stderr }: Outcome, expected: string): void => {
    expect({ status, stderr }).toMatchObject({ status: 1 });
    expect(stderr).toMatch(/^teams\/a\/team\.ts(?::\d+:\d+)?: /m);
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('bug in tekton-dag');
    expect(existsSync(join(folder.path, 'dist'))).toBe(false);
  };

  it.each([
    ['throws no error', "throw 'x';", '', 'throws "x"'],
    ['throws what JSON cannot hold', 'throw { a: 1n };', '', 'throws { a: 1n }'],
    ['customizes and throws', '', ", () => { throw new Error('no such task'); }", 'customize fails: no such task'],
    ['customizes later', '', ', async () => {}', 'customize fails: it is asynchronous'],
    [
      'customizes by what it returns',
      '',
      ', (objects) => objects.filter(() => true)',
      'customize fails: it returns a list of objects',
    ],
    [
      'takes objects out of the list',
      '',
      ', (objects) => void (objects as unknown[]).splice(0)',
      'customize fails: Cannot ',
    ],
    [
      'patches with what is no JsonPatch',
      '',
      ", (objects) => objects[0]!.addJsonPatch({ op: 'remove', path: '/spec' } as never)",
      'customize: Namespace team-a cannot be written: what it is patched with is not JsonPatch: {"op":"remove","path":"/spec"}',
    ],
    [
      'patches with nothing',
      '',
      ', (objects) => objects[0]!.addJsonPatch(undefined as never)',
      'customize: Namespace team-a cannot be written: what it is patched with is not JsonPatch: undefined',
    ],
    [
      'patches what is not there',
      "import { JsonPatch } from 'tekton-dag';",
      ", (objects) => objects[0]!.addJsonPatch(JsonPatch.add('/a/b/c', 1))",
      'customize: Namespace team-a cannot be written: patch {"op":"add","path":"/a/b/c","value":1} cannot be applied to it: ',
    ],
    [
      'patches an object away',
      "import { JsonPatch } from 'tekton-dag';",
      ", (objects) => objects[0]!.addJsonPatch(JsonPatch.replace('', 'gone'))",
      'customize: an object of 00-namespace has lost its apiVersion, kind or name (found "gone")',
    ],
  ])('that %s fails the command, names the file and writes nothing', async (_what, code, more, expected) => {
    module(code, more);
    failed(await folder.run('synth'), expected);
  });

  it.each([
    ['throws nothing', 'throw undefined;', '', 'throws undefined'],
    ['ends the process', 'process.exit(0);', '', 'it calls process.exit'],
    ['customizes by ending the process', '', ', () => process.exit(0)', 'customize fails: it calls process.exit'],
    ['rejects a promise', "Promise.reject(new Error('no secret'));", '', 'no secret'],
    ['rejects with a word', "Promise.reject('later');", '', 'later'],
  ])('that %s fails the process, too', (_what, code, more, expected) => {
    module(code, more);
    failed(tektonDag(['synth'], { cwd: folder.path }), expected);
  });

  it.each([
    ['computes a field and fails', "{ get name() { throw new Error('no name'); } }", 'no name'],
    ['gives a Map, which would read as empty', "{ quota: new Map([['cpu', '4']]) }", 'props.quota is a Map'],
  ])('that %s is named, too', async (_what, props, expected) => {
    module('');
    folder.write(
      'teams/a/team.ts',
      `import { Team } from 'tekton-dag';\nexport default new Team(${props} as never);\n`,
    );
    const { status, stderr } = await folder.run('synth');
    expect({ status, stderr }).toMatchObject({ status: 1 });
    expect(stderr).toMatch(/^teams\/a\/team\.ts(?::\d+:\d+)?: cannot be loaded: /m);
    expect(stderr).toContain(expected);
  });

  it.each([
    ['when it is loaded', 'console.log("noise"); process.stdout.write("noise");', ''],
    ['later', 'Promise.resolve().then(() => console.info("noise"));', ''],
    ['while it customizes', '', ', () => console.log("noise")'],
  ])('that writes to stdout %s leaves it to the answer', (_what, code, more) => {
    module(code, more);
    const { status, stdout, stderr } = tektonDag(['run', 'bootstrap', '--team', 'a', '-o', 'json'], {
      cwd: folder.path,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('noise') });
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'PipelineRun' });
  });

  it('that leaves a timer behind does not keep the command', () => {
    module('setInterval(() => undefined, 1000);');
    expect(tektonDag(['synth'], { cwd: folder.path })).toMatchObject({ status: 0 });
  });

  it('that ends the process later fails the command, too', () => {
    module('setTimeout(() => process.exit(0), 1);');
    expect(tektonDag(['synth'], { cwd: folder.path })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^teams\/a\/team\.ts:2:\d+: fails after it was read: it calls process\.exit/m),
    });
  });
});

describe('an interrupted synth', () => {
  /** No process has this number. */
  const GONE = 'dist/.synth-4194999-abc';

  it('is seen by --check, not by diff, and removed by the next synth, which puts back what was not replaced', async () => {
    folder.fleet('a', 'b');
    await folder.run('synth');
    const before = folder.output();
    folder.write(`${GONE}/new/teams/a/30-tasks.yaml`, '# Generated by `npm run synth`\n');
    folder.write(`${GONE}/old/teams/b/30-tasks.yaml`, before['/dist/teams/b/30-tasks.yaml']!);
    folder.remove('dist/teams/b/30-tasks.yaml');
    expect(await folder.run('synth', '--check')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(`${GONE}/new/teams/a/30-tasks.yaml: left over`),
    });
    expect(await folder.run('synth', 'a')).toMatchObject({ status: 0 });
    expect(folder.output()).toEqual(before);
  });

  it('leaves alone what a running one writes', async () => {
    folder.fleet('a');
    const own = `dist/.synth-${process.pid}-abc/new/x`;
    folder.write(own, '');
    expect(await folder.run('synth')).toMatchObject({ status: 0 });
    expect(existsSync(join(folder.path, own))).toBe(true);
    expect(await folder.run('synth', '--check')).toMatchObject({ status: 0 });
  });
});

describe('an output in which half of the teams would go, or all', () => {
  it('is written only with --allow-removal', async () => {
    folder.fleet('a', 'b', 'c', 'd');
    await folder.run('synth');
    const before = folder.output();
    for (const name of ['c', 'd']) folder.remove(`teams/${name}`);
    const { status, stderr } = await folder.run('synth');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^dist: 2 of its 4 teams would go.*--allow-removal \(found c and d\)$/m);
    expect(folder.output()).toEqual(before);
    expect(await folder.run('synth', '--allow-removal')).toMatchObject({ status: 0 });
    expect(existsSync(join(folder.path, 'dist/teams/c'))).toBe(false);
  });

  it('of fewer teams is written', async () => {
    folder.fleet('a', 'b', 'c');
    await folder.run('synth');
    folder.remove('teams/c');
    expect(await folder.run('synth')).toMatchObject({ status: 0 });
  });
});

it('the version of the command is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(await folder.run('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
});
