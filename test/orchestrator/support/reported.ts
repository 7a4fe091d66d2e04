import type { Ask } from '../../../lib/runs/ask/ask';
import type { RunRequestStatus } from '../../../lib/runs/ask/run-request';
import type { Told } from '../../../lib/runs/report/told';
import { runRequest } from '../../../lib/runs/decisions/request';
import type { Request } from '../../../orchestrator/src/queue/objects';
import type { TaskRun } from '../../../orchestrator/src/queue/task';
import { NOW, SHA, shop } from '../support';

const time = (second: number): string => new Date(NOW + second * 1000).toISOString();

/** A test of pull request 7 of acme/web, in its cluster. */
export function requestOf({
  spec = {},
  status = {},
  repo = 'acme/web',
  host = 'github.com',
}: {
  spec?: Partial<Ask>;
  status?: RunRequestStatus;
  repo?: string;
  host?: string;
}): Request {
  const whole: Ask = {
    pipeline: 'pr-test',
    team: 'payments',
    stack: 'shop',
    apps: ['web'],
    revision: SHA.a,
    pullRequest: { number: 7, repo },
    source: { event: 'pull_request.opened', eventTime: time(0) },
    ...spec,
  };
  const request = runRequest(shop(), whole, { repo: { host, fullName: repo }, attempt: whole.source?.attempt });
  const ended = ['Succeeded', 'Failed', 'Cancelled', 'Refused'].includes(status.phase ?? '') && {
    finishedAt: time(60),
  };
  return {
    ...request,
    metadata: {
      ...request.metadata,
      namespace: 'team-payments',
      uid: `uid-${request.metadata.name}`,
      resourceVersion: '1',
      creationTimestamp: time(0),
    },
    status: { ...ended, ...status },
  };
}

export const taskRun = (
  task: string,
  {
    succeeded,
    message,
    second = 0,
    run = 'run',
  }: { succeeded?: 'True' | 'False'; message?: string; second?: number; run?: string } = {},
): TaskRun => ({
  metadata: { name: `x-${task}`, labels: { 'tekton.dev/pipelineTask': task }, ownerReferences: [{ uid: run }] },
  status: {
    conditions: [{ type: 'Succeeded', status: succeeded ?? 'Unknown', ...(message !== undefined && { message }) }],
    podName: `pod-${task}`,
    startTime: time(second),
    ...(succeeded !== undefined && { completionTime: time(second + 5) }),
    steps: [
      { name: 'clone', terminated: { exitCode: 0 } },
      ...(succeeded === 'False' ? [{ name: 'compile', terminated: { exitCode: 1 } }] : []),
    ],
  },
});

/** The same, of a task that has read reports of tests. */
export const tested = (run: TaskRun, told: Told): TaskRun => ({
  ...run,
  status: {
    ...run.status,
    steps: [
      ...(run.status?.steps ?? []),
      {
        name: 'summarize',
        terminated: { exitCode: 0 },
        results: [{ name: 'TESTS', value: JSON.stringify(told) }],
      },
    ],
  },
});
