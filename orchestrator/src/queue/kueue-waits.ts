import type { Workload } from './kueue';
import { isInKueue, waitInKueue } from './kueue';
import type { Run } from './objects';
import { PATIENCE_MS } from './pod';

/** The Workloads of the team's namespace, by the UIDs of their runs. */
export type ListWorkloads = () => Promise<ReadonlyMap<string, Workload>>;

/** The Workloads of all runs that are kept are listed. */
const ASK_EVERY_MS = 30_000;

/** What the runs of a team wait for that Kueue has not let go on: their Workloads say it, which are listed now and then. */
export class KueueWaits {
  private told: ReadonlyMap<string, string> = new Map();
  private askedAt = -Infinity;
  private workloads?: ReadonlyMap<string, Workload>;

  constructor(private readonly list: ListWorkloads) {}

  /** By the UIDs of the runs, of those that wait still. */
  messagesOf(runs: readonly Run[]): readonly (readonly [string, string])[] {
    return runs.filter(isInKueue).flatMap(({ metadata: { uid } }) => {
      const message = this.told.get(uid);
      return message === undefined ? [] : [[uid, message] as const];
    });
  }

  /** Another replica looks now. */
  forget(): void {
    this.told = new Map();
    this.askedAt = -Infinity;
    this.workloads = undefined;
  }

  /** Without any run that waits nothing is asked. */
  async look(runs: readonly Run[], now: number): Promise<void> {
    if (runs.length > 0 && now - this.askedAt >= ASK_EVERY_MS) {
      this.askedAt = now;
      // a role of the namespace that is older may not list them
      this.workloads = await this.list().catch(() => undefined);
    }
    this.told = new Map(runs.flatMap((run) => this.messageOf(run, now)));
  }

  private messageOf(
    { metadata: { uid, creationTimestamp } }: Run,
    now: number,
  ): readonly (readonly [string, string])[] {
    const workload = this.workloads?.get(uid);
    // a Workload is made a moment after its run, and listed half a minute after that at most
    const isNew = now - Date.parse(creationTimestamp) < PATIENCE_MS + ASK_EVERY_MS;
    if (this.workloads === undefined || (workload === undefined && isNew)) return [[uid, IN_KUEUE]];
    return [[uid, waitInKueue(workload)]];
  }
}

const IN_KUEUE = 'waits in Kueue';
