import { canonicalJson } from '../../words/canonical-json';
import type { RunRequest } from '../ask/run-request';

/**
 * Whether two requests of one name stand for the same run: both are the Git host's, of one repository. Their apps and their
 * trust may differ, because changed paths and members are not known every time, and so may the rest of their source, because
 * one event may come by two hooks. Whoever may not speak for the Git host has no such request. A version of this program that
 * says less of the repository made it of the same name.
 */
export function isSameRequest({ spec: a }: RunRequest, { spec: b }: RunRequest): boolean {
  const same = (['pipeline', 'team', 'stack', 'revision'] as const).every((key) => a[key] === b[key]);
  const app = a.pipeline !== 'merge-release' || a.apps?.join() === b.apps?.join();
  const [one, other] = [a.source?.repository, b.source?.repository];
  return (
    same &&
    app &&
    (a.source?.eventTime === undefined) === (b.source?.eventTime === undefined) &&
    agree(one?.host, other?.host) &&
    agree(one?.id, other?.id) &&
    a.pullRequest?.number === b.pullRequest?.number &&
    // by its name where one has no number: a number outlives a name
    ((one?.id !== undefined && other?.id !== undefined) ||
      a.pullRequest?.repo.toLowerCase() === b.pullRequest?.repo.toLowerCase()) &&
    // which attempt it is says the name; the number counts on from what was known
    (a.source?.attempt === undefined) === (b.source?.attempt === undefined)
  );
}

const agree = <T>(a: T | undefined, b: T | undefined): boolean => a === undefined || b === undefined || a === b;

/** Whether two requests ask for exactly the same, whoever asks. */
export const hasSameSpec = (a: RunRequest, b: RunRequest): boolean => canonical(a) === canonical(b);

/** The spec without the fields that say who asked and whether it was cancelled since. */
const canonical = ({ spec }: RunRequest): string => canonicalJson({ ...spec, source: undefined, cancel: undefined });
