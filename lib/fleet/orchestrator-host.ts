import { SHARED_NAMESPACE, clusterPart } from '../words/names';
import type { Team } from './model';

/** Where orchestrators take webhooks, on clusters that say a domain for that. */

/** The one that the teams of a cluster share. */
export const sharedHost = (domain: string): string => `${SHARED_NAMESPACE}.${domain}`;

/** The one that serves a team; undefined: it has none, or its cluster says no domain. */
export function orchestratorHost({
  name,
  ingress,
  orchestrator: { enabled, mode },
}: Pick<Team, 'name' | 'ingress' | 'orchestrator'>): string | undefined {
  if (!enabled || ingress === undefined) return undefined;
  return mode === 'shared' ? sharedHost(ingress.domain) : `${name}.${ingress.domain}`;
}

/** An orchestrator that can be reached, and whom it serves. */
export interface ReachedOrchestrator {
  /** `<cluster>` of the one that teams share, `<cluster>/<team>` of a team's own. */
  readonly name: string;
  readonly host: string;
  readonly teams: readonly Team[];
}

/** Sorted by name. @param teams each on the cluster that it names first: releases start there, and are promoted to the others */
export function reachedOrchestrators(teams: readonly Team[]): readonly ReachedOrchestrator[] {
  const found = new Map<string, ReachedOrchestrator>();
  for (const team of teams) {
    const host = orchestratorHost(team);
    if (host === undefined) continue;
    // a cluster may have a slash in its name, which then would look like that of a team
    const cluster = team.cluster.includes('/') ? clusterPart(team.cluster) : team.cluster;
    const name = team.orchestrator.mode === 'shared' ? cluster : `${cluster}/${team.name}`;
    found.set(name, { name, host, teams: [...(found.get(name)?.teams ?? []), team] });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
