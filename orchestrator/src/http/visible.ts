import type { FastifyRequest } from 'fastify';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Configuration, ConfigurationSource, TeamConfig } from '../../../lib/runs/configuration/configuration';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import type { Creator } from '../requests/create';
import type { FinishedRuns } from '../requests/finished-runs';
import type { Authenticate, Caller, Verb } from './auth';
import { HttpProblem } from './problem';

/** What a caller may see of teams and runs, as far as the cluster lets him. */
export interface VisibleDeps {
  readonly configuration: Pick<ConfigurationSource, 'current'>;
  readonly authenticate: Authenticate;
  readonly creator: Creator;
  /** The runs that are over, which may outlive their requests. */
  readonly finished: FinishedRuns;
  /** Whether the requests of all teams have been listed once. */
  readonly synced: () => boolean;
}

export interface ByName {
  Params: { name: string };
}

export const forbidden = (verb: Verb, namespace: string): HttpProblem =>
  new HttpProblem('forbidden', `you may not ${verb} runrequests in namespace ${namespace}`);

/** The configuration that is in force. @throws HttpProblem[config_unavailable] */
export function configurationOf({ configuration }: Pick<VisibleDeps, 'configuration'>): Configuration {
  if (configuration.current === undefined) throw new HttpProblem('config_unavailable');
  return configuration.current;
}

/** @throws HttpProblem[not_synced] as long as the cluster's requests have not been read */
export function checkSynced({ synced }: Pick<VisibleDeps, 'synced'>): void {
  if (!synced()) throw new HttpProblem('not_synced');
}

/** The teams whose requests the caller may see. @throws HttpProblem[forbidden] if there is none */
export async function visibleTeams(
  deps: Pick<VisibleDeps, 'configuration' | 'authenticate'>,
  request: FastifyRequest,
): Promise<readonly TeamConfig[]> {
  const caller = await deps.authenticate(request);
  const teams = [...configurationOf(deps).teams.values()];
  const allowed = await Promise.all(teams.map(({ namespace }) => caller.may('list', namespace)));
  if (teams.length > 0 && !allowed.includes(true))
    throw new HttpProblem('forbidden', 'you may list the runrequests of no team');
  return teams.filter((_, index) => allowed[index]);
}

/** The request that the path names, for a caller who may do this to it. @throws HttpProblem: not_found, forbidden */
export async function namedRequest(
  deps: VisibleDeps,
  request: FastifyRequest<ByName>,
  verb: Verb,
): Promise<{ readonly found: RunRequest; readonly caller: Caller }> {
  const caller = await deps.authenticate(request);
  checkSynced(deps);
  const { name } = request.params;
  const all = [...deps.creator.known.allNamed(name), ...(await finishedRuns(deps, name))];
  const [first, ...others] = all.filter((one) => !isCancelMarker(one));
  if (first === undefined) throw new HttpProblem('not_found', 'there is no such run');
  // another team may have given one of its own the same name
  for (const found of [first, ...others])
    if (await caller.may(verb, found.metadata.namespace ?? '')) return { found, caller };
  throw forbidden(verb, first.metadata.namespace ?? '');
}

/** The finished runs of this name, in whichever namespaces of teams. */
async function finishedRuns(deps: VisibleDeps, name: string): Promise<readonly RunRequest[]> {
  const namespaces = [...configurationOf(deps).teams.values()].map(({ namespace }) => namespace);
  const found = await Promise.all(namespaces.map((namespace) => deps.finished.get(namespace, name)));
  return found.filter((run) => run !== undefined);
}
