import { readFile } from 'node:fs/promises';
import type { Octokit } from '@octokit/core' with { 'resolution-mode': 'import' };
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Settings } from '../settings';

/** More than that is left to the next look. */
const RETRIES = 3;

/**
 * A client of GitHub's API that keeps to its limits, as an App or with a token, of which the file is read for each call:
 * it changes. https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 * @returns undefined if neither is there: then GitHub is neither asked nor told
 */
export async function connectGitHub({ apiUrl: baseUrl, app, tokenFile }: Settings['github'], log: Log, metrics: Metrics): Promise<Octokit | undefined> {
  if (app === undefined && (tokenFile === undefined || (await tokenOf(tokenFile)) === undefined)) return undefined;
  const [{ Octokit }, { retry }, { throttling }, { createAppAuth }] = await Promise.all([import('@octokit/core'), import('@octokit/plugin-retry'), import('@octokit/plugin-throttling'), import('@octokit/auth-app')]);
  const again = (seconds: number, { url }: { url: string }, _octokit: Octokit, count: number): boolean => {
    log.warn({ url, seconds }, 'GitHub asks to wait');
    return count < RETRIES;
  };
  const octokit = new (Octokit.plugin(retry, throttling))({
    baseUrl,
    userAgent: 'tekton-dag-orchestrator',
    throttle: { onRateLimit: again, onSecondaryRateLimit: again },
    log: { debug: () => undefined, info: () => undefined, warn: (message: string) => log.debug(message), error: (message: string) => log.debug(message) },
    ...(app && { authStrategy: createAppAuth, auth: { appId: app.id, privateKey: await readFile(app.privateKeyFile, 'utf8'), installationId: app.installationId } }),
  });
  if (app === undefined && tokenFile !== undefined) {
    octokit.hook.before('request', async ({ headers }) => {
      headers.authorization = `token ${await tokenOf(tokenFile)}`;
    });
  }
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
  return octokit;
}

/** A Secret that is not there is mounted as no file. */
async function tokenOf(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined;
  } catch {
    return undefined;
  }
}
