import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { load, dump } from 'js-yaml';
import { at } from '../../lib/kube/manifest';
import { filesOf } from '../../lib/output/layout';
import { startApiServer } from '../cluster/api-server';
import { apply } from '../cluster/kubectl';
import type { Files } from '../output/gitops/controller';
import { all, contents } from '../output/gitops/controller';
import { CLUSTER, writeFleet } from './fleet';
import { report } from './report';
import type { Bar } from './report';

/**
 * `npm run bench -- dist`: what 50 teams of 40 apps are to Git and to Argo CD: files, bytes by kind of file, with Tasks of each team and with
 * Tasks that all share, objects an application; that a line changed in one team changes only that team's files; and, with
 * KUBEBUILDER_ASSETS and CRDS_DIR, how long `kubectl diff` of one team takes. Exit 1 when a bar is missed.
 */
const [TEAMS, APPS] = [50, 40];
/** Argo CD refuses an application whose manifests are larger together: reposerver.max.combined.directory.manifests.size. */
const APPLICATION_MAX_MB = 10;
const DIST_MB = 15;
const BIN = join(__dirname, '../../lib/cli/tekton-dag.js');

function synth(root: string): Files {
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'synth', '--root', root, '--out', join(root, 'dist')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const files = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.[a-z]+$/.test(file),
  );
  return new Map(files.map((file) => [file, readFileSync(join(root, 'dist', file), 'utf8')]));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const bytesOf = (texts: readonly string[]): number => sum(texts.map((text) => Buffer.byteLength(text)));
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** The kind of a file: one of each team is told together, and so are the files of stacks. */
const kindOf = (path: string): string =>
  path.replace(/team-\d+(?=[./])/, '<team>').replace(/(?<=40-)[^/]+(?=\.yaml)/, '<stack>');

/** What files of each kind weigh, the heaviest first. */
function tellBytes(title: string, files: Files): void {
  const byKind = new Map<string, string[]>();
  for (const [path, text] of files) byKind.set(kindOf(path), [...(byKind.get(kindOf(path)) ?? []), text]);
  console.log(`${title}: ${files.size} files, ${megabytes(bytesOf([...files.values()]))}`);
  for (const [kind, texts] of [...byKind].sort(([, a], [, b]) => bytesOf(b) - bytesOf(a)))
    console.log(`  ${megabytes(bytesOf(texts)).padStart(9)}  ${String(texts.length).padStart(3)} × ${kind}`);
}

/** The same fleet on a cluster that holds the Tasks of all teams once. */
function shared(root: string): Files {
  const file = join(root, `clusters/${CLUSTER}.yaml`);
  mkdirSync(join(root, 'clusters'));
  writeFileSync(file, dump({ name: CLUSTER, tasks: 'shared' }));
  try {
    return synth(root);
  } finally {
    rmSync(file);
  }
}

/** @returns milliseconds of `kubectl diff` of a team that is applied as it is, and where something differs `undefined` */
async function timeOfDiff(dist: string, assets: string, crds: string): Promise<number | undefined> {
  const server = await startApiServer(assets);
  process.env.KUBECONFIG = server.kubeconfig;
  process.env.PATH = `${assets}:${process.env.PATH}`;
  try {
    apply(crds);
    apply(join(dist, 'cluster'), join(dist, 'teams/team-0'));
    const start = performance.now();
    const { status } = spawnSync('kubectl', [
      'diff',
      '--server-side',
      '--recursive',
      '--filename',
      join(dist, 'teams/team-0'),
    ]);
    return status === 0 ? performance.now() - start : undefined;
  } finally {
    await server.stop();
  }
}

async function main(root: string): Promise<void> {
  writeFleet(root, TEAMS, APPS);
  const [together, before] = [shared(root), synth(root)];
  tellBytes(`${TEAMS} teams of ${APPS} apps, Tasks shared`, together);
  tellBytes(`${TEAMS} teams of ${APPS} apps, Tasks per team`, before);
  const size = (files: Files): number => bytesOf([...files.values()]) / 1e6;
  const held = all(before).map((application) => ({
    set: at(application, 'spec', 'source', 'directory', 'include'),
    objects: contents(before, application),
  }));
  const mostObjects = (set: string): number =>
    Math.max(...held.filter((one) => one.set === set).map(({ objects }) => objects.length));

  const file = join(root, 'teams/team-7/team.yaml');
  writeFileSync(file, dump({ ...(load(readFileSync(file, 'utf8')) as object), maxParallelBuilds: 4 }));
  const after = synth(root);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  if (changed.length === 0) throw new Error('a line that was changed in a team changes nothing');
  const elsewhere = changed.filter((path) => !path.includes('team-7/'));

  const { KUBEBUILDER_ASSETS: assets, CRDS_DIR: crds } = process.env;
  const milliseconds = assets && crds ? await timeOfDiff(join(root, 'dist'), assets, crds) : undefined;
  const atMost = (limit: number): Bar => ({ is: 'at most', limit });
  report({
    name: 'dist',
    figures: [
      { name: `${TEAMS} teams of ${APPS} apps, Tasks per team`, value: size(before), unit: 'MB', bar: atMost(DIST_MB) },
      { name: 'the same, Tasks shared', value: size(together), unit: 'MB', bar: atMost(DIST_MB) },
      {
        name: 'the largest application, as JSON',
        value: Math.max(...held.map(({ objects }) => Buffer.byteLength(JSON.stringify(objects)))) / 1e6,
        unit: 'MB',
        bar: atMost(APPLICATION_MAX_MB),
      },
      { name: 'objects of the largest application of a team', value: mostObjects(filesOf('team')), unit: '' },
      { name: 'objects of the largest application of the platform', value: mostObjects(filesOf('platform')), unit: '' },
      {
        name: 'files of others that a line in one team.yaml changes',
        value: elsewhere.length,
        unit: '',
        bar: atMost(0),
      },
      ...(milliseconds === undefined
        ? []
        : [{ name: 'kubectl diff of one team that is applied', value: milliseconds / 1000, unit: 's' }]),
    ],
  });
}

const root = mkdtempSync(join(tmpdir(), 'tekton-dag-bench-'));
void main(root).finally(() => rmSync(root, { recursive: true, force: true }));
