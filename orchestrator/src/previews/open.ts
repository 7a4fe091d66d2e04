import type { KubeObject } from '../../../lib/kube/api';
import type { OpenPreviews } from '../../../lib/runs/run/closing-run';
import { ANNOTATIONS, LABELS } from '../../../lib/words/labels';
import type { Run } from '../queue/objects';
import { isDone } from '../queue/objects';

/** Which previews are open, and which of them nobody needs any more: pure. */

/** The previews that one run has open in an environment. */
export interface Opened extends OpenPreviews {
  /** The name of the run, as the objects tell it; empty if they do not. */
  readonly run: string;
  /** RFC 3339 time at which the last of them expires; empty if they do not tell it. */
  readonly expires: string;
}

/** Groups the objects of previews in an environment by their run. An object that names no run is of no preview. */
export function openedBy(namespace: string, objects: readonly KubeObject[]): readonly Opened[] {
  const runs = new Map<string, Opened>();
  for (const { metadata } of objects) {
    const uid = metadata.labels?.[LABELS.runUid];
    if (!uid) continue;
    const { [ANNOTATIONS.run]: run = '', [ANNOTATIONS.expires]: expires = '' } = metadata.annotations ?? {};
    const before = runs.get(uid);
    const later = before !== undefined && before.expires > expires ? before.expires : expires;
    runs.set(uid, { namespace, uid, run: before?.run || run, expires: later });
  }
  return [...runs.values()];
}

/**
 * Says why nobody needs the previews of a run.
 * @param run the PipelineRun that now has the name; undefined if there is none
 * @returns undefined while the run may still need them
 */
export function whyIdle({ uid, run: name, expires }: Opened, run: Run | undefined, now: Date): string | undefined {
  const until = Date.parse(expires);
  if (Number.isNaN(until)) return `its objects do not tell until when they are needed${expires && `: '${expires}'`}`;
  if (until <= now.getTime()) return `its time was up at ${expires}`;
  if (run?.metadata.uid !== uid) return `there is no run ${name} any more`;
  return isDone(run) ? `run ${name} is over` : undefined;
}
