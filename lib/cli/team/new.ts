import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { loadTeam, notStack } from '../../fleet/formats';
import type { Team } from '../../fleet/model';
import type { TeamProps } from '../../fleet/team';
import { teamModule } from '../../fleet/team-module';
import { requiredSecrets } from '../../output/team/secrets';
import { tidyPath } from '../../words/path';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { label, pathInside } from '../../words/scalars';
import { loadFleet, rootOf } from '../load';
import { pick } from '../pick';
import { EXIT, print } from '../terminal';
import type { ExitCode } from '../terminal';
import { afterNew, numberedSteps } from './next-steps';
import { inputError, throwErrors } from './refusal';
import { starterStack } from './starter-stack';

/** The options of `team new`. */
export interface NewTeam {
  readonly cluster: string;
  readonly registry: string;
  readonly namespace?: string;
  readonly stack?: readonly string[];
  readonly root?: string;
}

/** `team new`: a team.ts, and a stack to begin with for each that is named but not there. */
export function teamNew(name: string, options: NewTeam): ExitCode {
  const root = rootOf(options);
  const file = `teams/${name}/team.ts`;
  if (existsSync(join(root, 'teams', name))) throw inputError(`teams/${name}`, 'is there already');
  const stacks = options.stack ?? [`stacks/${name}.yaml`];
  const props = {
    name,
    namespace: options.namespace ?? `team-${name}`,
    cluster: options.cluster,
    imageRegistry: options.registry,
    stacks: [...stacks],
    ...platformOf(root),
  };
  throwErrors([...loadTeam({ file, props }).problems, ...wrongStacks(root, file, stacks)]);
  const files = new Map([
    [file, teamModule(props)],
    ...stacks
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => [path, starterStack(basename(path, '.yaml'))] as const),
  ]);
  for (const [path, text] of files) write(join(root, path), text);
  const team = pick('team', loadOrRemove(root, [...files.keys()]), name);
  const secrets = team.secrets.backend === 'existing' ? requiredSecrets(team).filter(({ optional }) => !optional) : [];
  print([...[...files.keys()].map((path) => `wrote ${path}`), ...numberedSteps(afterNew(team, secrets))].join('\n'));
  return EXIT.done;
}

/** The teams with the new one; if they do not go together, what was written for it is removed again. */
function loadOrRemove(root: string, written: readonly string[]): readonly Team[] {
  try {
    return loadFleet({ root }).fleet.teams;
  } catch (error) {
    for (const path of written) rmSync(join(root, path));
    for (const folder of written.map(dirname).filter((path) => readdirSync(join(root, path)).length === 0))
      rmSync(join(root, folder), { recursive: true, force: true });
    throw error;
  }
}

/** Stacks that are no files of stacks/, and those of other teams. */
function wrongStacks(root: string, file: string, stacks: readonly string[]): Problem[] {
  const teams = existsSync(join(root, 'teams')) ? loadFleet({ root }).fleet.teams : [];
  return stacks.flatMap((path): Problem[] => {
    const owner = teams.find((team) => team.stacks.some((stack) => stack.file === path));
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
  return notStack(path) ?? (isStackPath(path) ? undefined : 'is no file of stacks/');
}

const isStackPath = (path: string): boolean =>
  pathInside.safeParse(path).success &&
  path.startsWith('stacks/') &&
  path.endsWith('.yaml') &&
  !basename(path).startsWith('.') &&
  notStack(path) === undefined &&
  tidyPath(path) === path;

/** What all teams of a repository say of it, this one will, too. */
function platformOf(root: string): Pick<TeamProps, 'platform'> {
  const teams = existsSync(join(root, 'teams')) ? loadFleet({ root }).fleet.teams : [];
  const [platform, ...others] = new Set(teams.map(({ platform: { repoURL } }) => repoURL));
  return platform === undefined || others.length > 0 ? {} : { platform: { repoURL: platform } };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
