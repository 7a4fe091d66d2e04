import { deployApp } from '../../../../lib/output/tasks/deploy/deploy-app';
import { FakeCluster } from '../support/cluster';
import type { Fate } from '../support/cluster';
import { APPS, NAMESPACE, describeScripts, runTask } from '../support/run-task';

const image = (digest: string): string => `registry.example.com/shop/cart@sha256:${digest}`;

describeScripts('deploy-app', () => {
  let cluster: FakeCluster;
  beforeEach(() => (cluster = new FakeCluster()));
  const deploy = (digest: string, over: Record<string, string> = {}, env: Record<string, string> = {}) =>
    runTask(cluster, deployApp, {
      account: 'deploy',
      params: { app: 'cart', namespace: NAMESPACE, apps: APPS, image: image(digest), commit: 'c0ffee', ...over },
      env,
    });
  /** A version is there; `a`, or what a run that was killed left behind. */
  const serving = (digest = 'a') => {
    const template = { metadata: { labels: {} }, spec: { containers: [{ name: 'cart', image: image(digest) }] } };
    cluster.open({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'cart', uid: 'uid', generation: 1 },
      spec: { replicas: 2, template },
    });
  };
  const running = () => cluster.get('Deployment', 'cart')?.spec?.template?.spec.containers[0]?.image;

  it('applies the Deployment of the ConfigMap with the image, as it stands there otherwise', async () => {
    const { code, stdout } = await deploy('a');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`cart runs ${image('a')}`) });
    expect(cluster.get('Deployment', 'cart')).toMatchObject({
      metadata: { name: 'cart', namespace: NAMESPACE, annotations: { 'tekton-dag.io/commit': 'c0ffee' } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { 'tekton-dag.io/app': 'cart', 'tekton-dag.io/track': 'stable' } },
      },
    });
    expect(running()).toBe(image('a'));
  });

  it('may run again', async () => {
    await deploy('a');
    expect((await deploy('a')).code).toBe(0);
    expect(cluster.templatesOf('cart')).toHaveLength(1);
  });

  const causes: readonly [Fate, RegExp][] = [
    [
      'no-image',
      /image cannot be pulled \(Back-off pulling image: manifest unknown\); check that the build pushed \S+@sha256:b /,
    ],
    ['crash', /crashes \(exit code 1\); the end of its log is above/],
    ['out-of-memory', /exit code 137, killed because it used more memory than its limit/],
    ['probe-fails', /readiness probe fails \(Readiness probe failed: HTTP probe failed with statuscode: 404\)/],
    ['no-room', /no node has room for it \(0\/3 nodes are available: 3 Insufficient memory\.\)/],
    ['refused', /Kubernetes refuses its pods \(pods "x" is forbidden: exceeded quota: team\)/],
    ['starting', /its pods did not start in time/],
  ];
  it.each(causes)('goes back to what served, and says why: %s', async (fate, says) => {
    serving();
    cluster.fates.set(image('b'), fate);
    const { code, stderr } = await deploy('b');
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
    expect(stderr).toContain(`Rolled back to ${image('a')}, which serves`);
    expect(running()).toBe(image('a'));
  });

  it('names the commit of what it goes back to', async () => {
    const commitNow = () => cluster.get('Deployment', 'cart')?.metadata.annotations?.['tekton-dag.io/commit'];
    await deploy('a', { commit: 'aaaa' });
    cluster.fates.set(image('b'), 'crash');
    await deploy('b', { commit: 'bbbb' });
    expect([running(), commitNow()]).toEqual([image('a'), 'aaaa']);
    serving('c');
    await deploy('b', { commit: 'bbbb' });
    expect([running(), commitNow()]).toEqual([image('c'), undefined]);
  });

  it('shows what a crashing app printed last', async () => {
    cluster.fates.set(image('a'), 'crash');
    expect((await deploy('a')).stderr).toContain('Error: DATABASE_URL is not set');
  });

  it('gives up on a crash long before the time is over, not on a slow start', async () => {
    cluster.fates.set(image('a'), 'crash').set(image('b'), 'starting');
    const long = { ROLLOUT_SECONDS: '600' };
    expect((await deploy('a', {}, long)).stderr).toContain('it crashes');
    let asked = 0;
    cluster.onCommand = ([, , verb, kind]) => {
      if (verb === 'get' && kind === 'deployment' && ++asked > 5) cluster.fates.set(image('b'), 'ready');
    };
    expect((await deploy('b', {}, long)).code).toBe(0);
  });

  it('has nothing to go back to at first', async () => {
    cluster.fates.set(image('a'), 'no-image');
    const { code, stderr } = await deploy('a');
    expect(code).toBe(1);
    expect(stderr).toMatch(/first deployment, so there is nothing to go back to/);
    expect(running()).toBe(image('a'));
  });

  it('takes nothing back that it did not bring', async () => {
    serving();
    await deploy('b');
    cluster.fates.set(image('b'), 'probe-fails');
    const { code, stderr } = await deploy('b');
    expect(code).toBe(1);
    expect(stderr).toMatch(/changed nothing about its pods/);
    expect(running()).toBe(image('b'));
  });

  it('goes back past one that never got ready', async () => {
    serving();
    cluster.fates.set(image('b'), 'crash').set(image('c'), 'crash');
    serving('b');
    const { stderr } = await deploy('c');
    expect(stderr).toContain(`Rolled back to ${image('a')}, which serves`);
  });

  it('says that going back did not help', async () => {
    serving();
    cluster.fates.set(image('a'), 'no-room').set(image('b'), 'no-room');
    expect((await deploy('b')).stderr).toMatch(/Rolled back to \S+, which is not ready either/);
  });

  it('names the ConfigMap that lacks the app', async () => {
    const { code, stderr } = await deploy('a', { app: 'unknown' });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error: ConfigMap checkout-apps holds no Deployment of unknown: synthesize/),
    });
    expect(cluster.history).toEqual([]);
  });
});
