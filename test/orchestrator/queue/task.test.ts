import { failureOf, taskRunsOf, tasksOf } from '../../../orchestrator/src/queue/task';
import { requestOf, taskRun } from '../support/reported';

const failed = (name: string, message?: string) => taskRun(name, { succeeded: 'False', message });

it('names the tasks that failed and what each said in its first line', () => {
  const told = [
    failed('build-web', '\nno space left\non device'),
    failed('push-web'),
    taskRun('x', { succeeded: 'True' }),
  ];
  expect(failureOf(tasksOf(told))).toBe('build-web: no space left; push-web: failed');
  expect(failureOf(tasksOf(['a', 'b', 'c', 'd', 'e'].map((name) => failed(name, 'no'))))).toBe(
    'a: no; b: no; c: no; and 2 more',
  );
  expect(failureOf(tasksOf([taskRun('x')]))).toBeUndefined();
  // the verdict repeats what others said
  expect(failureOf(tasksOf([failed('test-web-postman', 'no'), failed('verdict', 'one failed')]))).toBe(
    'test-web-postman: no',
  );
  expect(failureOf(tasksOf([failed('verdict', 'no pod could be started')]))).toBe('verdict: no pod could be started');
});

it('takes the TaskRuns of this run, and not of another of its name', async () => {
  const request = requestOf({ status: { phase: 'Running', runUID: 'run' } });
  const items = [taskRun('own'), taskRun('other', { run: 'another' })];
  const api = { list: async <T>() => ({ items: items as T[], resourceVersion: '1' }) };
  expect(await taskRunsOf(api, request)).toEqual([items[0]]);
  expect(await taskRunsOf(api, requestOf({}))).toEqual([]);
});
