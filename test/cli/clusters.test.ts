import { fixture } from '../fleet/support';
import { Folder } from './folder';

/** Clusters that are described in TypeScript. */

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  folder.fleet('alpha');
});
afterEach(() => folder.remove());

const run = (...args: readonly string[]) => folder.run(...args);
const cluster = (text: string): string => `import { Cluster } from 'tekton-dag';\n\n${text}`;

it('says the same as the file in YAML with the same keys', async () => {
  folder.write('clusters/prod.yaml', 'name: prod\npushRegistry: registry.infra.svc:5000\nquota: { cpu: 8 }\n');
  expect(await run('synth')).toMatchObject({ status: 0 });
  const expected = folder.output();
  folder.remove('clusters/prod.yaml');
  folder.write(
    'clusters/prod.ts',
    cluster(`const cpu = 8;
export default new Cluster({ name: 'prod', pushRegistry: 'registry.infra.svc:5000', quota: { cpu } });
`),
  );
  expect(await run('synth', '--check')).toMatchObject({ status: 0 });
  expect(folder.output()).toEqual(expected);
  expect(expected['/dist/teams/alpha/00-namespace.yaml']).toContain("requests.cpu: '8'");
});

it('has the line of each problem, and all of them at once', async () => {
  folder.write(
    'clusters/prod.ts',
    cluster(`const runs = 'embeded';
export default new Cluster({
  name: 'production',
  runs,
  quotas: { cpu: 8 },
  tekton: { install: 'release', release: 'https://example.com/release.yaml' },
} as never);
`),
  );
  const { status, stderr } = await run('synth');
  expect(status).toBe(1);
  const lines = stderr.split('\n').filter((line) => line.includes('clusters/'));
  expect(lines).toEqual([
    expect.stringMatching(/^clusters\/prod\.ts:5:9: name: the file prod\.ts is not called as its cluster/),
    expect.stringMatching(/^clusters\/prod\.ts:6:3: runs: the value is not known .*did you mean embedded\?/),
    expect.stringMatching(/^clusters\/prod\.ts:7:3: quotas: unknown key \(did you mean quota\?\)/),
    expect.stringMatching(/^clusters\/prod\.ts:8:11: tekton\.digest: is missing: what an address leads to may change/),
  ]);
  expect(await run('validate', 'clusters/prod.ts')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(':7:3: '),
  });
});

it('is told of two instances of one name once, and nothing of what would be made of them', async () => {
  folder.write('vendor/tekton.yaml', fixture('tekton', 'whole-release.yaml').text);
  const instance = (namespace: string) => `{ name: a, release: vendor/tekton.yaml, namespaces: [${namespace}] }`;
  folder.write('clusters/other.yaml', `name: other\ntekton:\n  instances: [${instance('x')}, ${instance('y')}]\n`);
  const { status, stderr } = await run('synth');
  expect(status).toBe(1);
  expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('warning'))).toEqual([
    expect.stringMatching(/^clusters\/other\.yaml:3:\d+: tekton\.instances\[1\]\.name: two instances are called a/),
  ]);
});

it.each([
  [
    'both of a cluster',
    { 'prod.ts': '', 'prod.yaml': 'name: prod\n' },
    'clusters/prod.yaml: says what clusters/prod.ts says, too; remove one of them',
  ],
  [
    'another name',
    { 'prod.js': '' },
    'clusters/prod.js: is not read: each cluster is a file (did you mean clusters/prod.ts?)',
  ],
  [
    'no cluster',
    { 'prod.ts': 'export const name = 1;\n' },
    'clusters/prod.ts: exports no cluster: export default new Cluster({ … })',
  ],
  ['code that throws', { 'prod.ts': "\nthrow new Error('no');\n" }, 'clusters/prod.ts:2:7: cannot be loaded: no'],
])('refuses %s', async (_, files, says) => {
  for (const [name, text] of Object.entries(files))
    folder.write(`clusters/${name}`, text || cluster("export default new Cluster({ name: 'prod' });\n"));
  expect(await run('synth')).toMatchObject({ status: 1, stderr: expect.stringContaining(says) });
});

it('takes a fleet that has no team yet', async () => {
  for (const path of ['teams', 'stacks']) folder.remove(path);
  expect(await run('synth')).toMatchObject({ status: 1, stderr: expect.stringContaining('teams: no team found') });
  folder.write(
    'clusters/first.ts',
    cluster("export default new Cluster({ name: 'first', observability: { namespace: 'm' } });\n"),
  );
  expect(await run('synth')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^0 teams, /) });
  expect(Object.keys(folder.output())).toContain('/dist/install/first/50-observability.yaml');
});

it('tells of a folder that is called almost so', async () => {
  folder.write('cluster/prod.ts', cluster("export default new Cluster({ name: 'prod' });\n"));
  expect((await run('synth')).stderr).toContain(
    'cluster: the folder is not read, because of its name (did you mean clusters?)',
  );
});

it('checks nothing of a team on a cluster whose file is wrong', async () => {
  folder.fleet('alpha', 'beta');
  folder.write('clusters/prod.ts', cluster("export default new Cluster({ name: 'prod', runs: 1 } as never);\n"));
  expect((await run('synth')).stderr).toContain('what the teams make was not checked');
});

it('takes a cluster without a team', async () => {
  folder.write(
    'clusters/empty.ts',
    cluster("export default new Cluster({ name: 'empty', observability: { namespace: 'm' } });\n"),
  );
  const { status, stderr } = await run('synth');
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('empty')]);
  expect(Object.keys(folder.output())).toContain('/dist/install/empty/50-observability.yaml');
});
