import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { LABEL_MAX } from '../../../lib/words/names';

/** What names of stacks, runs and apps look like, so that they are one part of a path. */
const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
export const isFolderName = (name: string): boolean =>
  name.length <= LABEL_MAX && NAME.test(name) && !name.includes('..');

/**
 * The folder of a run's reports, made of what its request asks for, never of a result: code of the repository may have written
 * that. Who may ask for runs may ask for anything, so a request has one only once a run was made for it, of a stack that its team has.
 * @returns undefined: it can have no reports
 */
export function runFolder({
  metadata,
  spec,
  status,
}: Pick<RunRequest, 'metadata' | 'spec' | 'status'>): string | undefined {
  const { stack, pipeline } = spec;
  const isRun = pipeline === 'pr-test' && status?.runUID !== undefined;
  return isRun && isFolderName(stack) && isFolderName(metadata.name)
    ? [stack, pipeline, metadata.name].join('/')
    : undefined;
}
