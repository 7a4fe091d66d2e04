import type { Authenticate } from '../../../orchestrator/src/http/auth';
import type { FiguresSource } from '../../../orchestrator/src/figures/figures';
import { DAY, RUNS, SINCE, UNTIL } from '../figures/support';
import { configurationOf } from '../support';
import { api, callerWhoMay } from '../support/api';
import { team } from '../support/team';

/** `GET /api/stats`, of the runs whose figures are worked out in ../figures. */

const BOTH = configurationOf(team(3), team(3, 'team-y', 'y'));
const WINDOW = `since=2026-01-01&until=2026-01-03`;

function served(over: Parameters<typeof api>[1] = {}) {
  const made = api(BOTH, { now: () => UNTIL, ...over });
  for (const run of RUNS) made.cluster.objects.set(`${run.metadata.namespace}/${run.metadata.name}`, run);
  return made;
}
const whoSees =
  (...namespaces: readonly string[]): Authenticate =>
  async () => ({ name: 'someone', may: async (verb, namespace) => verb === 'list' && namespaces.includes(namespace) });

it('are of all teams, of each of them, of their stacks, and of each day', async () => {
  const { status, body, headers } = await served().call('GET', `/api/stats?${WINDOW}`);
  expect(status).toBe(200);
  expect(headers['x-history']).toBeUndefined();
  expect(body).toMatchObject({
    source: 'cluster',
    since: '2026-01-01T00:00:00.000Z',
    until: '2026-01-03T00:00:00.000Z',
    all: { runs: 12, verdict: { count: 3, median: 1200, p90: 1680 } },
    teams: [
      { team: 'x', namespace: 'team-x', runs: 11, tests: { count: 5, failed: 2 } },
      { team: 'y', namespace: 'team-y', runs: 1 },
    ],
    stacks: [
      { team: 'x', stack: 'shop', runs: 11 },
      { team: 'y', stack: 'shop', runs: 1 },
    ],
    periods: [
      { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z', runs: 10 },
      { from: '2026-01-02T00:00:00.000Z', to: '2026-01-03T00:00:00.000Z', runs: 2 },
    ],
  });
  expect(body.teams[1].verdict).toBeUndefined();
});

it('are of the last thirty days, unless others are named', async () => {
  const asked: unknown[] = [];
  const figures: FiguresSource = async (query) => {
    asked.push(query);
    return {
      parts: [{ runs: 0, tests: { count: 0, failed: 0 }, releases: { count: 0, failed: 0 } }],
      source: 'history',
      isComplete: true,
    };
  };
  const { call } = served({ figures });
  await call('GET', '/api/stats');
  await call('GET', '/api/stats?team=y&stack=shop&since=2026-01-01T00:00:00Z');
  expect(asked).toEqual([
    { namespaces: ['team-x', 'team-y'], stack: undefined, since: UNTIL - 30 * DAY, until: UNTIL, step: DAY },
    { namespaces: ['team-y'], stack: 'shop', since: SINCE, until: UNTIL, step: DAY },
  ]);
});

describe('of teams that a caller may not see', () => {
  const { call } = served({ authenticate: whoSees('team-y') });

  it('nothing is counted', async () => {
    const { body } = await call('GET', `/api/stats?${WINDOW}`);
    expect(body).toMatchObject({ all: { runs: 1 }, teams: [{ team: 'y' }], stacks: [{ team: 'y' }] });
    expect(JSON.stringify(body)).not.toContain('team-x');
  });

  it('nothing is told: such a team is as one that there is not', async () => {
    const [x, none] = [
      await call('GET', `/api/stats?${WINDOW}&team=x`),
      await call('GET', `/api/stats?${WINDOW}&team=z`),
    ];
    expect([x.status, x.body.all.runs]).toEqual([200, 0]);
    expect(x.body).toEqual(none.body);
  });

  it('nobody is answered who may see none', async () => {
    const { status } = await served({ authenticate: callerWhoMay('create') }).call('GET', '/api/stats');
    expect(status).toBe(403);
  });
});

it.each([
  ['since=yesterday', 'since'],
  ['since=2026-01-03&until=2026-01-03', 'since is not before until'],
  ['since=1999-01-01&until=2026-01-03', 'ten years'],
  ['team=', 'team'],
  ['until=9999-12-31T23:59:59-14:00', 'after the year 9999'],
])('are not told of %s', async (query, why) => {
  const { status, body } = await served().call('GET', `/api/stats?${query}`);
  expect([status, body.code]).toEqual([422, 'invalid_request']);
  expect(JSON.stringify(body)).toContain(why);
});

it('say what remembers the runs, and where a database does not answer', async () => {
  const made = served();
  const figures: FiguresSource = async (query) => ({ ...(await made.deps.figures(query)), isComplete: false });
  const { headers, body } = await served({ figures }).call('GET', `/api/stats?${WINDOW}`);
  expect([headers['x-history'], body.source]).toEqual(['unavailable', 'cluster']);
});

it('are not of a cluster that has not been read yet', async () =>
  expect((await served({ synced: () => false }).call('GET', '/api/stats')).body.code).toBe('not_synced'));
