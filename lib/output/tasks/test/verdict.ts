import type { Construct } from 'constructs';
import { Result, Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';
import { taskRunsEnv, taskRunsScript } from '../shared/task-runs';

/**
 * Renders Task `verdict`: it fails if a test of the run failed, and names each. Tests themselves do not stop the run
 * (`onError: continue`), so that all of them report.
 *
 * It takes no params: it asks for the TaskRuns of its own run. A result of a test that was skipped would skip this
 * task, too. Result `VERDICT` is passed or failed.
 */
export const verdict = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'verdict', {
    description: 'Says whether the tests of a run passed',
    results: { VERDICT: Result.string('passed or failed') },
    securityContext: RESTRICTED,
    env: { ...HOME },
    steps: () => [
      {
        name: 'verdict',
        image: images('kubectl'),
        script: taskRunsScript(team, 'test/verdict.sh'),
        env: taskRunsEnv(team),
        results: ['VERDICT'],
        resources: SMALL,
      },
    ],
  });
