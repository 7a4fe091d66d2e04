import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFleet } from '../bench/fleet';
import { tektonDag } from '../support/cli';
import { appliesTwice, objectsIn } from './applies-twice';
import { kubectl } from './kubectl';

/** Tasks that two teams share, on an API server with the definitions of Tekton. */

const folder = mkdtempSync(join(tmpdir(), 'tekton-dag-shared-'));
const dist = join(folder, 'dist');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  writeFleet(folder, 2, 5);
  mkdirSync(join(folder, 'clusters'));
  writeFileSync(join(folder, 'clusters/bench.yaml'), 'name: bench\ntasks: shared\n');
  expect(tektonDag(['synth'], { cwd: folder })).toMatchObject({ status: 0 });
});

it('are taken with the Pipelines that name them, and applied again none changes', () =>
  appliesTwice(...['cluster', 'tasks', 'teams'].map((part) => join(dist, part))));

it('are there, and the server keeps the references as they are written', () => {
  const tasks = kubectl(['get', 'tasks', '--namespace=tekton-dag-tasks', '--output=name']).trim().split('\n');
  expect(tasks).toContain('task.tekton.dev/build-npm');
  const pipeline = JSON.parse(kubectl(['get', 'pipeline', 'team-1-shop-pr-test', '-n', 'team-1', '--output=json'])) as {
    spec: { tasks: { name: string; taskRef: object }[] };
  };
  const written = objectsIn(join(dist, 'teams/team-1')).find(({ metadata }) => metadata.name === 'team-1-shop-pr-test');
  const refs = ({ spec }: typeof pipeline) => spec.tasks.map(({ name, taskRef }) => ({ name, taskRef }));
  expect(refs(pipeline)).toEqual(refs(written as unknown as typeof pipeline));
});

it('are run nowhere where they are', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x' },
    spec: { containers: [{ name: 'x', image: 'x' }] },
  };
  expect(() => kubectl(['create', '-n', 'tekton-dag-tasks', '--filename', '-'], JSON.stringify(pod))).toThrow(
    /forbidden/,
  );
});
