import { readFile } from 'node:fs/promises';
import type { Octokit } from '@octokit/core' with { 'resolution-mode': 'import' };
import { z } from 'zod';
import type { GitHubRequest } from '../hosts/github-host';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Settings } from '../settings';

/** GitHub, and who we are there. */
export interface GitHub {
  readonly request: GitHubRequest;
  /** Undefined: a token speaks, not an App. */
  readonly appId?: number;
  /** Under which what we write stands. */
  login(): Promise<string>;
}

/** What each call about a repository is given. */
export interface RepoPath {
  readonly owner: string;
  readonly repo: string;
  readonly request: { readonly signal: AbortSignal };
}

/** GitHub has asked to wait, and is not asked before that. */
export class GitHubWaits extends Error {
  override readonly name = 'GitHubWaits';
}

/** What another call would not change; 429 is the throttling's. */
const FINAL = [400, 401, 403, 404, 410, 422, 429, 451];

/**
 * A client of GitHub's API that keeps to its limits, as an App or with a token, of which the file is read for each call:
 * it changes. Where GitHub asks to wait, all calls fail until then, and no call waits with what it was to tell: that is
 * composed anew when it is its time.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 * @returns undefined if the secret of neither is there: then GitHub is neither asked nor told
 */
export async function connectGitHub(
  { apiUrl: baseUrl, app, tokenFile }: Settings['github'],
  log: Log,
  metrics: Metrics,
): Promise<GitHub | undefined> {
  const secret = () => contentOf(app?.privateKeyFile ?? tokenFile);
  const privateKey = await secret();
  if (privateKey === undefined) return undefined;
  const [{ Octokit }, { retry }, { throttling }, { createAppAuth }] = await Promise.all([
    import('@octokit/core'),
    import('@octokit/plugin-retry'),
    import('@octokit/plugin-throttling'),
    import('@octokit/auth-app'),
  ]);
  let quietUntil = 0;
  const wait = (seconds: number, { url }: { url: string }): boolean => {
    quietUntil = Math.max(quietUntil, performance.now() + seconds * 1000);
    log.warn({ url, seconds }, 'GitHub asks to wait');
    return false;
  };
  const octokit = new (Octokit.plugin(retry, throttling))({
    baseUrl,
    userAgent: 'tekton-dag-orchestrator',
    retry: { doNotRetry: FINAL },
    throttle: { onRateLimit: wait, onSecondaryRateLimit: wait },
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message: string) => log.debug(message),
      error: (message: string) => log.debug(message),
    },
    ...(app && {
      authStrategy: createAppAuth,
      auth: { appId: app.id, privateKey, installationId: app.installationId },
    }),
  });
  if (app === undefined) {
    octokit.hook.before('request', async ({ headers }) => {
      headers.authorization = `token ${await secret()}`;
    });
  }
  measure(octokit, metrics);
  octokit.hook.before('request', () => {
    const seconds = Math.ceil((quietUntil - performance.now()) / 1000);
    if (seconds > 0) throw new GitHubWaits(`GitHub is not asked for ${seconds} s, as it wished`);
  });
  const request: GitHubRequest = (route, parameters) => octokit.request(route, parameters);
  return { request, appId: app && Number(app.id), login: loginOf(request, app !== undefined, secret) };
}

function measure(octokit: Octokit, metrics: Metrics): void {
  const count = (op: string, code: number) => metrics.githubRequests.inc({ op, code: String(code) });
  octokit.hook.after('request', ({ status, headers }, { method, url }) => {
    count(`${method} ${url}`, status);
    const left = headers['x-ratelimit-remaining'];
    if (left !== undefined) metrics.githubRatelimitRemaining.set(Number(left));
  });
  octokit.hook.error('request', (error, { method, url }) => {
    count(`${method} ${url}`, 'status' in error && typeof error.status === 'number' ? error.status : 0);
    throw error;
  });
}

/** Asked once for each secret: an App's is its name, a token's that of its user. */
function loginOf(request: GitHubRequest, isApp: boolean, secret: () => Promise<string | undefined>): GitHub['login'] {
  let known: { readonly secret: string | undefined; readonly login: string } | undefined;
  const ask = async (): Promise<string> => {
    if (isApp) return `${z.object({ slug: z.string() }).parse((await request('GET /app', {})).data).slug}[bot]`;
    return z.object({ login: z.string() }).parse((await request('GET /user', {})).data).login;
  };
  return async () => {
    const now = await secret();
    if (known === undefined || known.secret !== now) known = { secret: now, login: await ask() };
    return known.login;
  };
}

const PER_PAGE = 100;

/** Everything that a list of GitHub's has, page by page, as far as it is read. */
export async function* paged<T>(
  request: GitHubRequest,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  read: (data: unknown) => readonly T[],
): AsyncGenerator<T> {
  for (let page = 1; ; page++) {
    const items = read((await request(route, { ...parameters, per_page: PER_PAGE, page })).data);
    yield* items;
    if (items.length < PER_PAGE) return;
  }
}

/** A Secret that is not there is mounted as no file. */
async function contentOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return (await readFile(file, 'utf8')).trim() || undefined;
  } catch {
    return undefined;
  }
}
