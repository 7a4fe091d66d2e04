import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { isSame } from '../../../lib/runs/decisions/request';
import { ApiError, isForbiddenForNow } from '../../../lib/kube/api';
import type { KubeApi } from '../../../lib/kube/api';
import type { Metrics } from '../metrics';
import { REQUESTS } from '../queue/objects';
import type { KnownRequests } from './known';

/** What became of a request, each of them certain. */
export type Outcome =
  | { readonly kind: 'created' | 'duplicate'; readonly request: RunRequest }
  /** The name is taken by a request for something else. */
  | { readonly kind: 'conflict'; readonly request: RunRequest }
  /** The cluster will not have it, however often it is asked. */
  | { readonly kind: 'denied'; readonly request: RunRequest; readonly why: string }
  /** Not known whether it is there; asking again is harmless. */
  | { readonly kind: 'unavailable'; readonly request: RunRequest; readonly why: string };

export interface Creator {
  readonly api: Pick<KubeApi, 'create' | 'get'>;
  readonly known: KnownRequests;
  readonly metrics: Metrics;
}

export interface CreateOptions {
  /** Milliseconds, as `performance.now()` counts: what is not certain by then is unavailable. */
  readonly deadline: number;
  /** @default isSame */
  readonly same?: (a: RunRequest, b: RunRequest) => boolean;
}

const FIRST_PAUSE_MS = 100;
/** One answer that does not come must not use up the time of all. */
const ATTEMPT_MS = 2_500;

/**
 * Creates a request so that it is certain to be there once. An answer that does not come means trying the same again: its
 * name is fixed, so a 409 then says that an earlier attempt got through.
 */
export async function createRequest(
  { api, known, metrics }: Creator,
  request: RunRequest,
  { deadline, same = isSame }: CreateOptions,
): Promise<Outcome> {
  const { name, namespace = '' } = request.metadata;
  const taken = (there: RunRequest, by: 'cache' | 'name'): Outcome => {
    if (!same(there, request)) {
      metrics.requestConflicts.inc();
      return { kind: 'conflict', request: there };
    }
    metrics.webhookDuplicates.inc({ by });
    return { kind: 'duplicate', request: there };
  };
  const cached = known.get(namespace, name);
  if (cached) return taken(cached, 'cache');

  let tried = false;
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    try {
      const created = await within(api.create<RunRequest>(REQUESTS, namespace, request), deadline);
      known.remember(created);
      metrics.requestsCreated.inc({ team: request.spec.team, event: request.spec.source?.event ?? 'api' });
      return { kind: 'created', request: created };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason === 'AlreadyExists') {
        const there = await within(api.get<RunRequest>(REQUESTS, namespace, name), deadline).catch(() => undefined);
        // it is ours if an earlier attempt of this very call may have got through, or if it says so
        if (there)
          return tried && isOwn(there, request)
            ? { kind: 'created', request: remembered(known, there) }
            : taken(remembered(known, there), 'name');
      } else if (isPermanent(error)) return { kind: 'denied', request, why: reasonOf(error) };
      tried ||= error.unknown;
      metrics.createRetries.inc({
        reason: error.reason ?? (error.status === undefined ? 'no answer' : String(error.status)),
      });
      const wait = pause * (0.5 + Math.random());
      if (performance.now() + wait >= deadline) return { kind: 'unavailable', request, why: reasonOf(error) };
      await sleep(wait);
    }
  }
}

function remembered(known: KnownRequests, request: RunRequest): RunRequest {
  known.remember(request);
  return request;
}

const isOwn = (there: RunRequest, request: RunRequest): boolean =>
  there.spec.source?.delivery === request.spec.source?.delivery && isSame(there, request);

/** A missing namespace or CRD is installed, a token is renewed: worth asking again. */
function isPermanent(error: ApiError): boolean {
  const { status, reason } = error;
  return (
    (status === 403 && !isForbiddenForNow(error)) ||
    status === 400 ||
    status === 405 ||
    status === 413 ||
    status === 415 ||
    (status === 422 && reason === 'Invalid')
  );
}

/** In few words: what the API server says may hold more than a stranger should read. */
const reasonOf = ({ status, reason }: ApiError): string =>
  reason ?? (status === undefined ? 'the API server does not answer' : `the API server answers ${status}`);

function within<T>(answer: Promise<T>, deadline: number): Promise<T> {
  const limit = Math.max(0, Math.min(ATTEMPT_MS, deadline - performance.now()));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ApiError('no answer in time')), limit);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
