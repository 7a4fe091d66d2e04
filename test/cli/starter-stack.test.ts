import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Folder } from './folder';

/** The stack that a new team begins with, which nobody has written: it is right whatever the team is called. */

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

const create = (name: string, ...more: readonly string[]) =>
  folder.run('team', 'new', name, '--cluster=prod', '--registry=r.example.com/x', ...more);
const apps = (file: string): string => /- name: (.*)/.exec(folder.read(file))![1]!;

it.each([
  ['shop', /^shop-web$/],
  ['a'.repeat(23), /^a{23}-web$/],
  ['payments-and-settlements', /^web-\w{4}$/],
  // what we name our own things
  ['tekton-dag', /^web-\w{4}$/],
  // no Service may be called so
  ['3d-models', /^web-\w{4}$/],
  ['a--b', /^web-\w{4}$/],
  // no text in YAML
  ['1e3', /^web-\w{4}$/],
  ['null', /^null-web$/],
  // no namespace for apps
  ['kube-tools', /^kube-tools-web$/],
])('of team %s has an app %s, and synthesizes', async (name, app) => {
  expect(await create(name)).toMatchObject({ status: 0, stdout: expect.stringContaining(`wrote stacks/${name}.yaml`) });
  expect(apps(`stacks/${name}.yaml`)).toMatch(app);
  const { status, stderr } = await folder.run('synth');
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(stderr).not.toContain('stacks/');
});

it.each(['a'.repeat(52), `${'a'.repeat(48)}--aa`, 'registry', 'versions'])(
  'of team %s is in a file that may be a stack',
  async (name) => {
    expect(await create(name)).toMatchObject({ status: 0 });
    expect(readdirSync(join(folder.path, 'stacks'))).toHaveLength(1);
  },
);

it('has an app of its own beside others with long names, in the same registry', async () => {
  const stacks = ['stacks/payments-and-settlements-eu.yaml', 'stacks/payments-and-settlements-us.yaml'];
  expect(await create('pay', ...stacks.map((stack) => `--stack=${stack}`))).toMatchObject({ status: 0 });
  expect(new Set(stacks.map(apps)).size).toBe(2);
});
