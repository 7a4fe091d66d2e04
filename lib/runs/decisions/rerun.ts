import type { Ask } from '../ask/ask';
import type { RunRequest } from '../ask/run-request';
import type { Facts, Known } from './decision';
import { displayText } from '../events/payload';
import { compareRequests } from './event-order';
import type { About } from './request';
import { runRequest } from './request';
import type { Share } from './share';
import type { Testing } from './test-request';
import { testRequest } from './test-request';
import { trustOf } from './trust';

/** Who asks for a run once more, and what is known of its pull request. */
export interface RerunOptions extends About {
  readonly known: Known;
  /** The id of what asked for it, or a time: whoever asks twice by the same asks once. */
  readonly attempt?: number;
  /** What is asked for now of the same commit, where the Git host could be asked. @default - the same as before */
  readonly fresh?: Ask;
  readonly source: { readonly event: string; readonly delivery?: string; readonly sender?: string };
}

/** What is said where the host was asked how a pull request is now, and gave no answer. */
export const NOT_ANSWERED =
  'the Git host did not say how the pull request is now, so its test is repeated as it was: by the description, dependencies and rights of then';

/** Whether the Git host was asked how a pull request is now, and gave no answer. */
export const isUnanswered = ({ pullRequest, members }: Facts['asked']): boolean =>
  pullRequest === undefined && members !== undefined;

/**
 * What is asked for now of a commit of a pull request: of its head by description, dependencies, changed files and rights as they
 * are, of one before it the same by rights as they are. Undefined where nobody says how they are, and of other runs.
 * @param notes takes what is left out, and that the host did not answer
 */
export function askedNow(
  { spec }: RunRequest,
  { repo, shares, source }: Pick<Testing, 'repo' | 'source'> & { readonly shares: readonly Share[] },
  facts: Facts,
  notes: string[],
): Ask | undefined {
  const { pullRequest } = facts.asked;
  if (spec.pipeline === 'pr-test' && isUnanswered(facts.asked)) notes.push(NOT_ANSWERED);
  const share = shares.find(({ team, stack }) => team.name === spec.team && stack.name === spec.stack);
  const { pipeline, revision } = spec;
  if (share === undefined || pipeline !== 'pr-test' || pullRequest === undefined || revision === undefined)
    return undefined;
  const trust = trustOf(facts.asked, repo, { ...pullRequest, headSha: revision }, { known: facts.known, shares });
  if (pullRequest.open && pullRequest.headSha === revision)
    return testRequest(share, { repo, pullRequest, trust, source }, facts, notes).spec;
  // a merge queue's commit is of no branch of its author
  const isOfBranch = spec.pullRequest?.headRef === displayText(pullRequest.headRef);
  return isOfBranch && trust === 'untrusted' ? { ...spec, trust } : spec;
}

/**
 * A request to run the same commits once more. In the order of the pull request it comes right behind what is known, not at
 * the time when it was asked for: a push that is still on its way is newer.
 */
export function rerunOf(
  before: RunRequest,
  { repo, known, attempt, name, key, fresh, source }: RerunOptions,
): RunRequest {
  const { overrides, testApps } = before.spec;
  const spec: Ask =
    fresh === undefined
      ? { ...before.spec }
      : { ...fresh, ...(overrides && { overrides }), ...(testApps && { testApps }) };
  delete spec.cancel;
  const number = spec.pullRequest?.number;
  const siblings =
    repo && number !== undefined
      ? known
          .ofPullRequest(repo, number)
          .filter((other) => other.spec.team === spec.team && other.spec.stack === spec.stack)
      : [];
  const latest = siblings.reduce((best, other) => (compareRequests(other, best) > 0 ? other : best), before);
  const eventTime = spec.pipeline === 'pr-test' ? latest.spec.source?.eventTime : before.spec.source?.eventTime;
  // of another commit of that time, it says that it comes behind it
  const replaced = latest.spec.revision === spec.revision ? before.spec.source?.before : latest.spec.revision;
  const next: Ask = {
    ...spec,
    source: {
      ...source,
      ...(spec.source?.repository && { repository: spec.source.repository }),
      ...(eventTime !== undefined && { eventTime }),
      ...(replaced !== undefined && { before: replaced }),
      ...(attempt !== undefined && { attempt: behind(latest, spec, attempt) }),
    },
  };
  return runRequest({ namespace: before.metadata.namespace ?? '' }, next, {
    repo,
    name,
    key,
    attempt: key === undefined ? attempt : undefined,
  });
}

/** Ids of comments and of check runs are of two counters, so the one that was asked for later may have the lower one. */
function behind({ spec: { source } }: RunRequest, { pipeline }: Ask, attempt: number): number {
  const last = source?.attempt ?? 0;
  return pipeline === 'pr-test' && last > attempt ? last + 1 : attempt;
}
