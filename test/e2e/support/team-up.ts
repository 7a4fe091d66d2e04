import { join } from 'node:path';
import { REPORTS_CLAIM, cacheClaim } from '../../../lib/words/names';
import { apply } from '../../cluster/kubectl';
import type { KubeObject } from './kubectl';
import { applyObjects, deleteNamespaces, kubectl, list, wait } from './kubectl';
import { toolImage } from './suite';
import type { TestTeam } from './team';
import { synth } from './team';

/**
 * A team that was written (`writeTeam`) comes up on the cluster: its objects, applied anew, and its claims, ready for use.
 * Gives the folders of what it applied.
 */
export async function bringUp(team: TestTeam): Promise<readonly string[]> {
  await deleteNamespaces(team.namespace, team.environment);
  const out = await synth(team);
  const folders = [join(out, 'cluster'), join(out, 'teams')];
  await makeVolumes(team);
  apply(...folders);
  await openClaims(team);
  return folders;
}

const CLAIMS = [cacheClaim('release'), cacheClaim('pr'), REPORTS_CLAIM];

/** Where the cluster's default class of storage makes no volumes by itself, so that no number of teams uses up those it has. */
export async function makeVolumes({ name: team, namespace }: TestTeam): Promise<void> {
  const classes = await list<KubeObject & { provisioner: string }>('storageclasses', '');
  const chosen = classes.find(
    ({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
  );
  if (chosen?.provisioner !== 'kubernetes.io/no-provisioner') return;
  await kubectl(['delete', 'persistentvolumes', '--selector', `e2e-team=${team}`, '--wait']);
  const volumes = CLAIMS.map((claim) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `${team}-${claim}`, labels: { 'e2e-team': team } },
    spec: {
      capacity: { storage: '20Gi' },
      accessModes: ['ReadWriteOnce', 'ReadWriteMany'],
      storageClassName: chosen.metadata.name,
      // nobody else's
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim },
      hostPath: { path: `/tmp/tekton-dag-e2e-volumes/${team}/${claim}`, type: 'DirectoryOrCreate' },
    },
  }));
  await applyObjects(...volumes);
}

/** A folder of the node belongs to root, and fsGroup does not change that; so the claim is opened to all, as provisioners do. */
export async function openClaims({ namespace }: TestTeam): Promise<void> {
  const metadata = { name: 'open-claims', namespace };
  const container = {
    name: 'chmod',
    image: toolImage('git'),
    command: ['sh', '-c', 'chmod 0777 /claims/*'],
    volumeMounts: CLAIMS.map((name) => ({ name, mountPath: `/claims/${name}` })),
    securityContext: { runAsUser: 0 },
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
  };
  const volumes = CLAIMS.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  await applyObjects({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { restartPolicy: 'Never', automountServiceAccountToken: false, containers: [container], volumes },
  });
  await wait('pod', metadata.name, namespace, 'jsonpath={.status.phase}=Succeeded', '120s');
  await kubectl(['delete', 'pod', metadata.name, '--namespace', namespace]);
}
