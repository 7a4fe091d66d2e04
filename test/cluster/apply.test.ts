import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { tektonDag } from '../support/cli';
import { apply, kubectl, versions } from './kubectl';

/** An API server takes every object as it is written, and applied again none of them changes. */

const ROOT = join(__dirname, '../..');
const DEFAULT_TEAM = join(ROOT, '../shared/inputs/teams/default/team.yaml');

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function objectsIn(path: string): Named[] {
  const files = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((file) => join(path, file)) : [path];
  return files.filter((file) => file.endsWith('.yaml')).flatMap((file) => loadAll(readFileSync(file, 'utf8')) as Named[]);
}

/** Namespaces that are not ours get no object in the output; on a real cluster they are there. */
function createForeignNamespaces(...paths: readonly string[]): void {
  const objects = paths.flatMap(objectsIn);
  const ours = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const used = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  const present = new Set(kubectl(['get', 'namespaces', '--output=name']).split('\n'));
  for (const name of used) {
    if (!ours.has(name) && !present.has(`namespace/${name}`)) kubectl(['create', 'namespace', name]);
  }
}

function appliesTwice(...paths: readonly string[]): void {
  createForeignNamespaces(...paths);
  apply(...paths);
  const first = versions(...paths);
  expect(first.size).toBe(paths.flatMap(objectsIn).length);
  apply(...paths);
  expect(versions(...paths)).toEqual(first);
}

it('takes dist/kind.yaml on its own', () => appliesTwice(join(ROOT, 'dist/kind.yaml')));

it('takes the whole of dist/', () => appliesTwice(join(ROOT, 'dist/cluster'), join(ROOT, 'dist/teams')));

it('creates the run that the command line is asked to apply', () => {
  const { status, stdout, stderr } = tektonDag(['run', 'bootstrap', '--team', 'local', '--stack', 'shop', '--apply'], { cwd: ROOT });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const [, name] = /^pipelinerun\/(bootstrap-\S+) created$/m.exec(stdout) ?? [];
  expect(kubectl(['get', 'pipelinerun', `${name}`, '--namespace', 'team-local', '--output=name'])).toContain(name);
  kubectl(['delete', 'pipelinerun', `${name}`, '--namespace', 'team-local']);
});

// only where the original's files lie beside the clone
if (existsSync(DEFAULT_TEAM)) {
  it("takes the original's default team", () => {
    const out = mkdtempSync(join(tmpdir(), 'tekton-dag-default-'));
    try {
      expect(tektonDag(['synth', '--team-file', DEFAULT_TEAM, '--out', out])).toMatchObject({ status: 0 });
      appliesTwice(join(out, 'cluster'), join(out, 'teams'));
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });
}

it('refuses a field that no schema knows', () => {
  const task = { apiVersion: 'tekton.dev/v1', kind: 'Task', metadata: { name: 'strict', namespace: 'default' }, spec: { stepz: [] } };
  expect(() => kubectl(['apply', '--server-side', '--validate=strict', '--filename=-'], JSON.stringify(task))).toThrow(/stepz/);
});
