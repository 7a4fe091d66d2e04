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

it('plans nothing of what the operator installs', async () => {
  write('operator.yaml', 'name: ci\ntekton: { install: operator, channel: latest }\n');
  const { status, stdout, stderr } = await plan('--from', 'operator.yaml', '--to', 'one.yaml');
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^operator.yaml:2:\d+: tekton.install: has no steps to plan: OLM decides/);
});

it('reads a file in TypeScript as synth does', async () => {
  const lib = JSON.stringify(join(__dirname, '../../lib'));
  const settings = "{ name: 'ci', tekton: { instances: [{ name: 'a', release: 'vendor/1.15.0.yaml' }] } }";
  write('three.ts', `import { Cluster } from ${lib};\nexport default new Cluster(${settings});\n`);
  const { status, stdout, stderr } = await plan('--from', 'one.yaml', '--to', 'three.ts');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('upgrade instance a from 1.9.0 to 1.15.0');
});

it.each([[[]], [['--from', 'nowhere.yaml', '--to', 'neither.yaml']]])('ends with 2 where %j is typed', async (args) => {
  const { status, stderr } = await plan(...args);
  expect(status).toBe(2);
  for (const file of args.filter((arg) => arg.endsWith('.yaml'))) expect(stderr).toContain(file);
});
