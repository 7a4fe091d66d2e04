import type { Call, Endpoints } from './github-api';
import { Refusal } from './github-api';
import { example } from './github-description';

export interface Status {
  readonly repo: string;
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description?: string;
}

export interface CheckRun {
  readonly id: number;
  readonly repo: string;
  readonly head_sha: string;
  readonly name: string;
  readonly external_id: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string; readonly summary: string; readonly annotations?: readonly object[] };
}

export interface Comment {
  readonly id: number;
  readonly repo: string;
  readonly issue: number;
  readonly login: string;
  body: string;
}

/** Who speaks with the token that an App is given, and with any other. */
export const APP = {
  id: 4711,
  slug: 'tekton-dag-app',
  login: 'tekton-dag-app[bot]',
  token: 'ghs_installation',
} as const;
export const USER = 'ci-user';

/** What GitHub was told of runs, and who has told it: a user with a token, or an App. */
export class Reports {
  readonly statuses: Status[] = [];
  readonly checkRuns: CheckRun[] = [];
  readonly comments: Comment[] = [];

  /** As somebody writes it. */
  comment(issue: number, login: string, body: string, repo = 'acme/web'): Comment {
    const comment = { id: this.comments.length + 1, repo, issue, login, body };
    this.comments.push(comment);
    return comment;
  }

  readonly endpoints: Endpoints = {
    'GET /user': ({ token }) => {
      if (token === APP.token) throw new Refusal(403, 'Resource not accessible by integration');
      return { ...example('private-user-response-with-public-profile-information'), login: USER };
    },
    'GET /app': ({ token }) => {
      if (!isJwt(token)) throw new Refusal(401, 'A JSON web token could not be decoded');
      return { ...example('integration'), slug: APP.slug };
    },
    'POST /app/installations/{installation_id}/access_tokens': ({ token }) => {
      if (!isJwt(token)) throw new Refusal(401, 'A JSON web token could not be decoded');
      return {
        ...example('installation-token'),
        token: APP.token,
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      };
    },
    'POST /repos/{owner}/{repo}/statuses/{sha}': ({ path, body }) => {
      const status = { repo: repoOf(path), sha: path.sha, ...body } as Status;
      this.statuses.push(status);
      return { ...example('status'), ...body };
    },
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': ({ path, query }) => {
      const found = this.checkRuns.filter(
        (run) =>
          run.repo === repoOf(path) &&
          run.head_sha === path.ref &&
          (query.check_name === undefined || run.name === query.check_name),
      );
      const latest = found.filter(
        (run) => query.filter === 'all' || !found.some((other) => other.name === run.name && other.id > run.id),
      );
      return { total_count: latest.length, check_runs: pageOf(latest, query).map(shownCheckRun) };
    },
    'POST /repos/{owner}/{repo}/check-runs': ({ path, body, token }) => {
      // https://docs.github.com/en/rest/checks/runs: only Apps may write them
      if (token !== APP.token) throw new Refusal(403, 'You must authenticate via a GitHub App.');
      const run = {
        id: this.checkRuns.length + 1,
        repo: repoOf(path),
        external_id: '',
        status: 'queued',
        conclusion: null,
        output: { title: '', summary: '' },
        ...body,
      } as unknown as CheckRun;
      this.checkRuns.push(run);
      return shownCheckRun(run);
    },
    'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': ({ path, body, token }) => {
      if (token !== APP.token) throw new Refusal(403, 'You must authenticate via a GitHub App.');
      const index = this.checkRuns.findIndex(({ id }) => id === path.check_run_id);
      if (index < 0) throw new Refusal(404, 'Not Found');
      const before = this.checkRuns[index]!;
      const run = { ...before, ...body } as CheckRun;
      // https://docs.github.com/en/rest/checks/runs#update-a-check-run: annotations are added to those that are there
      const annotations = [...(before.output.annotations ?? []), ...(run.output.annotations ?? [])];
      this.checkRuns[index] = { ...run, output: { ...run.output, annotations } };
      return shownCheckRun(this.checkRuns[index]);
    },
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': ({ path, query }) =>
      pageOf(
        this.comments.filter(({ repo, issue }) => repo === repoOf(path) && issue === path.issue_number),
        query,
      ).map(shownComment),
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': ({ path, body, token }) =>
      shownComment(this.comment(Number(path.issue_number), loginOf(token), String(body.body), repoOf(path))),
    'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': ({ path, body }) => {
      const comment = this.comments.find(({ id }) => id === path.comment_id);
      if (comment === undefined) throw new Refusal(404, 'Not Found');
      comment.body = String(body.body);
      return shownComment(comment);
    },
  };
}

/** The part of a list that was asked for. https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
export function pageOf<T>(all: readonly T[], { per_page = 30, page = 1 }: Call['query']): readonly T[] {
  return all.slice((Number(page) - 1) * Number(per_page), Number(page) * Number(per_page));
}

export const repoOf = ({ owner, repo }: Call['path']): string => `${String(owner)}/${String(repo)}`;

const isJwt = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
const loginOf = (token: string): string => (token === APP.token ? APP.login : USER);

function shownComment({ id, login, body }: Comment): object {
  const shown = example<{ readonly user: object }>('issue-comment');
  return { ...shown, id, body, user: { ...shown.user, login } };
}

function shownCheckRun({ repo: _, output: { annotations = [], ...output }, ...run }: CheckRun): object {
  const shown = example<{ readonly output: object }>('check-run');
  return { ...shown, ...run, output: { ...shown.output, ...output, annotations_count: annotations.length } };
}
