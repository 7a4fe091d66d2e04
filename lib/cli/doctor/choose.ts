import type { Cluster } from '../../fleet/cluster';
import type { Fleet, Team } from '../../fleet/model';
import { teamsOn } from '../../doctor/wanted';
import { pick } from '../pick';
import { UsageError } from '../usage-error';

/** Which cluster of a fleet, and which of its teams, a person means. */

/**
 * @param name as it is typed
 * @param known what the configuration of kubectl calls the cluster
 */
export function chooseCluster({ clusters }: Fleet, name: string | undefined, known: readonly string[]): Cluster {
  if (name !== undefined) return pick('cluster', clusters, name);
  const named = clusters.find((cluster) => known.includes(cluster.name));
  const [only, ...others] = clusters;
  if (named !== undefined) return named;
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError(
    `say which cluster of the fleet this is, with --cluster: none is called ${[...new Set(known)].join(' or ')} (there are: ${clusters.map((cluster) => cluster.name).join(', ')})`,
  );
}

/** All teams of a cluster, or the one that is named. */
export function chooseTeams(fleet: Fleet, cluster: Cluster, name: string | undefined): readonly Team[] {
  const teams = teamsOn(fleet, cluster.name);
  return name === undefined ? teams : [pick('team', teams, name, `cluster '${cluster.name}'`)];
}
