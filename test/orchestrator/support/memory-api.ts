import type { KindRef, KubeApi, KubeObject, List } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';

type Stored = KubeObject & {
  readonly metadata: {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly namespace: string;
    readonly creationTimestamp: string;
  };
  readonly [field: string]: unknown;
};

/** What an API server does to objects of which no schema is known: names, versions, preconditions, patches, a status of its own. */
export class MemoryApi implements KubeApi {
  /** Every state since the beginning: by `plural namespace/name`. The last one is now. */
  readonly history: ReadonlyMap<string, Stored>[] = [new Map()];
  private made = 0;

  get now(): ReadonlyMap<string, Stored> {
    return this.history.at(-1)!;
  }

  all<T>({ plural }: KindRef, version = this.history.length - 1): readonly T[] {
    return [...this.history[version]!]
      .filter(([key]) => key.startsWith(`${plural} `))
      .map(([, object]) => object as unknown as T);
  }

  async get<T>(kind: KindRef, namespace: string, name: string): Promise<T | undefined> {
    return this.now.get(keyOf(kind, namespace, name)) as T | undefined;
  }

  async list<T>(kind: KindRef): Promise<List<T>> {
    return { items: this.all<T>(kind), resourceVersion: String(this.history.length) };
  }

  async create<T>(kind: KindRef, namespace: string, body: object): Promise<T> {
    const { metadata, ...rest } = body as Stored;
    const key = keyOf(kind, namespace, metadata.name);
    if (this.now.has(key)) throw new ApiError(`${key} already exists`, 409, 'AlreadyExists');
    const time = new Date(Date.UTC(2026, 0, 1) + this.history.length * 1000).toISOString();
    return this.put(key, {
      ...rest,
      metadata: { ...metadata, namespace, uid: `uid-${++this.made}`, resourceVersion: '', creationTimestamp: time },
    }) as T;
  }

  async patch<T>(
    kind: KindRef,
    namespace: string,
    name: string,
    patch: object,
    { type = 'merge', subresource }: { readonly type?: 'merge' | 'json'; readonly subresource?: 'status' } = {},
  ): Promise<T> {
    const key = keyOf(kind, namespace, name);
    const object = this.now.get(key);
    if (object === undefined) throw new ApiError(`${key} not found`, 404, 'NotFound');
    if (type === 'json') return this.put(key, jsonPatch(object, patch as readonly Operation[])) as T;
    const { metadata = {}, ...fields } = patch as { readonly metadata?: Readonly<Record<string, unknown>> };
    for (const field of ['uid', 'resourceVersion'] as const) {
      if (metadata[field] !== undefined && metadata[field] !== object.metadata[field])
        throw new ApiError(`${key}: ${field} is another`, 409, 'Conflict');
    }
    const { status, ...spec } = fields as { readonly status?: unknown };
    const { annotations } = metadata;
    return this.put(
      key,
      merge(object, subresource === 'status' ? { status } : { ...spec, metadata: { annotations } }) as Stored,
    ) as T;
  }

  async delete(
    kind: KindRef,
    namespace: string,
    name: string,
    preconditions: { readonly uid?: string; readonly resourceVersion?: string } = {},
  ): Promise<void> {
    const key = keyOf(kind, namespace, name);
    const object = this.now.get(key);
    if (object === undefined) return;
    for (const field of ['uid', 'resourceVersion'] as const) {
      if (preconditions[field] !== undefined && preconditions[field] !== object.metadata[field])
        throw new ApiError(`${key}: ${field} is another`, 409, 'Conflict');
    }
    const next = new Map(this.now);
    next.delete(key);
    this.history.push(next);
  }

  async log(): Promise<string> {
    throw new ApiError('there are no pods here', 404, 'NotFound');
  }

  follow(): never {
    throw new ApiError('there are no pods here', 404, 'NotFound');
  }

  pages(): never {
    throw new Error('nothing is watched here: states are read from the history');
  }

  watch(): never {
    throw new Error('nothing is watched here: states are read from the history');
  }

  private put(key: string, object: Stored): Stored {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.history.length) } };
    this.history.push(new Map(this.now).set(key, stored));
    return stored;
  }
}

const keyOf = ({ plural }: KindRef, namespace: string, name: string): string => `${plural} ${namespace}/${name}`;

/** https://www.rfc-editor.org/rfc/rfc7386 */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = { ...(target as object) };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else if (value !== undefined) merged[field] = merge(merged[field], value);
  }
  return merged;
}

interface Operation {
  readonly op: 'test' | 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** https://www.rfc-editor.org/rfc/rfc6902 */
const jsonPatch = (object: Stored, operations: readonly Operation[]): Stored =>
  operations.reduce((patched, operation) => {
    // https://www.rfc-editor.org/rfc/rfc6901
    const names = operation.path
      .slice(1)
      .split('/')
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
    return patchAt(patched, names, operation) as Stored;
  }, object);

function patchAt(target: object, [name = '', ...rest]: readonly string[], operation: Operation): object {
  const fields = { ...target } as Record<string, unknown>;
  const { op, path, value } = operation;
  if (rest.length > 0) return { ...fields, [name]: patchAt((fields[name] ?? {}) as object, rest, operation) };
  if (op === 'test') {
    if (fields[name] !== value) throw new ApiError(`testing value ${path} failed`, 422, 'Invalid');
    return fields;
  }
  if (op !== 'add' && !(name in fields)) throw new ApiError(`${path} is missing`, 422, 'Invalid');
  if (op === 'remove') delete fields[name];
  else fields[name] = value;
  return fields;
}
