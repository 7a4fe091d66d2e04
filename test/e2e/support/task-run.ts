import { accountName } from '../../../lib/words/names';
import type { Account } from '../../../lib/words/names';
import { get, kubectl } from './kubectl';
import type { TaskRun } from './run';

/** Runs a Task of a team alone, as its Pipelines would; gives how it ended and what it printed. */

export interface Ended {
  readonly run: TaskRun;
  readonly succeeded: boolean;
  readonly message: string;
  readonly log: string;
}

export async function runTask(
  namespace: string,
  task: string,
  account: Account,
  params: Readonly<Record<string, string>>,
): Promise<Ended> {
  const manifest = {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { generateName: `${task}-`, namespace },
    spec: {
      taskRef: { name: task, kind: 'Task' },
      serviceAccountName: accountName(account),
      params: Object.entries(params).map(([name, value]) => ({ name, value })),
    },
  };
  const name = await kubectl(
    ['create', '--filename=-', '--output=jsonpath={.metadata.name}'],
    JSON.stringify(manifest),
  );
  await kubectl([
    'wait',
    `taskrun/${name}`,
    '--namespace',
    namespace,
    '--for=jsonpath={.status.completionTime}',
    '--timeout=600s',
  ]);
  const run = await get<TaskRun>('taskrun', name, namespace);
  const [condition] = run.status?.conditions ?? [];
  // empty where Tekton refused to make one
  const pod = run.status?.podName;
  const log = !pod ? '' : await kubectl(['logs', pod, '--namespace', namespace, '--all-containers', '--tail=50']);
  return { run, succeeded: condition?.status === 'True', message: condition?.message ?? '', log };
}
