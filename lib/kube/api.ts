/**
 * The interface of an API server: its verbs, the objects they exchange, and the error they throw.
 * client.ts implements it over HTTP; tests implement it in memory.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 */

/** A kind of object, named the way a URL names it. */
export interface KindRef {
  /** The version `v1`, or `group/version`. */
  readonly apiVersion: string;
  /** The plural of the kind in lower case, such as `pipelineruns`. */
  readonly plural: string;
}

/** The metadata that the API server gives every object. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
}

/** The objects of a kind at one version of the cluster. */
export interface List<T> {
  readonly items: readonly T[];
  /** The version to watch from. */
  readonly resourceVersion: string;
}

/** One change that a watch reports. A BOOKMARK bears a version alone; an ERROR bears a Status. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/** The version a watch starts after, the objects it selects, and how long the server keeps it open. */
export interface WatchFrom {
  readonly resourceVersion: string;
  readonly selector?: string;
  readonly fields?: string;
  readonly timeoutSeconds: number;
}

/** The format of a patch, and the part of the object that it changes. */
export interface PatchOptions {
  /** @default merge */
  readonly type?: 'merge' | 'json';
  readonly subresource?: 'status';
}

/** The last lines of a container's log. */
export interface LogEnd {
  readonly container: string;
  readonly tailLines: number;
  /** The server cuts these lines after so many bytes, counted from their beginning. */
  readonly limitBytes: number;
}

/** The conditions of a deletion: the server refuses it (409) when the object has another uid or version. */
export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** The verbs that this repository uses. Every verb throws an ApiError when the server refuses or does not answer. */
export interface KubeApi {
  /**
   * @param namespace undefined for a kind that has none
   * @returns undefined if there is no such object
   */
  get<T>(kind: KindRef, namespace: string | undefined, name: string): Promise<T | undefined>;
  /**
   * Lists a namespace, or the whole cluster.
   * @param selector label selector
   * @param fields field selector
   */
  list<T>(kind: KindRef, namespace: string | undefined, selector?: string, fields?: string): Promise<List<T>>;
  /** Lists page by page, so that the caller never holds all whole objects at once. */
  pages<T>(kind: KindRef, namespace: string | undefined, selector?: string, fields?: string): AsyncIterable<List<T>>;
  /** @throws ApiError with status 409 if an object of that name exists */
  create<T>(kind: KindRef, namespace: string | undefined, body: object): Promise<T>;
  /** A merge patch that bears `metadata.resourceVersion` changes that version, or fails with status 409. */
  patch<T>(kind: KindRef, namespace: string, name: string, patch: object, options?: PatchOptions): Promise<T>;
  /** Deleting an object that does not exist succeeds. */
  delete(kind: KindRef, namespace: string, name: string, preconditions?: Preconditions): Promise<void>;
  /** Reads the end of a container's log. @throws ApiError also where the pod or the container does not exist */
  log(namespace: string, pod: string, end: LogEnd): Promise<string>;
  /**
   * Yields a container's log as it is written, until the container ends or `signal` aborts it.
   * @param log with `soFar`, what is written by now, and no more
   * @throws ApiError also where the pod or the container does not exist
   */
  follow(
    namespace: string,
    pod: string,
    log: Pick<LogEnd, 'container' | 'limitBytes'> & { readonly soFar?: boolean },
    signal: AbortSignal,
  ): AsyncIterable<string>;
  /** Yields the events after a version, until the server ends the stream or `signal` aborts it. */
  watch<T>(
    kind: KindRef,
    namespace: string | undefined,
    from: WatchFrom,
    signal: AbortSignal,
  ): AsyncIterable<WatchEvent<T>>;
}

/** A failed call: the refusal of the API server, or the reason why no answer came. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Whether the server may have done it all the same. A caller may repeat such a call only where that is harmless. */
  readonly unknown: boolean;

  constructor(
    message: string,
    /** The HTTP status; undefined if no answer came. */
    readonly status?: number,
    /** The `reason` of the Status object, such as `AlreadyExists`. */
    readonly reason?: string,
    /** The seconds that the server asks the client to wait. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.unknown = status === undefined || status >= 500;
  }
}

/** Whether an error says that the object exists, or has another version. */
export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 409;

/** Whether an error says that the API server has forgotten the version that a watch asks for. */
export const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 410;

/**
 * The words of refusals that pass: a quota gets room or is counted, a right is granted, an API server that has just
 * started learns its rights and policies, a namespace is deleted and created again. The Status object gives all of them
 * the same reason, `Forbidden`, so only the message tells them apart.
 */
const TRANSIENT =
  /exceeded quota|status unknown for quota|cannot create resource|not yet ready to handle request|being terminated/;

/** Whether the server forbids a call now and may allow it later, so that trying again is worth it. */
export const isForbiddenForNow = ({ status, message }: ApiError): boolean => status === 403 && TRANSIENT.test(message);
