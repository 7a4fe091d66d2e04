import type { Construct } from 'constructs';
import { Task } from '../../../tekton/task';
import { text } from '../../../tekton/value';
import { cloneOf, cloneStep, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { MATRIX_PARAMS } from '../shared/matrix';
import { reportsVolume } from '../shared/reports';
import { HOME, RESTRICTED } from '../shared/steps';
import { COMPILE_PARAMS } from './build-interface';
import { BUILD_SECRET, compileSteps } from './compile-steps';
import { toolchainOf } from './toolchain';
import { unitReportSteps } from './unit-reports';

/**
 * Renders Task `run-tests-unit-<tool>`: it clones a commit, compiles it in one version of its language, and runs the unit tests
 * of one combination of a matrix, which find it in their environment. The image is built elsewhere, and in one version. What
 * is true of the build (build.ts) is true of this Task: foreign code runs in it, so it holds no credential by which anything
 * is released.
 *
 * Params: `COMPILE_PARAMS` and `MATRIX_PARAMS`. No results.
 * The TaskRun fails if the commit cannot be cloned, or a command of the app fails, and says which.
 * @throws SynthError[unknown-toolchain] if the team has no toolchain of this name, and SynthError[unknown-image] if the image table of the team has no image for a step
 */
export const testUnit = (scope: Construct, context: TaskContext, tool: string) =>
  new Task(scope, `run-tests-unit-${tool}`, {
    description: `Compiles with ${tool}, and runs the unit tests of an app in one combination of a matrix`,
    params: { ...COMPILE_PARAMS, ...MATRIX_PARAMS },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: ({ params }) => [
      ...gitSecrets(context.team, 'read'),
      {
        name: BUILD_SECRET.name,
        secret: { secretName: text`${params['build-secret']}-${params.scope}`, optional: true },
      },
      { name: 'cache', persistentVolumeClaim: { claimName: params.cache } },
      ...(context.team.storage.reports.s3 === undefined ? [] : [reportsVolume(context.team)]),
    ],
    steps: (refs) => {
      const { params } = refs;
      return [
        cloneStep(context.team, context.images, cloneOf(params)),
        ...compileSteps(context.images, toolchainOf(context.team, tool), refs, {
          reports: unitReportSteps(context, refs, { place: text`unit/${params.combination}` }),
          matrix: params.matrix,
        }),
      ];
    },
  });
