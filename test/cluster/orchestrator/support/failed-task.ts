import { RUNS, TASK_RUNS } from '../../../../orchestrator/src/queue/objects';
import type { Request, Run } from '../../../../orchestrator/src/queue/objects';
import type { Scene } from './scene';

/** Makes a Task of the run of a request that failed, once there is the run: Tekton would. */
export async function failedTask(scene: Scene, request: Request, task: string, message: string): Promise<void> {
  const { namespace, name } = request.metadata;
  const run = await scene.until(60, async () => (await scene.api.get<Run>(RUNS, namespace, name)) ?? 'there is no run');
  const taskRun = {
    apiVersion: TASK_RUNS.apiVersion,
    kind: 'TaskRun',
    metadata: {
      name: `${name}-${task}`,
      labels: { 'tekton.dev/pipelineRun': name, 'tekton.dev/pipelineTask': task },
      ownerReferences: [{ apiVersion: RUNS.apiVersion, kind: 'PipelineRun', name, uid: run.metadata.uid }],
    },
    spec: { taskRef: { name: task } },
  };
  await scene.api.create(TASK_RUNS, namespace, taskRun);
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const status = {
    conditions: [{ type: 'Succeeded', status: 'False', reason: 'Failed', message }],
    podName: `${name}-${task}-pod`,
    startTime: now,
    completionTime: now,
    steps: [{ name: 'compile', container: 'step-compile', terminated: { exitCode: 1 } }],
  };
  await scene.api.patch(TASK_RUNS, namespace, taskRun.metadata.name, { status }, { subresource: 'status' });
}
