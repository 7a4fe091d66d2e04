import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS } from '../../words/labels';
import type { Team } from '../../fleet/model';
import { orchestratorHost } from '../../fleet/orchestrator-host';
import type { Placed } from '../../kube/object';
import { object } from '../../kube/object';
import { ORCHESTRATOR } from './orchestrator-service';

/** The only thing that is called from outside, unless people sign in; the API is for the cluster. */
const WEBHOOKS = '/webhook/';
/** What a browser asks for: the page, the way to a session, and what the page asks by it. */
const PAGE = ['/api/', '/auth/', '/ui/'];

/** Renders the Ingress of a team's own orchestrator, where the cluster says a domain. */
export function ingress(scope: Construct, team: Team): void {
  const host = orchestratorHost(team);
  if (host !== undefined && team.orchestrator.mode === 'team')
    webhookIngress(scope, {
      ...{ name: ORCHESTRATOR, namespace: team.namespace, host, className: team.ingress?.className },
      hasPage: team.orchestrator.signIn !== undefined,
    });
}

/** The Ingress of whatever takes webhooks, and the Service of the same name. */
export interface WebhookIngress {
  readonly name: string;
  readonly namespace: string;
  readonly host: string;
  /** @default - the cluster's */
  readonly className: string | undefined;
  /** Whether people sign in there, in a browser. */
  readonly hasPage: boolean;
}

/**
 * Renders an Ingress. Its certificate is the controller's default.
 * https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export const webhookIngress = (scope: Construct, { name, namespace, host, className, hasPage }: WebhookIngress): void =>
  tlsIngress(
    scope,
    { name, namespace, annotations: { [ANNOTATIONS.syncWave]: '4' } },
    { host, className, paths: [...(hasPage ? PAGE : []), WEBHOOKS], service: { name, port: { name: 'http' } } },
  );

interface Exposed {
  readonly host: string;
  /** Undefined: the cluster's. */
  readonly className?: string;
  readonly paths: readonly string[];
  readonly service: k8s.IngressServiceBackend;
}

/** Renders an Ingress that leads paths of a host to a Service. */
export function tlsIngress(scope: Construct, metadata: Placed, { host, className, paths, service }: Exposed): void {
  object(scope, k8s.KubeIngress, metadata, {
    spec: {
      ingressClassName: className,
      tls: [{ hosts: [host] }],
      rules: [{ host, http: { paths: paths.map((path) => ({ path, pathType: 'Prefix', backend: { service } })) } }],
    },
  });
}
