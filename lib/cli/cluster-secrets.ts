import type { Cluster } from '../fleet/cluster';
import type { Fleet } from '../fleet/model';
import { teamsOn } from '../doctor/wanted';
import { clusterSecrets } from '../output/cluster/cluster-secrets';
import { loadFleet, rootOf } from './load';
import { pick } from './pick';
import { secretsAsJson, shownSecret } from './secret-text';
import { EXIT, print } from './terminal';
import type { ExitCode } from './terminal';

/** The options of `cluster secrets`. */
export interface ClusterSecretsOptions {
  readonly cluster?: string;
  readonly root?: string;
  readonly format: 'text' | 'json';
}

/** `cluster secrets`: each Secret that a cluster needs or may have beside those of its teams, and how it comes there. */
export function listClusterSecrets({ cluster, root, format }: ClusterSecretsOptions): ExitCode {
  const { fleet } = loadFleet({ root: rootOf({ root }) });
  const chosen = cluster === undefined ? fleet.clusters : [pick('cluster', fleet.clusters, cluster)];
  print(
    format === 'json'
      ? secretsAsJson(chosen.map((one) => ({ cluster: one.name, secrets: clusterSecrets(one) })))
      : chosen.map((one) => shownCluster(one, fleet)).join('\n\n'),
  );
  return EXIT.done;
}

function shownCluster(cluster: Cluster, fleet: Fleet): string {
  const secrets = clusterSecrets(cluster).map(shownSecret);
  return [
    `cluster ${cluster.name}:`,
    ...(secrets.length > 0 ? secrets : ['it needs none of its own']),
    ...teamsOn(fleet, cluster.name).map(({ name }) => `of team ${name}: npx tekton-dag team secrets ${name}`),
  ].join('\n\n');
}
