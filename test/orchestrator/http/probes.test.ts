import { probeRoutes } from '../../../orchestrator/src/http/probes';
import { createServer } from '../../../orchestrator/src/http/server';
import { configurationOf, shop, silent } from '../support';
import { inject } from '../support/inject';

const ready = async (behind?: { readonly runs: number; readonly seconds: number }) => {
  const app = createServer(silent, { draining: false, closing: false });
  probeRoutes(app, {
    configuration: { current: configurationOf(shop()) },
    secrets: { active: [{ id: 'current', value: Buffer.from('a secret') }] },
    lifecycle: { draining: false, closing: false },
    lag: () => 0,
    synced: () => true,
    apiServer: () => true,
    signInProblems: () => [],
    behind: behind && (() => behind),
  });
  const { statusCode, body } = await inject(app, { method: 'GET', url: '/readyz' });
  return { statusCode, history: JSON.parse(body).history };
};

it('a replica is ready however far the history is behind, and says how far', async () => {
  expect(await ready()).toEqual({ statusCode: 200, history: undefined });
  expect(await ready({ runs: 1, seconds: 4.4 })).toEqual({
    statusCode: 200,
    history: { status: 'ok', unrecorded: 1, behindSeconds: 4 },
  });
  expect(await ready({ runs: 900, seconds: 7_200 })).toEqual({
    statusCode: 200,
    history: { status: 'behind', unrecorded: 900, behindSeconds: 7_200 },
  });
});

it('counts and names nobody, since every pod of the cluster may ask', async () => {
  const app = createServer(silent, { draining: false, closing: false });
  const current = configurationOf(shop());
  probeRoutes(app, {
    configuration: {
      current: { ...current, problems: [{ file: 'team-payments/config', message: 'is wrong', severity: 'error' }] },
    },
    secrets: { active: [] },
    lifecycle: { draining: false, closing: false },
    lag: () => 0,
    synced: () => true,
    apiServer: () => true,
    signInProblems: () => ['the provider https://dex.example.com cannot be used'],
  });
  const { body } = await inject(app, { method: 'GET', url: '/readyz' });
  expect(JSON.parse(body)).toMatchObject({ teams: 1, problems: 2 });
  expect(body).not.toMatch(/payments|dex/);
});
