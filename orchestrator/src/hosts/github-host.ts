import { z } from 'zod';
import { abortable } from '../abort';
import type { Log } from '../log';
import type { GitHost } from './ask-host';
import type { Repo } from '../../../lib/runs/events/event';
import { pullRequestSchema, toPullRequest } from '../../../lib/runs/events/github-event';

/** One call of GitHub's API: Octokit's `request`. */
export type GitHubRequest = (
  route: string,
  parameters: Readonly<Record<string, unknown>>,
) => Promise<{ readonly data: unknown; readonly headers?: Readonly<Record<string, string | number | undefined>> }>;

const PER_PAGE = 100;
/** A pull request with more pages of files counts as changing everything. */
const PAGES = 3;
const files = z.array(z.object({ filename: z.string(), previous_filename: z.string().optional() }));

/**
 * GitHub as a host that can be asked. Where it does not answer in time, the decision is made without.
 * https://docs.github.com/en/rest/pulls/pulls
 * @param host the one that the token is for: nothing is asked of another
 */
export function githubHost(request: GitHubRequest, host: string, log: Log): GitHost {
  const ask = async <T>(
    repo: Repo,
    signal: AbortSignal,
    call: (path: Readonly<Record<string, string>>) => Promise<T>,
  ): Promise<T | undefined> => {
    const [owner = '', name = ''] = repo.fullName.split('/');
    if (repo.host !== host) return undefined;
    try {
      return await abortable(signal, call({ owner, repo: name }));
    } catch (error) {
      log.warn({ repo: repo.fullName, error: (error as Error).message }, 'GitHub could not be asked; decided without');
      return undefined;
    }
  };
  return {
    pullRequest: (repo, number, signal) =>
      ask(repo, signal, async (path) => {
        const { data } = await request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
          ...path,
          pull_number: number,
          request: { signal },
        });
        return toPullRequest(pullRequestSchema.parse(data));
      }),

    changedFiles: (repo, number, signal) =>
      ask(repo, signal, async (path) => {
        const changed: string[] = [];
        for (let page = 1; page <= PAGES; page++) {
          const { data } = await request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
            ...path,
            pull_number: number,
            per_page: PER_PAGE,
            page,
            request: { signal },
          });
          const found = files.parse(data);
          // a file that was moved changes the app that it was in, too
          changed.push(
            ...found.flatMap(({ filename, previous_filename }) =>
              previous_filename === undefined ? [filename] : [filename, previous_filename],
            ),
          );
          if (found.length < PER_PAGE) return changed;
        }
        return undefined;
      }),
  };
}

/**
 * The host of an API: `https://api.github.com` → `github.com`. A GitHub Enterprise server has its API below its own name.
 * https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/about-github-enterprise-cloud-with-data-residency
 */
export const hostOfApi = (apiUrl: string): string =>
  new URL(apiUrl).hostname.replace(/^api\.(github\.com|[^.]+\.ghe\.com)$/, '$1');
