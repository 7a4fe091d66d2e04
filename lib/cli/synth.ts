import { join, relative, resolve, sep } from 'node:path';
import type { Fleet } from '../fleet/model';
import { UNCHECKED } from '../fleet/resolve-fleet';
import { list } from '../words/phrase';
import type { Problem } from '../words/problem';
import { InputError, collected, isError, sortProblems } from '../words/problem';
import { OUTPUT, ROOTS, SHARED_PATHS, isOfClusters, pathsOfTeam } from '../output/layout';
import { TeamMaker } from '../output/team-maker';
import { synthFleet } from '../output/synth';
import type { Extensions } from '../output/team/extension';
import { ContentCache } from './content-cache';
import { INPUT_FOLDERS } from './fleet-files';
import { keptTeams } from './kept';
import type { LoadedFleet } from './load';
import { loadSound, rootOf } from './load';
import { KeptOutput } from './kept-output';
import type { Seen } from './kept-output';
import { refuseFile, refuseOutside } from './output-folder';
import { pickAll } from './pick';
import { EXIT, printDone, progress, tellProblems } from './terminal';
import type { ExitCode } from './terminal';
import { UsageError } from './usage-error';
import { settled } from './fleet-code';
import { warningsFor } from './warnings';
import { compareTree, tellDifferences, teamsIn, writeTree } from './tree';

export interface SynthOptions {
  readonly root?: string;
  readonly teamFile?: string;
  readonly out?: string;
  readonly check?: true;
  readonly allowRemoval?: true;
}

/**
 * `synth [team…]`: always the whole fleet, since names must be unique across it; the files of the teams that are named
 * are written, and what all teams share.
 */
export async function synth(names: readonly string[], options: SynthOptions): Promise<ExitCode> {
  const start = process.hrtime.bigint();
  // the cdk8s CLI says by its environment where it wants the output
  const named = options.out ?? process.env.CDK8S_OUTDIR;
  const folder = named ?? join(options.root ?? '.', OUTPUT);
  const out = resolve(folder);
  if (named === undefined) refuseOutside(folder, out, rootOf(options));
  else refuseFile(folder, out);
  refuseInputs(out, options);
  const say = progress();
  const root = rootOf(options);
  // what is checked is made of the files alone
  const cache = options.check ? undefined : ContentCache.of(root);
  const loaded = loadSound(options, undefined, undefined, cache);
  refuseErrors(loaded);
  const { fleet } = loaded;
  const teams = names.length === 0 ? fleet.teams : pickAll('team', fleet.teams, names);
  const made = synthFleet(
    fleet,
    loaded.extensions,
    (team, i) => say(() => `team ${team.name}, ${i} of ${fleet.teams.length}`),
    new TeamMaker(cache && keptTeams(cache, root)),
  );
  await settled();
  tellProblems(warningsFor(teams, fleet, [...loaded.problems, ...made.warnings]));

  const all = names.length === 0 && options.teamFile === undefined;
  // a team file is one team, too: what else the folder holds of other teams and for other clusters stays
  const shared = options.teamFile === undefined ? SHARED_PATHS : [...made.texts.keys()].filter(isOfClusters);
  const managed = all
    ? ROOTS
    : [...shared, ...teams.flatMap(({ name }) => pathsOfTeam(name, clustersBeside(fleet, name)))];
  const texts = new Map(
    [...made.texts].filter(([path]) => managed.some((part) => path === part || path.startsWith(`${part}/`))),
  );
  const files = () => new Map([...texts].map(([path, text]) => [path, text.read()]));
  if (options.check)
    return tellDifferences(
      folder,
      compareTree(out, files(), managed),
      `${folder} is not what synth makes: run npm run synth and commit it`,
    );
  if (all && !options.allowRemoval) refuseRemoval(folder, out, fleet);
  if (all) {
    const seen = ['output', out];
    const output = new KeptOutput(out, cache?.get(...seen) as Seen | undefined);
    output.put(texts);
    cache?.put(output.settled(), ...seen);
  } else writeTree(out, files(), managed);
  const bytes = [...texts.values()].reduce((sum, text) => sum + text.bytes, 0);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  printDone(
    `${teams.length} ${teams.length === 1 ? 'team' : 'teams'}, ${made.objects} objects, ${bytes} bytes, ${seconds.toFixed(1)} s`,
  );
  return EXIT.done;
}

/**
 * A fleet whose files have errors.
 * @param maker makes the teams
 * @throws InputError with every error of the files, and of the output of those teams that have none
 */
export function refuseErrors({ fleet, problems, extensions, isWrong }: LoadedFleet, maker?: TeamMaker): void {
  if (!problems.some(isError)) return;
  const sound = { ...fleet, clusters: fleet.clusters.filter(({ name }) => !isWrong(name)) };
  // one line says what was not checked
  const told = problems.filter((problem) => problem !== UNCHECKED);
  throw new InputError([
    ...sortProblems([...told, ...problemsOfOutput(sound, extensions, maker)]),
    unchecked(sound.teams.map(({ name }) => name)),
  ]);
}

/** What is wrong with the output of the teams whose files are right, where others' are not. */
function problemsOfOutput(sound: Fleet, extensions: Extensions, maker?: TeamMaker): readonly Problem[] {
  const { all, attempt } = collected();
  attempt(() => synthFleet(sound, extensions, undefined, maker));
  return all;
}

/** @param names of the teams whose output was checked */
function unchecked(names: readonly string[]): Problem {
  const [checked, others] =
    names.length === 0
      ? ['what the teams make was not checked', 'It is checked']
      : [
          `only ${names.length === 1 ? 'team' : 'teams'} ${list(names, 'and')} ${names.length === 1 ? 'was' : 'were'} checked`,
          'The other teams are checked',
        ];
  return { file: '', message: `${checked}. ${others} once the errors above are fixed`, severity: 'warning' };
}

/** What is written among the files that are read would be read the next time. @throws UsageError */
function refuseInputs(out: string, where: SynthOptions): void {
  const [folder] = relative(rootOf(where), out).split(sep);
  if (folder === '' || INPUT_FOLDERS.includes(folder ?? ''))
    throw new UsageError(
      `--out ${where.out ?? out} is where teams and stacks are: give the output a folder of its own`,
    );
}

/**
 * Argo CD removes what it no longer finds here. That half of the teams go, or all, is a mistake more often than a plan: a file
 * that was not read, a merge that went wrong.
 * @throws InputError with the teams that would go
 */
export function refuseRemoval(folder: string, out: string, { teams }: Pick<Fleet, 'teams'>): void {
  const before = teamsIn(out);
  const gone = before.filter((name) => !teams.some((team) => team.name === name));
  if (gone.length === 0 || gone.length * 2 < before.length) return;
  throw new InputError([
    {
      file: folder,
      message: `${gone.length} of its ${before.length} teams would go, and with them what they have on their clusters: if that is meant, run synth with --allow-removal`,
      found: list(gone, 'and'),
      severity: 'error',
    },
  ]);
}

/** The clusters of a team beside the one that it names first. */
const clustersBeside = ({ elsewhere }: Fleet, team: string): readonly string[] =>
  elsewhere.filter(({ name }) => name === team).map(({ cluster }) => cluster);
