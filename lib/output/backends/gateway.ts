import type { Construct } from 'constructs';
import { HttpRoute, HttpRouteSpecRulesMatchesPathType as PathType } from '../../../imports/gateway.networking.k8s.io';
import type { App, Team } from '../../fleet/model';
import { object } from '../../kube/object';
import { ANNOTATIONS, LABELS } from '../../words/labels';
import { stableService } from '../../words/names';
import type { Backend } from './backend';

/**
 * Needs the Gateway API's CRDs and an implementation: a mesh that takes routes for Services (Istio, Linkerd, Cilium),
 * with callers inside it, or a Gateway to which the apps' names lead (`gateway` of the team). Open source; no privileges
 * of ours. Exact match of the header is all that every implementation has, so baggage alone is not followed.
 * https://gateway-api.sigs.k8s.io/
 */
export const gateway: Backend = {
  how: 'an HTTPRoute sends the requests of the session there',
  script: 'preview/preview-gateway.sh',
  kinds: [{ apiVersion: 'gateway.networking.k8s.io/v1', plural: 'httproutes', isGuarded: true }],
  hasService: true,
  logsRequests: false,
  ofApp: {
    // the Gateway tells by the app's name whose request it is
    service: (team) => team.gateway && { externalName: team.gateway.address },
    render: stableRoute,
  },
};

/**
 * Once a route is there, a request that no rule matches gets 404: so this one, which matches all and loses to any route
 * with a header. Routes of previews have the same parent and hosts: the gateway, by every name that callers may use, or
 * for a mesh the Service. Defaults of the CRD are said, or Argo CD sees a difference for ever.
 * https://gateway-api.sigs.k8s.io/api-types/httproute/ ; https://gateway-api.sigs.k8s.io/mesh/
 */
function stableRoute(scope: Construct, { gateway: given, site }: Team, namespace: string, app: App): void {
  const attached = given
    ? {
        parentRefs: [
          { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: given.name, namespace: given.namespace },
        ],
        hostnames: ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.${site.domain}`].map(
          (domain) => app.name + domain,
        ),
      }
    : { parentRefs: [{ group: '', kind: 'Service', name: app.name, port: app.servicePort }] };
  object(
    scope,
    HttpRoute,
    {
      name: app.name,
      namespace,
      labels: { [LABELS.app]: app.name },
      annotations: { [ANNOTATIONS.syncWave]: '4' },
    },
    {
      spec: {
        ...attached,
        rules: [
          {
            matches: [{ path: { type: PathType.PATH_PREFIX, value: '/' } }],
            backendRefs: [
              { group: '', kind: 'Service', name: stableService(app.name), port: app.servicePort, weight: 1 },
            ],
          },
        ],
      },
    },
  );
}
