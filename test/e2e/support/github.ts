import { randomUUID } from 'node:crypto';
import type { Certificate } from '../../support/private-authority';
import { GitHubApi } from '../../orchestrator/support/github-api';
import type { Endpoints } from '../../orchestrator/support/github-api';
import { example } from '../../orchestrator/support/github-description';
import type { Attempt, Hook } from '../../orchestrator/support/github-events';
import { Events } from '../../orchestrator/support/github-events';
import { Reports, repoOf } from '../../orchestrator/support/github-reports';
import { signed } from './deliveries';
import { changeBranch, changedPaths } from './git';
import { serveGit } from './git-http';
import type { Answer, PodAnswer, PodRequest } from './github-pod';
import { GitHubPod } from './github-pod';

/** Where GitHub Enterprise has its API. */
const ENTERPRISE = '/api/v3';

/** A pull request that was asked for. */
export interface Opened {
  readonly repo: string;
  readonly head: string;
  readonly base: string;
}

/**
 * GitHub, as the cluster sees it: it has a webhook for each repository, keeps what it is told, takes only what its own
 * description allows, and sends a delivery again when it is asked to. Repositories may be cloned from it by HTTP, too.
 */
export class GitHub {
  /** Where deliveries end. */
  address: string;
  private readonly reports = new Reports();
  private readonly events = new Events((attempt) => this.send(attempt), Date.now);
  /** Pull requests that pods asked for. */
  readonly opened: Opened[] = [];
  private readonly api = new GitHubApi({ ...this.reports.endpoints, ...this.events.endpoints, ...this.changes() });
  /** Address of the server that answers for its API, as this process reaches it. */
  private served = '';
  private readonly hooks: ReadonlyMap<string, Hook>;
  private readonly pod: GitHubPod;

  /** @param webhook its address and its secret */
  constructor(
    namespace: string,
    repositories: readonly string[],
    private readonly webhook: { readonly url: string; readonly secret: string },
  ) {
    this.pod = new GitHubPod(namespace, (request) => this.answer(request));
    this.address = webhook.url;
    this.hooks = new Map(repositories.map((repo) => [repo, this.events.hook(repo, webhook.url)]));
  }

  get host(): string {
    return this.pod.host;
  }

  /** @param certificate of its host: it speaks HTTPS then, and has its API where GitHub Enterprise has it */
  async open(certificate?: Certificate): Promise<void> {
    this.served = await this.api.listen();
    await this.pod.open(certificate);
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
    this.events.shows(repo, payload);
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

  private async answer(request: PodRequest): Promise<PodAnswer> {
    const { method, path, headers, body } = request;
    if (/\.git\//.test(path)) return serveGit(request);
    // whether it is a Gitea
    if (path.startsWith('/api/') && !path.startsWith(ENTERPRISE))
      return { status: 404, headers: {}, body: Buffer.alloc(0) };
    const url = `${this.served}${path.startsWith(ENTERPRISE) ? path.slice(ENTERPRISE.length) : path}`;
    const response = await fetch(url, { method, headers, ...(body.length > 0 && { body }) });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    };
  }

  private changes(): Endpoints {
    return {
      'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': async ({ path }) =>
        (await changedPaths(String(path.repo), changeBranch(Number(path.pull_number)))).map((filename) => ({
          ...example<{ readonly 0: object }>('diff-entry-items')[0],
          filename,
        })),
      'POST /repos/{owner}/{repo}/pulls': ({ path, body }) => {
        const opened = { repo: repoOf(path), head: String(body.head), base: String(body.base) };
        this.opened.push(opened);
        const html_url = `https://${this.host}/${opened.repo}/pull/${this.opened.length}`;
        // an example that its own description does not allow
        return { ...example('pull-request'), requested_teams: [], html_url };
      },
    };
  }

  private async send({ guid, event, payload }: Pick<Attempt, 'guid' | 'event' | 'payload'>): Promise<number> {
    return (await this.pod.send(this.address, signed(event, guid, payload, this.webhook.secret))).status;
  }
}
