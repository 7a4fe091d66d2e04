import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture } from '../fleet/support';
import { inProcess } from '../support/cli';

/** `cluster plan`: what it reads, prints and ends with. The steps themselves are test/fleet/cluster-plan.test.ts. */

const root = mkdtempSync(join(tmpdir(), 'tekton-dag-plan-'));
const write = (file: string, text: string) => writeFileSync(join(root, file), text);
const plan = (...args: string[]) => inProcess(['cluster', 'plan', ...args], root);

beforeAll(() => {
  mkdirSync(join(root, 'vendor'));
  for (const version of ['1.9.0', '1.15.0'])
    write(`vendor/${version}.yaml`, fixture('tekton', 'whole-release.yaml').text.replaceAll('v1.15.0', `v${version}`));
  write('one.yaml', 'name: ci\ntekton: { instances: [{ name: a, release: vendor/1.9.0.yaml }] }\n');
  write('two.yaml', 'name: ci\ntekton: { instances: [{ name: a, release: vendor/1.15.0.yaml }] }\n');
  write('wrong.yaml', 'name: ci\ntekton: { instances: [{ name: a, release: vendor/2.0.0.yaml }] }\n');
});
afterAll(() => rmSync(root, { recursive: true }));

it('prints the steps for a person', async () => {
  const { status, stdout } = await plan('--from', 'one.yaml', '--to', 'two.yaml');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^from one.yaml to two.yaml\n1. upgrade shared part from 1.9.0 to 1.15.0\n/);
  expect(stdout).toMatch(/\n2. upgrade instance a from 1.9.0 to 1.15.0\n/);
});

it('prints them for a program, from nothing or to nothing', async () => {
  const steps = async (...args: string[]) =>
    (JSON.parse((await plan(...args, '--format', 'json')).stdout) as { steps: { what: string }[] }).steps.map(
      ({ what }) => what,
    );
  expect(await steps('--to', 'one.yaml')).toEqual(['install', 'install']);
  expect(await steps('--from', 'one.yaml')).toEqual(['uninstall', 'uninstall']);
});

it('ends with 1 where a file is wrong, and says at which line', async () => {
  const { status, stdout, stderr } = await plan('--from', 'one.yaml', '--to', 'wrong.yaml');
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^wrong.yaml:2:\d+: tekton.instances\[0\].release: there is no such file/);
});

it('says which option to leave out where a file is empty', async () => {
  write('empty.yaml', '\n');
  expect(await plan('--from', 'empty.yaml', '--to', 'one.yaml')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('empty.yaml is empty: leave out --from where nothing is installed yet'),
  });
  expect(await plan('--from', 'one.yaml', '--to', 'empty.yaml')).toMatchObject({
    stderr: expect.stringContaining('leave out --to where nothing is to stay'),
  });
});

it('warns of files of two clusters', async () => {
  write('other.yaml', 'name: other\ntekton: { instances: [{ name: a, release: vendor/1.15.0.yaml }] }\n');
  expect(await plan('--from', 'one.yaml', '--to', 'other.yaml')).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^warning: other.yaml: is of cluster other, and one.yaml of cluster ci: /),
  });
  expect((await plan('--from', 'one.yaml', '--to', 'two.yaml')).stderr).toBe('');
});

const titles = (stdout: string) => stdout.split('\n').filter((line) => /^[0-9]+\. /.test(line));

it('leads to the operator and back, one gone before the other comes, and definitions kept', async () => {
  write('operator.yaml', 'name: ci\ntekton: { install: operator, channel: latest }\n');
  write('release.yaml', 'name: ci\ntekton: { install: release, release: vendor/1.9.0.yaml }\n');
  const there = await plan('--from', 'release.yaml', '--to', 'operator.yaml');
  expect(titles(there.stdout)).toEqual([
    '1. change who keeps Tekton',
    '2. uninstall the one Tekton: programs and settings',
    '3. install Tekton by its operator',
  ]);
  expect(there.stdout).toMatch(/^2\. (?:.*\n)+? {3}definitions: stays: with a definition, every run would go$/m);
  expect(there.stdout).toContain('before: the channel gives a Tekton that is not older than 1.9.0');
  const back = await plan('--from', 'operator.yaml', '--to', 'release.yaml');
  expect(titles(back.stdout)).toEqual([
    '1. change who keeps Tekton',
    '2. change owners of definitions and namespaces',
    '3. uninstall Tekton by its operator',
    '4. install the one Tekton at 1.9.0',
  ]);
});

it('tells of the operator what OLM then does', async () => {
  write('stable.yaml', 'name: ci\ntekton: { install: operator, channel: stable, performance: { threads: 8 } }\n');
  const { stdout } = await plan('--from', 'stable.yaml', '--to', 'operator.yaml');
  expect(stdout).toContain('note: channel goes from stable to latest\n');
  expect(stdout).toContain('note: performance.threads is no longer set: it was 8, and');
});

it('tells settings that go, come and change, and versions that fall', async () => {
  const file = (version: string, more: string) =>
    `name: ci\ntekton: { install: release, release: vendor/${version}.yaml, ${more} }\n`;
  write('set.yaml', file('1.15.0', 'performance: { threads: 32, replicas: 2 }'));
  write('less.yaml', file('1.15.0', 'performance: { replicas: 3, kubeApiQps: 50 }'));
  write('older.yaml', file('1.9.0', 'performance: { threads: 32, replicas: 2 }'));
  const settings = await plan('--from', 'set.yaml', '--to', 'less.yaml');
  expect(settings.stdout).toBe(
    `from set.yaml to less.yaml
1. change settings of the one Tekton
   note: performance.kubeApiQps is 50 from now on
   note: performance.replicas goes from 2 to 3
   note: performance.threads is no longer set: it was 32, and the default of its version holds again
`,
  );
  const { stdout } = await plan('--from', 'set.yaml', '--to', 'older.yaml');
  expect(titles(stdout)).toEqual(['1. downgrade the one Tekton from 1.15.0 to 1.9.0']);
  expect(stdout).toContain('note: 1.9.0 is older than 1.15.0: ');
  expect((await plan('--from', 'set.yaml')).stdout).toContain(
    'note: what its settings say goes with it: performance.threads 32 and performance.replicas 2',
  );
});

it('reads a file in TypeScript as synth does', async () => {
  const settings = "{ name: 'ci', tekton: { instances: [{ name: 'a', release: 'vendor/1.15.0.yaml' }] } }";
  write('three.ts', `import { Cluster } from 'tekton-dag';\nexport default new Cluster(${settings});\n`);
  const { status, stdout, stderr } = await plan('--from', 'one.yaml', '--to', 'three.ts');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('upgrade instance a from 1.9.0 to 1.15.0');
});

it.each([[[]], [['--from', 'nowhere.yaml', '--to', 'neither.yaml']]])('ends with 2 where %j is typed', async (args) => {
  const { status, stderr } = await plan(...args);
  expect(status).toBe(2);
  for (const file of args.filter((arg) => arg.endsWith('.yaml'))) expect(stderr).toContain(file);
});
