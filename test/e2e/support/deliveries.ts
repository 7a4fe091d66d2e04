import { createHmac } from 'node:crypto';
import examples from '@octokit/webhooks-examples';

/** Deliveries about pull requests as GitHub writes and signs them: `pullRequestPayload`, `signed`. */

/** What happened to a pull request. */
export interface Happening {
  readonly action: 'opened' | 'synchronize' | 'closed';
  /** `owner/name` */
  readonly repo: string;
  readonly number: number;
  readonly branch: string;
  readonly sha: string;
  /** Head before a push. */
  readonly before?: string;
  /** The commit by which it was merged. */
  readonly mergeSha?: string;
}

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
const EXAMPLE = examples.find(({ name }) => name === 'pull_request')!.examples[0] as {
  readonly pull_request: { readonly head: object; readonly base: object };
  readonly repository: object;
  readonly sender: object;
};

/** It happens now. @param host of the repositories */
export function pullRequestPayload(
  host: string,
  { action, repo, number, branch, sha, before, mergeSha }: Happening,
): object {
  const { pull_request, sender } = EXAMPLE;
  const repository = {
    ...EXAMPLE.repository,
    full_name: repo,
    name: repo.split('/')[1],
    html_url: `https://${host}/${repo}`,
    clone_url: `https://${host}/${repo}.git`,
    default_branch: 'main',
  };
  return {
    action,
    number,
    ...(before !== undefined && { before, after: sha }),
    repository,
    sender,
    pull_request: {
      ...pull_request,
      number,
      state: action === 'closed' ? 'closed' : 'open',
      merged: mergeSha !== undefined,
      merge_commit_sha: mergeSha ?? null,
      updated_at: new Date().toISOString().replace(/\.\d+/, ''),
      head: { ...pull_request.head, ref: branch, sha, repo: repository },
      base: { ...pull_request.base, ref: 'main', repo: repository },
    },
  };
}

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
export function signed(
  event: string,
  guid: string,
  payload: unknown,
  secret: string,
): { readonly method: 'POST'; readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const body = JSON.stringify(payload);
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': guid,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
  return { method: 'POST', headers, body };
}
