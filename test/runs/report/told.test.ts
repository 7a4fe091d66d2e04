import { readFailed, readResult, readRunTests } from '../../../lib/runs/report/told';

/** What a step says of tests, as whoever shows it reads it: code of the repository may have written it. */

const told = { passed: 1, failed: 2, errors: 0, skipped: 0, flaky: 0 };

it.each([
  ['nothing', ''],
  ['no text', 7],
  ['no JSON', '{'],
  ['another value', '[]'],
  ['a number below zero', JSON.stringify({ ...told, passed: -1, names: [] })],
  ['a name that is none', JSON.stringify({ ...told, names: [1] })],
  ['too much', JSON.stringify({ ...told, names: Array.from({ length: 99 }, String) })],
])('takes %s for no result', (_, value) =>
  expect([readResult(value), readRunTests(value)]).toEqual([undefined, undefined]),
);

it('shows of names what is seen', () => {
  expect(readResult(JSON.stringify({ ...told, names: ['a\n\u001b[1mb\u202ec'] }))?.names).toEqual(['a [1mbc']);
  expect(readRunTests(JSON.stringify({ ...told, failures: ['t: a\u0007\tb'] }))?.failures).toEqual(['t: a b']);
});

it('reads a line a case, and passes over others', () => {
  const log = [
    '2 tests',
    '{"title":"a","message":"m","file":"src/a.ts","line":3}',
    '{"title":""}',
    '{"line":1}',
    'null',
    '{"title":"b"}',
  ];
  expect(readFailed(log.join('\n'))).toEqual([{ title: 'a', message: 'm', file: 'src/a.ts', line: 3 }, { title: 'b' }]);
});

it.each(['/etc/passwd', '../a', 'a/../b', './a', 'a//b', 'a\\b', 'a\nb', ' a', '', 'a/'])(
  'names no file outside of the repository: %j',
  (file) => expect(readFailed(JSON.stringify({ title: 'a', file, line: 3 }))).toEqual([{ title: 'a' }]),
);
