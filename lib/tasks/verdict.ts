import type { Construct } from 'constructs';
import { PIPELINE_RUN_NAME, Result, Task } from '../tekton/task';
import { taskContext } from '../tekton/value';
import type { TaskContext } from './context';
import { script } from './script';
import { HOME, RESTRICTED, SMALL } from './step';

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
        script: script('verdict.sh'),
        env: { RUN_NAME: PIPELINE_RUN_NAME, NAMESPACE: taskContext.namespace, VERDICT_PATH: results.VERDICT.path },
        resources: SMALL,
      },
    ],
  });
