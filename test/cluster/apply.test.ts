import { existsSync, mkdtempSync, rmSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFleet } from '../bench/fleet';
import type { PipelineSpec } from '../../lib/tekton/spec/wire';
import { tektonDag } from '../support/cli';
import { appliesTwice, objectsIn } from './applies-twice';
import { applyClientSide, kubectl } from './kubectl';

/** An API server takes every object as it is written, and applied again none of them changes. */

const ROOT = join(__dirname, '../..');
const DEFAULT_TEAM = join(ROOT, '../shared/inputs/teams/default/team.yaml');

it('takes dist/kind.yaml on its own', () => appliesTwice(join(ROOT, 'dist/kind.yaml')));

it('takes the whole of dist/', () => appliesTwice(join(ROOT, 'dist/cluster'), join(ROOT, 'dist/teams')));

it('takes dist/kind.yaml also as kubectl applies it by itself', () => {
  const path = join(ROOT, 'dist/kind.yaml');
  expect(applyClientSide(path)).toHaveLength(objectsIn(path).length);
  const changed = applyClientSide(path).filter((line) => !line.endsWith(' unchanged'));
  // kubectl always sends the selector of one anew: its schema says that it is replaced, not merged
  expect(changed.filter((line) => !line.startsWith('poddisruptionbudget.policy/'))).toEqual([]);
});

it('takes a stack of 150 apps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tekton-dag-large-'));
  try {
    writeFleet(folder, 1, 150);
    expect(tektonDag(['synth'], { cwd: folder })).toMatchObject({ status: 0 });
    const team = join(folder, 'dist/teams/team-0');
    const pipelines = objectsIn(team)
      .filter(({ kind }) => kind === 'Pipeline')
      .map(({ metadata }) => metadata.name);
    expect(pipelines).toEqual([
      'team-0-shop-bootstrap',
      'team-0-shop-pr-test',
      'team-0-shop-merge-release',
      'team-0-shop-verify',
    ]);
    appliesTwice(team);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('takes hooks that are told which apps change, with Tasks that declare what they want of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tekton-dag-hooks-'));
  try {
    writeFleet(folder, 1, 2);
    const [stack, team] = ['stacks/team-0.yaml', 'teams/team-0/team.yaml'].map((file) => join(folder, file));
    writeFileSync(
      stack!,
      `${readFileSync(stack!, 'utf8').trimEnd()}\nhooks: { pre-build: look, post-build: [look, old] }\n`,
    );
    writeFileSync(team!, `${readFileSync(team!, 'utf8').trimEnd()}\nexternalTasks: [look, old]\n`);
    expect(tektonDag(['synth'], { cwd: folder })).toMatchObject({ status: 0 });
    const path = join(folder, 'dist/teams/team-0');
    const pipeline = objectsIn(path).find(({ metadata }) => metadata.name === 'team-0-shop-pr-test');
    const told = (pipeline as unknown as { spec: PipelineSpec }).spec.tasks?.filter(
      ({ taskRef }) => taskRef?.name === 'look',
    );
    expect(told?.map(({ params }) => params?.find(({ name }) => name === 'changed-apps')?.value)).toEqual(
      told?.map(() => '$(params.changed-apps[*])'),
    );
    expect(told?.length).toBeGreaterThan(2);
    appliesTwice(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('takes tests that run in several ways', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tekton-dag-matrix-'));
  try {
    writeFleet(folder, 1, 2);
    const file = join(folder, 'stacks/team-0.yaml');
    const stack = readFileSync(file, 'utf8');
    const matrix =
      '{ unit: npm test, playwright: e2e, matrix: { unit: { node-version: ["20", "22"], platform: [linux/amd64, linux/arm64] } }, shards: { playwright: 12 } }';
    writeFileSync(
      file,
      `${stack.trimEnd()}\n  - { name: more, repo: acme/more, propagation-role: originator, build: { tool: npm }, tests: ${matrix} }\n`,
    );
    expect(tektonDag(['synth'], { cwd: folder })).toMatchObject({ status: 0 });
    const path = join(folder, 'dist/teams/team-0');
    const pipeline = objectsIn(path).find(({ metadata }) => metadata.name === 'team-0-shop-pr-test');
    const fanned = (pipeline as unknown as { spec: PipelineSpec }).spec.tasks?.filter(
      ({ matrix }) => matrix !== undefined,
    );
    expect(fanned?.map(({ name, matrix }) => `${name} ${matrix?.include?.length}`)).toEqual([
      'test-more-unit 2',
      'test-more-unit-p2 2',
      'test-more-playwright 8',
      'test-more-playwright-p2 4',
    ]);
    appliesTwice(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('creates the run that the command line is asked to apply', () => {
  const { status, stdout, stderr } = tektonDag(['run', 'bootstrap', '--team', 'local', '--stack', 'shop', '--apply'], {
    cwd: ROOT,
  });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const [, name] = /^pipelinerun\/(bootstrap-\S+) created$/m.exec(stdout) ?? [];
  expect(kubectl(['get', 'pipelinerun', `${name}`, '--namespace', 'team-local', '--output=name'])).toContain(name);
  kubectl(['delete', 'pipelinerun', `${name}`, '--namespace', 'team-local']);
});

it('takes what synth makes of an import into an empty folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'tekton-dag-imported-'));
  try {
    const runs = (...args: string[]) => expect(tektonDag(args, { cwd: root })).toMatchObject({ status: 0 });
    runs('import', '--from', join(ROOT, 'test/fixtures/original'));
    // the original's own team is in the same namespace, with claims of another size
    const team = join(root, 'teams/default/team.yaml');
    writeFileSync(team, readFileSync(team, 'utf8').replace('namespace: tekton-pipelines', 'namespace: travel-ci'));
    runs('synth');
    appliesTwice(join(root, 'dist/cluster'), join(root, 'dist/teams'));
  } finally {
    rmSync(root, { recursive: true });
  }
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
  const task = {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: 'strict', namespace: 'default' },
    spec: { stepz: [] },
  };
  expect(() => kubectl(['apply', '--server-side', '--validate=strict', '--filename=-'], JSON.stringify(task))).toThrow(
    /stepz/,
  );
});
