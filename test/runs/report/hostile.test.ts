import type { Case } from '../../../lib/runs/report/summary';
import { LIST_BYTES, LIST_MAX, TEXT_MAX } from '../../../lib/runs/report/summary';
import { summaryOf } from './support';

/** Reports that somebody wrote to do harm: a note says what is not read, and the rest is. */

const MiB = 1024 * 1024;
const suite = (...cases: readonly string[]): string => `<testsuite name="s">${cases.join('')}</testsuite>`;
const failing = (name: string, text: string): string =>
  `<testcase name="${name}"><failure>${text}</failure></testcase>`;
const noteOf = (content: string | Iterable<Uint8Array>, path = 'junit.xml'): string | undefined =>
  summaryOf({ [path]: content }).notes[0]?.text;

/** The same part many times over: a file that is never in memory whole. */
function* many(first: string, part: string, times: number, last = ''): Iterable<Uint8Array> {
  yield Buffer.from(first);
  const buffer = Buffer.from(part);
  for (let i = 0; i < times; i++) yield buffer;
  yield Buffer.from(last);
}

it('takes no entity but those of XML', () => {
  const bomb = `<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(1000)}">]>`;
  expect(noteOf(`<?xml version="1.0"?>${bomb}${suite(failing('x', '&b;'))}`)).toMatch(/declares entities/);
  expect(noteOf(`<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${suite(failing('x', '&f;'))}`)).toMatch(
    /declares/,
  );
  // without the declaration
  expect(noteOf(suite(failing('x', '&f;')))).toMatch(/it is not XML: Invalid character entity/);
  // one that is elsewhere is not fetched, and does not harm
  expect(noteOf(`<!DOCTYPE testsuite SYSTEM "http://127.0.0.1:1/x.dtd">${suite()}`)).toBeUndefined();
});

it('keeps what came before the fault', () => {
  const { tests, notes } = summaryOf({ 'junit.xml': `<testsuite><testcase name="a"/><testcase name="b"/></nope>` });
  expect(tests).toMatchObject({ passed: 2 });
  expect(notes).toEqual([
    { file: 'junit.xml', text: expect.stringMatching(/^it is not XML: .*, in line 1$/) as string },
  ]);
  expect(noteOf('<testsuite><testcase')).toMatch(/it is not XML/);
});

it('refuses what is too large, too deep or too wide', () => {
  expect(noteOf('<a>'.repeat(200).replace('<a>', '<testsuite>'))).toMatch(/nested more than 100 deep/);
  const attributes = Array.from({ length: 300 }, (_, i) => `a${i}="1"`).join(' ');
  expect(noteOf(`<testsuite ${attributes}/>`)).toMatch(/more than 200 attributes/);
  expect(noteOf(many('<testsuite name="', 'x'.repeat(65_536), 48, '"/>'))).toMatch(/Max buffer length exceeded/);
  const large = { path: 'junit.xml', content: Buffer.alloc(65 * MiB, ' ') };
  expect(summaryOf({ [large.path]: large.content }).notes[0]?.text).toBe(
    'it is larger than 64 MiB, so it was not read',
  );
  expect(summaryOf({ 'coverage-final.json': Buffer.alloc(17 * MiB, '[') }).notes[0]?.text).toMatch(
    /larger than 16 MiB/,
  );
  expect(noteOf('['.repeat(4_000_000), 'coverage-final.json')).toMatch(/more than 3000000 values/);
  expect(noteOf('['.repeat(2_000_000), 'coverage-final.json')).toBe('it is not JSON');
  expect(noteOf(`SF:${'x'.repeat(MiB)}`, 'lcov.info')).toMatch(/a line of more than/);
  const line = '<line number="1" hits="1"/>'.repeat(10_000);
  const classes = many('<coverage line-rate="1"><class filename="a"><lines>', line, 201);
  expect(noteOf(classes, 'coverage.xml')).toMatch(/more than 2000000 lines/);
});

it('passes over a long log in parts', () => {
  const log = many(
    '<testsuite><testcase name="a"><system-out>',
    'x'.repeat(MiB),
    96,
    '</system-out></testcase></testsuite>',
  );
  expect(summaryOf({ 'junit.xml': log })).toMatchObject({ tests: { passed: 1 }, notes: [] });
});

it('lists so many cases, and counts a million', () => {
  const part = '<testcase name="a" classname="b"/>'.repeat(999) + failing('f', 'x'.repeat(9_000));
  const { tests, cases, omitted } = summaryOf({ 'junit.xml': many('<testsuite>', part, 1_000, '</testsuite>') });
  expect(tests).toMatchObject({ passed: 999_000, failed: 1_000 });
  const of = (state: Case['state']): number => cases.filter((one) => one.state === state).length;
  expect([of('failed'), of('passed')]).toEqual([LIST_MAX.failed, LIST_MAX.cases]);
  expect(omitted).toMatchObject({ failed: 1_000 - LIST_MAX.failed, cases: 999_000 - LIST_MAX.cases });
});

it('keeps the file small, whatever its texts are', () => {
  const name = '😀'.repeat(TEXT_MAX.name);
  const part =
    `<testcase name="${name}" classname="${name}"/>`.repeat(10) + failing(name, '\u2028'.repeat(9_000)).repeat(10);
  const summary = summaryOf({ 'junit.xml': many('<testsuite>', part, 200, '</testsuite>') });
  expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThan(2 * LIST_BYTES + MiB);
  expect(summary.cases.length + summary.omitted.cases + summary.omitted.failed).toBe(4_000);
});

it('shows no control character, no half one, and nothing that turns the direction of writing', () => {
  const text = 'a\u0000b\u0007\u001b[31mc\u001b[0m\u202e\u2067d\ud800e';
  const { cases, notes } = summaryOf({
    'junit.xml': Buffer.concat([
      Buffer.from(suite(failing(text, text)).slice(0, -12)),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('</testsuite>'),
    ]),
  });
  expect(cases[0]?.message).toBe('abcd\ufffde');
  expect(cases[0]?.name).toBe('ab[31mc[0md\ufffde');
  expect(notes).toEqual([{ file: 'junit.xml', text: expect.stringContaining('bytes that are not UTF-8') as string }]);
});

it('cuts names that are long', () => {
  const { cases } = summaryOf({ 'junit.xml': suite(failing('n'.repeat(MiB - 100), 'm'.repeat(MiB))) });
  expect(cases[0]?.name).toBe(`${'n'.repeat(TEXT_MAX.name - 1)}…`);
  expect(cases[0]?.message).toHaveLength(TEXT_MAX.message);
});

it('believes no number that is none', () => {
  const figures = JSON.stringify({
    aggregate: { counters: { a: 1, b: 'x', c: null }, summaries: { t: { p99: 2 }, u: 7 } },
  });
  expect(summaryOf({ 'artillery.json': figures.replace('"a":1', '"a":1e999') }).load).toEqual({
    counters: {},
    times: { t: { p99: 2 } },
  });
  const lines = { lines: { covered: 9, total: 3 } };
  const said = { a: lines, b: { lines: { covered: -1, total: 1 } }, c: { lines: { covered: 1.5, total: 2 } } };
  expect(summaryOf({ 'coverage-summary.json': JSON.stringify(said) }).coverage?.files).toEqual([
    { path: 'a', covered: 3, total: 3 },
  ]);
  expect(summaryOf({ 'artillery.json': '[]' }).notes[0]?.text).toBe('it is not a report of artillery');
});

it('lists so many files and figures', () => {
  const files = Array.from(
    { length: LIST_MAX.files + 5 },
    (_, i) => [`f${i}`, { lines: { covered: 1, total: 2 } }] as const,
  );
  const { coverage, omitted } = summaryOf({ 'coverage-summary.json': JSON.stringify(Object.fromEntries(files)) });
  expect([coverage?.total, coverage?.files.length, omitted.files]).toEqual([2 * files.length, LIST_MAX.files, 5]);
  const counters = Object.fromEntries(files.map(([name], i) => [name, i]));
  const { load, omitted: left } = summaryOf({ 'artillery.json': JSON.stringify({ aggregate: { counters } }) });
  expect(Object.keys(load?.counters ?? {})).toHaveLength(LIST_MAX.figures);
  expect(left.figures).toBe(files.length - LIST_MAX.figures);
});
