import type { Manifest } from '../../kube/manifest';
import { list } from '../../kube/manifest';
import { TEKTON, instanceAdmission, instanceNamespace } from '../../words/names';

/**
 * Which webhook of several Tektons is asked about what. By the name of the namespace, which the API server itself sets as a
 * label and nobody can change: a label of ours could be taken off by whoever may edit the namespace.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-namespaceselector
 */

const NAME = 'kubernetes.io/metadata.name';
/** The webhook puts this first where it is not there; so it is, and Git and cluster agree. */
const NOT_EXCLUDED = { key: 'webhooks.knative.dev/exclude', operator: 'DoesNotExist' };

/** It checks ConfigMaps of Tekton, not objects of teams. */
const isOfSettings = ({ metadata: { name } }: Manifest): boolean => name.startsWith('config.');

/** A configuration of a release as an instance has it: with names of its own, and asked about its namespaces alone. */
export const admitting = (configuration: Manifest, instance: string, namespaces: readonly string[]): Manifest => {
  const named = renamed(configuration, instanceAdmission(instance), instanceNamespace(instance));
  return isOfSettings(configuration)
    ? selecting(named, [{ key: NAME, operator: 'In', values: [instanceNamespace(instance)] }])
    : selecting(named, [NOT_EXCLUDED, { key: NAME, operator: 'In', values: [...namespaces] }]);
};

/**
 * The same of the shared webhook. It admits what is in no instance's namespace: nobody runs that, but it is stored, and what is
 * stored has to be sound for whoever runs it later.
 */
export const admittingOthers = (configuration: Manifest, namespaces: readonly string[]): Manifest =>
  isOfSettings(configuration)
    ? selecting(configuration, [{ key: NAME, operator: 'In', values: [TEKTON.namespace, TEKTON.resolvers] }])
    : selecting(configuration, [NOT_EXCLUDED, { key: NAME, operator: 'NotIn', values: [...namespaces] }]);

interface Webhook {
  readonly name: string;
  readonly clientConfig?: { readonly service?: object };
}

const webhooksOf = ({ webhooks }: Manifest): readonly Webhook[] => list(webhooks as readonly Webhook[]);

const selecting = (configuration: Manifest, matchExpressions: readonly object[]): Manifest => ({
  ...configuration,
  webhooks: webhooksOf(configuration).map((webhook) => ({ ...webhook, namespaceSelector: { matchExpressions } })),
});

/** A webhook finds its configuration by one name, which both have. */
function renamed(configuration: Manifest, admission: string, namespace: string): Manifest {
  const rename = (name: string): string => name.replace(TEKTON.admission, admission);
  return {
    ...configuration,
    metadata: { ...configuration.metadata, name: rename(configuration.metadata.name) },
    webhooks: webhooksOf(configuration).map(({ name, clientConfig, ...webhook }) => ({
      ...webhook,
      name: rename(name),
      clientConfig: { ...clientConfig, service: { ...clientConfig?.service, namespace } },
    })),
  };
}
