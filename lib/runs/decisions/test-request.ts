import type { Ask } from '../ask/ask';
import type { RunRequest } from '../ask/run-request';
import type { AppConfig, Configuration, Placement, TeamConfig } from '../configuration/configuration';
import type { Facts } from './decision';
import { dependencyKey, dependsOn } from '../events/depends-on';
import type { Dependency } from '../events/depends-on';
import type { PullRequest, Repo } from '../events/event';
import { isMark } from './cancel-marker';
import { compareRequests, ofShare } from './event-order';
import { said } from '../events/payload';
import { repoKey, runRequest } from './request';

/** One stack of one team, and those of its apps that a repository holds. */
export interface Share {
  readonly team: TeamConfig;
  readonly stack: Placement['stack'];
  readonly apps: readonly AppConfig[];
}

/** An app in two stacks is in two shares, two apps of one stack are in one. */
export function sharesOf(configuration: Configuration, repo: Repo): readonly Share[] {
  const shares = new Map<string, Share & { apps: AppConfig[] }>();
  for (const { team, stack, app } of configuration.appsOf(repoKey(repo))) {
    const key = `${team.name}/${stack.name}`;
    const share = shares.get(key) ?? { team, stack, apps: [] };
    share.apps.push(app);
    shares.set(key, share);
  }
  return [...shares.values()];
}

/** The apps that changed paths are in; all of them if a path is in none, or if the paths are not known. */
export function changedApps(apps: readonly AppConfig[], files: readonly string[] | undefined): readonly AppConfig[] {
  if (files === undefined || files.length === 0) return apps;
  const holds = ({ contextDir }: AppConfig, file: string) => contextDir === '.' || file.startsWith(`${contextDir}/`);
  return files.every((file) => apps.some((app) => holds(app, file)))
    ? apps.filter((app) => files.some((file) => holds(app, file)))
    : apps;
}

/** The newest of a pull request's runs in one stack. */
export function newest(
  requests: readonly RunRequest[],
  { team, stack }: Pick<Share, 'team' | 'stack'>,
): RunRequest | undefined {
  const own = requests.filter((request) => ofShare(request, team.name, stack.name) && !isMark(request));
  return own.reduce<RunRequest | undefined>(
    (best, request) => (best === undefined || compareRequests(request, best) > 0 ? request : best),
    undefined,
  );
}

/** Whether the code of a pull request is of those who may push to the repository anyway. */
export const trustOf = ({ fromFork, byMember }: Pick<PullRequest, 'fromFork' | 'byMember'>): 'trusted' | 'untrusted' =>
  byMember || !fromFork ? 'trusted' : 'untrusted';

/** Whether a pull request is tested without anybody's word; a stranger's only where the team says that such may, with the rights of forks. */
export const runsUnasked = ({ forks }: Pick<TeamConfig, 'forks'>, pullRequest: PullRequest): boolean =>
  forks === 'restricted' || trustOf(pullRequest) === 'trusted';

export interface Testing {
  readonly repo: Repo;
  readonly pullRequest: PullRequest;
  readonly trust: 'trusted' | 'untrusted';
  readonly source: NonNullable<Ask['source']>;
}

/** The request to test a pull request in one stack, with the pull requests that it depends on. */
export function testRequest(
  share: Share,
  { repo, pullRequest, trust, source }: Testing,
  facts: Facts,
  notes: string[],
): RunRequest {
  const { team, stack } = share;
  const own = changedApps(share.apps, facts.asked.changedFiles);
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
      headRef: said(pullRequest.headRef),
      baseRef: said(pullRequest.baseRef),
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

function dependencies(share: Share, repo: Repo, { body }: PullRequest, facts: Facts, notes: string[]): Group {
  const apps: string[] = [];
  const revisions: Record<string, string> = {};
  let trusted = true;
  for (const dependency of dependsOn(body)) {
    const found = share.stack.apps.filter(
      (app) => app.repo.toLowerCase() === dependency.fullName.toLowerCase() && !share.apps.includes(app),
    );
    const head = found.length > 0 ? headOf(share, repo, dependency, facts) : undefined;
    if (head === undefined) {
      const why =
        found.length === 0
          ? `is of no other repository of stack '${share.stack.name}'`
          : 'is closed, or its head is not known here';
      notes.push(`Depends-On ${dependencyKey(dependency)}: it ${why}; the default branch is taken`);
      continue;
    }
    trusted &&= head.trusted;
    for (const { name } of found) {
      apps.push(name);
      revisions[name] = head.sha;
    }
  }
  return { apps, revisions, trusted };
}

/** The head of another pull request: as the host says, else as its own newest request here says. */
function headOf(
  share: Share,
  { host }: Repo,
  dependency: Dependency,
  { known, asked }: Facts,
): { readonly sha: string; readonly trusted: boolean } | undefined {
  const pull = asked.dependencies?.get(dependencyKey(dependency));
  const requests = known.ofPullRequest({ host, fullName: dependency.fullName }, dependency.number);
  const latest = newest(requests, share);
  if (pull !== undefined) {
    return pull.open ? { sha: pull.headSha, trusted: trustOf(pull) === 'trusted' } : undefined;
  }
  if (
    latest?.spec.revision === undefined ||
    requests.some((request) => isMark(request) && compareRequests(request, latest) > 0)
  )
    return undefined;
  return { sha: latest.spec.revision, trusted: latest.spec.trust === 'trusted' };
}
