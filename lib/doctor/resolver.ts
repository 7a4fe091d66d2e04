import { at, describe, list } from '../kube/manifest';
import type { Manifest } from '../kube/manifest';
import { isPipeline } from '../tekton/admission/view';
import { isElsewhere } from '../tekton/spec/task-place';
import type { PipelineSpec } from '../tekton/spec/wire';
import { TASKS_NAMESPACE, TEKTON } from '../words/names';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Read } from './reading';
import { judged } from './reading';
import type { Wanted } from './wanted';
import { applyTekton } from './wanted';

/**
 * The cluster resolver of Tekton, by which Pipelines find the Tasks that teams share.
 * https://tekton.dev/docs/pipelines/cluster-resolver/
 */

const found = findings('tekton');

/** Names that every release of Tekton has had. */
export const RESOLVER = {
  controller: 'tekton-pipelines-remote-resolvers',
  flags: 'resolvers-feature-flags',
  config: 'cluster-resolver-config',
} as const;
const FLAG = 'enable-cluster-resolver';

interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>;
}

/** What was read of the resolvers. */
export interface ResolverSeen {
  readonly namespace: string;
  readonly controller: Read<Manifest | undefined>;
  readonly flags: Read<ConfigMap | undefined>;
  readonly config: Read<ConfigMap | undefined>;
}

/** The release has a namespace for the resolvers; the operator has them beside the controller. */
export const resolverNamespaces = (tekton: string): readonly string[] => [...new Set([TEKTON.resolvers, tekton])];

/** The first Pipeline that names a Task of another namespace. */
export const resolving = ({ objects }: Pick<Wanted, 'objects'>): Manifest | undefined =>
  objects.filter(isPipeline).find(({ spec }) => {
    const { tasks, finally: last } = spec as PipelineSpec;
    return [...list(tasks), ...list(last)].some(({ taskRef }) => taskRef !== undefined && isElsewhere(taskRef));
  });

export function checkResolver(
  wanted: Wanted,
  { namespace, controller, flags, config }: ResolverSeen,
): readonly Finding[] {
  const user = resolving(wanted);
  if (user === undefined) return [];
  const why = `so no run of ${describe(user)} begins`;
  const place = (name: string): string => `${name} in ${namespace}`;
  const or = "or say tasks: per-team in the cluster's file";
  return [
    ...judged('tekton', place(RESOLVER.controller), controller, (live) => {
      if (live === undefined)
        return [
          found(
            'error',
            place(RESOLVER.controller),
            `there is no Deployment of this name, ${why}`,
            `${applyTekton(wanted.cluster)}\n${or}`,
          ),
        ];
      return Number(at(live, 'status', 'readyReplicas') ?? 0) > 0
        ? []
        : [
            found(
              'error',
              place(RESOLVER.controller),
              `has no pod that is ready, ${why}`,
              `kubectl get pods --namespace=${namespace}`,
            ),
          ];
    }),
    ...judged('tekton', place(RESOLVER.flags), flags, (map) =>
      (map?.data?.[FLAG] ?? 'true') === 'true'
        ? []
        : [
            found(
              'error',
              `flag ${FLAG}: "${map?.data?.[FLAG]}"`,
              `the cluster resolver is off, ${why}`,
              `${patch(namespace, RESOLVER.flags, { [FLAG]: 'true' })}\n${or}`,
            ),
          ],
    ),
    ...judged('tekton', place(RESOLVER.config), config, (map) => namespacesAllowed(map?.data ?? {}, namespace, why)),
  ];
}

/** As the resolver reads them: what is blocked by name stays blocked, and `*` blocks what is not allowed by name. */
function namespacesAllowed(data: Readonly<Record<string, string>>, namespace: string, why: string): readonly Finding[] {
  const of = (key: string): readonly string[] => (data[key] ?? '').split(',').flatMap((one) => one.trim() || []);
  const [allowed, blocked] = [of('allowed-namespaces'), of('blocked-namespaces')];
  const subject = `${RESOLVER.config} in ${namespace}`;
  const allow = patch(namespace, RESOLVER.config, {
    'allowed-namespaces': [...new Set([...allowed, TASKS_NAMESPACE])].join(','),
  });
  if (blocked.includes(TASKS_NAMESPACE))
    return [
      found(
        'error',
        subject,
        `blocked-namespaces names ${TASKS_NAMESPACE}, ${why}`,
        `kubectl edit configmap ${RESOLVER.config} --namespace ${namespace}`,
      ),
    ];
  if (allowed.includes(TASKS_NAMESPACE)) return [];
  if (allowed.length > 0 || blocked.includes('*'))
    return [found('error', subject, `does not allow namespace ${TASKS_NAMESPACE}, ${why}`, allow)];
  return [found('note', subject, `runs may take Tasks of every namespace: only ${TASKS_NAMESPACE} is needed`, allow)];
}

const patch = (namespace: string, name: string, data: Readonly<Record<string, string>>): string =>
  `kubectl patch configmap ${name} --namespace ${namespace} --patch '${JSON.stringify({ data })}'`;
