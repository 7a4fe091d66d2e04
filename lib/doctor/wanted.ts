import type { Cluster } from '../fleet/cluster';
import type { Fleet, Team } from '../fleet/model';
import { isServedByCluster } from '../fleet/model';
import { releaseAddress } from '../fleet/tekton-release';
import type { Manifest } from '../kube/manifest';
import type { ExistingObject } from '../output/checks/inventory';
import { clusterParts } from '../output/cluster/cluster-parts';
import { taskParts } from '../output/cluster/task-parts';
import { installParts } from '../output/install/install-parts';
import type { ObjectsPart } from '../output/layout';
import { folderOf, inRepository, pathOf } from '../output/layout';
import type { RequiredSecret } from '../output/secrets/required-secret';
import { ownSecrets } from '../output/secrets/secrets-of';
import type { Extensions } from '../output/team/extension';
import { extensionOf } from '../output/team/extension';
import { teamParts } from '../output/team/team-parts';

/** What a fleet needs of one cluster: all of it is derived from what synth makes. */
export interface Wanted {
  readonly cluster: Cluster;
  /** As they are on this cluster. */
  readonly teams: readonly Team[];
  /** How a person applies what synth has written for a team. */
  readonly apply: ReadonlyMap<Team, string>;
  readonly objects: readonly Manifest[];
  /** Secrets that fleet.ts names. */
  readonly ownSecrets: readonly RequiredSecret[];
  /** What the objects rely on and somebody else makes. */
  readonly existing: readonly ExistingObject[];
  /** By the name of each namespace that synth makes for what is installed: how a person applies it. */
  readonly namespaces: ReadonlyMap<string, string>;
}

/** The teams that a cluster has. */
export const teamsOn = ({ teams, elsewhere }: Fleet, cluster: string): readonly Team[] =>
  [...teams, ...elsewhere].filter((team) => team.cluster === cluster);

/** @param teams those of the cluster that are looked at */
export function wantedOf(fleet: Fleet, extensions: Extensions, cluster: Cluster, teams: readonly Team[]): Wanted {
  const there = teams.some(isServedByCluster) ? cluster : { ...cluster, orchestrator: undefined };
  const installed = installParts([cluster], teams);
  const ofTeams = teams.flatMap((team) => teamParts(team, extensionOf(extensions, team.name)));
  const parts: readonly ObjectsPart[] = [
    ...clusterParts({ clusters: [there], teams: fleet.teams }),
    ...installed,
    ...taskParts(teams, ofTeams),
    ...ofTeams,
  ];
  return {
    cluster: there,
    teams,
    apply: new Map(teams.map((team) => [team, applyTeam(team, fleet.teams.includes(team))])),
    ownSecrets: teams.flatMap((team) => ownSecrets(team, extensions.fleet?.secrets)),
    // what a release holds is looked at by what it does
    objects: parts.filter(({ isForeign }) => isForeign !== true).flatMap(({ objects }) => objects),
    existing: parts.flatMap(({ existing }) => existing),
    // the first file that holds one is the first that is applied
    namespaces: new Map(installed.flatMap(namespacesMade).reverse()),
  };
}

const namespacesMade = (part: ObjectsPart): readonly (readonly [name: string, remedy: string])[] =>
  part.objects.flatMap(({ kind, metadata }) =>
    kind === 'Namespace' ? [[metadata.name, applied(pathOf(part))] as const] : [],
  );

/** How a person applies what synth has written for a team: on another than its first cluster it has a folder of its own where it differs. */
function applyTeam({ name: team, cluster }: Team, isHome: boolean): string {
  const [home, apart] = [folderOf('team', { team }), folderOf('teamApart', { team, cluster })].map(inRepository);
  return isHome
    ? `kubectl apply --server-side -f ${home}`
    : `kubectl apply --server-side -f ${apart}, or ${home} where there is no such folder`;
}

/** How a person makes the orchestrator that a cluster's teams share, and the router. */
export const applyOrchestrator = ({ name }: Cluster): string => applied(folderOf('cluster', { cluster: name }));

/** How a person installs the Tekton that a cluster is to have. */
export const applyTekton = ({ name, tekton, instances }: Cluster): string =>
  tekton === undefined && instances === undefined
    ? `kubectl apply --server-side --filename ${releaseAddress()}`
    : applied(folderOf('install', { cluster: name }));

const applied = (path: string): string => `kubectl apply --server-side -f ${inRepository(path)}`;
