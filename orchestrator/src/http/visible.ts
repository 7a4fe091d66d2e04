import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Configuration, ConfigurationSource, TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { Creator } from '../requests/create';
import type { RunHistory } from '../history/run-history';
import { checkAsked } from './check-asked';
import { told } from './told-history';
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

/** A run is of a namespace: another team may have given one of its own the same name. */
export const ofNamespace = z.object({
  namespace: z
    .string()
    .min(1)
    .max(255)
    .meta({ description: 'of the run; needed where several namespaces that the caller may see have one of this name' })
    .optional(),
});

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
  const { teams } = configurationOf(deps);
  const visible = await teamsOf(caller, teams.values(), ['list']);
  if (teams.size > 0 && visible.length === 0)
    throw new HttpProblem('forbidden', 'you may list the runrequests of no team');
  return visible;
}

/** The teams of which a caller may do one of these. */
export async function teamsOf(
  { may }: Pick<Caller, 'may'>,
  teams: Iterable<TeamConfig>,
  verbs: readonly Verb[],
): Promise<readonly TeamConfig[]> {
  const asked = [...teams].map(async (team) => {
    for (const verb of verbs) if (await may(verb, team.namespace)) return [team];
    return [];
  });
  return (await Promise.all(asked)).flat();
}

/**
 * The request that the path names, for a caller who may do this to it. What he may neither see nor change is as if it were not
 * there, whoever has it.
 * @throws HttpProblem: not_found, ambiguous, forbidden, invalid_request, history_unavailable, overloaded
 */
export async function namedRequest(
  deps: VisibleDeps,
  request: FastifyRequest<ByName>,
  verb: Verb,
): Promise<{ readonly found: RunRequest; readonly caller: Caller }> {
  const caller = await deps.authenticate(request);
  checkSynced(deps);
  const asked = [...configurationOf(deps).teams.values()].filter(isAsked(request));
  const namespaces = (await teamsOf(caller, asked, ['list', verb])).map(({ namespace }) => namespace);
  const found = await only(deps, namespaces, request.params.name);
  const { namespace = '' } = found.metadata;
  if (!(await caller.may(verb, namespace))) throw forbidden(verb, namespace);
  return { found, caller };
}

/** Which teams a query means; all of them where it says nothing. @throws HttpProblem[invalid_request] */
function isAsked({ query }: FastifyRequest<ByName>): (team: TeamConfig) => boolean {
  const asked = checkAsked(ofNamespace, query);
  return ({ namespace }) => asked.namespace === undefined || asked.namespace === namespace;
}

/** The newest run of a name. @throws HttpProblem[ambiguous] where several namespaces have one */
async function only({ history }: VisibleDeps, namespaces: readonly string[], name: string): Promise<RunRequest> {
  const newest = new Map<string, RunRequest>();
  if (namespaces.length > 0)
    for await (const run of told(history.named(namespaces, name))) {
      const { namespace = '' } = run.metadata;
      if (!newest.has(namespace)) newest.set(namespace, run);
      // where one namespace alone is meant, whoever has found the run there need not ask the archive
      if (namespaces.length === 1) break;
    }
  const [first, ...others] = newest.values();
  if (first === undefined) throw new HttpProblem('not_found', 'there is no such run');
  if (others.length > 0)
    throw new HttpProblem(
      'ambiguous',
      `say which one: ${[...newest.keys()].map((one) => `?namespace=${one}`).join(', ')}`,
    );
  return first;
}
