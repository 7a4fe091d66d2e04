import type { Cluster } from '../../lib/fleet/cluster';
import { clusterSchema, orchestratorOf } from '../../lib/fleet/cluster';
import type { Team } from '../../lib/fleet/model';
import { siteOf } from '../../lib/fleet/site';
import type { TeamProps } from '../../lib/fleet/team';
import type { Finding } from '../../lib/doctor/finding';
import type { Read } from '../../lib/doctor/reading';
import type { Wanted } from '../../lib/doctor/wanted';
import { wantedOf } from '../../lib/doctor/wanted';
import { team } from '../output/team/model';

/** Team `shop` in namespace `ci-shop` on cluster `kind-local`, and what it needs there. */
export function wanted(props: Partial<TeamProps> = {}, file: object = {}): Wanted {
  const settings = clusterSchema.parse({ name: 'kind-local', ...file });
  const made: Team = { ...team(props), site: siteOf(settings), ingress: settings.ingress };
  const cluster: Cluster = {
    name: 'kind-local',
    settings,
    ...(made.orchestrator.mode === 'shared' && { orchestrator: orchestratorOf('kind-local', settings) }),
  };
  return wantedOf({ teams: [made], elsewhere: [], clusters: [cluster] }, { teams: new Map() }, cluster, [made]);
}

export const read = <T>(value: T): Read<T> => ({ value });
export const refused: Read<never> = { needs: 'get on things', said: 'you may not' };
/** Findings as short lines. */
export const told = (findings: readonly Finding[]): string[] =>
  findings.map(({ severity, subject, message }) => `${severity} ${subject} ${message}`);
