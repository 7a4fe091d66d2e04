import type { RunRequest } from '../ask/run-request';
import { canonicalJson } from '../../words/canonical-json';
import { dependencyKey, dependsOn } from '../events/depends-on';
import type { PullRequestEvent } from '../events/event';
import type { Asked, Known } from './decision';

/** Somebody has edited a pull request: its title, its description, or the branch that it goes to. */

/** A title that says that nothing is to be tested. */
export const SKIP = /\[(?:skip ci|ci skip)\]/i;

/** Whether an event asks for a test; of edits only those that change what is tested: what the description depends on, the base, or that it is tested at all. */
export function isTestAsked({ action, edited = {}, pullRequest }: PullRequestEvent): boolean {
  if (action !== 'edited') return true;
  const { title, body, baseRef } = edited;
  const keys = (text: string) => dependsOn(text).dependencies.map(dependencyKey).join();
  return (
    (baseRef !== undefined && baseRef !== pullRequest.baseRef) ||
    (body !== undefined && keys(body) !== keys(pullRequest.body)) ||
    (title !== undefined && SKIP.test(title))
  );
}

/** An edit with the pull request as it is now, where its host says that: the edit may come late, and others may have followed. */
export function withCurrent(
  event: PullRequestEvent,
  { pullRequest: current }: Pick<Asked, 'pullRequest'>,
): PullRequestEvent {
  const { action, pullRequest } = event;
  if (action !== 'edited' || current === undefined || current.headSha !== pullRequest.headSha) return event;
  return { ...event, pullRequest: { ...current, updatedAt: pullRequest.updatedAt } };
}

/**
 * The request that follows from an edit. Its time, to the second, is the attempt, so that an edit that is delivered twice is
 * one; another edit of the same second that asks for something else has the next number.
 */
export function requestOfEdit(
  make: (attempt: number) => RunRequest,
  at: number,
  known: Pick<Known, 'named'>,
): RunRequest {
  for (let attempt = at; ; attempt++) {
    const request = make(attempt);
    const there = known.named(request.metadata.namespace ?? '', request.metadata.name);
    if (there === undefined || isOfSameEdit(there, request)) return request;
  }
}

const isOfSameEdit = ({ spec: a }: RunRequest, { spec: b }: RunRequest): boolean =>
  a.source?.delivery === b.source?.delivery || asked(a) === asked(b);

const asked = ({ apps, revisions, pullRequest }: RunRequest['spec']): string =>
  canonicalJson({ apps, revisions, baseRef: pullRequest?.baseRef });
