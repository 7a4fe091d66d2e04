import { dump } from 'js-yaml';
import { isMapping } from '../words/mapping';
import { tidyPath } from '../words/path';
import { HOOKS } from '../fleet/stack';
import type { TeamProps } from '../fleet/team';
import { InputError } from '../words/problem';
import type { Carried, LeftBehind } from './carry';
import { REGISTRY, VERSIONS, checkOriginal } from './check';
import { readValue, readValues } from './read-value';
import { carryStack } from './stack';
import type { TeamFile } from '../fleet/team-text';
import { teamText } from '../fleet/team-text';
import type { TeamSettings } from './team-settings';
import { readTeamSettings } from './team-settings';

/** A repository of the original's kind: text by path. */
export type Original = ReadonlyMap<string, string>;

/** What becomes of a repository of the original's kind. */
export interface Imported {
  /** Text by path, to be written here. */
  readonly files: ReadonlyMap<string, string>;
  /** What those of teams say, whether they are modules or data. */
  readonly teams: ReadonlyMap<string, TeamProps>;
  readonly carried: readonly Carried[];
  readonly left: readonly LeftBehind[];
  /** Settings that came along and that somebody should look at: the same form, with what to know of them. */
  readonly notes: readonly LeftBehind[];
}

/**
 * Teams, the stacks that they or the registry name, the registry and the versions of their apps, as they are written here.
 * @param teamFile how the team of a folder of teams/ is written
 * @throws InputError with every place where a file cannot be read
 */
export function importOriginal(original: Original, teamFile: (folder: string) => TeamFile = () => 'team.ts'): Imported {
  const problems = [...original].flatMap(([file, text]) => checkOriginal(file, text));
  if (problems.length > 0) throw new InputError(problems);
  const left: LeftBehind[] = [];
  const repos = mappingAt(original, REGISTRY, 'repos');
  const registered = new Set(
    Object.values(repos).flatMap((entry) =>
      isMapping(entry) && typeof entry.stack === 'string' ? [tidyPath(`stacks/${entry.stack}`)] : [],
    ),
  );
  const teams = readTeams(original);
  left.push(...teams.flatMap((team) => team.left));
  const placed = place(original, teams, [...registered], left);

  const files = new Map<string, string>();
  for (const file of placed.flatMap(({ stacks }) => stacks)) {
    const stack = carryStack(file, original.get(file)!);
    files.set(file, stack.text);
    left.push(...stack.left);
  }
  const written = new Map<string, TeamProps>();
  for (const { folder, props, stacks } of placed) {
    const kind = teamFile(folder);
    const team = { ...props, stacks: [...stacks] };
    written.set(`teams/${folder}/${kind}`, team);
    files.set(`teams/${folder}/${kind}`, teamText(kind, team));
    const versions = versionsOf(original, appsOf(files, stacks));
    if (versions !== undefined) files.set(`teams/${folder}/versions.yaml`, versions);
  }
  const registry = registryOf(original, repos, files);
  if (registry !== undefined) files.set(REGISTRY, registry);
  return {
    files,
    teams: written,
    carried: unique(teams.flatMap((team) => team.carried)),
    left: unique([...left, ...leftOf(original, files)]),
    notes: placed.flatMap(({ folder, props }) => backendNote(`teams/${folder}/${teamFile(folder)}`, props)),
  };
}

/** What docs/backends.md says of the backends of the original, which nobody has tried here. */
const UNTRIED: Readonly<Record<string, string>> = {
  mirrord: 'the mirrord operator, which takes a licence,',
  telepresence: 'the Telepresence traffic manager, 2.25 or later, a ServiceAccount telepresence-client',
};

function backendNote(file: string, { interceptBackend }: TeamProps): readonly LeftBehind[] {
  const needs = interceptBackend && UNTRIED[interceptBackend];
  if (!needs) return [];
  const why = `not tried here and needs ${needs} and Pod Security privileged; remove the line to use the router`;
  return [{ file, path: `interceptBackend: ${interceptBackend}`, why }];
}

/** A team of the original, by its folder of teams/. */
interface OriginalTeam extends TeamSettings {
  readonly folder: string;
}

function readTeams(original: Original): readonly OriginalTeam[] {
  const paths = [...original.keys()].map((path) => path.split('/'));
  const folders = paths.flatMap(([top, folder, file, ...more]) =>
    top === 'teams' && ['team.yaml', 'values.yaml'].includes(`${file}`) && more.length === 0 ? [`${folder}`] : [],
  );
  const chart = paths.find(([top, , file, ...more]) => top === 'helm' && file === 'values.yaml' && more.length === 0);
  return [...new Set(folders)]
    .sort()
    .map((folder) => ({ folder, ...readTeamSettings(folder, original, chart?.join('/')) }));
}

/**
 * The stacks that come along, each in one team: the first that lists it. The original gave every team every stack of the
 * registry, so those that no team lists go to the only team.
 */
function place(
  original: Original,
  teams: readonly OriginalTeam[],
  registered: readonly string[],
  left: LeftBehind[],
): readonly { readonly folder: string; readonly props: TeamProps; readonly stacks: readonly string[] }[] {
  const owners = new Map<string, string>();
  const placed = teams.map(({ folder, props }) => {
    const from = original.has(`teams/${folder}/team.yaml`)
      ? `teams/${folder}/team.yaml`
      : `teams/${folder}/values.yaml`;
    const stacks = [...new Set(props.stacks.map(tidyPath))].filter((file) => exists(original, file, from, left));
    const own = stacks.filter((file) => !owners.has(file));
    for (const file of stacks.filter((one) => owners.has(one)))
      left.push({
        file: from,
        path: file,
        why: `team ${owners.get(file)} lists it, too, and has it now: here a stack, with its repositories, is in one team`,
      });
    for (const file of own) owners.set(file, folder);
    return { folder, props, stacks: own, from };
  });
  const loose = registered.filter((file) => !owners.has(file) && exists(original, file, REGISTRY, left));
  const [only, ...others] = placed;
  if (only !== undefined && others.length === 0) return [{ ...only, stacks: [...only.stacks, ...loose] }];
  const why =
    only === undefined
      ? 'there is no team that it could go to: `npx tekton-dag team new` makes one'
      : 'no team lists it, and there are several that could: list it in stacks of one';
  left.push(...loose.map((file) => ({ file, why })));
  const empty = placed.filter(({ stacks }) => stacks.length === 0);
  left.push(...empty.map(({ folder, from }) => ({ file: from, why: `team ${folder} has no stack of its own` })));
  return placed.filter((team) => !empty.includes(team));
}

/** The entries of the registry whose stacks came along; the whole file, with its comments, where all of them did. */
function registryOf(
  original: Original,
  repos: Readonly<Record<string, unknown>>,
  files: ReadonlyMap<string, string>,
): string | undefined {
  const carried = Object.entries(repos).filter(
    ([, entry]) => isMapping(entry) && files.has(tidyPath(`stacks/${String(entry.stack)}`)),
  );
  if (carried.length === 0) return undefined;
  return carried.length === Object.keys(repos).length
    ? original.get(REGISTRY)
    : dump({ repos: Object.fromEntries(carried) }, { lineWidth: -1 });
}

/** What several teams have from the chart is told once. */
const unique = <T>(items: readonly T[]): readonly T[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

const mappingAt = (original: Original, file: string, key: string): Readonly<Record<string, unknown>> => {
  const value = readValue({ file, text: original.get(file) ?? '' });
  return mapping(mapping(value)[key]);
};

function exists(original: Original, file: string, from: string, left: LeftBehind[]): boolean {
  if (original.has(file)) return true;
  left.push({ file: from, path: file, why: 'there is no such file' });
  return false;
}

const appsOf = (files: ReadonlyMap<string, string>, stacks: readonly string[]): ReadonlySet<string> =>
  new Set(
    stacks.flatMap((file) =>
      items(mapping(readValue({ file, text: files.get(file)! })).apps).flatMap(({ name }) =>
        typeof name === 'string' ? [name] : [],
      ),
    ),
  );

function versionsOf(original: Original, apps: ReadonlySet<string>): string | undefined {
  const all = Object.entries(mappingAt(original, VERSIONS, 'apps'));
  const own = all.filter(([app]) => apps.has(app));
  // with its comments, as the registry
  if (own.length === all.length && own.length > 0) return original.get(VERSIONS);
  return own.length === 0 ? undefined : dump({ apps: Object.fromEntries(own) }, { forceQuotes: true });
}

/** Files and entries of which nothing came here. */
function leftOf(original: Original, files: ReadonlyMap<string, string>): readonly LeftBehind[] {
  const apps = appsOf(
    files,
    [...files.keys()].filter((file) => file.startsWith('stacks/') && file !== REGISTRY),
  );
  return [
    ...[...original.keys()]
      .filter((file) => isStack(file) && !files.has(file))
      .map((file) => ({ file, why: 'no team lists it, and the registry does not name it' })),
    ...Object.keys(mappingAt(original, VERSIONS, 'apps'))
      .filter((app) => !apps.has(app))
      .map((app) => ({ file: VERSIONS, path: `apps.${app}`, why: 'no stack that came here has this app' })),
    ...Object.entries(mappingAt(original, REGISTRY, 'repos'))
      .filter(([, entry]) => !isMapping(entry) || !files.has(tidyPath(`stacks/${String(entry.stack)}`)))
      .map(([repo]) => ({ file: REGISTRY, path: `repos.${repo}`, why: 'its stack did not come here' })),
    ...[...original.keys()]
      .filter((file) => /^teams\/.*\.yml$/.test(file))
      .map((file) => ({ file, why: 'the original reads no file of that name: team.yaml and values.yaml are its own' })),
    ...[...original.keys()].filter(isOwnTask).map((file) => ({
      file,
      why: 'a Task of your own: apply it to the namespace of the team, and name it in hooks of a stack',
    })),
    ...[...original].flatMap(([file, text]) => (file.startsWith('pipeline/') ? hooksIn(file, text) : [])),
  ];
}

const isStack = (file: string): boolean => file.startsWith('stacks/') && file !== REGISTRY && file !== VERSIONS;

/** Every Task that the original comes with. */
const TASKS = [
  'build-app',
  'build-compile-composer',
  'build-compile-gradle',
  'build-compile-maven',
  'build-compile-npm',
  'build-compile-pip',
  'build-containerize',
  'build-select-tool-apps',
  'cleanup-stack',
  'clone-app-repos',
  'deploy-full-stack',
  'deploy-intercept',
  'deploy-intercept-mirrord',
  'deploy-intercepts-result',
  'post-pr-comment',
  'pr-snapshot-tag',
  'query-test-plan',
  'resolve-stack',
  'run-stack-tests',
  'tag-release-images',
  'validate-original-traffic',
  'validate-propagation',
  'version-bump',
];
const isOwnTask = (file: string): boolean =>
  file.startsWith('tasks/') && !TASKS.some((task) => file === `tasks/${task}.yaml`);

/** Hooks were params of a Pipeline; somebody may have given them a default. */
const hooksIn = (file: string, text: string): readonly LeftBehind[] =>
  readValues({ file, text })
    .flatMap((pipeline) => items(mapping(mapping(pipeline).spec).params))
    .flatMap(({ name, default: task }) => {
      const hook = HOOKS.find((known) => name === `${known}-task`);
      return hook === undefined || typeof task !== 'string' || task === ''
        ? []
        : [{ file, path: `${hook}-task`, why: `hooks are named by stacks: hooks.${hook}: ${task}` }];
    });

const mapping = (value: unknown): Readonly<Record<string, unknown>> => (isMapping(value) ? value : {});
const items = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isMapping) : [];
