import { readFile } from 'node:fs/promises';
import type { Octokit } from '@octokit/core' with { 'resolution-mode': 'import' };
import { z } from 'zod';
import type { GitHubRequest } from '../hosts/github-host';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Settings } from '../settings';

/** A connection to GitHub, and the account that it writes under. */
export interface GitHub {
  readonly request: GitHubRequest;
  /** Undefined if the token is not that of an App. */
  readonly appId?: number;
  /** @returns the login that our comments bear */
  login(): Promise<string>;
}

/** The parameters of each call about a repository. */
export interface RepoPath {
  readonly owner: string;
  readonly repo: string;
  readonly request: { readonly signal: AbortSignal };
}

/** GitHub has asked to wait, so no call is made before that time. */
export class GitHubWaits extends Error {
  override readonly name = 'GitHubWaits';
}

/** A call that has no answer by then has failed: a connection that hangs holds up no other. */
const ANSWER_WITHIN_MS = 20_000;
/** The statuses that another attempt would not change; the throttling plugin deals with 429. */
const FINAL = [400, 401, 403, 404, 405, 410, 422, 429, 451];

/**
 * Connects to GitHub as an App or with a token, within the limits of its API. The file of the token is read for each call,
 * because it changes. Where GitHub asks to wait, all calls fail until then, so that nobody writes what has become old
 * meanwhile.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 * @returns undefined if there is neither a token nor the key of an App
 */
export async function connectGitHub(
  { apiUrl: baseUrl, app, tokenFile }: Omit<Settings['github'], 'dialect'>,
  log: Log,
  metrics: Metrics,
): Promise<GitHub | undefined> {
  const secret = () => readSecret(app?.privateKeyFile ?? tokenFile);
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
  octokit.hook.before('request', (options) => {
    const seconds = Math.ceil((quietUntil - performance.now()) / 1000);
    if (seconds > 0) throw new GitHubWaits(`GitHub is not asked for ${seconds} s, as it wished`);
    const limit = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const own = options.request.signal as AbortSignal | undefined;
    options.request = { ...options.request, signal: own ? AbortSignal.any([own, limit]) : limit };
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

/** Asks for the login once for each secret: that of an App is its name, that of a token its user's. */
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

/** Yields the elements of a list, and reads a further page only when it is needed. */
export async function* paged<T>(
  request: GitHubRequest,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  read: (data: unknown) => readonly T[],
): AsyncGenerator<T> {
  let before: string | undefined;
  for (let page = 1; ; page++) {
    const items = read((await request(route, { ...parameters, per_page: PER_PAGE, page })).data);
    // Gitea gives some lists whole, whichever page is asked for
    const first = JSON.stringify(items[0]);
    if (first === before) return;
    before = first;
    yield* items;
    if (items.length < PER_PAGE) return;
  }
}

/** Reads a mounted Secret; one that does not exist has no file. */
async function readSecret(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return (await readFile(file, 'utf8')).trim() || undefined;
  } catch {
    return undefined;
  }
}
