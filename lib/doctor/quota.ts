import { amount } from '../words/scalars';
import type { Finding } from './finding';
import { findings } from './finding';
import type { RunPod } from './pods';
import { largest, shown } from './pods';
import type { Read } from './reading';
import { judged } from './reading';

/** The quotas of a team's namespace let the largest pod of a run in. */

const found = findings('quota');
type Hard = Readonly<Record<string, string>>;

/** What is read of a ResourceQuota. https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
export interface Quota {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly hard?: Hard; readonly scopes?: readonly string[]; readonly scopeSelector?: object };
  readonly status?: { readonly hard?: Hard; readonly used?: Hard };
}

/** By the names that a quota has for it: what one pod takes. */
const taken = ({ requests, limits }: RunPod): Readonly<Record<string, number>> => ({
  cpu: requests.cpu,
  'requests.cpu': requests.cpu,
  memory: requests.memory,
  'requests.memory': requests.memory,
  'limits.cpu': limits.cpu,
  'limits.memory': limits.memory,
  pods: 1,
  'count/pods': 1,
});

export const checkQuota = (
  namespace: string,
  pods: readonly RunPod[],
  read: Read<readonly Quota[]>,
): readonly Finding[] =>
  judged('quota', `ResourceQuota in ${namespace}`, read, (quotas) => {
    const pod = largest(pods.filter((one) => one.namespace === namespace));
    return pod === undefined ? [] : quotas.flatMap((quota) => ofQuota(namespace, pod, quota));
  });

function ofQuota(namespace: string, pod: RunPod, { metadata, spec, status }: Quota): readonly Finding[] {
  const subject = `ResourceQuota ${namespace}/${metadata.name}`;
  if (spec?.scopes !== undefined || spec?.scopeSelector !== undefined)
    return [found('note', subject, 'is for some pods alone; whether those of runs are among them was not looked at')];
  const remedy = `kubectl describe resourcequota ${metadata.name} --namespace=${namespace}; quota of the team or of the cluster's file sets that of synth`;
  const hard = spec?.hard ?? status?.hard ?? {};
  return Object.entries(taken(pod)).flatMap(([resource, needed]): readonly Finding[] => {
    const limit = hard[resource];
    if (limit === undefined) return [];
    const [isLimit, kind] = [resource.startsWith('limits.'), resource.slice('limits.'.length)];
    const unlimited = isLimit ? pod.unlimited[kind as 'cpu' | 'memory'] : [];
    if (unlimited.length > 0)
      return [
        found(
          'error',
          subject,
          `bounds ${resource}, and step ${unlimited[0]} of ${pod.task} names no limit of it`,
          remedy,
        ),
      ];
    const [allowed, used] = [amount(limit), amount(status?.used?.[resource] ?? '0')];
    const said = `${resource} ${limit}`;
    if (needed > allowed)
      return [
        found('error', subject, `allows ${said}, and ${pod.task} alone takes ${shown(resource, needed)}`, remedy),
      ];
    return needed > allowed - used
      ? [
          found(
            'warning',
            subject,
            `allows ${said}, of which ${shown(resource, used)} is taken: ${pod.task} has to wait, because it takes ${shown(resource, needed)}`,
            remedy,
          ),
        ]
      : [];
  });
}
