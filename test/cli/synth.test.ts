import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Look } from '../../lib/cli/dev/look';
import { inProcess } from '../support/cli';
import { example } from '../support/docs';
import { Folder, STACK, teamFile } from './folder';

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

it('writes every team, says how much, and the check agrees', async () => {
  folder.fleet('alpha', 'beta');
  const { status, stdout } = await folder.run('synth');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^2 teams, \d+ objects, \d+ bytes, \d+\.\d s$/m);
  expect(Object.keys(folder.output()).sort()).toEqual(
    expect.arrayContaining([
      '/dist/cluster/tekton-dag.yaml',
      '/dist/teams/alpha/00-namespace.yaml',
      '/dist/teams/beta/40-beta.yaml',
    ]),
  );
  expect(await folder.run('synth', '--check')).toMatchObject({ status: 0, stdout: '' });
});

it('lists what differs, is missing and is left over, and writes nothing', async () => {
  folder.fleet('alpha');
  await folder.run('synth');
  const before = folder.output();
  folder.write(
    'dist/teams/alpha/20-storage.yaml',
    before['/dist/teams/alpha/20-storage.yaml']!.replace('20Gi', '21Gi'),
  );
  folder.remove('dist/teams/alpha/10-access.yaml');
  folder.write('dist/teams/gone/30-tasks.yaml', before['/dist/teams/alpha/30-tasks.yaml']!);
  folder.write('dist/teams/alpha/99-extra.yaml', 'kind: ConfigMap\n');
  const changed = folder.output();
  const { status, stdout } = await folder.run('synth', '--check');
  expect(status).toBe(1);
  expect(stdout.trim().split('\n')).toEqual([
    'dist/teams/alpha/10-access.yaml: missing',
    'dist/teams/alpha/20-storage.yaml: differs',
    'dist/teams/alpha/99-extra.yaml: left over, and synth has not written it: remove it',
    'dist/teams/gone/30-tasks.yaml: left over',
  ]);
  expect(folder.output()).toEqual(changed);
  folder.remove('dist/teams/alpha/99-extra.yaml');
  expect((await folder.run('synth')).status).toBe(0);
  expect(folder.output()).toEqual(before);
});

it('writes the files of the named team alone', async () => {
  folder.fleet('alpha', 'beta');
  await folder.run('synth');
  const before = folder.output();
  for (const name of ['alpha', 'beta'])
    folder.write(`teams/${name}/team.yaml`, teamFile(name, 'maxConcurrentRuns: 9\n'));
  expect((await folder.run('synth', 'alpha')).status).toBe(0);
  const after = folder.output();
  expect(Object.keys(before).filter((file) => before[file] !== after[file])).toEqual([
    '/dist/teams/alpha/60-orchestrator.yaml',
  ]);
  expect(await folder.run('synth', 'gamma')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("there is no team 'gamma' (there are: alpha, beta)"),
  });
});

it('writes the named team on each of its clusters, and takes away what no longer differs there', async () => {
  folder.fleet('alpha');
  folder.write('teams/alpha/team.yaml', teamFile('alpha', 'clusters: [live]\n'));
  await folder.run('synth');
  expect(await folder.run('synth', 'alpha')).toMatchObject({ status: 0 });
  folder.write('clusters/live.yaml', 'name: live\nquota: { pods: 50 }\n');
  expect(await folder.run('synth', 'alpha')).toMatchObject({ status: 0 });
  expect(Object.keys(folder.output()).filter((path) => path.includes('/clusters/live/alpha/')).length).toBeGreaterThan(
    0,
  );
  folder.write('clusters/live.yaml', 'name: live\n');
  await folder.run('synth', 'alpha');
  expect(await folder.run('synth', '--check')).toMatchObject({ status: 0 });
});

it('leaves the old output untouched when it fails, and names every problem with its place', async () => {
  folder.fleet('alpha');
  await folder.run('synth');
  const before = folder.output();
  folder.write(
    'stacks/alpha.yaml',
    STACK.replace('checkout', 'alpha').replace('tool: npm', 'tool: nmp').replace('[api]', '[apo]'),
  );
  const { status, stderr } = await folder.run('synth');
  expect(status).toBe(1);
  expect(stderr).toContain('stacks/alpha.yaml:4:77: apps[0].build.tool:');
  expect(stderr).toMatch(/stacks\/alpha\.yaml:4:\d+: apps\[0\]\.downstream\[0\]: .*apo.*did you mean api\?/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(folder.output()).toEqual(before);
});

it('writes through no link that leads out of the repository, unless it is named', async () => {
  folder.fleet('alpha');
  const outside = mkdtempSync(join(tmpdir(), 'outside-'));
  symlinkSync(outside, join(folder.path, 'dist'));
  const { status, stderr } = await folder.run('synth');
  expect(status).toBe(1);
  expect(stderr).toContain('dist: is a symbolic link that leads out of the repository');
  expect(() => new Look(folder.path).at([])).toThrow('dist: is a symbolic link that leads out of the repository');
  expect(readdirSync(outside)).toEqual([]);
  expect(await folder.run('synth', '--out', 'dist')).toMatchObject({ status: 0 });
  expect(readdirSync(outside)).toContain('teams');
  rmSync(outside, { recursive: true });
});

it('says that dist is a file', async () => {
  folder.fleet('alpha');
  folder.write('dist', '');
  for (const more of [[], ['--out', 'dist'], ['--check']])
    expect((await folder.run('synth', ...more)).stderr).toContain('dist: is a file, and the output is a folder');
  expect(() => new Look(folder.path).at([])).toThrow('dist: is a file, and the output is a folder');
});

it('tells of a stack that no team lists', async () => {
  folder.fleet('alpha');
  folder.write('stacks/other.yaml', STACK);
  expect(await folder.run('synth')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^1 team, /),
    stderr: expect.stringContaining('stacks/other.yaml:1:1: no team lists this stack'),
  });
});

it('makes team default of the registry where there is no team', async () => {
  folder.write('stacks/shop.yaml', STACK);
  folder.write(
    'stacks/registry.yaml',
    'repos:\n  fe: { stack: shop.yaml, role: frontend }\n  api: { stack: shop.yaml, role: store }\n',
  );
  expect((await folder.run('synth')).status).toBe(0);
  expect(existsSync(join(folder.path, 'dist/teams/default/40-checkout.yaml'))).toBe(true);
});

it('warns of the teams that are named, and of what is of no team', async () => {
  folder.fleet('alpha', 'beta');
  for (const name of ['alpha', 'beta'])
    folder.write(`teams/${name}/versions.yaml`, 'apps: { gone: { version: 1.0.0 } }\n');
  folder.write('stacks/loose.yaml', STACK);
  const warned = async (...args: readonly string[]) => {
    const { status, stderr } = await folder.run(...args);
    expect(status).toBe(0);
    return stderr.split('\n').flatMap((line) => (line.startsWith('warning: ') ? [line.split(':')[1]!.trim()] : []));
  };
  const all = await warned('synth');
  expect(all).toEqual(
    expect.arrayContaining(['teams/alpha/versions.yaml', 'teams/beta/versions.yaml', 'stacks/loose.yaml']),
  );
  const notOfBeta = all.filter((file) => !file.includes('beta'));
  expect(await warned('synth', 'alpha')).toEqual(notOfBeta);
  // who asks for something else has been told
  expect(await warned('run', 'bootstrap', '--team', 'alpha')).toEqual([]);
});

describe('with a team file', () => {
  it('takes it from anywhere, its stacks below the folder above teams/', async () => {
    folder.fleet('alpha');
    const { status } = await inProcess(
      ['synth', '--team-file', join(folder.path, 'teams/alpha/team.yaml'), '--out', join(folder.path, 'out')],
      tmpdir(),
    );
    expect(status).toBe(0);
    expect(existsSync(join(folder.path, 'out/teams/alpha/40-alpha.yaml'))).toBe(true);
  });

  it('writes what clusters hold and the copy for Kind, and leaves to Argo CD what all teams made', async () => {
    folder.fleet('alpha', 'beta');
    const platform = 'platform: { repoURL: "https://git.example.com/p.git" }\n';
    folder.write('teams/alpha/team.yaml', teamFile('alpha', platform).replace('cluster: prod', 'cluster: kind-a'));
    folder.write('teams/beta/team.yaml', teamFile('beta', platform));
    await folder.run('synth');
    const before = folder.output();
    folder.remove('dist/kind.yaml');
    folder.remove('dist/cluster/tekton-dag.yaml');
    expect((await folder.run('synth', '--team-file', 'teams/alpha/team.yaml')).status).toBe(0);
    expect(folder.output()).toEqual(before);
  });

  it('leaves the other teams of the folder alone', async () => {
    folder.fleet('alpha', 'beta');
    await folder.run('synth');
    const before = folder.output();
    folder.remove('dist/teams/alpha/10-access.yaml');
    expect((await folder.run('synth', '--team-file', 'teams/alpha/team.yaml')).status).toBe(0);
    expect(folder.output()).toEqual(before);
  });
});

describe('with a team.ts', () => {
  it('refuses a second definition, and a file without a team', async () => {
    folder.fleet('alpha', 'beta');
    folder.write('teams/alpha/team.ts', 'export default {};\n');
    expect(await folder.run('synth')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('holds both team.ts and team.yaml; remove one of them'),
    });
    folder.remove('teams/alpha/team.yaml');
    expect(await folder.run('synth')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('teams/alpha/team.ts: exports no team: export default new Team({ … })'),
    });
    folder.remove('teams/alpha');
    folder.remove('teams/beta/team.yaml');
    folder.write('teams/beta/team.ts', 'export default new (;\n');
    expect(await folder.run('synth')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('teams/beta/team.ts: cannot be loaded'),
    });
  });

  it('lets the team change what is emitted, also fields that no schema knows', async () => {
    folder.fleet('alpha');
    folder.remove('teams/alpha/team.yaml');
    folder.write(
      'teams/alpha/team.ts',
      `import { JsonPatch, Team } from 'tekton-dag';
export default new Team(
  { name: 'alpha', namespace: 'team-alpha', cluster: 'prod', imageRegistry: 'r.example.com/alpha', stacks: ['stacks/alpha.yaml'] },
  (objects) => objects.filter(({ kind, name }) => kind === 'Pipeline' && name === 'alpha-verify').forEach((object) => object.addJsonPatch(JsonPatch.add('/spec/novelty', true))),
);
`,
    );
    expect((await folder.run('synth')).status).toBe(0);
    expect(folder.output()['/dist/teams/alpha/40-alpha.yaml']).toContain('  novelty: true\n');
  });
});

it('takes a team on the cluster that says all that a team has no key for', async () => {
  folder.fleet('alpha');
  folder.write('teams/alpha/team.yaml', teamFile('alpha').replace('cluster: prod', 'cluster: inside'));
  folder.write('clusters/inside.yaml', example('cluster.md', 'clusters/inside.yaml'));
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
});

it('gives no Secret of the platform to an app that runs beside the pipelines', async () => {
  folder.write('teams/alpha/team.yaml', teamFile('alpha', 'environment: { namespace: team-alpha }\n'));
  folder.write(
    'stacks/alpha.yaml',
    STACK.replace('defaults: { namespace: shop-staging }\n', '').replace(
      'propagation-role: terminal,',
      'propagation-role: terminal, env-from: [{ secret: registry-push-release }],',
    ),
  );
  const { status, stderr } = await folder.run('synth');
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /stacks\/alpha\.yaml:4:\d+: apps\[1\]\.env-from\[0\]\.secret: is a Secret of the platform, and no app may read it/,
  );
});

it('warns of an app whose Secret has the name of one of the platform elsewhere', async () => {
  folder.fleet('alpha');
  folder.write(
    'stacks/alpha.yaml',
    STACK.replace('propagation-role: terminal,', 'propagation-role: terminal, env-from: [{ secret: github-token }],'),
  );
  const { status, stderr } = await folder.run('synth');
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /^warning: stacks\/alpha\.yaml:5:\d+: apps\[1\]\.env-from\[0\]\.secret: has the name of a Secret of the platform in namespace team-alpha, which .*: give the app's own another name/m,
  );
});

it("warns of a registry that a node of another cluster would look for in itself, until the cluster's file says which", async () => {
  folder.fleet('alpha');
  const file = 'teams/alpha/team.yaml';
  folder.write(file, `${folder.read(file).replace('r.example.com/alpha', 'localhost:5001/alpha')}clusters: [far]\n`);
  const told = async (): Promise<string> => (await folder.run('synth')).stderr;
  expect(await told()).toMatch(
    /^warning: teams\/alpha\/team\.yaml:\d+:\d+: clusters: nodes of cluster far cannot pull from localhost:5001\/alpha, .*; say in imageRegistry of clusters\/far\.yaml/m,
  );
  folder.write('clusters/far.yaml', 'name: far\nimageRegistry: registry.example.com\n');
  expect(await told()).not.toContain('cannot pull from');
});
