import { clusterFigures } from '../../../orchestrator/src/figures/cluster-figures';
import { databaseFigures } from '../../../orchestrator/src/figures/database-figures';
import type { FiguresAnswer, FiguresQuery } from '../../../orchestrator/src/figures/figures';
import { durationsOf, stepOf } from '../../../orchestrator/src/figures/figures';
import type { RecordedSummary } from '../../../orchestrator/src/history/cases';
import { recordSummary } from '../../../orchestrator/src/history/cases';
import type { Case } from '../../../lib/runs/report/summary';
import { recordRun } from '../../../orchestrator/src/history/record-run';
import { HistoryUnavailable } from '../../../orchestrator/src/history/run-history';
import { CLUSTER, taskRun } from '../history/support/runs';
import { databaseOfSuite } from '../history/support/suite';
import { suiteWith } from '../../output/tasks/support/tools';
import { DAY, EXPECTED, RUNS, SINCE, UNTIL } from './support';

const QUERY: FiguresQuery = { namespaces: ['team-x', 'team-y'], since: SINCE, until: UNTIL, step: DAY };
const fromCluster = clusterFigures({ list: () => RUNS });
const sorted = ({ parts }: FiguresAnswer) =>
  [...parts].sort((a, b) => partOf(a).localeCompare(partOf(b))).map((part) => ({ ...part, podSeconds: undefined }));
const partOf = ({ namespace = '', stack = '', period = 0 }: FiguresAnswer['parts'][number]) =>
  [period, namespace, stack].join(' ');
const expected = (...namespaces: readonly string[]) =>
  EXPECTED.filter((part) => !('namespace' in part) || namespaces.includes(part.namespace)).map((part) => ({
    ...part,
    podSeconds: undefined,
  }));

describe('durations', () => {
  it('are told by their median and by what nine of ten were within', () => {
    expect(durationsOf([])).toBeUndefined();
    expect(durationsOf([undefined])).toBeUndefined();
    expect(durationsOf([5])).toEqual({ count: 1, median: 5, p90: 5 });
    expect(durationsOf([4, undefined, 2])).toEqual({ count: 2, median: 3, p90: 3.8 });
    expect(durationsOf([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])).toEqual({ count: 11, median: 5, p90: 9 });
  });

  it.each([
    [31, 1],
    [32, 7],
    [217, 7],
    [218, 30],
  ])('of %i days are shown by periods of %i', (days, step) =>
    expect(stepOf(SINCE, SINCE + days * DAY)).toBe(step * DAY),
  );
});

describe('figures of what the cluster holds', () => {
  it('are those that come of it by hand', async () => {
    const answer = await fromCluster(QUERY);
    expect(sorted(answer)).toEqual(expected('team-x', 'team-y'));
    expect(answer).toMatchObject({ source: 'cluster', isComplete: true });
    expect(answer.flaky).toBeUndefined();
  });

  it('are of the namespaces and the stack that are asked for', async () => {
    expect((await fromCluster({ ...QUERY, namespaces: [] })).parts).toMatchObject([{ runs: 0 }]);
    expect((await fromCluster({ ...QUERY, stack: 'other' })).parts).toMatchObject([{ runs: 0 }]);
    const { parts } = await fromCluster({ ...QUERY, namespaces: ['team-x'] });
    expect(parts[0]).toEqual({ ...EXPECTED[1], namespace: undefined });
  });

  it('leave out the verdict on what happened at no time', async () => {
    const [run] = RUNS;
    const source = { event: 'pull_request', eventTime: '2026-01-01T00:00:00x5Z' };
    const strange = { ...run!, spec: { ...run!.spec, source } };
    const { parts } = await clusterFigures({ list: () => [strange] })(QUERY);
    expect(parts[0]).toMatchObject({ runs: 1, verdict: undefined });
  });

  it('leave out what goes on, and marks', async () => {
    const [run] = RUNS;
    const going = { ...run!, status: { ...run!.status, phase: 'Running' } } as const;
    const mark = { ...run!, spec: { ...run!.spec, cancel: true, apps: undefined } };
    const { parts } = await clusterFigures({ list: () => [going, mark] })(QUERY);
    expect(parts).toMatchObject([{ runs: 0 }]);
  });
});

const one = (name: string, state: Case['state'], more: Partial<Case> = {}): Case => ({
  class: 'cart',
  name,
  state,
  seconds: 2,
  ...more,
});
/** By run. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  // each took its own time once more
  p1: [one('slow', 'passed', { flaky: true, seconds: 90 }), one('adds', 'passed')],
  p2: [one('slow', 'passed', { flaky: true, seconds: 30 }), one('broken', 'failed'), one('adds', 'passed')],
  // it failed twice in one run, and passed in the next of the same commit: the run took 1730 s
  p3: [one('adds', 'failed'), one('adds', 'error'), one('broken', 'failed')],
  p4: [one('adds', 'passed'), one('broken', 'failed')],
  // of another commit
  p6: [one('broken', 'passed')],
};

suiteWith(['pg_ctlcluster'], 'figures of a database', () => {
  const { database } = databaseOfSuite();
  const figures = databaseFigures(database, CLUSTER, fromCluster);
  beforeEach(async () => {
    for (const run of RUNS) await recordRun(database, CLUSTER, run, []);
    // of somebody else's cluster
    for (const run of RUNS) await recordRun(database, 'other', run, []);
  });
  const ofCase = (answer: FiguresAnswer) =>
    answer.flaky?.map(({ name, times, minutesLost, run, namespace, stack, app, kind }) => ({
      ...{ name, times, run, where: [namespace, stack, app, kind].join(' ') },
      minutesLost: Number(minutesLost.toFixed(4)),
    }));

  it('are those that come of the runs by hand, as they are of what the cluster holds', async () => {
    const answer = await figures(QUERY);
    expect(sorted(answer)).toEqual(expected('team-x', 'team-y'));
    expect(answer).toMatchObject({ source: 'history', isComplete: true, flaky: [] });
  });

  it('are of the namespaces and the stack that are asked for', async () => {
    expect((await figures({ ...QUERY, namespaces: [] })).parts).toMatchObject([{ runs: 0, podSeconds: 0 }]);
    expect((await figures({ ...QUERY, stack: `shop'` })).parts).toMatchObject([{ runs: 0 }]);
    const { parts } = await figures({ ...QUERY, namespaces: ['team-x'], stack: 'shop' });
    expect(sorted({ parts } as FiguresAnswer)[0]).toEqual({ ...expected('team-x')[1], namespace: undefined });
  });

  it('count the seconds of each pod that began and ended', async () => {
    // eight seconds each
    const pods = (run: string, ...tasks: readonly string[]) => tasks.map((task) => taskRun(run, task));
    const never = taskRun('p1', 'never');
    await recordRun(database, CLUSTER, RUNS[0]!, [
      ...pods('p1', 'build-web', 'verdict'),
      { ...never, status: { ...never.status, startTime: undefined } },
    ]);
    await recordRun(
      database,
      CLUSTER,
      RUNS.find(({ metadata }) => metadata.name === 'a2')!,
      pods('a2', 'deploy-api'),
    );
    await recordRun(database, CLUSTER, RUNS.at(-1)!, pods('b1', 'build-web'));
    await recordRun(
      database,
      CLUSTER,
      RUNS.find(({ metadata }) => metadata.name === 'm0')!,
      pods('m0', 'too-early'),
    );
    const { parts } = await figures(QUERY);
    expect(new Map(parts.map((part) => [partOf(part), part.podSeconds]))).toEqual(
      new Map([
        ['0  ', 32],
        ['0 team-x ', 24],
        ['0 team-x shop', 24],
        ['0 team-y ', 8],
        ['0 team-y shop', 8],
        [`${SINCE}  `, 24],
        [`${SINCE + DAY}  `, 8],
      ]),
    );
  });

  it('name the cases that failed and passed without a change, those first that cost the most', async () => {
    for (const [run, cases] of Object.entries(CASES))
      await recordSummary(
        database,
        { cluster: CLUSTER, uid: `uid-${run}` },
        { app: 'web', kind: 'unit', cases: [...cases], notes: [] },
      );
    const where = 'team-x shop web unit';
    // 1730 s, and 90 s + 30 s
    expect(ofCase(await figures(QUERY))).toEqual([
      { name: 'adds', times: 1, minutesLost: 28.8333, run: 'p3', where },
      { name: 'slow', times: 2, minutesLost: 2, run: 'p2', where },
    ]);
    expect((await figures({ ...QUERY, namespaces: ['team-y'] })).flaky).toEqual([]);
    expect(ofCase(await figures({ ...QUERY, until: SINCE + 3_600_000 }))).toEqual([
      { name: 'slow', times: 1, minutesLost: 1.5, run: 'p1', where },
    ]);
  });

  it.each(['0000-01-01T00:00:00Z', '2026-01-01T00:00:00+23:59', '2026-01-01T00:00:00x5Z', '9999-12-31T23:59:59Z'])(
    'are there though a run says that it began and was asked for at %s, which counts for none',
    async (time) => {
      const [run] = RUNS;
      const { spec, status, metadata } = run!;
      const strange = {
        metadata: { ...metadata, name: 'strange', uid: 'uid-strange' },
        spec: { ...spec, source: { event: 'pull_request', eventTime: time } },
        status: { ...status, startedAt: time },
      };
      await recordRun(database, CLUSTER, { ...run!, ...strange }, []);
      const failed: RecordedSummary = { app: 'web', kind: 'unit', cases: [one('broken', 'failed')], notes: [] };
      await recordSummary(database, { cluster: CLUSTER, uid: 'uid-strange' }, failed);
      await recordSummary(
        database,
        { cluster: CLUSTER, uid: 'uid-p1' },
        { ...failed, cases: [one('broken', 'passed')] },
      );
      const answer = await figures(QUERY);
      const [all, before] = [answer.parts, expected('team-x')].map((parts) =>
        parts.find((part) => partOf(part) === '0  '),
      );
      expect([all?.runs, all?.verdict]).toEqual([before!.runs + 1, before!.verdict]);
    },
  );

  it('are those of the cluster while the database does not answer, and say so', async () => {
    const away = databaseFigures({ query: () => Promise.reject(new HistoryUnavailable()) }, CLUSTER, fromCluster);
    expect(await away(QUERY)).toEqual({ ...(await fromCluster(QUERY)), isComplete: false });
  });
});
