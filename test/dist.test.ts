import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Manifest } from '../lib/kube/manifest';
import { unknownFields } from '../lib/kube/schema';
import { loadFleet } from '../lib/cli/load';
import { KIND_FILE } from '../lib/output/layout';
import { tektonDag } from './support/cli';

/** The committed output. */

const ROOT = join(__dirname, '..');
const DIST = join(ROOT, 'dist');
const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .sort();
const objectsIn = (file: string) => loadAll(readFileSync(join(DIST, file), 'utf8')) as Manifest[];
const key = ({ kind, metadata }: Manifest) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;

it('is what synth makes', () => {
  expect(tektonDag(['synth', '--check'], { cwd: ROOT })).toMatchObject({ status: 0, stdout: '' });
});

it.each(files)('%s has no field that its schema does not know', (file) => {
  const unknown = objectsIn(file).flatMap((object) =>
    unknownFields(object).map((field) => `${object.kind} ${object.metadata.name}: ${field}`),
  );
  expect(unknown).toEqual([]);
});

it('holds for Kind what the cluster holds once and every team on Kind, and nothing else', () => {
  const onKind = loadFleet({ root: ROOT }).fleet.teams.flatMap(({ name, cluster }) =>
    cluster.startsWith('kind-') ? [name] : [],
  );
  const expected = files
    .filter((file) => file.startsWith('cluster') || onKind.some((name) => file.startsWith(join('teams', name, '/'))))
    .flatMap(objectsIn);
  const held = files.includes('kind.yaml') ? objectsIn('kind.yaml') : [];
  expect(held.map(key).sort()).toEqual(onKind.length > 0 ? expected.map(key).sort() : []);
});

it('can be applied file by file: a namespace comes before what lives in it', () => {
  // the installation of Argo CD makes its own
  const made = new Set(['default', 'argocd']);
  for (const object of files.filter((file) => file !== 'kind.yaml').flatMap(objectsIn)) {
    if (object.kind === 'Namespace') made.add(object.metadata.name);
    else if (object.metadata.namespace !== undefined) expect(made).toContain(object.metadata.namespace);
  }
});

it('gives Argo CD its order by waves: what is shared, access, Tasks, Pipelines, what runs', () => {
  const wave = (object: Manifest) => Number(object.metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
  const waves = (kind: string) => [
    ...new Set(
      files
        .flatMap(objectsIn)
        .filter((object) => object.kind === kind)
        .map(wave),
    ),
  ];
  expect(
    Object.fromEntries(
      ['PriorityClass', 'Namespace', 'Role', 'NetworkPolicy', 'Task', 'Pipeline', 'Service', 'Deployment'].map(
        (kind) => [kind, waves(kind)],
      ),
    ),
  ).toEqual({
    PriorityClass: [-1],
    Namespace: [0],
    Role: [0],
    NetworkPolicy: [0],
    Task: [1],
    Pipeline: [2],
    Service: [4],
    Deployment: [4],
  });
});

it('stays within what a reviewer and the API server can take', () => {
  for (const object of files.flatMap(objectsIn)) expect(JSON.stringify(object).length).toBeLessThan(400_000);
  // the copy for Kind is all of them again, and nobody reviews it
  for (const file of files.filter((file) => file !== KIND_FILE))
    expect(statSync(join(DIST, file)).size).toBeLessThan(1_000_000);
});
