import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { BUILD_TOOLS } from '../../../../lib/fleet/toolchains';
import { TEST_KINDS } from '../../../../lib/words/names';
import type { TeamProps } from '../../../../lib/fleet/team';
import { buildTask } from '../../../../lib/output/tasks/build/build';
import { testUnit } from '../../../../lib/output/tasks/build/test-unit';
import { pushImage } from '../../../../lib/output/tasks/build/push-image';
import { bumpVersion } from '../../../../lib/output/tasks/release/bump-version';
import { closePreviews } from '../../../../lib/output/tasks/preview/close-previews';
import type { TaskContext } from '../../../../lib/output/tasks/shared/context';
import { deployApp } from '../../../../lib/output/tasks/deploy/deploy-app';
import { findTestedImage } from '../../../../lib/output/tasks/release/find-tested-image';
import { imageScan } from '../../../../lib/output/tasks/hooks/image-scan';
import { notify } from '../../../../lib/output/tasks/hooks/notify';
import { previewApp } from '../../../../lib/output/tasks/preview/preview-app';
import { awaitRollout } from '../../../../lib/output/tasks/deploy/await-rollout';
import { promoteApps } from '../../../../lib/output/tasks/release/promote';
import { publishOutcome } from '../../../../lib/output/tasks/test/publish-outcome';
import { recordImages } from '../../../../lib/output/tasks/deploy/record-images';
import { releaseVersion } from '../../../../lib/output/tasks/release/release-version';
import { runTests, runTestsInMatrix } from '../../../../lib/output/tasks/test/run-tests';
import { smoke } from '../../../../lib/output/tasks/deploy/smoke';
import { tagRelease } from '../../../../lib/output/tasks/release/tag-release';
import { checkProvenance } from '../../../../lib/output/tasks/release/check-provenance';
import { validateSession } from '../../../../lib/output/tasks/test/validate-session';
import { verdict } from '../../../../lib/output/tasks/test/verdict';
import { verifyRepository } from '../../../../lib/output/tasks/test/verify';
import { surroundings } from '../../../../lib/output/tasks/shared/surroundings';
import { giveEveryStep } from '../../../../lib/tekton/every-step';
import { app, images, stack, team } from '../../team/model';

/** Every Task of the catalogue as it is written. */

export interface StepManifest {
  readonly name: string;
  readonly image: string;
  readonly script: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly args?: readonly string[];
  readonly computeResources: { readonly requests: Record<string, string>; readonly limits: Record<string, string> };
  readonly securityContext?: Record<string, unknown>;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly results?: readonly { readonly name: string }[];
  readonly onError?: string;
  readonly when?: readonly { readonly input: string; readonly operator: string; readonly values: readonly string[] }[];
}
export interface TaskManifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly params: readonly { readonly name: string; readonly default?: unknown }[];
    readonly results?: readonly { readonly name: string; readonly value?: string }[];
    readonly volumes?: readonly ({ readonly name: string } & Record<string, Record<string, unknown>>)[];
    readonly stepTemplate: { readonly securityContext?: Record<string, unknown>; readonly env?: StepManifest['env'] };
    readonly steps: readonly StepManifest[];
  };
}

const MAKERS: readonly ((scope: Construct, context: TaskContext) => unknown)[] = [
  ...[...BUILD_TOOLS, 'dockerfile' as const].map(
    (tool) => (scope: Construct, context: TaskContext) => buildTask(scope, context, tool),
  ),
  ...TEST_KINDS.map((kind) => (scope: Construct, context: TaskContext) => runTests(scope, context, kind)),
  ...TEST_KINDS.map((kind) => (scope: Construct, context: TaskContext) => runTestsInMatrix(scope, context, kind)),
  ...BUILD_TOOLS.map((tool) => (scope: Construct, context: TaskContext) => testUnit(scope, context, tool)),
  ...[
    awaitRollout,
    bumpVersion,
    closePreviews,
    deployApp,
    findTestedImage,
    imageScan,
    notify,
    previewApp,
    promoteApps,
    publishOutcome,
    pushImage,
    recordImages,
    releaseVersion,
    smoke,
    tagRelease,
    validateSession,
    verdict,
    checkProvenance,
    verifyRepository,
  ],
];

/** By name. @param unit what a unit test in each toolchain is @default - none */
export function allTasks(props: Partial<TeamProps> = {}, unit?: string): ReadonlyMap<string, TaskManifest> {
  const chart = new Chart(new App(), 'tasks', { namespace: 'ci-shop' });
  const apps = BUILD_TOOLS.map((tool) => app(tool, { build: { tool, env: {}, platforms: [] }, tests: { unit } }));
  const given = team({ platform: { repoURL: 'https://git.example.com/acme/platform' }, ...props }, [
    stack('tools', unit === undefined ? [app('web')] : apps),
  ]);
  giveEveryStep(chart, surroundings(given));
  for (const make of MAKERS) make(chart, { team: given, images });
  return new Map((chart.toJson() as TaskManifest[]).map((task) => [task.metadata.name, task]));
}

export function taskNamed(tasks: ReadonlyMap<string, TaskManifest>, name: string): TaskManifest {
  const task = tasks.get(name);
  if (task === undefined) throw new Error(`there is no Task ${name}`);
  return task;
}
export function stepNamed(task: TaskManifest, name: string): StepManifest {
  const step = task.spec.steps.find((each) => each.name === name);
  if (step === undefined) throw new Error(`${task.metadata.name} has no step ${name}`);
  return step;
}

/** As the pod gets it: Tekton merges the template's settings into a step's, field by field. */
export const securityOf = ({ spec }: TaskManifest, step: StepManifest): Record<string, unknown> => ({
  ...spec.stepTemplate.securityContext,
  ...step.securityContext,
});
export const envOf = ({ spec }: TaskManifest, step: StepManifest): Record<string, string> =>
  Object.fromEntries([...(spec.stepTemplate.env ?? []), ...(step.env ?? [])].map(({ name, value }) => [name, value]));
/** Names of the Secrets and claims that a step mounts. */
export const sourcesOf = (
  { spec }: TaskManifest,
  step: StepManifest,
  kind: 'secret' | 'persistentVolumeClaim',
): string[] =>
  (step.volumeMounts ?? []).flatMap(({ name }) => {
    const source = spec.volumes?.find((volume) => volume.name === name)?.[kind];
    return source === undefined ? [] : [String(source.secretName ?? source.claimName)];
  });
