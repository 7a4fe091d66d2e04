import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '../../../lib/runs/decisions/answer';
import type { Configuration, ConfigurationSource } from '../../../lib/runs/configuration/configuration';
import { DIALECTS, readDelivery } from '../../../lib/runs/events/delivery';
import type { Dialect, DialectName } from '../../../lib/runs/events/delivery';
import { locate } from '../../../lib/runs/decisions/locate';
import type { Decision, Known } from '../../../lib/runs/decisions/decision';
import type { Notices } from '../report/notices';
import type { Event } from '../../../lib/runs/events/event';
import { PayloadError } from '../../../lib/runs/events/payload';
import type { GitHost } from '../hosts/ask-host';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Creator } from '../requests/create';
import { follow } from '../requests/follow';
import { answerFollowed } from './answer';
import { formOf, parsePayload } from './payload';
import type { Body, Budget } from './body';
import { lengthOf } from './body';
import type { BadSignatures } from './peers';
import { HttpProblem } from './problem';
import type { Secret, Secrets } from './signature';
import { signedBy } from './signature';

/** What deliveries of Git hosts are answered with, at whichever entrance they arrive. */
export interface DeliveryDeps {
  readonly configuration: Pick<ConfigurationSource, 'current'>;
  readonly secrets: Pick<Secrets, 'active'>;
  readonly creator: Creator;
  /** Its host is undefined as long as there is no token to ask with. */
  readonly github?: { readonly host?: GitHost; readonly notices?: Pick<Notices, 'tell'> };
  readonly metrics: Metrics;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What all entrances share: the memory for bodies, and the count of bad signatures. */
export interface Entrance {
  readonly deps: DeliveryDeps;
  readonly budget: Budget;
  readonly badSignatures: BadSignatures;
}

/** A path that may name the one team for which it is. */
export interface TeamPath {
  Params: { team?: string };
}
export type TeamRequest = FastifyRequest<TeamPath>;

/** Header names are in lower case; a header that came more than once is a list, or joined by commas. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A delivery as it arrived at an entrance. Nothing of it is trusted yet. */
export interface RawDelivery {
  readonly dialect: DialectName;
  /** The team that the path names; undefined: any. */
  readonly team: string | undefined;
  readonly headers: Headers;
  /** The bytes that were signed. */
  readonly body: Body;
  /** Address of whoever sent it here. */
  readonly peer: string;
  readonly requestId: string;
}

/** How a delivery is counted, and when it began. */
export interface Measured {
  readonly labels: { event: string; action: string };
  /** As `performance.now()` counts. */
  readonly start: number;
}

/** GitHub gives up after ten seconds. https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries */
const BUDGET_MS = 8_000;
const GUID = /^[0-9A-Za-z-]{8,64}$/;
const EVENT = /^\w{1,64}$/;
/** Events that are known. All others are one in the metrics, because strangers chose their names. */
const COUNTED = Object.values(DIALECTS).flatMap(({ events }) => events.names);

/** Counts a delivery when its answer has been sent, whatever the answer is. */
export function measure(metrics: Metrics, reply: FastifyReply): Measured {
  const start = performance.now();
  const labels = { event: 'none', action: 'none' };
  reply.raw.once('finish', () => {
    metrics.webhookRequests.inc({ ...labels, code: String(reply.statusCode) });
    metrics.webhookAckSeconds.observe((performance.now() - start) / 1000);
  });
  return { labels, start };
}

/**
 * The secrets that are good for a path: those of the team that it names, or those that are good for any team. A secret of
 * one team never speaks for another.
 * @throws HttpProblem[no_secret] if there is none
 */
export function secretsFor(team: string | undefined, { secrets }: Pick<DeliveryDeps, 'secrets'>): readonly Secret[] {
  const active = secrets.active.filter((secret) => secret.team === team);
  if (active.length === 0) throw new HttpProblem('no_secret');
  return active;
}

/**
 * The one way from the bytes of a delivery to its answer: checks the signature, reads the event, decides, and creates what
 * follows. Nothing of the body is looked at before its signature is.
 * @throws HttpProblem if the delivery is refused, or if it is not certain that what follows was created
 */
export async function answerDelivery(
  deps: DeliveryDeps,
  badSignatures: BadSignatures,
  raw: RawDelivery,
  { labels, start }: Measured,
): Promise<Answer> {
  const { metrics, configuration, log } = deps;
  const { headers, body } = raw;
  const dialect = DIALECTS[raw.dialect];
  const form = formOf(headers['content-type'], headers['content-encoding']);
  metrics.webhookBodyBytes.observe(lengthOf(body));
  const secret = signedBy(body, headers[dialect.signature], raw.dialect, secretsFor(raw.team, deps));
  metrics.webhookSignatures.inc({ result: secret === undefined ? 'bad' : 'good', secret: secret?.id ?? '' });
  if (secret === undefined)
    throw new HttpProblem(badSignatures.count(raw.peer) ? 'too_many_bad_signatures' : 'bad_signature');

  const { name, id } = identify(headers, dialect);
  labels.event = COUNTED.includes(name) ? name : 'other';
  try {
    const { event, delivery } = readDelivery({
      dialect: raw.dialect,
      event: name,
      id,
      payload: parsePayload(body, form),
    });
    labels.action = event.kind === 'pull-request' ? event.action : event.kind;
    const current = configuration.current;
    if (current === undefined) throw new HttpProblem('config_unavailable');
    checkSecret(secret, event, current, deps.creator.known);
    const followed = await follow(event, delivery, current, {
      ...deps,
      host: deps.github?.host,
      isByAnyone: () => !speaksForOne(secret, current),
      deadline: start + BUDGET_MS,
    });
    // the answer is an error, which nobody of the pull request sees
    if (followed.decision.unsure !== undefined) tellOf(followed.decision, event, deps);
    const answer = answerFollowed(followed, event, delivery);
    tellOf(followed.decision, event, deps);
    const ms = Math.round(performance.now() - start);
    log.info({ requestId: raw.requestId, delivery: id, event: delivery.name, ...answer.body, ms }, 'delivery answered');
    return answer;
  } catch (error) {
    if (error instanceof PayloadError)
      throw new HttpProblem('invalid_payload', undefined, { problems: error.problems });
    throw error;
  }
}

/** Counts what is out of the ordinary, and tells people where they look. */
function tellOf(
  { ignored, notices = [], renamed }: Decision,
  event: Event,
  { metrics, log, github }: DeliveryDeps,
): void {
  if (ignored === 'stale') metrics.webhookStale.inc();
  if (ignored === 'unmapped_repo') metrics.webhookUnmapped.inc();
  if (renamed !== undefined) {
    metrics.webhookRenamed.inc();
    log.error(renamed);
  }
  if ('repo' in event) github?.notices?.tell(event.repo, notices);
}

/**
 * What is about no repository is every team's.
 * @throws HttpProblem[repo_not_in_team] if a secret does not speak for the repository of an event, as the teams know it
 */
function checkSecret({ id, team, repo }: Secret, event: Event, configuration: Configuration, known: Known): void {
  if (!('repo' in event) || (team === undefined && repo === undefined)) return;
  const located = locate(configuration, event.repo, known);
  if (team !== undefined && !located.shares.some((share) => share.team.name === team))
    throw new HttpProblem('repo_not_in_team', `team '${team}' has no app in this repository`);
  if (repo !== undefined && located.repo.fullName.toLowerCase() !== repo)
    throw new HttpProblem('repo_not_in_team', `the secret ${id} is good for repository ${repo} alone`);
}

/** Whether a secret speaks for one repository: it says so, or it is that of teams that have no other. */
function speaksForOne({ repo, team }: Secret, { teams }: Configuration): boolean {
  if (repo !== undefined) return true;
  const apps = [...teams.values()]
    .filter(({ name }) => team === undefined || name === team)
    .flatMap(({ stacks }) => stacks.flatMap((stack) => stack.apps));
  return new Set(apps.map(({ cloneUrl }) => cloneUrl.toLowerCase())).size <= 1;
}

function identify(headers: Headers, dialect: Dialect): { readonly name: string; readonly id: string } {
  const [name, id] = [headers[dialect.event], headers[dialect.delivery]];
  if (typeof name !== 'string' || !EVENT.test(name))
    throw new HttpProblem('bad_request', `the header ${dialect.event} is missing or malformed`);
  if (typeof id !== 'string' || !GUID.test(id))
    throw new HttpProblem('bad_request', `the header ${dialect.delivery} is missing or malformed`);
  return { name, id };
}
