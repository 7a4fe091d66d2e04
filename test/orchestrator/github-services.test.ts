import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGitHubServices } from '../../orchestrator/src/github-services';
import { createMetrics } from '../../orchestrator/src/metrics';
import { knownRequests } from '../../orchestrator/src/requests/known';
import { NOW, configurationOf, shop, silent, storeOf } from './support';
import { GitHubApi } from './support/github-api';
import { Reports } from './support/github-reports';
import { requestOf } from './support/reported';

const folder = mkdtempSync(join(tmpdir(), 'github-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('asks and tells GitHub from the moment when there is a token, which may be later than the start', async () => {
  const reports = new Reports();
  const github = new GitHubApi(reports.endpoints);
  // of the host that the stand-in has
  const request = requestOf({ host: '127.0.0.1' });
  const team = shop();
  const local = {
    ...team,
    stacks: team.stacks.map((stack) => ({
      ...stack,
      apps: stack.apps.map((app) => ({ ...app, cloneUrl: `git://127.0.0.1/${app.repo}.git` })),
    })),
  };
  const metrics = createMetrics();
  const known = knownRequests(
    storeOf(() => [request]),
    () => [team],
  );
  const api = {
    list: async () => ({ items: [], resourceVersion: '1' }),
    log: async () => '',
    patch: async () => ({}),
  } as unknown as Parameters<typeof startGitHubServices>[1]['api'];
  const tokenFile = join(folder, 'token');
  const parts = await startGitHubServices(
    { apiUrl: await github.listen(), dialect: 'github', tokenFile },
    {
      api,
      requests: () => [request],
      known,
      creator: { api: api as never, known, metrics },
      configuration: { current: configurationOf(local) },
      isLeading: () => true,
      isReady: () => false,
      watermark: { read: async () => 0, write: async () => undefined },
      metrics,
      log: silent,
      now: () => NOW,
    },
  );
  const isLookedFor = async () => (await metrics.recoveryEnabled.get()).values.map(({ value }) => value);
  try {
    expect(parts.host).toBeUndefined();
    expect(await isLookedFor()).toEqual([0, 0]);
    writeFileSync(tokenFile, 'a token\n');
    // a client that is stopped in between keeps its pause between two calls
    while (reports.comments.length === 0) await sleep(100);
    expect(parts.host).toBeDefined();
    expect(await isLookedFor()).toEqual([1, 1]);
    expect(github.called.every(({ token }) => token === 'a token')).toBe(true);
  } finally {
    await parts.stop();
    await github.close();
  }
});
