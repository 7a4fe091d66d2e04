import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Configuration } from '../../../lib/runs/configuration/configuration';
import type { Asked, Known, MergeSaid } from '../../../lib/runs/decisions/decision';
import { locate } from '../../../lib/runs/decisions/locate';
import { dependsOnPaths, namedIn } from '../../../lib/runs/decisions/share';
import type { Share } from '../../../lib/runs/decisions/share';
import { isMember, memberKey, pusherOf, runsUnasked, trustOf } from '../../../lib/runs/decisions/trust';
import { dependencyKey, dependsOn } from '../../../lib/runs/events/depends-on';
import type {
  CommentEvent,
  Event,
  MergeGroupEvent,
  PullRequest,
  PullRequestEvent,
  Repo,
  RerunEvent,
} from '../../../lib/runs/events/event';

/** A Git host that can be asked. It answers undefined where it cannot be reached: then the decision is made without. */
export interface GitHost {
  /** Whether it is the host of a repository. */
  isOf(repo: Repo): boolean;
  pullRequest(repo: Repo, number: number, signal: AbortSignal): Promise<PullRequest | undefined>;
  /** Undefined also if there are more than it lists. */
  changedFiles(repo: Repo, number: number, signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Paths that differ between two commits. Undefined also if there are more than it lists. */
  filesBetween(repo: Repo, base: string, head: string, signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Whether a branch holds a commit. */
  holds(repo: Repo, branch: string, sha: string, signal: AbortSignal): Promise<boolean | undefined>;
  /** Names what a commit holds. */
  tree(repo: Repo, sha: string, signal: AbortSignal): Promise<string | undefined>;
  /** Whether an account may push to a repository. */
  mayPush(repo: Repo, login: string, signal: AbortSignal): Promise<boolean | undefined>;
}

/** Most of the time for an answer is left for creating requests. */
const ASK_MS = 2_500;

/** Asks the Git host for what the decision on an event needs and the event does not say. Most events need nothing. */
export async function askHost(
  host: GitHost | undefined,
  event: Event,
  configuration: Configuration,
  known: Known,
): Promise<Asked> {
  if (host === undefined || !('repo' in event) || event.kind === 'renamed' || !host.isOf(event.repo)) return {};
  const { shares, repo } = locate(configuration, event.repo, known);
  if (shares.length === 0) return {};
  const questions = new Questions(host, repo, shares, known, AbortSignal.timeout(ASK_MS));
  switch (event.kind) {
    case 'pull-request':
      return questions.ofPullRequest(event);
    case 'comment':
      return questions.ofComment(event);
    case 'rerun':
      return questions.ofRerun(event);
    case 'merge-group':
      return questions.ofMergeGroup(event);
  }
}

/** Asks the Git host how the pull request of a run is now, for whoever runs it again. */
export async function askAboutRun(
  host: GitHost | undefined,
  repo: Repo,
  run: RunRequest,
  configuration: Configuration,
  known: Known,
): Promise<Asked> {
  const { shares } = locate(configuration, repo, known);
  if (host === undefined || shares.length === 0 || !host.isOf(repo)) return {};
  return new Questions(host, repo, shares, known, AbortSignal.timeout(ASK_MS)).ofRun(run);
}

/** What is asked about one event. Each account is asked about once. */
class Questions {
  private readonly members = new Map<string, boolean>();

  constructor(
    private readonly host: GitHost,
    private readonly repo: Repo,
    private readonly shares: readonly Share[],
    private readonly known: Known,
    private readonly signal: AbortSignal,
  ) {}

  async ofPullRequest({ action, pullRequest, sender, isRead }: PullRequestEvent): Promise<Asked> {
    const { members, host, repo, signal } = this;
    if (action === 'closed') return pullRequest.merged ? this.ofMerge(pullRequest, isRead) : { members };
    if (pullRequest.draft) return { members };
    const pusher = pusherOf({ action, sender });
    if (pullRequest.fromFork) await this.askMembers(repo, [pullRequest.author, ...(pusher ? [pusher] : [])]);
    // a stranger's costs no more than that
    const trust = trustOf({ members }, repo, pullRequest, { known: this.known, shares: this.shares, pusher });
    if (!this.shares.some(({ team }) => runsUnasked(team, trust))) return { members };
    const isTied = hasRival(repo, pullRequest, this.known);
    const current = isTied ? await host.pullRequest(repo, pullRequest.number, signal) : undefined;
    return { ...(await this.about(pullRequest)), pullRequest: current };
  }

  private async ofMerge(pullRequest: PullRequest, isRead = false): Promise<Asked> {
    const { members } = this;
    const merge: MergeSaid = isRead ? { kind: 'confirmed', pullRequest } : await this.askMerge(pullRequest);
    return merge.kind === 'confirmed'
      ? { members, merge, changedFiles: await this.changedFiles(pullRequest.number) }
      : { members, merge };
  }

  async ofComment({ commands, author, number, open }: CommentEvent): Promise<Asked> {
    const { members } = this;
    if (commands.length === 0 || !open) return { members };
    await this.askMembers(this.repo, [author]);
    const isStranger = !isMember({ members }, this.repo, author, false);
    if (isStranger || commands.every(({ word }) => word === 'cancel' || word === 'unknown')) return { members };
    return this.asItIsNow(number);
  }

  async ofRerun({ request, sender }: RerunEvent): Promise<Asked> {
    const { members, repo, shares, known } = this;
    const run = namedIn(shares, known, request);
    if (run === undefined) return { members };
    await this.askMembers(repo, [sender]);
    // a stranger's costs no more than that
    return isMember({ members }, repo, sender, false) ? this.ofRun(run) : { members };
  }

  async ofRun({ spec: { pipeline, pullRequest } }: RunRequest): Promise<Asked> {
    if (pipeline !== 'pr-test' || pullRequest === undefined) return { members: this.members };
    return this.asItIsNow(pullRequest.number);
  }

  async ofMergeGroup({ action, number, headSha, baseSha }: MergeGroupEvent): Promise<Asked> {
    const { host, repo, signal, members } = this;
    if (action === 'destroyed') return { members };
    const passed = this.known
      .ofPullRequest(repo, number)
      .filter(({ status, spec }) => status?.phase === 'Succeeded' && spec.revision !== headSha)
      .map(({ spec }) => spec.revision)
      .filter((sha) => sha !== undefined);
    const commits = passed.length > 0 ? [...new Set([headSha, ...passed])].slice(0, 4) : [];
    const [pullRequest, changedFiles, trees] = await Promise.all([
      host.pullRequest(repo, number, signal),
      this.isNarrow() ? host.filesBetween(repo, baseSha, headSha, signal) : undefined,
      Promise.all(commits.map(async (sha) => [sha, await host.tree(repo, sha, signal)] as const)),
    ]);
    const found = trees.filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
    const { dependencies } = pullRequest === undefined ? {} : await this.about(pullRequest);
    return { members, pullRequest, changedFiles, dependencies, trees: new Map(found) };
  }

  private async asItIsNow(number: number): Promise<Asked> {
    const pullRequest = await this.host.pullRequest(this.repo, number, this.signal);
    if (pullRequest === undefined) return { members: this.members };
    if (pullRequest.fromFork) await this.askMembers(this.repo, [pullRequest.author]);
    return { ...(await this.about(pullRequest)), pullRequest };
  }

  /** What a pull request changes, and what it depends on. */
  private async about(pullRequest: PullRequest): Promise<Asked> {
    const { host, signal, members } = this;
    const ours = new Set(this.shares.flatMap(({ stack }) => stack.apps.map(({ repo }) => repo.toLowerCase())));
    const wanted = dependsOn(pullRequest.body).dependencies.filter(({ fullName }) => ours.has(fullName.toLowerCase()));
    const [changedFiles, dependencies] = await Promise.all([
      this.changedFiles(pullRequest.number),
      Promise.all(
        wanted.map(async (dependency) => {
          const repo = { host: this.repo.host, fullName: dependency.fullName };
          const found = await host.pullRequest(repo, dependency.number, signal);
          if (found?.fromFork) await this.askMembers(repo, [found.author]);
          return [dependencyKey(dependency), found] as const;
        }),
      ),
    ]);
    const found = dependencies.filter((entry): entry is readonly [string, PullRequest] => entry[1] !== undefined);
    return { changedFiles, dependencies: new Map(found), members };
  }

  /** Whether it was merged, and what. */
  private async askMerge({ number }: PullRequest): Promise<MergeSaid> {
    const { host, repo, signal } = this;
    const pullRequest = await host.pullRequest(repo, number, signal);
    if (pullRequest === undefined) return { kind: 'unanswered' };
    const { merged, mergeSha, baseRef, base } = pullRequest;
    const refuted = (why: string): MergeSaid => ({ kind: 'refuted', why: `the Git host says that ${why}` });
    if (base?.id !== undefined && repo.id !== undefined && base.id !== repo.id)
      return refuted('the repository has another number');
    if (!merged || mergeSha === undefined) return refuted('the pull request is not merged');
    const isHeld = await host.holds(repo, baseRef, mergeSha, signal);
    if (isHeld === undefined) return { kind: 'unanswered' };
    return isHeld ? { kind: 'confirmed', pullRequest } : refuted('its merge commit is not on the branch');
  }

  private isNarrow(): boolean {
    return this.shares.some(({ apps }) => dependsOnPaths(apps));
  }

  private async changedFiles(number: number): Promise<readonly string[] | undefined> {
    return this.isNarrow() ? this.host.changedFiles(this.repo, number, this.signal) : undefined;
  }

  private async askMembers(repo: Repo, logins: readonly string[]): Promise<void> {
    await Promise.all(
      [...new Set(logins)].map(async (login) => {
        const answer = await this.host.mayPush(repo, login, this.signal);
        if (answer !== undefined) this.members.set(memberKey(repo, login), answer);
      }),
    );
  }
}

/** Whether another commit of the same second is known. */
const hasRival = (repo: Repo, { number, headSha, updatedAt, open }: PullRequest, known: Known): boolean =>
  open &&
  known
    .ofPullRequest(repo, number)
    .some(
      ({ spec }) =>
        spec.revision !== undefined &&
        spec.revision !== headSha &&
        Date.parse(spec.source?.eventTime ?? '') === Date.parse(updatedAt),
    );
