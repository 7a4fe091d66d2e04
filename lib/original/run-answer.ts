import type { PipelineKind } from '../words/names';

/** What the original's clients read in the answer to an ask: the name of the run, and the pipeline in the original's word. */

const MODES: Readonly<Record<PipelineKind, string>> = {
  'pr-test': 'pr',
  'merge-release': 'merge',
  bootstrap: 'bootstrap',
  promote: 'promote',
  verify: 'verify',
};

/** A run as an answer of ours has it. */
interface AnsweredRun {
  readonly name: string;
  readonly pipeline: PipelineKind;
}

/** The fields that clients of the original read, about the first of the runs; none where there is no run. */
export const originalFields = ([first]: readonly AnsweredRun[]): {
  readonly pipelinerun?: string;
  readonly mode?: string;
} => (first ? { pipelinerun: first.name, mode: MODES[first.pipeline] } : {});

export const ORIGINAL_MODES: readonly string[] = Object.values(MODES);
