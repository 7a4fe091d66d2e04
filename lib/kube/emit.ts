import { ApiObject, JsonPatch, Lazy } from 'cdk8s';
import type { GroupVersionKind } from 'cdk8s';
import type { Construct } from 'constructs';
import { isObject } from '../words/mapping';

/** A generated class of `imports/` or of cdk8s-plus' `k8s`: names the kind and maps its props to the wire. */
export interface Kind<Props> {
  readonly GVK: GroupVersionKind;
  manifest(props: Props): unknown;
}

/**
 * A kind whose fields are given by the names of the wire: one without a generated class, or one of which a cluster file says
 * fields by their own names.
 */
export const wireKind = <Spec extends object>(apiVersion: string, kind: string): Kind<{ readonly spec: Spec }> => ({
  GVK: { apiVersion, kind },
  manifest: (props) => ({ apiVersion, kind, ...props }),
});

export interface Metadata {
  readonly name: string;
  /** @default - the chart's namespace; none for what is cluster-scoped */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: string[];
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
    Object.fromEntries(
      Object.entries(kind.manifest(props as Props) as object).filter(([field]) => !IDENTITY.includes(field)),
    );
  return new Resource(
    scope,
    kind.GVK,
    metadata,
    typeof body === 'function' ? () => ({ spec: map(body()).spec }) : () => map(body),
  );
}

/** An object that cannot be written as it is to be. */
export class UnwritableError extends Error {
  constructor(
    /** `Pipeline shop-bootstrap` */
    readonly object: string,
    readonly reason: string,
  ) {
    super(`${object} cannot be written: ${reason}`);
  }
}

/**
 * An ApiObject that renders its own body. cdk8s walks it twice and makes a context for each leaf, in case a resolver wants
 * it; what a generated mapper gives holds nothing to resolve but a `Lazy`. Left to cdk8s, synth of 50 teams of 40 apps
 * takes 5 to 8 percent more CPU. Identity and patches are those of cdk8s.
 */
class Resource extends ApiObject {
  constructor(
    scope: Construct,
    gvk: GroupVersionKind,
    metadata: Metadata,
    private readonly fields: () => Readonly<Record<string, unknown>>,
  ) {
    super(scope, 'Resource', { ...gvk, metadata: { ...metadata } });
  }

  override toJson(): unknown {
    const { apiVersion, kind } = this;
    try {
      const json = { apiVersion, kind, metadata: this.metadata.toJson(), ...(plain(this.fields()) as object) };
      // private to ApiObject, which has no other way to them; tsc still sees when it is gone
      const patches: readonly JsonPatch[] = this['patches'];
      return patches.reduce<unknown>(patched, json);
    } catch (error) {
      throw new UnwritableError(`${kind} ${this.name}`, (error as Error).message);
    }
  }
}

function patched(json: unknown, patch: JsonPatch): unknown {
  // one of another copy of cdk8s is as good
  if (!isObject(patch) || !('_toJson' in patch))
    throw new Error(`what it is patched with is not JsonPatch: ${JSON.stringify(patch)}`);
  try {
    return JsonPatch.apply(json, patch);
  } catch (error) {
    const operation = (patch as unknown as { _toJson(): Operation })._toJson();
    const missing = missingOf(json, operation);
    const [reason] =
      missing === undefined
        ? (error as Error).message.split('\n')
        : [`it has no ${missing}, which a patch before may add`];
    throw new Error(`patch ${JSON.stringify(operation)} cannot be applied to it: ${reason}`);
  }
}

/** https://www.rfc-editor.org/rfc/rfc6902 */
interface Operation {
  readonly op: string;
  readonly path: string;
  /** Of what moves or is copied. */
  readonly from?: string;
}

/** What an operation asks for, and the object has not: what is added, moved or copied needs a place alone. */
function missingOf(json: unknown, { op, path, from }: Operation): string | undefined {
  const needed = ['add', 'move', 'copy'].includes(op) ? path.slice(0, Math.max(path.lastIndexOf('/'), 0)) : path;
  return (from === undefined ? undefined : missingIn(json, from)) ?? missingIn(json, needed);
}

/** The first part of a path that is not there. https://www.rfc-editor.org/rfc/rfc6901 */
function missingIn(json: unknown, pointer: string): string | undefined {
  const parts = pointer.split('/').slice(1);
  let value = json;
  for (const [index, part] of parts.entries()) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    value = isObject(value) ? (value as Record<string, unknown>)[key] : undefined;
    if (value === undefined) return `/${parts.slice(0, index + 1).join('/')}`;
  }
  return undefined;
}

/** Keys sorted, nothing undefined. */
function plain(value: unknown): unknown {
  if (value instanceof Lazy) return plain(value.produce());
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const sorted: Record<string, unknown> = {};
  for (const key of sortedKeys(value)) {
    const rendered = plain((value as Readonly<Record<string, unknown>>)[key]);
    if (rendered !== undefined && rendered !== null) sorted[key] = rendered;
  }
  return sorted;
}

/** Generated mappers give nearly all objects with their keys in order, and to sort those again is a tenth of all memory that synth takes. */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value);
  return keys.every((key, index) => index === 0 || (keys[index - 1] as string) < key) ? keys : keys.sort();
}
