import type { Summary } from '../../../lib/runs/report/summary';
import { readSummary, summariesOf } from '../../../orchestrator/src/test-reports/read-summaries';
import { Turns } from '../../../orchestrator/src/test-reports/turns';
import { KeptReports, summaryWith } from '../support/kept-reports';

/** `summary.json` of a run, which code of the repository may have written. */

const RUN = 'shop/pr-test/pr-7';
const all = async (reports: KeptReports): Promise<Summary[]> => {
  const found: Summary[] = [];
  for await (const summary of summariesOf(reports, RUN)) found.push(summary);
  return found;
};
const noteOf = ({ notes }: Summary): string => notes.map(({ file, text }) => `${file} ${text}`).join();

it('are read by app and kind, and nothing else is', async () => {
  const reports = new KeptReports();
  const put = (path: string, value: unknown) => reports.files.set(`${RUN}/${path}`, JSON.stringify(value));
  put('web/unit/summary.json', summaryWith('web', 'unit'));
  put('web/postman/summary.json', summaryWith('web', 'postman'));
  put('api/playwright/summary.json', summaryWith('api', 'playwright'));
  put('api/unit/junit.xml', '');
  put('api/other/summary.json', summaryWith('api', 'unit'));
  put('..x/unit/summary.json', summaryWith('web', 'unit'));
  put('outcome.json', {});
  expect((await all(reports)).map(({ app, kind }) => `${app} ${kind}`)).toEqual([
    'api playwright',
    'web unit',
    'web postman',
  ]);
});

it('are read by combination of tests that ran in several ways, and of no folder that tests themselves made', async () => {
  const reports = new KeptReports();
  const put = (path: string) =>
    reports.files.set(`${RUN}/${path}/summary.json`, JSON.stringify(summaryWith('web', 'unit')));
  for (const path of ['shard-10-of-12', 'shard-2-of-12', '..x', 'UP']) put(`web/unit/${path}`);
  reports.files.set(`${RUN}/web/playwright/summary.json`, JSON.stringify(summaryWith('web', 'playwright')));
  reports.files.set(`${RUN}/web/playwright/html/summary.json`, JSON.stringify(summaryWith('web', 'playwright')));
  for (let i = 0; i < 100; i++) put(`api/unit/x-${i}`);
  const found: string[] = [];
  for await (const { app, kind, combination } of summariesOf(reports, RUN))
    found.push([app, kind, combination].join(' '));
  expect(found.filter((one) => one.startsWith('web'))).toEqual([
    'web unit shard-2-of-12',
    'web unit shard-10-of-12',
    'web playwright ',
  ]);
  expect(found).toHaveLength(64 + 3);
});

it.each<[string, string, string]>([
  ['no JSON', '<html>', 'is not JSON'],
  ['another shape', '{"version":1}', 'is not in the format'],
  ['a later version', JSON.stringify({ ...summaryWith('web', 'unit'), version: 2 }), 'is not in the format'],
  ['of another app', JSON.stringify(summaryWith('api', 'unit')), 'says that it is of the unit tests of api'],
  ['of another kind', JSON.stringify(summaryWith('web', 'postman')), 'says that it is of the postman tests of web'],
  ['too many cases', JSON.stringify({ ...summaryWith('web', 'unit'), cases: Array(30_000).fill({}) }), 'format'],
  ['a name that is an object', '{"__proto__":{"app":"web"},"version":1,"app":{}}', 'is not in the format'],
])('one that is %s becomes a note', (_, text, note) => {
  const summary = readSummary('web', 'unit', text);
  expect(summary).toMatchObject({ app: 'web', kind: 'unit', cases: [] });
  expect(summary.tests).toBeUndefined();
  expect(noteOf(summary)).toContain(note);
});

it('one that is too large is not read', async () => {
  const reports = new KeptReports();
  reports.files.set(`${RUN}/web/unit/summary.json`, ' '.repeat(11 * 2 ** 20));
  expect(noteOf((await all(reports))[0]!)).toContain('is larger than 10 MiB');
});

/** The text of a summary that begins with one more field, which only a text can have. */
const begunWith = (field: string): string => JSON.stringify(summaryWith('web', 'unit')).replace('{', `{${field},`);

it.each([
  ['lists in lists', `"more":${'['.repeat(700_000)}${']'.repeat(700_000)}`],
  ['objects', `"more":[${'{},'.repeat(700_000)}{}]`],
  ['names', `"more":{${Array.from({ length: 400_000 }, (_, index) => `"${index}":1`).join()}}`],
])('one of so many %s that they would fill the memory is not read', (_, field) =>
  expect(noteOf(readSummary('web', 'unit', begunWith(field)))).toContain('has more than 610000 names and values'),
);

it('signs in a text are no values', () =>
  expect(readSummary('web', 'unit', begunWith(`"more":"${'\\"[{,:'.repeat(200_000)}"`)).cases).toHaveLength(2));

it('one of as many cases and files as there may be is read', () => {
  const [one] = summaryWith('web', 'unit').cases;
  const file = { path: 'a', covered: 1, total: 2 };
  const full = summaryWith('web', 'unit', {
    cases: Array(20_500).fill({ ...one, flaky: true }),
    coverage: { covered: 1, total: 2, files: Array(10_000).fill(file) },
  });
  expect(readSummary('web', 'unit', JSON.stringify(full))).toMatchObject({ notes: [], tests: full.tests });
});

it('what artillery counted is passed over, whatever it is', () => {
  const summary = readSummary('web', 'unit', begunWith('"load":{"counters":{"a":"b"}}'));
  expect([summary.cases.length, 'load' in summary]).toEqual([2, false]);
});

it('has texts that are fit to be shown, and places that are in the repository', () => {
  const hostile = summaryWith('web', 'unit', {
    cases: [
      {
        class: 'a\u001b[2Jb',
        name: '\u202ex',
        state: 'failed',
        message: '\u001b[31mred\u0000',
        file: '../../etc/x',
        line: 3,
      },
    ],
    coverage: {
      covered: 9,
      total: 3,
      files: [
        { path: '\u0000', covered: 1, total: 1 },
        { path: 'a\nb', covered: 5, total: 4 },
      ],
    },
    notes: [{ file: 'a\u0007', text: 'b\nc' }],
  });
  const { cases, coverage, notes } = readSummary('web', 'unit', JSON.stringify(hostile));
  expect(cases).toEqual([{ class: 'a[2Jb', name: 'x', state: 'failed', message: 'red' }]);
  expect(coverage).toEqual({ covered: 3, total: 3, files: [{ path: 'a b', covered: 4, total: 4 }] });
  expect(notes).toEqual([{ file: 'a', text: 'b c' }]);
});

it('takes turns, whatever fails', async () => {
  const turns = new Turns(2);
  let busy = 0;
  let most = 0;
  const work = async (index: number): Promise<number> => {
    most = Math.max(most, ++busy);
    await new Promise((resolve) => setImmediate(resolve));
    busy--;
    if (index === 1) throw new Error('no');
    return index;
  };
  const done = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => turns.take(() => work(index))));
  expect([most, done.map(({ status }) => status === 'fulfilled')]).toEqual([2, [true, false, true, true, true]]);
  expect(await turns.take(async () => 'again')).toBe('again');
});
