import type { ClusterFile } from '../cluster';
import { isDeployOnly } from '../cluster';
import type { Document } from '../document';
import type { FleetReading, TeamReading } from '../reading';
import { list } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/** Clusters of role `deploy`: what their files say that nothing there would do, and teams that would run no pipelines. */
export const checkDeployOnly = ({ clusters, teams }: Pick<FleetReading, 'clusters' | 'teams'>): Problem[] => [
  ...clusters.flatMap(({ document, value }) => (document && value ? ofCluster(document, value) : [])),
  ...teams.flatMap(ofTeam),
];

/** Keys that install or serve something for runs. */
const FOR_PIPELINES = [
  ['orchestrator'],
  ['ingress'],
  ['webhookRouter'],
  ['tektonVersion'],
  ['tekton'],
  ['results'],
  ['chains'],
  ['observability'],
  ['history'],
  ['kcp'],
  ['queue'],
  ['tasks'],
] as const;

/** Keys by which runs go that are elsewhere. */
const OF_RUNS = [
  ['pushRegistry'],
  ['insecureRegistry'],
  ['runs'],
  ['storage'],
  ['proxy'],
  ['caBundle'],
  ['podTemplate'],
  ['emulation'],
  ['seccompDefault'],
  ['seccompProfile'],
  ['userNamespaces'],
] as const;

function ofCluster(document: Document, file: ClusterFile): Problem[] {
  const isSaid = (path: readonly string[]): boolean => document.get(path) !== undefined;
  if (!isDeployOnly(file))
    return isSaid(['sessions'])
      ? [
          document.keyError(
            ['sessions'],
            'is for clusters of role deploy: where pipelines run, interceptBackend of each team says it. Leave it out, or say role: deploy',
          ),
        ]
      : [];
  return [
    ...FOR_PIPELINES.filter(isSaid).map((path) =>
      document.keyError(
        path,
        `is for pipelines, and none run on a cluster of role deploy: ${INSTEAD[path[0]] ?? 'leave it out'}, or say role: pipelines`,
      ),
    ),
    ...OF_RUNS.filter(isSaid).map((path) =>
      document.warning(path, 'not used: no pipelines run on a cluster of role deploy'),
    ),
  ];
}

const INSTEAD: Partial<Record<(typeof FOR_PIPELINES)[number][0], string>> = {
  ingress: 'webhooks go to a cluster with an orchestrator, so leave it out',
  webhookRouter: 'webhooks go to a cluster with an orchestrator, so leave it out',
};

function ofTeam({ team, elsewhere, document }: TeamReading): Problem[] {
  const here = [team, ...elsewhere];
  const without = here.filter((each) => each.isDeployOnly).map(({ cluster }) => cluster);
  if (without.length === 0) return [];
  const deploy = ['environment', 'deploy'];
  return [
    ...(team.isDeployOnly ? [releasesNowhere(document, team.cluster, without.length === here.length)] : []),
    ...(team.environment.deploy === 'gitops'
      ? []
      : [
          document.error(
            deploy,
            `nothing would deploy the apps on ${list(without, 'and')}: ${without.length > 1 ? 'these clusters have' : 'this cluster has'} role deploy, so no run of the team is there`,
            { found: team.environment.deploy, expected: 'gitops: Argo CD deploys what is promoted in Git' },
          ),
        ]),
  ];
}

const releasesNowhere = (document: Document, cluster: string, isEverywhere: boolean): Problem =>
  document.error(
    ['cluster'],
    isEverywhere
      ? 'the pipelines of the team would run nowhere: each of its clusters has role deploy'
      : 'releases are made on the first cluster of a team, and this one has role deploy',
    {
      found: cluster,
      expected: 'a cluster that runs pipelines; name this one in clusters, and promote releases to it',
    },
  );
