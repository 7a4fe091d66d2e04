import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KindRef, KubeApi, KubeObject } from '../../../lib/kube/api';

/**
 * Which of the replicas goes first: for speed and for fewer calls, never for safety. Who was stopped for a while knows by
 * its clock that it leads no more; for a moment two may lead, or none.
 * https://kubernetes.io/docs/concepts/architecture/leases/
 */
export interface Leader {
  readonly isLeading: boolean;
  /** Lets another take over at once. */
  stop(): Promise<void>;
}

const LEASES: KindRef = { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' };
/** How long others leave it to a leader that does not renew; how long one that cannot renew goes on; how often it tries. */
const LEASE_MS = 15_000;
const RENEW_WITHIN_MS = 10_000;
const TRY_EVERY_MS = 2_000;

interface Lease extends KubeObject {
  readonly spec: { readonly holderIdentity?: string | null; readonly renewTime?: string };
}

export interface LeaderOptions {
  readonly namespace: string;
  readonly name: string;
  readonly onChange?: (isLeading: boolean) => void;
}

export function electLeader(api: KubeApi, options: LeaderOptions): Leader {
  return new Candidate(api, options);
}

class Candidate implements Leader {
  private readonly me = `${hostname()}-${randomUUID().slice(0, 8)}`;
  private readonly stopped = new AbortController();
  private readonly trying: Promise<void>;
  /** Until when it leads, as `performance.now()` counts: that of the cluster is another clock. */
  private until = 0;
  /** The lease of another, and since when it has been as it is. */
  private seen = { version: '', at: 0 };
  private told = false;

  constructor(
    private readonly api: KubeApi,
    private readonly options: LeaderOptions,
  ) {
    this.trying = this.run();
  }

  get isLeading(): boolean {
    return performance.now() < this.until;
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.trying;
    if (!this.isLeading) return;
    this.until = 0;
    this.tell();
    const { namespace, name } = this.options;
    const lease = await this.api.get<Lease>(LEASES, namespace, name).catch(() => undefined);
    if (lease?.spec.holderIdentity === this.me) await this.write(lease, null).catch(() => {});
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      // whatever goes wrong, the next try is soon, and its time runs out by itself
      await this.tryOnce().catch(() => {});
      this.tell();
      await sleep(TRY_EVERY_MS * (0.9 + Math.random() / 5), undefined, { signal }).catch(() => {});
    }
  }

  private async tryOnce(): Promise<void> {
    const { namespace, name } = this.options;
    const now = performance.now();
    const lease = await this.api.get<Lease>(LEASES, namespace, name);
    if (lease === undefined)
      await this.api.create(LEASES, namespace, {
        apiVersion: LEASES.apiVersion,
        kind: 'Lease',
        metadata: { name, namespace },
        spec: this.spec(this.me),
      });
    else if (lease.spec.holderIdentity === this.me || !lease.spec.holderIdentity || this.isExpired(lease, now))
      await this.write(lease, this.me);
    else return;
    this.until = now + RENEW_WITHIN_MS;
  }

  private isExpired({ metadata: { resourceVersion: version = '' } }: Lease, now: number): boolean {
    if (version !== this.seen.version) this.seen = { version, at: now };
    return now - this.seen.at > LEASE_MS;
  }

  /** On condition that nobody else has. */
  private async write({ metadata: { resourceVersion } }: Lease, holder: string | null): Promise<void> {
    const { namespace, name } = this.options;
    await this.api.patch(LEASES, namespace, name, { metadata: { resourceVersion }, spec: this.spec(holder) });
  }

  private spec(holderIdentity: string | null): object {
    return {
      holderIdentity,
      leaseDurationSeconds: LEASE_MS / 1000,
      renewTime: new Date().toISOString().replace('Z', '000Z'),
    };
  }

  private tell(): void {
    if (this.told === this.isLeading) return;
    this.told = this.isLeading;
    this.options.onChange?.(this.told);
  }
}
