import { withoutShard } from '../../../lib/words/names';

/** How the database has a kind of tests that ran in several ways: the kind, and the name of the combination after a `/`. */

interface OfKind {
  readonly kind: string;
  readonly combination?: string;
}

export const storedKind = ({ kind, combination }: OfKind): string =>
  combination === undefined || combination === '' ? kind : `${kind}/${combination}`;

/** The same of a case, which is no other one if it comes into another shard. */
export const caseKind = ({ kind, combination = '' }: OfKind): string =>
  storedKind({ kind, combination: withoutShard(combination) });

export function readKind(stored: string): OfKind {
  const at = stored.indexOf('/');
  return at === -1 ? { kind: stored } : { kind: stored.slice(0, at), combination: stored.slice(at + 1) };
}
