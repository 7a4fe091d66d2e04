import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { dump } from 'js-yaml';
import { loadRegistry, loadTeam } from '../fleet/formats';
import type { Team } from '../fleet/model';
import { InputError } from '../words/problem';
import type { Problem } from '../words/problem';
import { registered } from '../fleet/registry-team';
import type { TeamProps } from '../fleet/team';
import { keyOf } from '../kube/manifest';
import type { Manifest } from '../kube/manifest';
import { afterNew, afterRename, afterRetire, renamed } from './next-steps';
import { starterStack } from '../fleet/starter-stack';
import { teamModule } from '../fleet/team-module';
import { requiredSecrets } from '../output/team/secrets';
import { teamParts } from '../output/team/team-parts';
import { loadFleet, pick, rootOf } from './load';
import { EXIT, print } from './terminal';
import type { ExitCode } from './terminal';

/** How teams come and go: files are changed here, and what is left to people is said in its order. */

const REGISTRY = 'stacks/registry.yaml';

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
  if (existsSync(join(root, 'teams', name))) throw failed(`teams/${name}`, 'is there already');
  const stacks = options.stack ?? [`stacks/${name}.yaml`];
  const props = {
    name,
    namespace: options.namespace ?? `team-${name}`,
    cluster: options.cluster,
    imageRegistry: options.registry,
    stacks: [...stacks],
    ...platformOf(root),
  };
  refuse(loadTeam({ file, props }).problems);
  const files = new Map([
    [file, teamModule(props)],
    ...stacks
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => [path, starterStack(basename(path, '.yaml'))] as const),
  ]);
  for (const [path, text] of files) write(join(root, path), text);
  const team = pick('team', loadFleet({ root }).fleet.teams, name);
  const secrets = team.secrets.backend === 'existing' ? requiredSecrets(team).filter(({ optional }) => !optional) : [];
  print([...[...files.keys()].map((path) => `wrote ${path}`), ...numbered(afterNew(team, secrets))].join('\n'));
  return EXIT.done;
}

/** What all teams of a repository say of it, this one will, too. */
function platformOf(root: string): Pick<TeamProps, 'platform'> {
  const teams = existsSync(join(root, 'teams')) ? loadFleet({ root }).fleet.teams : [];
  const [platform, ...others] = new Set(teams.map(({ platform: { repoURL } }) => repoURL));
  return platform === undefined || others.length > 0 ? {} : { platform: { repoURL: platform } };
}

/** `team rename`: the folder and the name; namespaces keep theirs. */
export function teamRename(from: string, to: string, options: { readonly root?: string }): ExitCode {
  const root = rootOf(options);
  const { fleet, customize } = loadFleet({ root });
  const team = pick('team', fleet.teams, from);
  if (existsSync(join(root, 'teams', to))) throw failed(`teams/${to}`, 'is there already');
  refuse(
    loadTeam({
      file: `teams/${to}/team.ts`,
      props: {
        name: to,
        namespace: team.namespace,
        cluster: team.cluster,
        imageRegistry: team.imageRegistry,
        stacks: team.stacks.map(({ file }) => file),
      },
    }).problems,
  );
  // without platform.repoURL there are no applications, and whoever applies by hand deletes nothing
  if (team.platform.repoURL !== undefined && team.removal !== 'orphan') {
    throw failed(
      team.file,
      `with removal: '${team.removal}' Argo CD would delete what the team has while it makes it anew: say removal: 'orphan', synth, commit, and when that is applied rename`,
    );
  }
  const text = renamed(readFileSync(join(root, team.file), 'utf8'), from, to);
  if (text === undefined)
    throw failed(team.file, `does not say name: '${from}' in so many words: rename it and its folder by hand`);
  renameSync(join(root, dirname(team.file)), join(root, 'teams', to));
  const file = `teams/${to}/${basename(team.file)}`;
  writeFileSync(join(root, file), text);
  const stays = { ...team, name: to, file };
  print(
    [
      `renamed ${dirname(team.file)} to teams/${to}`,
      ...numbered(afterRename(stays, from, leftOver(team, stays, customize.get(from)))),
    ].join('\n'),
  );
  return EXIT.done;
}

/** What only the former of two teams has, as `kubectl delete` takes it. */
function leftOver(before: Team, after: Team, customize: Parameters<typeof teamParts>[1]): readonly string[] {
  const objects = (team: Team): Manifest[] => teamParts(team, customize).flatMap((part) => part.objects);
  const kept = new Set(objects(after).map(keyOf));
  return objects(before)
    .filter((object) => !kept.has(keyOf(object)))
    .map(
      ({ kind, metadata: { name, namespace } }) =>
        `${kind.toLowerCase()} ${name}${namespace === undefined ? '' : ` --namespace ${namespace}`}`,
    );
}

/** `team retire`: the team's folder, the stacks that only it has, and what the registry says of these. */
export function teamRetire(name: string, options: { readonly root?: string; readonly dryRun?: true }): ExitCode {
  const root = rootOf(options);
  const { teams } = loadFleet({ root }).fleet;
  const team = pick('team', teams, name);
  const own = team.stacks
    .map(({ file }) => file)
    .filter((file) => !teams.some((other) => other !== team && other.stacks.some((stack) => stack.file === file)));
  const removed = [dirname(team.file), ...own];
  const repos = registeredTo(root, new Set(own));
  if (!options.dryRun) {
    for (const path of removed) rmSync(join(root, path), { recursive: true });
    if (repos.gone.length > 0) writeFileSync(join(root, REGISTRY), dump({ repos: repos.kept }, { lineWidth: -1 }));
  }
  const verb = options.dryRun ? 'would remove' : 'removed';
  print(
    [
      ...removed.map((path) => `${verb} ${path}`),
      ...repos.gone.map((repo) => `${verb} ${repo} from ${REGISTRY}`),
      ...numbered(afterRetire(team)),
    ].join('\n'),
  );
  return EXIT.done;
}

function registeredTo(
  root: string,
  stacks: ReadonlySet<string>,
): { readonly kept: object; readonly gone: readonly string[] } {
  if (!existsSync(join(root, REGISTRY))) return { kept: {}, gone: [] };
  const registry = loadRegistry({ file: REGISTRY, text: readFileSync(join(root, REGISTRY), 'utf8') });
  const gone = [...registered(registry)].filter(([, file]) => stacks.has(file)).map(([repo]) => repo);
  return {
    kept: Object.fromEntries(Object.entries(registry.value?.repos ?? {}).filter(([repo]) => !gone.includes(repo))),
    gone,
  };
}

const numbered = (steps: readonly string[]): readonly string[] => [
  '',
  'Next:',
  ...steps.map((step, i) => `  ${i + 1}. ${step}`),
];
const failed = (file: string, message: string): InputError => new InputError([{ file, message, severity: 'error' }]);

function refuse(problems: readonly Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new InputError(errors);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
