import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { CACHE_CLAIM, REPORTS_CLAIM } from '../../../lib/words/names';
import { apply } from '../../cluster/kubectl';
import { mine, story } from './belongings';
import type { KubeObject } from './kubectl';
import { applyObjects, deleteNamespaces, kubectl, list, wait } from './kubectl';
import { toolImage } from './suite';
import type { TestTeam } from './team';
import { synth } from './team';

/**
 * A team that was written (`writeTeam`) comes up on the cluster: its objects, applied anew, and its claims, ready for use.
 * All of it is the owner's. Gives the folders of what it applied.
 */
export async function bringUp(team: TestTeam, owner = story()): Promise<readonly string[]> {
  mine([`namespace/${team.namespace}`, `namespace/${team.environment}`], owner);
  await deleteNamespaces(team.namespace, team.environment);
  await makeVolumes(team, owner);
  const folders = await applyTeam(team, owner);
  await openClaims(team);
  return folders;
}

/** The objects of a team as it is written now. */
export async function applyTeam(team: TestTeam, owner = story()): Promise<readonly string[]> {
  const out = await synth(team);
  const folders = [join(out, 'cluster'), join(out, 'teams')];
  await mineIfNew(
    folders.flatMap((folder) => manifests(folder)),
    owner,
  );
  apply(...folders);
  return folders;
}

/** Objects of a folder with YAML, those of its folders included. */
export const manifests = (
  folder: string,
  isRead = (path: string): boolean => path.endsWith('.yaml'),
): readonly object[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(isRead)
    .flatMap((name) => loadAll(readFileSync(join(folder, name), 'utf8')) as object[]);

interface Placed {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What a cluster holds once is the owner's, unless it was there before: then it may be somebody's who uses the cluster. */
export async function mineIfNew(objects: readonly object[], owner = story()): Promise<void> {
  const once = (objects as readonly Placed[]).filter(
    ({ kind, metadata }) => metadata.namespace === undefined && kind !== 'Namespace',
  );
  if (once.length === 0) return;
  const names = (text: string): string[] => text.split('\n').filter((line) => line !== '');
  const input = once.map((object) => JSON.stringify(object)).join('\n---\n');
  const there = names(await kubectl(['get', '--filename=-', '--ignore-not-found', '--output=name'], input));
  const all = names(await kubectl(['create', '--dry-run=client', '--filename=-', '--output=name'], input));
  mine(
    all.filter((object) => !there.includes(object)),
    owner,
  );
}

const CLAIMS = [CACHE_CLAIM, REPORTS_CLAIM];

/** Where the cluster's default class of storage makes no volumes by itself, so that no number of teams uses up those it has. */
export async function makeVolumes({ name: team, namespace }: TestTeam, owner = story()): Promise<void> {
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
      persistentVolumeReclaimPolicy: 'Delete',
      // nobody else's
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim },
      hostPath: { path: `/tmp/tekton-dag-e2e-volume-${team}-${claim}`, type: 'DirectoryOrCreate' },
    },
  }));
  mine(
    volumes.map(({ metadata }) => `persistentvolume/${metadata.name}`),
    owner,
  );
  await applyObjects(...volumes);
}

/** A folder of the node belongs to root, and fsGroup does not change that; so the claim is opened to all, as provisioners do. */
export async function openClaims({ namespace }: TestTeam): Promise<void> {
  const metadata = { name: 'open-claims', namespace };
  // a team whose reports go to a bucket has no claim for them
  const claims = (await list('persistentvolumeclaims', namespace)).map((claim) => claim.metadata.name);
  const container = {
    name: 'chmod',
    image: toolImage('git'),
    command: ['sh', '-c', 'chmod 0777 /claims/*'],
    volumeMounts: claims.map((name) => ({ name, mountPath: `/claims/${name}` })),
    securityContext: { runAsUser: 0 },
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
  };
  const volumes = claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  await applyObjects({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { restartPolicy: 'Never', automountServiceAccountToken: false, containers: [container], volumes },
  });
  await wait('pod', metadata.name, namespace, 'jsonpath={.status.phase}=Succeeded', '120s');
  await kubectl(['delete', 'pod', metadata.name, '--namespace', namespace]);
}
