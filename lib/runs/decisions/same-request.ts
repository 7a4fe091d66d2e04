import { canonicalJson } from '../../words/canonical-json';
import type { RunRequest } from '../ask/run-request';
import { isOfHost } from './of-host';

/**
 * Whether two requests of one name stand for the same run: both are the Git host's, of one repository. Their apps and their
 * trust may differ, because changed paths and members are not known every time, and so may the rest of their source, because
 * one event may come by two hooks. Whoever may not speak for the Git host has no such request.
 */
export function isSameRequest(one: RunRequest, other: RunRequest): boolean {
  const [{ spec: a }, { spec: b }] = [one, other];
  const same = (['pipeline', 'team', 'stack', 'revision'] as const).every((key) => a[key] === b[key]);
  const app = a.pipeline !== 'merge-release' || a.apps?.join() === b.apps?.join();
  return (
    same &&
    app &&
    isOfHost(one) === isOfHost(other) &&
    a.source?.repository?.host === b.source?.repository?.host &&
    a.source?.repository?.id === b.source?.repository?.id &&
    a.pullRequest?.number === b.pullRequest?.number &&
    // by its name where it has no number: a number outlives a name
    (a.source?.repository?.id !== undefined ||
      a.pullRequest?.repo.toLowerCase() === b.pullRequest?.repo.toLowerCase()) &&
    (a.source?.attempt ?? 0) === (b.source?.attempt ?? 0)
  );
}

/** Whether two requests ask for exactly the same, whoever asks. */
export const hasSameSpec = (a: RunRequest, b: RunRequest): boolean => canonical(a) === canonical(b);

/** The spec without the fields that say who asked and whether it was cancelled since. */
const canonical = ({ spec }: RunRequest): string => canonicalJson({ ...spec, source: undefined, cancel: undefined });
