import type { Ask } from '../ask/ask';
import type { RunRequest } from '../ask/run-request';
import type { Facts } from './decision';
import { happenedAt } from './of-host';
import type { PullRequest, Repo } from '../events/event';
import { displayText } from '../events/payload';
import { runRequest } from './request';
import { changedApps } from './share';
import type { Share } from './share';

/** A pull request as it was merged into the default branch. */
export interface Merge {
  readonly repo: Repo;
  readonly pullRequest: PullRequest;
  readonly mergeSha: string | undefined;
  readonly source: NonNullable<Ask['source']>;
}

/** The requests to release in one stack what was merged, one for each app. */
export function releaseRequests(
  { team, stack, apps }: Share,
  { repo, pullRequest, mergeSha, source }: Merge,
  { asked }: Facts,
): readonly RunRequest[] {
  return changedApps(apps, asked.changedFiles).map(({ name }) => {
    const spec: Ask = {
      pipeline: 'merge-release',
      team: team.name,
      stack: stack.name,
      apps: [name],
      revision: mergeSha,
      pullRequest: {
        number: pullRequest.number,
        repo: repo.fullName,
        headRef: displayText(pullRequest.headRef),
        baseRef: displayText(pullRequest.baseRef),
      },
      source,
      trust: 'trusted',
    };
    return runRequest(team, spec, { repo });
  });
}

const HAS_BEGUN = ['Admitted', 'Running', 'Succeeded'];
/** Also of one that waits in Kueue: nothing takes its turn any more. */
const hasBegun = ({ status }: RunRequest): boolean =>
  HAS_BEGUN.includes(status?.phase ?? '') || (status?.phase === 'Queued' && status.runUID !== undefined);

/**
 * The releases that do not take an app back: what was merged before a release that has begun is part of that release. A request
 * that the cluster already holds stays in.
 */
export function withoutLate(releases: readonly RunRequest[], repo: Repo, { known }: Facts): readonly RunRequest[] {
  const isKnown = ({ metadata }: RunRequest): boolean =>
    known.named(metadata.namespace ?? '', metadata.name) !== undefined;
  const begun = releases.every(isKnown)
    ? []
    : [...known.ofRepository(repo)].filter((request) => request.spec.pipeline === 'merge-release' && hasBegun(request));
  return releases.filter(
    (release) =>
      isKnown(release) || !begun.some((other) => isOfSameApp(other, release) && mergedAt(other) > mergedAt(release)),
  );
}

const isOfSameApp = ({ spec: a }: RunRequest, { spec: b }: RunRequest): boolean =>
  a.team === b.team && a.stack === b.stack && a.apps?.join() === b.apps?.join();
/** NaN, which is later than nothing, where nobody says it. */
const mergedAt = (release: RunRequest): number => happenedAt(release) ?? NaN;
