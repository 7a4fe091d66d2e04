import type { RunRequest } from '../ask/run-request';
import { happenedAt } from './of-host';

/**
 * The order of what happened to one pull request, told by the Git host's times alone (of-host.ts), never by the order of arrival.
 * Closing a pull request and `/cancel` make requests, too, which are cancelled from the start (cancel-marker.ts). So the
 * cluster remembers them like any other, and what arrives after them although it happened before is overtaken.
 */

/** Positive: `a` happened after `b`; 0: not to be told, or the same. */
export function compareRequests(a: RunRequest, b: RunRequest): number {
  const [left, right] = [a.spec.source, b.spec.source];
  const [leftAt, rightAt] = [happenedAt(a), happenedAt(b)];
  if (left === undefined || right === undefined || leftAt === undefined || rightAt === undefined) return 0;
  if (leftAt !== rightAt) return leftAt - rightAt;
  // two within one second: a push names the head that it replaced; a rerun, a close and a branch that is moved back count up
  if (areTwoCommits(a, b)) {
    const [isAfter, isBefore] = [left.before === b.spec.revision, right.before === a.spec.revision];
    if (isAfter !== isBefore) return isAfter ? 1 : -1;
    if (!isAfter) return 0;
  }
  return (left.attempt ?? 0) - (right.attempt ?? 0);
}

const areTwoCommits = ({ spec: a }: RunRequest, { spec: b }: RunRequest): boolean =>
  a.revision !== undefined && b.revision !== undefined && a.revision !== b.revision;

/** Two commits of one second, neither of which says that it replaced the other: the Git host alone knows which is the head. */
export const isTied = (a: RunRequest, b: RunRequest): boolean =>
  areTwoCommits(a, b) && happenedAt(a) !== undefined && happenedAt(a) === happenedAt(b) && compareRequests(a, b) === 0;

/** Those of one pull request's requests in one stack that a newer event has overtaken, finished ones included. */
export const overtaken = (requests: readonly RunRequest[]): readonly RunRequest[] =>
  requests.filter((request) => requests.some((other) => compareRequests(other, request) > 0));

/** Whether a request tests a pull request in this stack of this team. */
export const isOfShare = ({ spec }: RunRequest, team: string, stack: string): boolean =>
  spec.team === team && spec.stack === stack && spec.pipeline === 'pr-test';
