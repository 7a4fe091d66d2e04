import { z } from 'zod';
import { freeText } from './ask';

/**
 * What a run was made of: enough to say of two runs what differs, and of one whether it would be made of the same now. The
 * orchestrator writes it into the status of the request, since whoever may ask could write an annotation.
 */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A run has a few: a tool for each toolchain, and what clones, pushes and deploys. */
export const TOOLS_MAX = 30;

export const madeSchema = z.strictObject({
  /** sha256 of the Pipeline as the run was composed from it. Not known where the run refers to it: Tekton reads it later. */
  pipeline: sha256.optional(),
  /** sha256 of what the orchestrator knew of the team and the stack. */
  configuration: sha256.optional(),
  /** Commit of the repository of dist/ that Argo CD had applied last. Known where the orchestrator may read that. */
  commit: freeText.optional(),
  /** Version of the orchestrator that composed the run. */
  version: freeText.optional(),
  /** Images of the steps, `name@sha256:…` as the nodes had them, in the order of their names. Known once the run is over. */
  tools: z.array(freeText).max(TOOLS_MAX).optional(),
});

export type Made = z.output<typeof madeSchema>;
