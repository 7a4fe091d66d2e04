import { awaitRollout } from '../../../../lib/output/tasks/deploy/await-rollout';
import { FakeCluster } from '../support/cluster';
import { NAMESPACE, describeScripts, runTask } from '../support/run-task';

const image = (digest: string): string => `registry.example.com/shop/cart@sha256:${digest}`;

describeScripts('await-rollout', () => {
  let cluster: FakeCluster;
  beforeEach(() => (cluster = new FakeCluster()));
  const wait = (digest: string, env: Record<string, string> = {}) =>
    runTask(cluster, awaitRollout, {
      account: 'deploy',
      params: { app: 'cart', namespace: NAMESPACE, image: image(digest), commit: 'c0ffee' },
      env: { SYNC_SECONDS: '0', ...env },
    });
  /** As Argo CD does. */
  const bring = (digest: string) =>
    cluster.open({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'cart', uid: 'uid', generation: 1 },
      spec: {
        replicas: 2,
        template: { metadata: { labels: {} }, spec: { containers: [{ name: 'cart', image: image(digest) }] } },
      },
    });

  it('is done once Argo CD has brought the image and it serves', async () => {
    bring('a');
    let asked = 0;
    cluster.onCommand = () => {
      if (++asked === 3) bring('b');
    };
    expect(await wait('b', { SYNC_SECONDS: '60' })).toMatchObject({ code: 0, stdout: `cart runs ${image('b')}\n` });
    expect(cluster.history).toEqual([]);
  });

  it.each(['there is no Deployment', 'it has another image'])('says that nothing came, while %s', async (what) => {
    if (what.includes('another')) bring('a');
    expect(await wait('b')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('though commit c0ffee names it: application tekton-dag-shop says why'),
    });
  });

  it('says why it does not get ready, and what to do', async () => {
    cluster.fates.set(image('b'), 'no-image');
    bring('b');
    const { code, stderr } = await wait('b');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: cart does not get ready: its image cannot be pulled .*\. What served before goes on\. Release what fixes it, or revert commit c0ffee of the platform repository/,
    );
    expect(cluster.history).toEqual([]);
  });
});
