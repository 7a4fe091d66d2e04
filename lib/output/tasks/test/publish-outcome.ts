import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Result, Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { TESTS_RESULT } from '../../../words/results';
import { reportsEnv, reportsMount, reportsVolume } from '../shared/reports';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';
import { RUN_LOG_BYTES, STEP_LOG_BYTES } from '../../../words/log-bytes';
import { taskRunsEnv, taskRunsScript } from '../shared/task-runs';

/**
 * Renders Task `publish-outcome`, for `finally`: it writes `outcome.json` beside the reports of the run, with how each
 * task ended, its results and why it failed. It copies the logs of all steps, which are deleted with their pods. On a claim
 * it removes runs that are older than `storage.reports.days`; a bucket has rules of its own.
 *
 * Param: the status of all tasks together. Results: where the reports are (`REPORTS`), one line per task that failed
 * (`FAILURES`), and how many test cases passed and failed (`TESTS`).
 * The TaskRun fails if the tasks cannot be listed or that file cannot be stored; a log that cannot be kept is a note.
 */
export const publishOutcome = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'publish-outcome', {
    description: 'Keeps how a run went beside its reports',
    params: { status: Param.string() },
    results: {
      REPORTS: Result.string('Where the reports of the run are: pvc://<claim>/<path>, or their URL'),
      FAILURES: Result.string('`<task>: <why>` of each that failed, one per line'),
      TESTS: Result.string(
        'Test cases of all tasks in JSON: how many, and `<task>: <case>` of those that failed; or nothing',
      ),
    },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => [reportsVolume(team)],
    steps: ({ params }) => [
      {
        name: 'publish',
        image: images('kubectl'),
        script: taskRunsScript(team, 'test/publish-outcome.sh'),
        env: {
          ...taskRunsEnv(team),
          ...reportsEnv(team),
          STATUS: params.status,
          TESTS_RESULT,
          STEP_LOG_BYTES: String(STEP_LOG_BYTES),
          RUN_LOG_BYTES: String(RUN_LOG_BYTES),
          DAYS: team.storage.reports.s3 === undefined ? String(team.storage.reports.days) : undefined,
        },
        results: ['REPORTS', 'FAILURES', 'TESTS'],
        resources: SMALL,
        mounts: [reportsMount(team)],
      },
    ],
  });
