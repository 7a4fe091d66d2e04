import type { Construct } from 'constructs';
import type { Team } from '../../../fleet/model';
import type { Mount, Step } from '../../../tekton/task';
import { Task, isIn } from '../../../tekton/task';
import { text } from '../../../tekton/value';
import { gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { registryAuth } from '../shared/registry';
import { script } from '../shared/script';
import { BESIDE_LARGE, HOME, LARGE, OWN_HOME, RESTRICTED, SMALL, SOURCE } from '../shared/steps';
import type { Toolchain } from '../../../fleet/toolchains';
import type { BuildRefs } from './build-interface';
import { reportsVolume } from '../shared/reports';
import { BUILD_RESULTS, DOCKERFILE, paramsOfBuild, testsInBuild, unitReports } from './build-interface';
import { BUILD_SECRET, compileSteps, saveCacheStep, secretEnv } from './compile-steps';
import { unitReportSteps } from './unit-reports';
import { imageStep } from './image-step';
import { toolchainOf } from './toolchain';
import { STAGING, candidates, checkoutStep, stagingEnv, stagingRepo, stagingSecret } from './source';

const LAYOUT = '/workspace/image';
/** May read base images alone; what the Dockerfile of any pull request runs may see it. */
const BASE_IMAGES: Mount = { name: 'base-images', mountPath: '/credentials/base-images', readOnly: true };

/**
 * Renders Task `build-<builder>`: a pod that clones a commit, compiles, tests and builds its image, unless there is one of
 * the same content. It leaves the image below `cacheRepo` for Task `push-image`.
 *
 * Code of the repository runs here, in `compile`, `unit-test` and `image`. Steps of a pod cannot be kept apart
 * (docs/decisions/a-pod-that-pushes.md): so this pod holds no credential by which anything is released, and its results
 * are proposals. It may leave an image, read base images, and read the Secret of the app's own build.
 *
 * Where an app of the team has unit tests in this toolchain, further steps read what these report, and tell then that tests failed.
 * Where the team's reports go to a bucket, runs that name `unit-reports` keep the files there.
 *
 * Params: `BUILD_PARAMS`. Results: the digest of what was built, and the commit.
 * The TaskRun fails if the commit cannot be cloned, a command of the app fails, or the registry refuses the image, and
 * says which.
 * @throws SynthError[unknown-toolchain] if the team has no toolchain of this name, and SynthError[unknown-image] if the image table of the team has no image for a step
 * https://tekton.dev/docs/pipelines/tasks/
 */
export function buildTask(scope: Construct, context: TaskContext, builder: string) {
  const { team } = context;
  const toolchain = builder === DOCKERFILE ? undefined : toolchainOf(team, builder);
  const reports = toolchain !== undefined && hasUnitReports(team, toolchain);
  return new Task(scope, `build-${builder}`, {
    description:
      toolchain === undefined
        ? 'Builds an image from a Dockerfile that compiles by itself'
        : `Compiles with ${builder}, tests, and builds an image`,
    params: paramsOfBuild(team),
    results: BUILD_RESULTS,
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: ({ params }) => [
      ...gitSecrets(team, 'read'),
      stagingSecret(team, params),
      registryAuth(BASE_IMAGES.name, team.secrets.names.baseImages),
      {
        name: BUILD_SECRET.name,
        secret: { secretName: text`${params['build-secret']}-${params.scope}`, optional: true },
      },
      ...(toolchain === undefined ? [] : [{ name: 'cache', persistentVolumeClaim: { claimName: params.cache } }]),
      ...(reports && team.storage.reports.s3 !== undefined ? [reportsVolume(team)] : []),
      { name: 'layers', emptyDir: {} },
    ],
    steps: (refs) =>
      buildSteps(
        { context, toolchain, refs },
        reports ? unitReportSteps(context, refs, { when: toBuild(refs) }) : [[], []],
      ),
  });
}

/** Whether an app of the team has unit tests in this toolchain whose reports are kept; of a Task that may be every team's, some may. */
const hasUnitReports = (team: Team, { name }: Toolchain): boolean =>
  team.sharesTasks ||
  team.stacks.some(({ apps }) =>
    apps.some((app) => app.build.tool === name && testsInBuild(app) && unitReports(team, app).length > 0),
  );

const toBuild = ({ stepResult }: BuildRefs) => [isIn(stepResult('look-for-image', 'FOUND'), [''])];

/** What the steps of a build share. */
interface BuildParts {
  readonly context: TaskContext;
  /** Undefined: the Dockerfile compiles by itself. */
  readonly toolchain?: Toolchain;
  readonly refs: BuildRefs;
}

/** @param reports steps before and after the unit tests that keep their reports */
function buildSteps(parts: BuildParts, reports: readonly [readonly Step[], readonly Step[]]): readonly Step[] {
  const { context, toolchain, refs } = parts;
  return [
    checkoutStep(context, refs),
    lookStep(parts),
    ...(toolchain === undefined
      ? []
      : [
          ...compileSteps(context.images, toolchain, refs, { when: toBuild(refs), reports }),
          saveCacheStep(context.images, refs, toBuild(refs)),
        ]),
    layoutStep(parts, toBuild(refs)),
    stageStep(parts),
  ];
}

const lookStep = ({ context: { team, images }, refs }: BuildParts): Step => ({
  name: 'look-for-image',
  image: images('registry'),
  script: script('build/look-for-image.sh'),
  env: { ...OWN_HOME, ...stagingEnv(team, refs.params), ...candidates(refs) },
  results: ['FOUND'],
  resources: SMALL,
  mounts: [STAGING],
});

function layoutStep(parts: BuildParts, when: Step['when']): Step {
  const { context, toolchain, refs } = parts;
  const { params } = refs;
  return imageStep(context.team, context.images, {
    env: {
      ...builtImage(parts),
      SECRET: stagingEnv(context.team, params).SECRET,
      LAYERS_REPO: text`${params['cache-repo']}/release`,
      SOURCE,
      CONTEXT_DIR: params['context-dir'],
      DOCKERFILE: params.dockerfile,
      ...secretEnv(params),
    },
    args: params.platforms,
    when,
    resources: toolchain === undefined ? LARGE : BESIDE_LARGE,
    auth: STAGING,
    baseAuth: BASE_IMAGES,
    secret: BUILD_SECRET,
  });
}

const stageStep = (parts: BuildParts): Step => ({
  name: 'stage',
  image: parts.context.images('registry'),
  script: script('build/stage-image.sh'),
  env: {
    ...OWN_HOME,
    ...stagingEnv(parts.context.team, parts.refs.params),
    ...builtImage(parts),
    FOUND: parts.refs.stepResult('look-for-image', 'FOUND'),
  },
  results: ['BUILT'],
  resources: SMALL,
  mounts: [STAGING],
});

/** Where the step that builds leaves the image, for the step that hands it over and for the pod that pushes it. */
const builtImage = ({ refs: { params, stepResult } }: BuildParts) => ({
  LAYOUT,
  KEY: stepResult('clone', 'KEY'),
  STAGING_REPO: stagingRepo(params),
});
