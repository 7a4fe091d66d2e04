import { dump } from 'js-yaml';
import { isMapping } from '../words/mapping';
import { tidyPath } from '../words/path';
import { HOOKS } from '../fleet/stack';
import type { TeamProps } from '../fleet/team';
import type { LeftBehind } from './carry';
import { readValue, readValues } from './read-value';
import { carryStack } from './stack';
import { teamModule } from '../fleet/team-module';
import { readTeamSettings } from './team-settings';

/** A repository of the original's kind: text by path. */
export type Original = ReadonlyMap<string, string>;

/** What becomes of a repository of the original's kind. */
export interface Imported {
  /** Text by path, to be written here. */
  readonly files: ReadonlyMap<string, string>;
  readonly left: readonly LeftBehind[];
}

const REGISTRY = 'stacks/registry.yaml';
const VERSIONS = 'stacks/versions.yaml';

/**
 * Teams, the stacks that they or the registry name, the registry and the versions of their apps, as they are written here.
 * @throws InputError where a file is no YAML
 */
export function importOriginal(original: Original): Imported {
  const left: LeftBehind[] = [];
  const repos = mappingAt(original, REGISTRY, 'repos');
  const registered = [
    ...new Set(
      Object.values(repos).flatMap((entry) =>
        isMapping(entry) && typeof entry.stack === 'string' ? [tidyPath(`stacks/${entry.stack}`)] : [],
      ),
    ),
  ];
  const teams = readTeams(original, left).map((team) => ({
    ...team,
    stacks: team.stacks.filter((file) => exists(original, file, `teams/${team.name}`, left)),
  }));
  const listed = new Set(teams.flatMap(({ stacks }) => stacks));
  // the original gave every team every stack of the registry; here a stack is in one
  const loose = registered.filter((file) => !listed.has(file) && exists(original, file, REGISTRY, left));
  const only = teams.length === 1 ? teams[0] : undefined;
  if (only === undefined)
    left.push(
      ...loose.map((file) => ({
        file,
        why: 'no team lists it, and there are several that could: list it in stacks of one',
      })),
    );
  const placed = only === undefined ? teams : [{ ...only, stacks: [...only.stacks, ...loose] }];

  const files = new Map<string, string>();
  for (const file of new Set(placed.flatMap(({ stacks }) => stacks))) {
    const stack = carryStack(file, original.get(file)!);
    files.set(file, stack.text);
    left.push(...stack.left);
  }
  for (const team of placed) {
    files.set(`teams/${team.name}/team.ts`, teamModule(team));
    const versions = versionsOf(original, appsOf(files, team.stacks));
    if (versions !== undefined) files.set(`teams/${team.name}/versions.yaml`, versions);
  }
  const carried = Object.entries(repos).filter(
    ([, entry]) => isMapping(entry) && files.has(tidyPath(`stacks/${String(entry.stack)}`)),
  );
  const isWhole = carried.length === Object.keys(repos).length;
  if (carried.length > 0)
    files.set(
      REGISTRY,
      isWhole ? original.get(REGISTRY)! : dump({ repos: Object.fromEntries(carried) }, { lineWidth: -1 }),
    );
  return { files, left: [...left, ...leftOf(original, files)] };
}

function readTeams(original: Original, left: LeftBehind[]): readonly TeamProps[] {
  const names = [
    ...new Set([...original.keys()].flatMap((path) => /^teams\/([^/]+)\/(?:team|values)\.yaml$/.exec(path)?.[1] ?? [])),
  ].sort();
  const chart = [...original.keys()].find((path) => /^helm\/[^/]+\/values\.yaml$/.test(path));
  return names.map((name) => {
    const read = readTeamSettings(name, original, chart);
    left.push(...read.left);
    return read.props;
  });
}

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
  const own = Object.entries(mappingAt(original, VERSIONS, 'apps')).filter(([app]) => apps.has(app));
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
    ...[...original.keys()].filter(isOwnTask).map((file) => ({
      file,
      why: 'a Task of your own: apply it to the namespace of the team, and name it in hooks of a stack',
    })),
    ...[...original].flatMap(([file, text]) => (file.startsWith('pipeline/') ? hooksIn(file, text) : [])),
  ];
}

const isStack = (file: string): boolean =>
  /^stacks\/[^/]+\.ya?ml$/.test(file) && file !== REGISTRY && file !== VERSIONS;

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
  /^tasks\/[^/]+\.yaml$/.test(file) && !TASKS.some((task) => file === `tasks/${task}.yaml`);

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
