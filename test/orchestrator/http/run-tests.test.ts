import type { CaseInRun, CaseName } from '../../../orchestrator/src/history/case-history';
import type { RecordedTests } from '../../../orchestrator/src/history/recorded-tests';
import { HistoryUnavailable } from '../../../orchestrator/src/history/run-history';
import { failingTasks, pullRequestRun } from '../../page/scene';
import { configurationOf, shop } from '../support';
import { api, callerWhoMay } from '../support/api';
import { KeptReports, summaryWith } from '../support/kept-reports';

/** What the tests of a run said, as the API tells it: of the database, or else of the reports. */

const team = shop();
const made = pullRequestRun(team, { number: 7, phase: 'Failed', apps: ['web'], tasks: failingTasks('web') }).request;
const { name, namespace = '', uid } = made.metadata;
const path = `/api/runs/${name}/tests`;
const summary = summaryWith('web', 'postman');
const [failure, passed] = summary.cases;

function kept(): KeptReports {
  const reports = new KeptReports();
  reports.files.set(`shop/pr-test/${name}/web/postman/summary.json`, JSON.stringify(summary));
  reports.files.set(`shop/pr-test/${name}/web/unit/summary.json`, 'hello');
  return reports;
}
const inRun = (run: string, state: string, commit = run): CaseInRun => ({
  ...{ run, state, commit, pullRequest: '7', flaky: false, seconds: 0.1, message: null },
  created: new Date('2026-01-01T00:00:00Z'),
});
const asked: CaseName[] = [];
const recorded = (over: Partial<RecordedTests> = {}): RecordedTests => ({
  ofRun: async (of) =>
    of === uid ? [{ app: 'web', kind: 'unit', failed: [failure!], notes: [], tests: summary.tests }] : undefined,
  ofKind: async () => undefined,
  before: async (_, names) => names.map(() => [inRun(name, 'failed', 'c'), inRun('older', 'failed', 'b')]),
  ofCase: async (one) => {
    asked.push(one);
    return [inRun(name, 'failed', 'c'), inRun('older', 'passed', 'c')];
  },
  ...over,
});

function served(
  over: { readonly reports?: KeptReports; readonly tests?: RecordedTests },
  ...verbs: ('list' | 'readLogs')[]
) {
  const authenticate = callerWhoMay(...(verbs.length > 0 ? verbs : (['list', 'readLogs'] as const)));
  const front = api(configurationOf(team), { authenticate, ...over });
  front.cluster.objects.set(`${namespace}/${name}`, made);
  return front;
}

it('is told of the reports where there is no database, with what cannot be read as a note', async () => {
  const { status, body } = await served({ reports: kept() }).call('GET', path);
  expect([status, body.tests]).toEqual([
    200,
    [
      {
        ...{ app: 'web', kind: 'unit', task: 'build-web', failed: [] },
        notes: [{ file: 'summary.json', text: 'is not JSON' }],
      },
      {
        ...{ app: 'web', kind: 'postman', task: 'test-web-postman', notes: [] },
        tests: summary.tests,
        failed: [failure],
        coverage: { covered: 7, total: 10 },
      },
    ],
  ]);
});

it('is told of the database once that has it, with what became of each case before', async () => {
  const reports = kept();
  const { body } = await served({ reports, tests: recorded() }).call('GET', path);
  expect(body.tests).toEqual([
    expect.objectContaining({
      kind: 'unit',
      failed: [
        {
          ...failure,
          story: {
            ...{ state: 'broken', failed: 2, runs: 2, elsewhere: false },
            since: { run: 'older', commit: 'b', created: '2026-01-01T00:00:00.000Z' },
          },
        },
      ],
    }),
  ]);
  expect(reports.asked).toEqual([]);
});

const away = () => Promise.reject(new HistoryUnavailable());

it.each<[string, Partial<RecordedTests>]>([
  ['is away', { ofRun: away, ofKind: away }],
  ['does not have them yet', { ofRun: async () => undefined }],
])('is told of the reports where the database %s', async (_, over) => {
  const front = served({ reports: kept(), tests: recorded(over) });
  expect((await front.call('GET', path)).body.tests).toHaveLength(2);
  expect((await front.call('GET', `${path}/web/postman`)).body.cases).toHaveLength(2);
});

it('is told without what was before where the database goes away in between', async () => {
  const { body } = await served({ tests: recorded({ before: away }) }).call('GET', path);
  expect(body.tests[0].failed).toEqual([failure]);
});

it('has all cases and files of one kind', async () => {
  const { status, body } = await served({ reports: kept() }).call('GET', `${path}/web/postman`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ app: 'web', kind: 'postman', task: 'test-web-postman', cases: [failure, passed] });
  expect(body.coverage.files).toEqual([{ path: 'src/cart.ts', covered: 7, total: 10 }]);
});

it.each(['web/playwright', 'web/other', 'none/unit', '%2e%2e/unit', 'web%2f../unit'])('has no tests %s', async (kind) =>
  expect((await served({ reports: kept() }).call('GET', `${path}/${kind}`)).status).toBe(404),
);

it.each(['web%00/unit', 'web/unit%00', 'WEB/unit'])('asks no database for what no name can be: %s', async (kind) => {
  const ofKind = () => Promise.reject(new Error('invalid byte sequence for encoding "UTF8": 0x00'));
  const { status } = await served({ reports: kept(), tests: recorded({ ofKind }) }).call('GET', `${path}/${kind}`);
  expect(status).toBe(404);
});

describe('tests that ran in several ways', () => {
  const ways = (): KeptReports => {
    const reports = new KeptReports();
    const put = (combination: string, more: Parameters<typeof summaryWith>[2]) =>
      reports.files.set(
        `shop/pr-test/${name}/web/unit/${combination}/summary.json`,
        JSON.stringify(summaryWith('web', 'unit', more)),
      );
    put('node-22', { coverage: { covered: 9, total: 10, files: [] } });
    put('node-20', {
      tests: { passed: 4, failed: 0, errors: 0, skipped: 1, flaky: 0, seconds: 0.25 },
      cases: [passed!],
    });
    return reports;
  };

  it('are told together, with each of them', async () => {
    const { body } = await served({ reports: ways() }).call('GET', path);
    expect(body.tests).toEqual([
      {
        ...{ app: 'web', kind: 'unit', task: 'test-web-unit', notes: [] },
        tests: { passed: 5, failed: 1, errors: 0, skipped: 1, flaky: 0, seconds: 0.75 },
        failed: [{ ...failure, combination: 'node-22' }],
        coverage: { covered: 9, total: 10 },
        combinations: [
          expect.objectContaining({ name: 'node-20', coverage: { covered: 7, total: 10 } }),
          expect.objectContaining({ name: 'node-22', tests: summary.tests }),
        ],
      },
    ]);
  });

  it('have all cases of one', async () => {
    const front = served({ reports: ways() });
    const { body } = await front.call('GET', `${path}/web/unit?combination=node-20`);
    expect(body).toMatchObject({ combination: 'node-20', task: 'test-web-unit', cases: [passed] });
    for (const other of ['', '?combination=node-18', '?combination=..', '?combination=a%2fb'])
      expect((await front.call('GET', `${path}/web/unit${other}`)).status).toBe(404);
    expect((await front.call('GET', `${path}/web/unit`)).body.detail).toContain('?combination=');
    const twice = await front.call('GET', `${path}/web/unit?combination=node-20&combination=node-22`);
    expect({ status: twice.status, code: twice.body.code }).toEqual({ status: 422, code: 'invalid_request' });
  });

  it('are asked of the database by combination, and what was before of a case whatever its shard', async () => {
    const names: CaseName[] = [];
    const tests = recorded({
      ofRun: async () =>
        ['shard-1-of-2', 'browser-a-shard-2-of-2'].map((combination) => ({
          ...{ app: 'web', kind: 'playwright', combination, failed: [failure!], notes: [] },
        })),
      before: async (_, all) => {
        names.push(...all);
        return all.map(() => []);
      },
    });
    const { body } = await served({ tests }).call('GET', path);
    expect(body.tests[0].combinations).toHaveLength(2);
    expect(names.map(({ kind }) => kind).sort()).toEqual(['playwright', 'playwright/browser-a']);
  });
});

it('tells the first that failed, and counts all', async () => {
  const reports = new KeptReports();
  for (const app of ['a', 'b', 'c'])
    reports.files.set(
      `shop/pr-test/${name}/${app}/unit/summary.json`,
      JSON.stringify(summaryWith(app, 'unit', { cases: Array(90).fill(failure) })),
    );
  const { body } = await served({ reports }).call('GET', path);
  expect(body.tests.map(({ failed }: { failed: object[] }) => failed.length)).toEqual([90, 90, 20]);
});

it('says that nothing reads reports here, and that what keeps them is away', async () => {
  expect((await served({}).call('GET', path)).body).toMatchObject({ isRead: false, tests: [] });
  expect((await served({}).call('GET', `${path}/web/unit`)).body.detail).toContain('docs/reports.md');
  const reports = kept();
  reports.isAway = true;
  expect((await served({ reports }).call('GET', path)).body.code).toBe('reports_unavailable');
});

describe('GET /api/cases', () => {
  const query = (over: Record<string, string> = {}): string =>
    `/api/cases?${new URLSearchParams({
      ...{ team: team.name, stack: 'shop', app: 'web', kind: 'unit', class: 'cart.Total', name: 'a&b' },
      ...over,
    })}`;

  it('has the runs of a case, and what they mean', async () => {
    asked.length = 0;
    const { status, body } = await served({ tests: recorded() }).call('GET', query());
    expect(asked).toEqual([{ namespace, stack: 'shop', app: 'web', kind: 'unit', class: 'cart.Total', name: 'a&b' }]);
    expect([status, body.story.state, body.runs]).toEqual([
      200,
      'flaky',
      [
        { run: name, commit: 'c', created: '2026-01-01T00:00:00.000Z', pullRequest: 7, state: 'failed', seconds: 0.1 },
        {
          run: 'older',
          commit: 'c',
          created: '2026-01-01T00:00:00.000Z',
          pullRequest: 7,
          state: 'passed',
          seconds: 0.1,
        },
      ],
    ]);
  });

  it('is for those who may read the logs of the team', async () => {
    const front = served({ tests: recorded() }, 'list');
    expect((await front.call('GET', query())).status).toBe(403);
    expect((await served({ tests: recorded() }, 'readLogs').call('GET', query())).status).toBe(404);
    expect((await served({ tests: recorded() }).call('GET', query({ team: 'others' }))).status).toBe(404);
  });

  it.each<[string, string, number, string]>([
    ['without a name', '/api/cases?team=shop', 422, 'invalid_request'],
    ['of no kind', query({ kind: 'x' }), 422, 'invalid_request'],
  ])('refuses one %s', async (_, url, status, code) => {
    const answer = await served({ tests: recorded() }).call('GET', url);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('says that there is no database, and that it is away', async () => {
    expect((await served({}).call('GET', query())).body.detail).toContain('docs/history.md');
    const answer = await served({ tests: recorded({ ofCase: away }) }).call('GET', query());
    expect(answer.body.code).toBe('history_unavailable');
  });
});
