import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { webPlaceOf } from '../words/git-address';
import { print, tell } from './terminal';
import { UsageError } from './usage-error';

/** `pull-request`: asks a Git host for a pull request, where a release may not push. GitHub and Gitea take the same request. */

interface Options {
  readonly url: string;
  readonly tokenFile: string;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

/** Adds the command. */
export function addPullRequestCommand(main: Command): void {
  main
    .command('pull-request')
    .description('open a pull request, and print its address; also of one that is open already')
    .requiredOption('--url <url>', 'what git clone is given')
    .requiredOption('--token-file <file>', 'file with a token of the host')
    .requiredOption('--head <branch>', 'branch with the commits')
    .requiredOption('--base <branch>', 'branch that is to take them')
    .requiredOption('--title <title>', 'in one line')
    .option('--body <text>', 'what is below the title', '')
    .action(async (options: Options) => {
      try {
        await pullRequest(options);
      } catch (error) {
        if (!isUnanswered(error)) throw error;
        tell(`error: the host of ${options.url} opens no pull request: ${whyUnanswered(error)}`);
        process.exitCode = 1;
      }
    });
}

/** As `fetch` throws what has a cause in the network, and a time that is over. */
const isUnanswered = (error: unknown): error is Error =>
  error instanceof Error &&
  (error.name === 'TimeoutError' || (error instanceof TypeError && error.cause !== undefined));

/** The network's own words: what a name that has several addresses says of each is without a message of its own. */
const whyUnanswered = ({ message, cause }: Error): string => {
  if (!(cause instanceof Error)) return message;
  return cause instanceof AggregateError ? cause.errors.map(String).join(', ') : cause.message;
};

async function pullRequest(options: Options): Promise<void> {
  const place = webPlaceOf(options.url);
  if (place === undefined)
    throw new UsageError(`--url ${options.url}: is not the address of a repository on a Git host`);
  const token = readFileSync(options.tokenFile, 'utf8').trim();
  const { head, base, title, body } = options;
  const pulls = `${await apiOf(place.origin)}/repos/${place.path}/pulls`;
  const made = await ask(pulls, token, { head, base, title, body });
  const found = made.ok ? made.body : await openOne(pulls, token, place.path, options);
  const address = field(found, 'html_url');
  if (typeof address !== 'string') {
    tell(
      `error: ${place.origin} opens no pull request (${made.status}: ${String(field(made.body, 'message') ?? 'no reason given')})`,
    );
    process.exitCode = 1;
    return;
  }
  print(address);
}

const PAGES = 20;
/** The one that is open already. Gitea knows no filter by `head`, so all are looked at. */
async function openOne(pulls: string, token: string, path: string, { head, base }: Options): Promise<unknown> {
  const owner = path.slice(0, path.indexOf('/'));
  for (let page = 1; page <= PAGES; page++) {
    const asked = { state: 'open', head: `${owner}:${head}`, base, base_branch: base, limit: '50', page: String(page) };
    const found = listOf((await ask(`${pulls}?${new URLSearchParams(asked).toString()}`, token)).body);
    const one = found.find(
      (each) => field(field(each, 'head'), 'ref') === head && field(field(each, 'base'), 'ref') === base,
    );
    if (one !== undefined || found.length === 0) return one;
  }
  return undefined;
}

/** GitHub, Gitea or Forgejo, or GitHub Enterprise: Gitea says its version where it has its API. */
async function apiOf(origin: string): Promise<string> {
  if (origin === 'https://github.com') return 'https://api.github.com';
  const gitea = `${origin}/api/v1`;
  return (await ask(`${gitea}/version`)).ok ? gitea : `${origin}/api/v3`;
}

async function ask(
  url: string,
  token?: string,
  body?: object,
): Promise<{ readonly ok: boolean; readonly status: number; readonly body: unknown }> {
  const answer = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `token ${token}` }),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
    // a token goes to this host and to no other
    redirect: 'error',
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return { ok: answer.ok, status: answer.status, body: isJson ? (JSON.parse(text) as unknown) : undefined };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
