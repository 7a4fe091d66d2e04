import type { PipelineKind } from '../words/names';
import { PIPELINES } from '../words/names';

/** The original's words for pipelines. They are translated where they come in, and known nowhere else. */

const ALIASES: Readonly<Record<string, PipelineKind>> = {
  pr: 'pr-test',
  merge: 'merge-release',
  'stack-bootstrap': 'bootstrap',
  'stack-pr-test': 'pr-test',
  'stack-pr-continue': 'pr-test',
  'pr-continue': 'pr-test',
  'stack-merge-release': 'merge-release',
  'stack-dag-verify': 'verify',
  'dag-verify': 'verify',
};

/** The pipeline that a word means, in our words or the original's; undefined for any other word. */
export const pipelineOfWord = (word: string): PipelineKind | undefined =>
  PIPELINES.find((pipeline) => pipeline === word) ?? (Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined);

/** The words that `pipelineOfWord` understands, ours first. */
export const PIPELINE_WORDS: readonly string[] = [...PIPELINES, ...Object.keys(ALIASES)];
