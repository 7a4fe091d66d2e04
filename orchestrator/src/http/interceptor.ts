import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Answer, AnswerBody } from '../../../lib/runs/decisions/answer';
import { DIALECTS } from '../../../lib/runs/events/delivery';
import type { DialectName } from '../../../lib/runs/events/delivery';
import { plainWords, toProblem } from '../../../lib/runs/events/payload';
import type { Body } from './body';
import { tooLarge, withBody } from './body';
import type { Entrance } from './entrance';
import { ASKED_MAX, formOf, parsePayload } from './payload';
import { HttpProblem } from './problem';
import type { Headers, TeamRequest } from './verify';
import { measure, secretsFor, verify } from './verify';

/**
 * What a listener of Tekton Triggers asks an interceptor. The body is the one that the Git host sent, to the byte, so that
 * its signature can be checked here. What is empty is left out.
 * https://tekton.dev/docs/triggers/namespacedinterceptors/, pkg/apis/triggers/v1beta1/interceptor_types.go
 */
const interceptorRequest = z.object({
  body: z.string().default(''),
  header: z.record(z.string(), z.array(z.string())).default({}),
});

/** What an interceptor answers. `code` is one of gRPC. */
interface InterceptorResponse {
  readonly continue: false;
  readonly status: { readonly code: number; readonly message: string };
}

/** https://grpc.io/docs/guides/status-codes/ */
const OK = 0;
const FAILED_PRECONDITION = 9;

/**
 * A delivery that a listener hands on is in a text of JSON, so it is decoded before its signature can be checked: whoever reaches
 * this port could have us hold several times as much. An event of two thousand commits is smaller.
 */
const BODY_MAX = 5 * 2 ** 20;
/** With the quotes in it escaped. */
const REQUEST_MAX = BODY_MAX + BODY_MAX / 2;

/**
 * Answers a listener of Tekton Triggers as the webhook answers a Git host. Whatever follows is created here, so the listener
 * is told not to continue, and makes nothing by itself. A delivery that is refused is answered by a problem document, which
 * the listener logs as an error.
 */
export function interceptTrigger(
  entrance: Entrance<Answer>,
  request: TeamRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const measured = measure(entrance.metrics, reply);
  const { team } = request.params;
  secretsFor(team, entrance);
  const form = formOf(request.headers['content-type'], request.headers['content-encoding']);
  if (form !== 'json') throw new HttpProblem('unsupported_media_type', 'send application/json');
  return withBody(request.raw, entrance.budget, REQUEST_MAX, async (asked) => {
    const { headers, body } = readRequest(asked);
    const raw = { dialect: dialectOf(headers), team, headers, body, peer: request.ip, requestId: request.id };
    const answer = await entrance.answer(verify(entrance, raw, measured), measured);
    return reply.send(toResponse(answer.body));
  });
}

function readRequest(asked: Body): { readonly headers: Headers; readonly body: Body } {
  const { data, error } = interceptorRequest.safeParse(parsePayload(asked, 'json', ASKED_MAX), { error: plainWords });
  if (error)
    throw new HttpProblem('bad_request', 'the body is not what Tekton Triggers asks an interceptor', {
      problems: error.issues.map(toProblem),
    });
  const body = Buffer.from(data.body);
  if (body.length > BODY_MAX) throw tooLarge(BODY_MAX);
  const headers = Object.entries(data.header).map(([name, values]) => [
    name.toLowerCase(),
    values.length === 1 ? values[0] : values,
  ]);
  return { headers: Object.fromEntries(headers) as Headers, body: [body] };
}

/** Gitea sends GitHub's headers, too, and GitHub sends none of Gitea's. */
const dialectOf = (headers: Headers): DialectName => (DIALECTS.gitea.event in headers ? 'gitea' : 'github');

function toResponse({ status, reason, detail, runs = [] }: AnswerBody): InterceptorResponse {
  const what = [status, ...(reason === undefined ? [] : [reason]), ...runs.map(({ name }) => name)].join(' ');
  return {
    continue: false,
    status: {
      code: status === 'ignored' ? FAILED_PRECONDITION : OK,
      message: detail === undefined ? what : `${what}: ${detail}`,
    },
  };
}
