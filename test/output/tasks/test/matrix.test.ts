import { readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { combinationsOf, matrixEntry } from '../../../../lib/fleet/matrix';
import { matrixParams } from '../../../../lib/output/tasks/shared/matrix';
import { Workshop } from '../support/run-script';
import { allTasks, stepNamed, taskNamed } from '../support/tasks';

/** What tests find that run in one combination of several: the scripts of the Tasks as they stand. */

const tasks = allTasks({}, 'make test');
const scriptOf = (task: string, step: string): string => stepNamed(taskNamed(tasks, task), step).script;

let shop: Workshop;
beforeEach(() => (shop = new Workshop()));
afterEach(() => shop.remove());

const VALUES = { DATABASE: 'my sql; $(touch x) `id` "\' \\', BROWSER: 'web kit' };
const matrix = (shards = 1): string =>
  matrixParams(
    combinationsOf(
      matrixEntry(Object.fromEntries(Object.entries(VALUES).map(([key, value]) => [key, [value]]))),
      shards,
    ).at(shards > 1 ? 1 : 0)!,
  ).matrix;

const run = (task: string, step: string, env: Record<string, string>) =>
  shop.run(shop.file('step.sh', scriptOf(task, step)), {
    PATH: `${shop.path('bin')}:${dirname(process.execPath)}:${process.env.PATH}`,
    SOURCE: shop.path('source'),
    CONTEXT_DIR: '.',
    REPORT: shop.path('report'),
    RESULT_OUTCOME: shop.resultFile('outcome'),
    MATRIX: matrix(),
    ...env,
  });
/** Arguments that a program was called with, one a line, and what it found in its environment. */
const spy = (name: string): void =>
  shop.program(
    name,
    `#!/bin/sh\nprintf '%s\\n' "$@" >'${shop.path('args')}'\nprintf '%s|%s|%s' "$DATABASE" "$BROWSER" "$COMBINATION" >'${shop.path('env')}'\n`,
  );
const args = (): string[] => readFileSync(shop.path('args'), 'utf8').trimEnd().split('\n');
const found = (): string => readFileSync(shop.path('env'), 'utf8');
const ALL = `${VALUES.DATABASE}|${VALUES.BROWSER}|database-my-sql-touch-x-id-browser-web-kit`;

const TEST = { APP: 'fe', BASE_URL: 'http://fe', SESSION: '', HEADER: 'h', BAGGAGE_KEY: 'k', RESULT_MESSAGE: '' };

it('gives them to unit tests as they are written, whatever is in them', () => {
  shop.file('source/a', '');
  spy('make');
  expect(
    run('run-tests-unit-npm', 'unit-test', {
      ...{ TOOL: 'npm', PRE_NAME: '', PRE_COMMAND: '', NAME: 'the unit test', COMMAND: 'make' },
    }),
  ).toMatchObject({ code: 0 });
  expect(found()).toBe(ALL);
});

it('has settings of the build beat them', () => {
  shop.file('source/a', '');
  spy('make');
  const script = shop.file('step.sh', scriptOf('run-tests-unit-npm', 'unit-test'));
  const env = { SOURCE: shop.path('source'), CONTEXT_DIR: '.', TOOL: 'npm', PRE_NAME: '', PRE_COMMAND: '' };
  shop.run(script, { ...env, NAME: 'x', COMMAND: 'make', MATRIX: matrix(), REPORT: shop.path('report') }, [
    'BROWSER=own',
  ]);
  expect(found()).toContain('|own|');
});

it('gives them to a collection as variables of its environment', () => {
  shop.file('source/a.json', JSON.stringify({ info: { name: 'a' }, item: [] }));
  spy('newman');
  expect(run('run-tests-postman-matrix', 'test', { ...TEST, TEST_PATH: 'a.json' })).toMatchObject({ code: 0 });
  expect(args().join(' ')).toContain(`--env-var DATABASE=${VALUES.DATABASE} --env-var BROWSER=${VALUES.BROWSER}`);
  expect(args().slice(0, 1)).toEqual(['run']);
});

it('gives them to artillery, which reads them in the environment', () => {
  shop.file('source/load.yml', 'config: {}');
  // where artillery has the library that reads its scripts
  symlinkSync(join(__dirname, '../../../../node_modules'), shop.path('node_modules'));
  shop.program(
    'artillery',
    `#!/bin/sh\nprintf '%s|%s|%s' "$DATABASE" "$BROWSER" "$COMBINATION" >'${shop.path('env')}'\nprintf '{"aggregate":{"counters":{"http.responses":1}}}' >"$REPORT/artillery.json"\n`,
  );
  const ended = run('run-tests-artillery-matrix', 'test', { ...TEST, TEST_PATH: 'load.yml' });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(found()).toBe(ALL);
});

describe('playwright', () => {
  const playwright = (given: string) => {
    shop.file('source/package.json', '{}');
    shop.file('source/e2e/a.spec.ts', '');
    shop.program(
      'npm',
      `#!/bin/sh\nmkdir -p node_modules/.bin && printf '#!/bin/sh\\n' >node_modules/.bin/playwright && chmod +x node_modules/.bin/playwright\n`,
    );
    spy('npx');
    return run('run-tests-playwright-matrix', 'test', { ...TEST, TEST_PATH: 'e2e', MATRIX: given });
  };

  it('runs its own shard', () => {
    expect(playwright(matrix(3))).toMatchObject({ code: 0 });
    expect(args()).toEqual(['playwright', 'test', '--config', 'tekton-dag.playwright.config.ts', '--shard=2/3']);
    expect(found()).toBe(`${ALL}-shard-2-of-3`);
  });

  it('runs all tests in a combination that is not divided', () => {
    expect(playwright(matrix())).toMatchObject({ code: 0 });
    expect(args()).toEqual(['playwright', 'test', '--config', 'tekton-dag.playwright.config.ts']);
  });
});

it('keeps reports apart by the name of the combination, and reads them as those of their kind', () => {
  const env = (task: string, step: string) =>
    Object.fromEntries((stepNamed(taskNamed(tasks, task), step).env ?? []).map(({ name, value }) => [name, value]));
  expect(env('run-tests-playwright-matrix', 'save-report').KIND).toBe('playwright/$(params.combination)');
  expect(env('run-tests-playwright-matrix', 'summarize').KIND).toBe('playwright');
  expect(env('run-tests-unit-pip', 'save-report').KIND).toBe('unit/$(params.combination)');
  expect(env('run-tests-unit-pip', 'summarize').KIND).toBe('unit');
  shop.file('report/junit.xml', 'x');
  const { code } = shop.run('test/save-report.sh', {
    ...{ CLAIM: 'reports', CLAIM_FOLDER: shop.path('claim'), STACK: 's', PIPELINE: 'p', RUN_NAME: 'r' },
    ...{ OUTCOME: 'passed', TESTS: '', REPORT: shop.path('report'), APP: 'fe', KIND: 'playwright/shard-1-of-4' },
    RESULT_REPORT: shop.resultFile('REPORT'),
  });
  expect(code).toBe(0);
  expect(shop.result('REPORT')).toBe('pvc://reports/s/p/r/fe/playwright/shard-1-of-4');
  expect(readFileSync(shop.path('claim/s/p/r/fe/playwright/shard-1-of-4/junit.xml'), 'utf8')).toBe('x');
});
