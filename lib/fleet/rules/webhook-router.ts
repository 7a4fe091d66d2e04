import type { Document } from '../document';
import type { Team } from '../model';
import type { ReachedOrchestrator } from '../orchestrator-host';
import { orchestratorHost, reachedOrchestrators } from '../orchestrator-host';
import type { WebhookRouter } from '../webhook-router';
import { addressOfMember, hostOfMember } from '../webhook-router';
import { list } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/**
 * Checks what a cluster file says of its router.
 * @param host of the router; undefined: there is no Ingress, and somebody else leads deliveries there
 */
export function checkRouter(
  document: Document,
  { members }: WebhookRouter,
  host: string | undefined,
  teams: readonly Team[],
): readonly Problem[] {
  const reached = reachedOrchestrators(teams);
  const taken = reached.find((one) => one.host === host);
  const names = [...reached, ...members].map(({ name }) => name);
  return [
    ...(names.length === 0
      ? [
          document.keyError(
            ['webhookRouter'],
            'has no members: no team has an orchestrator on a cluster with ingress.domain, and members lists none',
          ),
        ]
      : []),
    ...(taken
      ? [
          document.error(['webhookRouter', 'host'], `is the address of orchestrator ${taken.name}: name another`, {
            found: taken.host,
          }),
        ]
      : []),
    ...members.flatMap(({ name, url }, index) => [
      ...(names.indexOf(name) === reached.length + index
        ? []
        : [
            document.error(['webhookRouter', 'members', index, 'name'], 'is the name of another member', {
              found: name,
            }),
          ]),
      ...(host !== undefined && hostOfMember({ url }) === host
        ? [
            document.error(['webhookRouter', 'members', index, 'url'], 'is the address of the router itself', {
              found: url,
              expected: 'the address of another, or no such member',
            }),
          ]
        : asAnother(document, members, index, reached)),
    ]),
    ...(members.length === 0 ? unreached(document, teams) : []),
  ];
}

/** Two members that are one would get each delivery twice. */
function asAnother(
  document: Document,
  members: WebhookRouter['members'],
  index: number,
  reached: readonly ReachedOrchestrator[],
): readonly Problem[] {
  const { url } = members[index]!;
  const path = ['webhookRouter', 'members', index, 'url'];
  const orchestrator = reached.find(({ host }) => host === hostOfMember({ url }));
  if (orchestrator)
    return [
      document.error(path, `is orchestrator ${orchestrator.name} of the fleet, which is a member by itself`, {
        found: url,
        expected: 'the address of another, or no such member',
      }),
    ];
  const first = members.findIndex((member) => addressOfMember(member) === addressOfMember({ url }));
  return first < index
    ? [document.error(path, `is the address of member ${members[first]!.name}, too`, { found: url })]
    : [];
}

/** Orchestrators that the router cannot reach, told once for each cluster; who lists members knows of them. */
function unreached(document: Document, teams: readonly Team[]): readonly Problem[] {
  const without = teams.filter((team) => team.orchestrator.enabled && orchestratorHost(team) === undefined);
  const clusters = [...new Set(without.map(({ cluster }) => cluster))].sort();
  if (clusters.length === 0) return [];
  return [
    document.warning(
      ['webhookRouter'],
      `sends nothing to the orchestrators on ${list(clusters, 'and')}, which have no address: say ingress.domain in the cluster's file, or list them in members`,
    ),
  ];
}
