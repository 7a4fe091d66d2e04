import type { Construct } from 'constructs';
import type { ClusterFile } from '../../fleet/cluster';
import { tlsIngress } from '../team/ingress';
import { OPERATOR_WAVES, inWave } from './waves';

/** What Pipelines-as-Code needs beside the operator. https://pipelinesascode.com/docs/install/github_apps/ */

const CONTROLLER = { service: 'pipelines-as-code-controller', port: 8080 } as const;

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
      paths: ['/'],
      service: { name: CONTROLLER.service, port: { number: CONTROLLER.port } },
    },
  );
}
