import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { nextName } from '../../../lib/runs/ask/run-request';
import { isSameRequest } from '../../../lib/runs/decisions/same-request';
import { ApiError, isForbiddenForNow } from '../../../lib/kube/api';
import type { KubeApi } from '../../../lib/kube/api';
import type { Metrics } from '../metrics';
import { REQUESTS } from '../queue/objects';
import type { KnownRequests } from './known';

/** What became of a request. */
export type Outcome =
  | { readonly kind: 'created' | 'duplicate'; readonly request: RunRequest }
  /** The name is taken by a request for something else. */
  | { readonly kind: 'conflict'; readonly request: RunRequest }
  /** The cluster refuses it for good. */
  | { readonly kind: 'denied'; readonly request: RunRequest; readonly why: string }
  /** Nobody knows whether it exists; asking again is harmless. */
  | { readonly kind: 'unavailable'; readonly request: RunRequest; readonly why: string };

/** What creates requests. */
export interface Creator {
  readonly api: Pick<KubeApi, 'create' | 'get'>;
  readonly known: KnownRequests;
  readonly metrics: Metrics;
}

/** How long to try, and when two requests are the same. */
export interface CreateOptions {
  /** When to give up, as `performance.now()` counts; a request that is not certain by then is unavailable. */
  readonly deadline: number;
  /** @default isSameRequest */
  readonly same?: (a: RunRequest, b: RunRequest) => boolean;
}

const FIRST_PAUSE_MS = 100;
/** An attempt that has no answer by then has another one beside it. */
const ATTEMPT_MS = 2_500;

/** More names than that nobody takes by chance. */
const NAMES_MAX = 8;

/**
 * Creates a request exactly once, whoever has taken its name before. Such a one says nothing of what it answers, which only
 * the orchestrator may; then the next name is made of it, so that every replica, at every delivery, comes to the same.
 */
export async function createRequest(creator: Creator, request: RunRequest, options: CreateOptions): Promise<Outcome> {
  let [next, outcome] = [request, await createNamed(creator, request, options)];
  for (let taken = 1; outcome.kind === 'conflict' && taken < NAMES_MAX; taken++) {
    const { spec, metadata } = outcome.request;
    if (spec.source !== undefined || metadata.uid === undefined) break;
    next = { ...next, metadata: { ...next.metadata, name: nextName(next.metadata.name, metadata.uid) } };
    outcome = await createNamed(creator, next, options);
  }
  if (outcome.kind === 'conflict') creator.metrics.requestConflicts.inc();
  return outcome;
}

/** If no answer comes, it tries the same again: the name is fixed, so a 409 then says that an earlier attempt got through. */
async function createNamed(
  { api, known, metrics }: Creator,
  request: RunRequest,
  { deadline, same = isSameRequest }: CreateOptions,
): Promise<Outcome> {
  const { name, namespace = '' } = request.metadata;
  const outcomeOfExisting = (there: RunRequest, by: 'cache' | 'name'): Outcome => {
    if (there.spec.source === undefined || !same(there, request)) return { kind: 'conflict', request: there };
    metrics.webhookDuplicates.inc({ by });
    return { kind: 'duplicate', request: there };
  };
  const cached = known.get(namespace, name);
  if (cached) return outcomeOfExisting(cached, 'cache');

  const attempts = new Attempts<RunRequest>();
  let tried = false;
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    try {
      const created = await attempts.next(() => api.create<RunRequest>(REQUESTS, namespace, request), deadline);
      known.remember(created);
      metrics.requestsCreated.inc({ team: request.spec.team, event: request.spec.source?.event ?? 'api' });
      return { kind: 'created', request: created };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason === 'AlreadyExists') {
        const there = await withLimit(
          api.get<RunRequest>(REQUESTS, namespace, name),
          deadline - performance.now(),
        ).catch(() => undefined);
        // it is ours if an earlier attempt of this very call may have got through
        if (there)
          return tried && isOwn(there, request)
            ? { kind: 'created', request: remember(known, there) }
            : outcomeOfExisting(remember(known, there), 'name');
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

/** Attempts at the same, of which the first answer counts, however late it comes. */
class Attempts<T> {
  private readonly open = new Set<Promise<T>>();

  /** Begins one more. @throws ApiError also if it is time for the next */
  async next(begin: () => Promise<T>, deadline: number): Promise<T> {
    const attempt = begin();
    this.open.add(attempt);
    try {
      return await withLimit(Promise.race(this.open), Math.min(ATTEMPT_MS, deadline - performance.now()));
    } catch (error) {
      for (const one of this.open) void one.catch(() => this.open.delete(one));
      throw error;
    }
  }
}

function remember(known: KnownRequests, request: RunRequest): RunRequest {
  known.remember(request);
  return request;
}

const isOwn = (there: RunRequest, request: RunRequest): boolean =>
  there.spec.source?.delivery === request.spec.source?.delivery && isSameRequest(there, request);

/** Whether asking again is useless. A missing namespace or CRD may be installed and a token renewed, so 404 and 401 are not permanent. */
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

/** The reason in a few words: the message of the API server may hold more than a stranger should read. */
const reasonOf = ({ status, reason }: ApiError): string =>
  reason ?? (status === undefined ? 'the API server does not answer' : `the API server answers ${status}`);

function withLimit<T>(answer: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ApiError('no answer in time')), Math.max(0, ms));
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
