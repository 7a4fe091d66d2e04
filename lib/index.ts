/**
 * What a team may build with. A `team.ts` needs `Team` alone and a cluster's file `Cluster`; the rest is for Tasks and Pipelines of one's own:
 *
 * ```ts
 * const greet = new Task(chart, 'greet', {
 *   description: 'Greets somebody',
 *   params: { who: Param.string() },
 *   results: { GREETING: Result.string('The greeting') },
 *   steps: ({ params, results }) => [
 *     { name: 'greet', image, script, env: { WHO: params.who, OUT: results.GREETING.path }, resources: SMALL },
 *   ],
 * });
 * const pipeline = new Pipeline(chart, 'welcome', { description: 'Greets and repeats', params: { who: Param.string() } });
 * const greeted = pipeline.task('greet', greet, { timeout: '5m0s', params: { who: pipeline.params.who } });
 * // that it uses the result of greet makes the edge
 * pipeline.task('repeat', greet, { timeout: '5m0s', params: { who: greeted.results.GREETING } });
 * ```
 */

// Teams and clusters: docs/team.md, docs/cluster.md

/** A team, as `teams/<team>/team.ts` exports it by default. docs/team.md */
export { Team } from './team';
/** The fields of a team. docs/team.md */
export type { TeamProps } from './team';
/** A cluster, as `clusters/<cluster>.ts` exports it by default. docs/cluster.md */
export { Cluster } from './cluster';
/** The fields of a cluster. docs/cluster.md */
export type { ClusterProps } from './cluster';
/** What holds for all teams, as `fleet.ts` exports it by default. docs/extending.md */
export { Fleet } from './whole-fleet';
/** What a fleet says. docs/extending.md */
export type { FleetProps } from './whole-fleet';
/** A language that this program does not know, and the folder that is kept from one build of an app to the next. docs/extending.md */
export type { ToolchainProps } from './fleet/own-toolchains';
export { CACHE } from './fleet/toolchains';
/** A way in which requests of a session reach previews that this program does not know, and what its functions are given. docs/extending.md */
export type { BackendApp, BackendPreview, BackendProps } from './output/backends/own';
/** A check of one's own over all objects: what it is given, and what it reports. docs/extending.md */
export type { Check, CheckedObject, Violation } from './output/policies';
/** Adds tasks of one's own to the Pipeline that tests pull requests, and what it is given. docs/extending.md */
export type { AddToPrTest, BuiltApp, PrTest } from './output/pipelines/own-tasks';
/** Changes objects of a team before they are written: the way out for a field that no setting reaches. docs/team.md */
export type { Customize } from './team';
/** The team and the stacks that `Customize` is given, to add objects to. docs/extending.md */
export type { CustomizedStack, CustomizedTeam } from './output/team/extension';
/** An object as `Customize` gets it. https://cdk8s.io/docs/latest/basics/api-object/ */
export { ApiObject } from 'cdk8s';
/** A change of one field: `object.addJsonPatch(JsonPatch.replace('/spec/…', value))`. https://cdk8s.io/docs/latest/basics/escape-hatches/ */
export { JsonPatch } from 'cdk8s';

// Tasks and Pipelines

/**
 * Renders a Task (tekton.dev/v1). A reference to something that the Task does not have throws a SynthError.
 * https://tekton.dev/docs/pipelines/tasks/
 */
export { Task } from './tekton/task';
/** Fields of a Task and the types of what it is made of: steps, their mounts and resources, and volumes. */
export type { Mount, Resources, Step, TaskProps, TaskRefs, Volume } from './tekton/task';
/**
 * Renders a Pipeline (tekton.dev/v1). `task` adds a Task and returns its results; to pass one of them to a later task
 * makes the edge. A reference to another Pipeline and a cycle throw a SynthError.
 * https://tekton.dev/docs/pipelines/pipelines/
 */
export { Pipeline } from './tekton/pipeline';
/** Fields of a Pipeline, of a task in it, and a task that was added. */
export type { PipelineProps } from './tekton/pipeline';
export type { PipelineTask, TaskOptions } from './tekton/pipeline-task';
/**
 * Declares a param: `Param.string()`, `Param.array()` or `Param.object([keys])`. One with a default may be left out.
 * https://tekton.dev/docs/pipelines/tasks/#specifying-parameters
 */
export { Param } from './tekton/param';
/**
 * Declares a result: `Result.string(description)` or `Result.array(description)`. All results of a pod share 12 KiB.
 * https://tekton.dev/docs/pipelines/tasks/#emitting-results
 */
export { Result } from './tekton/task';
/** Runs a task only if a value is among others, or is not. https://tekton.dev/docs/pipelines/pipelines/#guard-task-execution-using-when-expressions */
export { isIn, notIn } from './tekton/task';
export type { Guard } from './tekton/task';
/**
 * Composes a string of literals and references: text`${registry}/${params.app}`. A literal `$(` throws a SynthError, since
 * Tekton would replace it.
 */
export { text } from './tekton/value';
/** A string or a list of strings, each of them a literal or a reference to a param, a result or a context variable. */
export type { ArrayValue, StringValue } from './tekton/value';
/** Names and UIDs of the run, for a Pipeline and for a Task. https://tekton.dev/docs/pipelines/variables/ */
export { pipelineContext, taskContext } from './tekton/value';

// The catalogue: the Tasks that the Pipelines of a stack use

/** The Tasks of a team: `use(deployApp)` makes the Task when it is first used. */
export { Catalogue } from './output/tasks/catalogue';
/** A function that makes a Task for a team; one of your own is given to `use` like those below. */
export type { TaskFactory } from './output/tasks/catalogue';
/** The team and the images that a Task is made for. */
export type { TaskContext } from './output/tasks/shared/context';
/** Reads a script file for a step, with what it sources in place. A script that holds `$(params.…)` throws a SynthError. */
export { script } from './output/tasks/shared/script';
/** Checks out a commit in the first step of a Task of one's own. docs/extending.md */
export { checkout } from './output/tasks/shared/checkout';
export type { Checkout, CheckoutProps } from './output/tasks/shared/checkout';
/** Requests and limits of a step, from our own scripts (`SMALL`) to compilers (`LARGE`). */
export { BESIDE_LARGE, LARGE, MEDIUM, SMALL } from './output/tasks/shared/steps';
/** The security context and the home directories of a step that Pod Security `restricted` admits. */
export { HOME, OWN_HOME, RESTRICTED, SOURCE } from './output/tasks/shared/steps';

export { buildTask } from './output/tasks/build/build';
export { pushImage } from './output/tasks/build/push-image';
export { awaitRollout } from './output/tasks/deploy/await-rollout';
export { deployApp } from './output/tasks/deploy/deploy-app';
export { recordImages } from './output/tasks/deploy/record-images';
export { smoke } from './output/tasks/deploy/smoke';
export { closePreviews } from './output/tasks/preview/close-previews';
export { previewApp } from './output/tasks/preview/preview-app';
export { publishOutcome } from './output/tasks/test/publish-outcome';
export { runTests } from './output/tasks/test/run-tests';
export { validateSession } from './output/tasks/test/validate-session';
export { verdict } from './output/tasks/test/verdict';
export { verifyRepository } from './output/tasks/test/verify';
export { bumpVersion } from './output/tasks/release/bump-version';
export { findTestedImage } from './output/tasks/release/find-tested-image';
export { promoteApps } from './output/tasks/release/promote';
export { releaseVersion } from './output/tasks/release/release-version';
export { tagRelease } from './output/tasks/release/tag-release';
export { checkProvenance } from './output/tasks/release/check-provenance';
export { imageScan } from './output/tasks/hooks/image-scan';
export { notify } from './output/tasks/hooks/notify';
