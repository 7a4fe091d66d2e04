import type { Answer } from '../../../lib/runs/decisions/answer';
import type { Configuration, ConfigurationSource } from '../../../lib/runs/configuration/configuration';
import { readDelivery } from '../../../lib/runs/events/delivery';
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
import { parsePayload } from './payload';
import { HttpProblem } from './problem';
import type { Secret, Secrets } from './signature';
import type { Measured, VerifiedDelivery } from './verify';
import { checkRepository } from './verify';

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

/** GitHub gives up after ten seconds. https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries */
const BUDGET_MS = 8_000;

/**
 * The one way from a delivery to its answer: reads the event, decides, and creates what follows.
 * @throws HttpProblem if the delivery is refused, or if it is not certain that what follows was created
 */
export async function answerDelivery(
  deps: DeliveryDeps,
  { dialect, body, form, secret, id, requestId, event: name }: VerifiedDelivery,
  { labels, start }: Measured,
): Promise<Answer> {
  const { configuration, log } = deps;
  try {
    const { event, delivery } = readDelivery({ dialect, event: name, id, payload: parsePayload(body, form) });
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
    log.info({ requestId, delivery: id, event: delivery.name, ...answer.body, ms }, 'delivery answered');
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
function checkSecret(secret: Secret, event: Event, configuration: Configuration, known: Known): void {
  const { team, repo } = secret;
  if (!('repo' in event) || (team === undefined && repo === undefined)) return;
  const located = locate(configuration, event.repo, known);
  if (team !== undefined && !located.shares.some((share) => share.team.name === team))
    throw new HttpProblem('repo_not_in_team', `team '${team}' has no app in this repository`);
  checkRepository(secret, located.repo.fullName);
}

/** Whether a secret speaks for one repository: it says so, or it is that of teams that have no other. */
function speaksForOne({ repo, team }: Secret, { teams }: Configuration): boolean {
  if (repo !== undefined) return true;
  const apps = [...teams.values()]
    .filter(({ name }) => team === undefined || name === team)
    .flatMap(({ stacks }) => stacks.flatMap((stack) => stack.apps));
  return new Set(apps.map(({ cloneUrl }) => cloneUrl.toLowerCase())).size <= 1;
}
