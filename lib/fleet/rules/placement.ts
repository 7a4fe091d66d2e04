import type { TeamReading } from '../reading';
import { isForeignNamespace, isSystemNamespace } from '../model';
import type { App, Stack, Team } from '../model';
import { RUN_MINUTES, imagePath } from '../../words/names';
import { knownHint } from '../../words/nearest';
import { list, show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { isObject } from '../../words/mapping';
import type { Document, Path } from '../document';
import { checkBuildVariables } from './build-variables';
import { aboveQuota } from './quota';
import { checkServing } from './serving';
import { foreignNamespace, isLocal } from './team';
import { CATALOGUE_HOOKS, HOOKS } from '../stack';
import type { Toolchain, VersionKey } from '../toolchains';
import { imageKey, toolchainNamed, versionsOf } from '../toolchains';

/** What becomes of a team's stacks where it puts them: what will not work there, or will not be read. */
export function checkPlacement(reading: TeamReading): Problem[] {
  return [
    ...foreignNamespaces(reading),
    ...appsWithoutDigest(reading),
    ...reading.stacks.flatMap(({ stack, document }) => [
      ...checkStackOfTeam(reading.team, stack, document),
      ...unknownHooks(reading.team, stack, document),
    ]),
    ...[reading.team, ...reading.elsewhere].flatMap((team) =>
      reading.stacks.flatMap(({ stack, document }) => [
        ...severalPlatforms(team, stack, document),
        ...stack.apps.flatMap((app, index) => aboveQuota(team, app, index, document)),
      ]),
    ),
    ...localRegistries(reading),
    ...unusedTasks(reading),
    ...checkServing(reading),
  ];
}

/** A run of the first cluster pushes to a registry that a node of another would look for in itself. */
const localRegistries = ({ elsewhere, document }: TeamReading): Problem[] =>
  elsewhere.flatMap(({ cluster, stacks }) => {
    const registry = stacks.map(({ registry }) => registry.pull).find(isLocal);
    return registry === undefined
      ? []
      : [
          document.warning(
            ['clusters'],
            `nodes of cluster ${cluster} cannot pull from ${registry}, which to each of them is itself; say in imageRegistry of clusters/${cluster}.yaml where they find the images`,
          ),
        ];
  });

/** Once for each namespace; the team's own has been told. */
function foreignNamespaces({ team, document, stacks }: TeamReading): Problem[] {
  return team.environments
    .filter((namespace) => namespace !== team.namespace && isForeignNamespace(namespace))
    .map((namespace) => {
      const stack = stacks.find(({ stack: { environment } }) => environment === namespace);
      const [where, path] =
        team.environment.namespace === undefined && stack
          ? ([stack.document, ['defaults', 'namespace']] as const)
          : ([document, ['environment', 'namespace']] as const);
      return isSystemNamespace(namespace)
        ? where.error(path, NO_APPS, { found: namespace, expected: 'a namespace for the apps of the team' })
        : where.warning(path, foreignNamespace(namespace));
    });
}

const NO_APPS = 'no apps of teams belong in a namespace where the programs of the cluster run';

/** Argo CD deploys what `dist/` names by digest: a release writes it, beside the version that it finds there. */
function appsWithoutDigest({ team, document, stacks }: TeamReading): Problem[] {
  if (team.environment.deploy !== 'gitops') return [];
  const apps = [...new Set(stacks.flatMap(({ stack }) => stack.apps.map(({ name }) => name)))];
  const unknown = apps.filter((name) => team.versions[name] === undefined);
  const unreleased = apps.filter((name) => team.versions[name] && team.versions[name].digest === undefined);
  const told = (names: readonly string[], message: string): Problem[] =>
    names.length === 0
      ? []
      : [
          document.warning(
            ['environment', 'deploy'],
            `${list(names, 'and')} ${names.length > 1 ? 'have' : 'has'} ${message}`,
          ),
        ];
  return [
    ...told(
      unknown,
      `no entry in ${team.versionsFile}, and without one no bootstrap or release can begin: write apps: { ${unknown.map((name) => `${name}: { version: "0.1.0-rc.0" }`).join(', ')} } there`,
    ),
    ...told(unreleased, `no digest in ${team.versionsFile}: not deployed until a release writes one`),
  ];
}

function checkStackOfTeam(team: Team, stack: Stack, document: Document): Problem[] {
  const problems: Problem[] = [];
  if (team.environment.namespace !== undefined && document.get(['defaults', 'namespace']) !== undefined) {
    problems.push(
      document.warning(
        ['defaults', 'namespace'],
        `not used: team ${team.name} puts its apps into ${team.environment.namespace} (environment.namespace)`,
      ),
    );
  }
  // the team's own registry has been told
  if (isLocal(stack.registry.push) && !isLocal(team.pushRegistry)) {
    problems.push(
      document.warning(
        ['defaults', 'image-registry'],
        `builds cannot push to ${stack.registry.push}: inside a pod that is the pod itself`,
      ),
    );
  }
  return [...problems, ...stack.apps.flatMap((app, index) => checkApp(team, stack, app, index, document))];
}

/** A Task that nobody makes would be missed in the middle of a run, so the team says which it brings. */
function unknownHooks({ externalTasks, file }: Team, { hooks }: Stack, document: Document): Problem[] {
  const known: readonly string[] = [...CATALOGUE_HOOKS, ...externalTasks];
  return HOOKS.flatMap((hook) =>
    hooks[hook].flatMap((name, index) => {
      if (known.includes(name)) return [];
      const path = ['hooks', hook, ...(Array.isArray(document.get(['hooks', hook])) ? [index] : [])];
      return [
        document.error(
          path,
          `no Task of this name is known; one that you apply yourself goes into externalTasks of ${file}`,
          {
            found: show(name),
            ...knownHint(name, known),
          },
        ),
      ];
    }),
  );
}

function unusedTasks({ team, document, stacks }: TeamReading): Problem[] {
  const used = new Set(stacks.flatMap(({ stack }) => Object.values(stack.hooks).flat()));
  return team.externalTasks.flatMap((name, index) =>
    used.has(name)
      ? []
      : [document.warning(['externalTasks', index], `not used: no hook of the team's stacks is ${name}`)],
  );
}

function checkApp(team: Team, stack: Stack, app: App, index: number, document: Document): Problem[] {
  const problems: Problem[] = [];
  if (imagePath(stack.registry.push, 'release', app.name) === team.cacheRepo) {
    problems.push(
      document.error(
        ['apps', index, 'name'],
        `images of the app would go to ${team.cacheRepo}, where team ${team.name} keeps its cache; set cacheRepo in ${team.file}`,
      ),
    );
  }
  problems.push(...checkTimeouts(team, app, index, document));
  problems.push(...checkToolchain(team, app, index, document), ...checkBuildVariables(team, app, index, document));
  if (app.protocol === 'tcp' && team.interceptBackend !== 'none') {
    problems.push(
      document.warning(
        ['apps', index, 'protocol'],
        `tcp is not intercepted: requests of a session reach the stable pods of ${app.name}, not its preview`,
      ),
    );
  }
  if (!app.repo.includes('/') && /^(https?|ssh):\/\/[^/]+$/.test(team.git.baseURL)) {
    problems.push(
      document.warning(
        ['apps', index, 'repo'],
        `a name without owner is cloned from ${app.cloneUrl}; write owner/name, or the owner in git.baseURL of ${team.file}`,
      ),
    );
  }
  return problems;
}

/** A task does not outlive its run. */
function checkTimeouts({ timeouts, file }: Team, { build, tests }: App, index: number, document: Document): Problem[] {
  const ends = (kinds: readonly (keyof Team['timeouts'])[], part: 'build' | 'tests', given: number | undefined) =>
    kinds.flatMap((kind) => {
      const most = (timeouts[kind] ?? RUN_MINUTES.usual) - RUN_MINUTES.last;
      if (given === undefined || given <= most) return [];
      const path = ['apps', index, part, 'timeout-minutes'];
      return [
        document.warning(path, `tasks of ${kind} end after ${most} minutes: raise timeouts.${kind} in ${file}`, {
          found: String(given),
        }),
      ];
    });
  return [
    ...ends(['bootstrap', 'pr-test', 'merge-release'], 'build', build.timeoutMinutes),
    ...ends(['pr-test'], 'tests', tests.timeoutMinutes),
  ];
}

/** One node builds all platforms of an image, so it has to run the programs of each. */
function severalPlatforms({ cluster, site, isDeployOnly }: Team, { apps }: Stack, document: Document): Problem[] {
  if (site.emulation || isDeployOnly) return [];
  return apps.flatMap(({ name, build: { platforms } }, index) =>
    platforms.length > 1
      ? [
          document.error(
            ['apps', index, 'build', 'platforms'],
            `no node of ${cluster} builds ${name} for all of them`,
            {
              found: list(platforms, 'and'),
              expected: `one platform, whose nodes build it; or nodes that emulate the others, of which the file of ${cluster} in clusters/ says emulation: true`,
            },
          ),
        ]
      : [],
  );
}

/** Each version of the language is one for which this team has an image. */
function checkToolchain(team: Team, { build, tests }: App, index: number, document: Document): Problem[] {
  const toolchain = toolchainNamed(team.toolchains, build.tool);
  if (toolchain === undefined) return [];
  const key = toolchain.versionKey;
  const own = { version: build.version, path: ['apps', index, 'build', key] };
  const listed = ['apps', index, 'tests', 'matrix', 'unit'];
  const versions = [...new Set((tests.matrix?.unit?.combinations ?? []).map(({ version }) => version))];
  return [
    own,
    ...versions.map((version) => ({ version, path: pathOfVersion(document, listed, key, version) })),
  ].flatMap(({ version, path }) =>
    version === undefined ? [] : checkVersion(team, toolchain, version, document, path),
  );
}

/** Where a matrix has it: in its list, or in one of the combinations that are added. */
function pathOfVersion(document: Document, matrix: Path, key: VersionKey, version: string | undefined): Path {
  const [values, included] = [key, 'include'].map((name) => document.get([...matrix, name]));
  const at = Array.isArray(values) ? values.findIndex((value) => String(value) === version) : -1;
  if (at >= 0) return [...matrix, key, at];
  const index = Array.isArray(included)
    ? included.findIndex((one) => isObject(one) && String((one as Record<string, unknown>)[key]) === version)
    : -1;
  return index >= 0 ? [...matrix, 'include', index, key] : matrix;
}

function checkVersion(team: Team, toolchain: Toolchain, version: string, document: Document, path: Path): Problem[] {
  const key = imageKey(toolchain, version);
  if (Object.hasOwn(toolchain.images, key) || Object.hasOwn(team.images.overrides, key)) return [];
  const known = versionsOf(toolchain);
  if (known.length === 0 && toolchain.versionKey === 'version')
    return [
      document.error(path, `toolchain ${toolchain.name} has no \`versions\`: remove \`version\`, or add it there`, {
        found: show(version),
      }),
    ];
  const others = `an image of it in images.overrides of ${team.file}: { '${key}': <image with an exact tag> }`;
  return [
    document.error(path, `no image for ${toolchain.name} has this version`, {
      found: show(version),
      expected: [...known, `or ${others}`].join(', '),
    }),
  ];
}
