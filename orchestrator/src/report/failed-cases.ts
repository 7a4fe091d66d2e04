import type { KubeApi } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import type { FailedCase } from '../../../lib/runs/report/told';
import { FAILED_MAX, readFailed } from '../../../lib/runs/report/told';
import type { Task } from '../queue/task';
import { FAILURES_SHOWN } from './report';

const BYTES = 131_072;

/** Adds to tasks the test cases that failed, as the step that read the reports wrote them. A log that is gone with its pod is left out. */
export async function addFailedCases(
  api: Pick<KubeApi, 'log'>,
  namespace: string,
  tasks: readonly Task[],
): Promise<readonly Task[]> {
  const shown = tasks
    .filter(({ tests }) => tests !== undefined && tests.failed + tests.errors > 0)
    .slice(0, FAILURES_SHOWN);
  return Promise.all(
    tasks.map(async (task) =>
      shown.includes(task) ? { ...task, failedCases: await readCases(api, namespace, task) } : task,
    ),
  );
}

async function readCases(
  api: Pick<KubeApi, 'log'>,
  namespace: string,
  { tests }: Task,
): Promise<readonly FailedCase[] | undefined> {
  if (tests?.step === undefined) return undefined;
  const { pod, container } = tests.step;
  try {
    return readFailed(await api.log(namespace, pod, { container, tailLines: FAILED_MAX, limitBytes: BYTES }));
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
