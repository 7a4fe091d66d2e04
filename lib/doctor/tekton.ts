import type { Manifest } from '../kube/manifest';
import { at, describe } from '../kube/manifest';
import { tektonVersionOf } from '../fleet/cluster';
import { isOlder, tooNew } from '../tekton/admission/version';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Read } from './reading';
import { isRead, judged, unread } from './reading';
import { TEKTON } from '../words/names';
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

/** What was read of Tekton. */
export interface TektonSeen {
  readonly namespace: string;
  readonly info: Read<ConfigMap | undefined>;
  readonly crd: Read<Manifest | undefined>;
  readonly flags: Read<ConfigMap | undefined>;
  /** The Deployment or, where it is one, the StatefulSet. */
  readonly controller: Read<Manifest | undefined>;
}

export function checkTekton(wanted: Wanted, seen: TektonSeen): readonly Finding[] {
  const installed = versionOf(seen);
  const flagsOf = judged('tekton', `ConfigMap ${seen.namespace}/${TEKTON.flags}`, seen.flags, (map) =>
    checkFlags(wanted, map?.data ?? {}, seen.namespace),
  );
  return [
    ...(installed === undefined
      ? unknownVersion(wanted, seen)
      : checkVersion(wanted, installed, isRead(seen.flags) ? seen.flags.value?.data : undefined)),
    ...flagsOf,
    ...checkController(seen),
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

/** Neither place was read, or neither says it. */
function unknownVersion({ cluster }: Wanted, { namespace, info, crd }: TektonSeen): readonly Finding[] {
  const refused = isRead(info) ? (isRead(crd) ? undefined : crd) : info;
  if (refused !== undefined) return [unread('tekton', `version of ${SUBJECT}`, refused)];
  return [
    found(
      'warning',
      SUBJECT,
      `its version is not known: neither ConfigMap ${namespace}/${INFO} nor label ${RELEASE} of CustomResourceDefinition ${TEKTON.tasks} says it`,
      applyTekton(cluster),
    ),
  ];
}

function checkVersion(
  { objects, cluster }: Wanted,
  { version, place }: Installed,
  flags: Readonly<Record<string, string>> | undefined,
): readonly Finding[] {
  const plain = version.startsWith('v') ? version.slice(1) : version;
  const subject = `${SUBJECT} ${plain}`;
  const [major, minor] = plain.split('.').map(Number);
  if (!Number.isInteger(major) || !Number.isInteger(minor))
    return [found('warning', subject, `is no version that can be compared; ${place} says so`)];
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
  const said = tektonVersionOf(cluster);
  if (said === undefined || !isOlder(plain, said)) return missing;
  return [
    ...missing,
    found(
      'error',
      subject,
      `is older than ${said}, which the file of cluster ${cluster.name} says and synth relies on (${place} tells the version)`,
      `${applyTekton(cluster)}\nor say tektonVersion: "${major}.${minor}" in the cluster's file`,
    ),
  ];
}

const checkController = ({ namespace, controller }: TektonSeen): readonly Finding[] => {
  const subject = `${TEKTON.controller} in ${namespace}`;
  return judged('tekton', subject, controller, (live) => {
    if (live === undefined)
      return [
        found(
          'warning',
          subject,
          'there is no Deployment or StatefulSet of this name: whether Tekton runs is not known',
        ),
      ];
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
};
