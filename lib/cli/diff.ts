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
import { shownPlainly } from '../words/hidden';
import { list, listSome, show } from '../words/phrase';
import { OUTPUT, inRepository, locate } from '../output/layout';
import { isRead, readCommittedDist, readDist } from './dist';
import { listLive } from './cluster';
import { INPUT_FOLDERS, teamFiles } from './fleet-files';
import { effectsOfEdits, fromSources } from './input-edits';
import { rootOf } from './load';
import { pickAll, pickName } from './pick';
import { EXIT, print, tell } from './terminal';
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
  const made = hasSources(root) ? fromSources(root) : now;
  tellStale(now, made, compare);
  const isExplained = made !== undefined && made !== now && comparison.changes.length > 0;
  return { comparison, from: ref, effects: isExplained ? effectsOfEdits(root, ref, made, compare) : [] };
}

/** `dist/` alone can be compared, too. */
const hasSources = (root: string): boolean => INPUT_FOLDERS.some((folder) => existsSync(join(root, folder)));

/** @param made what synth makes of the sources; undefined where it refuses them */
function tellStale(now: Files, made: Files | undefined, compare: (from: Files, to: Files) => Comparison): void {
  if (made === undefined)
    return tell(`warning: synth refuses the sources: run npm run synth. This compares ${OUTPUT} as it is`);
  const paths = [...new Set([...now.keys(), ...made.keys()])].filter(
    (path) => isRead(path) && now.get(path) !== made.get(path),
  );
  const differing = (files: Files): Files => new Map([...files].filter(([path]) => paths.includes(path)));
  if (paths.length === 0 || compare(differing(now), differing(made)).changes.length === 0) return;
  const names = listSome(
    paths.sort().map((path) => shownPlainly(inRepository(path))),
    'and',
  );
  tell(
    `warning: ${OUTPUT} is not what synth makes of the sources: run npm run synth, which changes ${names}. This compares ${OUTPUT} as it is`,
  );
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
