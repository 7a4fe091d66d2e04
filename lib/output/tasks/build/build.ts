import type { Construct } from 'constructs';
import type { App } from '../../../fleet/model';
import type { BuildTool } from '../../../fleet/stack';
import { DEFAULTS } from '../../../fleet/stack';
import { toolchainKey } from '../../../fleet/tool-images';
import { Param } from '../../../tekton/param';
import type { Mount, Step, TaskRefs } from '../../../tekton/task';
import { Result, Task, isIn } from '../../../tekton/task';
import { text } from '../../../tekton/value';
import { imageStep } from './image-step';
import { cloneStep, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { REGISTRY_MOUNTS, registryAuth, registryEnv, registrySecret } from '../shared/registry';
import { script } from '../shared/script';
import { BESIDE_LARGE, HOME, LARGE, OWN_HOME, RESTRICTED, SMALL, SOURCE } from '../shared/steps';

/** A tool that compiles before the Dockerfile, or `dockerfile` alone. */
export type Builder = BuildTool | 'dockerfile';

/** Where tools keep what they downloaded, and the volume from and to which our own steps copy it. */
const CACHE = '/workspace/cache';
const VOLUME = '/cache';
const LAYOUT = '/workspace/image';
/** May push to the repository of the layer cache alone. */
const LAYER_CACHE: Mount = { name: 'layer-cache', mountPath: '/credentials/layer-cache', readOnly: true };

/**
 * What a tool does unless the stack says otherwise, and how it is told where dependencies are kept. Maven's image sets
 * MAVEN_CONFIG to a folder, which a repository's `mvnw` takes for a goal. PHP's has few extensions; those that an app
 * needs are in the image that its Dockerfile makes.
 */
const TOOLS: Readonly<Record<BuildTool, { readonly command: string; readonly env: Readonly<Record<string, string>> }>> =
  {
    npm: {
      command: 'npm ci && npm run build --if-present',
      env: { npm_config_cache: `${CACHE}/npm`, npm_config_update_notifier: 'false' },
    },
    maven: {
      command: 'mvn -B -DskipTests package',
      env: { MAVEN_ARGS: `-Dmaven.repo.local=${CACHE}/maven -Duser.home=/workspace/home`, MAVEN_CONFIG: '' },
    },
    gradle: {
      command: 'if [ -x ./gradlew ]; then ./gradlew --no-daemon assemble; else gradle --no-daemon assemble; fi',
      env: { GRADLE_USER_HOME: `${CACHE}/gradle` },
    },
    pip: {
      command: 'pip install -r requirements.txt',
      env: { PIP_CACHE_DIR: `${CACHE}/pip`, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    },
    composer: {
      command: "composer install --no-interaction --prefer-dist --ignore-platform-req='ext-*'",
      env: { COMPOSER_HOME: '/workspace/home/composer', COMPOSER_CACHE_DIR: `${CACHE}/composer` },
    },
  };

const params = {
  app: Param.string(),
  url: Param.string({ description: 'What git clone is given' }),
  revision: Param.string({ default: '' }),
  'app-revision': Param.string({ default: '', description: 'Beats revision; both empty: the default branch' }),
  'context-dir': Param.string({ default: DEFAULTS.contextDir }),
  dockerfile: Param.string(),
  'build-command': Param.string({ default: '' }),
  'pre-command': Param.string({ default: '' }),
  'unit-test': Param.string({ default: '' }),
  'build-env': Param.array({ default: [], description: 'KEY=VALUE each' }),
  platforms: Param.array({ default: [] }),
  image: Param.string({ description: 'Where this build pushes, without tag' }),
  'release-image': Param.string({ description: 'Where releases are pushed, without tag' }),
  scope: Param.string({ description: 'release, pr or fork: whose credential pushes, and what may be reused' }),
  cache: Param.string({ description: 'Claim with the dependencies of earlier builds' }),
  'force-rebuild': Param.string({ default: 'false' }),
  'tested-image': Param.string({ default: '', description: 'Image by digest that is copied instead of building' }),
  'released-version': Param.string({ default: '', description: 'Released version that is used instead of building' }),
  toolchain: Param.string({ default: '', description: 'Image of the compiler, where there is one' }),
};

const results = {
  IMAGE_URL: Result.string('Image without tag'),
  IMAGE_DIGEST: Result.string('Digest of the image'),
  COMMIT: Result.string('Commit that was built'),
  TREE: Result.string('Git tree of that commit'),
};
export type BuildResults = typeof results;
type Refs = TaskRefs<typeof params, BuildResults, Record<never, never>>;

/**
 * `build-<tool>`: one pod that clones a commit, looks for an image of the same content where it may be trusted, else
 * compiles, tests and builds one, and pushes it.
 *
 * An image of the same content has the tag `tree-<20 hex>`: the start of sha256 over the git tree of context-dir,
 * dockerfile, toolchain (tool and language version), pre-command, build-command, unit-test, build-env and platforms, each
 * ended by NUL. What a build reads besides (other folders of the repository, base images, registries of packages) is not
 * in it: force-rebuild is for that. It is looked for among releases, by a build of scope `pr` also among those of pull
 * requests, by one of scope `fork` nowhere.
 *
 * What the repository brings runs in `compile`, `unit-test` and `image`, which hold no credential to push and never see
 * the cache volume. The last step alone writes the results, from results of our own earlier steps: a step can write the
 * Task's results but not those of another step.
 *
 * https://tekton.dev/docs/pipelines/tasks/ ; results for https://tekton.dev/docs/chains/slsa-provenance/
 */
export function buildTask(scope: Construct, context: TaskContext, builder: Builder) {
  const { team } = context;
  return new Task(scope, `build-${builder}`, {
    description:
      builder === 'dockerfile'
        ? 'Builds an image from a Dockerfile that compiles by itself'
        : `Compiles with ${builder}, tests, and builds an image`,
    params,
    results,
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: ({ params }) => [
      ...gitSecrets(team),
      registrySecret(team, params.scope),
      registryAuth(LAYER_CACHE.name, text`${team.secrets.names.registryPush}-${params.scope}-cache`),
      ...(builder === 'dockerfile' ? [] : [{ name: 'cache', persistentVolumeClaim: { claimName: params.cache } }]),
      { name: 'layers', emptyDir: {} },
    ],
    steps: (refs) => buildSteps(context, builder, refs),
  });
}

function buildSteps({ team, images }: TaskContext, builder: Builder, refs: Refs): readonly Step[] {
  const { params, results, stepResult } = refs;
  const registry = {
    ...OWN_HOME,
    ...registryEnv(team, params.scope),
    IMAGE: params.image,
    CONTENT: stepResult('clone', 'content'),
  };
  const toBuild = [isIn(stepResult('find-image', 'digest'), [''])];
  const built = {
    LAYOUT,
    CONTENT: stepResult('clone', 'content'),
    CACHE_REPO: text`${team.cacheRepo}/${params.scope}`,
  };
  const image = imageStep(team, images, {
    env: { ...built, SOURCE, CONTEXT_DIR: params['context-dir'], DOCKERFILE: params.dockerfile, SCOPE: params.scope },
    args: params.platforms,
    when: toBuild,
    resources: builder === 'dockerfile' ? LARGE : BESIDE_LARGE,
    auth: LAYER_CACHE,
  });
  const contentOf = [
    params.dockerfile,
    params.toolchain,
    params['pre-command'],
    params['build-command'],
    params['unit-test'],
    params['build-env'],
    '--',
    params.platforms,
  ];
  return [
    cloneStep(
      team,
      images,
      {
        url: params.url,
        revision: params.revision,
        appRevision: params['app-revision'],
        contextDir: params['context-dir'],
      },
      contentOf,
    ),
    {
      name: 'find-image',
      image: images('registry'),
      script: script('build/find-image.sh'),
      env: {
        ...registry,
        RELEASE_IMAGE: params['release-image'],
        SCOPE: params.scope,
        FORCE_REBUILD: params['force-rebuild'],
        TESTED_IMAGE: params['tested-image'],
        RELEASED_VERSION: params['released-version'],
      },
      results: ['digest'],
      resources: SMALL,
      mounts: REGISTRY_MOUNTS,
    },
    ...(builder === 'dockerfile' ? [] : compileSteps(images, builder, refs, toBuild)),
    image,
    {
      name: 'push',
      image: images('registry'),
      script: script('build/push-image.sh'),
      env: {
        ...registry,
        ...built,
        SOURCE_AUTH: LAYER_CACHE.mountPath,
        FOUND: stepResult('find-image', 'digest'),
        COMMIT: stepResult('clone', 'commit'),
        TREE: stepResult('clone', 'tree'),
        IMAGE_URL_PATH: results.IMAGE_URL.path,
        IMAGE_DIGEST_PATH: results.IMAGE_DIGEST.path,
        COMMIT_PATH: results.COMMIT.path,
        TREE_PATH: results.TREE.path,
      },
      resources: SMALL,
      mounts: [...REGISTRY_MOUNTS, LAYER_CACHE],
    },
  ];
}

/** The cache volume is mounted where our own scripts copy from and to it, and nowhere else. */
function compileSteps(
  images: TaskContext['images'],
  tool: BuildTool,
  { params }: Refs,
  when: Step['when'],
): readonly Step[] {
  const cache = { APP: params.app, SCOPE: params.scope, CACHE, VOLUME };
  const mounts = [{ name: 'cache', mountPath: VOLUME }];
  const toolchain = { image: params.toolchain, when, args: params['build-env'] };
  const env = { ...TOOLS[tool].env, TOOL: tool, SOURCE, CONTEXT_DIR: params['context-dir'] };
  return [
    {
      name: 'restore-cache',
      image: images('git'),
      script: script('build/restore-cache.sh'),
      env: cache,
      resources: SMALL,
      mounts,
      when,
    },
    ...(tool === 'composer'
      ? [{ name: 'composer', image: images('composer'), script: script('build/composer.sh'), resources: SMALL, when }]
      : []),
    {
      name: 'compile',
      ...toolchain,
      resources: LARGE,
      script: script('build/compile.sh'),
      env: {
        ...env,
        PRE_NAME: 'pre-command',
        PRE_COMMAND: params['pre-command'],
        NAME: 'build-command',
        COMMAND: params['build-command'],
      },
    },
    {
      name: 'unit-test',
      ...toolchain,
      resources: BESIDE_LARGE,
      script: script('build/compile.sh'),
      env: { ...env, PRE_NAME: '', PRE_COMMAND: '', NAME: 'the unit test', COMMAND: params['unit-test'] },
    },
    {
      name: 'save-cache',
      image: images('git'),
      script: script('build/save-cache.sh'),
      env: cache,
      resources: SMALL,
      mounts,
      when,
    },
  ];
}

/** What the Task is told of an app. */
export function buildParams(app: App, { images }: Pick<TaskContext, 'images'>) {
  const { tool, version, command, preCommand, env, platforms } = app.build;
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return {
    app: app.name,
    url: app.cloneUrl,
    'context-dir': app.contextDir,
    dockerfile: app.dockerfile,
    toolchain: tool === undefined ? '' : images(toolchainKey(tool, version)),
    ...(tool !== undefined && { 'build-command': command ?? TOOLS[tool].command }),
    ...(preCommand !== undefined && { 'pre-command': preCommand }),
    ...(app.tests.unit !== undefined && { 'unit-test': app.tests.unit }),
    ...(pairs.length > 0 && { 'build-env': pairs }),
    ...(platforms.length > 0 && { platforms }),
  };
}
