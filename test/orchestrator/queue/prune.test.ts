import type { Request, Run } from '../../../orchestrator/src/queue/objects';
import type { Retention } from '../../../orchestrator/src/queue/prune';
import { oldRequests, oldRuns } from '../../../orchestrator/src/queue/prune';
import { NAMESPACE, request } from '../support/team';
import { ANNOTATIONS } from '../../../lib/words/labels';

const NOW = new Date('2026-01-20T00:00:00Z');
const hoursAgo = (hours: number): string => new Date(NOW.getTime() - hours * 3_600_000).toISOString();

/** A request for tests of apps that ended some hours ago, and its run. */
function ended(
  name: string,
  hours: number,
  apps: readonly string[],
  phase: 'Succeeded' | 'Running' = 'Succeeded',
): { readonly request: Request; readonly run: Run } {
  const metadata = {
    name,
    namespace: NAMESPACE,
    uid: `request-${name}`,
    resourceVersion: '1',
    creationTimestamp: hoursAgo(hours + 1),
  };
  const over = phase === 'Succeeded';
  return {
    request: {
      ...request(name, { pipeline: 'pr-test', apps: [...apps] }),
      metadata,
      status: { phase, ...(over && { finishedAt: hoursAgo(hours) }) },
    },
    run: {
      metadata: { ...metadata, uid: `run-${name}`, annotations: { [ANNOTATIONS.requestUid]: metadata.uid } },
      spec: {},
      status: {
        conditions: [{ type: 'Succeeded', status: over ? 'True' : 'Unknown' }],
        ...(over && { completionTime: hoursAgo(hours) }),
      },
    },
  };
}
const old = (all: readonly ReturnType<typeof ended>[], runs: number | undefined, more: readonly Run[] = []): string[] =>
  oldRuns(
    all.map((one) => one.request),
    [...all.map((one) => one.run), ...more],
    { runs },
    NOW,
  )
    .map(({ metadata }) => metadata.name)
    .sort();

describe('runs', () => {
  const all = [
    ended('a', 2, ['web']),
    ended('b', 3, ['web']),
    ended('c', 4, ['web']),
    ended('other', 9, ['api']),
    ended('both', 10, ['web', 'api']),
  ];

  it('are kept to the newest of each app; one of two apps as long as it is among the newest of one', () => {
    expect(old(all, 2)).toEqual(['c']);
    expect(old(all, 1)).toEqual(['b', 'both', 'c']);
  });

  it('are all kept where it is not said how many', () => expect(old(all, undefined)).toEqual([]));

  it('are kept for an hour, while they go on, and if they were made by hand', () => {
    const young = [
      ended('a', 0.1, ['web']),
      ended('b', 0.5, ['web']),
      ended('c', 0.9, ['web']),
      ended('going', 50, ['web'], 'Running'),
    ];
    const direct: Run = {
      ...ended('direct', 99, ['web']).run,
      metadata: { ...ended('direct', 99, ['web']).run.metadata, annotations: {} },
    };
    expect(old(young, 1, [direct])).toEqual([]);
  });
});

describe('requests', () => {
  const names = (days: number | undefined) =>
    oldRequests(
      [ended('day', 24, ['web']), ended('week', 24 * 7.5, ['web']), ended('going', 999, ['web'], 'Running')].map(
        (one) => one.request,
      ),
      { requestDays: days },
      NOW,
    ).map(({ metadata }) => metadata.name);

  it('outlive their end by as long as it is said', () =>
    expect([names(7), names(30), names(undefined)]).toEqual([['week'], [], []]));
  it('are there as long as a delivery may come late, whatever is said', () => expect(names(0.1)).toEqual(['week']));
});

it('nothing is deleted before a history has it, where there is one', () => {
  const [written, unwritten] = [ended('written', 999, ['web']), ended('unwritten', 999, ['web'])];
  const recorded = { ...written.request, status: { ...written.request.status, recorded: hoursAgo(1) } };
  const requests = [recorded, unwritten.request];
  const runs = [ended('young', 2, ['web']), written, unwritten].map(({ run }) => run);
  const names = (retention: Retention) => [
    oldRuns([ended('young', 2, ['web']).request, ...requests], runs, { runs: 1, ...retention }, NOW).map(
      (run) => run.metadata.name,
    ),
    oldRequests(requests, { requestDays: 7, ...retention }, NOW).map((request) => request.metadata.name),
  ];
  expect(names({ untilRecorded: true })).toEqual([['written'], ['written']]);
  expect(names({})).toEqual([
    ['written', 'unwritten'],
    ['written', 'unwritten'],
  ]);
});
