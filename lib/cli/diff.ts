import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '../diff/change';
import type { Effect } from '../diff/edits';
import { compareFiles, objectsOf } from '../diff/files';
import { compareLive } from '../diff/live';
import type { Files } from '../diff/folder-pairs';
import { clustersIn } from '../diff/folder-pairs';
import { reportOf, toJson } from '../diff/report';
import { toMarkdown, toText } from '../diff/text';
import { connect } from '../kube/connect';
import { list, show } from '../words/phrase';
import { OUTPUT, locate } from '../output/layout';
import { readCommittedDist, readDist } from './dist';
import { listLive } from './cluster';
import { INPUT_FOLDERS, teamFiles } from './fleet-files';
import { effectsOfEdits } from './input-edits';
import { fromSources, tellStale } from './stale-output';
import { rootOf } from './load';
import { pickAll, pickName } from './pick';
import { EXIT, print } from './terminal';
import type { ExitCode } from './terminal';
import { UsageError } from './usage-error';

const RENDER = { text: toText, markdown: toMarkdown, json: toJson };

export interface DiffOptions {
  readonly base?: string;
  readonly live?: true;
  readonly cluster?: string;
  readonly root?: string;
  readonly format: keyof typeof RENDER;
}

/**
 * `diff [team…]`: what applying the committed output will do. It is dist/ that is compared, and not what synth would make
 * of the sources: dist/ is what Argo CD applies, and `synth --check` holds it to the sources.
 */
export async function diff(names: readonly string[], options: DiffOptions): Promise<ExitCode> {
  if ((options.base === undefined) === (options.live === undefined)) throw new UsageError('give --base or --live');
  if (options.cluster !== undefined && options.base !== undefined)
    throw new UsageError('--cluster says which cluster --live looks at; --base compares all of them');
  const root = rootOf(options);
  const now = readDist(join(root, OUTPUT));
  const { comparison, from, effects } =
    options.base === undefined
      ? await compareWithCluster(names, root, now, options.cluster)
      : compareWithBase(names, root, options.base, now);
  const report = reportOf(comparison, { from, to: OUTPUT }, effects);
  print(RENDER[options.format](report));
  return report.loud.length > 0 ? EXIT.loud : EXIT.done;
}

interface Compared {
  readonly comparison: Comparison;
  readonly from: string;
  readonly effects?: readonly Effect[];
}

function compareWithBase(names: readonly string[], root: string, ref: string, now: Files): Compared {
  const base = readCommittedDist(root, ref, now);
  const teams = chosen(names, [...base.keys(), ...now.keys()], root);
  const compare = (from: Files, to: Files): Comparison => compareFiles(from, to, teams);
  const comparison = compare(base, now);
  if (!INPUT_FOLDERS.some((folder) => existsSync(join(root, folder)))) return { comparison, from: ref };
  const made = fromSources(root);
  tellStale(now, made, (path) => names.length === 0 || teams.has(locate(path).team ?? ''));
  if (made === undefined || comparison.changes.length === 0) return { comparison, from: ref, effects: [] };
  const texts = new Map([...made].map(([path, text]) => [path, text.read()]));
  return { comparison, from: ref, effects: effectsOfEdits(root, ref, texts, compare) };
}

async function compareWithCluster(
  names: readonly string[],
  root: string,
  now: Files,
  cluster?: string,
): Promise<Compared> {
  const teams = chosen(names, [...now.keys()], root);
  if (cluster !== undefined) checkCluster(clustersIn(now, teams), cluster);
  const wanted = objectsOf(now, teams, cluster);
  const api = await connect();
  const objects = await listLive(
    api,
    wanted.map(({ object }) => object),
  );
  return { comparison: compareLive(objects, wanted, teams), from: api.server };
}

/** @throws UsageError for a cluster that the output does not know */
function checkCluster(clusters: readonly string[], cluster: string): void {
  if (clusters.length === 0)
    throw new UsageError(
      `--cluster: ${OUTPUT} does not say which cluster a team is on, since it has no index. Leave --cluster out, and give the names of the teams that are on the cluster`,
    );
  pickName('cluster', clusters, cluster, OUTPUT);
}

/** The teams that are named, which must be among those that the output has, or had. */
function chosen(names: readonly string[], paths: readonly string[], root: string): ReadonlySet<string> {
  const teams = [...new Set(paths.flatMap((path) => locate(path).team ?? []))].map((name) => ({ name }));
  const unmade = names.filter((name) => !teams.some((team) => team.name === name) && isTeamFolder(root, name));
  if (unmade.length > 0)
    throw new UsageError(`${OUTPUT} has nothing of team ${list(unmade.map(show), 'and')} yet: run npm run synth`);
  return new Set(pickAll('team', teams, names).map(({ name }) => name));
}

const isTeamFolder = (root: string, name: string): boolean =>
  teamFiles(root).files.some((file) => file.startsWith(`teams/${name}/`));
