import { ApiError, isForbiddenForNow } from '../../../lib/kube/api';
import { REQUESTS } from '../../../orchestrator/src/queue/objects';
import { SHA, delivery, pullRequestPayload } from '../../orchestrator/support';
import { request } from '../../orchestrator/support/team';
import type { ApiServer } from '../api-server';
import { kubectl } from '../kubectl';
import { startTektonServer } from '../tekton-server';
import type { Replica } from './support/replica';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** A namespace whose quota of requests, or of runs, is used up: room is made sooner or later, so nothing is refused. */

const { KUBEBUILDER_ASSETS: assets } = process.env;
const [REQUESTED, RUN] = ['quota-requests', 'quota-runs'];
const QUOTAS = { apiVersion: 'v1', plural: 'resourcequotas' };

// one of its own, that holds to quotas
if (assets) {
  let server: ApiServer;
  let scene: Scene;
  let replica: Replica;
  let address: string;
  beforeAll(async () => {
    server = await startTektonServer(assets, { quota: true });
    const hosts = { [REQUESTED]: 'github.com', [RUN]: 'git.example.com' };
    scene = await Scene.open({ [REQUESTED]: 2, [RUN]: 2 }, () => true, { kubeconfig: server.kubeconfig, hosts });
    replica = await scene.program.start('first');
    address = await replica.address();
    await scene.until(60, async () => (await fetch(`${address}/readyz`)).ok || 'it is not ready');
  });
  afterAll(async () => {
    await scene.close();
    await server.stop();
  });

  /** As the controller manager counts it. */
  const count = (namespace: string, resource: string, hard: number, used?: number) =>
    scene.api.patch(
      QUOTAS,
      namespace,
      'quota',
      { status: { hard: { [resource]: `${hard}` }, ...(used !== undefined && { used: { [resource]: `${used}` } }) } },
      { subresource: 'status' },
    );
  const limit = (namespace: string, resource: string, hard: number) =>
    scene.api.create(QUOTAS, namespace, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'quota' },
      spec: { hard: { [resource]: `${hard}` } },
    });
  async function deliver(number: number): Promise<Response> {
    const payload = pullRequestPayload({ number, sha: SHA.a, at: new Date().toISOString().replace(/\.\d+/, '') });
    const { url, headers, payload: body } = delivery('pull_request', payload);
    return fetch(`${address}${String(url)}`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: body as string,
    });
  }
  const messageOf = async (name: string) =>
    (await scene.requests()).find(({ metadata }) => metadata.name === name)?.status?.message;

  it('a delivery is told to come again, and then taken', async () => {
    const resource = 'count/runrequests.tekton-dag.io';
    await limit(REQUESTED, resource, 1);
    // nobody has counted yet what there is
    await count(REQUESTED, resource, 1);
    await scene.until(60, async () => {
      const denial = await scene.api
        .create(REQUESTS, REQUESTED, { ...request('probe'), metadata: { name: 'probe' } })
        .catch((error: ApiError) => error);
      if (denial instanceof ApiError) return isForbiddenForNow(denial) || denial.message;
      await scene.api.delete(REQUESTS, REQUESTED, 'probe');
      return 'the quota is not in force';
    });
    const first = deliver(1);
    await replica.proxy.passed(1, ({ method, path }) => method === 'POST' && path.endsWith(`${REQUESTED}/runrequests`));
    await count(REQUESTED, resource, 1, 0);
    expect((await first).status).toBe(202);

    const full = await deliver(2);
    expect([full.status, full.headers.get('retry-after'), ((await full.json()) as { code: string }).code]).toEqual([
      503,
      '10',
      'api_unavailable',
    ]);
    await count(REQUESTED, resource, 2, 1);
    expect((await deliver(2)).status).toBe(202);
    await scene.quiet();
    expect((await scene.requests()).map(({ spec }) => spec.pullRequest?.number).sort()).toEqual([1, 2]);
  });

  it('a request waits for its run, and says what for', async () => {
    const resource = 'count/pipelineruns.tekton.dev';
    await limit(RUN, resource, 1);
    await count(RUN, resource, 1, 1);
    await scene.ask(RUN, request('first'));
    await scene.until(
      60,
      async () =>
        /^waits: .*exceeded quota: quota/.test(`${await messageOf('first')}`) ||
        `first says ${await messageOf('first')}`,
    );
    // one that waits can be taken back, and those after it wait as well
    await scene.ask(RUN, request('second'));
    kubectl([
      'patch',
      'rreq',
      'first',
      '--namespace',
      RUN,
      '--type=merge',
      '--patch={"spec":{"cancel":true}}',
      `--kubeconfig=${server.kubeconfig}`,
    ]);
    await scene.until(
      60,
      async () => `${await messageOf('second')}`.startsWith('waits: ') || `second says ${await messageOf('second')}`,
    );
    await count(RUN, resource, 2, 1);
    const ended = (await scene.quiet()).filter(({ metadata }) => metadata.namespace === RUN);
    expect(ended.map(({ metadata, status }) => [metadata.name, status?.phase, status?.message])).toEqual([
      ['first', 'Cancelled', 'cancelled'],
      ['second', 'Succeeded', 'Succeeded'],
    ]);
    expect(scene.history.violations()).toEqual([]);
    expect(scene.history.started).toBe(3);
  });
}
