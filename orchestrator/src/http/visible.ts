import type { FastifyRequest } from 'fastify';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Configuration, ConfigurationSource, TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { Creator } from '../requests/create';
import type { RunHistory } from '../history/run-history';
import { HistoryUnavailable } from '../history/run-history';
import type { Authenticate, Caller, Verb } from './auth';
import { HttpProblem } from './problem';

/** What a caller may see of teams and runs, as far as the cluster lets him. */
export interface VisibleDeps {
  readonly configuration: Pick<ConfigurationSource, 'current'>;
  readonly authenticate: Authenticate;
  readonly creator: Creator;
  /** The runs that there are and were. */
  readonly history: RunHistory;
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

/** The request that the path names, for a caller who may do this to it. @throws HttpProblem: not_found, forbidden, history_unavailable */
export async function namedRequest(
  deps: VisibleDeps,
  request: FastifyRequest<ByName>,
  verb: Verb,
): Promise<{ readonly found: RunRequest; readonly caller: Caller }> {
  const caller = await deps.authenticate(request);
  checkSynced(deps);
  const namespaces = [...configurationOf(deps).teams.values()].map(({ namespace }) => namespace);
  let refused: string | undefined;
  // another team may have given one of its own the same name
  try {
    for await (const found of deps.history.named(namespaces, request.params.name)) {
      const { namespace = '' } = found.metadata;
      if (await caller.may(verb, namespace)) return { found, caller };
      refused ??= namespace;
    }
  } catch (error) {
    if (error instanceof HistoryUnavailable) throw new HttpProblem('history_unavailable');
    throw error;
  }
  if (refused === undefined) throw new HttpProblem('not_found', 'there is no such run');
  throw forbidden(verb, refused);
}
