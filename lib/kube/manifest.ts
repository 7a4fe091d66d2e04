import type { Manifest } from '../words/manifest';

export type { Manifest };

/** An object and the file of the output that holds it (relative to the output's root). */
export interface Emitted {
  readonly file: string;
  readonly manifest: Manifest;
  /** Whether the authors of a release made it. */
  readonly isForeign?: boolean;
}

/** API group of an object; empty for the core group. */
export const groupOf = (manifest: Pick<Manifest, 'apiVersion' | 'kind'>): string => {
  const slash = manifest.apiVersion.indexOf('/');
  return slash === -1 ? '' : manifest.apiVersion.slice(0, slash);
};

/** What may exist once in a cluster: `group/kind/namespace/name`. The version is no part of it. */
export const keyOf = (manifest: Manifest): string =>
  `${groupOf(manifest)}/${manifest.kind}/${manifest.metadata.namespace ?? ''}/${manifest.metadata.name}`;

/** For messages: `Task team-a/build`, `ClusterRole runs`. */
export const describe = (manifest: Manifest): string =>
  `${manifest.kind} ${manifest.metadata.namespace === undefined ? '' : `${manifest.metadata.namespace}/`}${manifest.metadata.name}`;

/** The value at a path of field names; undefined as soon as one is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, field) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[field] : undefined,
    value,
  );
}

/** The value as a list; empty if it is none. */
export const list = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : []);
