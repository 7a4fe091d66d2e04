import { caseHistory } from '../../../orchestrator/src/history/case-history';
import type { RecordedSummary } from '../../../orchestrator/src/history/cases';
import { markTested, recordSummary } from '../../../orchestrator/src/history/cases';
import { recordedTests } from '../../../orchestrator/src/history/recorded-tests';
import { recordRun } from '../../../orchestrator/src/history/record-run';
import { suiteWith } from '../../output/tasks/support/tools';
import { SHA } from '../support';
import { NAMESPACE } from '../support/team';
import { CLUSTER, rows, tested } from './support/runs';
import { databaseOfSuite } from './support/suite';

const summary = (state: 'passed' | 'failed', more: Partial<RecordedSummary> = {}): RecordedSummary => ({
  app: 'web',
  kind: 'unit',
  tests: { passed: 1, failed: 1, errors: 0, skipped: 0, flaky: 1, seconds: 2.5 },
  cases: [
    { class: 'cart.Total', name: 'adds up', state, seconds: 0.5, message: '1 is not 2', file: 'src/cart.ts', line: 3 },
    { class: 'cart.Total', name: 'adds up', state: 'passed', flaky: true },
    { class: '', name: `Robert'); drop table tekton_dag.cases;-- \0`, state: 'skipped' },
  ],
  coverage: { covered: 7, total: 10, files: [{ path: 'src/cart.ts', covered: 7, total: 10 }] },
  notes: [],
  ...more,
});

suiteWith(['pg_ctlcluster'], 'the cases of a run', () => {
  const { database, another } = databaseOfSuite();
  const run = { cluster: CLUSTER, uid: 'uid-a' };

  it('are written once, however often, with what they cover', async () => {
    await recordRun(database, CLUSTER, tested('a'), []);
    const other = another();
    const written = [database, other, database].map((one) => recordSummary(one, run, summary('failed')));
    expect(await Promise.all(written)).toEqual([true, true, true]);
    await other.stop();
    expect(await rows(database, 'cases', 'place, class, name, state, seconds, flaky, message, file, line')).toEqual([
      {
        place: 0,
        class: 'cart.Total',
        name: 'adds up',
        state: 'failed',
        seconds: 0.5,
        flaky: false,
        message: '1 is not 2',
        file: 'src/cart.ts',
        line: 3,
      },
      expect.objectContaining({ place: 1, state: 'passed', flaky: true, message: null }),
      expect.objectContaining({ place: 2, name: `Robert'); drop table tekton_dag.cases;-- \uFFFD`, state: 'skipped' }),
    ]);
    expect(await rows(database, 'coverage', 'path, covered, total')).toEqual([
      { path: '', covered: '7', total: '10' },
      { path: 'src/cart.ts', covered: '7', total: '10' },
    ]);
    expect(await rows(database, 'tests', 'passed, failed, flaky, seconds')).toEqual([
      { passed: '1', failed: '1', flaky: '1', seconds: 2.5 },
    ]);
  });

  it('of another app or kind stay, and go with their run', async () => {
    await recordRun(database, CLUSTER, tested('a'), []);
    await recordSummary(database, run, summary('failed', { app: 'api' }));
    await recordSummary(database, run, summary('failed'));
    await recordSummary(database, run, summary('passed', { tests: undefined, coverage: undefined, cases: [] }));
    expect(await rows(database, 'cases', 'app, kind, place')).toHaveLength(3);
    await database.query('delete from tekton_dag.runs', []);
    for (const table of ['tests', 'cases', 'coverage'])
      expect(await rows(database, table, 'run, app, kind')).toEqual([]);
  });

  it('are kept apart by the combination that they ran in, and are the same case in whatever shard', async () => {
    const tests = recordedTests(database, CLUSTER);
    const inShard = async (uid: string, combination: string) => {
      await recordRun(database, CLUSTER, tested(uid), []);
      const of = { cluster: CLUSTER, uid: `uid-${uid}` };
      await recordSummary(database, of, summary('failed', { kind: 'playwright', combination: 'shard-9-of-9' }));
      await recordSummary(database, of, summary('failed', { kind: 'playwright', combination }));
      await markTested(database, of);
    };
    await inShard('a', 'browser-a-shard-1-of-2');
    await inShard('b', 'browser-a-shard-2-of-2');
    expect((await tests.ofRun('uid-b'))?.map(({ kind, combination }) => [kind, combination])).toEqual([
      ['playwright', 'browser-a-shard-2-of-2'],
      ['playwright', 'shard-9-of-9'],
    ]);
    expect((await tests.ofKind('uid-b', 'web', 'playwright', 'shard-9-of-9'))?.cases).toHaveLength(3);
    expect(await tests.ofKind('uid-b', 'web', 'playwright')).toBeUndefined();
    const of = { namespace: NAMESPACE, stack: 'shop', app: 'web', class: 'cart.Total', name: 'adds up' };
    const runs = await tests.ofCase({ ...of, kind: 'playwright/browser-a' });
    expect([...new Set(runs.map(({ run: name }) => name))]).toEqual(['b', 'a']);
  });

  it('are read again as they were said, once all of them are there', async () => {
    const tests = recordedTests(database, CLUSTER);
    await recordRun(database, CLUSTER, tested('a'), []);
    const said = summary('failed', { notes: [{ file: 'junit.xml', text: 'is not XML' }] });
    await recordSummary(database, run, said);
    expect(await tests.ofRun('uid-a')).toBeUndefined();
    expect(await tests.ofKind('uid-a', 'web', 'unit')).toBeUndefined();
    await markTested(database, run);
    // to record the run again takes nothing away
    await recordRun(database, CLUSTER, tested('a'), []);
    expect(await tests.ofRun('uid-a')).toEqual([
      {
        ...{ app: 'web', kind: 'unit', tests: said.tests, notes: said.notes },
        failed: [said.cases[0]],
        coverage: { covered: 7, total: 10 },
      },
    ]);
    const name = `Robert'); drop table tekton_dag.cases;-- \uFFFD`;
    expect(await tests.ofKind('uid-a', 'web', 'unit')).toEqual({
      ...said,
      cases: said.cases.map((one, index) => (index === 2 ? { ...one, name } : one)),
    });
    expect(await tests.ofKind('uid-a', 'api', 'unit')).toBeUndefined();
    expect(await recordedTests(database, 'other').ofRun('uid-a')).toBeUndefined();
  });

  it('are found until a run, several at once and in their order', async () => {
    const tests = recordedTests(database, CLUSTER);
    for (const [uid, state] of [
      ['a', 'passed'],
      ['b', 'failed'],
      ['c', 'failed'],
    ] as const) {
      await recordRun(database, CLUSTER, tested(uid), []);
      const [first] = summary(state).cases;
      await recordSummary(database, { cluster: CLUSTER, uid: `uid-${uid}` }, summary(state, { cases: [first!] }));
    }
    const known = {
      namespace: NAMESPACE,
      stack: 'shop',
      app: 'web',
      kind: 'unit',
      class: 'cart.Total',
      name: 'adds up',
    };
    const found = await tests.before('uid-b', [{ ...known, name: 'none' }, known, known]);
    const runs = found.map((one) => one.map(({ run: of, state, pullRequest }) => [of, state, pullRequest]));
    const both = [
      ['b', 'failed', '7'],
      ['a', 'passed', '7'],
    ];
    expect(runs).toEqual([[], both, both]);
    expect(await recordedTests(database, 'other').before('uid-b', [known])).toEqual([[]]);
    expect((await tests.ofCase(known)).map(({ run: of }) => of)).toEqual(['c', 'b', 'a']);
  });

  it('wait for their run: of one that is not recorded nothing is written', async () => {
    expect(await recordSummary(database, run, summary('failed'))).toBe(false);
    expect(await rows(database, 'cases', 'app, kind, place')).toEqual([]);
  });

  it('are found again in the runs before, newest first, and only of their namespace and cluster', async () => {
    const name = {
      namespace: NAMESPACE,
      stack: 'shop',
      app: 'web',
      kind: 'unit',
      class: 'cart.Total',
      name: 'adds up',
    };
    for (const [uid, state] of [
      ['a', 'passed'],
      ['b', 'failed'],
    ] as const) {
      await recordRun(database, CLUSTER, tested(uid), []);
      const [first] = summary(state).cases;
      await recordSummary(database, { cluster: CLUSTER, uid: `uid-${uid}` }, summary(state, { cases: [first!] }));
    }
    expect(await caseHistory(database, CLUSTER, name, 9)).toEqual([
      expect.objectContaining({ run: 'b', state: 'failed', commit: SHA.a, message: '1 is not 2', seconds: 0.5 }),
      expect.objectContaining({ run: 'a', state: 'passed' }),
    ]);
    expect(await caseHistory(database, CLUSTER, name, 1)).toHaveLength(1);
    expect(await caseHistory(database, 'other', name, 9)).toEqual([]);
    expect(await caseHistory(database, CLUSTER, { ...name, namespace: 'team-y' }, 9)).toEqual([]);
  });
});
