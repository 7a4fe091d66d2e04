import type { Manifest } from '../kube/manifest';
import type { FieldChange } from './fields';

/** An object and whose it is; undefined: what the cluster holds once. */
export interface Owned {
  readonly team?: string;
  /** One of the team's further clusters. */
  readonly cluster?: string;
  readonly object: Manifest;
}

/** What happens to one object. */
export interface Change extends Owned {
  readonly action: 'added' | 'changed' | 'removed';
  /** At least its head: apiVersion, kind and metadata, as they are now, or were. */
  readonly object: Manifest;
  /** Of one that is changed. */
  readonly fields: readonly FieldChange[];
  /** Of one that is added or removed: all but its head, to recognise it under another name. */
  readonly content: string;
}

/** What becomes of a team as a whole. */
export type TeamFate = 'added' | 'removed' | `renamed from ${string}` | `renamed to ${string}`;

export interface Comparison {
  readonly changes: readonly Change[];
  /** Teams that come, go or change their name as a whole, as `whose` names them. */
  readonly teams: ReadonlyMap<string, TeamFate>;
  /** How many teams there were. @default - only some were compared */
  readonly teamsBefore?: number;
}

/** Stands where a team would, for what the cluster holds once. */
export const SHARED = 'cluster';

/** How it is told whose an object is: `payments`, `payments@eu` on another than its first cluster. */
export const whose = ({ team = SHARED, cluster }: Pick<Owned, 'team' | 'cluster'>): string =>
  cluster === undefined ? team : `${team}@${cluster}`;

/** Whether something is no team's own, by what `whose` says. */
export const isShared = (owner: string): boolean => owner.split('@')[0] === SHARED;
