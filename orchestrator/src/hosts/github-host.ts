import { z } from 'zod';
import { abortable } from '../abort';
import type { Log } from '../log';
import { Answers } from './answers';
import type { GitHost } from './ask-host';
import { mayPush } from './may-push';
import { hostOfClone } from '../../../lib/words/git-address';
import type { DialectName } from '../../../lib/runs/events/delivery';
import { repoKey } from '../../../lib/runs/events/event';
import type { Repo } from '../../../lib/runs/events/event';
import { giteaPullRequest, toGiteaPullRequest } from '../../../lib/runs/events/gitea-event';
import { pullRequestSchema, toPullRequest } from '../../../lib/runs/events/github-event';

/** One call of GitHub's API: Octokit's `request`. */
export type GitHubRequest = (
  route: string,
  parameters: Readonly<Record<string, unknown>>,
) => Promise<{ readonly data: unknown; readonly headers?: Readonly<Record<string, string | number | undefined>> }>;

const PER_PAGE = 100;
/** A pull request with more pages of files counts as changing everything. */
const PAGES = 3;
/** GitHub lists no more files of a comparison. https://docs.github.com/en/rest/commits/commits#compare-two-commits */
const COMPARED_MAX = 300;
const file = z.object({ filename: z.string(), previous_filename: z.string().optional() });
const files = z.array(file);
const comparison = z.object({ files: files.optional() });
/** How many commits the second has that the first has not. */
const ahead = z.object({ total_commits: z.number() });
const commit = z.object({ tree: z.object({ sha: z.string() }) });

/** Which API is asked. */
export interface Api {
  readonly dialect: DialectName;
  /** Whether its token is for a host: nothing is asked of another. */
  readonly isHost: (host: string) => boolean;
}

/**
 * The API of GitHub, or of Gitea and Forgejo, as a host that can be asked. Where it does not answer in time, or refuses, the
 * answer is undefined, and the log says why.
 * https://docs.github.com/en/rest/pulls/pulls, https://docs.gitea.com/api/
 */
export function githubHost(request: GitHubRequest, { dialect, isHost }: Api, log: Log): GitHost {
  const members = new Answers();
  const ask = async <T>(
    repo: Repo,
    signal: AbortSignal,
    call: (path: Readonly<Record<string, unknown>>) => Promise<T>,
  ): Promise<T | undefined> => {
    const [owner = '', name = ''] = repo.fullName.split('/');
    if (!isHost(repo.host)) return undefined;
    try {
      return await abortable(signal, call({ owner, repo: name, request: { signal } }));
    } catch (error) {
      log.warn({ repo: repo.fullName, error: (error as Error).message }, 'the Git host could not be asked');
      return undefined;
    }
  };
  return {
    // whoever makes an event up may call another host its own, so that nobody is asked
    isOf: ({ host, addresses = [] }) => [host, ...addresses.map(hostOfClone)].some(isHost),

    pullRequest: (repo, number, signal) =>
      ask(repo, signal, async (path) => {
        const { data } = await request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
          ...path,
          pull_number: number,
        });
        return dialect === 'gitea'
          ? toGiteaPullRequest(giteaPullRequest.parse(data))
          : toPullRequest(pullRequestSchema.parse(data));
      }),

    changedFiles: (repo, number, signal) =>
      ask(repo, signal, async (path) => {
        const changed: string[] = [];
        for (let page = 1; page <= PAGES; page++) {
          const { data } = await request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
            ...path,
            pull_number: number,
            ...(dialect === 'gitea' ? { limit: PER_PAGE } : { per_page: PER_PAGE }),
            page,
          });
          const found = files.parse(data);
          changed.push(...pathsOf(found));
          // how long a page of Gitea is, its administrator says
          if (dialect === 'gitea' ? found.length === 0 : found.length < PER_PAGE) return changed;
        }
        return undefined;
      }),

    filesBetween: (repo, base, head, signal) =>
      ask(repo, signal, async (path) => {
        const { data } = await request('GET /repos/{owner}/{repo}/compare/{basehead}', {
          ...path,
          basehead: `${base}...${head}`,
        });
        const found = comparison.parse(data).files;
        return found === undefined || found.length >= COMPARED_MAX ? undefined : pathsOf(found);
      }),

    holds: (repo, branch, sha, signal) =>
      ask(repo, signal, async (path) => {
        const { data } = await request('GET /repos/{owner}/{repo}/compare/{basehead}', {
          ...path,
          basehead: `${branch}...${sha}`,
        });
        return ahead.parse(data).total_commits === 0;
      }),

    tree: (repo, sha, signal) =>
      ask(repo, signal, async (path) => {
        const { data } = await request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
          ...path,
          commit_sha: sha,
        });
        return commit.parse(data).tree.sha;
      }),

    async mayPush(repo, account, signal) {
      // names of both are given away, numbers are not
      const key = [repoKey(repo), repo.id, account.login.toLowerCase(), account.id].join(' ');
      const known = members.get(key);
      if (known !== undefined || account.login === '') return known ?? false;
      const answer = await ask(repo, signal, (path) =>
        mayPush(async (route, more) => (await request(route, { ...path, ...more })).data, dialect, account),
      );
      if (answer !== undefined) members.set(key, answer);
      return answer;
    },
  };
}

/** A file that was moved changes the app that it was in, too. */
const pathsOf = (changed: z.output<typeof files>): readonly string[] =>
  changed.flatMap(({ filename, previous_filename }) =>
    previous_filename === undefined ? [filename] : [filename, previous_filename],
  );
