import { z } from 'zod';
import { ask } from '../../../lib/runs/ask/ask';
import { ANNOTATIONS } from '../../../lib/words/labels';
import { factsOf } from '../history/run-query';
import type { Request, Run } from './objects';
import { rfc3339 } from './status';

/**
 * What a run was asked for, written on the run itself: Tekton Results keeps runs for longer than the cluster keeps their requests, and knows
 * nothing else of these.
 */

const schema = z.object({ branch: z.string().optional(), commit: z.string().optional(), spec: ask });
/** Other texts are times for JavaScript alone: `1` is one. */
const time = z.iso.datetime({ offset: true });

/** An object may have 256 KiB of annotations, and the run goes before its history. https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/ */
const TEXT_MAX = 64 * 1024;

/** The annotations that say it; none if it is so long that the run might be refused. */
export function askedOf(request: Request): Readonly<Record<string, string>> {
  const { branch, commit } = factsOf(request);
  const text = JSON.stringify({ branch, commit, spec: request.spec });
  return text.length > TEXT_MAX
    ? {}
    : { [ANNOTATIONS.asked]: text, [ANNOTATIONS.askedAt]: rfc3339(request.metadata.creationTimestamp) };
}

/** @returns undefined for a run that does not say it, or of which somebody else has written it */
export function readAsked({
  metadata: { annotations = {} },
}: Pick<Run, 'metadata'>): (Pick<Request, 'spec'> & { readonly at: string }) | undefined {
  const at = annotations[ANNOTATIONS.askedAt];
  if (at === undefined || !time.safeParse(at).success) return undefined;
  try {
    return { spec: schema.parse(JSON.parse(annotations[ANNOTATIONS.asked] ?? '')).spec, at };
  } catch {
    return undefined;
  }
}
