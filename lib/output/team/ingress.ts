import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS } from '../../words/labels';
import type { Team } from '../../fleet/model';
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
  const host = `${name}.${domain}`;
  object(
    scope,
    k8s.KubeIngress,
    { name: ORCHESTRATOR, namespace, annotations: { [ANNOTATIONS.syncWave]: '4' } },
    {
      spec: {
        ingressClassName: className,
        tls: [{ hosts: [host] }],
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path: WEBHOOKS,
                  pathType: 'Prefix',
                  backend: { service: { name: ORCHESTRATOR, port: { name: 'http' } } },
                },
              ],
            },
          },
        ],
      },
    },
  );
}
