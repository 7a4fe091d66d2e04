import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KindRef, KubeApi, KubeObject } from '../../../lib/kube/api';

/**
 * Tells whether this replica leads. Leading saves calls and time; nothing is safe because of it, as for a moment two
 * replicas may lead, or none. A replica that was stopped for a while knows by its clock that it no longer leads.
 * https://kubernetes.io/docs/concepts/architecture/leases/
 */
export interface Leader {
  readonly isLeading: boolean;
  /** Stops, and lets another replica take over at once. */
  stop(): Promise<void>;
}

const LEASES: KindRef = { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' };
/** How long the other replicas wait for a leader that does not renew. */
const LEASE_MS = 15_000;
/** How long a leader that cannot renew goes on. */
const RENEW_WITHIN_MS = 10_000;
const TRY_EVERY_MS = 2_000;

interface Lease extends KubeObject {
  readonly spec: { readonly holderIdentity?: string | null; readonly renewTime?: string };
}

/** The Lease that the replicas compete for. */
export interface LeaderOptions {
  readonly namespace: string;
  readonly name: string;
  readonly onChange?: (isLeading: boolean) => void;
}

/** Competes for the Lease until it is stopped. */
export function electLeader(api: KubeApi, options: LeaderOptions): Leader {
  return new Candidate(api, options);
}

class Candidate implements Leader {
  private readonly me = `${hostname()}-${randomUUID().slice(0, 8)}`;
  private readonly stopped = new AbortController();
  private readonly trying: Promise<void>;
  /** When it stops leading unless it renews, as `performance.now()` counts. The clock of the cluster is another one. */
  private leadsUntil = 0;
  /** The version of the other leader's Lease, and when this replica first saw it. */
  private seen = { version: '', at: 0 };
  /** The Lease as this replica has last written it: while nobody else writes it, it need not be read. */
  private written?: Lease;
  private reported = false;

  constructor(
    private readonly api: KubeApi,
    private readonly options: LeaderOptions,
  ) {
    this.trying = this.run();
  }

  get isLeading(): boolean {
    return performance.now() < this.leadsUntil;
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.trying;
    if (!this.isLeading) return;
    this.leadsUntil = 0;
    this.report();
    const { namespace, name } = this.options;
    const lease = await this.api.get<Lease>(LEASES, namespace, name).catch(() => undefined);
    if (lease?.spec.holderIdentity === this.me) await this.write(lease, null).catch(() => {});
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      // whatever goes wrong, the next try is soon, and its time runs out by itself
      await this.tryOnce().catch(() => {});
      this.report();
      await sleep(TRY_EVERY_MS * (0.9 + Math.random() / 5), undefined, { signal }).catch(() => {});
    }
  }

  private async tryOnce(): Promise<void> {
    const { namespace, name } = this.options;
    const now = performance.now();
    const lease = this.written ?? (await this.api.get<Lease>(LEASES, namespace, name));
    this.written = undefined;
    if (lease === undefined)
      this.written = await this.api.create<Lease>(LEASES, namespace, {
        apiVersion: LEASES.apiVersion,
        kind: 'Lease',
        metadata: { name, namespace },
        spec: this.spec(this.me),
      });
    else if (lease.spec.holderIdentity === this.me || !lease.spec.holderIdentity || this.isExpired(lease, now))
      this.written = await this.write(lease, this.me);
    else return;
    this.leadsUntil = now + RENEW_WITHIN_MS;
  }

  private isExpired({ metadata: { resourceVersion: version = '' } }: Lease, now: number): boolean {
    if (version !== this.seen.version) this.seen = { version, at: now };
    return now - this.seen.at > LEASE_MS;
  }

  /** Writes the Lease, on condition that no other replica has. */
  private write({ metadata: { resourceVersion } }: Lease, holder: string | null): Promise<Lease> {
    const { namespace, name } = this.options;
    return this.api.patch<Lease>(LEASES, namespace, name, { metadata: { resourceVersion }, spec: this.spec(holder) });
  }

  private spec(holderIdentity: string | null): object {
    return {
      holderIdentity,
      leaseDurationSeconds: LEASE_MS / 1000,
      renewTime: new Date().toISOString().replace('Z', '000Z'),
    };
  }

  private report(): void {
    if (this.reported === this.isLeading) return;
    this.reported = this.isLeading;
    this.options.onChange?.(this.reported);
  }
}
