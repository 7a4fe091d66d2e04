import type { Ask } from '../ask/ask';
import type { RunRequest } from '../ask/run-request';
import type { Facts } from './decision';
import { dependencyKey, dependsOn } from '../events/depends-on';
import type { Dependency } from '../events/depends-on';
import type { PullRequest, Repo } from '../events/event';
import { isCancelMarker } from './cancel-marker';
import { compareRequests, isOfShare } from './event-order';
import { whyOther } from './locate';
import { displayText } from '../events/payload';
import { runRequest } from './request';
import { changedApps } from './share';
import type { Share } from './share';
import { requestsOf, runsUnasked, trustOf } from './trust';

/** The newest run of a pull request in one stack; undefined if there is none. */
export function newest(
  requests: readonly RunRequest[],
  { team, stack }: Pick<Share, 'team' | 'stack'>,
): RunRequest | undefined {
  const own = requests.filter((request) => isOfShare(request, team.name, stack.name) && !isCancelMarker(request));
  return own.reduce<RunRequest | undefined>(
    (best, request) => (best === undefined || compareRequests(request, best) > 0 ? request : best),
    undefined,
  );
}

/** A commit of a pull request that is to be tested. */
export interface Testing {
  readonly repo: Repo;
  readonly pullRequest: PullRequest;
  readonly trust: 'trusted' | 'untrusted';
  readonly source: NonNullable<Ask['source']>;
  /** Names of apps of the repository. @default - those that hold the changed paths */
  readonly only?: readonly string[];
}

/**
 * The request to test a pull request in one stack, together with the pull requests that it depends on.
 * @param notes takes what is left out
 */
export function testRequest(
  share: Share,
  { repo, pullRequest, trust, source, only }: Testing,
  facts: Facts,
  notes: string[],
): RunRequest {
  const { team, stack } = share;
  const own =
    only === undefined
      ? changedApps(share.apps, facts.asked.changedFiles)
      : share.apps.filter(({ name }) => only.includes(name));
  const group = dependencies(share, repo, pullRequest, facts, notes);
  const apps = [...own.map(({ name }) => name), ...group.apps];
  const spec: Ask = {
    pipeline: 'pr-test',
    team: team.name,
    stack: stack.name,
    apps: [...new Set(apps)],
    revision: pullRequest.headSha,
    ...(Object.keys(group.revisions).length > 0 && { revisions: group.revisions }),
    pullRequest: {
      number: pullRequest.number,
      repo: repo.fullName,
      headRef: displayText(pullRequest.headRef),
      baseRef: displayText(pullRequest.baseRef),
    },
    source,
    // a group is trusted like the least of its members
    trust: group.trusted ? trust : 'untrusted',
  };
  return runRequest(team, spec, { repo, attempt: source.attempt });
}

interface Group {
  readonly apps: readonly string[];
  readonly revisions: Readonly<Record<string, string>>;
  readonly trusted: boolean;
}

function dependencies(share: Share, repo: Repo, pullRequest: PullRequest, facts: Facts, notes: string[]): Group {
  const apps: string[] = [];
  const revisions: Record<string, string> = {};
  let trusted = true;
  const { dependencies: named, unread } = dependsOn(pullRequest.body);
  notes.push(...unread.map(unreadNote));
  for (const dependency of named) {
    const found = appsOf(share, dependency);
    if (found.length === 0) {
      notes.push(
        `Depends-On ${dependencyKey(dependency)}: it is of no other repository of stack '${share.stack.name}'; the default branch is taken`,
      );
      continue;
    }
    const head = headOf(share, repo, dependency, facts);
    if (head === undefined || head === MERGED) continue;
    trusted &&= head.trusted;
    if (!head.allowed) continue;
    for (const { name } of found) {
      apps.push(name);
      revisions[name] = head.sha;
    }
  }
  notes.push(...leftOutOf(share, repo, pullRequest, facts));
  return { apps, revisions, trusted };
}

/** Why pull requests of the stack that the description names are not tested together with it. */
export function leftOutOf(share: Share, repo: Repo, { body }: PullRequest, facts: Facts): readonly string[] {
  return dependsOn(body)
    .dependencies.filter((dependency) => isOfStack(share, dependency))
    .flatMap((dependency) => {
      const key = dependencyKey(dependency);
      const head = headOf(share, repo, dependency, facts);
      if (head === MERGED || head?.allowed) return [];
      return head === undefined
        ? [`Depends-On ${key}: it is closed, or its head is not known here; the default branch is taken`]
        : [
            `Depends-On ${key}: it is of a fork, and nobody has allowed its head, so the default branch is taken; a member allows it there by /ok-to-test ${head.sha}`,
          ];
    });
}

/** The apps of another repository of the stack. */
const appsOf = ({ stack, apps }: Share, { fullName }: Dependency): Share['apps'] =>
  stack.apps.filter((app) => app.repo.toLowerCase() === fullName.toLowerCase() && !apps.includes(app));

/** Whether a pull request is of another repository of the stack. */
export const isOfStack = (share: Share, dependency: Dependency): boolean => appsOf(share, dependency).length > 0;

/** Says of a line of a description that it was meant to name a pull request, and what to write. */
export const unreadNote = (line: string): string =>
  `'${displayText(line)}' is not understood: write Depends-On: owner/repo#12, or the address of a pull request, on a line of its own`;

interface Head {
  readonly sha: string;
  readonly trusted: boolean;
  /** Whether it may run: what allows one pull request of a fork allows no other. */
  readonly allowed: boolean;
}

/** Its default branch holds it. */
const MERGED = 'merged';

/** The head of another pull request: what the Git host says, else what its newest request here says. */
function headOf(
  share: Share,
  { host }: Repo,
  dependency: Dependency,
  { known, asked }: Facts,
): Head | typeof MERGED | undefined {
  const pull = asked.dependencies?.get(dependencyKey(dependency));
  const repo: Repo = { host, fullName: dependency.fullName };
  if (pull !== undefined && whyOther({ ...repo, id: pull.base?.id }, [share], known) !== undefined) return undefined;
  const requests = requestsOf(known, [share], repo, dependency.number);
  const latest = newest(requests, share);
  if (pull !== undefined) {
    if (pull.merged && pull.baseRef === pull.base?.defaultBranch) return MERGED;
    if (!pull.open) return undefined;
    const trust = trustOf(asked, repo, pull, { known, shares: [share] });
    const isTested = requests.some(({ spec }) => spec.revision === pull.headSha);
    return { sha: pull.headSha, trusted: trust === 'trusted', allowed: isTested || runsUnasked(share.team, trust) };
  }
  if (
    latest?.spec.revision === undefined ||
    requests.some((request) => isCancelMarker(request) && compareRequests(request, latest) > 0)
  )
    return undefined;
  return { sha: latest.spec.revision, trusted: latest.spec.trust === 'trusted', allowed: true };
}
