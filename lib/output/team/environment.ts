import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS, LABELS } from '../../words/labels';
import type { App, Team } from '../../fleet/model';
import type { DisruptionBudget, Ingress } from '../../fleet/serving';
import type { Site } from '../../fleet/site';
import { ipFamilyPolicy } from '../../fleet/site';
import { stableService } from '../../words/names';
import type { ServiceTarget } from '../backends/backend';
import { backendOf } from '../backends/backends';
import { stableObjects } from '../backends/own';
import type { Images } from '../tasks/shared/images';
import type { EnvironmentApp } from './environment-apps';
import { environmentApps, isIntercepted } from './environment-apps';
import { object } from '../../kube/object';
import type { FleetCode } from './extension';
import type { Manifest } from '../../kube/manifest';
import { tlsIngress } from './ingress';

const annotations = { [ANNOTATIONS.syncWave]: '4' };

/**
 * Renders what stands in each namespace of a team's apps: Service `<app>` and, where something chooses between stable
 * and preview, `<app>-stable`; the router or the routes.
 */
export function environment(scope: Construct, team: Team, images: Images, fleet?: FleetCode): void {
  const code = fleet?.backends?.[team.interceptBackend];
  for (const namespace of team.environments) {
    const apps = environmentApps(team, namespace);
    for (const entry of apps) {
      appObjects(scope, team, namespace, entry);
      if (code && isIntercepted(entry)) ownObjects(scope, stableObjects(code, team, namespace, entry.app), entry.app);
    }
    backendOf(team).ofEnvironment?.(scope, team, namespace, apps, images);
  }
}

function appObjects(scope: Construct, team: Team, namespace: string, entry: EnvironmentApp): void {
  const { app } = entry;
  const stablePods = {
    selector: { [LABELS.app]: app.name, [LABELS.track]: 'stable' },
    targetPort: k8s.IntOrString.fromNumber(app.containerPort),
  };
  const ofApp = isIntercepted(entry) ? backendOf(team).ofApp : undefined;
  const place = { namespace, site: team.site };
  service(scope, place, app, app.name, ofApp?.service?.(team, app) ?? stablePods);
  if (ofApp) service(scope, place, app, stableService(app.name), stablePods);
  ofApp?.render?.(scope, team, namespace, app);

  if (app.autoscaling !== undefined) autoscaler(scope, namespace, app, app.autoscaling);
  if (app.disruptionBudget !== undefined) disruptionBudget(scope, namespace, app, app.disruptionBudget);
  if (app.ingress !== undefined) appIngress(scope, team, namespace, app, app.ingress);
}

/** What a backend of fleet.ts makes of an app. */
function ownObjects(scope: Construct, objects: readonly Manifest[], { name }: App): void {
  for (const object of objects)
    new ApiObject(scope, `backend-${object.kind}-${object.metadata.namespace}-${object.metadata.name}`, {
      ...object,
      metadata: {
        ...object.metadata,
        labels: { ...object.metadata.labels, [LABELS.app]: name },
        annotations: { ...object.metadata.annotations, ...annotations },
      } as Record<string, unknown>,
    });
}

/** Where the objects of an app stand. */
interface Place {
  readonly namespace: string;
  readonly site: Site;
}

/** What a mesh or gateway may take the port for. */
const APP_PROTOCOLS = { http: 'http', grpc: 'kubernetes.io/h2c', tcp: 'tcp' } as const;

/** https://kubernetes.io/docs/concepts/services-networking/service/ */
function service(scope: Construct, { namespace, site }: Place, app: App, name: string, to: ServiceTarget): void {
  const spec: k8s.ServiceSpec =
    'externalName' in to
      ? { type: 'ExternalName', externalName: to.externalName }
      : {
          type: 'ClusterIP',
          ipFamilyPolicy: ipFamilyPolicy(site),
          selector: { ...to.selector },
          ports: [
            {
              name: app.protocol,
              port: app.servicePort,
              targetPort: to.targetPort,
              protocol: 'TCP',
              appProtocol: APP_PROTOCOLS[app.protocol],
            },
          ],
        };
  object(scope, k8s.KubeService, { name, namespace, labels: { [LABELS.app]: app.name }, annotations }, { spec });
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
