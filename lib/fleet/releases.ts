import type { Change } from './edit-versions';
import type { VersionsFile } from './versions';

/** What a release makes of the entry of an app in versions.yaml. */

type Entry = VersionsFile['apps'][string];

/** The three numbers of a version, and the number of the candidate: a version itself comes after its candidates. */
function parts(version: string): readonly number[] {
  const [release = '', candidate] = version.split('-rc.');
  return [...release.split('.').map(Number), candidate === undefined ? Infinity : Number(candidate)];
}

/** Whether a version comes after another. */
export function isAfter(version: string, other: string): boolean {
  const others = parts(other);
  const index = parts(version).findIndex((part, i) => part !== others[i]);
  return index >= 0 && (parts(version)[index] ?? 0) > (others[index] ?? 0);
}

/** What `1.2.3-rc.4` is released as: `1.2.3`. */
export const releaseOf = (version: string): string => version.split('-rc.')[0] ?? version;

/** What is worked on after a release: `1.2.4-rc.0`. */
function nextOf(version: string): string {
  const [major, minor, patch] = parts(version);
  return `${major}.${minor}.${(patch ?? 0) + 1}-rc.0`;
}

/** What follows a candidate that passed. */
export function candidateOf(version: string): string {
  const candidate = parts(version).at(-1) ?? 0;
  return `${releaseOf(version)}-rc.${Number.isFinite(candidate) ? candidate + 1 : 0}`;
}

/** A release that is to be recorded. */
export interface Release {
  readonly version: string;
  readonly digest: string;
  /** Whether a person asked for this very version. */
  readonly asked: boolean;
  /** Whether it is out already, and on record nowhere as far as was known. */
  readonly tagged: boolean;
}

/**
 * The version that a release gets, and what is written. A version that another image got meanwhile is not given again;
 * what is in preparation never goes back.
 */
export function recordRelease(
  entry: Entry,
  { version: wanted, digest, asked, tagged }: Release,
): { readonly version: string; readonly change: Change } {
  const { 'last-released': last } = entry;
  const isBehind = last !== undefined && !isAfter(wanted, last);
  if (tagged && isBehind) return { version: wanted, change: {} };
  const isTaken = !asked && isBehind && !(last === wanted && entry.digest === digest);
  const version = isTaken ? releaseOf(entry.version) : wanted;
  const next = nextOf(version);
  return {
    version,
    change: {
      version: isAfter(next, entry.version) ? next : entry.version,
      'last-released': version,
      digest,
    },
  };
}
