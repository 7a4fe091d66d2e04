import { golden, summaryOf } from './support';

/** Cases as each tool writes them. */

const counts = (passed: number, failed: number, errors: number, skipped: number, flaky = 0) =>
  expect.objectContaining({ passed, failed, errors, skipped, flaky });

it('reads Surefire, with what was run again, and finds the line in the sources of its module', () => {
  const { tests, cases, notes } = summaryOf(
    { 'cart/target/surefire-reports/TEST-com.example.CartTest.xml': golden('surefire.xml') },
    { files: ['apps/bff/cart/src/test/java/com/example/CartTest.java'], contextDir: 'apps/bff' },
  );
  expect(tests).toEqual(counts(2, 1, 1, 1, 1));
  expect(tests?.seconds).toBe(0.018);
  const file = 'apps/bff/cart/src/test/java/com/example/CartTest.java';
  const of = { class: 'com.example.CartTest' };
  expect(cases).toEqual([
    {
      ...of,
      ...{ name: 'removesAnItem', state: 'failed', seconds: 0.003, file, line: 31 },
      message: [
        'org.opentest4j.AssertionFailedError: expected: <1> but was: <2>',
        '\tat org.junit.jupiter.api.AssertionUtils.fail(AssertionUtils.java:55)',
        '\tat com.example.CartTest.removesAnItem(CartTest.java:31)',
      ].join('\n'),
    },
    expect.objectContaining({ ...of, name: 'breaks', state: 'error', file, line: 40 }),
    { ...of, name: 'addsAnItem', state: 'passed', seconds: 0.012 },
    { ...of, name: 'waits', state: 'skipped', seconds: 0, message: 'later' },
    { ...of, name: 'isFlaky', state: 'passed', seconds: 0.002, flaky: true },
  ]);
  expect(notes).toEqual([]);
});

it('reads Gradle', () => {
  const { tests, cases } = summaryOf(
    { 'build/test-results/test/TEST-com.example.PriceTest.xml': golden('gradle.xml') },
    { files: ['src/test/kotlin/com/example/PriceTest.kt'] },
  );
  expect(tests).toEqual(counts(1, 1, 0, 0));
  expect(cases[0]).toMatchObject({
    ...{ class: 'com.example.PriceTest', name: 'rounds [1]', state: 'failed' },
    ...{ file: 'src/test/kotlin/com/example/PriceTest.kt', line: 9 },
  });
});

it('reads pytest, which counts lines from 0', () => {
  const files = ['tests/test_price.py'];
  const { tests, cases } = summaryOf({ 'junit.xml': golden('pytest.xml') }, { files });
  expect(tests).toEqual(counts(1, 1, 1, 1));
  expect(cases).toEqual([
    expect.objectContaining({ name: 'test_round[1.5-"two"]', state: 'failed', file: files[0], line: 12 }),
    expect.objectContaining({ class: '', name: 'tests.test_broken', state: 'error' }),
    { class: 'tests.test_price', name: 'test_tax', state: 'passed', seconds: 0.001 },
    expect.objectContaining({ name: 'test_later', state: 'skipped' }),
  ]);
  // the place in its text is gone: what is left is where the test begins
  const text = golden('pytest.xml').toString().replace('tests/test_price.py:12', 'elsewhere');
  expect(summaryOf({ 'junit.xml': text }, { files }).cases[0]).toMatchObject({ file: files[0], line: 9 });
});

it('reads jest-junit', () => {
  const { tests, cases } = summaryOf(
    { 'junit.xml': golden('jest.xml') },
    { files: ['apps/web/src/cart.test.ts'], contextDir: 'apps/web' },
  );
  expect(tests).toEqual(counts(1, 1, 0, 1));
  expect(cases[0]).toMatchObject({ name: 'cart removes an item', file: 'apps/web/src/cart.test.ts', line: 9 });
  expect(cases[0]?.message).toMatch(/^Error: expect\(received\)\.toBe\(expected\) .*\n\nExpected: 1\n/);
});

it('reads PHPUnit, whose suites are nested', () => {
  const files = ['tests/CartTest.php'];
  const { tests, cases } = summaryOf({ 'junit.xml': golden('phpunit.xml') }, { files });
  expect(tests).toEqual(counts(1, 1, 0, 1));
  expect(cases[0]).toMatchObject({
    ...{ class: 'Tests\\CartTest', name: 'testRemoves with data set #0', state: 'failed' },
    ...{ file: 'tests/CartTest.php', line: 17 },
  });
});

it('reads newman, where a request that has no answer is an error of its suite', () => {
  const { tests, cases } = summaryOf({ 'junit.xml': golden('newman.xml') }, { kind: 'postman' });
  expect(tests).toEqual(counts(1, 1, 1, 0));
  expect(cases.slice(0, 2)).toEqual([
    expect.objectContaining({ class: 'Shop', name: 'has items', state: 'failed' }),
    { class: 'GET /down', name: 'GET /down', state: 'error', message: 'connect ECONNREFUSED 10.0.0.1:80' },
  ]);
});

it('reads Playwright', () => {
  const files = ['tests/playwright/checkout.spec.ts'];
  const { tests, cases } = summaryOf({ 'junit.xml': golden('playwright.xml') }, { files, kind: 'playwright' });
  expect(tests).toEqual(counts(1, 1, 0, 1));
  expect(cases[0]).toMatchObject({ class: 'checkout.spec.ts', name: 'checkout › pays', file: files[0], line: 14 });
  expect(cases[0]?.message).toContain('expect(received).toBe(expected)');
  expect(cases[0]?.message).not.toContain('ATTACHMENT');
});

it('names no file that the checkout does not have', () => {
  const { cases } = summaryOf({ 'junit.xml': golden('jest.xml'), 'b.xml': golden('phpunit.xml') });
  expect(cases.filter(({ file }) => file !== undefined)).toEqual([]);
  const leaves =
    '<testsuite><testcase name="a"><failure>/workspace/source/../../etc/passwd:1 ../x.ts:2</failure></testcase></testsuite>';
  expect(summaryOf({ 'junit.xml': leaves }).cases[0]).not.toHaveProperty('file');
});

it('counts cases by themselves, whatever a suite says of them', () => {
  const xml =
    '<testsuite tests="7" failures="7"><testcase name="constructor" time="-1"/><testcase time="x"/></testsuite>';
  const { tests, cases } = summaryOf({ 'junit.xml': xml });
  expect(tests).toEqual({ ...{ passed: 2, failed: 0, errors: 0, skipped: 0, flaky: 0 }, seconds: 0 });
  expect(cases.map(({ name, seconds }) => [name, seconds])).toEqual([
    ['constructor', undefined],
    ['', undefined],
  ]);
});

it('tells a report without cases from no report', () => {
  expect(summaryOf({ 'junit.xml': '<testsuites/>' }).tests).toEqual(counts(0, 0, 0, 0));
  expect(summaryOf({ 'pom.xml': '<project><testcase/></project>', 'notes.txt': 'x' })).toMatchObject({
    cases: [],
    notes: [],
  });
  expect(summaryOf({ 'pom.xml': '<project/>' })).not.toHaveProperty('tests');
});
