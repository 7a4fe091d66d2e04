import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REQUESTS } from '../../../orchestrator/src/queue/objects';
import type { Postgres } from '../../orchestrator/history/support/postgres';
import { startPostgres } from '../../orchestrator/history/support/postgres';
import { summaryWith } from '../../orchestrator/support/kept-reports';
import { request, test } from '../../orchestrator/support/team';
import { suiteWith } from '../../output/tasks/support/tools';
import type { Replica } from './support/replica';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** The whole program with a database: what is over is found when the cluster has forgotten it. */

const TEAM = 'queue-remembers';
const TESTED = 'remembered-tests';
const NAMES = Array.from({ length: 12 }, (_, index) => `remembered-${index}`);

suiteWith(['pg_ctlcluster'], 'a history', () => {
  let postgres: Postgres;
  let scene: Scene;
  let replicas: readonly Replica[];

  beforeAll(async () => {
    postgres = await startPostgres();
    const urlFile = join(postgres.folder, 'url');
    writeFileSync(urlFile, postgres.url);
    const reports = join(postgres.folder, 'reports');
    const kept = join(reports, 'shop/pr-test', TESTED, 'web/unit');
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, 'summary.json'), JSON.stringify(summaryWith('web', 'unit')));
    scene = await Scene.open({ [TEAM]: 4 }, () => true, {
      environment: { HISTORY_URL_FILE: urlFile, HISTORY_CLUSTER: 'here', TEAM, REPORTS_DIR: reports },
    });
    replicas = await scene.start({ one: [], two: [] });
  });
  afterAll(async () => {
    await scene.close();
    await postgres.remove();
  });

  const get = async (path: string) => {
    const response = await fetch(`${await replicas[1]!.address()}${path}`);
    return { status: response.status, body: JSON.parse(await response.text()), headers: response.headers };
  };
  const unrecorded = async (): Promise<readonly string[]> =>
    (await scene.requests()).filter(({ status }) => !status?.recorded).map(({ metadata }) => metadata.name);

  it('holds up no run while its database is away, and has all of them once it is back', async () => {
    await postgres.kill();
    for (const name of NAMES) await scene.ask(TEAM, request(name));
    await scene.quiet();
    expect(await unrecorded()).toHaveLength(NAMES.length);
    const away = await get('/api/runs');
    expect([away.status, away.body.length, away.headers.get('x-history')]).toEqual([200, NAMES.length, 'unavailable']);
    expect((await get('/api/runs/never-asked-for')).body.code).toBe('history_unavailable');
    await postgres.start();
    await scene.until(120, async () => {
      const left = await unrecorded();
      return left.length === 0 || `${left.join()} are not recorded`;
    });
    await scene.until(60, async () => {
      const { history } = (await get('/readyz')).body;
      return history.unrecorded === 0 || JSON.stringify(history);
    });
  });

  it('has what the tests of a run said, also when the run is gone', async () => {
    const asked = await scene.ask(TEAM, test(TESTED, 7, '2026-05-10T12:00:00Z'));
    await scene.until(120, async () => {
      const left = await unrecorded();
      return left.length === 0 || `${left.join()} are not recorded`;
    });
    expect((await get(`/api/runs/${TESTED}/reports`)).body.files).toEqual([
      { path: 'web/unit/summary.json', size: expect.any(Number) },
    ]);
    await scene.api.delete(REQUESTS, TEAM, asked.metadata.name);
    await scene.until(60, async () => {
      const names = (await scene.requests()).map(({ metadata }) => metadata.name);
      return !names.includes(TESTED) || `${names.join()} are there`;
    });
    const { tests } = (await get(`/api/runs/${TESTED}/tests`)).body;
    expect(tests).toMatchObject([{ app: 'web', kind: 'unit', failed: [{ name: 'adds up', story: { state: 'new' } }] }]);
    const query = new URLSearchParams({ team: TEAM, stack: 'shop', app: 'web', kind: 'unit', class: 'cart.Total' });
    const { runs } = (await get(`/api/cases?${query}&name=adds+up`)).body;
    expect(runs).toMatchObject([{ run: TESTED, pullRequest: 7, state: 'failed' }]);
  });

  it('is what is found of runs whose requests are gone', async () => {
    for (const name of NAMES) await scene.api.delete(REQUESTS, TEAM, name);
    await scene.until(60, async () => {
      const { body } = await get('/api/queue');
      return (await scene.requests()).length === 0 || JSON.stringify(body);
    });
    const { body, headers } = await get(`/api/runs?team=${TEAM}&pipeline=verify&phase=Succeeded&branch=main&limit=5`);
    expect(body).toHaveLength(5);
    const next = String(headers.get('x-continue'));
    const rest = await get(`/api/runs?team=${TEAM}&continue=${next}`);
    expect([...body, ...rest.body].map(({ name }) => name).sort()).toEqual([...NAMES].sort());
    expect((await get('/api/runs?author=nobody')).body).toEqual([]);
    expect((await get(`/api/runs/${NAMES[0]}`)).body).toMatchObject({
      name: NAMES[0],
      status: 'Succeeded',
      team: TEAM,
    });
    expect((await get('/api/runs/never-asked-for')).status).toBe(404);
    // no request is left that they could be of
    const { source, all, flaky } = (await get(`/api/stats?team=${TEAM}`)).body;
    const count = NAMES.length + 1;
    expect([source, all.runs, all.wait.count, flaky]).toEqual(['history', count, count, []]);
  });
});
