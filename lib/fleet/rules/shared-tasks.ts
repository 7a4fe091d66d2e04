import { TASKS_NAMESPACE } from '../../words/names';
import type { Problem } from '../../words/problem';
import type { ClusterFile } from '../cluster';
import type { Document } from '../document';
import type { FleetReading, TeamReading } from '../reading';
import { instancesSaid } from '../tekton-instances';

/** Clusters whose teams share Tasks: whoever writes where these are runs code as the accounts of each team. */
export const checkSharedTasks = ({ clusters, teams }: Pick<FleetReading, 'clusters' | 'teams'>): Problem[] => [
  ...clusters.flatMap(({ document, value }) =>
    document && value?.tasks === 'shared' ? ofCluster(document, value) : [],
  ),
  ...teams.flatMap(ofTeam),
];

const ofCluster = (document: Document, file: ClusterFile): Problem[] => [
  ...(instancesSaid(file) === undefined
    ? []
    : [notShared(document, 'each Tekton of a cluster that has several reads its own namespaces alone')]),
  ...(file.kcp === undefined ? [] : [notShared(document, 'a workspace of kcp has the Tasks of its own team alone')]),
];

const notShared = (document: Document, why: string): Problem =>
  document.error(['tasks'], why, { found: 'shared', expected: 'per-team' });

const ofTeam = ({ team, elsewhere, document }: TeamReading): Problem[] =>
  [team, ...elsewhere].some(({ sharesTasks }) => sharesTasks) &&
  [team.namespace, ...team.environments].includes(TASKS_NAMESPACE)
    ? [
        document.error(
          [team.namespace === TASKS_NAMESPACE ? 'namespace' : 'environment'],
          'is where the cluster holds the Tasks that its teams share: whoever writes there runs code as each team',
          { found: TASKS_NAMESPACE, expected: 'another namespace' },
        ),
      ]
    : [];
