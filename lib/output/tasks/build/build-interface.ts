import { inputsOf, readsAll } from '../../../fleet/inputs';
import type { App, Team } from '../../../fleet/model';
import { DEFAULTS } from '../../../fleet/stack';
import { imageKey } from '../../../fleet/toolchains';
import { CACHE_CLAIM } from '../../../words/names';
import { Param } from '../../../tekton/param';
import type { TaskRefs } from '../../../tekton/task';
import { Result } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { CLONE_PARAMS, cloneParams } from '../shared/clone';
import { ofTeam } from '../shared/of-team';
import { toolchainOf } from './toolchain';

/** Of an app whose Dockerfile compiles by itself. */
export const DOCKERFILE = 'dockerfile';

/** The builder of an app: the toolchain that its stack names, or its Dockerfile alone. */
export const builderOf = (app: App): string => app.build.tool ?? DOCKERFILE;

/** Stands where an app has no `build.secrets`: a volume must name a Secret, also one that is not there. */
export const NO_BUILD_SECRET = 'no-build-secret';

/** What is built, how, and what may be used instead: params of `build-<builder>` and of `push-image`, which get the same. */
export const SOURCE_PARAMS = {
  app: Param.string(),
  url: Param.string({ description: 'Address for git clone' }),
  revision: Param.string({ default: '' }),
  'app-revision': Param.string({ default: '', description: 'Beats revision; both empty: the default branch' }),
  'context-dir': Param.string({ default: DEFAULTS.contextDir }),
  inputs: Param.string({
    default: '',
    description: 'All that the build can read, one path per line; empty: everything',
  }),
  ...CLONE_PARAMS,
  dockerfile: Param.string({ default: DEFAULTS.dockerfile }),
  'build-command': Param.string({ default: '' }),
  'pre-command': Param.string({ default: '' }),
  'unit-test': Param.string({ default: '' }),
  'build-env': Param.array({ default: [], description: 'KEY=VALUE each' }),
  platforms: Param.array({ default: [] }),
  'build-secret': Param.string({ default: NO_BUILD_SECRET, description: 'Secret, without -<scope>' }),
  'build-secret-keys': Param.string({ default: '', description: 'Its keys that the build needs, one per line' }),
  image: Param.string({ description: 'Where this build pushes, without tag' }),
  'release-image': Param.string({
    default: '',
    description: 'Where releases are pushed, without tag; empty: where this build pushes',
  }),
  scope: Param.string({ description: 'release, pr or fork: whose credential pushes, and what may be reused' }),
  'force-rebuild': Param.string({ default: 'false' }),
  'tested-image': Param.string({ default: '', description: 'Image by digest that is copied instead of building' }),
  'tested-key': Param.string({
    default: '',
    description: 'KEY of the build that made it. If it is not the key of this build, the image is built again',
  }),
  'released-version': Param.string({ default: '', description: 'Released version that is used instead of building' }),
  toolchain: Param.string({ default: '', description: 'Image of the compiler, where there is one' }),
};

/** Params of every `build-<builder>`, so that one builder can replace another. */
export const BUILD_PARAMS = {
  ...SOURCE_PARAMS,
  cache: Param.string({ default: CACHE_CLAIM, description: 'Claim with the dependencies of earlier releases' }),
  'unit-reports': Param.string({
    default: '',
    description: 'Reports of unit tests to keep: patterns below context-dir, one per line',
  }),
};

/** Of the team: where builds leave layers and images. */
const cacheRepo = (team: Team) => ({
  'cache-repo': ofTeam(
    team,
    team.cacheRepo,
    'Repository of layers, and of images until they are pushed, with a path per scope',
  ),
});
/** SOURCE_PARAMS and BUILD_PARAMS of a team. */
export const sourceParams = (team: Team) => ({ ...SOURCE_PARAMS, ...cacheRepo(team) });
export const paramsOfBuild = (team: Team) => ({ ...BUILD_PARAMS, ...cacheRepo(team) });

/** Results of every `build-<builder>`, which foreign code can forge: they are proposals. */
export const BUILD_RESULTS = {
  BUILT: Result.string('Digest of what was built, below cacheRepo; empty: there is an image already'),
  COMMIT: Result.string('Commit that it is said to be of'),
};

/** Results of `push-image`. Tekton Chains reads the first two. */
export const PUSH_RESULTS = {
  IMAGE_URL: Result.string('Image without tag'),
  IMAGE_DIGEST: Result.string('Digest of the image'),
  COMMIT: Result.string('Commit that was built'),
  TREE: Result.string('Git tree of that commit'),
  KEY: Result.string('Key of all that the image is made of'),
};
export type PushResults = typeof PUSH_RESULTS;

/** Results by which Tekton Chains names the source. https://tekton.dev/docs/chains/slsa-provenance/ */
export const SOURCE_RESULTS = {
  'CHAINS-GIT_URL': Result.string('What was cloned'),
  'CHAINS-GIT_COMMIT': Result.string('Commit that was cloned'),
};
export type SourceRefs = TaskRefs<ReturnType<typeof sourceParams>, Record<never, never>>;
export type BuildRefs = TaskRefs<ReturnType<typeof paramsOfBuild>, Record<never, never>>;

const { app, url, revision, inputs, scope, toolchain, cache } = BUILD_PARAMS;
/** Params of a Task that compiles and tests an app without building its image: some of those of a build. */
export const COMPILE_PARAMS = {
  app,
  url,
  revision,
  'app-revision': BUILD_PARAMS['app-revision'],
  'context-dir': BUILD_PARAMS['context-dir'],
  inputs,
  ...CLONE_PARAMS,
  'build-command': BUILD_PARAMS['build-command'],
  'pre-command': BUILD_PARAMS['pre-command'],
  'unit-test': BUILD_PARAMS['unit-test'],
  'build-env': BUILD_PARAMS['build-env'],
  'build-secret': BUILD_PARAMS['build-secret'],
  'build-secret-keys': BUILD_PARAMS['build-secret-keys'],
  scope,
  toolchain,
  cache,
  'unit-reports': BUILD_PARAMS['unit-reports'],
};
export type CompileRefs = TaskRefs<typeof COMPILE_PARAMS, Record<never, never>>;

/** What the unit tests of an app report, as patterns below its directory; none: it has none, or its stack keeps nothing of them. */
export const unitReports = (team: Pick<Team, 'toolchains'>, { build: { tool }, tests }: App): readonly string[] =>
  tool === undefined || tests.unit === undefined ? [] : (tests.unitReports ?? toolchainOf(team, tool).reports);

/** Whether the build runs the unit tests: those with a matrix run beside it, in tasks of their own. */
export const testsInBuild = ({ tests }: App): boolean => tests.matrix?.unit === undefined;

/**
 * The params of SOURCE_PARAMS that follow from the definition of an app; a Pipeline adds the revision, the image and
 * the scope.
 * @throws SynthError[unknown-image] if neither the image table nor the team has an image for the tool and its version
 */
export function buildParams(app: App, { team, images }: TaskContext) {
  const { tool, version, platforms } = app.build;
  return {
    ...sourceOf(app),
    dockerfile: app.dockerfile,
    toolchain: tool === undefined ? '' : images(imageKey(toolchainOf(team, tool), version)),
    ...commandsOf(team, app),
    ...(app.tests.unit !== undefined && testsInBuild(app) && { 'unit-test': app.tests.unit }),
    ...environmentOf(app),
    ...(platforms.length > 0 && { platforms }),
    ...secretsOf(app),
    'cache-repo': team.cacheRepo,
  };
}

/** The params of COMPILE_PARAMS that do; a Pipeline adds the toolchain, too. */
export const compileParams = (app: App, { team }: Pick<TaskContext, 'team'>) => ({
  ...sourceOf(app),
  ...commandsOf(team, app),
  ...(app.tests.unit !== undefined && { 'unit-test': app.tests.unit }),
  ...environmentOf(app),
  ...secretsOf(app),
});

const sourceOf = (app: App) => ({
  app: app.name,
  url: app.cloneUrl,
  'context-dir': app.contextDir,
  ...(!readsAll(app) && { inputs: inputsOf(app).join('\n') }),
  ...cloneParams(app),
});
const commandsOf = (team: Team, { build: { tool, command, preCommand } }: App) => ({
  ...(tool !== undefined && { 'build-command': command ?? toolchainOf(team, tool).command }),
  ...(preCommand !== undefined && { 'pre-command': preCommand }),
});
const environmentOf = ({ build: { env } }: App) => {
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return pairs.length > 0 ? { 'build-env': pairs } : {};
};
const secretsOf = ({ build: { secrets } }: App) =>
  secrets === undefined ? {} : { 'build-secret': secrets.secret, 'build-secret-keys': secrets.keys.join('\n') };
