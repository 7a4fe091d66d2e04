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

/**
 * `npm run bench:dist`: what 50 teams of 40 apps are to Git and to Argo CD: files, bytes by kind of file, with Tasks of each team and with
 * Tasks that all share, objects an application; that a line changed in one team changes only that team's files; and, with
 * KUBEBUILDER_ASSETS and CRDS_DIR, how long `kubectl diff` of one team takes. Exit 1 when a bar is missed.
 */
const [TEAMS, APPS] = [50, 40];
/** Argo CD refuses an application whose manifests are larger together: reposerver.max.combined.directory.manifests.size. */
const APPLICATION_MAX_MB = 10;
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
const most = (values: readonly number[]): string =>
  `${(sum(values) / values.length).toFixed(0)} on average, at most ${Math.max(...values)}`;

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

function bar(what: string, met: boolean): boolean {
  console.log(`${met ? 'ok  ' : 'MISS'} ${what}`);
  return met;
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

async function main(root: string): Promise<boolean> {
  writeFleet(root, TEAMS, APPS);
  tellBytes(`${TEAMS} teams of ${APPS} apps, Tasks shared`, shared(root));
  const before = synth(root);
  tellBytes(`${TEAMS} teams of ${APPS} apps, Tasks per team`, before);
  const held = all(before).map((application) => ({
    name: application.metadata.name,
    set: at(application, 'spec', 'source', 'directory', 'include'),
    objects: contents(before, application),
  }));
  console.log(`${held.length} applications`);
  for (const [what, set] of [
    ['platform', filesOf('platform')],
    ['team', filesOf('team')],
  ] as const) {
    console.log(
      `objects of an application of a ${what}: ${most(held.filter((one) => one.set === set).map(({ objects }) => objects.length))}`,
    );
  }
  const largest = Math.max(...held.map(({ objects }) => Buffer.byteLength(JSON.stringify(objects)))) / 1e6;

  const file = join(root, 'teams/team-7/team.yaml');
  writeFileSync(file, dump({ ...(load(readFileSync(file, 'utf8')) as object), maxParallelBuilds: 4 }));
  const after = synth(root);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  console.log(`a line changed in team-7: ${changed.join(', ')}`);

  const { KUBEBUILDER_ASSETS: assets, CRDS_DIR: crds } = process.env;
  const milliseconds = assets && crds ? await timeOfDiff(join(root, 'dist'), assets, crds) : undefined;
  console.log(
    milliseconds === undefined
      ? 'kubectl diff of one team: not measured'
      : `kubectl diff of one team: ${(milliseconds / 1000).toFixed(1)} s`,
  );
  const met = [
    bar(`largest application: ${largest.toFixed(1)} MB (at most ${APPLICATION_MAX_MB})`, largest < APPLICATION_MAX_MB),
    bar('only files of the team changed', changed.length > 0 && changed.every((path) => path.includes('team-7/'))),
  ];
  return met.every(Boolean);
}

const root = mkdtempSync(join(tmpdir(), 'tekton-dag-bench-'));
void main(root)
  .then((met) => (process.exitCode = met ? 0 : 1))
  .finally(() => rmSync(root, { recursive: true, force: true }));
