import type { Problem } from '../../../lib/words/problem';
import { formatProblem } from '../../../lib/words/problem';

/** What goes wrong, as callers are told: RFC 9457. `code` is stable, programs read it. https://www.rfc-editor.org/rfc/rfc9457 */
export const CODES = {
  bad_request: [400, 'The request is malformed'],
  bad_json: [400, 'The body is not JSON'],
  sign_in_failed: [400, 'The sign-in did not succeed'],
  bad_signature: [401, 'The signature does not match'],
  unauthorized: [401, 'A valid bearer token is needed'],
  forbidden: [403, 'Not allowed'],
  sign_in_refused: [403, 'This person may not come in'],
  not_from_page: [403, 'The request is not from the page'],
  repo_not_in_team: [403, 'The repository is not of this team'],
  not_found: [404, 'There is nothing here'],
  method_not_allowed: [405, 'The method is not allowed here'],
  timeout: [408, 'The body did not arrive in time'],
  idempotency_conflict: [409, 'The key was used for another request'],
  conflict: [409, 'The request is in another state'],
  changed_since: [409, 'The inputs of the run have changed since'],
  ambiguous: [409, 'Several runs have this name'],
  length_required: [411, 'The length of the body must be given'],
  too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The type of the body is not supported'],
  invalid_payload: [422, 'The payload is not what its event says'],
  invalid_request: [422, 'The request asks for something impossible'],
  report_too_large: [422, 'The report is too large to be shown'],
  create_denied: [422, 'The cluster refuses the request'],
  too_many_bad_signatures: [429, 'Too many bad signatures'],
  header_too_large: [431, 'The headers are too large'],
  internal: [500, 'This is a bug'],
  member_failed: [502, 'A member does not have the delivery'],
  request_conflict: [500, 'The name of the request is taken by another'],
  api_unavailable: [503, 'The cluster does not answer'],
  host_unavailable: [503, 'The Git host does not answer'],
  provider_unavailable: [503, 'The provider that people sign in with does not answer'],
  config_unavailable: [503, 'No configuration is there'],
  history_unavailable: [503, 'The database of finished runs does not answer'],
  reports_unavailable: [503, 'The storage of reports does not answer'],
  no_secret: [503, 'No secret is configured'],
  not_synced: [503, 'The cluster has not been read yet'],
  overloaded: [503, 'Too much at once'],
  draining: [503, 'The server is stopping'],
  loop_detected: [508, 'The delivery comes from a router'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>;
export type Code = keyof typeof CODES;

const RETRY_AFTER_SECONDS: Partial<Record<number, number>> = { 429: 60, 503: 10 };

export interface ProblemBody {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: Code;
  readonly detail: string;
  /** The same as `detail`, where the original had it. */
  readonly error: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly requestId: string;
  readonly deliveryId?: string;
}

/** Thrown anywhere below a route; becomes its answer. */
export class HttpProblem extends Error {
  readonly status: number;

  constructor(
    readonly code: Code,
    detail?: string,
    readonly more: {
      readonly problems?: readonly Problem[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly status?: number;
    } = {},
  ) {
    super(detail ?? CODES[code][1]);
    this.status = more.status ?? CODES[code][0];
  }

  body(requestId: string, deliveryId?: string): ProblemBody {
    const { code, status, message: detail } = this;
    const errors = this.more.problems?.map((problem) => ({
      path: problem.path ?? '',
      message: formatProblem({ ...problem, file: '', path: undefined }).replace(/^: /, ''),
    }));
    return {
      type: 'about:blank',
      title: CODES[code][1],
      status,
      code,
      detail,
      error: detail,
      ...(errors && { errors }),
      requestId,
      ...(deliveryId !== undefined && { deliveryId }),
    };
  }

  headers(): Readonly<Record<string, string>> {
    const retry = RETRY_AFTER_SECONDS[this.status];
    return { ...(retry !== undefined && { 'retry-after': String(retry) }), ...this.more.headers };
  }
}
