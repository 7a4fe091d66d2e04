import { FAILURE_RESULT } from '../../../words/results';
import { PIPELINE_RUN_NAME } from '../../../tekton/task';
import { taskContext } from '../../../tekton/value';

/** For task-runs.sh: the step's own run, in its own namespace. */
export const TASK_RUNS = { RUN_NAME: PIPELINE_RUN_NAME, NAMESPACE: taskContext.namespace, FAILURE_RESULT } as const;
