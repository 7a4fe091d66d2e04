import type { Cluster, ClusterFile } from './cluster';
import { orchestratorOf } from './cluster';
import type { Team } from './model';
import { isServedByCluster } from './model';
import type { Installs } from './installs';
import { withTeams } from './tekton-instances';

/** Each cluster that has a file or a team; its orchestrator is there where a team is served by it. */
export function clustersOf(
  teams: readonly Team[],
  files: ReadonlyMap<string, ClusterFile>,
  installs: ReadonlyMap<string, Installs>,
): readonly Cluster[] {
  const served = new Set(teams.filter(isServedByCluster).map(({ cluster }) => cluster));
  return [...new Set([...files.keys(), ...teams.map(({ cluster }) => cluster)])].sort().map((name) => {
    const settings = files.get(name);
    const { instances, ...rest } = installs.get(name) ?? {};
    return {
      name,
      settings,
      ...rest,
      instances:
        instances &&
        withTeams(
          instances,
          teams.filter(({ cluster }) => cluster === name),
        ),
      orchestrator: served.has(name) ? orchestratorOf(name, settings) : undefined,
    };
  });
}
