import type { Team } from '../../../fleet/model';
import { withPrelude } from '../../../tekton/every-step';
import { COMBINATION_PARAM } from '../../../words/names';
import { FAILURE_RESULT } from '../../../words/results';
import { PIPELINE_RUN_NAME } from '../../../tekton/task';
import { taskContext } from '../../../tekton/value';
import { script } from './script';

type Tested = Pick<Team, 'stacks' | 'sharesTasks'>;

const hasMatrix = ({ stacks, sharesTasks }: Tested): boolean =>
  sharesTasks || stacks.some(({ apps }) => apps.some(({ tests }) => tests.matrix !== undefined));

/** For task-runs.sh: the step's own run, in its own namespace. */
export const TASK_RUNS = { RUN_NAME: PIPELINE_RUN_NAME, NAMESPACE: taskContext.namespace, FAILURE_RESULT } as const;

/** The same where the combinations of a matrix are to be told apart. */
export const taskRunsEnv = (team: Tested) => ({
  ...TASK_RUNS,
  ...(hasMatrix(team) && { COMBINATION_PARAM }),
});

/** A script with task-runs.sh in it: where tests of the team run in several ways, it tells the combinations apart. */
export const taskRunsScript = (team: Tested, file: string): string =>
  withPrelude(script(file), hasMatrix(team) ? script('shell/combinations.sh') : undefined);
