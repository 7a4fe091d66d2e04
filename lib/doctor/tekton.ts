import type { Manifest } from '../kube/manifest';
import { at, describe } from '../kube/manifest';
import type { Cluster } from '../fleet/cluster';
import { tektonsOf } from '../fleet/cluster';
import { tooNew } from '../tekton/admission/version';
import { isOlder } from '../words/version';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Read } from './reading';
import { isRead, judged, unread } from './reading';
import { TEKTON, controllerOf, instanceNamespace } from '../words/names';
import { checkFlags } from './tekton-flags';
import type { Wanted } from './wanted';
import { applyTekton } from './wanted';

/** Tekton Pipelines of the cluster: its version, its flags, and whether its controller runs. */

const found = findings('tekton');
const SUBJECT = 'Tekton Pipelines';
/** Tekton keeps its version here for whoever is logged in. */
export const INFO = 'pipelines-info';
const RELEASE = 'pipeline.tekton.dev/release';

interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>;
}

/** A Tekton that is looked at. */
export interface TektonWanted {
  /** Undefined: the cluster is asked. */
  readonly namespace?: string;
  /** Deployments or StatefulSets, any of which may not be ready. */
  readonly controllers: readonly string[];
  /** The version that synth relies on. */
  readonly version?: string;
  /** What it runs. */
  readonly wanted: Wanted;
}

/** Each Tekton of the cluster, with what is in its namespaces. */
export function tektonsWanted(wanted: Wanted): readonly TektonWanted[] {
  const { instances } = wanted.cluster;
  if (instances === undefined)
    return [{ controllers: [TEKTON.controller], version: tektonsOf(wanted.cluster)[0]?.version, wanted }];
  return instances.instances.map(({ name, namespaces, manifest: { version } }) => ({
    namespace: instanceNamespace(name),
    controllers: namespaces.map(controllerOf),
    version,
    wanted: {
      ...wanted,
      objects: wanted.objects.filter(({ metadata }) => namespaces.includes(metadata.namespace ?? '')),
    },
  }));
}

/** What was read of Tekton. */
export interface TektonSeen {
  readonly namespace: string;
  readonly info: Read<ConfigMap | undefined>;
  readonly crd: Read<Manifest | undefined>;
  readonly flags: Read<ConfigMap | undefined>;
  /** By name the Deployment or, where it is one, the StatefulSet. */
  readonly controllers: ReadonlyMap<string, Read<Manifest | undefined>>;
}

export function checkTekton({ wanted, version }: TektonWanted, seen: TektonSeen): readonly Finding[] {
  const installed = versionOf(seen);
  if (installed === undefined && isAbsent(seen)) return [notInstalled(wanted, seen)];
  const flagsOf = judged('tekton', `ConfigMap ${seen.namespace}/${TEKTON.flags}`, seen.flags, (map) =>
    checkFlags(wanted, map?.data ?? {}, seen.namespace),
  );
  return [
    ...(installed === undefined
      ? unknownVersion(wanted, seen)
      : checkVersion(wanted, installed, isRead(seen.flags) ? seen.flags.value?.data : undefined, version)),
    ...flagsOf,
    ...[...seen.controllers].flatMap(([name, read]) => checkController(wanted, seen.namespace, name, read)),
  ];
}

/** A version, and which place has told it. */
interface Installed {
  readonly version: string;
  readonly place: string;
}

/** The ConfigMap first: it is made for that, and the labels of a CRD are as old as the last who applied it. */
export function versionOf({
  namespace,
  info,
  crd,
}: Pick<TektonSeen, 'namespace' | 'info' | 'crd'>): Installed | undefined {
  const told = isRead(info) ? info.value?.data?.version : undefined;
  if (told !== undefined) return { version: told, place: `ConfigMap ${namespace}/${INFO}` };
  const label = isRead(crd) ? crd.value?.metadata.labels?.[RELEASE] : undefined;
  return label === undefined
    ? undefined
    : { version: label, place: `label ${RELEASE} of CustomResourceDefinition ${TEKTON.tasks}` };
}

/** Whether the cluster has not even the kinds of Tekton. */
const isAbsent = ({ info, crd }: TektonSeen): boolean => isRead(info) && isRead(crd) && crd.value === undefined;

const notInstalled = ({ cluster }: Wanted, { namespace }: TektonSeen): Finding =>
  found(
    'error',
    SUBJECT,
    `is not installed: there is neither ConfigMap ${namespace}/${INFO} nor CustomResourceDefinition ${TEKTON.tasks}`,
    applyTekton(cluster),
  );

/** Neither place was read, or neither says it. */
function unknownVersion({ cluster }: Wanted, { namespace, info, crd }: TektonSeen): readonly Finding[] {
  const refused = isRead(info) ? (isRead(crd) ? undefined : crd) : info;
  if (refused !== undefined) return [unread('tekton', `version of ${SUBJECT}`, refused)];
  return [
    {
      ...found(
        'warning',
        SUBJECT,
        `its version is not known: neither ConfigMap ${namespace}/${INFO} nor label ${RELEASE} of CustomResourceDefinition ${TEKTON.tasks} says it`,
        applyTekton(cluster),
      ),
      notChecked: true,
    },
  ];
}

function checkVersion(
  { objects, cluster }: Wanted,
  { version, place }: Installed,
  flags: Readonly<Record<string, string>> | undefined,
  said: string | undefined,
): readonly Finding[] {
  const plain = version.startsWith('v') ? version.slice(1) : version;
  const subject = `${SUBJECT} ${plain}`;
  const [major, minor] = plain.split('.').map(Number);
  if (!Number.isInteger(major) || !Number.isInteger(minor))
    return [found('warning', subject, `is not a version that can be compared; ${place} says so`)];
  // an older Tekton may have been given it by a flag
  const isAlpha = flags?.['enable-api-fields'] === 'alpha';
  const missing = tooNew(
    objects.map((manifest) => ({ manifest })),
    plain,
  ).map(({ what, since, users: [first, ...others] }) =>
    found(
      isAlpha ? 'warning' : 'error',
      subject,
      `${isAlpha ? 'may know by a flag alone' : 'does not know'} ${what}, which came with ${since}: ${describe(first.manifest)} uses it${others.length > 0 ? `, as ${others.length} more do` : ''} (${place} tells the version)`,
      applyTekton(cluster),
    ),
  );
  if (said === undefined || !isOlder(plain, said)) return missing;
  return [
    ...missing,
    found(
      'error',
      subject,
      `is older than ${said}, which the file of cluster ${cluster.name} says and synth relies on (${place} tells the version)`,
      cluster.instances === undefined
        ? `${applyTekton(cluster)}\nor say tektonVersion: "${major}.${minor}" in the cluster's file`
        : applyTekton(cluster),
    ),
  ];
}

function checkController(
  { cluster }: Wanted,
  namespace: string,
  name: string,
  read: Read<Manifest | undefined>,
): readonly Finding[] {
  const subject = `${name} in ${namespace}`;
  return judged('tekton', subject, read, (live) => {
    if (live === undefined) return [noController(cluster, subject)];
    if (Number(at(live, 'status', 'readyReplicas') ?? 0) > 0) return [];
    return [
      found(
        'error',
        subject,
        'has no pod that is ready, so no run goes on',
        `kubectl get pods --namespace=${namespace}`,
      ),
    ];
  });
}

/** What the cluster's file installs has this name; what somebody else installs may have another. */
function noController(cluster: Cluster, subject: string): Finding {
  const missing = 'there is no Deployment or StatefulSet of this name';
  return (cluster.instances ?? cluster.settings?.tekton) === undefined
    ? { ...found('warning', subject, `${missing}: whether Tekton runs is not known`), notChecked: true }
    : found('error', subject, `${missing}, so no run goes on`, applyTekton(cluster));
}
