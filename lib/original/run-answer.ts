import type { PipelineKind } from '../words/names';

/** What the original's clients read in the answer to an ask: the name of the run, and the pipeline in the original's word. */

const MODES: Readonly<Record<PipelineKind, string>> = {
  'pr-test': 'pr',
  'merge-release': 'merge',
  bootstrap: 'bootstrap',
  promote: 'promote',
  verify: 'verify',
};

interface Named {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly pipeline: PipelineKind };
}

/** The original's words about the first of these requests; none where there is none. */
export const inOldWords = ([first]: readonly Named[]): { readonly pipelinerun?: string; readonly mode?: string } =>
  first ? { pipelinerun: first.metadata.name, mode: MODES[first.spec.pipeline] } : {};

export const OLD_MODES: readonly string[] = Object.values(MODES);
