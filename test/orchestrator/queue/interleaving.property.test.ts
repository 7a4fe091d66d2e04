import fc from 'fast-check';
import type { KubeApi } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import { act } from '../../../orchestrator/src/queue/act';
import {
  isDone,
  isFinal,
  isPending,
  LEASES,
  PIPELINES,
  REQUESTS,
  RUNS,
  requestUidOf,
} from '../../../orchestrator/src/queue/objects';
import type { Request, Run, Slot } from '../../../orchestrator/src/queue/objects';
import type { View } from '../../../orchestrator/src/queue/plan';
import { plan } from '../../../orchestrator/src/queue/plan';
import { isInKueue, kueueAdmission } from '../../../orchestrator/src/queue/kueue';
import { leaseAdmission } from '../../../orchestrator/src/queue/slots';
import { createMetrics } from '../../../orchestrator/src/metrics';
import { MemoryApi } from '../support/memory-api';
import { NAMESPACE, pipelinesIn, request, team, test } from '../support/team';
import type { QueueKind } from '../../../lib/fleet/queue';

/**
 * The promise of the queue, whatever the order in which several replicas come to do what they do: each call of each of
 * them waits until it is drawn, so any of them may sleep between any two calls, for as long as it takes to draw it; and
 * each sees the objects of each kind as they once were. Meanwhile runs end and are deleted, requests are made, cancelled
 * and deleted, calls are lost before or after they took effect, and replicas die. With Kueue the limit is Kueue's, for which a
 * stand-in lets runs of its queue go on, and the rest of the promise is the same.
 */

const LIMIT = 2;
const REPLICAS = 3;
const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent, child: () => log } as never;

/** Draws numbers from a list; then 0 for ever. */
class Draws {
  private at = 0;
  constructor(private readonly numbers: readonly number[]) {}
  get isOver(): boolean {
    return this.at >= this.numbers.length;
  }
  below(count: number): number {
    return (this.numbers[this.at++] ?? 0) % count;
  }
}

/** One process: looks, plans, acts; its calls wait in `calls`. */
interface Replica {
  calls: (() => void)[];
  isBusy: boolean;
  readonly seen: { requests: number; runs: number; slots: number };
}

class World {
  readonly api = new MemoryApi();
  readonly started = new Map<string, Set<string>>();
  readonly replicas: Replica[] = Array.from({ length: REPLICAS }, () => ({
    calls: [],
    isBusy: false,
    seen: { requests: 0, runs: 0, slots: 0 },
  }));
  private readonly metrics = createMetrics();
  private checked = 0;

  constructor(private readonly kind: QueueKind) {}

  /** The API as one replica has it: each call is done when it is drawn. */
  private gated(replica: Replica, draws: Draws): KubeApi {
    const turn = (): Promise<void> => new Promise((resolve) => replica.calls.push(resolve));
    const call = async <T>(act: () => Promise<T>): Promise<T> => {
      await turn();
      const fate = draws.below(20);
      if (fate === 1) throw new ApiError('the connection broke before');
      const answer = await act();
      if (fate === 2) throw new ApiError('the connection broke after');
      return answer;
    };
    const { api } = this;
    return {
      get: (kind, namespace, name) => call(() => api.get(kind, `${namespace}`, name)),
      list: (kind) => call(() => api.list(kind)),
      pages: () => api.pages(),
      create: (kind, namespace, body) => call(() => api.create(kind, `${namespace}`, body)),
      patch: (...given) => call(() => api.patch(...given)),
      delete: (...given) => call(() => api.delete(...given)),
      log: () => api.log(),
      follow: () => api.follow(),
      watch: () => api.watch(),
    };
  }

  /** Each kind as it is at some time since it was last seen. */
  private view({ seen }: Replica, draws: Draws): View {
    const now = this.api.history.length - 1;
    for (const kind of ['requests', 'runs', 'slots'] as const)
      seen[kind] = draws.isOver ? now : seen[kind] + draws.below(now - seen[kind] + 1);
    const { api } = this;
    return {
      requests: api.all<Request>(REQUESTS, seen.requests),
      runs: api.all<Run>(RUNS, seen.runs),
      slots: api.all<Slot>(LEASES, seen.slots),
      justTaken: [],
      postponed: new Set(),
      limit: LIMIT,
      now: new Date(),
    };
  }

  look(replica: Replica, draws: Draws): void {
    if (replica.isBusy) return;
    replica.isBusy = true;
    const api = this.gated(replica, draws);
    const slots = leaseAdmission(api);
    const admission = this.kind === 'kueue' ? kueueAdmission(slots) : slots;
    const context = {
      api,
      admission,
      team: { ...team(LIMIT), queue: { kind: this.kind } },
      log,
      metrics: this.metrics,
      onTaken: silent,
      onPostponed: silent,
    };
    void Promise.allSettled(plan(this.view(replica, draws), admission).map((action) => act(context, action))).then(
      (done) => {
        for (const one of done) if (one.status === 'rejected' && !(one.reason instanceof ApiError)) throw one.reason;
        replica.isBusy = false;
      },
    );
  }

  /** Does the call that a replica waits with. */
  async answer(replica: Replica, draws: Draws): Promise<void> {
    const [call] = replica.calls.splice(draws.below(replica.calls.length || 1), 1);
    call?.();
    await settled();
    this.check();
  }

  /** Its calls are never done, and it begins anew. */
  kill(replica: Replica): void {
    replica.calls = [];
    replica.isBusy = false;
  }

  /** Kueue: lets a run go on that is in its queue, while there is room. */
  async letGo(run: Run | undefined): Promise<void> {
    if (run === undefined || goingOn(this.api.all<Run>(RUNS)).length >= LIMIT) return;
    await this.api.patch(RUNS, NAMESPACE, run.metadata.name, [{ op: 'remove', path: '/spec/status' }], {
      type: 'json',
    });
  }

  /** What holds at every moment. */
  check(): void {
    for (; this.checked < this.api.history.length; this.checked++) {
      const going = goingOn(this.api.all<Run>(RUNS, this.checked));
      expect(going.length).toBeLessThanOrEqual(LIMIT);
      for (const run of going) {
        const runs = this.started.get(requestUidOf(run)) ?? new Set();
        this.started.set(requestUidOf(run), runs.add(run.metadata.uid));
        expect(runs.size).toBe(1);
      }
    }
  }

  /** Tekton: a run that is cancelled before it began, or was going on, ends. */
  async end(run: Run | undefined): Promise<void> {
    if (run === undefined || isDone(run) || isPending(run)) return;
    const reason = run.spec.status ? 'Cancelled' : 'Succeeded';
    await this.api.patch(
      RUNS,
      NAMESPACE,
      run.metadata.name,
      {
        status: {
          conditions: [{ type: 'Succeeded', status: run.spec.status ? 'False' : 'True', reason }],
          completionTime: '2026-01-01T00:00:00Z',
        },
      },
      { subresource: 'status' },
    );
  }
}

const goingOn = (runs: readonly Run[]): readonly Run[] =>
  runs.filter((run) => !isDone(run) && !isPending(run) && run.spec.status !== 'Cancelled');

/** Everything that can go on without another call has gone on. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await new Promise(setImmediate);
};

const pick = <T>(all: readonly T[], draws: Draws): T | undefined => all[draws.below(all.length || 1)];

async function step(world: World, draws: Draws): Promise<void> {
  const { api, replicas } = world;
  const replica = pick(replicas, draws)!;
  switch (draws.below(14)) {
    case 0:
    case 1:
      return world.end(pick(api.all<Run>(RUNS), draws));
    case 2:
      return void (await api
        .patch(REQUESTS, NAMESPACE, pick(api.all<Request>(REQUESTS), draws)?.metadata.name ?? '', {
          spec: { cancel: true },
        })
        .catch(silent));
    case 3: {
      const run = pick(api.all<Run>(RUNS).filter(isDone), draws);
      return run && api.delete(RUNS, NAMESPACE, run.metadata.name);
    }
    case 4: {
      const some = pick(api.all<Request>(REQUESTS), draws);
      return draws.below(8) === 0 && some ? api.delete(REQUESTS, NAMESPACE, some.metadata.name) : undefined;
    }
    case 5:
      return draws.below(4) === 0 ? world.kill(replica) : undefined;
    case 12:
    case 13:
      return world.letGo(pick(api.all<Run>(RUNS).filter(isInKueue), draws));
    case 6:
      return void (await api.create(REQUESTS, NAMESPACE, request(`late-${draws.below(1000)}`)).catch(silent));
    default: {
      // a burst, so that one may do much while another sleeps
      for (let calls = draws.below(24); calls >= 0; calls--) {
        world.look(replica, draws);
        await settled();
        await world.answer(replica, draws);
      }
    }
  }
}

const REQUESTED = [
  request('a'),
  request('b'),
  request('c', { priority: 1 }),
  test('d', 1, '2026-01-01T00:00:01Z'),
  test('e', 1, '2026-01-01T00:00:02Z'),
  test('f', 2, '2026-01-01T00:00:01Z'),
  request('g'),
];

it.each<QueueKind>(['slots', 'kueue'])(
  'with %s never lets more runs go on than the limit, nor two of a request, and brings every request to its end',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1 << 20), { minLength: 500, maxLength: 2000 }), async (numbers) => {
        const world = new World(kind);
        const draws = new Draws(numbers);
        for (const pipeline of pipelinesIn(NAMESPACE)) await world.api.create(PIPELINES, NAMESPACE, pipeline);
        for (const one of REQUESTED) await world.api.create(REQUESTS, NAMESPACE, one);
        while (!draws.isOver) {
          await step(world, draws);
          await settled();
          world.check();
        }
        // then nothing more goes wrong, and one replica is enough
        const [last] = world.replicas;
        const isOver = () => world.api.all<Request>(REQUESTS).every(isFinal) && world.api.all(LEASES).length === 0;
        for (let rounds = 0; rounds < 200 && !isOver(); rounds++) {
          world.look(last!, draws);
          await settled();
          while (last!.calls.length > 0) await world.answer(last!, draws);
          for (const run of world.api.all<Run>(RUNS).filter(isInKueue)) await world.letGo(run);
          for (const run of world.api.all<Run>(RUNS)) await world.end(run);
          world.check();
        }
        expect(world.api.all<Request>(REQUESTS).filter((one) => !isFinal(one))).toEqual([]);
        expect(world.api.all(LEASES)).toEqual([]);
        expect(world.api.all<Run>(RUNS).filter(isPending)).toEqual([]);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  },
  120_000,
);
