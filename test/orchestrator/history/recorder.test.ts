import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../../lib/kube/api';
import { isFinal } from '../../../lib/runs/ask/run-request';
import { expire } from '../../../orchestrator/src/history/expire';
import type { Database } from '../../../orchestrator/src/history/query';
import { recordedTests } from '../../../orchestrator/src/history/recorded-tests';
import { recordRun } from '../../../orchestrator/src/history/record-run';
import type { RecorderOptions } from '../../../orchestrator/src/history/recorder';
import { Recorder } from '../../../orchestrator/src/history/recorder';
import { HistorySlow, HistoryUnavailable } from '../../../orchestrator/src/history/run-history';
import { isUnrecorded } from '../../../orchestrator/src/history/unrecorded';
import { createMetrics } from '../../../orchestrator/src/metrics';
import type { Request } from '../../../orchestrator/src/queue/objects';
import { suiteWith } from '../../output/tasks/support/tools';
import { NOW, silent } from '../support';
import { KeptReports, summaryWith } from '../support/kept-reports';
import { CLUSTER, finished, rows, taskRun, tested } from './support/runs';
import { databaseOfSuite } from './support/suite';

/** A cluster that holds requests, each with two TaskRuns. */
function clusterOf(requests: readonly Request[], patch: (name: string) => void = () => undefined) {
  const held = new Map(requests.map((request) => [request.metadata.name, request]));
  const api = {
    list: async (_kind: unknown, _namespace: unknown, selector?: string) => {
      const name = selector?.split('=')[1] ?? '';
      return { items: [taskRun(name, 'build-web'), taskRun(name, 'verdict', true)], resourceVersion: '1' };
    },
    patch: async (_kind: unknown, _namespace: string, name: string, given: { readonly status?: object }) => {
      patch(name);
      const request = held.get(name)!;
      const changed = { ...request, status: { ...request.status, ...given.status } };
      held.set(name, changed);
      return changed;
    },
  } as unknown as RecorderOptions['api'];
  return { api, requests: () => [...held.values()] };
}
const unasked = () => Promise.reject(new Error('not to be asked'));
const recorderOf = (
  cluster: ReturnType<typeof clusterOf>,
  database: Partial<Pick<Database, 'query' | 'transaction'>>,
  isLeading = true,
  over: Partial<RecorderOptions> = {},
) => {
  const metrics = createMetrics();
  const options: RecorderOptions = {
    ...cluster,
    database: {
      query: database.query ?? unasked,
      transaction: (work) => (database.transaction === undefined ? unasked() : database.transaction(work)),
    },
    cluster: CLUSTER,
    isLeading: () => isLeading,
    metrics,
    log: silent,
    now: () => NOW,
    ...over,
  };
  return { recorder: new Recorder(options, new AbortController().signal), metrics };
};
const many = (count: number): Request[] => Array.from({ length: count }, (_, index) => tested(`n${index}`));

it('goes on with the others where one run takes the database too long, and comes back to it', async () => {
  const said: string[] = [];
  const cluster = clusterOf([tested('slow'), tested('quick')], (name) => said.push(name));
  let asked = 0;
  let now = NOW;
  const slow = {
    transaction: async () => {
      if (asked++ === 0) throw new HistorySlow('canceling statement due to statement timeout');
    },
  } as unknown as Database;
  const { recorder } = recorderOf(cluster, slow, true, { now: () => now });
  await recorder.look();
  expect(said).toEqual(['quick']);
  await recorder.look();
  expect(said).toEqual(['quick']);
  now += 600_000;
  await recorder.look();
  expect(said).toEqual(['quick', 'slow']);
});

it('says of no run that it is recorded while the database is away, and how far it is behind', async () => {
  const cluster = clusterOf([tested('over'), { ...tested('going'), status: { phase: 'Running' } }], () => {
    throw new Error('not to be said');
  });
  let asked = 0;
  const away = {
    transaction: async () => {
      asked++;
      throw new HistoryUnavailable();
    },
  };
  const { recorder, metrics } = recorderOf(cluster, away);
  await recorder.look();
  expect(recorder.behind).toEqual({ runs: 1, seconds: (NOW - Date.parse('2026-01-01T00:00:00Z')) / 1000 });
  expect((await metrics.historyUnrecorded.get()).values[0]?.value).toBe(1);
  expect(asked).toBe(1);
});

it('asks the database no more in a look in which it was away', async () => {
  let asked = 0;
  const away = {
    transaction: async () => {
      asked++;
      throw new HistoryUnavailable();
    },
  };
  await recorderOf(clusterOf(many(5)), away).recorder.look();
  expect(asked).toBe(1);
});

it('leaves it to the leader', async () => {
  const { recorder } = recorderOf(
    clusterOf(many(2)),
    { transaction: () => Promise.reject(new Error('not to be asked')) },
    false,
  );
  await recorder.look();
  expect(recorder.behind.runs).toBe(2);
});

it('goes on with others where one cannot be recorded, and comes back to it later', async () => {
  const cluster = clusterOf([finished('bad', {}, { created: '2025-01-01T00:00:00Z' }), tested('good')]);
  const tried: string[] = [];
  const { recorder } = recorderOf(cluster, {
    transaction: async () => {
      tried.push('run');
      if (tried.length === 1) throw new Error('value out of range');
      return undefined as never;
    },
  });
  await recorder.look();
  expect(cluster.requests().map(({ status }) => status?.recorded !== undefined)).toEqual([false, true]);
  await recorder.look();
  expect(tried).toHaveLength(2);
});

describe('reports', () => {
  const database = { query: async () => [], transaction: async () => undefined as never };

  it('that cannot be read hold up the word that the run is recorded, and no other run', async () => {
    const reports = new KeptReports();
    reports.isAway = true;
    const cluster = clusterOf([tested('a'), tested('b'), finished('c', { pipeline: 'bootstrap' })]);
    const ended = Date.parse('2026-01-01T00:00:00Z');
    let now = ended;
    const { recorder } = recorderOf(cluster, database, true, { reports, now: () => now });
    await recorder.look();
    expect(cluster.requests().map(isUnrecorded)).toEqual([true, true, false]);
    // the second one is not asked for right after the first failed
    expect(reports.asked).toEqual(['shop/pr-test/a']);
    now += 120_000;
    reports.isAway = false;
    await recorder.look();
    expect(cluster.requests().some(isUnrecorded)).toBe(false);
  });

  it('that cannot be read for days are left', async () => {
    const reports = new KeptReports();
    reports.isAway = true;
    const cluster = clusterOf([tested('a')]);
    const now = () => Date.parse('2026-01-04T01:00:00Z');
    await recorderOf(cluster, database, true, { reports, now }).recorder.look();
    expect(cluster.requests().some(isUnrecorded)).toBe(false);
  });
});

it('knows which runs are over and not recorded', () => {
  const mark = { ...finished('m', { pipeline: 'pr-test', cancel: true }), status: { phase: 'Cancelled' } } as const;
  const recorded = finished('r', {}, { recorded: '2026-01-01T00:00:00Z' });
  const going = { ...tested('g'), status: { phase: 'Running' } } as const;
  expect([tested('t'), mark, recorded, going].map(isUnrecorded)).toEqual([true, false, false, false]);
});

suiteWith(['pg_ctlcluster'], 'what is over', () => {
  const { database, another, postgres } = databaseOfSuite();

  it('is written before its request says so, again where a replica ended in between, and once', async () => {
    let crash = true;
    const cluster = clusterOf([tested('a')], () => {
      if (crash) throw new ApiError('the connection is gone');
    });
    await recorderOf(cluster, database).recorder.look();
    expect(await rows(database, 'runs', 'uid, name, phase')).toHaveLength(1);
    expect(cluster.requests().every(isUnrecorded)).toBe(true);
    crash = false;
    await recorderOf(cluster, database).recorder.look();
    expect(await rows(database, 'runs', 'uid, name, phase')).toHaveLength(1);
    expect(cluster.requests().some(isUnrecorded)).toBe(false);
  });

  it('is written with what its tests said, again where a replica ended in between, and hostile reports are a note', async () => {
    const reports = new KeptReports();
    const put = (path: string, text: string) => reports.files.set(`shop/pr-test/a/${path}/summary.json`, text);
    put('web/unit', JSON.stringify(summaryWith('web', 'unit')));
    put('api/unit', JSON.stringify(summaryWith('web', 'unit')));
    put('api/postman', '[]');
    let crash = true;
    const cluster = clusterOf([tested('a')], () => {
      if (crash) throw new ApiError('the connection is gone');
    });
    await recorderOf(cluster, database, true, { reports }).recorder.look();
    expect(cluster.requests().every(isUnrecorded)).toBe(true);
    crash = false;
    await recorderOf(cluster, database, true, { reports }).recorder.look();
    expect(cluster.requests().some(isUnrecorded)).toBe(false);
    expect(await rows(database, 'cases', 'app, kind, name, state')).toEqual([
      { app: 'web', kind: 'unit', name: 'adds up', state: 'failed' },
      { app: 'web', kind: 'unit', name: 'is empty at first', state: 'passed' },
    ]);
    expect((await rows(database, 'notes', 'app, kind, text')).map(({ app, kind }) => `${app} ${kind}`)).toEqual([
      'api postman',
      'api unit',
    ]);
    expect((await recordedTests(database, CLUSTER).ofRun('uid-a'))?.map(({ app, kind }) => `${app} ${kind}`)).toEqual([
      'api postman',
      'api unit',
      'web unit',
    ]);
  });

  it('has a note in the place of what the database does not take', async () => {
    const reports = new KeptReports();
    const large = summaryWith('web', 'unit', { coverage: { covered: 0, total: 0, files: [] } });
    reports.files.set('shop/pr-test/a/web/unit/summary.json', JSON.stringify(large));
    await database.query('alter table tekton_dag.coverage add constraint none check (total > 0)', []);
    const cluster = clusterOf([tested('a')]);
    await recorderOf(cluster, database, true, { reports }).recorder.look();
    await database.query('alter table tekton_dag.coverage drop constraint none', []);
    expect(cluster.requests().some(isUnrecorded)).toBe(false);
    expect(await rows(database, 'notes', 'app, kind, text')).toEqual([
      { app: 'web', kind: 'unit', text: 'has values that the database does not take' },
    ]);
  });

  it('is all there, each once, though the database is killed while two replicas write', async () => {
    const count = 60;
    let marks = 0;
    const cluster = clusterOf(many(count), () => marks++);
    // what has seen the database away asks it again only later
    const replicas = [another(), another()];
    const replica = async (own: Database): Promise<void> => {
      const { recorder } = recorderOf(cluster, own);
      while (cluster.requests().some(isUnrecorded)) {
        await recorder.look();
        await sleep(20);
      }
    };
    const kills = async (): Promise<void> => {
      for (const after of [count / 10, count / 3, count / 2]) {
        while (marks < after) await sleep(5);
        await postgres.kill();
        await postgres.start();
      }
    };
    await Promise.all([...replicas.map(replica), kills()]);
    await Promise.all(replicas.map((one) => one.stop()));
    expect(cluster.requests().filter(isFinal)).toHaveLength(count);
    const uids = (await rows(database, 'runs', 'uid, name, phase')).map(({ uid }) => uid);
    expect(uids).toEqual(
      many(count)
        .map(({ metadata }) => metadata.uid)
        .sort(),
    );
    expect(await rows(database, 'tasks', 'run, name, state')).toHaveLength(2 * count);
  }, 240_000);

  it('expires after the days of its team, with all that is of it, on its own cluster alone', async () => {
    const now = Date.parse('2026-03-01T00:00:00Z');
    const ended = (name: string, team: string, created: string) => finished(name, { team }, { created });
    const old = '2026-01-01T00:00:00Z';
    const all = [
      ended('old', 'x', old),
      ended('young', 'x', '2026-02-20T00:00:00Z'),
      ended('kept', 'archivists', old),
      ended('short', 'brief', '2026-02-20T00:00:00Z'),
    ];
    for (const request of all) await recordRun(database, CLUSTER, request, [taskRun(request.metadata.name, 'verify')]);
    await recordRun(database, 'other', ended('old', 'x', old), []);
    expect(await expire(database, CLUSTER, { teams: {} }, now)).toBe(0);
    expect(await expire(database, CLUSTER, { days: 30, teams: { archivists: 3650, brief: 5 } }, now)).toBe(2);
    expect(await rows(database, 'runs', 'name, cluster, team')).toEqual([
      { name: 'kept', cluster: CLUSTER, team: 'archivists' },
      { name: 'old', cluster: 'other', team: 'x' },
      { name: 'young', cluster: CLUSTER, team: 'x' },
    ]);
    expect(await rows(database, 'tasks', 'task_run, name, state')).toHaveLength(2);
  });
});
