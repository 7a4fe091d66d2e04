import type { FastifyReply, FastifyRequest } from 'fastify';
import { DIALECTS } from '../../../lib/runs/events/delivery';
import type { Dialect, DialectName } from '../../../lib/runs/events/delivery';
import type { Metrics } from '../metrics';
import type { Body } from './body';
import { lengthOf } from './body';
import { formOf } from './payload';
import type { BadSignatures } from './peers';
import { HttpProblem } from './problem';
import type { Secret, Secrets } from './signature';
import { signedBy } from './signature';

/** What every delivery goes through before anything of it is believed, whatever is done with it afterwards. */

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

/** A delivery that somebody signed who knows one of the secrets. */
export interface VerifiedDelivery extends RawDelivery {
  readonly secret: Secret;
  readonly form: ReturnType<typeof formOf>;
  /** The name of the event, as the header gives it. */
  readonly event: string;
  readonly id: string;
}

/** How a delivery is counted, and when it began. */
export interface Measured {
  readonly labels: { event: string; action: string };
  /** As `performance.now()` counts. */
  readonly start: number;
}

/** What deliveries are verified with. */
export interface Verifier {
  readonly secrets: Pick<Secrets, 'active'>;
  readonly badSignatures: BadSignatures;
  readonly metrics: Metrics;
}

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
export function secretsFor(team: string | undefined, { secrets }: Pick<Verifier, 'secrets'>): readonly Secret[] {
  const active = secrets.active.filter((secret) => secret.team === team);
  if (active.length === 0) throw new HttpProblem('no_secret');
  return active;
}

/**
 * Checks the signature of a delivery, and that its headers say what it is. The body is not read.
 * @throws HttpProblem if the delivery is refused
 */
export function verify(
  { secrets, badSignatures, metrics }: Verifier,
  raw: RawDelivery,
  { labels }: Measured,
): VerifiedDelivery {
  const { headers, body } = raw;
  const dialect = DIALECTS[raw.dialect];
  const form = formOf(headers['content-type'], headers['content-encoding']);
  metrics.webhookBodyBytes.observe(lengthOf(body));
  const secret = signedBy(body, headers[dialect.signature], raw.dialect, secretsFor(raw.team, { secrets }));
  metrics.webhookSignatures.inc({ result: secret === undefined ? 'bad' : 'good', secret: secret?.id ?? '' });
  if (secret === undefined)
    throw new HttpProblem(badSignatures.count(raw.peer) ? 'too_many_bad_signatures' : 'bad_signature');
  const { event, id } = identify(headers, dialect);
  labels.event = COUNTED.includes(event) ? event : 'other';
  return { ...raw, secret, form, event, id };
}

/**
 * @param fullName of the repository that a delivery is about; undefined: it names none
 * @throws HttpProblem[repo_not_in_team] if the secret is good for another repository alone
 */
export function checkRepository({ id, repo }: Secret, fullName: string | undefined): void {
  if (repo !== undefined && fullName?.toLowerCase() !== repo)
    throw new HttpProblem('repo_not_in_team', `the secret ${id} is good for repository ${repo} alone`);
}

function identify(headers: Headers, dialect: Dialect): { readonly event: string; readonly id: string } {
  const [event, id] = [headers[dialect.event], headers[dialect.delivery]];
  if (typeof event !== 'string' || !EVENT.test(event))
    throw new HttpProblem('bad_request', `the header ${dialect.event} is missing or malformed`);
  if (typeof id !== 'string' || !GUID.test(id))
    throw new HttpProblem('bad_request', `the header ${dialect.delivery} is missing or malformed`);
  return { event, id };
}
