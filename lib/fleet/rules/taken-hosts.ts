import { routerHost } from '../cluster';
import { hasOwnOrchestrator } from '../model';
import type { Team } from '../model';
import { orchestratorHost } from '../orchestrator-host';
import type { FleetReading, TeamReading } from '../reading';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/**
 * Hosts of apps, against those that synth itself gives out on the same cluster, and those of other teams: an app there would get their
 * webhooks, sessions and passwords.
 */
export const checkTakenHosts = (reading: Pick<FleetReading, 'teams' | 'clusters'>): Problem[] => [
  ...ofPlatform(reading),
  ...ofOtherTeams(reading),
  ...sharedByNobody(reading),
];

function ofPlatform({ teams, clusters }: Pick<FleetReading, 'teams' | 'clusters'>): Problem[] {
  const taken = new Map([...teams.flatMap(ofTeam), ...clusters.flatMap(ofCluster)]);
  return teams.flatMap((reading) =>
    hostsOfApps(reading).flatMap(({ host, cluster, document, path }) => {
      const what = taken.get(keyOf(cluster, host));
      return what === undefined
        ? []
        : [
            document.error(path, `is the host of ${what}: no app may have it, on any path`, {
              found: show(host),
              expected: `a host that nothing else on cluster ${cluster} has`,
            }),
          ];
    }),
  );
}

/** A host belongs to the first team that has it, unless the cluster says that teams share it. */
function ofOtherTeams({ teams, clusters }: Pick<FleetReading, 'teams' | 'clusters'>): Problem[] {
  const shared = new Set(
    clusters.flatMap(({ value }) => value?.ingress?.sharedHosts?.map((host) => keyOf(value.name, host)) ?? []),
  );
  const owners = new Map<string, { readonly team: string; readonly at: string }>();
  return teams.flatMap((reading) =>
    hostsOfApps(reading).flatMap(({ host, cluster, document, path }) => {
      const [key, { name: team }] = [keyOf(cluster, host), reading.team];
      const owner = owners.get(key) ?? { team, at: document.at(path) };
      owners.set(key, owner);
      return owner.team === team || shared.has(key)
        ? []
        : [
            document.error(
              path,
              `is the host of team ${owner.team}, at ${owner.at}: no other team may have a path of it`,
              {
                found: show(host),
                expected: `a host of the team's own; or ingress: { sharedHosts: ['${host}'] } in the file of cluster ${cluster}`,
              },
            ),
          ];
    }),
  );
}

function sharedByNobody({ teams, clusters }: Pick<FleetReading, 'teams' | 'clusters'>): Problem[] {
  const claims = teams.flatMap((reading) =>
    hostsOfApps(reading).map(({ host, cluster }) => ({ key: keyOf(cluster, host), team: reading.team.name })),
  );
  return clusters.flatMap(({ document, value }) =>
    (value?.ingress?.sharedHosts ?? []).flatMap((host, index) => {
      const owners = claims.filter(({ key }) => key === keyOf(value!.name, host)).map(({ team }) => team);
      return document === undefined || new Set(owners).size > 1
        ? []
        : [
            document.warning(['ingress', 'sharedHosts', index], 'not used: apps of two teams would have paths of it', {
              found: show(host),
            }),
          ];
    }),
  );
}

/** What has a host of a cluster. */
type Taken = readonly [key: string, what: string];

const keyOf = (cluster: string, host: string): string => `${host} ${cluster}`;

const ofTeam = ({ team, elsewhere }: TeamReading): readonly Taken[] => [team, ...elsewhere].flatMap(ofOrchestrator);

function ofOrchestrator(team: Team): readonly Taken[] {
  const name = hasOwnOrchestrator(team) ? `the orchestrator of team ${team.name}` : 'the shared orchestrator';
  const page = hasOwnOrchestrator(team) ? hostOfPage(team.orchestrator.signIn) : undefined;
  return placed(team.cluster, [
    [orchestratorHost(team), name],
    [page, `the page of ${name} (signIn.url)`],
  ]);
}

const ofCluster = ({ value }: FleetReading['clusters'][number]): readonly Taken[] =>
  value === undefined
    ? []
    : placed(value.name, [
        [hostOfPage(value.orchestrator?.signIn), 'the page of the shared orchestrator (signIn.url)'],
        [routerHost(value), 'the webhook router'],
      ]);

const placed = (cluster: string, hosts: readonly (readonly [string | undefined, string])[]): readonly Taken[] =>
  hosts.flatMap(([host, what]) => (host === undefined ? [] : [[keyOf(cluster, host), what] as const]));

/** The provider leads browsers back there; a dot at its end makes no other name of it. */
const hostOfPage = (signIn: { readonly url?: string } | undefined): string | undefined =>
  signIn?.url === undefined ? undefined : new URL(signIn.url).hostname.replace(/\.$/, '');

const hostsOfApps = ({ team, elsewhere, stacks }: TeamReading) =>
  [team, ...elsewhere].flatMap(({ cluster, stacks: there }) =>
    there.flatMap(({ apps }, at) =>
      apps.flatMap(({ ingress }, index) => {
        const document = stacks[at]?.document;
        return ingress === undefined || document === undefined
          ? []
          : [{ host: ingress.host, cluster, document, path: ['apps', index, 'ingress', 'hosts', cluster] }];
      }),
    ),
  );
