import type { Construct } from 'constructs';
import type { Mount, Step } from '../../../tekton/task';
import { Task, isIn } from '../../../tekton/task';
import { text } from '../../../tekton/value';
import { cloneStep, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { REGISTRY_MOUNTS, registryAuth, registryEnv, registrySecret } from '../shared/registry';
import { script } from '../shared/script';
import { BESIDE_LARGE, HOME, LARGE, OWN_HOME, RESTRICTED, SMALL, SOURCE } from '../shared/steps';
import type { BuildRefs, Builder } from './build-interface';
import { BUILD_PARAMS, BUILD_RESULTS } from './build-interface';
import { BUILD_SECRET, compileSteps, secretEnv } from './compile-steps';
import { imageStep } from './image-step';

const LAYOUT = '/workspace/image';
/** May read base images alone; what the Dockerfile of any pull request runs may see it. */
const BASE_IMAGES: Mount = { name: 'base-images', mountPath: '/credentials/base-images', readOnly: true };
/** May push to the repository of the layer cache alone. */
const LAYER_CACHE: Mount = { name: 'layer-cache', mountPath: '/credentials/layer-cache', readOnly: true };

/**
 * Renders Task `build-<builder>`: one pod that clones a commit and looks for an image of the same content where it may
 * trust one. If there is none, it compiles, tests, builds and pushes the image.
 *
 * An image of the same content has the tag `tree-<40 hex>`: the start of sha256 over all that is checked out and how it is
 * built: the git tree, or what each of `inputs` is, context-dir, history where it is asked for, what is fetched besides,
 * dockerfile, toolchain (tool and language version), names of secrets, pre-command, build-command, unit-test, build-env
 * and platforms, each ended by NUL. The key leaves out what a build reads elsewhere: base images, package registries,
 * values of secrets. `force-rebuild` is for a change of those. A build of scope `release` looks among releases, one
 * of scope `pr` also among pull requests, and one of scope `fork` nowhere.
 *
 * What the repository brings runs in `compile`, `unit-test` and `image`, which hold no credential to push and never
 * see the cache volume. The last step alone writes the results, from results of our own earlier steps: a step can
 * write the results of the Task but not those of another step.
 *
 * Params: `BUILD_PARAMS`. Results: the image and its digest, the commit and its tree.
 * The TaskRun fails if the commit cannot be cloned, a command of the app fails, or the registry refuses the image, and
 * says which.
 * @throws SynthError[unknown-image] if the image table of the team has no image for a step
 * https://tekton.dev/docs/pipelines/tasks/
 * https://tekton.dev/docs/chains/slsa-provenance/
 */
export function buildTask(scope: Construct, context: TaskContext, builder: Builder) {
  const { team } = context;
  return new Task(scope, `build-${builder}`, {
    description:
      builder === 'dockerfile'
        ? 'Builds an image from a Dockerfile that compiles by itself'
        : `Compiles with ${builder}, tests, and builds an image`,
    params: BUILD_PARAMS,
    results: BUILD_RESULTS,
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: ({ params }) => [
      ...gitSecrets(team),
      registrySecret(team, params.scope),
      registryAuth(BASE_IMAGES.name, team.secrets.names.baseImages),
      {
        name: BUILD_SECRET.name,
        secret: { secretName: text`${params['build-secret']}-${params.scope}`, optional: true },
      },
      registryAuth(LAYER_CACHE.name, text`${team.secrets.names.registryPush}-${params.scope}-cache`),
      ...(builder === 'dockerfile' ? [] : [{ name: 'cache', persistentVolumeClaim: { claimName: params.cache } }]),
      { name: 'layers', emptyDir: {} },
    ],
    steps: (refs) => buildSteps({ context, builder, refs }),
  });
}

/** What the steps of a build share. */
interface BuildParts {
  readonly context: TaskContext;
  readonly builder: Builder;
  readonly refs: BuildRefs;
}

function buildSteps(parts: BuildParts): readonly Step[] {
  const { context, builder, refs } = parts;
  const toBuild = [isIn(refs.stepResult('find-image', 'digest'), [''])];
  return [
    checkoutStep(parts),
    findStep(parts),
    ...(builder === 'dockerfile' ? [] : compileSteps(context.images, builder, refs, toBuild)),
    layoutStep(parts, toBuild),
    pushStep(parts),
  ];
}

/** What decides the content of an image is part of its key; two lists are told apart by `--`. */
function checkoutStep({ context: { team, images }, refs: { params } }: BuildParts): Step {
  return cloneStep(
    team,
    images,
    {
      url: params.url,
      revision: params.revision,
      appRevision: params['app-revision'],
      contextDir: params['context-dir'],
      inputs: params.inputs,
      extent: params,
      scope: params.scope,
    },
    [
      params.inputs,
      params['clone-depth'],
      params['clone-tags'],
      params['clone-submodules'],
      params['clone-lfs'],
      params.dockerfile,
      params.toolchain,
      params['build-secret'],
      params['build-secret-keys'],
      params['pre-command'],
      params['build-command'],
      params['unit-test'],
      params['build-env'],
      '--',
      params.platforms,
    ],
  );
}

const findStep = (parts: BuildParts): Step => ({
  name: 'find-image',
  image: parts.context.images('registry'),
  script: script('build/find-image.sh'),
  env: {
    ...registryAccess(parts),
    RELEASE_IMAGE: parts.refs.params['release-image'],
    SCOPE: parts.refs.params.scope,
    FORCE_REBUILD: parts.refs.params['force-rebuild'],
    TESTED_IMAGE: parts.refs.params['tested-image'],
    RELEASED_VERSION: parts.refs.params['released-version'],
  },
  results: ['digest'],
  resources: SMALL,
  mounts: REGISTRY_MOUNTS,
});

function layoutStep(parts: BuildParts, when: Step['when']): Step {
  const { context, builder, refs } = parts;
  const { params } = refs;
  return imageStep(context.team, context.images, {
    env: {
      ...builtImage(parts),
      SOURCE,
      CONTEXT_DIR: params['context-dir'],
      DOCKERFILE: params.dockerfile,
      ...secretEnv(params),
    },
    args: params.platforms,
    when,
    resources: builder === 'dockerfile' ? LARGE : BESIDE_LARGE,
    auth: LAYER_CACHE,
    baseAuth: BASE_IMAGES,
    secret: BUILD_SECRET,
  });
}

function pushStep(parts: BuildParts): Step {
  const { results, stepResult } = parts.refs;
  return {
    name: 'push',
    image: parts.context.images('registry'),
    script: script('build/push-image.sh'),
    env: {
      ...registryAccess(parts),
      ...builtImage(parts),
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
  };
}

/** For registry.sh, with the image that is looked for or pushed. */
const registryAccess = ({ context: { team }, refs: { params, stepResult } }: BuildParts) => ({
  ...OWN_HOME,
  ...registryEnv(team, params.scope),
  IMAGE: params.image,
  CONTENT: stepResult('clone', 'content'),
});

/** Where the step that builds leaves the image for the step that pushes it. */
const builtImage = ({ context: { team }, refs: { params, stepResult } }: BuildParts) => ({
  LAYOUT,
  CONTENT: stepResult('clone', 'content'),
  CACHE_REPO: text`${team.cacheRepo}/${params.scope}`,
});
