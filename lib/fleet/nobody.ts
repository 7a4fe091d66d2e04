import { TASKS_NAMESPACE, clusterFilesOf } from '../words/names';
import type { ClusterFile } from './cluster';
import type { Document } from './document';
import { loadTeam } from './formats';
import type { Team } from './model';
import type { TeamProps, TeamSettings } from './team';
import type { Tables } from './tables';

/**
 * The team of nobody, for which the Tasks are made that the teams of a cluster share. It says nothing that it need not say, so all of
 * it is what the cluster's file says, else a default. What its Tasks are is not changed by any team that comes or goes.
 */

const propsOn = ({ name, imageRegistry = 'registry.invalid' }: ClusterFile): TeamProps => ({
  name: 'nobody',
  namespace: TASKS_NAMESPACE,
  cluster: name,
  imageRegistry,
  // the schema wants one, and there is no file of this name
  stacks: ['none'],
});

/** Those of the clusters whose teams share Tasks. @param assemble puts a team together */
export const nobodiesOf = (
  clusters: ReadonlyMap<string, ClusterFile>,
  tables: Tables,
  assemble: (document: Document, settings: TeamSettings) => Team,
): ReadonlyMap<string, Team> =>
  new Map(
    [...clusters.values()].flatMap((cluster) => {
      if (cluster.tasks !== 'shared') return [];
      const source = { file: clusterFilesOf(cluster.name)[0]!, props: propsOn(cluster) };
      const { document, value } = loadTeam(source, { clusters, tables });
      return document && value ? [[cluster.name, assemble(document, value)] as const] : [];
    }),
  );
