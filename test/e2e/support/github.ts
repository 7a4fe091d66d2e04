import { randomUUID } from 'node:crypto';
import { GitHubApi } from '../../orchestrator/support/github-api';
import type { Attempt, Hook } from '../../orchestrator/support/github-events';
import { Events } from '../../orchestrator/support/github-events';
import { Reports } from '../../orchestrator/support/github-reports';
import { signed } from './deliveries';
import type { Answer } from './github-pod';
import { GitHubPod } from './github-pod';

/**
 * GitHub, as the cluster sees it: it has a webhook for each repository, keeps what it is told, takes only what its own
 * description allows, and sends a delivery again when it is asked to.
 */
export class GitHub {
  /** Where deliveries end. */
  address: string;
  private readonly reports = new Reports();
  private readonly events = new Events((attempt) => this.send(attempt), Date.now);
  private readonly api = new GitHubApi({ ...this.reports.endpoints, ...this.events.endpoints });
  private readonly hooks: ReadonlyMap<string, Hook>;
  private readonly pod: GitHubPod;

  /** @param webhook its address and its secret */
  constructor(
    namespace: string,
    repositories: readonly string[],
    private readonly webhook: { readonly url: string; readonly secret: string },
  ) {
    this.pod = new GitHubPod(namespace);
    this.address = webhook.url;
    this.hooks = new Map(repositories.map((repo) => [repo, this.events.hook(repo, webhook.url)]));
  }

  get host(): string {
    return this.pod.host;
  }

  async open(): Promise<void> {
    await this.pod.open(await this.api.listen());
  }

  /** @throws if it was asked or told what GitHub does not take */
  async close(): Promise<void> {
    await this.pod.close();
    await this.api.close();
  }

  /** Sends any request, from where deliveries come from. */
  ask(...request: Parameters<GitHubPod['send']>): Promise<Answer> {
    return this.pod.send(...request);
  }

  /** Tells of an event of a pull request. @returns the status of the answer; 0: there was none */
  deliver(repo: string, payload: object): Promise<number> {
    return this.events.deliver(this.hooks.get(repo)!, randomUUID(), 'pull_request', payload);
  }

  /** What became of the deliveries about a repository, the newest first, once none is under way. */
  async attempts(repo: string): Promise<readonly Attempt[]> {
    await this.events.quiet();
    return this.hooks.get(repo)!.attempts;
  }

  /** The states that a commit has been told to be in. */
  states(sha: string): readonly string[] {
    return this.reports.statuses.filter((status) => status.sha === sha).map(({ state }) => state);
  }

  /** Of a pull request, as they are now. */
  comments(repo: string, number: number): readonly string[] {
    return this.reports.comments
      .filter((comment) => comment.repo === repo && comment.issue === number)
      .map(({ body }) => body);
  }

  /** What it was asked or told that GitHub does not take. */
  get invalid(): readonly string[] {
    return this.api.invalid;
  }

  private async send({ guid, event, payload }: Pick<Attempt, 'guid' | 'event' | 'payload'>): Promise<number> {
    return (await this.pod.send(this.address, signed(event, guid, payload, this.webhook.secret))).status;
  }
}
