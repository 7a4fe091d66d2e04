import { createClient } from '../../../lib/kube/client';
import type { KubeApi } from '../../../lib/kube/api';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import { REQUESTS, RUNS } from '../../../orchestrator/src/queue/objects';
import type { Request } from '../../../orchestrator/src/queue/objects';
import { runOf } from '../../../orchestrator/src/queue/run';
import { adminOf } from '../../cluster/orchestrator/support/admin';
import type { Figure } from '../report';
import { BARE_NAMESPACE, prTest, teamFile } from '../webhook/cluster';
import { requestOf } from '../webhook/request';

/**
 * What waits for a slot, as a RunRequest and as a PipelineRun with status PipelineRunPending: the same run of the same Pipeline, created by
 * the same client.
 * https://tekton.dev/docs/pipelines/pipelineruns/#pending-pipelineruns
 */

const [WAITING, AT_ONCE] = [1_000, 16];

interface Queue {
  readonly name: string;
  readonly kind: typeof REQUESTS | typeof RUNS;
  readonly made: (request: Request) => object;
}

/** Needs an API server with the objects of `prepare`. */
export async function queueFigures(): Promise<readonly Figure[]> {
  const api = createClient(adminOf());
  const team = JSON.parse(teamFile()) as TeamConfig;
  const pipeline = prTest();
  const queues: readonly Queue[] = [
    { name: 'RunRequest of tekton-dag', kind: REQUESTS, made: (request) => request },
    { name: 'PipelineRun that is Pending', kind: RUNS, made: (request) => runOf(request, team, pipeline) },
  ];
  const figures: Figure[] = [];
  for (const queue of queues) figures.push(...(await measured(api, queue)));
  return figures;
}

async function measured(api: KubeApi, { name, kind, made }: Queue): Promise<readonly Figure[]> {
  let next = 1;
  const begun = performance.now();
  const loop = async (): Promise<void> => {
    while (next <= WAITING) {
      const request = requestOf(2_000_000 + next++, BARE_NAMESPACE) as Request;
      await api.create(kind, BARE_NAMESPACE, made({ ...request, metadata: { ...request.metadata, uid: 'none' } }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
  const perSecond = WAITING / ((performance.now() - begun) / 1000);
  const { items } = await api.list<object>(kind, BARE_NAMESPACE);
  return [
    { name: `waiting runs created in a second: ${name}`, value: perSecond, unit: '' },
    {
      name: `a waiting run in the API server: ${name}`,
      value: JSON.stringify(items).length / items.length / 1000,
      unit: 'KB',
    },
  ];
}
