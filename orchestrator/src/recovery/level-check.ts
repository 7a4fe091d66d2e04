import { z } from 'zod';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { abortable } from '../abort';
import type { Configuration } from '../../../lib/runs/configuration/configuration';
import type { GitHost } from '../hosts/ask-host';
import { STALE_AFTER } from '../../../lib/runs/decisions/decision';
import type { PullRequest, PullRequestEvent, Repo } from '../../../lib/runs/events/event';
import { pullRequestSchema, toPullRequest, toRepo } from '../../../lib/runs/events/github-event';
import type { GitHubRequest } from '../hosts/github-host';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import { compareRequests } from '../../../lib/runs/decisions/event-order';
import { time } from '../../../lib/runs/events/payload';
import { repoKey } from '../../../lib/runs/events/event';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Creator } from '../requests/create';
import { follow } from '../requests/follow';
import { abortableCalls, forEachPermitted } from './github-calls';
import { Lists } from './lists';
import { pathOf, repositoriesAt } from './repositories';

/**
 * Reads the open and recently changed pull requests, and handles each as if its delivery had just come: what follows from
 * it exists already, or is created now. This recovers events that GitHub has no failed delivery for, because they were
 * refused or never sent.
 */

/** What the level check asks, and creates with. */
export interface LevelCheckOptions {
  readonly github: GitHubRequest;
  /** The host that the token belongs to; no other host is asked. */
  readonly host: string;
  readonly asks: GitHost;
  readonly configuration: { readonly current: Configuration | undefined };
  readonly creator: Creator;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
}

/** https://docs.github.com/en/rest/pulls/pulls#list-pull-requests */
const listed = pullRequestSchema.extend({ created_at: time });
type Listed = z.output<typeof listed>;
const commitSchema = z.object({ committer: z.object({ date: time }) });

const ROUTE = 'GET /repos/{owner}/{repo}/pulls';
/** A change that is younger may have a delivery on its way. */
const ON_ITS_WAY_MS = 120_000;
/** The time limit for creating what follows from one pull request. */
const BUDGET_MS = 8_000;

/** Checks all pull requests of the teams. */
export class LevelCheck {
  private readonly github: GitHubRequest;
  private readonly lists: Lists;
  /** By repository and number: the last change of each pull request that was checked. */
  private readonly looked = new Map<string, ReadonlyMap<number, string>>();

  constructor(
    private readonly options: LevelCheckOptions,
    private readonly signal: AbortSignal,
  ) {
    this.github = abortableCalls(signal, options.github);
    this.lists = new Lists(this.github);
  }

  /** @returns whether any repository can be read @throws if GitHub is away; the next look does what is left */
  async look(): Promise<boolean> {
    const {
      configuration: { current },
      host,
      log,
    } = this.options;
    if (current === undefined) return false;
    const repositories = repositoriesAt(host, current).map((repo) => ({ name: repo.fullName, repo }));
    return (await forEachPermitted(repositories, log, ({ repo }) => this.repository(repo, current))) > 0;
  }

  private async repository(repo: Repo, configuration: Configuration): Promise<void> {
    const parameters = { ...pathOf(repo), state: 'all', sort: 'updated', direction: 'desc' };
    const pulls = await this.lists.read(ROUTE, parameters, listed, (page) =>
      page.every((pull) => this.isRecent(pull.updated_at)),
    );
    if (pulls === undefined) return;
    const before = this.looked.get(repoKey(repo));
    const looked = new Map<number, string>();
    try {
      // in the order of the events: of two merges the first is released first
      for (const pull of [...pulls].reverse()) {
        const isDone =
          before?.get(pull.number) === pull.updated_at ||
          !this.isRecent(toPullRequest(pull).updatedAt) ||
          (await this.heal(pull, configuration));
        if (isDone) looked.set(pull.number, pull.updated_at);
      }
    } finally {
      this.looked.set(repoKey(repo), looked);
      if (looked.size < pulls.length) this.lists.forget(ROUTE, parameters);
    }
  }

  /** Handles one pull request. @returns whether nothing more is to be done for it */
  private async heal(pull: Listed, configuration: Configuration): Promise<boolean> {
    const { creator, asks, metrics, log, now } = this.options;
    if (now() - Date.parse(pull.updated_at) < ON_ITS_WAY_MS) return false;
    const pullRequest = toPullRequest(pull);
    const repo = toRepo(pull.base.repo);
    const teams = new Set(configuration.appsOf(repo).map(({ team }) => team.name));
    const known = creator.known
      .ofPullRequest(repo, pull.number)
      .filter(({ spec }) => spec.pipeline === 'pr-test' && teams.has(spec.team));
    if (
      pullRequest.open
        ? known.length === 0 && !(await this.isNew(pull, repo))
        : !this.wasServed(pullRequest, repo, teams)
    )
      return true;

    const event: PullRequestEvent = {
      kind: 'pull-request',
      action: lastAction(pullRequest, known),
      repo,
      defaultBranch: pull.base.repo.default_branch ?? 'main',
      sender: '',
      isRead: true,
      pullRequest,
    };
    const delivery = { name: `pull_request.${event.action}`, id: 'level-check' };
    const { outcomes, decision } = await abortable(
      this.signal,
      follow(event, delivery, configuration, { creator, host: asks, now, deadline: performance.now() + BUDGET_MS }),
    );
    for (const { kind, request } of outcomes) {
      if (kind === 'duplicate') continue;
      if (kind === 'created') metrics.missedEventsHealed.inc();
      log.warn(
        { repo: repo.fullName, pullRequest: pull.number, request: request.metadata.name, kind },
        'an event of a pull request was missed',
      );
    }
    return decision.unsure === undefined && outcomes.every(({ kind }) => kind !== 'unavailable');
  }

  /** Whether there is no request because the event was missed, and not because the request was pruned. */
  private async isNew(pull: Listed, repo: Repo): Promise<boolean> {
    if (this.isRecent(pull.created_at)) return true;
    const { data } = await this.github('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
      ...pathOf(repo),
      commit_sha: pull.head.sha,
    });
    return this.isRecent(commitSchema.parse(data).committer.date);
  }

  /** Whether the repository was served when the pull request was closed: what was merged before is not released. */
  private wasServed({ updatedAt }: PullRequest, repo: Repo, teams: ReadonlySet<string>): boolean {
    return [...this.options.creator.known.ofRepository(repo)].some(
      ({ metadata, spec }) =>
        teams.has(spec.team) && Date.parse(metadata.creationTimestamp ?? '') < Date.parse(updatedAt),
    );
  }

  private isRecent(when: string): boolean {
    return this.options.now() - Date.parse(when) < STALE_AFTER;
  }
}

/** The last action on a pull request, inferred from its known requests. */
function lastAction({ open, headSha }: PullRequest, known: readonly RunRequest[]): PullRequestEvent['action'] {
  if (!open) return 'closed';
  const last = known.reduce<RunRequest | undefined>(
    (best, other) => (best === undefined || compareRequests(other, best) > 0 ? other : best),
    undefined,
  );
  if (last === undefined) return 'opened';
  // another mark is a `/cancel`
  if (isCancelMarker(last)) return last.spec.source?.event === 'pull_request.closed' ? 'reopened' : 'opened';
  return last.spec.revision === headSha ? 'opened' : 'synchronize';
}
