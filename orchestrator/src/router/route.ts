import { repositoryOf } from '../../../lib/runs/events/github-event';
import type { Member, Routing } from '../../../lib/runs/configuration/routing';
import type { DeliveryAnswer } from '../http/entrance';
import { parsePayload } from '../http/payload';
import { HttpProblem } from '../http/problem';
import type { Headers, Measured, VerifiedDelivery } from '../http/verify';
import { checkRepository } from '../http/verify';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { list } from '../../../lib/words/phrase';
import type { Reply, Sent } from './forward';
import { forward, isTaken } from './forward';
import type { MemberHealth } from './health';

/** What a router answers a delivery with, and whom it sends it to. */

export interface RouteDeps {
  readonly members: { readonly current: Routing | undefined };
  readonly health: MemberHealth;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** A delivery that every member has that it is for. */
interface Routed extends DeliveryAnswer {
  readonly body: {
    readonly status: 'routed';
    readonly deliveryId: string;
    readonly members: readonly Reply[];
  };
}

/** From the head of a delivery to its answer: GitHub gives up after ten seconds, and an orchestrator after eight. */
const DEADLINE_MS = 9_000;
/** What is passed on of headers, beside the type of the body: what the Git host names and signs, and nothing that says who may do what. */
const PASSED = ['x-github-', 'x-gitea-', 'x-forgejo-', 'x-hub-signature'];
const ALSO_PASSED = ['content-type', 'user-agent'];
/** By which a router knows what has come through a router. https://www.rfc-editor.org/rfc/rfc9110#name-via */
const PSEUDONYM = 'tekton-dag-webhook-router';

/**
 * Sends a delivery to the members that own its repository, and waits for all of them, so that one that is away holds up no other.
 * @throws HttpProblem[member_failed] unless each of them has it: the Git host sees a failure, and whoever has it already takes it as a
 * duplicate when it is sent again
 */
export async function routeDelivery(
  deps: RouteDeps,
  { dialect, headers, body, form, secret, id, event, requestId }: VerifiedDelivery,
  { start }: Measured,
): Promise<Routed> {
  const { members, log } = deps;
  checkNoLoop(headers);
  const repo = repositoryOf(parsePayload(body, form));
  checkRepository(secret, repo?.fullName);
  if (members.current === undefined) throw new HttpProblem('config_unavailable');
  const sent = { dialect, headers: passedOn(headers, requestId), body: Buffer.concat(body) };
  const replies = await Promise.all(
    members.current.membersFor(repo).map((member) => sendTo(member, sent, start + DEADLINE_MS, deps)),
  );
  const told = replies.map(({ member, status, why }) => ({ member, status, why }));
  const about = { requestId, delivery: id, event, repo: repo?.fullName, members: told };
  const failed = replies.filter((reply) => !isTaken(reply));
  if (failed.length > 0) {
    log.warn(about, 'a delivery was not taken by each of its members');
    throw failure(failed);
  }
  log.info({ ...about, ms: Math.round(performance.now() - start) }, 'delivery routed');
  return {
    status: replies.some(({ status }) => status === 202) ? 202 : 200,
    body: { status: 'routed', deliveryId: id, members: replies },
  };
}

/** Sends to one member, and takes notice of how that went. */
async function sendTo(
  member: Member,
  sent: Sent,
  deadline: number,
  { health, metrics }: Pick<RouteDeps, 'health' | 'metrics'>,
): Promise<Reply> {
  const began = performance.now();
  const reply = await forward(member, sent, deadline);
  metrics.memberDeliveries.inc({ member: member.name, code: String(reply.status ?? 'none') });
  metrics.memberAckSeconds.observe({ member: member.name }, (performance.now() - began) / 1000);
  health.note(member.name, isTaken(reply));
  return reply;
}

function failure(failed: readonly Reply[]): HttpProblem {
  const names = failed.map(({ member }) => member);
  const problems = failed.map(({ member: path, status, answer, why = `answered ${status}` }) => {
    const { detail } = (answer ?? {}) as { readonly detail?: unknown };
    const message = typeof detail === 'string' ? `${why}: ${detail}` : why;
    return { file: '', path, message, severity: 'error' } as const;
  });
  return new HttpProblem('member_failed', `not taken by ${list(names, 'and')}: deliver it again`, { problems });
}

function passedOn(headers: Headers, requestId: string): Readonly<Record<string, string>> {
  const isPassed = (name: string): boolean =>
    ALSO_PASSED.includes(name) || PASSED.some((prefix) => name.startsWith(prefix));
  const given = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' && isPassed(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(given), via: `1.1 ${PSEUDONYM}`, 'x-request-id': requestId };
}

/** @throws HttpProblem[loop_detected] for what a router has sent, such as one that is its own member */
function checkNoLoop({ via }: Headers): void {
  if (String(via).includes(PSEUDONYM)) throw new HttpProblem('loop_detected');
}
