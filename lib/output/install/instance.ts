import { objectsOfPart } from '../../fleet/release-parts';
import type { TektonInstance } from '../../fleet/tekton-instances';
import type { Manifest } from '../../kube/manifest';
import { at, list } from '../../kube/manifest';
import { LABELS } from '../../words/labels';
import { TEKTON, controllerOf, instanceAdmission, instanceNamespace } from '../../words/names';
import { instanceBinding } from '../team/instance-binding';
import { admitting } from './admission';
import { controllerRoles, webhookRole } from './instance-access';
import { configured, dataOf, specOf, withContainer } from './tekton';

/**
 * One of several Tektons of a cluster: the programs of a release in a namespace of their own, a controller for each namespace
 * that it runs (the program watches one, or all), and a webhook that is asked about these namespaces alone.
 * https://github.com/tektoncd/pipeline/blob/main/docs/developers/multi-tenant-support.md
 */
export function instanceObjects(instance: TektonInstance): readonly Manifest[] {
  const objects = objectsOfPart(instance.manifest.objects, 'instance');
  const own = configured({ ...instance, manifest: { ...instance.manifest, objects } });
  return [
    ...own.filter(({ kind }) => !isClusterAccess(kind)).flatMap((object) => place(object, instance)),
    ...controllerRoles(own, instance.name),
    ...webhookRole(own, instance.name),
    ...instance.listed.map((namespace) => bindingIn(instance.name, namespace)),
  ];
}

const isClusterAccess = (kind: string): boolean => kind === 'ClusterRole' || kind === 'ClusterRoleBinding';

function bindingIn(instance: string, namespace: string): Manifest {
  const { name, body } = instanceBinding(instance);
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name, namespace }, ...body };
}

/** An object of the release where the instance has it; the controller and its leader election once for each namespace. */
function place(object: Manifest, instance: TektonInstance): readonly Manifest[] {
  const { name, namespaces } = instance;
  const here = moved(object, instanceNamespace(name));
  const { kind, metadata } = object;
  if (kind.endsWith('WebhookConfiguration')) return [admitting(here, name, namespaces)];
  if (kind === 'RoleBinding')
    return [{ ...here, subjects: list(here.subjects as []).map((one) => subject(one, name)) }];
  if (kind === 'Role' && metadata.name === TEKTON.controller) return [readsElections(here, namespaces)];
  if (kind === 'ConfigMap' && metadata.name === TEKTON.leaderElection)
    return namespaces.map((namespace) => election(here, namespace));
  if (kind !== 'Deployment') return [here];
  return metadata.name === TEKTON.controller
    ? namespaces.map((namespace) => controller(here, namespace))
    : [{ ...here, spec: withEnv(here, WEBHOOK, { WEBHOOK_ADMISSION_CONTROLLER_NAME: instanceAdmission(name) }) }];
}

/** The container of the webhook's Deployment. */
const WEBHOOK = 'webhook';

const moved = (object: Manifest, namespace: string): Manifest => ({
  ...object,
  metadata: {
    ...object.metadata,
    ...(object.kind === 'Namespace' ? { name: namespace } : object.metadata.namespace && { namespace }),
  },
});

const subject = (one: Readonly<Record<string, unknown>>, instance: string): object =>
  one.namespace === TEKTON.namespace ? { ...one, namespace: instanceNamespace(instance) } : one;

const withEnv = (object: Manifest, container: string, values: Readonly<Record<string, string>>): object =>
  withContainer(specOf(object), container, (one) => ({
    ...one,
    env: [
      ...list(one.env as readonly { readonly name: string }[]).filter(({ name }) => !(name in values)),
      ...Object.entries(values).map(([name, value]) => ({ name, value })),
    ],
  }));

const electionOf = (namespace: string): string => `${TEKTON.leaderElection}-${namespace}`;

/** The controller that watches one namespace; the Service of the release finds those of all. */
function controller(object: Manifest, namespace: string): Manifest {
  const label = { [LABELS.watches]: namespace };
  const spec = withEnv(object, TEKTON.controller, { CONFIG_LEADERELECTION_NAME: electionOf(namespace) });
  const watching = withContainer(spec as Readonly<Record<string, unknown>>, TEKTON.controller, (one) => ({
    ...one,
    args: [...list(one.args as readonly string[]), `-namespace=${namespace}`],
  }));
  const { template, selector } = watching as {
    readonly template: { readonly metadata?: Manifest['metadata'] };
    readonly selector: { readonly matchLabels: object };
  };
  const { metadata } = object;
  return {
    ...object,
    metadata: { ...metadata, name: controllerOf(namespace), labels: { ...metadata.labels, ...label } },
    spec: {
      ...watching,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...label } },
      template: {
        ...template,
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...label } },
      },
    },
  };
}

/** What the controller divides: its Leases are called so by themselves, whichever namespace it watches. */
const RECONCILERS = ['taskrun', 'pipelinerun', 'resolutionrequest'];

/**
 * Leases are in the namespace of the programs, and their names do not say which namespace is watched. With the same ones, of
 * two controllers only that which holds them would work. Knative names them as this says.
 * https://github.com/knative/pkg/blob/main/leaderelection/config.go
 */
function election(map: Manifest, namespace: string): Manifest {
  const data = Object.fromEntries(Object.entries(dataOf(map)).filter(([key]) => key !== '_example'));
  const leases = RECONCILERS.map((reconciler) => [
    `map-lease-prefix.${TEKTON.controller}.github.com.tektoncd.pipeline.pkg.reconciler.${reconciler}.Reconciler`,
    `${namespace}.${reconciler}`,
  ]);
  return {
    ...map,
    metadata: { ...map.metadata, name: electionOf(namespace) },
    data: { ...data, ...Object.fromEntries(leases) },
  };
}

/** The Role of the release names the ConfigMaps that the controller may get. */
const readsElections = (role: Manifest, namespaces: readonly string[]): Manifest => ({
  ...role,
  rules: list(role.rules as readonly object[]).map((rule) => {
    const names = list(at(rule, 'resourceNames') as readonly string[]);
    return names.includes(TEKTON.leaderElection)
      ? {
          ...rule,
          resourceNames: [...names.filter((name) => name !== TEKTON.leaderElection), ...namespaces.map(electionOf)],
        }
      : rule;
  }),
});
