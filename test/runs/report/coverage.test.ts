import { golden, summaryOf } from './support';

/** Coverage by file as each tool writes it, and what artillery counted. */

it('reads Cobertura: lines of all classes of a file, once each', () => {
  const { coverage } = summaryOf({ 'coverage.xml': golden('cobertura.xml') }, { files: ['shop/price.py'] });
  expect(coverage).toEqual({
    ...{ covered: 4, total: 5 },
    files: [
      { path: 'gone.py', covered: 1, total: 1 },
      { path: 'shop/price.py', covered: 3, total: 4 },
    ],
  });
});

it('reads JaCoCo: the counter of lines of each source file', () => {
  const { coverage } = summaryOf(
    { 'target/site/jacoco/jacoco.xml': golden('jacoco.xml') },
    { files: ['apps/bff/src/main/java/com/example/Cart.java'], contextDir: 'apps/bff' },
  );
  expect(coverage).toEqual({
    ...{ covered: 1, total: 2 },
    files: [{ path: 'apps/bff/src/main/java/com/example/Cart.java', covered: 1, total: 2 }],
  });
});

it('reads lcov, with its own counts and without', () => {
  const { coverage } = summaryOf(
    { 'coverage/lcov.info': golden('lcov.info') },
    { files: ['apps/web/src/cart.ts', 'apps/web/src/price.ts'], contextDir: 'apps/web' },
  );
  expect(coverage).toEqual({
    ...{ covered: 3, total: 5 },
    files: [
      { path: 'apps/web/src/cart.ts', covered: 1, total: 2 },
      { path: 'apps/web/src/price.ts', covered: 2, total: 3 },
    ],
  });
});

it('reads both reports of Istanbul, and of a file that both tell of the better one', () => {
  const file = 'apps/web/src/cart.ts';
  const of = (covered: number, total: number) => ({ covered, total, files: [{ path: file, covered, total }] });
  const summed = { 'coverage/coverage-summary.json': golden('coverage-summary.json') };
  expect(summaryOf(summed, { files: [file] }).coverage).toEqual(of(2, 3));
  const final = { 'coverage/coverage-final.json': golden('coverage-final.json') };
  expect(summaryOf(final, { files: [file] }).coverage).toEqual(of(2, 3));
  const lcov = { 'lcov.info': `SF:/workspace/source/${file}\nLF:3\nLH:1\nend_of_record\n` };
  expect(summaryOf({ ...lcov, ...summed, ...final }, { files: [file] }).coverage).toEqual(of(2, 3));
});

it('reads what artillery counted', () => {
  expect(summaryOf({ 'artillery.json': golden('artillery.json') }, { kind: 'artillery' }).load).toEqual({
    counters: { 'vusers.created': 20, 'http.requests': 20, 'http.codes.200': 19, 'http.codes.500': 1 },
    times: { 'http.response_time': { min: 1, max: 90, count: 20, p50: 4, median: 4, p95: 30.5, p99: 80 } },
  });
});

it('takes a report of Clover for none', () => {
  expect(summaryOf({ 'clover.xml': '<coverage generated="1"><project/></coverage>' })).not.toHaveProperty('coverage');
});
