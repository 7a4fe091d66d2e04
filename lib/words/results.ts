/** Results of Tasks and Pipelines that others than their own Pipeline read: people, the orchestrator. */

/**
 * Of every step: why it failed, in one line for an app developer. Tekton's own condition says no more than which step
 * ended with which code. Nothing where it succeeded, or where nobody could say: cancelled, timed out, out of memory.
 */
export const FAILURE_RESULT = 'MESSAGE';

/** Of the step that reads the reports of tests, in JSON: how many cases passed and failed, and names of those that failed. */
export const TESTS_RESULT = 'TESTS';

/** Of pr-test: where the reports are, `pvc://<claim>/<path>` or a URL; and `<task>: <why>` of each task that failed, one a line; and of all tests together what TESTS is of one task. */
export const REPORTS_RESULT = 'reports';
export const FAILURES_RESULT = 'failures';
export const RUN_TESTS_RESULT = 'tests';
