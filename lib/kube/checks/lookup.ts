import type { Emitted, Manifest } from '../manifest';

/** How a rule on one object finds the others. */
export interface ObjectLookup {
  /** The first object with the same group, kind, namespace and name. */
  first(manifest: Manifest): Emitted | undefined;
  /** The object, if it is emitted. */
  find(kind: string, namespace: string | undefined, name: string): Manifest | undefined;
  namesOf(kind: string, namespace: string | undefined): Iterable<string>;
  /** The object is emitted, listed as existing, or in every cluster. A `*` in the name stands for any text. */
  has(kind: string, namespace: string | undefined, name: string): boolean;
  /** Deployments and the like of a namespace whose pods bear the labels. */
  workloadsOf(namespace: string | undefined, labels: Readonly<Record<string, string>>): readonly Manifest[];
}
