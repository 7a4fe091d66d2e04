import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Result, Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { reportsEnv, reportsMount, reportsVolume } from '../shared/reports';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';
import { TASK_RUNS } from '../shared/task-runs';

/**
 * `publish-outcome`: keeps `outcome.json` beside the reports of the run: how each task ended, with its results, and why it
 * failed. On a claim it removes the runs that are older than `storage.reports.days`; a bucket has rules of its own.
 */
export const publishOutcome = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'publish-outcome', {
    description: 'Keeps how a run went beside its reports',
    params: { status: Param.string() },
    results: {
      REPORTS: Result.string('Where the reports of the run are: pvc://<claim>/<path>, or their URL'),
      FAILURES: Result.string('`<task>: <why>` of each that failed, one a line'),
    },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => [reportsVolume(team)],
    steps: ({ params, results }) => [
      {
        name: 'publish',
        image: images('kubectl'),
        script: script('test/publish-outcome.sh'),
        env: {
          ...TASK_RUNS,
          ...reportsEnv(team),
          STATUS: params.status,
          DAYS: team.storage.reports.s3 === undefined ? String(team.storage.reports.days) : undefined,
          REPORTS_PATH: results.REPORTS.path,
          FAILURES_PATH: results.FAILURES.path,
        },
        resources: SMALL,
        mounts: [reportsMount(team)],
      },
    ],
  });
