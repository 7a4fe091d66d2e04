import type { QueueKind } from '../../../lib/fleet/queue';
import { QUEUE_NAME } from '../../../lib/words/kueue';
import { ANNOTATIONS } from '../../../lib/words/labels';
import { eligible, isWaiting } from '../../../orchestrator/src/queue/eligible';
import type { Workload } from '../../../orchestrator/src/queue/kueue';
import { kueueAdmission, waitInKueue, workloadsOf } from '../../../orchestrator/src/queue/kueue';
import { KueueWaits } from '../../../orchestrator/src/queue/kueue-waits';
import type { Request, Run } from '../../../orchestrator/src/queue/objects';
import { PENDING, REQUESTS } from '../../../orchestrator/src/queue/objects';
import { createMetrics } from '../../../orchestrator/src/metrics';
import { act } from '../../../orchestrator/src/queue/act';
import type { View } from '../../../orchestrator/src/queue/plan';
import { plan } from '../../../orchestrator/src/queue/plan';
import { leaseAdmission } from '../../../orchestrator/src/queue/slots';
import { statusOf } from '../../../orchestrator/src/queue/status';
import { MemoryApi } from '../support/memory-api';
import { NAMESPACE, request, team, test as testOf } from '../support/team';
import type { Made } from '../support/team';

/** What follows for requests whose runs Kueue lets go on. */

const MADE_AT = '2026-01-01T00:00:00Z';
const NOW = new Date('2026-01-01T01:00:00Z');
const slots = leaseAdmission(new MemoryApi());
const ADMISSIONS = { slots, kueue: kueueAdmission(slots) };

const stored = (made: Made, status?: Request['status']): Request => ({
  ...made,
  metadata: {
    ...made.metadata,
    uid: `uid-${made.metadata.name}`,
    resourceVersion: '1',
    creationTimestamp: MADE_AT,
  },
  status,
});
/** The run of a request; in no queue unless one is said. */
const runOf = (name: string, labels: Record<string, string>, spec: Run['spec'], status?: Run['status']): Run => ({
  metadata: {
    name,
    namespace: NAMESPACE,
    uid: `run-${name}`,
    creationTimestamp: MADE_AT,
    labels,
    annotations: { [ANNOTATIONS.requestUid]: `uid-${name}` },
  },
  spec,
  status,
});
const IN_QUEUE = { [QUEUE_NAME]: 'pipelines-queue' };
const queued = (name: string, spec = {}): Request =>
  stored(request(name, spec), { phase: 'Queued', runUID: `run-${name}`, queuedAt: MADE_AT });
const done = (kind: QueueKind, view: Partial<View>): readonly string[] =>
  plan(
    { requests: [], runs: [], slots: [], justTaken: [], postponed: new Set(), limit: 1, now: NOW, ...view },
    ADMISSIONS[kind],
  ).map((action) =>
    [action.do, 'request' in action ? action.request.metadata.name : '', 'slot' in action ? action.slot : '']
      .join(' ')
      .trim(),
  );

describe('with Kueue', () => {
  it('each request gets its run at once and takes no slot, however many go on', () => {
    const requests = ['a', 'b', 'c'].map((name) => stored(request(name)));
    const going = runOf('direct', {}, {});
    expect(done('kueue', { requests, runs: [going] })).toEqual(['admit a', 'admit b', 'admit c']);
    expect(done('slots', { requests })).toEqual(['admit a slot-0']);
  });

  it('of the tests of a pull request there is still one at a time, also while it waits', () => {
    const [older, newer] = [
      stored(testOf('older', 1, '2026-01-01T00:00:02Z'), { phase: 'Queued', runUID: 'run-older' }),
      stored(testOf('newer', 1, '2026-01-01T00:00:02Z', { stack: 'other' })),
    ];
    expect(eligible([older, newer], new Set())).toEqual([]);
    expect([older, newer].map((one) => isWaiting(one, new Set()))).toEqual([true, true]);
  });

  it('a request whose Pipeline is missing is left alone for a while', () =>
    expect(done('kueue', { requests: [stored(request('a'))], postponed: new Set(['uid-a']) })).toEqual([]));

  it('a slot that was taken before is completed, and released once its request is over', () => {
    const slot = {
      metadata: { name: 'slot-0', namespace: NAMESPACE, uid: 's', resourceVersion: '1' },
      spec: { holderIdentity: 'uid-a' },
    };
    expect(plan(viewOf([stored(request('a'))], slot), ADMISSIONS.kueue)).toEqual([{ do: 'complete', slot }]);
    expect(plan(viewOf([stored(request('a'), { phase: 'Failed' })], slot), ADMISSIONS.kueue)).toEqual([
      { do: 'release', slot },
    ]);
  });
  const viewOf = (requests: readonly Request[], slot: View['slots'][number]): View => ({
    requests,
    runs: [],
    slots: [slot],
    justTaken: [],
    postponed: new Set(),
    limit: 1,
    now: NOW,
  });
});

describe.each<QueueKind>(['slots', 'kueue'])(
  'a run that is in the queue of Kueue, while the team is set to %s',
  (kind) => {
    const run = runOf('a', IN_QUEUE, { status: PENDING });

    it('is not started by the orchestrator', () =>
      expect(done(kind, { requests: [queued('a')], runs: [run] })).toEqual([]));

    it('is put there if it is in none yet', () =>
      expect(
        done(kind, { requests: [queued('a')], runs: [runOf('a', { [QUEUE_NAME]: '' }, { status: PENDING })] }),
      ).toEqual(['start a']));

    it('is stopped at once if its request is cancelled', () =>
      expect(
        plan(
          {
            requests: [queued('a', { cancel: true })],
            runs: [run],
            slots: [],
            justTaken: [],
            postponed: new Set(),
            limit: 1,
            now: NOW,
          },
          ADMISSIONS[kind],
        ),
      ).toEqual([{ do: 'stop', run }]));
  },
);

describe('the status of a request', () => {
  const begun = { startTime: '2026-01-01T00:10:00Z', conditions: [{ type: 'Succeeded', status: 'Unknown' }] };

  it('stays Queued while its run waits, and says why', () => {
    const waits = runOf('a', IN_QUEUE, { status: PENDING });
    expect(statusOf(queued('a'), waits, NOW)).toBeUndefined();
    expect(statusOf(queued('a'), waits, NOW, 'waits in Kueue')).toEqual({ message: 'waits in Kueue' });
  });

  it('says when Kueue let the run go on: when Tekton began it, else now', () => {
    expect(statusOf(queued('a'), runOf('a', IN_QUEUE, {}), NOW)).toEqual({
      phase: 'Admitted',
      admittedAt: '2026-01-01T01:00:00.000Z',
    });
    expect(statusOf(queued('a'), runOf('a', IN_QUEUE, {}, begun), NOW)).toEqual({
      phase: 'Running',
      admittedAt: '2026-01-01T00:10:00.000Z',
      startedAt: '2026-01-01T00:10:00.000Z',
    });
  });

  it('says it also of a run that is over before anybody looked, and not of one that was cancelled while it waited', () => {
    const over = (reason: string) => ({ ...begun, conditions: [{ type: 'Succeeded', status: 'False', reason }] });
    expect(statusOf(queued('a'), runOf('a', IN_QUEUE, {}, over('Failed')), NOW)).toMatchObject({
      phase: 'Failed',
      admittedAt: '2026-01-01T00:10:00.000Z',
    });
    const cancelled = statusOf(queued('a'), runOf('a', IN_QUEUE, { status: 'Cancelled' }, over('Cancelled')), NOW);
    expect([cancelled?.phase, cancelled?.admittedAt]).toEqual(['Cancelled', undefined]);
  });
});

it('counts a run as admitted when Kueue lets it go on, from the time of its request, and once', async () => {
  const api = new MemoryApi();
  const metrics = createMetrics();
  const made = await api.create<Request>(REQUESTS, NAMESPACE, testOf('a', 1, '2025-12-31T23:59:00Z'));
  const status = { phase: 'Queued', runUID: 'run-a', queuedAt: MADE_AT } as const;
  const waiting = await api.patch<Request>(REQUESTS, NAMESPACE, 'a', { status }, { subresource: 'status' });
  const startTime = new Date(Date.parse(made.metadata.creationTimestamp) + 90_000).toISOString();
  const patch = statusOf(waiting, runOf('a', IN_QUEUE, {}, { startTime }), NOW)!;
  const context = {
    api,
    metrics,
    team: team(1),
    admission: ADMISSIONS.kueue,
    log: {} as never,
    onTaken() {},
    onPostponed() {},
  };
  await Promise.all([1, 2].map(() => act(context, { do: 'write', request: waiting, status: patch })));
  const text = await metrics.registry.metrics();
  expect(text).toContain('tekton_dag_admissions_total{result="admitted"} 1');
  expect(text).toContain('tekton_dag_queue_wait_seconds_sum{team="x"} 90');
  expect(text).toContain('tekton_dag_event_to_start_seconds_count 1');
});

describe('why a run waits in Kueue', () => {
  const workload = (
    uid: string,
    ...conditions: NonNullable<NonNullable<Workload['status']>['conditions']>
  ): Workload => ({
    metadata: { name: `pipelinerun-${uid}`, namespace: NAMESPACE, labels: { 'kueue.x-k8s.io/job-uid': uid } },
    status: { conditions },
  });
  const full = {
    type: 'QuotaReserved',
    status: 'False',
    reason: 'Pending',
    message: "couldn't assign flavors to pod set pod-set-1: insufficient unused quota for tekton.dev/pipelineruns",
  };
  const waiting = runOf('a', IN_QUEUE, { status: PENDING });
  const LATER = NOW.getTime();
  const saidBy = (waits: KueueWaits) => new Map(waits.messagesOf([waiting])).get('run-a');

  it.each<[string, Workload | undefined, string]>([
    ['what the Workload says', workload('run-a', full), `waits in Kueue: ${full.message}`],
    ['nothing yet', workload('run-a'), 'waits in Kueue'],
    ['that it has its quota', workload('run-a', { ...full, status: 'True' }), 'waits in Kueue'],
    [
      'that there is none',
      undefined,
      'waits for Kueue, which has made no Workload of the run: do Kueue and tekton-kueue run?',
    ],
  ])('is %s', (_, one, text) => expect(waitInKueue(one)).toBe(text));

  it('is asked twice a minute for all runs of a team, and not at all where none waits', async () => {
    let asked = 0;
    const waits = new KueueWaits(async () => {
      asked++;
      return new Map([['run-a', workload('run-a', full)]]);
    });
    await waits.look([], LATER);
    expect([asked, waits.messagesOf([waiting])]).toEqual([0, []]);
    for (const ms of [0, 10_000, 29_000]) await waits.look([waiting, waiting], LATER + ms);
    expect([asked, saidBy(waits)]).toEqual([1, `waits in Kueue: ${full.message}`]);
    await waits.look([waiting], LATER + 30_000);
    expect(asked).toBe(2);
    // it was let go on since the last look
    expect(waits.messagesOf([runOf('a', IN_QUEUE, {})])).toEqual([]);
    await waits.look([], LATER + 31_000);
    expect(waits.messagesOf([waiting])).toEqual([]);
  });

  it('is not that nothing was made of it, while it is new or where nobody may look', async () => {
    const none = new KueueWaits(async () => new Map());
    await none.look([waiting], Date.parse(MADE_AT) + 40_000);
    expect(saidBy(none)).toBe('waits in Kueue');
    await none.look([waiting], LATER);
    expect(saidBy(none)).toContain('no Workload');
    const forbidden = new KueueWaits(() => Promise.reject(new Error('forbidden')));
    await forbidden.look([waiting], LATER);
    expect(saidBy(forbidden)).toBe('waits in Kueue');
  });

  it('is found by the UID of the run', async () => {
    const list = async <T>() => ({
      items: [workload('run-a'), { metadata: { name: 'other' } }] as T[],
      resourceVersion: '1',
    });
    expect([...(await workloadsOf({ list }, NAMESPACE)).keys()]).toEqual(['run-a']);
  });
});
