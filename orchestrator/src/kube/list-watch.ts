import type { KindRef, KubeApi, KubeObject } from '../../../lib/kube/api';
import { ApiError, isGone } from '../../../lib/kube/api';

/** A copy of the objects of a kind that follows the API server. */
export interface Store<T> {
  list(): readonly T[];
  get(namespace: string, name: string): T | undefined;
  /** Those that bear this key by `indexBy`, found without a look at the others. */
  indexed(key: string): readonly T[];
  /** Whether it has been filled once. */
  readonly synced: boolean;
  /** Whether it never was, because it may not be. */
  readonly forbidden: boolean;
  /** When it has been. */
  readonly filled: Promise<void>;
  /** When it last heard from the API server, as `performance.now()` counts. */
  readonly heardAt: number;
  /** Called after every change with the namespace of what changed, and when it is filled anew, then with its own (`''` for all). */
  onChange(listener: (namespace: string) => void): void;
  stop(): void;
}

export interface ListWatchOptions<T> {
  /** @default - all namespaces */
  readonly namespace?: string;
  /** Of labels. */
  readonly selector?: string;
  /** Selector of fields. */
  readonly fields?: string;
  /** What is kept of an object: thousands of whole PipelineRuns would fill the memory. @default - all of it, but who set which field */
  readonly keep?: (object: T) => T;
  /** Filled before this one is begun with: who waits for that one should not wait for this. */
  readonly after?: Pick<Store<unknown>, 'filled'>;
  /** @default - nothing is found by a key */
  readonly indexBy?: (object: T) => string | undefined;
  /** Told each time that it starts anew, and why. */
  readonly onRestart?: (reason: RestartReason, error: Error) => void;
}

export type RestartReason = 'expired' | 'silent' | 'unreachable' | 'refused';

/** The server ends a watch after this; then all is listed anew, which heals whatever an event missed. */
const WATCH_SECONDS = 240;
/** The server sends a bookmark each minute; a line that is silent for longer is dead, whatever TCP says. */
const SILENCE_MS = 100_000;
const BACKOFF_MS = { first: 200, last: 10_000 } as const;

/**
 * Lists, then watches from there. A broken watch goes on from its last version; one that the server has forgotten (410)
 * lists anew, and so does one that ran its time.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function listWatch<T extends KubeObject>(
  api: KubeApi,
  kind: KindRef,
  options: ListWatchOptions<T> = {},
): Store<T> {
  const mirror = new Mirror<T>(api, kind, options);
  void mirror.follow();
  return mirror;
}

class Mirror<T extends KubeObject> implements Store<T> {
  synced = false;
  forbidden = false;
  heardAt = performance.now();
  private isFilled = (): void => {};
  readonly filled = new Promise<void>((resolve) => (this.isFilled = resolve));
  private objects = new Map<string, T>();
  private index = new Map<string, Map<string, T>>();
  /** Version up to which it has followed; empty: everything is to be listed. */
  private version = '';
  /** Since something was last heard. */
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

  indexed(key: string): readonly T[] {
    return [...(this.index.get(key)?.values() ?? [])];
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
        await this.watch();
        this.version = '';
      } catch (error) {
        if (signal.aborted) return;
        const reason = reasonOf(error);
        if (reason === 'expired') this.version = '';
        this.forbidden = !this.synced && error instanceof ApiError && error.status === 403;
        this.options.onRestart?.(reason, error as Error);
        // a server that is back must not meet all its clients at once
        const limit = Math.min(BACKOFF_MS.last, BACKOFF_MS.first * 2 ** this.failures++);
        await pause(limit * (0.5 + Math.random() / 2), signal);
      }
    }
  }

  private async fill(): Promise<void> {
    const { namespace = '', selector, fields } = this.options;
    const items: T[] = [];
    let version = '';
    for await (const page of this.api.pages<T>(this.kind, this.options.namespace, selector, fields)) {
      if (this.stopped.signal.aborted) return;
      items.push(...page.items.map((item) => this.keep(item)));
      version = page.resourceVersion;
    }
    const known = [...this.objects.values(), ...items].map(namespaceOf);
    this.objects = new Map();
    this.index = new Map();
    for (const item of items) this.put(item);
    this.version = version;
    this.synced = true;
    this.isFilled();
    this.forbidden = false;
    this.heard();
    for (const each of new Set([namespace, ...known])) this.tell(each);
  }

  /** @returns when the server ends the stream @throws Silent if the line is dead, ApiError if the server says so */
  private async watch(): Promise<void> {
    const { namespace, selector, fields } = this.options;
    const silence = new AbortController();
    const watchdog = setTimeout(() => silence.abort(), SILENCE_MS);
    const either = AbortSignal.any([silence.signal, this.stopped.signal]);
    try {
      const from = { resourceVersion: this.version, selector, fields, timeoutSeconds: WATCH_SECONDS };
      for await (const { type, object } of this.api.watch<T>(this.kind, namespace, from, either)) {
        watchdog.refresh();
        if (type === 'ERROR') throw statusError(object);
        this.heard();
        this.version = object.metadata.resourceVersion ?? this.version;
        if (type !== 'BOOKMARK') this.apply(type, object);
      }
    } catch (error) {
      throw silence.signal.aborted ? new Silent(`nothing was heard for ${SILENCE_MS / 1000} s`) : error;
    } finally {
      clearTimeout(watchdog);
    }
  }

  private apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T): void {
    this.remove(keyOf(object));
    if (type !== 'DELETED') this.put(this.keep(object));
    this.tell(namespaceOf(object));
  }

  private put(object: T): void {
    const name = keyOf(object);
    this.objects.set(name, object);
    const key = this.options.indexBy?.(object);
    if (key === undefined) return;
    const others = this.index.get(key) ?? new Map<string, T>();
    this.index.set(key, others.set(name, object));
  }

  private remove(name: string): void {
    const object = this.objects.get(name);
    const key = object && this.options.indexBy?.(object);
    this.objects.delete(name);
    if (key === undefined) return;
    const others = this.index.get(key);
    others?.delete(name);
    if (others?.size === 0) this.index.delete(key);
  }

  private heard(): void {
    this.heardAt = performance.now();
    this.failures = 0;
  }

  private keep(object: T): T {
    const kept = { ...object, metadata: { ...object.metadata, managedFields: undefined } };
    return this.options.keep?.(kept) ?? kept;
  }

  private tell(namespace: string): void {
    for (const listener of this.listeners) listener(namespace);
  }
}

class Silent extends Error {}

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

/** An event may bear a Status instead of an object. */
function statusError(object: unknown): ApiError {
  const {
    message = 'the watch failed',
    code,
    reason,
  } = object as { readonly message?: string; readonly code?: number; readonly reason?: string };
  return new ApiError(message, code, reason);
}

function reasonOf(error: unknown): RestartReason {
  if (error instanceof Silent) return 'silent';
  if (isGone(error)) return 'expired';
  return error instanceof ApiError && !error.unknown ? 'refused' : 'unreachable';
}
