import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { decide } from '../../../lib/runs/decisions/decide';
import type { Asked, Decision } from '../../../lib/runs/decisions/decision';
import { githubEvents, pullRequestSchema, toPullRequest } from '../../../lib/runs/events/github-event';
import type { PullOptions } from '../../orchestrator/support';
import { configurationOf, factsOf, pullRequestPayload, shop } from '../../orchestrator/support';

/** What is decided for the small team of the orchestrator's tests. */

export const configuration = configurationOf(shop());

/** @param requests that the cluster knows */
export const decided = (
  name: string,
  payload: unknown,
  requests: readonly RunRequest[] = [],
  asked: Asked = {},
  on = configuration,
  read = githubEvents.read,
): Decision => decide(read(name, payload), { name, id: 'guid-0001' }, on, factsOf(requests, asked));
export const pull = (
  options: PullOptions,
  requests: readonly RunRequest[] = [],
  asked: Asked = {},
  on = configuration,
): Decision => decided('pull_request', pullRequestPayload(options), requests, asked, on);
/** The same pull request as the host tells when it is asked. */
export const hostSays = (options: PullOptions) =>
  toPullRequest(pullRequestSchema.parse(pullRequestPayload(options).pull_request));
