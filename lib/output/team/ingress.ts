import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS } from '../../words/labels';
import type { Team } from '../../fleet/model';
import type { Placed } from '../../kube/object';
import { object } from '../../kube/object';
import { ORCHESTRATOR } from './orchestrator-service';

/** The only thing that is called from outside; the API is for the cluster. */
const WEBHOOKS = '/webhook/';

type IngressDomain = NonNullable<Team['ingress']>;

/** Renders the Ingress of a team's own orchestrator, `<team>.<domain>`, where the cluster says what domain that is. */
export function ingress(
  scope: Construct,
  { name, namespace, ingress: settings, orchestrator: { enabled, mode } }: Team,
): void {
  if (settings !== undefined && enabled && mode === 'team') webhookIngress(scope, settings, namespace, name);
}

/**
 * Renders the Ingress of an orchestrator, `<name>.<domain>`. Its certificate is the controller's default.
 * https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export function webhookIngress(
  scope: Construct,
  { domain, className }: IngressDomain,
  namespace: string,
  name: string,
): void {
  tlsIngress(
    scope,
    { name: ORCHESTRATOR, namespace, annotations: { [ANNOTATIONS.syncWave]: '4' } },
    { host: `${name}.${domain}`, className, path: WEBHOOKS, service: { name: ORCHESTRATOR, port: { name: 'http' } } },
  );
}

interface Exposed {
  readonly host: string;
  /** Undefined: the cluster's. */
  readonly className?: string;
  readonly path: string;
  readonly service: k8s.IngressServiceBackend;
}

/** Renders an Ingress that leads one path of a host to a Service. */
export function tlsIngress(scope: Construct, metadata: Placed, { host, className, path, service }: Exposed): void {
  object(scope, k8s.KubeIngress, metadata, {
    spec: {
      ingressClassName: className,
      tls: [{ hosts: [host] }],
      rules: [{ host, http: { paths: [{ path, pathType: 'Prefix', backend: { service } }] } }],
    },
  });
}
