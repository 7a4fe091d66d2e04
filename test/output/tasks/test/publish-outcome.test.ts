import { existsSync, mkdirSync, readFileSync, utimesSync } from 'node:fs';
import { readRunTests } from '../../../../lib/runs/report/told';
import { keptLogsSchema } from '../../../../lib/runs/report/kept-logs';
import { RUN_LOG_BYTES, STEP_LOG_BYTES } from '../../../../lib/words/log-bytes';
import { Bucket } from '../../../support/bucket';
import { Workshop } from '../support/run-script';
import { serving } from '../support/server';
import type { TaskRun } from '../support/task-runs';
import { RUN_NAME, TASK_RUNS, listTaskRuns } from '../support/task-runs';
import { suiteWith } from '../support/tools';

const TESTED: readonly TaskRun[] = [
  { task: 'build-fe', results: { IMAGE_DIGEST: 'sha256:1', COMMIT: 'c0ffee' } },
  { task: 'build-api' },
  {
    task: 'test-fe-postman',
    failed: 'Failed',
    message: '"step-save-report" exited with code 1',
    results: { OUTCOME: 'failed' },
    said: 'the postman tests of fe failed: pays',
  },
  { task: 'verdict', failed: 'TaskRunCancelled', message: 'cancelled' },
  { task: 'publish-outcome', running: true },
];
const FAILURES = 'test-fe-postman: the postman tests of fe failed: pays\nverdict: cancelled';

const ALMOST_EMPTY = `#!/bin/sh
printf 'Filesystem 1024-blocks Used Available Capacity Mounted on\\n/dev/x 9 1 8 1%% /claim\\n'
`;

suiteWith(['jq', 'curl'], 'publish-outcome.sh', () => {
  let shop: Workshop;
  beforeEach(() => {
    shop = new Workshop();
    mkdirSync(shop.path('claim'));
    shop.program('df', ALMOST_EMPTY);
    listTaskRuns(shop, TESTED);
  });
  afterEach(() => shop.remove());

  const publish = (env: Record<string, string> = {}) =>
    shop.start('test/publish-outcome.sh', {
      ...TASK_RUNS,
      STACK: 'checkout',
      PIPELINE: 'pr-test',
      STATUS: 'Failed',
      CLAIM: 'tekton-dag-reports',
      CLAIM_FOLDER: shop.path('claim'),
      DAYS: '30',
      RESULT_REPORTS: shop.resultFile('REPORTS'),
      TESTS_RESULT: 'TESTS',
      RESULT_FAILURES: shop.resultFile('FAILURES'),
      RESULT_TESTS: shop.resultFile('TESTS'),
      RESULT_MESSAGE: shop.resultFile('MESSAGE'),
      STEP_LOG_BYTES: String(STEP_LOG_BYTES),
      RUN_LOG_BYTES: String(RUN_LOG_BYTES),
      ...env,
    });
  /** To fetch what each step of many tasks wrote takes its time, and is of no account to what else is kept. */
  const WITHOUT_LOGS = { RUN_LOG_BYTES: '0' };
  const place = `checkout/pr-test/${RUN_NAME}`;
  const outcome = () =>
    JSON.parse(readFileSync(shop.path('claim', place, 'outcome.json'), 'utf8')) as { status: string; tasks: object[] };

  it('says where the reports are and what failed', async () => {
    expect(await publish()).toMatchObject({ code: 0, stderr: '' });
    expect(shop.result('REPORTS')).toBe(`pvc://tekton-dag-reports/${place}`);
    expect(shop.result('FAILURES')).toBe(FAILURES);
  });

  it('keeps how each task ended, in the order in which they began', async () => {
    await publish();
    expect(outcome()).toMatchObject({
      run: RUN_NAME,
      stack: 'checkout',
      pipeline: 'pr-test',
      status: 'Failed',
      tasks: [
        {
          name: 'build-fe',
          succeeded: true,
          reason: 'Succeeded',
          started: '2026-01-01T00:00:00Z',
          ended: '2026-01-01T00:00:10Z',
          results: { IMAGE_DIGEST: 'sha256:1', COMMIT: 'c0ffee' },
        },
        { name: 'build-api', succeeded: true, results: {} },
        {
          name: 'test-fe-postman',
          succeeded: false,
          results: { OUTCOME: 'failed' },
          message: 'the postman tests of fe failed: pays',
        },
        { name: 'verdict', succeeded: false, message: 'cancelled' },
        { name: 'publish-outcome', succeeded: null, ended: null },
      ],
    });
  });

  it.each([
    ['Completed', 'Succeeded'],
    ['Succeeded', 'Succeeded'],
    ['None', 'None'],
  ])('calls %s %s', async (status, kept) => {
    await publish({ STATUS: status });
    expect(outcome().status).toBe(kept);
  });

  it('leaves results that fit beside those of other steps, whatever failed', async () => {
    listTaskRuns(
      shop,
      Array.from({ length: 60 }, (_, i) => ({
        task: `test-app-${i}-postman`,
        failed: 'Failed',
        said: `${i} ${'x'.repeat(900)}`,
      })),
    );
    expect(await publish(WITHOUT_LOGS)).toMatchObject({ code: 0 });
    const lines = shop.result('FAILURES').split('\n');
    expect(lines[0]).toMatch(/^test-app-0-postman: 0 x+$/);
    expect(Math.max(...lines.map((line) => line.length))).toBe(600);
    expect(shop.result('FAILURES').length).toBeLessThanOrEqual(2000);
  });

  it('adds up the test cases of all tasks, and names those that failed', async () => {
    const told = (passed: number, names: readonly string[]): string =>
      JSON.stringify({ passed, failed: names.length, errors: 0, skipped: 1, flaky: 0, names });
    listTaskRuns(shop, [
      { task: 'build-fe', tests: told(3, []) },
      { task: 'test-fe-postman', failed: 'Failed', tests: told(2, ['Shop › pays', '"$(x)"']) },
      { task: 'verdict' },
    ]);
    expect(await publish()).toMatchObject({ code: 0, stderr: '' });
    const tests = { passed: 5, failed: 2, errors: 0, skipped: 2, flaky: 0 };
    const failures = ['test-fe-postman: Shop › pays', 'test-fe-postman: "$(x)"'];
    expect(readRunTests(shop.result('TESTS'))).toEqual({ ...tests, failures });
    expect(outcome()).toMatchObject({ tests: { ...tests, failures } });
  });

  it('says nothing of test cases where no task reports any', async () => {
    await publish();
    expect(shop.result('TESTS')).toBe('');
    expect(outcome()).toMatchObject({ tests: null });
  });

  it.each([
    ['no JSON', '{'],
    ['another value', '["passed"]'],
    ['other types', '{"passed":"1","failed":-1,"errors":1e99,"skipped":null,"names":{"a":1}}'],
    ['long texts', JSON.stringify({ failed: 1.5, names: Array.from({ length: 50 }, () => '😀'.repeat(500)) })],
  ])('takes of a task that says %s what can be read, and no more than has room', async (_, tests) => {
    listTaskRuns(
      shop,
      Array.from({ length: 60 }, (_, i) => ({ task: `test-a${i}-postman`, tests })),
    );
    expect(await publish(WITHOUT_LOGS)).toMatchObject({ code: 0, stderr: '' });
    const text = shop.result('TESTS');
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThanOrEqual(900);
    if (text !== '') expect(readRunTests(text)).toMatchObject({ passed: 0, errors: 0, skipped: 0 });
  });

  it('removes runs of the claim that are older than the team keeps them, and nothing else', async () => {
    const days = (count: number): Date => new Date(Date.now() - count * 86_400_000);
    for (const [run, age] of [
      ['pr-1-old', 32],
      ['pr-2-young', 29],
    ] as const) {
      shop.file(`claim/checkout/pr-test/${run}/fe/postman/junit.xml`, '');
      utimesSync(shop.path('claim/checkout/pr-test', run), days(age), days(age));
    }
    shop.file(`claim/${place}/fe/postman/junit.xml`, '');
    utimesSync(shop.path('claim/checkout/pr-test'), days(40), days(40));
    await publish();
    expect(existsSync(shop.path('claim/checkout/pr-test/pr-1-old'))).toBe(false);
    expect(existsSync(shop.path('claim/checkout/pr-test/pr-2-young/fe/postman/junit.xml'))).toBe(true);
    expect(existsSync(shop.path('claim', place, 'fe/postman/junit.xml'))).toBe(true);
  });

  it('puts it into the bucket, which removes by rules of its own', async () => {
    const bucket = new Bucket('AKIDEXAMPLE', 'secret', 'us-east-1');
    shop.file('credentials/access-key', 'AKIDEXAMPLE');
    shop.file('credentials/secret-key', 'secret');
    const { ended, address } = await serving(bucket.listener, async (url) => ({
      address: url,
      ended: await publish({
        DAYS: '',
        S3_URL: `${url}/shop-reports`,
        S3_REGION: 'us-east-1',
        S3_CREDENTIALS: shop.path('credentials'),
        SECRET: 'reports-s3',
      }),
    }));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(shop.result('REPORTS')).toBe(`${address}/shop-reports/${place}`);
    expect(
      JSON.parse(bucket.objects.get(`/shop-reports/${place}/outcome.json`)?.bytes.toString() ?? '{}'),
    ).toMatchObject({ run: RUN_NAME });
  });

  it('says what failed even where it cannot be kept', async () => {
    const { code, stderr } = await publish({ CLAIM_FOLDER: shop.file('full', ''), DAYS: '' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: how the run went cannot be kept: claim tekton-dag-reports does not take it/m);
    expect(shop.result('FAILURES')).toBe(FAILURES);
    expect(shop.result('MESSAGE')).toMatch(/^how the run went cannot be kept: claim/);
  });

  describe('the logs of the steps', () => {
    const logs = (...parts: readonly string[]): string => shop.path('claim', place, 'logs', ...parts);
    const log = (path: string): string => readFileSync(logs(path), 'utf8');
    const index = () => keptLogsSchema.parse(JSON.parse(log('index.json')));
    const entry = (file: string) => index().steps.find((step) => step.file === file);

    it('are kept as they are, with an index', async () => {
      const text = '\u001b[31mred\u001b[0m <b>\n\0\\ %s\nno end';
      listTaskRuns(shop, [
        { task: 'build-fe', log: text },
        { task: 'test-fe-postman', failed: 'Failed', log: 'pays: failed\n' },
      ]);
      expect(await publish()).toMatchObject({ code: 0, stderr: '' });
      expect(log('build-fe/work.log')).toBe(text);
      expect(log('test-fe-postman/work.log')).toBe('pays: failed\n');
      expect(index()).toEqual({
        version: 1,
        run: RUN_NAME,
        steps: [
          step('build-fe', 'clone', { bytes: 6, startedAt: 0, finishedAt: 1, exitCode: 0 }),
          step('build-fe', 'tests', { bytes: 6, startedAt: 1, finishedAt: 1, exitCode: 1 }),
          step('build-fe', 'work', { bytes: Buffer.byteLength(text), startedAt: 1, finishedAt: 10, exitCode: 0 }),
          step('test-fe-postman', 'clone', { bytes: 6, startedAt: 1, finishedAt: 2, exitCode: 0 }),
          step('test-fe-postman', 'tests', { bytes: 6, startedAt: 2, finishedAt: 2, exitCode: 1 }),
          step('test-fe-postman', 'work', { bytes: 13, startedAt: 2, finishedAt: 11, exitCode: 1 }),
        ],
      });
    });

    it.each([
      ['91%', false],
      ['90%', true],
    ])('of a claim of which %s are used are kept: %s', async (used, areKept) => {
      shop.program('df', ALMOST_EMPTY.replace('1%%', `${used}%`));
      listTaskRuns(shop, [{ task: 'build-fe', log: 'built\n' }]);
      const { code, stderr } = await publish();
      expect({ code, isThere: existsSync(logs('build-fe/work.log')) }).toEqual({ code: 0, isThere: areKept });
      expect(stderr.includes('claim tekton-dag-reports is more than 90 % full')).toBe(!areKept);
      expect(outcome().tasks).toHaveLength(1);
    });

    it('are said to be not whole where a step still runs', async () => {
      listTaskRuns(shop, [{ task: 'publish-outcome', running: true, log: 'so far\n' }]);
      await publish();
      expect(log('publish-outcome/work.log')).toBe('so far\n');
      expect(entry('publish-outcome/work.log')).toMatchObject({ omitted: 'what it wrote later: it still ran' });
      expect(entry('publish-outcome/clone.log')).not.toHaveProperty('omitted');
    });

    it('are cut at their beginning, and those of steps that failed come first', async () => {
      listTaskRuns(shop, [
        { task: 'build-fe', log: 'x'.repeat(5000) },
        { task: 'build-api', failed: 'Failed', log: `${'y'.repeat(5000)}cause` },
        { task: 'verdict', log: 'z' },
      ]);
      await publish({ STEP_LOG_BYTES: '4096', RUN_LOG_BYTES: '5120' });
      expect(log('build-api/work.log')).toBe(`${'y'.repeat(4091)}cause`);
      expect(entry('build-api/work.log')).toMatchObject({ bytes: 4096, omitted: 'all but the last 4 KiB' });
      expect(entry('build-fe/work.log')).toMatchObject({ bytes: 5120 - 4096 - 4 * 6 });
      expect(entry('verdict/work.log')).toMatchObject({ bytes: 0, omitted: expect.stringMatching(/^all: /) as string });
      expect(existsSync(logs('verdict/work.log'))).toBe(false);
    });

    it('are told as missing where the pod is gone, and fail nothing', async () => {
      listTaskRuns(shop, [{ task: 'build-fe' }, { task: 'verdict', log: 'fine\n' }]);
      expect(await publish()).toMatchObject({ code: 0 });
      expect(entry('build-fe/work.log')).toMatchObject({
        bytes: 0,
        omitted: `what could not be read: Error from server (NotFound): pods "${RUN_NAME}-build-fe-0-pod" not found`,
      });
      expect(log('verdict/work.log')).toBe('fine\n');
    });

    it('are kept of each combination of a matrix, one that failed first', async () => {
      listTaskRuns(shop, [
        { task: 'test', log: 'good\n' },
        { task: 'test', failed: 'Failed', log: 'bad\n' },
      ]);
      await publish();
      expect([log('test/work.log'), log('test.2/work.log')]).toEqual(['bad\n', 'good\n']);
    });

    it('say of which combination they are, where combinations.sh has named them', async () => {
      listTaskRuns(shop, [
        { task: 'test-fe-unit node-20', log: 'of 20\n' },
        { task: 'test-fe-unit node-22', log: 'of 22\n' },
      ]);
      await publish();
      const works = index().steps.filter(({ step }) => step === 'work');
      expect(works.map(({ task, combination, file }) => [task, combination, log(file)])).toEqual([
        ['test-fe-unit', 'node-20', 'of 20\n'],
        ['test-fe-unit', 'node-22', 'of 22\n'],
      ]);
    });

    it('are left out of a task whose name is no name of a folder', async () => {
      listTaskRuns(shop, [
        { task: '../../../evil', log: 'x' },
        { task: 'A_b', log: 'x' },
        { task: 'good', log: 'x' },
      ]);
      await publish();
      expect(new Set(index().steps.map(({ task }) => task))).toEqual(new Set(['good']));
      expect(existsSync(shop.path('claim', 'evil'))).toBe(false);
    });

    it('go to the bucket, too', async () => {
      const bucket = new Bucket('AKIDEXAMPLE', 'secret', 'us-east-1');
      shop.file('credentials/access-key', 'AKIDEXAMPLE');
      shop.file('credentials/secret-key', 'secret');
      listTaskRuns(shop, [{ task: 'build-fe', log: 'built\n' }]);
      await serving(bucket.listener, (url) =>
        publish({
          DAYS: '',
          S3_URL: `${url}/b`,
          S3_REGION: 'us-east-1',
          S3_CREDENTIALS: shop.path('credentials'),
          SECRET: 's',
        }),
      );
      const kept = bucket.objects.get(`/b/${place}/logs/build-fe/work.log`);
      expect(kept?.bytes.toString()).toBe('built\n');
    });
  });
});

const second = (count: number): string => `2026-01-01T00:00:${String(count).padStart(2, '0')}Z`;
const step = (
  task: string,
  name: string,
  { startedAt, finishedAt, ...more }: { bytes: number; startedAt: number; finishedAt: number; exitCode: number },
) => ({
  task,
  step: name,
  file: `${task}/${name}.log`,
  startedAt: second(startedAt),
  finishedAt: second(finishedAt),
  ...more,
});
