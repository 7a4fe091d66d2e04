import type { Manifest } from '../kube/manifest';
import { at, describe, list } from '../kube/manifest';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Read } from './reading';
import { isRead, judged } from './reading';

/** Each volume claim that is emitted finds a StorageClass that can make its volume. */

const found = findings('storage');
const DEFAULT = 'storageclass.kubernetes.io/is-default-class';

/** What is kept of a StorageClass. */
export interface StorageClass {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly provisioner: string;
}

/**
 * Provisioners whose own documentation says that a volume with a file system is for one node. Of others nothing is known here,
 * so nothing is said.
 */
const ONE_NODE: readonly string[] = [
  'cinder.csi.openstack.org',
  'csi.hetzner.cloud',
  'disk.csi.azure.com',
  'dobs.csi.digitalocean.com',
  'ebs.csi.aws.com',
  'kubernetes.io/aws-ebs',
  'kubernetes.io/azure-disk',
  'kubernetes.io/gce-pd',
  'pd.csi.storage.gke.io',
  'rancher.io/local-path',
  'topolvm.io',
];

/** The claims among the objects. */
export const claimsWanted = (objects: readonly Manifest[]): readonly Manifest[] =>
  objects.filter(({ kind }) => kind === 'PersistentVolumeClaim');

/**
 * @param claim as it is emitted
 * @param live as it is in the cluster
 */
export function checkStorage(
  claim: Manifest,
  live: Read<Manifest | undefined>,
  classes: Read<readonly StorageClass[]>,
): readonly Finding[] {
  const subject = describe(claim);
  const phase = isRead(live) ? at(live.value, 'status', 'phase') : undefined;
  // its volume is there, whichever class it once came of
  if (phase === 'Bound') return [];
  if (phase === 'Lost')
    return [
      found(
        'error',
        subject,
        'has lost its volume',
        `kubectl describe pvc ${claim.metadata.name} --namespace=${claim.metadata.namespace}`,
      ),
    ];
  const name = at(claim, 'spec', 'storageClassName') as string | undefined;
  return judged('storage', subject, classes, (all) => {
    const isWanted = ({ metadata }: StorageClass): boolean =>
      name === undefined ? metadata.annotations?.[DEFAULT] === 'true' : metadata.name === name;
    const chosen = all.find(isWanted);
    return chosen === undefined ? [withoutClass(subject, name, all)] : modes(subject, claim, chosen);
  });
}

function withoutClass(subject: string, name: string | undefined, all: readonly StorageClass[]): Finding {
  const [first] = all;
  const there = all.map(({ metadata }) => metadata.name).join(', ') || 'none';
  if (name !== undefined)
    return found(
      'error',
      subject,
      `its StorageClass ${name} is missing (there are: ${there})`,
      "name one that is there, as storage.….storageClass of the team or of the cluster's file",
    );
  return found(
    'error',
    subject,
    `names no StorageClass, and no class is the default (there are: ${there})`,
    first === undefined
      ? 'install a provisioner of volumes with a StorageClass'
      : `kubectl annotate storageclass ${first.metadata.name} ${DEFAULT}=true`,
  );
}

function modes(subject: string, claim: Manifest, { metadata, provisioner }: StorageClass): readonly Finding[] {
  const wanted = list(at(claim, 'spec', 'accessModes') as readonly string[] | undefined);
  return wanted.includes('ReadWriteMany') && ONE_NODE.includes(provisioner)
    ? [
        found(
          'warning',
          subject,
          `asks for ReadWriteMany, and ${provisioner} of StorageClass ${metadata.name} makes volumes for one node`,
          'name a class of shared file systems as storageClass, or take ReadWriteOnce',
        ),
      ]
    : [];
}
