import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { EventListener, Interceptor } from '../../../imports/triggers.tekton.dev';
import type { Team } from '../../fleet/model';
import type { Kind, Metadata } from '../../kube/emit';
import { object } from '../../kube/object';
import { ANNOTATIONS } from '../../words/labels';
import { orchestratorNamespace } from './access';
import { ORCHESTRATOR } from './orchestrator-service';

/**
 * The entrance for those who must enter through Tekton Triggers. A listener hands every delivery on to the orchestrator, which
 * it asks as an interceptor: the orchestrator checks the signature, decides, creates what follows, and tells the listener to
 * make nothing (orchestrator/src/http/interceptor.ts).
 * https://tekton.dev/docs/triggers/namespacedinterceptors/
 */

/** The CRDs do not say what is in these kinds, so the generated classes would leave all of it out. */
const open = ({ GVK }: Kind<object>): Kind<{ readonly spec: object }> => ({ GVK, manifest: (props) => props });

const LISTENER = 'tekton-dag';
const ACCOUNT = 'tekton-dag-triggers';
/** Labels that Triggers gives the listener's pods, and their port. */
export const LISTENER_SELECTOR = { eventlistener: LISTENER } as const;
export const LISTENER_PORT = 8080;

/** After the orchestrator: a listener answers before it asks, so what it takes too early is lost. */
const at = (team: Team, name: string): Metadata & { namespace: string } => ({
  name,
  namespace: team.namespace,
  annotations: { [ANNOTATIONS.syncWave]: '5' },
});

/** Whether a team has a listener. Without an orchestrator there would be nobody for it to ask. */
export const hasListener = ({ triggers, orchestrator }: Team): boolean => triggers && orchestrator.enabled;

/** Renders the listener's account. It may read what every listener reads, and create nothing but Events. */
export function triggersAccess(scope: Construct, team: Team): void {
  if (!hasListener(team)) return;
  const { namespace } = team;
  const read = ['get', 'list', 'watch'];
  const metadata = { name: ACCOUNT, namespace };
  object(scope, k8s.KubeServiceAccount, metadata, { automountServiceAccountToken: true });
  object(scope, k8s.KubeRole, metadata, {
    rules: [
      {
        apiGroups: ['triggers.tekton.dev'],
        // also those that are not there: a listener does not start before it has listed all of them
        resources: ['eventlisteners', 'triggers', 'triggerbindings', 'triggertemplates', 'interceptors'],
        verbs: read,
      },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    ],
  });
  const subjects = [{ kind: 'ServiceAccount', name: ACCOUNT, namespace }];
  const apiGroup = 'rbac.authorization.k8s.io';
  object(scope, k8s.KubeRoleBinding, metadata, { roleRef: { apiGroup, kind: 'Role', name: ACCOUNT }, subjects });
  const everywhere = { name: `tekton-dag-${team.name}-triggers`, namespace: undefined };
  object(scope, k8s.KubeClusterRole, everywhere, {
    rules: [
      { apiGroups: ['triggers.tekton.dev'], resources: ['clusterinterceptors', 'clustertriggerbindings'], verbs: read },
    ],
  });
  object(scope, k8s.KubeClusterRoleBinding, everywhere, {
    roleRef: { apiGroup, kind: 'ClusterRole', name: everywhere.name },
    subjects,
  });
}

/** Renders the EventListener, and the Interceptor that leads to the orchestrator. */
export function triggers(scope: Construct, team: Team): void {
  if (!hasListener(team)) return;
  object(
    scope,
    open(Interceptor),
    // the webhook of Triggers would put this label in the place of all others
    { ...at(team, ORCHESTRATOR), labels: { 'server/type': 'http' } },
    {
      spec: {
        clientConfig: {
          service: {
            name: ORCHESTRATOR,
            namespace: orchestratorNamespace(team),
            port: 80,
            // that of a cluster takes secrets of this team alone here
            path: team.orchestrator.mode === 'shared' ? `/triggers/${team.name}` : '/triggers',
          },
        },
      },
    },
  );
  object(scope, open(EventListener), at(team, LISTENER), {
    spec: {
      serviceAccountName: ACCOUNT,
      // what is empty here its webhook writes out, and Argo CD would see a difference for ever
      namespaceSelector: {},
      triggerGroups: [group],
      resources: {
        kubernetesResource: {
          serviceType: 'ClusterIP',
          spec: {
            template: {
              metadata: {},
              spec: {
                containers: [
                  { name: '', resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } } },
                ],
              },
            },
          },
        },
      },
    },
  });
}

/**
 * A group of no Triggers: its interceptor is asked first, and always says not to continue. A Trigger by itself would need a
 * TriggerTemplate, and with it an object that is never made.
 */
const group = {
  name: 'orchestrator',
  interceptors: [{ ref: { name: ORCHESTRATOR, kind: 'NamespacedInterceptor' } }],
  triggerSelector: {
    namespaceSelector: {},
    labelSelector: { matchLabels: { 'tekton-dag.io/triggers': 'none' } },
  },
};
