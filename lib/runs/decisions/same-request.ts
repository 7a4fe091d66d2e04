import { canonicalJson } from '../../words/canonical-json';
import type { RunRequest } from '../ask/run-request';

/**
 * Whether two requests of one name stand for the same run. Their apps may differ, because changed paths are not known every
 * time, and so may their source, because one event may come by two hooks.
 */
export function isSameRequest({ spec: a }: RunRequest, { spec: b }: RunRequest): boolean {
  const same = (['pipeline', 'team', 'stack', 'revision'] as const).every((key) => a[key] === b[key]);
  const app = a.pipeline !== 'merge-release' || a.apps?.join() === b.apps?.join();
  return (
    same &&
    app &&
    a.pullRequest?.number === b.pullRequest?.number &&
    (a.source?.attempt ?? 0) === (b.source?.attempt ?? 0)
  );
}

/** Whether two requests ask for exactly the same, whoever asks. */
export const hasSameSpec = (a: RunRequest, b: RunRequest): boolean => canonical(a) === canonical(b);

/** The spec without the fields that say who asked and whether it was cancelled since. */
const canonical = ({ spec }: RunRequest): string => canonicalJson({ ...spec, source: undefined, cancel: undefined });
