import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { loadTeam, notStack } from '../../fleet/formats';
import type { Team } from '../../fleet/model';
import type { TeamProps } from '../../fleet/team';
import { teamText } from '../../fleet/team-text';
import { teamSecrets } from '../../output/secrets/secrets-of';
import { nearest } from '../../words/nearest';
import { tidyPath } from '../../words/path';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { label, pathInside } from '../../words/scalars';
import { loadFleet, loadSound, rootOf } from '../load';
import { pick, unknownName } from '../pick';
import { programIn } from '../program-in';
import { teamFileIn } from '../team-file';
import { EXIT, printDone, tellProblems } from '../terminal';
import type { ExitCode } from '../terminal';
import { UsageError, asTyped } from '../usage-error';
import type { TypedAs } from '../usage-error';
import { warningsFor } from '../warnings';
import { withSchema } from '../with-schema';
import { afterNew, numberedSteps } from './next-steps';
import { taken, throwErrors } from './refusal';
import { starterFile, starterStack } from './starter-stack';

/** The options of `team new`. */
export interface NewTeam {
  readonly cluster: string;
  readonly registry: string;
  readonly namespace?: string;
  readonly tekton?: string;
  readonly stack?: readonly string[];
  readonly root?: string;
}

/** `team new`: the file of a team, and a stack to begin with for each that is named but not there. Nothing is written if these do not go together with the others. */
export function teamNew(name: string, options: NewTeam): ExitCode {
  const root = rootOf(options);
  const kind = teamFileIn(root, name);
  const file = `teams/${name}/${kind}`;
  const stacks = options.stack ?? [starterFile(name)];
  // what is wrong without the team may be right with it: an instance of Tekton needs a first one
  const { teams: others, clusters } = loadSound({ root }).fleet;
  checkCluster(
    options.cluster,
    clusters.map((cluster) => cluster.name),
  );
  const props = {
    name,
    namespace: options.namespace ?? `team-${name}`,
    cluster: options.cluster,
    ...(options.tekton !== undefined && { tekton: options.tekton }),
    imageRegistry: options.registry,
    stacks: [...stacks],
    ...platformOf(others),
    ...orchestratorOf(others.filter(({ cluster }) => cluster === options.cluster)),
  };
  const starters = new Map(
    stacks.filter((path) => !existsSync(join(root, path))).map((path) => [path, starterStack(basename(path, '.yaml'))]),
  );
  const { fleet, problems } = asTyped(typedAs(options), file, () => {
    throwErrors([
      ...taken(root, name, file),
      ...loadTeam({ file, props }).problems,
      ...wrongStacks(root, file, stacks, others),
    ]);
    return loadFleet({ root }, starters, [{ file, props }]);
  });
  const files = new Map([[file, teamText(kind, props)], ...starters]);
  const program = programIn(root);
  for (const [path, text] of files) write(join(root, path), withSchema(program, path, text));
  const team = pick('team', fleet.teams, name);
  tellProblems(warningsFor([team], fleet, problems));
  const steps = numberedSteps(afterNew(team, teamSecrets(team)));
  printDone([...[...files.keys()].map((path) => `wrote ${path}`), ...steps].join('\n'));
  return EXIT.done;
}

/** A cluster needs no file, so any name may be meant; one that is nearly another is more likely a slip. */
function checkCluster(cluster: string, known: readonly string[]): void {
  if (known.includes(cluster) || nearest(cluster, known) === undefined) return;
  const [reason] = unknownName('cluster', known, cluster).reasons;
  throw new UsageError(
    `--cluster: ${reason} If it is another cluster, write clusters/${cluster}.yaml first: name: ${cluster}`,
  );
}

/** What is not given is made of the name. */
const typedAs = ({ namespace, stack }: NewTeam): TypedAs => ({
  tekton: '--tekton',
  name: 'name',
  namespace: namespace === undefined ? 'name' : '--namespace',
  cluster: '--cluster',
  imageRegistry: '--registry',
  stacks: stack === undefined ? 'name' : '--stack',
});

/** Stacks that are no files of stacks/, and those of other teams. */
function wrongStacks(root: string, file: string, stacks: readonly string[], others: readonly Team[]): Problem[] {
  return stacks.flatMap((path): Problem[] => {
    const owner = others.find((team) => team.stacks.some((stack) => stack.file === path));
    if (owner !== undefined)
      return [{ file, path: 'stacks', message: `${path} is listed by team ${owner.name} already`, severity: 'error' }];
    const message = wrongPath(root, path);
    if (message === undefined) return [];
    const [stem] = basename(path).split('.');
    const suggestion = `stacks/${stem}.yaml`;
    return [
      {
        file,
        path: 'stacks',
        message,
        found: show(path),
        expected: 'a file such as stacks/checkout.yaml',
        ...(label.safeParse(stem).success && isStackPath(suggestion) && { suggestion }),
        severity: 'error',
      },
    ];
  });
}

/** What is wrong with a path at which a stack is, or is to be written. */
function wrongPath(root: string, path: string): string | undefined {
  if (pathInside.safeParse(path).success && statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory())
    return 'is a folder, not a stack';
  return notStack(path) ?? (isStackPath(path) ? undefined : 'is not a file of stacks/');
}

const isStackPath = (path: string): boolean =>
  pathInside.safeParse(path).success &&
  path.startsWith('stacks/') &&
  path.endsWith('.yaml') &&
  !basename(path).startsWith('.') &&
  notStack(path) === undefined &&
  tidyPath(path) === path;

/** What all teams of a repository say of it, this one will, too. */
function platformOf(teams: readonly Team[]): Pick<TeamProps, 'platform'> {
  const [platform, ...others] = new Set(teams.map(({ platform: { repoURL } }) => repoURL));
  return platform === undefined || others.length > 0 ? {} : { platform: { repoURL: platform } };
}

/** The image that all teams of its cluster name, which its nodes can pull. */
function orchestratorOf(teams: readonly Team[]): Pick<TeamProps, 'orchestrator'> {
  const [image, ...others] = new Set(teams.map(({ orchestrator }) => orchestrator.image));
  return image === undefined || others.length > 0 ? {} : { orchestrator: { image } };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
