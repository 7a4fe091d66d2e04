import { readFileSync } from 'node:fs';
import { Workshop } from '../support/run-script';
import { describeScripts } from '../support/run-task';

/** verdict.sh and publish-outcome.sh: what became of the tasks of a run. */
describeScripts('the outcome of a run', () => {
  let shop: Workshop;
  beforeEach(() => {
    shop = new Workshop();
    // how full the machine is does not matter
    shop.program('df', '#!/bin/sh\necho\n');
    shop.program(
      'kubectl',
      `#!/bin/sh\necho "$@" >>"${shop.path('asked')}"\nexec cat "${shop.path('taskruns.json')}"\n`,
    );
  });
  afterEach(() => shop.remove());

  /** @param status of condition Succeeded; undefined while the task runs */
  const task = (
    name: string,
    startTime: string,
    status?: 'True' | 'False',
    message = '',
    { MESSAGE, ...results }: Record<string, string> = {},
  ) => ({
    metadata: { labels: { 'tekton.dev/pipelineTask': name } },
    status: {
      startTime,
      ...(status !== undefined && {
        conditions: [{ type: 'Succeeded', status, reason: status === 'True' ? 'Succeeded' : 'Failed', message }],
      }),
      results: Object.entries(results).map(([key, value]) => ({ name: key, value })),
      steps: [
        { terminated: { exitCode: 0 }, results: [{ name: 'MESSAGE', value: 'of a step that did not fail' }] },
        { terminated: { exitCode: 1 }, results: MESSAGE === undefined ? [] : [{ name: 'MESSAGE', value: MESSAGE }] },
      ],
    },
  });
  const env = () => ({
    RUN_NAME: 'pr-4-x7',
    NAMESPACE: 'ci',
    FAILURE_RESULT: 'MESSAGE',
    STACK: 'checkout',
    PIPELINE: 'pr-test',
    RESULT_VERDICT: shop.resultFile('verdict'),
    RESULT_MESSAGE: shop.resultFile('message'),
    STATUS: 'Failed',
    CLAIM: 'reports',
    CLAIM_FOLDER: shop.path('claim'),
    RESULT_REPORTS: shop.resultFile('reports'),
    RESULT_FAILURES: shop.resultFile('failures'),
    RESULT_TESTS: shop.resultFile('tests'),
    STEP_LOG_BYTES: '4096',
    RUN_LOG_BYTES: '4096',
  });
  const end = (
    script: 'test/verdict.sh' | 'test/publish-outcome.sh',
    tasks: readonly object[],
    over: Record<string, string> = {},
  ) => {
    shop.file('taskruns.json', JSON.stringify({ items: tasks }));
    return shop.run(script, { ...env(), ...over });
  };

  it('is a pass if all tests passed, whatever else failed', () => {
    expect(
      end('test/verdict.sh', [task('test-web-postman', 't1', 'True'), task('post-build-web', 't0', 'False', 'no')]),
    ).toMatchObject({ code: 0, stderr: '' });
    expect(shop.result('verdict')).toBe('passed');
    expect(readFileSync(shop.path('asked'), 'utf8')).toBe(
      'get taskruns -n ci -l tekton.dev/pipelineRun=pr-4-x7 -o json\n',
    );
  });

  it('names the tests that failed, in the words of the task, else of Tekton', () => {
    const tasks = [
      task('test-web-postman', 't1', 'False', '"step-test" exited with code 1', {
        MESSAGE: 'the postman tests of web failed: greets',
      }),
      task('test-api-artillery', 't2', 'False', 'TaskRun "x" failed to finish within "30m0s"\nmore'),
      task('test-web-playwright', 't3'),
    ];
    expect(end('test/verdict.sh', tasks)).toMatchObject({ code: 1 });
    expect(shop.result('verdict')).toBe('failed');
    expect(shop.result('message')).toBe(
      '3 of the tests failed. test-web-postman: the postman tests of web failed: greets test-api-artillery: TaskRun "x" failed to finish within "30m0s" test-web-playwright: it did not end',
    );
  });

  it('is kept beside the reports, in the order of the tasks, with what failed and where that is', () => {
    const tasks = [
      task('close-previews', 't2', 'True'),
      task('build-web', 't1', 'False', 'exit 1', { MESSAGE: 'the unit test failed', TREE: 'x' }),
    ];
    expect(end('test/publish-outcome.sh', tasks)).toMatchObject({ code: 0, stderr: '' });
    expect(shop.result('failures')).toBe('build-web: the unit test failed');
    expect(shop.result('reports')).toBe('pvc://reports/checkout/pr-test/pr-4-x7');
    const outcome = JSON.parse(readFileSync(shop.path('claim/checkout/pr-test/pr-4-x7/outcome.json'), 'utf8')) as {
      status: string;
      tasks: { name: string; succeeded: boolean; message?: string; results: object }[];
    };
    expect(outcome.status).toBe('Failed');
    expect(
      outcome.tasks.map(({ name, succeeded, message, results }) => ({ name, succeeded, message, results })),
    ).toEqual([
      { name: 'build-web', succeeded: false, message: 'the unit test failed', results: { TREE: 'x' } },
      { name: 'close-previews', succeeded: true, message: undefined, results: {} },
    ]);
  });

  it('is a success where tasks were skipped', () => {
    expect(end('test/publish-outcome.sh', [], { STATUS: 'Completed' })).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(readFileSync(shop.path('claim/checkout/pr-test/pr-4-x7/outcome.json'), 'utf8'))).toMatchObject({
      status: 'Succeeded',
      tasks: [],
    });
    expect(shop.result('failures')).toBe('');
  });
});
