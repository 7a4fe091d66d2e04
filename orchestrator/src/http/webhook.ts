import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Configuration, ConfigurationSource } from '../../../lib/runs/configuration/configuration';
import type { GitHost } from '../hosts/ask-host';
import type { Event } from '../../../lib/runs/events/event';
import { giteaEvent } from '../../../lib/runs/events/gitea-event';
import { githubEvent } from '../../../lib/runs/events/github-event';
import { PayloadError } from '../../../lib/runs/events/payload';
import { repoKey } from '../../../lib/runs/decisions/request';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Creator } from '../requests/create';
import { follow } from '../requests/follow';
import { answer } from './answer';
import { Budget, withBody } from './body';
import { formOf, parsePayload } from './payload';
import { BadSignatures } from './peers';
import { HttpProblem } from './problem';
import type { Secrets } from './signature';
import { signedBy } from './signature';

/** What deliveries of a Git host are taken with. */
export interface WebhookDeps {
  readonly configuration: Pick<ConfigurationSource, 'current'>;
  readonly secrets: Pick<Secrets, 'active'>;
  readonly creator: Creator;
  /** Its host is undefined as long as there is no token to ask with. */
  readonly github?: { readonly host?: GitHost };
  readonly metrics: Metrics;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Header names, and how a delivery is read. */
interface Dialect {
  readonly event: string;
  readonly delivery: string;
  readonly signature: string;
  readonly read: (name: string, payload: unknown) => Event;
}

const DIALECTS = {
  github: {
    event: 'x-github-event',
    delivery: 'x-github-delivery',
    signature: 'x-hub-signature-256',
    read: githubEvent,
  },
  gitea: { event: 'x-gitea-event', delivery: 'x-gitea-delivery', signature: 'x-gitea-signature', read: giteaEvent },
} as const satisfies Readonly<Record<string, Dialect>>;

/** GitHub gives up after ten seconds. https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries */
const BUDGET_MS = 8_000;
const GUID = /^[0-9A-Za-z-]{8,64}$/;
const EVENT = /^\w{1,64}$/;
/** Events of which something may follow; all others are one in the metrics, since their names are of strangers. */
const COUNTED = ['ping', 'pull_request', 'issue_comment', 'check_run', 'push'];

/**
 * `POST /webhook/github` and `/webhook/gitea`, with `/<team>` after them for the secrets of that team alone: nothing of a body
 * is looked at before its signature is.
 */
export function webhookRoutes(app: FastifyInstance, deps: WebhookDeps): void {
  app.removeAllContentTypeParsers();
  // left in its stream: it is read below, within limits
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const budget = new Budget(deps.metrics);
  const bad = new BadSignatures();
  for (const [form, dialect] of Object.entries(DIALECTS) as [keyof typeof DIALECTS, Dialect][]) {
    for (const path of [`/webhook/${form}`, `/webhook/${form}/:team`])
      app.post<OfTeam>(path, (request, reply) => take(deps, form, dialect, budget, bad, request, reply));
  }
}

interface OfTeam {
  Params: { team?: string };
}

async function take(
  deps: WebhookDeps,
  form: keyof typeof DIALECTS,
  dialect: Dialect,
  budget: Budget,
  bad: BadSignatures,
  request: FastifyRequest<OfTeam>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { metrics, secrets, configuration, log } = deps;
  const start = performance.now();
  const labels = { event: 'none', action: 'none' };
  reply.raw.once('finish', () => {
    metrics.webhookRequests.inc({ ...labels, code: String(reply.statusCode) });
    metrics.webhookAckSeconds.observe((performance.now() - start) / 1000);
  });
  const { headers, params } = request;
  // what speaks for one team must not speak for another
  const active = secrets.active.filter(({ team }) => team === params.team);
  if (active.length === 0) throw new HttpProblem('no_secret');
  const media = formOf(headers['content-type'], headers['content-encoding']);
  return withBody(request.raw, budget, async (body) => {
    metrics.webhookBodyBytes.observe(body.length);
    const secret = signedBy(body, headers[dialect.signature], form, active);
    metrics.webhookSignatures.inc({ result: secret === undefined ? 'bad' : 'good', secret: secret ?? '' });
    if (secret === undefined)
      throw new HttpProblem(bad.count(request.ip) ? 'too_many_bad_signatures' : 'bad_signature');

    const { name, guid } = identify(headers[dialect.event], headers[dialect.delivery], dialect);
    labels.event = COUNTED.includes(name) ? name : 'other';
    const event = read(dialect, name, parsePayload(body, media));
    labels.action = event.kind === 'pull-request' ? event.action : event.kind;
    const current = configuration.current;
    if (current === undefined) throw new HttpProblem('config_unavailable');
    if (params.team !== undefined && !isOf(params.team, event, current))
      throw new HttpProblem('repo_not_in_team', `team '${params.team}' has no app in this repository`);
    const delivery = { name: event.kind === 'pull-request' ? `${name}.${event.action}` : name, id: guid };
    const followed = await follow(event, delivery, current, {
      ...deps,
      host: deps.github?.host,
      deadline: start + BUDGET_MS,
    });
    if (followed.decision.ignored === 'stale') metrics.webhookStale.inc();
    const answered = answer(followed, event.kind, delivery);
    log.info(
      {
        requestId: request.id,
        delivery: guid,
        event: delivery.name,
        ...answered.body,
        ms: Math.round(performance.now() - start),
      },
      'delivery answered',
    );
    return reply.code(answered.status).send(answered.body);
  });
}

/** Whether what an event is about is a team's; what is about no repository is everybody's. */
const isOf = (team: string, event: Event, configuration: Configuration): boolean =>
  !('repo' in event) || configuration.appsOf(repoKey(event.repo)).some((placement) => placement.team.name === team);

function identify(
  name: string | readonly string[] | undefined,
  guid: string | readonly string[] | undefined,
  dialect: Dialect,
): { readonly name: string; readonly guid: string } {
  if (typeof name !== 'string' || !EVENT.test(name))
    throw new HttpProblem('bad_request', `the header ${dialect.event} is missing or malformed`);
  if (typeof guid !== 'string' || !GUID.test(guid))
    throw new HttpProblem('bad_request', `the header ${dialect.delivery} is missing or malformed`);
  return { name, guid };
}

function read(dialect: Dialect, name: string, payload: unknown): Event {
  try {
    return dialect.read(name, payload);
  } catch (error) {
    if (error instanceof PayloadError)
      throw new HttpProblem('invalid_payload', undefined, { problems: error.problems });
    throw error;
  }
}
