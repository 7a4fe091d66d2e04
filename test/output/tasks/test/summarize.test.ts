import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { readFailed, readResult } from '../../../../lib/runs/report/told';
import type { Summary } from '../../../../lib/runs/report/summary';
import { summarySchema } from '../../../../lib/runs/report/summary';
import { golden } from '../../../runs/report/support';
import { ownTools } from '../support/own-tools';
import { Workshop } from '../support/run-script';

/** The step that reads what tests have written, with our program as it is in its image. */

const tools = ownTools();
let shop: Workshop;
beforeEach(() => {
  shop = new Workshop();
  mkdirSync(shop.path('source/apps/web'), { recursive: true });
});
afterEach(() => shop.remove());

function summarize(env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = shop.run('test/summarize.sh', {
    ...{ APP: 'web', KIND: 'unit', SOURCE: shop.path('source'), CONTEXT_DIR: 'apps/web', REPORT: shop.path('report') },
    ...{ OWN_TOOLS: tools, RESULT_TESTS: shop.resultFile('TESTS'), RESULT_MESSAGE: shop.resultFile('MESSAGE') },
    ...env,
  });
  return { code, stdout, stderr, told: readResult(shop.result('TESTS')), failed: readFailed(stdout) };
}
const summary = (): Summary => summarySchema.parse(JSON.parse(readFileSync(shop.path('report/summary.json'), 'utf8')));
const report = (name: string, text: string | Buffer): string => {
  const path = shop.file(`report/${name}`, '');
  writeFileSync(path, text);
  return path;
};
const suite = (...cases: readonly string[]): string => `<testsuite>${cases.join('')}</testsuite>`;

it('writes summary.json beside the reports, gives what they come to, and tells of each case that failed', () => {
  const text = golden('surefire.xml').toString();
  shop.file('source/apps/web/cart/src/test/java/com/example/CartTest.java', '');
  shop.file('source/apps/web/cart/target/surefire-reports/TEST-CartTest.xml', text);
  report('coverage/lcov.info', golden('lcov.info'));
  expect(summarize({ COLLECT: '**/target/surefire-reports/*.xml\n**/none/**' })).toMatchObject({
    ...{ code: 0, stderr: '' },
    told: {
      ...{ passed: 2, failed: 1, errors: 1, skipped: 1, flaky: 1, lines: { covered: 3, total: 5 } },
      names: ['com.example.CartTest › removesAnItem', 'com.example.CartTest › breaks'],
    },
    failed: [
      {
        title: 'com.example.CartTest › removesAnItem',
        message: expect.stringMatching(/^org\.opentest4j/) as string,
        ...{ file: 'apps/web/cart/src/test/java/com/example/CartTest.java', line: 31 },
      },
      { title: 'com.example.CartTest › breaks', line: 40 },
    ],
  });
  expect(summary()).toMatchObject({
    app: 'web',
    kind: 'unit',
    tests: { passed: 2 },
    coverage: { total: 5 },
    notes: [],
  });
  // what was found in the checkout is kept, too
  expect(readFileSync(shop.path('report/cart/target/surefire-reports/TEST-CartTest.xml'), 'utf8')).toBe(text);
});

it('gives nothing where no report is', () => {
  expect(summarize()).toMatchObject({ code: 0, stdout: '', told: undefined });
  expect(shop.result('TESTS')).toBe('');
  expect(summary()).toMatchObject({ cases: [], notes: [] });
});

describe('reads nothing outside of the folder', () => {
  const secret = suite('<testcase name="secret"><failure>x</failure></testcase>');

  it('through a link to a file, to a folder, or in the place of the folder itself', () => {
    shop.file('outside/junit.xml', secret);
    report('junit.xml', suite('<testcase name="own"/>'));
    symlinkSync(shop.path('outside/junit.xml'), shop.path('report/link.xml'));
    symlinkSync(shop.path('outside'), shop.path('report/folder'));
    symlinkSync(shop.path('outside'), shop.path('source/apps/web/target'));
    expect(summarize({ COLLECT: '**/*.xml' })).toMatchObject({ code: 0, told: { passed: 1, failed: 0 } });
    expect(summary().notes.map(({ file }) => file)).toEqual(['link.xml']);
    expect(existsSync(shop.path('report/target'))).toBe(false);

    rmSync(shop.path('report'), { recursive: true });
    symlinkSync(shop.path('outside'), shop.path('report'));
    expect(summarize()).toMatchObject({ code: 0, told: undefined });
    expect(lstatSync(shop.path('report')).isDirectory()).toBe(true);
    expect(existsSync(shop.path('outside/summary.json'))).toBe(false);
  });

  it('and writes nothing there, whatever lies in the place of its own file', () => {
    const file = shop.file('outside/kept', 'kept');
    mkdirSync(shop.path('report'));
    symlinkSync(file, shop.path('report/summary.json'));
    expect(summarize().code).toBe(0);
    expect([readFileSync(file, 'utf8'), summary().version]).toEqual(['kept', 1]);
    rmSync(shop.path('report/summary.json'));
    mkdirSync(shop.path('report/summary.json/x'), { recursive: true });
    expect(summarize().code).toBe(0);
    expect(summary().version).toBe(1);
  });

  it('names no file but one of the checkout', () => {
    shop.file('outside/a.ts', '');
    symlinkSync(shop.path('outside/a.ts'), shop.path('source/apps/web/a.ts'));
    const text = `${shop.path('outside/a.ts')}:1 a.ts:2 ../../../outside/a.ts:3`;
    report('junit.xml', suite(`<testcase name="a"><failure>${text}</failure></testcase>`));
    expect(summarize().failed).toEqual([{ title: 'a', message: text }]);
  });
});

it('passes over what is no file, and notes what is too large', () => {
  report('junit.xml', suite('<testcase name="own"/>'));
  truncateSync(report('large.xml', ''), 100 * 1024 * 1024);
  mkdirSync(shop.path('report/folder.xml'));
  expect(summarize()).toMatchObject({ code: 0, told: { passed: 1 } });
  expect(summary().notes).toEqual([{ file: 'large.xml', text: 'it is larger than 64 MiB, so it was not read' }]);
});

it('gives a result that fits beside those of other steps, whatever the names are', () => {
  const name = '&quot;\\😀'.repeat(200);
  const cases = Array.from({ length: 300 }, () => `<testcase name="${name}"><failure>${name}</failure></testcase>`);
  report('junit.xml', suite(...cases));
  expect(summarize()).toMatchObject({ code: 0, told: { failed: 300 }, failed: expect.any(Array) as object });
  expect(Buffer.byteLength(JSON.stringify(shop.result('TESTS')))).toBeLessThanOrEqual(600);
});

it.each([
  ['fails', 'process.exit(1)'],
  ['takes all memory', 'const all = []; for (;;) all.push(new Array(1e6).fill(all.length))'],
])('says that nothing could be read where reading %s, and ends well', (_, program) => {
  report('junit.xml', suite('<testcase name="own"/>'));
  expect(summarize({ OWN_TOOLS: shop.file('tools.js', program) })).toMatchObject({ code: 0, told: undefined });
  expect(summary()).toMatchObject({
    app: 'web',
    cases: [],
    notes: [{ text: expect.stringMatching(/^the reports cannot be read/) as string }],
  });
});
