import type { KindRef, KubeApi, KubeObject } from '../../../lib/kube/api';
import { ApiError, isGone } from '../../../lib/kube/api';

/** A copy of the objects of a kind that follows the API server. docs/decisions/hand-written-kubernetes-client.md says why it is not client-node's informer. */
export interface Store<T> {
  list(): readonly T[];
  get(namespace: string, name: string): T | undefined;
  /** Finds the objects with a key of `indexBy`, without a look at the others. It copies nothing: read it at once. */
  indexed(key: string): Iterable<T>;
  /** Whether the copy has been filled once. */
  readonly synced: boolean;
  /** Whether the copy was never filled because the cluster forbids it. */
  readonly forbidden: boolean;
  /** Resolves when the copy has been filled once. */
  readonly filled: Promise<void>;
  /** When the API server last said anything, as `performance.now()` counts. */
  readonly heardAt: number;
  /**
   * Calls the listener after every change, with the namespace that has changed. After a new list it calls it for every
   * namespace that has or had objects, and for the namespace of the store (`''` for all).
   */
  onChange(listener: (namespace: string) => void): void;
  stop(): void;
}

/** Which objects a store holds, and how much of each. */
export interface ListWatchOptions<T> {
  /** @default - all namespaces */
  readonly namespace?: string;
  /** Label selector. */
  readonly selector?: string;
  /** Field selector. */
  readonly fields?: string;
  /** Trims an object before it is stored: thousands of whole PipelineRuns would fill the memory. @default - only managedFields are dropped */
  readonly trim?: (object: T) => T;
  /** The store that is filled before this one begins, so that its readers need not wait for this one. */
  readonly after?: Pick<Store<unknown>, 'filled'>;
  /** The keys that `indexed` finds an object by. @default - objects have no keys */
  readonly indexBy?: (object: T) => readonly string[];
  /** Called each time that the watch starts again. */
  readonly onRestart?: (reason: RestartReason, error: Error) => void;
}

/** Why a watch starts again: the version was forgotten, the line was dead, the server was away, or it refused. */
export type RestartReason = 'expired' | 'silent' | 'unreachable' | 'refused';

/** The server ends a watch after this time; the next one goes on from there. */
const WATCH_SECONDS = 240;
/** So often everything is listed again, which repairs whatever an event missed; it costs the API server as much as thousands of events. */
const LIST_EVERY_MS = 3_600_000;
/** The server sends a bookmark each minute. A line that is silent for longer is dead, whatever TCP says. */
const SILENCE_MS = 100_000;
const BACKOFF_MS = { first: 200, last: 10_000 } as const;

/**
 * Lists, then watches from the version of the list. A watch that has ended goes on from its last version. If the server has
 * forgotten that version (410), and each hour, everything is listed again.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function listWatch<T extends KubeObject>(
  api: KubeApi,
  kind: KindRef,
  options: ListWatchOptions<T> = {},
): Store<T> {
  const store = new WatchedStore<T>(api, kind, options);
  void store.follow();
  return store;
}

class WatchedStore<T extends KubeObject> implements Store<T> {
  synced = false;
  forbidden = false;
  heardAt = performance.now();
  private resolveFilled = (): void => {};
  readonly filled = new Promise<void>((resolve) => (this.resolveFilled = resolve));
  private objects = new Map<string, T>();
  private index = new Map<string, Map<string, T>>();
  /** The version up to which the store has followed; empty if everything is to be listed. */
  private version = '';
  /** When everything is to be listed again, as `performance.now()` counts. */
  private listAgainAt = 0;
  /** The failures since a watch last brought anything. A list that goes well does not count: the watch after it may be refused each time. */
  private failures = 0;
  private readonly listeners: ((namespace: string) => void)[] = [];
  private readonly stopped = new AbortController();

  constructor(
    private readonly api: KubeApi,
    private readonly kind: KindRef,
    private readonly options: ListWatchOptions<T>,
  ) {}

  list(): readonly T[] {
    return [...this.objects.values()];
  }

  get(namespace: string, name: string): T | undefined {
    return this.objects.get(`${namespace}/${name}`);
  }

  indexed(key: string): Iterable<T> {
    return this.index.get(key)?.values() ?? [];
  }

  onChange(listener: (namespace: string) => void): void {
    this.listeners.push(listener);
  }

  stop(): void {
    this.stopped.abort();
  }

  async follow(): Promise<void> {
    const { signal } = this.stopped;
    await this.options.after?.filled;
    while (!signal.aborted) {
      try {
        if (this.version === '') await this.fill();
        const brought = await this.watch();
        if (performance.now() >= this.listAgainAt) this.version = '';
        if (!brought) await this.backOff();
      } catch (error) {
        if (signal.aborted) return;
        const reason = reasonOf(error);
        if (reason === 'expired') this.version = '';
        this.forbidden = !this.synced && error instanceof ApiError && error.status === 403;
        this.options.onRestart?.(reason, error as Error);
        await this.backOff();
      }
    }
  }

  private async backOff(): Promise<void> {
    const limit = Math.min(BACKOFF_MS.last, BACKOFF_MS.first * 2 ** this.failures++);
    // a server that is back must not meet all its clients at once
    await pause(limit * (0.5 + Math.random() / 2), this.stopped.signal);
  }

  private async fill(): Promise<void> {
    const { namespace = '', selector, fields } = this.options;
    const items: T[] = [];
    let version = '';
    for await (const page of this.api.pages<T>(this.kind, this.options.namespace, selector, fields)) {
      if (this.stopped.signal.aborted) return;
      items.push(...page.items.map((item) => this.trim(item)));
      version = page.resourceVersion;
    }
    const known = [...this.objects.values(), ...items].map(namespaceOf);
    this.objects = new Map();
    this.index = new Map();
    for (const item of items) this.put(item);
    this.version = version;
    // stores that were filled together must not list together for ever
    this.listAgainAt = performance.now() + LIST_EVERY_MS * (0.5 + Math.random() / 2);
    this.synced = true;
    this.resolveFilled();
    this.forbidden = false;
    this.heardAt = performance.now();
    for (const each of new Set([namespace, ...known])) this.notify(each);
  }

  /** @returns when the server ends the stream: whether it brought anything @throws SilenceError if the line is dead, ApiError if the server refuses or is away */
  private async watch(): Promise<boolean> {
    const { namespace, selector, fields } = this.options;
    const silence = new AbortController();
    const watchdog = setTimeout(() => silence.abort(), SILENCE_MS);
    let brought = false;
    const either = AbortSignal.any([silence.signal, this.stopped.signal]);
    try {
      const from = { resourceVersion: this.version, selector, fields, timeoutSeconds: WATCH_SECONDS };
      for await (const { type, object } of this.api.watch<T>(this.kind, namespace, from, either)) {
        watchdog.refresh();
        if (type === 'ERROR') throw statusError(object);
        brought = true;
        this.heardAt = performance.now();
        this.failures = 0;
        this.version = object.metadata.resourceVersion ?? this.version;
        if (type !== 'BOOKMARK') this.apply(type, object);
      }
      return brought;
    } catch (error) {
      throw silence.signal.aborted ? new SilenceError(`nothing was heard for ${SILENCE_MS / 1000} s`) : error;
    } finally {
      clearTimeout(watchdog);
    }
  }

  private apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T): void {
    this.remove(keyOf(object));
    if (type !== 'DELETED') this.put(this.trim(object));
    this.notify(namespaceOf(object));
  }

  private put(object: T): void {
    const name = keyOf(object);
    this.objects.set(name, object);
    for (const key of this.keysOf(object)) {
      const others = this.index.get(key) ?? new Map<string, T>();
      this.index.set(key, others.set(name, object));
    }
  }

  private remove(name: string): void {
    const object = this.objects.get(name);
    this.objects.delete(name);
    for (const key of object === undefined ? [] : this.keysOf(object)) {
      const others = this.index.get(key);
      others?.delete(name);
      if (others?.size === 0) this.index.delete(key);
    }
  }

  private readonly keysOf = (object: T): readonly string[] => this.options.indexBy?.(object) ?? [];

  private trim(object: T): T {
    const trimmed = { ...object, metadata: { ...object.metadata, managedFields: undefined } };
    return this.options.trim?.(trimmed) ?? trimmed;
  }

  private notify(namespace: string): void {
    for (const listener of this.listeners) listener(namespace);
  }
}

class SilenceError extends Error {}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });

const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? '';
const keyOf = (object: KubeObject): string => `${namespaceOf(object)}/${object.metadata.name}`;

/** An event of type ERROR bears a Status instead of an object. */
function statusError(object: unknown): ApiError {
  const {
    message = 'the watch failed',
    code,
    reason,
  } = object as { readonly message?: string; readonly code?: number; readonly reason?: string };
  return new ApiError(message, code, reason);
}

function reasonOf(error: unknown): RestartReason {
  if (error instanceof SilenceError) return 'silent';
  if (isGone(error)) return 'expired';
  return error instanceof ApiError && !error.unknown ? 'refused' : 'unreachable';
}
