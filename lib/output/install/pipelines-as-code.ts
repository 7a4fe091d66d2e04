import type { Construct } from 'constructs';
import type { ClusterFile } from '../../fleet/cluster';
import type { PipelinesAsCode } from '../../fleet/tekton-operator';
import { externalSecret } from '../team/external-secret';
import { tlsIngress } from '../team/ingress';
import { OPERATOR_WAVES, inWave } from './waves';

/** What Pipelines-as-Code needs beside the operator. https://pipelinesascode.com/docs/install/github_apps/ */

/** The Secret of the GitHub App, by the name that Pipelines-as-Code looks for. */
export const APP_SECRET = 'pipelines-as-code-secret';
/** Properties of its entry in a store, by the keys of the Secret: a store may read a dot as a path. */
export const APP_PROPERTIES = {
  'github-application-id': 'github-application-id',
  'github-private-key': 'github-private-key',
  'webhook.secret': 'webhook-secret',
} as const;
const CONTROLLER = { service: 'pipelines-as-code-controller', port: 8080 } as const;

/** Renders the ExternalSecret of the GitHub App, where a store has it. */
export function appSecret(scope: Construct, namespace: string, { githubApp: { store } }: PipelinesAsCode): void {
  if (store === undefined) return;
  externalSecret(
    scope,
    { name: APP_SECRET, namespace, ...inWave(OPERATOR_WAVES.catalog) },
    { store, entry: `${store.path ?? namespace}/${APP_SECRET}`, type: 'Opaque', properties: APP_PROPERTIES },
  );
}

/** Renders where GitHub reaches Pipelines-as-Code, `pipelines-as-code.<domain>`; on OpenShift the operator makes a Route. */
export function pipelinesAsCodeIngress(
  scope: Construct,
  namespace: string,
  { domain, className }: NonNullable<ClusterFile['ingress']>,
): void {
  tlsIngress(
    scope,
    { name: CONTROLLER.service, namespace, ...inWave(OPERATOR_WAVES.access) },
    {
      host: `pipelines-as-code.${domain}`,
      className,
      path: '/',
      service: { name: CONTROLLER.service, port: { number: CONTROLLER.port } },
    },
  );
}
