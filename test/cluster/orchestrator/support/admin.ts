import type { RequestOptions } from 'node:https';
import type { Credentials } from '../../../../lib/kube/transport';
import { kubectl } from '../../kubectl';

interface Config {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority-data'?: string } },
  ];
  readonly users: readonly [
    {
      readonly user: {
        readonly token?: string;
        readonly 'client-certificate-data'?: string;
        readonly 'client-key-data'?: string;
      };
    },
  ];
}

const decoded = (base64: string | undefined): string | undefined => base64 && Buffer.from(base64, 'base64').toString();

/** Those of a kubeconfig, without client-node: jest loads no ES modules. @default - KUBECONFIG */
export function adminOf(kubeconfig?: string): Credentials {
  const config = JSON.parse(
    kubectl([
      'config',
      'view',
      '--raw',
      '--flatten',
      '--minify',
      '--output=json',
      ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ]),
  ) as Config;
  const [{ cluster }] = config.clusters;
  const [{ user }] = config.users;
  return {
    getCurrentCluster: () => ({ server: cluster.server }),
    async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
      options.ca = decoded(cluster['certificate-authority-data']);
      options.cert = decoded(user['client-certificate-data']);
      options.key = decoded(user['client-key-data']);
      if (user.token !== undefined) options.headers = { ...options.headers, authorization: `Bearer ${user.token}` };
    },
  };
}
