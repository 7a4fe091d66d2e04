import type { KubeApi } from '../../lib/kube/api';
import { isCancelMarker } from '../../lib/runs/decisions/cancel-marker';
import type { Store } from '../../orchestrator/src/kube/list-watch';
import { listWatch } from '../../orchestrator/src/kube/list-watch';
import { PENDING, REQUESTS, RUNS, isDone, isFinal, requestUidOf } from '../../orchestrator/src/queue/objects';
import type { Request, Run } from '../../orchestrator/src/queue/objects';

/** What became of each pull request, as the answers and the cluster say; and what is over is deleted, as retention does after days. */

/** How long nothing of a pull request is sent before what is left of it is deleted. */
const KEEP_MS = 60_000;

interface Entry {
  /** When something was last sent of it. */
  at: number;
  /** How many of its deliveries wait for an answer, or are sent again. */
  open: number;
  isCancelled: boolean;
  /** Whether a delivery that asks for its test was taken. */
  isTaken: boolean;
  /** UIDs of its requests, and of the runs that were started for them. */
  readonly requests: Set<string>;
  readonly runs: Set<string>;
}

export class Ledger {
  private readonly entries = new Map<number, Entry>();
  private readonly numbers = new Map<string, number>();
  private readonly requests: Store<Request>;
  private readonly runs: Store<Run>;

  constructor(
    private readonly api: KubeApi,
    private readonly namespace: string,
  ) {
    this.requests = listWatch<Request>(api, REQUESTS, { namespace });
    this.runs = listWatch<Run>(api, RUNS, { namespace });
    for (const store of [this.requests, this.runs]) store.onChange(() => this.look());
  }

  stop(): void {
    for (const store of [this.requests, this.runs]) store.stop();
  }

  get size(): number {
    return this.entries.size;
  }

  /** Counts a delivery that is about to be sent. @returns what is to be told when it was answered with a 2xx */
  sends(number: number, isCancel: boolean): () => void {
    const entry = this.of(number);
    entry.open++;
    entry.at = performance.now();
    entry.isCancelled ||= isCancel;
    return () => {
      entry.open--;
      entry.at = performance.now();
      entry.isTaken ||= !isCancel;
    };
  }

  /** The deliveries that have no answer, and the requests that are not over. */
  get open(): readonly string[] {
    const unanswered = [...this.entries].filter(([, { open }]) => open > 0);
    return [
      ...unanswered.map(([number, { open }]) => `${open} deliveries of pull request ${number} have no answer`),
      ...this.requests
        .list()
        .filter((request) => !isFinal(request))
        .map(({ metadata: { name }, status }) => `request ${name} is ${status?.phase}`),
    ];
  }

  /** What broke the promise that each becomes one run. */
  violations(): readonly string[] {
    this.look();
    return [...this.entries].flatMap(([number, { isTaken, isCancelled, requests, runs }]) => [
      ...(isTaken && requests.size !== 1
        ? [`pull request ${number} was taken, and has ${requests.size} requests`]
        : []),
      ...(requests.size > 1 ? [`pull request ${number} has ${requests.size} requests`] : []),
      ...(runs.size > 1 ? [`pull request ${number} was run ${runs.size} times`] : []),
      ...(isTaken && !isCancelled && runs.size !== 1
        ? [`pull request ${number} was taken, and run ${runs.size} times`]
        : []),
    ]);
  }

  get runsStarted(): number {
    return [...this.entries.values()].reduce((sum, { runs }) => sum + runs.size, 0);
  }

  /** Deletes what is over and of which nothing is sent any more. */
  async prune(): Promise<void> {
    const now = performance.now();
    for (const request of this.requests.list()) {
      const entry = this.entries.get(numberOf(request));
      if (!isFinal(request) || entry === undefined || entry.open > 0 || now - entry.at < KEEP_MS) continue;
      const { name } = request.metadata;
      const run = this.runs.get(this.namespace, name);
      if (run !== undefined && !isDone(run) && run.spec.status !== PENDING) continue;
      await this.api.delete(RUNS, this.namespace, name).catch(() => undefined);
      await this.api.delete(REQUESTS, this.namespace, name).catch(() => undefined);
    }
  }

  private look(): void {
    for (const request of this.requests.list()) {
      if (isCancelMarker(request)) continue;
      this.numbers.set(request.metadata.uid, numberOf(request));
      this.of(numberOf(request)).requests.add(request.metadata.uid);
    }
    for (const run of this.runs.list()) {
      const number = this.numbers.get(requestUidOf(run));
      const isStarted = run.spec.status !== PENDING && run.spec.status !== 'Cancelled';
      if (number !== undefined && isStarted) this.of(number).runs.add(run.metadata.uid);
    }
  }

  private of(number: number): Entry {
    const entry: Entry = this.entries.get(number) ?? {
      at: performance.now(),
      open: 0,
      isCancelled: false,
      isTaken: false,
      requests: new Set(),
      runs: new Set(),
    };
    this.entries.set(number, entry);
    return entry;
  }
}

const numberOf = ({ spec }: Request): number => spec.pullRequest?.number ?? 0;
