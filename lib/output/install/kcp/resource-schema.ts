import type { Manifest } from '../../../kube/manifest';
import { at } from '../../../kube/manifest';
import { inOrder } from '../../../kube/in-order';
import { canonicalJson } from '../../../words/canonical-json';
import { isMapping } from '../../../words/mapping';
import { hash32 } from '../../../words/names';

/** What an APIResourceSchema takes of a version of a CustomResourceDefinition. */
interface Version {
  readonly name: string;
  readonly storage: boolean;
  readonly schema: { readonly openAPIV3Schema: object };
  readonly additionalPrinterColumns?: readonly object[];
  readonly subresources?: object;
}

/** A kind as kcp exports it, and the schema that it is exported by. */
export interface ExportedKind {
  readonly group: string;
  /** The plural. */
  readonly name: string;
  readonly schema: Manifest;
}

/**
 * The kind of a CustomResourceDefinition, in the version that is stored: kcp calls no webhook in a cluster, so nothing converts others.
 * A schema never changes. Its name begins with a hash of what it holds, so another one comes beside it, and the export names that.
 * https://docs.kcp.io/kcp/latest/concepts/apis/exporting-apis/
 */
export function exportedKind({ spec }: Manifest): ExportedKind {
  const [group, name] = [String(at(spec, 'group')), String(at(spec, 'names', 'plural'))];
  const stored = (at(spec, 'versions') as readonly Version[]).find(({ storage }) => storage) as Version;
  const { kind, shortNames, categories, ...names } = at(spec, 'names') as Readonly<Record<string, unknown>>;
  // an API server makes these two of the kind where Tekton does not say them; kcp refuses a schema without them
  const { singular = String(kind).toLowerCase(), listKind = `${kind}List` } = names;
  const said = {
    group,
    names: { plural: name, singular, kind, listKind, shortNames, categories },
    scope: at(spec, 'scope'),
    versions: [
      {
        name: stored.name,
        served: true,
        storage: true,
        schema: stored.schema.openAPIV3Schema,
        additionalPrinterColumns: stored.additionalPrinterColumns,
        // an empty one is left out where a value that is not there is
        subresources: isMapping(stored.subresources) ? stored.subresources : {},
      },
    ],
  };
  const prefix = `v${hash32(canonicalJson(said), 8)}`;
  return {
    group,
    name,
    schema: inOrder({
      apiVersion: 'apis.kcp.io/v1alpha1',
      kind: 'APIResourceSchema',
      metadata: { name: `${prefix}.${name}.${group}` },
      spec: said,
    }),
  };
}
