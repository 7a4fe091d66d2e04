import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Configuration } from '../../../lib/runs/configuration/configuration';
import type { Asked, Known, MergeSaid } from '../../../lib/runs/decisions/decision';
import { checksAskedFor } from '../../../lib/runs/decisions/decide-rerun';
import { locate } from '../../../lib/runs/decisions/locate';
import { isTestAsked } from '../../../lib/runs/decisions/edit';
import { dependsOnPaths } from '../../../lib/runs/decisions/share';
import type { Share } from '../../../lib/runs/decisions/share';
import { isMember, memberKey, pusherOf, runsUnasked, trustOf } from '../../../lib/runs/decisions/trust';
import { dependencyKey, dependsOn } from '../../../lib/runs/events/depends-on';
import type {
  Account,
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
  mayPush(repo: Repo, account: Account, signal: AbortSignal): Promise<boolean | undefined>;
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
  const questions = new Questions(host, { repo, at: event.repo }, shares, known);
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
  return new Questions(host, { repo, at: repo }, shares, known).ofRun(run);
}

/**
 * Asks the Git host how a pull request is now, for whoever looks at it or approves it.
 * @param depth `head`: without what it changes and depends on, which only a run needs
 */
export async function askAboutPullRequest(
  host: GitHost,
  repo: Repo,
  number: number,
  depth: 'head' | 'whole',
  configuration: Configuration,
  known: Known,
): Promise<Asked> {
  const { shares } = locate(configuration, repo, known);
  if (shares.length === 0 || !host.isOf(repo)) return {};
  const questions = new Questions(host, { repo, at: repo }, shares, known);
  return depth === 'head' ? questions.ofHead(number) : questions.asItIsNow(number);
}

/** The repository that an event is of. */
interface Names {
  /** As the teams know it. */
  readonly repo: Repo;
  /** As its host calls it now: by its former name another may be there. */
  readonly at: Repo;
}

/** What is asked about one event. Each account is asked about once. */
class Questions {
  private readonly rights = { members: new Map<string, boolean>(), unanswered: [] as string[] };
  private readonly repo: Repo;
  private readonly at: Repo;
  private readonly signal = AbortSignal.timeout(ASK_MS);

  constructor(
    private readonly host: GitHost,
    { repo, at }: Names,
    private readonly shares: readonly Share[],
    private readonly known: Known,
  ) {
    this.repo = repo;
    this.at = at;
  }

  async ofPullRequest(event: PullRequestEvent): Promise<Asked> {
    const { rights, repo } = this;
    const { action, pullRequest, sender, senderId, isRead } = event;
    if (action === 'closed') return pullRequest.merged ? this.ofMerge(pullRequest, isRead) : rights;
    if (pullRequest.draft || !isTestAsked(event)) return rights;
    const pusher = pusherOf(event);
    if (pullRequest.fromFork)
      await this.askMembers(repo, [authorOf(pullRequest), ...(pusher ? [{ login: sender, id: senderId }] : [])]);
    // a stranger's costs no more than that
    const trust = trustOf(rights, repo, pullRequest, { known: this.known, shares: this.shares, pusher });
    if (!this.shares.some(({ team }) => runsUnasked(team, trust))) return rights;
    const isAsked = action === 'edited' || hasRival(repo, pullRequest, this.known);
    const current = isAsked ? await this.pullRequest(pullRequest.number) : undefined;
    return { ...(await this.about(current ?? pullRequest)), pullRequest: current };
  }

  private async ofMerge(pullRequest: PullRequest, isRead = false): Promise<Asked> {
    const { rights } = this;
    const merge: MergeSaid = isRead ? { kind: 'confirmed', pullRequest } : await this.askMerge(pullRequest);
    return merge.kind === 'confirmed'
      ? { ...rights, merge, changedFiles: await this.changedFiles(pullRequest.number) }
      : { ...rights, merge };
  }

  async ofComment({ commands, author, authorId, number, open }: CommentEvent): Promise<Asked> {
    const { rights, repo } = this;
    if (commands.length === 0 || !open) return rights;
    await this.askMembers(repo, [{ login: author, id: authorId }]);
    const isStranger = !isMember(rights, repo, author, false);
    if (isStranger || commands.every(({ word }) => word === 'cancel' || word === 'unknown')) return rights;
    return this.asItIsNow(number);
  }

  async ofRerun(event: RerunEvent): Promise<Asked> {
    const { rights, repo, shares, known } = this;
    const { sender, senderId } = event;
    const runs = checksAskedFor({ ...event, repo }, shares, known).map(([newest]) => newest);
    const run = runs.find(({ spec }) => spec.pipeline === 'pr-test') ?? runs[0];
    if (run === undefined) return rights;
    await this.askMembers(repo, [{ login: sender, id: senderId }]);
    // a stranger's costs no more than that
    return isMember(rights, repo, sender, false) ? this.ofRun(run) : rights;
  }

  async ofRun({ spec: { pipeline, pullRequest } }: RunRequest): Promise<Asked> {
    if (pipeline !== 'pr-test' || pullRequest === undefined) return this.rights;
    return this.asItIsNow(pullRequest.number);
  }

  async ofMergeGroup({ action, number, headSha, baseSha }: MergeGroupEvent): Promise<Asked> {
    const { host, repo, at, signal, rights } = this;
    if (action === 'destroyed') return rights;
    const passed = this.known
      .ofPullRequest(repo, number)
      .filter(({ status, spec }) => status?.phase === 'Succeeded' && spec.revision !== headSha)
      .map(({ spec }) => spec.revision)
      .filter((sha) => sha !== undefined);
    const commits = passed.length > 0 ? [...new Set([headSha, ...passed])].slice(0, 4) : [];
    const [pullRequest, changedFiles, trees] = await Promise.all([
      this.pullRequest(number),
      this.isNarrow() ? host.filesBetween(at, baseSha, headSha, signal) : undefined,
      Promise.all(commits.map(async (sha) => [sha, await host.tree(at, sha, signal)] as const)),
    ]);
    const found = trees.filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
    const { dependencies } = pullRequest === undefined ? {} : await this.about(pullRequest);
    return { ...rights, pullRequest, changedFiles, dependencies, trees: new Map(found) };
  }

  /** Where its head is from, and whether its author may push. */
  async ofHead(number: number): Promise<Asked> {
    const pullRequest = await this.pullRequest(number);
    if (pullRequest?.fromFork) await this.askMembers(this.repo, [authorOf(pullRequest)]);
    return { ...this.rights, pullRequest };
  }

  async asItIsNow(number: number): Promise<Asked> {
    const { pullRequest } = await this.ofHead(number);
    return pullRequest === undefined ? this.rights : { ...(await this.about(pullRequest)), pullRequest };
  }

  /** As it is now. Undefined also where the repository of that name is another by now. */
  private async pullRequest(number: number): Promise<PullRequest | undefined> {
    const found = await this.host.pullRequest(this.at, number, this.signal);
    const { id } = this.at;
    return id !== undefined && found?.base?.id !== undefined && found.base.id !== id ? undefined : found;
  }

  /** What a pull request changes, and what it depends on. */
  private async about(pullRequest: PullRequest): Promise<Asked> {
    const { host, signal, rights } = this;
    const ours = new Set(this.shares.flatMap(({ stack }) => stack.apps.map(({ repo }) => repo.toLowerCase())));
    const wanted = dependsOn(pullRequest.body).dependencies.filter(({ fullName }) => ours.has(fullName.toLowerCase()));
    const [changedFiles, dependencies] = await Promise.all([
      this.changedFiles(pullRequest.number),
      Promise.all(
        wanted.map(async (dependency) => {
          const repo = { host: this.repo.host, fullName: dependency.fullName };
          const found = await host.pullRequest(repo, dependency.number, signal);
          if (found?.fromFork) await this.askMembers(repo, [authorOf(found)]);
          return [dependencyKey(dependency), found] as const;
        }),
      ),
    ]);
    const found = dependencies.filter((entry): entry is readonly [string, PullRequest] => entry[1] !== undefined);
    return { ...rights, changedFiles, dependencies: new Map(found) };
  }

  /** Whether it was merged, and what. */
  private async askMerge({ number }: PullRequest): Promise<MergeSaid> {
    const { host, at, signal } = this;
    const pullRequest = await host.pullRequest(at, number, signal);
    if (pullRequest === undefined) return { kind: 'unanswered' };
    const { merged, mergeSha, baseRef, base } = pullRequest;
    const refuted = (why: string): MergeSaid => ({ kind: 'refuted', why: `the Git host says that ${why}` });
    if (base?.id !== undefined && at.id !== undefined && base.id !== at.id)
      return refuted('the repository has another number');
    if (!merged || mergeSha === undefined) return refuted('the pull request is not merged');
    const isHeld = await host.holds(at, baseRef, mergeSha, signal);
    if (isHeld === undefined) return { kind: 'unanswered' };
    return isHeld ? { kind: 'confirmed', pullRequest } : refuted('its merge commit is not on the branch');
  }

  private isNarrow(): boolean {
    return this.shares.some(({ apps }) => dependsOnPaths(apps));
  }

  private async changedFiles(number: number): Promise<readonly string[] | undefined> {
    return this.isNarrow() ? this.host.changedFiles(this.at, number, this.signal) : undefined;
  }

  private async askMembers(repo: Repo, accounts: readonly Account[]): Promise<void> {
    const { members, unanswered } = this.rights;
    const at = repo === this.repo ? this.at : repo;
    await Promise.all(
      [...new Map(accounts.map((account) => [account.login, account])).values()].map(async (account) => {
        const answer = await this.host.mayPush(at, account, this.signal);
        if (answer === undefined) unanswered.push(account.login);
        else members.set(memberKey(repo, account.login), answer);
      }),
    );
  }
}

const authorOf = ({ author, authorId }: PullRequest): Account => ({ login: author, id: authorId });

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
