import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tektonDag } from '../support/cli';
import { apply, awaitKinds, kubectl } from './kubectl';

/** `diff --live` after all of dist/ was applied. */

const ROOT = join(__dirname, '../..');
let root: string;
const file = (path: string) => join(root, 'dist/teams/local', path);
const change = (path: string, from: string | RegExp, to: string) =>
  writeFileSync(file(path), readFileSync(file(path), 'utf8').replace(from, to));
const diff = (...args: string[]) => tektonDag(['diff', '--live', ...args], { cwd: root });

beforeAll(() => {
  apply(join(ROOT, 'dist/cluster'));
  awaitKinds();
  apply(join(ROOT, 'dist/teams'));
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tekton-dag-live-'));
  cpSync(join(ROOT, 'dist'), join(root, 'dist'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('finds nothing to change in what was applied as it is', () => {
  expect(diff('local', 'market')).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^nothing changes from https:\S+ to dist$/m),
  });
});

it('finds what dist/ has changed, and what it has no more', () => {
  change('40-shop.yaml', /maven:\S+/g, 'maven:9');
  change('20-storage.yaml', /^kind: PersistentVolumeClaim\n[\s\S]*?^---\n/m, '---\n');
  const { status, stdout } = diff('local');
  expect(stdout).toMatch(/image docker.io\/library\/maven: \S+ → 9: local, 3 Pipelines with 6 tasks, no graph change/);
  expect(stdout).toMatch(/deletion +PersistentVolumeClaim tekton-dag-cache-release: .*its data \[local\]/);
  expect(status).toBe(3);
});

it('finds what somebody has changed by hand', () => {
  const role = ['role', 'tekton-dag-preview', '--namespace=team-local'];
  const rules = JSON.stringify(JSON.parse(kubectl(['get', ...role, '--output=json'])).rules);
  const patch = (ops: object[]) => kubectl(['patch', ...role, '--type=json', `--patch=${JSON.stringify(ops)}`]);
  patch([{ op: 'add', path: '/rules/0/verbs/-', value: 'deletecollection' }]);
  try {
    expect(diff('local')).toMatchObject({
      status: 3,
      stdout: expect.stringMatching(/access +Role tekton-dag-preview: rules\[0\]\.verbs\[\]: - "deletecollection"/),
    });
  } finally {
    patch([{ op: 'replace', path: '/rules', value: JSON.parse(rules) }]);
  }
});

it('leaves alone what runs have deployed', () => {
  const deployment = readFileSync(file('40-shop.yaml'), 'utf8')
    .split('  basket.yaml: |\n')[1]!
    .split(/^ {2}\S/m)[0]!
    .replace(/^ {4}/gm, '');
  kubectl(['apply', '--server-side', '--filename=-'], deployment);
  try {
    expect(diff('local')).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing changes') });
  } finally {
    kubectl(['delete', 'deployment', 'basket', '--namespace=shop-staging']);
  }
});
