import { InputError } from '../words/problem';
import type { Problem } from '../words/problem';
import type { KubeClient } from './client';
import { createClient } from './client';

/** Finds the cluster that a process is to talk to. */

/** The context that client-node makes up, for http://localhost:8080, where it finds no configuration. */
const MADE_UP = 'loaded-context';
const EXPECTED = 'KUBECONFIG or ~/.kube/config to name a cluster; in a pod, a service account whose token is mounted';

/** A client, and the names that the configuration has for its cluster: of the context, and of the cluster itself. */
export interface Connection {
  readonly client: KubeClient;
  readonly names: readonly string[];
}

/**
 * Creates a client of the cluster that KUBECONFIG or ~/.kube/config names, or in a pod of the pod's own cluster.
 * client-node reads the configuration; it is the heaviest package here, so it is loaded only now, and only that part.
 * @throws InputError with the remedy if no cluster is named or its configuration cannot be used
 */
export async function connectByName(): Promise<Connection> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw unusable({ message: `cannot be read: ${(error as Error).message.split('\n')[0]}`, expected: EXPECTED });
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null || config.getCurrentContext() === MADE_UP)
    throw unusable({ message: 'there is no cluster to talk to', expected: EXPECTED });
  if (!URL.canParse(cluster.server))
    throw unusable({
      path: cluster.name,
      message: 'has no address',
      found: cluster.server,
      expected: 'server: https://…',
    });
  if (cluster.server.startsWith('http:') && !cluster.skipTLSVerify)
    throw unusable({
      path: cluster.name,
      message: 'is reached without encryption',
      found: cluster.server,
      expected: 'https, or insecure-skip-tls-verify: true beside the address',
    });
  return { client: createClient(config), names: [config.getCurrentContext(), cluster.name] };
}

/** The same for who needs no names. */
export const connect = async (): Promise<KubeClient> => (await connectByName()).client;

const unusable = (problem: Omit<Problem, 'file' | 'severity'>): InputError =>
  new InputError([{ file: 'KUBECONFIG', severity: 'error', ...problem }]);
