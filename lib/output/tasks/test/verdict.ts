import type { Construct } from 'constructs';
import { Result, Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';
import { TASK_RUNS } from '../shared/task-runs';

/**
 * `verdict`: fails if a test of the run did, naming each. Tests are let go on (`onError: continue`) so that all are heard;
 * their results cannot be params here, since a test that was skipped would skip this task too.
 */
export const verdict = (scope: Construct, { images }: TaskContext) =>
  new Task(scope, 'verdict', {
    description: 'Says whether the tests of a run passed',
    results: { VERDICT: Result.string('passed or failed') },
    securityContext: RESTRICTED,
    env: { ...HOME },
    steps: ({ results }) => [
      {
        name: 'verdict',
        image: images('kubectl'),
        script: script('test/verdict.sh'),
        env: { ...TASK_RUNS, VERDICT_PATH: results.VERDICT.path },
        resources: SMALL,
      },
    ],
  });
