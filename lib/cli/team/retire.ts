import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDocument } from 'yaml';
import type { Team } from '../../fleet/model';
import { loadRegistry } from '../../fleet/formats';
import { registeredStacks } from '../../fleet/registry-team';
import { loadFleet, rootOf } from '../load';
import { pick } from '../pick';
import { EXIT, print, printDone } from '../terminal';
import type { ExitCode } from '../terminal';
import { afterRetire, numberedSteps } from './next-steps';
import { throwErrors } from './refusal';
import { readText } from '../read-text';

const REGISTRY = 'stacks/registry.yaml';

/** The options of `team retire`. */
interface RetireOptions {
  readonly root?: string;
  readonly dryRun?: true;
  readonly force?: true;
}

/** `team retire`: the team's folder, the stacks that only it has, and what the registry says of these. */
export function teamRetire(name: string, options: RetireOptions): ExitCode {
  const root = rootOf(options);
  const { teams } = loadFleet({ root }).fleet;
  const team = pick('team', teams, name);
  const own = team.stacks
    .map(({ file }) => file)
    .filter((file) => !teams.some((other) => other !== team && other.stacks.some((stack) => stack.file === file)));
  const removed = [dirname(team.file), ...own];
  const repos = registeredTo(root, new Set(own));
  if (!options.dryRun) {
    if (!options.force) refuseUncommitted(root, [...removed, ...(repos.length > 0 ? [REGISTRY] : [])]);
    for (const path of removed) rmSync(join(root, path), { recursive: true });
    if (repos.length > 0) removeFromRegistry(root, repos);
  }
  const verb = options.dryRun ? 'would remove' : 'removed';
  (options.dryRun ? print : printDone)(
    [
      ...removed.map((path) => `${verb} ${path}`),
      ...repos.map((repo) => `${verb} ${repo} from ${REGISTRY}`),
      ...leftManifests(root, team, teams).map(
        (file) => `${options.dryRun ? 'would leave' : 'left'} ${file}: no stack of another team names it`,
      ),
      ...numberedSteps(afterRetire(team, teams.length)),
    ].join('\n'),
  );
  return EXIT.done;
}

/** Files of Deployments that only stacks of this team name. A person may have them in use elsewhere. */
function leftManifests(root: string, team: Team, teams: readonly Team[]): readonly string[] {
  const named = (of: readonly Team[]): readonly string[] =>
    of.flatMap(({ stacks }) => stacks.flatMap(({ apps }) => apps.flatMap(({ deploy }) => deploy?.manifests ?? [])));
  const elsewhere = new Set(named(teams.filter((other) => other !== team)));
  return [...new Set(named([team]))].filter((file) => !elsewhere.has(file) && existsSync(join(root, file))).sort();
}

/** @throws InputError with each file that Git could not give back; outside of a repository there is nothing to compare with */
function refuseUncommitted(root: string, paths: readonly string[]): void {
  const { status, stdout } = spawnSync(
    'git',
    ['-C', root, 'status', '--porcelain', '-z', '--ignored', '--untracked-files=all', '--', ...paths],
    { encoding: 'utf8' },
  );
  if (status !== 0) return;
  // `XY path`, and after a rename the former path alone
  const files = stdout.split('\0').flatMap((line) => (line.charAt(2) === ' ' ? [line.slice(3)] : []));
  throwErrors(
    files.map((file) => ({
      file,
      message: 'is not committed, so nothing would bring it back: commit it, or retire the team with --force',
      severity: 'error',
    })),
  );
}

const registeredTo = (root: string, stacks: ReadonlySet<string>): readonly string[] =>
  existsSync(join(root, REGISTRY))
    ? [...registeredStacks(loadRegistry({ file: REGISTRY, text: readText(join(root, REGISTRY), REGISTRY) }))]
        .filter(([, file]) => stacks.has(file))
        .map(([repo]) => repo)
    : [];

/** Everything else in the file stays as a person wrote it. */
function removeFromRegistry(root: string, repos: readonly string[]): void {
  const document = parseDocument(readText(join(root, REGISTRY), REGISTRY));
  for (const repo of repos) document.deleteIn(['repos', repo]);
  writeFileSync(join(root, REGISTRY), document.toString({ lineWidth: 0 }));
}
