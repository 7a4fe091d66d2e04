import { taskRunsScript } from '../../../../lib/output/tasks/shared/task-runs';
import { app, stack } from '../../team/model';
import type { Ended } from '../support/run-script';
import { Workshop } from '../support/run-script';
import type { TaskRun } from '../support/task-runs';
import { TASK_RUNS, listTaskRuns } from '../support/task-runs';
import { suiteWith } from '../support/tools';

suiteWith(['jq'], 'verdict.sh', () => {
  let shop: Workshop;
  beforeEach(() => (shop = new Workshop()));
  afterEach(() => shop.remove());

  const verdict = (...taskRuns: readonly TaskRun[]): Ended => {
    listTaskRuns(shop, taskRuns);
    return shop.run('test/verdict.sh', {
      ...TASK_RUNS,
      RESULT_VERDICT: shop.resultFile('VERDICT'),
      RESULT_MESSAGE: shop.resultFile('MESSAGE'),
    });
  };
  const built: TaskRun = { task: 'build-fe' };

  it('is that all tests passed', () => {
    expect(verdict(built, { task: 'test-fe-postman' }, { task: 'test-api-postman' })).toMatchObject({
      code: 0,
      stdout: 'passed\n',
      stderr: '',
    });
    expect(shop.result('VERDICT')).toBe('passed');
  });

  it('is that all passed where there was none, whatever became of other tasks', () => {
    expect(verdict(built, { task: 'tell-somebody', failed: 'Failed' })).toMatchObject({ code: 0 });
  });

  it('names each combination that failed, where a team runs tests in several ways', () => {
    const way = (combination: string): TaskRun => ({
      task: 'test-fe-unit',
      combination,
      failed: 'Failed',
      said: 'it broke',
    });
    listTaskRuns(shop, [
      way('node-20'),
      { ...way('node-22'), failed: undefined },
      way('node-24'),
      { task: 'test-fe-postman' },
    ]);
    const app1 = app('fe', { tests: { unit: 'x', matrix: { unit: { combinations: [], maxParallel: 1 } } } });
    const file = shop.file(
      'verdict.sh',
      taskRunsScript({ sharesTasks: false, stacks: [stack('shop', [app1])] }, 'test/verdict.sh'),
    );
    const { stderr } = shop.run(file, {
      ...TASK_RUNS,
      COMBINATION_PARAM: 'combination',
      RESULT_VERDICT: shop.resultFile('VERDICT'),
      RESULT_MESSAGE: shop.resultFile('MESSAGE'),
    });
    expect(stderr).toBe(
      'error: 2 of the tests failed.\ntest-fe-unit node-20: it broke\ntest-fe-unit node-24: it broke\n',
    );
  });

  it('names each test that failed, why, and none that passed', () => {
    const { code, stderr } = verdict(
      built,
      {
        task: 'test-fe-postman',
        failed: 'Failed',
        message: '"step-save-report" exited with code 1',
        said: 'the postman tests of fe failed: pays',
      },
      { task: 'test-api-postman' },
      {
        task: 'test-fe-playwright',
        failed: 'TaskRunTimeout',
        message: 'TaskRun "x" failed to finish within "30m0s"\nmore',
      },
    );
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: 2 of the tests failed.\ntest-fe-postman: the postman tests of fe failed: pays\ntest-fe-playwright: TaskRun "x" failed to finish within "30m0s"\n',
    );
    expect(shop.result('VERDICT')).toBe('failed');
    expect(shop.result('MESSAGE')).toBe(
      '2 of the tests failed. test-fe-postman: the postman tests of fe failed: pays test-fe-playwright: TaskRun "x" failed to finish within "30m0s"',
    );
  });

  it('holds a test that has not ended against the run', () => {
    expect(verdict(built, { task: 'test-fe-postman', running: true })).toMatchObject({
      code: 1,
      stderr: 'error: 1 of the tests failed.\ntest-fe-postman: it did not end\n',
    });
  });

  it('knows nothing of the run if it cannot ask', () => {
    listTaskRuns(shop, []);
    const { code, stderr } = shop.run('test/verdict.sh', {
      ...TASK_RUNS,
      RUN_NAME: 'another',
      RESULT_VERDICT: shop.resultFile('VERDICT'),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: the tasks of another cannot be listed: the reason is above\n$/);
  });
});
