import { ApiError } from '../../kube/api';
import type { KindRef, List } from '../../kube/api';
import type { KubeClient, Resource } from '../../kube/client';
import type { Read } from '../../doctor/reading';

/** At once; the rest waits: few, compared with what the API server allows one client. */
const REQUESTS_AT_ONCE = 10;

/** Reads a cluster and never throws what the API server says: a refusal is an answer, too. The same question is asked once. */
export class Reader {
  private readonly asked = new Map<string, Promise<Read<unknown>>>();
  private readonly waiting: (() => void)[] = [];
  private free = REQUESTS_AT_ONCE;

  constructor(readonly client: KubeClient) {}

  /** The kinds of an API version; none if the server does not know it. */
  resources(apiVersion: string): Promise<Read<readonly Resource[]>> {
    return this.ask(`get on ${apiVersion}`, () => this.client.resources(apiVersion));
  }

  /** An object; undefined if it is not there. */
  get<T>(kind: KindRef, namespace: string | undefined, name: string): Promise<Read<T | undefined>> {
    return this.ask(`get on ${within(kind, namespace)}`, () => this.client.get<T>(kind, namespace, name), name);
  }

  /** Every object of a kind in a namespace, or in the cluster; none if the server does not know the kind. */
  list<T>(kind: KindRef, namespace?: string, selector?: string): Promise<Read<readonly T[]>> {
    return this.ask(
      `list on ${within(kind, namespace)}`,
      async () => {
        try {
          const { items }: List<T> = await this.client.list<T>(kind, namespace, selector);
          return items;
        } catch (error) {
          if (error instanceof ApiError && error.status === 404) return [];
          throw error;
        }
      },
      selector,
    );
  }

  /** @param right what the caller needs @param which of the things that the right is for */
  private ask<T>(right: string, request: () => Promise<T>, which = ''): Promise<Read<T>> {
    const key = `${right} ${which}`;
    const known = this.asked.get(key) ?? this.answer(right, request);
    this.asked.set(key, known);
    return known as Promise<Read<T>>;
  }

  private async answer<T>(right: string, request: () => Promise<T>): Promise<Read<T>> {
    if (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.free--;
    try {
      return { value: await request() };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return error.status === 403 ? { needs: right, said: error.message } : { said: error.message };
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free++;
      else next();
    }
  }
}

const within = ({ apiVersion, plural }: KindRef, namespace: string | undefined): string => {
  const slash = apiVersion.indexOf('/');
  const resource = slash === -1 ? plural : `${plural}.${apiVersion.slice(0, slash)}`;
  return namespace === undefined ? resource : `${resource} in namespace ${namespace}`;
};
