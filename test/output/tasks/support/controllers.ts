import { NAME } from '../../../../lib/words/labels';
import { ROUTER, routerPort } from '../../../../lib/words/names';
import type { Fate, FakeCluster, PodTemplate, Template, Thing } from './cluster';

/** What the controllers of a cluster would have written, made when it is asked for. */

const imageOf = (template: PodTemplate): string => template.spec.containers[0]?.image ?? '';
const fateOf = (cluster: FakeCluster, template: PodTemplate): Fate => cluster.fates.get(imageOf(template)) ?? 'ready';
const newestFirst = (cluster: FakeCluster, deployment: string): Template[] =>
  [...cluster.templatesOf(deployment)].sort((a, b) => b.revision - a.revision);

/** Pods of the newest template, and while those are not ready the ones that served before. */
export function podsOf(cluster: FakeCluster, deployment: Thing): Thing[] {
  const [newest, ...older] = newestFirst(cluster, deployment.metadata.name);
  if (newest === undefined) return [];
  const fate = fateOf(cluster, newest.template);
  const serving =
    fate === 'ready' ? [] : older.filter(({ template }) => fateOf(cluster, template) === 'ready').slice(0, 1);
  return [...(fate === 'refused' ? [] : [pod(newest, fate)]), ...serving.map((one) => pod(one, 'ready'))];
}

function pod({ name, template }: Template, fate: Fate): Thing {
  const container = template.spec.containers[0]?.name ?? '';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-0`, labels: template.metadata.labels },
    spec: { ...template.spec },
    status: {
      conditions: [{ type: 'Ready', status: fate === 'ready' ? 'True' : 'False' }, ...conditions(fate)],
      containerStatuses: containerStatuses(container, fate),
    },
  };
}

const conditions = (fate: Fate): { type: string; status: string; message: string }[] =>
  fate === 'no-room'
    ? [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available: 3 Insufficient memory.' }]
    : [];

function containerStatuses(name: string, fate: Fate): object[] {
  const status = (restartCount: number, state: object, lastState: object = {}) => [
    { name, ready: fate === 'ready', restartCount, state, lastState },
  ];
  switch (fate) {
    case 'ready':
    case 'probe-fails':
      return status(0, { running: {} });
    case 'no-image':
      return status(0, {
        waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image: manifest unknown' },
      });
    case 'crash':
      return status(
        3,
        { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } },
        { terminated: { exitCode: 1, reason: 'Error' } },
      );
    case 'out-of-memory':
      return status(1, { running: {} }, { terminated: { exitCode: 137, reason: 'OOMKilled' } });
    case 'starting':
      return status(0, { waiting: { reason: 'ContainerCreating' } });
    case 'no-room':
    case 'refused':
      return [];
  }
}

export function deploymentStatus(cluster: FakeCluster, deployment: Thing): Thing['status'] {
  const [newest] = newestFirst(cluster, deployment.metadata.name);
  const wanted = deployment.spec?.replicas ?? 1;
  const fate = newest === undefined ? 'starting' : fateOf(cluster, newest.template);
  const refused = { type: 'ReplicaFailure', status: 'True', message: 'pods "x" is forbidden: exceeded quota: team' };
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: wanted,
    updatedReplicas: fate === 'refused' ? 0 : wanted,
    availableReplicas: fate === 'ready' ? wanted : 0,
    readyReplicas: fate === 'ready' ? wanted : 0,
    conditions: fate === 'refused' ? [refused] : [],
  };
}

export function replicaSet(cluster: FakeCluster, deployment: string, one: Template): Thing {
  const { name, revision, annotations, template } = one;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      annotations: { ...annotations, 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: [{ uid: cluster.get('Deployment', deployment)?.metadata.uid }],
    },
    spec: { template },
    status: { readyReplicas: fateOf(cluster, template) === 'ready' ? 1 : 0 },
  };
}

/** Of the router's replicas, one slice each, since here they differ in ports; else of the pods that the Service selects. */
export function endpointSlices(cluster: FakeCluster, name: string): Thing[] {
  const service = cluster.get('Service', name);
  if (service?.spec?.selector === undefined) return [];
  const { selector, ports } = service.spec;
  const slice = (id: string, port: number, endpoint: object): Thing => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: id },
    addressType: 'IPv4',
    ports: [{ port }],
    endpoints: [{ addresses: ['127.0.0.1'], ...endpoint }],
  });
  if (selector[NAME] === ROUTER) {
    return cluster.replicas.flatMap(({ pod: id, port, ready }) => {
      const number = ports?.[0]?.targetPort === routerPort(name) ? port(name) : undefined;
      return number === undefined ? [] : [slice(id, number, { conditions: { ready }, targetRef: { name: id } })];
    });
  }
  return cluster
    .readyPods(selector)
    .map(({ metadata }) =>
      slice(metadata.name, 8080, { conditions: { ready: true }, targetRef: { name: metadata.name } }),
    );
}
