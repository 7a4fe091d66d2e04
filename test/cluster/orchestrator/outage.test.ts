import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../../lib/kube/api';
import { listWatch } from '../../../orchestrator/src/kube/list-watch';
import { LEASES, isFinal } from '../../../orchestrator/src/queue/objects';
import { request } from '../../orchestrator/support/team';
import type { ApiServer } from '../api-server';
import { startTektonServer } from '../tekton-server';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** An API server that goes away and comes back, and a leader that sleeps, while there is much to do. */

const { KUBEBUILDER_ASSETS: assets } = process.env;
const TEAM = 'queue-outage';
/** Requests that are under way when the API server goes. */
const ALL = 10;

// a cluster that others use is not interrupted
if (assets) {
  let server: ApiServer;
  let scene: Scene;
  beforeAll(async () => {
    server = await startTektonServer(assets);
    scene = await Scene.open({ [TEAM]: 2 }, () => true, { kubeconfig: server.kubeconfig });
  });
  afterAll(async () => {
    await scene.close();
    await server.stop();
  });

  /** Waits until so many requests are over. */
  const over = (count: number, seconds: number) =>
    scene.until(seconds, async () => {
      const done = (await scene.requests()).filter(isFinal).length;
      return done >= count || `${done} of ${count} are over`;
    });
  const askFor = (prefix: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => scene.ask(TEAM, request(`${prefix}-${index}`))));

  it('a copy of objects follows an API server that comes back', async () => {
    const kind = { apiVersion: 'v1', plural: 'configmaps' };
    const restarts: string[] = [];
    const store = listWatch<KubeObject>(scene.api, kind, {
      namespace: TEAM,
      onRestart: (reason) => restarts.push(reason),
    });
    const has = (name: string) =>
      scene.until(60, async () => store.get(TEAM, name) !== undefined || `${name} is not seen`);
    const make = (name: string) =>
      scene.api.create(kind, TEAM, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    await make('before');
    await has('before');
    await server.interrupt();
    await scene.until(60, async () => restarts.length > 0 || 'nothing was noticed');
    expect(store.get(TEAM, 'before')).toBeDefined();
    await server.resume();
    await make('after');
    await has('after');
    await scene.api.delete(kind, TEAM, 'before');
    await scene.until(60, async () => store.get(TEAM, 'before') === undefined || 'before is still seen');
    expect(new Set(restarts)).toContain('unreachable');
    store.stop();
  });

  it('everything that was asked for is run once, though the API server goes away in the middle', async () => {
    await Promise.all([scene.program.start('first'), scene.program.start('second')]);
    await askFor('outage', ALL);
    await over(4, 90);
    await server.interrupt();
    await sleep(2_000);
    await server.resume();
    await over(ALL, 90);
    expect((await scene.quiet()).filter(({ status }) => status?.phase !== 'Succeeded')).toEqual([]);
    expect(scene.history.violations()).toEqual([]);
    expect(scene.history.started).toBe(ALL);
  });

  it('another leads when the leader sleeps, and what waits goes on meanwhile', async () => {
    const holder = async () =>
      (await scene.api.get<KubeObject & { spec: { holderIdentity: string } }>(LEASES, TEAM, 'tekton-dag-orchestrator'))
        ?.spec.holderIdentity;
    const before = await holder();
    const leader = scene.program.leader();
    leader.signal('SIGSTOP');
    const since = performance.now();
    const another = scene
      .until(60, async () => (await holder()) !== before || 'the same still leads')
      .then(() => performance.now() - since);
    await askFor('asleep', 6);
    await over(ALL + 2, 60);
    expect(await another).toBeLessThan(25_000);
    leader.signal('SIGCONT');
    await over(ALL + 6, 60);
    expect((await scene.quiet()).filter(({ status }) => status?.phase !== 'Succeeded')).toEqual([]);
    expect(scene.history.violations()).toEqual([]);
    expect(scene.history.started).toBe(ALL + 6);
  });
}
