import type { KubeObject } from '../../../lib/kube/api';
import type { OpenPreviews } from '../../../lib/runs/run/closing-run';
import { ANNOTATIONS, LABELS } from '../../../lib/words/labels';
import { grouped } from '../../../lib/words/grouped';
import type { Run } from '../queue/objects';
import { isDone } from '../queue/objects';

/** Which previews are open, and which of them nobody needs any more: pure. */

/** The previews that one run has open in an environment. */
export interface Opened extends OpenPreviews {
  /** Each name that the objects give the run. Whoever makes such an object can write another one. */
  readonly runs: readonly string[];
}

/** Groups the objects of previews in an environment by their run. An object that names no run is of no preview. */
export function openedBy(namespace: string, objects: readonly KubeObject[]): readonly Opened[] {
  const previews = objects.filter(({ metadata }) => metadata.labels?.[LABELS.runUid]);
  return [...grouped(previews, ({ metadata }) => metadata.labels![LABELS.runUid]!)].map(([uid, ofRun]) => ({
    namespace,
    uid,
    runs: [...new Set(ofRun.flatMap(({ metadata }) => metadata.annotations?.[ANNOTATIONS.run] || []))],
  }));
}

/**
 * Says why nobody needs the previews of a run. A run that hangs ends by its timeout.
 * @param runs the PipelineRuns that now have the names
 * @returns undefined while the run may still need them
 */
export function whyIdle({ uid, runs: names }: Opened, runs: readonly Run[]): string | undefined {
  const run = runs.find(({ metadata }) => metadata.uid === uid);
  if (run === undefined)
    return names.length > 0 ? `there is no run ${names.join(', ')} any more` : 'its objects name no run';
  return isDone(run) ? `run ${run.metadata.name} is over` : undefined;
}
