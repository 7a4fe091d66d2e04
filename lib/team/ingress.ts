import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS } from '../contract/labels';
import type { Team } from '../contract/model';
import { accountName } from '../contract/names';
import { object } from '../kube/object';

/** The only thing that is called from outside; the API is for the cluster. */
const WEBHOOKS = '/webhook/';

/**
 * Renders the Ingress of a team's own orchestrator, `<team>.<domain>`, where the cluster says what domain that is. Its
 * certificate is the controller's default.
 * https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export function ingress(scope: Construct, { name: team, namespace, ingress: taken, orchestrator }: Team): void {
  if (taken === undefined || !orchestrator.enabled || orchestrator.mode === 'shared') return;
  const host = `${team}.${taken.domain}`;
  const name = accountName('orchestrator');
  object(scope, k8s.KubeIngress, { name, namespace, annotations: { [ANNOTATIONS.syncWave]: '4' } }, {
    spec: {
      ingressClassName: taken.className,
      tls: [{ hosts: [host] }],
      rules: [{ host, http: { paths: [{ path: WEBHOOKS, pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }] } }],
    },
  });
}
