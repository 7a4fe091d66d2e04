import { program } from '../program';
import { during } from '../terminal';
import { kubectl, retryUnreachable } from './kubectl';
import type { Registry } from './local-cluster';
import { CLUSTER, KIND, KUBECONFIG } from './settings';

/** The nodes of the cluster, which are containers of Docker. */

/** Creates the cluster or starts its nodes again, teaches the nodes where the registry is, and waits until they are ready. */
export async function startNodes({ local, name, port }: Registry): Promise<void> {
  const exists = (await program('kind', ['get', 'clusters'])).split('\n').includes(CLUSTER);
  if (!exists) {
    const config = {
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      name: CLUSTER,
      nodes: [{ role: 'control-plane', image: KIND.image }],
    };
    await during(
      'start Kubernetes',
      program(
        'kind',
        ['create', 'cluster', '--config', '-', '--kubeconfig', KUBECONFIG, '--wait', '180s'],
        JSON.stringify(config),
      ),
    );
  }
  await program('kind', ['export', 'kubeconfig', '--name', CLUSTER, '--kubeconfig', KUBECONFIG]);
  for (const node of (await program('kind', ['get', 'nodes', '--name', CLUSTER]))
    .split('\n')
    .filter((line) => line !== '')) {
    // a restart of this machine may have stopped it
    await program('docker', ['start', node]);
    // to a node, localhost is the node itself
    const hosts = `[host."http://${name}:${port}"]\n`;
    await program(
      'docker',
      [
        'exec',
        '--interactive',
        node,
        'sh',
        '-c',
        'mkdir -p "$1" && cat >"$1/hosts.toml"',
        'sh',
        `/etc/containerd/certs.d/${local}`,
      ],
      hosts,
    );
  }
  await during(
    'wait for Kubernetes',
    retryUnreachable(() => kubectl('wait', 'nodes', '--all', '--for=condition=Ready', '--timeout=180s')),
  );
}

/** Deletes the cluster; nothing happens if there is none. */
export const deleteNodes = (): Promise<string> =>
  during('delete the cluster', program('kind', ['delete', 'cluster', '--name', CLUSTER, '--kubeconfig', KUBECONFIG]));
