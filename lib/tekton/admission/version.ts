import type { Problem } from '../../words/problem';
import { isOlder } from '../../words/version';
import type { Emitted, Manifest } from '../../kube/manifest';
import { at, describe, list } from '../../kube/manifest';
import { isPipeline, isTask } from './view';
import type { PipelineSpec, Step, TaskSpec } from '../spec/wire';

/** A part of Tekton that came late, or first behind a feature flag that is off by itself. */
interface Feature {
  readonly what: string;
  /** First version of Tekton Pipelines that takes it with the flags that it comes with. */
  readonly since: string;
  readonly uses: (manifest: Manifest) => boolean;
}

const ofSteps =
  (uses: (step: Step) => boolean) =>
  (manifest: Manifest): boolean =>
    isTask(manifest) && list((manifest.spec as TaskSpec).steps).some(uses);
const ofTasks =
  (field: 'matrix' | 'onError') =>
  (manifest: Manifest): boolean => {
    if (!isPipeline(manifest)) return false;
    const { tasks, finally: last } = manifest.spec as PipelineSpec;
    return [...list(tasks), ...list(last)].some((task) => task[field] !== undefined);
  };

/**
 * What synth or a team's own changes to the output may use, newest last. What is older than the API `tekton.dev/v1` is not here.
 * https://tekton.dev/docs/pipelines/additional-configs/#alpha-features, and the validation of each release
 * (pkg/apis/pipeline/v1)
 */
const FEATURES: readonly Feature[] = [
  { what: 'matrix of a task', since: '0.53', uses: ofTasks('matrix') },
  { what: 'onError of a task', since: '0.62', uses: ofTasks('onError') },
  { what: 'results of a step', since: '1.0', uses: ofSteps(({ results }) => results !== undefined) },
  { what: 'when of a step', since: '1.0', uses: ofSteps(({ when }) => when !== undefined) },
  { what: 'a StepAction', since: '1.0', uses: ofSteps(({ ref }) => ref !== undefined) },
  { what: 'displayName of a step', since: '1.6', uses: ofSteps((step) => at(step, 'displayName') !== undefined) },
];

/** Whether a version of Tekton does not take all that synth may use. */
export const lacksFeatures = (version: string): boolean => FEATURES.some(({ since }) => isOlder(version, since));

/** What a version of Tekton does not take, each feature once, with the objects that use it. */
export function tooNew<T extends { readonly manifest: Manifest }>(
  objects: readonly T[],
  version: string,
): readonly { readonly what: string; readonly since: string; readonly users: readonly [T, ...T[]] }[] {
  return FEATURES.filter(({ since }) => isOlder(version, since)).flatMap(({ what, since, uses }) => {
    const [first, ...others] = objects.filter(({ manifest }) => uses(manifest));
    return first === undefined ? [] : [{ what, since, users: [first, ...others] }];
  });
}

/**
 * What the Tekton of a cluster would refuse, each feature once: the first object that uses it stands for all.
 * @param objects all that is emitted for it
 * @param where `cluster 'production'`
 * @param version of Tekton Pipelines there
 */
export function checkTektonVersion(objects: readonly Emitted[], where: string, version: string): readonly Problem[] {
  return tooNew(objects, version).map(({ what, since, users: [first, ...others] }) => {
    const more = others.length > 0 ? `, as ${others.length} more do` : '';
    return {
      file: first.file,
      path: describe(first.manifest),
      message: `uses ${what}${more}, which the Tekton of ${where} does not know`,
      found: version,
      expected: `${since} or newer`,
      severity: 'error',
    };
  });
}
