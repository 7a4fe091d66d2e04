import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { HttpRoute, HttpRouteSpecRulesMatchesPathType as PathType } from '../../../imports/gateway.networking.k8s.io';
import { ANNOTATIONS, LABELS } from '../../words/labels';
import type { App, Team } from '../../fleet/model';
import type { DisruptionBudget, Ingress } from '../../fleet/serving';
import type { Site } from '../../fleet/site';
import { ipFamilyPolicy } from '../../fleet/site';
import { routerPort, stableService } from '../../words/names';
import type { Images } from '../tasks/shared/images';
import type { EnvironmentApp } from './environment-apps';
import { environmentApps, isIntercepted } from './environment-apps';
import { object } from '../../kube/object';
import { tlsIngress } from './ingress';
import { ROUTER_SELECTOR, router } from './router';

const annotations = { [ANNOTATIONS.syncWave]: '4' };

/**
 * Renders what stands in each namespace of a team's apps: Service `<app>` and, where something chooses between stable
 * and preview, `<app>-stable`; the router or the routes.
 */
export function environment(scope: Construct, team: Team, images: Images): void {
  for (const namespace of team.environments) {
    const apps = environmentApps(team, namespace);
    for (const entry of apps) appObjects(scope, team, namespace, entry);
    if (team.interceptBackend === 'router' && apps.some(isIntercepted))
      router(scope, { namespace, site: team.site }, apps, images('haproxy'));
  }
}

function appObjects(scope: Construct, team: Team, namespace: string, entry: EnvironmentApp): void {
  const { app } = entry;
  const intercepted = isIntercepted(entry);
  const stablePods = {
    selector: { [LABELS.app]: app.name, [LABELS.track]: 'stable' },
    targetPort: k8s.IntOrString.fromNumber(app.containerPort),
  };
  const routed = { selector: { ...ROUTER_SELECTOR }, targetPort: k8s.IntOrString.fromString(routerPort(app.name)) };
  const gateway = intercepted && team.interceptBackend === 'gateway' ? team.gateway : undefined;
  const place = { namespace, site: team.site };
  if (gateway) gatewayService(scope, namespace, app, gateway.address);
  else service(scope, place, app, app.name, intercepted && team.interceptBackend === 'router' ? routed : stablePods);
  if (intercepted && (team.interceptBackend === 'router' || team.interceptBackend === 'gateway'))
    service(scope, place, app, stableService(app.name), stablePods);
  if (intercepted && team.interceptBackend === 'gateway') stableRoute(scope, place, app, gateway);

  if (app.autoscaling !== undefined) autoscaler(scope, namespace, app, app.autoscaling);
  if (app.disruptionBudget !== undefined) disruptionBudget(scope, namespace, app, app.disruptionBudget);
  if (app.ingress !== undefined) appIngress(scope, team, namespace, app, app.ingress);
}

/** Where the objects of an app stand. */
interface Place {
  readonly namespace: string;
  readonly site: Site;
}

/** What a mesh or gateway may take the port for. */
const APP_PROTOCOLS = { http: 'http', grpc: 'kubernetes.io/h2c', tcp: 'tcp' } as const;

/** https://kubernetes.io/docs/concepts/services-networking/service/ */
function service(
  scope: Construct,
  { namespace, site }: Place,
  app: App,
  name: string,
  to: { selector: Record<string, string>; targetPort: k8s.IntOrString },
): void {
  object(
    scope,
    k8s.KubeService,
    { name, namespace, labels: { [LABELS.app]: app.name }, annotations },
    {
      spec: {
        type: 'ClusterIP',
        ipFamilyPolicy: ipFamilyPolicy(site),
        selector: to.selector,
        ports: [
          {
            name: app.protocol,
            port: app.servicePort,
            targetPort: to.targetPort,
            protocol: 'TCP',
            appProtocol: APP_PROTOCOLS[app.protocol],
          },
        ],
      },
    },
  );
}

/** The app's name leads to the gateway, which tells by it whose request it is. https://kubernetes.io/docs/concepts/services-networking/service/#externalname */
function gatewayService(scope: Construct, namespace: string, app: App, address: string): void {
  object(
    scope,
    k8s.KubeService,
    { name: app.name, namespace, labels: { [LABELS.app]: app.name }, annotations },
    { spec: { type: 'ExternalName', externalName: address } },
  );
}

/**
 * Once a route is there, a request that no rule matches gets 404: so this one, which matches all and loses to any route
 * with a header. Routes of previews have the same parent and hosts: the gateway, by every name that callers may use, or
 * for a mesh the Service. Defaults of the CRD are said, or Argo CD sees a difference for ever.
 * https://gateway-api.sigs.k8s.io/api-types/httproute/ ; https://gateway-api.sigs.k8s.io/mesh/
 */
function stableRoute(scope: Construct, { namespace, site }: Place, app: App, gateway: Team['gateway']): void {
  const attached = gateway
    ? {
        parentRefs: [
          { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway.name, namespace: gateway.namespace },
        ],
        hostnames: ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.${site.domain}`].map(
          (domain) => app.name + domain,
        ),
      }
    : { parentRefs: [{ group: '', kind: 'Service', name: app.name, port: app.servicePort }] };
  object(
    scope,
    HttpRoute,
    { name: app.name, namespace, labels: { [LABELS.app]: app.name }, annotations },
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

/**
 * It finds the Deployment by name: until the first release there is none, and it waits.
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 */
function autoscaler(
  scope: Construct,
  namespace: string,
  { name }: App,
  { min, max, cpu }: NonNullable<App['autoscaling']>,
): void {
  object(
    scope,
    k8s.KubeHorizontalPodAutoscalerV2,
    { name, namespace, labels: { [LABELS.app]: name }, annotations },
    {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: min,
        maxReplicas: max,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } } },
        ],
      },
    },
  );
}

/** Of the stable pods: one of a preview may go at any time. https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
function disruptionBudget(scope: Construct, namespace: string, { name }: App, budget: DisruptionBudget): void {
  const amount = (given: number | string): k8s.IntOrString =>
    typeof given === 'number' ? k8s.IntOrString.fromNumber(given) : k8s.IntOrString.fromString(given);
  object(
    scope,
    k8s.KubePodDisruptionBudget,
    { name, namespace, labels: { [LABELS.app]: name }, annotations },
    {
      spec: {
        ...('minAvailable' in budget
          ? { minAvailable: amount(budget.minAvailable) }
          : { maxUnavailable: amount(budget.maxUnavailable) }),
        selector: { matchLabels: { [LABELS.app]: name, [LABELS.track]: 'stable' } },
      },
    },
  );
}

/** It leads to the Service by which others call the app, so that requests of a session go where all others of it go. */
const appIngress = (
  scope: Construct,
  team: Team,
  namespace: string,
  { name, protocol }: App,
  { host, path, className = team.ingress?.className }: Ingress,
): void =>
  tlsIngress(
    scope,
    { name, namespace, labels: { [LABELS.app]: name }, annotations },
    { host, className, paths: [path], service: { name, port: { name: protocol } } },
  );
