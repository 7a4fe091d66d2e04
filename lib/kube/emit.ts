import { ApiObject, Lazy } from 'cdk8s';
import type { GroupVersionKind } from 'cdk8s';
import type { Construct } from 'constructs';

/** A generated class of `imports/` or of cdk8s-plus' `k8s`: names the kind and maps its props to the wire. */
export interface Kind<Props> {
  readonly GVK: GroupVersionKind;
  manifest(props: Props): unknown;
}

export interface Metadata {
  readonly name: string;
  /** @default - the chart's namespace; none for what is cluster-scoped */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const IDENTITY = ['apiVersion', 'kind', 'metadata'];

/**
 * Emits one object as a plain ApiObject that the generated mapper has filled: typed like the generated class, yet
 * `ApiObject.of(scope).addJsonPatch(…)` works on it, also on fields that the schema does not know (generated classes
 * filter those away after the patch). The object becomes the default child of `scope`, the construct it stands for.
 *
 * @param body the props without metadata; given as a function, `spec` is produced at synth, after later mutations
 */
export function emit<Props extends object>(
  scope: Construct,
  kind: Kind<Props>,
  metadata: Metadata,
  body: Omit<Props, 'metadata'> | (() => Omit<Props, 'metadata'>),
): ApiObject {
  const map = (props: Omit<Props, 'metadata'>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(kind.manifest(props as Props) as object).filter(([field]) => !IDENTITY.includes(field)));
  const fields = typeof body === 'function' ? { spec: Lazy.any({ produce: () => map(body()).spec }) } : map(body);
  return new ApiObject(scope, 'Resource', { ...kind.GVK, metadata: { ...metadata }, ...fields });
}
