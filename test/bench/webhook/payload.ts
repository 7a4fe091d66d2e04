import { createHash, createHmac } from 'node:crypto';
import examples from '@octokit/webhooks-examples';

/** Deliveries of GitHub, as large as they are and signed: its own example of a pull request that is opened, told of others. */

export const SECRET = 'a secret of 32 characters or more';
/** GitHub's example has this much once the description is filled up. */
const BYTES = 25_000;

interface Example {
  readonly action: string;
  readonly pull_request: { readonly head: object; readonly base: object };
}
const all = examples as readonly { readonly name: string; readonly examples: readonly unknown[] }[];
const example = (all.find(({ name }) => name === 'pull_request')!.examples as readonly Example[]).find(
  ({ action }) => action === 'opened',
)!;

/** Takes a number, gives the body and the headers of a delivery. */
export type Delivery = (number: number) => { readonly body: Buffer; readonly headers: Record<string, string> };

/** Of one pull request, for each number another: the text is made once, as making it anew would be most of the client's work. */
export function deliveries(repo: string): Delivery {
  const own = {
    id: idOf(repo),
    full_name: repo,
    name: repo.split('/')[1],
    html_url: `https://github.com/${repo}`,
    clone_url: `https://github.com/${repo}.git`,
    default_branch: 'main',
  };
  const pull = {
    ...example.pull_request,
    number: 111111,
    title: 'A change',
    draft: false,
    updated_at: rfc3339(new Date()),
    author_association: 'MEMBER',
  };
  const branches = {
    head: { ...pull.head, ref: 'feature', sha: SHA, repo: own },
    base: { ...pull.base, ref: 'main', repo: own },
  };
  const text = (body: string): string =>
    JSON.stringify({ ...example, number: pull.number, repository: own, pull_request: { ...pull, ...branches, body } });
  const whole = text('x'.repeat(Math.max(0, BYTES - text('').length)));
  return (number) => {
    const body = Buffer.from(
      whole.replaceAll('111111', String(number)).replaceAll(SHA, number.toString(16).padStart(40, '0')),
    );
    return { body, headers: headersOf(body, `bench-${number}`) };
  };
}

/** Each repository has another, as at GitHub. */
export const idOf = (repo: string): number => createHash('sha256').update(repo).digest().readUInt32BE();
const SHA = 'f'.repeat(40);
const rfc3339 = (time: Date): string => time.toISOString().replace(/\.\d+/, '');

const headersOf = (body: Buffer, guid: string): Record<string, string> => ({
  'content-type': 'application/json',
  'x-github-event': 'pull_request',
  'x-github-delivery': guid.padEnd(8, '-'),
  'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
});
