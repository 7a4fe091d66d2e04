import { LABELS } from '../../../../lib/words/labels';
import { previewName, session as sessionOf } from '../../../../lib/words/names';
import { closePreviews } from '../../../../lib/output/tasks/preview/close-previews';
import { previewApp } from '../../../../lib/output/tasks/preview/preview-app';
import type { InterceptBackend } from '../../../../lib/words/intercept-backends';
import { FakeCluster } from '../support/cluster';
import type { Thing } from '../support/cluster';
import { BAGGAGE_KEY, HEADER, Routers } from '../support/routers';
import { RUN_NAME, APPS, NAMESPACE, describeScripts, runTask } from '../support/run-task';

const SESSION = sessionOf('acme/cart', 4);
const NAME = previewName('cart', SESSION);
const IMAGE = 'registry.example.com/shop/pr/cart@sha256:b';

describeScripts('a preview', () => {
  let cluster: FakeCluster;
  let routers: Routers;
  beforeEach(async () => {
    cluster = new FakeCluster();
    routers = await Routers.start(cluster, { fe: { calls: ['cart'] }, cart: {}, payments: {} });
  });
  afterEach(() => routers.stop());

  const params = {
    app: 'cart',
    namespace: NAMESPACE,
    apps: APPS,
    image: IMAGE,
    commit: 'c0ffee',
    session: SESSION,
    'run-uid': 'uid-1',
    'service-port': '80',
    'container-port': '8080',
    header: HEADER,
    'baggage-key': BAGGAGE_KEY,
  };
  const open = (
    backend: InterceptBackend = 'router',
    over: Record<string, string> = {},
    env: Record<string, string> = {},
  ) => runTask(cluster, previewApp, { params: { ...params, ...over }, backend, env });
  const close = (backend: InterceptBackend = 'router', uid = 'uid-1', env: Record<string, string> = {}) =>
    runTask(cluster, closePreviews, { params: { namespace: NAMESPACE, 'run-uid': uid }, backend, env });
  const at = (entry: string): number => cluster.history.indexOf(entry);
  const own = { [LABELS.app]: 'cart', [LABELS.track]: 'preview', [LABELS.session]: SESSION };

  describe('behind the router', () => {
    it('is a pod of the session, then its headless Service, and is done when every replica answers from it', async () => {
      routers.lag = 1;
      const { code, stderr, stdout } = await open('router', {}, { ROUTER_SECONDS: '10' });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`every router pod sends '${HEADER}: ${SESSION}' to ${NAME}`);
      const labels = { ...own, [LABELS.runUid]: 'uid-1', 'app.kubernetes.io/managed-by': 'tekton-dag' };
      expect(cluster.get('Deployment', NAME)).toMatchObject({
        metadata: {
          name: NAME,
          labels,
          annotations: { 'tekton-dag.io/run': RUN_NAME, 'tekton-dag.io/commit': 'c0ffee' },
        },
        spec: {
          replicas: 1,
          selector: { matchLabels: own },
          template: {
            metadata: { labels: own },
            spec: { nodeSelector: { 'kubernetes.io/arch': 'arm64' }, containers: [{ image: IMAGE }] },
          },
        },
      });
      expect(cluster.get('Service', NAME)).toMatchObject({
        metadata: { name: NAME, labels },
        spec: { clusterIP: 'None', selector: own, ports: [{ port: 80, targetPort: 8080 }] },
      });
      expect(at(`apply Deployment ${NAME}`)).toBeLessThan(at(`apply Service ${NAME}`));
      expect(cluster.history.slice(-2)).toEqual([`router-0 asked: ${NAME}`, `router-1 asked: ${NAME}`]);
      expect(at(`router-0 asked: cart-stable`)).toBeGreaterThan(at(`apply Service ${NAME}`));
    });

    it('has no account of the app and no token', async () => {
      expect(await open('router', { app: 'payments' })).toMatchObject({ code: 0 });
      const { spec } = cluster.get('Deployment', previewName('payments', SESSION))!.spec!.template!;
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        initContainers: [{ image: IMAGE }],
        volumes: [{ projected: { sources: [{ secret: { name: 's' } }] } }, { emptyDir: {} }],
      });
      expect(Object.keys(spec).filter((field) => field.startsWith('serviceAccount'))).toEqual([]);
    });

    it('asks nobody before its pod is ready, lest DNS remember that it is not there', async () => {
      cluster.fates.set(IMAGE, 'crash');
      const { code, stderr } = await open();
      expect(code).toBe(1);
      expect(stderr).toContain('Error: DATABASE_URL is not set');
      expect(stderr).toMatch(/error: the preview of cart does not get ready: it crashes \(exit code 1\)/);
      expect(cluster.history).toEqual([`apply Deployment ${NAME}`]);
    });

    it('takes over what an earlier attempt or run left', async () => {
      await open();
      const { code } = await open('router', { image: `${IMAGE}2`, 'run-uid': 'uid-2' });
      expect(code).toBe(0);
      expect(cluster.names('Deployment')).toEqual([NAME]);
      expect(cluster.get('Deployment', NAME)?.spec?.template?.spec.containers[0]?.image).toBe(`${IMAGE}2`);
      // the earlier run, closing late, no longer finds it
      expect((await close('router', 'uid-1')).code).toBe(0);
      expect(cluster.get('Service', NAME)?.metadata.labels).toMatchObject({ [LABELS.runUid]: 'uid-2' });
    });

    it('waits for a replica of the router that is being replaced', async () => {
      const [, second] = cluster.replicas;
      second!.ready = false;
      const port = second!.port;
      // ready again, but not yet serving
      second!.port = () => 1;
      cluster.onCommand = (argv) => {
        if (!argv.includes('kubernetes.io/service-name=cart')) return;
        if (second!.ready) second!.port = port;
        second!.ready = true;
      };
      expect((await open('router', {}, { ROUTER_SECONDS: '10' })).code).toBe(0);
      expect(cluster.history).toContain(`router-1 asked: ${NAME}`);
    });

    it('names the replica that does not send requests there', async () => {
      routers.lag = 1000;
      expect((await open()).stderr).toContain(
        `requests do not get there: router pod router-0 sends session ${SESSION} to cart-stable`,
      );
    });

    it('says that there is no router', async () => {
      cluster.replicas.length = 0;
      expect((await open()).stderr).toMatch(
        /Service cart leads to no ready pod of the router\. Is dist\/ applied to namespace shop-staging/,
      );
    });
  });

  describe('closed', () => {
    it('loses its Service first, and its pod when no replica leads there any more', async () => {
      await open();
      cluster.history.length = 0;
      routers.lag = 1;
      const { code, stderr } = await close('router', 'uid-1', { ROUTER_SECONDS: '10' });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const left = cluster.history.lastIndexOf(`router-1 asked: ${NAME}`);
      expect(left).toBeGreaterThan(at(`delete Service ${NAME}`));
      expect(at('router-1 asked: cart-stable')).toBeGreaterThan(left);
      expect(at(`delete Deployment ${NAME}`)).toBeGreaterThan(at('router-1 asked: cart-stable'));
      expect(cluster.names('Deployment')).toEqual([]);
      expect(cluster.names('Service').sort()).toEqual(['cart', 'fe', 'payments']);
    });

    it('is closed all the same if the router does not notice', async () => {
      await open();
      routers.lag = 1000;
      const { code, stderr } = await close();
      expect(code).toBe(0);
      expect(stderr).toContain(`warning: router pod router-0 sends session ${SESSION} to ${NAME}`);
      expect(cluster.names('Deployment')).toEqual([]);
    });

    it('goes when it never got a Service', async () => {
      cluster.fates.set(IMAGE, 'no-image');
      await open();
      expect((await close()).code).toBe(0);
      expect(cluster.names('Deployment')).toEqual([]);
    });

    it('is nothing where nothing was opened, and closed once is closed', async () => {
      expect(await close()).toMatchObject({ code: 0, stderr: '' });
      await open();
      await close();
      expect(await close()).toMatchObject({ code: 0, stderr: '' });
    });

    it('leaves what others opened, and refuses to close for nobody', async () => {
      await open();
      await close('router', 'uid-2');
      expect(await close('router', '')).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^error: run-uid is empty/),
      });
      expect(cluster.names('Deployment')).toEqual([NAME]);
    });
  });

  it('without interception answers by its own name', async () => {
    const { code, stdout } = await open('none');
    expect(code).toBe(0);
    expect(stdout).toContain(`${NAME}.${NAMESPACE}.svc:8080`);
    expect(cluster.get('Service', NAME)?.spec).toMatchObject({ clusterIP: 'None' });
    expect(cluster.history.filter((entry) => entry.includes('asked'))).toEqual([]);
    expect((await close('none')).code).toBe(0);
    expect(cluster.names('Deployment')).toEqual([]);
  });

  describe('by the Gateway API', () => {
    const parents = (type: string, status: string, observedGeneration = 1) => [
      {
        conditions: [
          { type, status, reason: 'Said', message: 'so', observedGeneration },
          { type: 'ResolvedRefs', status: 'True', observedGeneration },
        ],
      },
    ];
    const gateway = (status: Thing['status']) =>
      cluster.controllers.set('HTTPRoute', (route) => (route.status = status));
    const parentRefs = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'apps', namespace: 'infra' }];
    /** What synth made of the app. */
    const routed = (spec: object = { parentRefs, hostnames: ['cart', 'cart.shop-staging'] }) => {
      cluster.put({
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'cart' },
        spec: { ...spec, rules: [] },
      });
      cluster.put({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'cart-stable' },
        spec: { ports: [{ port: 80, targetPort: 8080, appProtocol: 'kubernetes.io/h2c' }] },
      } as unknown as Thing);
    };

    it('has a route that matches the header exactly, and is done when that is in force', async () => {
      gateway({ parents: parents('Accepted', 'True') });
      routed();
      expect(await open('gateway')).toMatchObject({ code: 0, stderr: '' });
      expect(cluster.get('HTTPRoute', NAME)).toMatchObject({
        apiVersion: 'gateway.networking.k8s.io/v1',
        metadata: { labels: { [LABELS.runUid]: 'uid-1' } },
        spec: {
          parentRefs,
          hostnames: ['cart', 'cart.shop-staging'],
          rules: [
            {
              matches: [{ headers: [{ type: 'Exact', name: HEADER, value: SESSION }] }],
              backendRefs: [{ kind: 'Service', name: NAME, port: 80 }],
            },
          ],
        },
      });
      expect(cluster.get('Service', NAME)?.spec?.ports).toEqual([
        expect.objectContaining({ port: 80, targetPort: 8080, appProtocol: 'kubernetes.io/h2c' }),
      ]);
      expect((await close('gateway')).code).toBe(0);
      expect(at(`delete HTTPRoute ${NAME}`)).toBeLessThan(at(`delete Service ${NAME}`));
      expect(at(`delete Service ${NAME}`)).toBeLessThan(at(`delete Deployment ${NAME}`));
    });

    it('is of the Service where the app is, for a mesh', async () => {
      gateway({ parents: parents('Accepted', 'True') });
      routed({ parentRefs: [{ group: '', kind: 'Service', name: 'cart', port: 80 }] });
      expect(await open('gateway')).toMatchObject({ code: 0, stderr: '' });
      const spec = cluster.get('HTTPRoute', NAME)?.spec;
      expect(spec?.parentRefs).toEqual([{ group: '', kind: 'Service', name: 'cart', port: 80 }]);
      expect(spec).not.toHaveProperty('hostnames');
    });

    it('is not opened where everybody else would get nothing', async () => {
      expect((await open('gateway')).stderr).toMatch(
        /^error: there is no HTTPRoute cart, which leads everybody else to the stable pods/,
      );
      expect(cluster.names('Deployment')).toEqual([]);
    });

    it('says what the gateway has against it', async () => {
      routed();
      gateway({ parents: parents('Accepted', 'False') });
      expect((await open('gateway')).stderr).toMatch(
        /HTTPRoute cart-pr-4-\w+ is not in force: Accepted is False: Said: so/,
      );
    });

    it('does not take what was said of an earlier route', async () => {
      routed();
      gateway({ parents: parents('Accepted', 'True', 0) });
      expect((await open('gateway')).stderr).toContain('no gateway or mesh has said anything of it');
    });
  });

  describe('by the mirrord operator', () => {
    it('is a copy of the stable pod, to which requests with the header or the baggage go', async () => {
      cluster.controllers.set('PreviewSession', (object) => (object.status = { phase: 'Ready' }));
      expect(await open('mirrord')).toMatchObject({ code: 0, stderr: '' });
      const asked = cluster.get('PreviewSession', NAME);
      expect(asked).toMatchObject({
        metadata: { labels: { [LABELS.runUid]: 'uid-1' } },
        spec: {
          image: IMAGE,
          target: { kind: 'Deployment', name: 'cart', container: 'cart' },
          incoming: { steal: true, ports: [8080] },
        },
      });
      const {
        any_of: [header, baggage],
      } = JSON.parse((asked?.spec?.incoming as { httpFilter: string }).httpFilter) as {
        any_of: [{ header: string }, { header: string }];
      };
      // (?i:…) is not JavaScript's before Node 23
      const matches = (filter: { header: string }, line: string): boolean =>
        new RegExp(filter.header.replace(/\(\?i:([^)]*)\)/, '$1')).test(line);
      expect(matches(header, `${HEADER}: ${SESSION}`)).toBe(true);
      expect(matches(header, `${HEADER}: ${SESSION}2`)).toBe(false);
      for (const yes of [`baggage: ${BAGGAGE_KEY}=${SESSION}`, `baggage: a=1, ${BAGGAGE_KEY}=${SESSION};ttl=1,b=2`])
        expect(matches(baggage, yes)).toBe(true);
      for (const no of [`baggage: ${BAGGAGE_KEY}=${SESSION}2`, `baggage: my-${BAGGAGE_KEY}=${SESSION}`])
        expect(matches(baggage, no)).toBe(false);
      expect((await close('mirrord')).code).toBe(0);
      expect(cluster.names('PreviewSession')).toEqual([]);
    });

    it('says what the operator says', async () => {
      cluster.controllers.set(
        'PreviewSession',
        (object) => (object.status = { phase: 'Failed', failureMessage: 'no licence' }),
      );
      expect((await open('mirrord')).stderr).toBe('error: the mirrord operator could not preview cart: no licence\n');
    });

    it('says that there is no operator', async () => {
      expect((await open('mirrord')).stderr).toMatch(
        /PreviewSession cart-pr-4-\w+ in shop-staging is in phase none; is the mirrord operator installed/,
      );
    });
  });

  it('by Telepresence keeps the processes of the agent, and so its token, from the app', async () => {
    expect(await open('telepresence', { app: 'payments' })).toMatchObject({ code: 0 });
    const { spec } = cluster.get('Deployment', previewName('payments', SESSION))!.spec!.template!;
    expect(spec).not.toHaveProperty('shareProcessNamespace');
    expect(spec.containers.map(({ name }) => name)).toEqual(['payments', 'intercept-agent']);
  });

  it('by Telepresence has an agent beside the app, which alone gets a token', async () => {
    expect(await open('telepresence')).toMatchObject({ code: 0, stderr: '' });
    const { containers, automountServiceAccountToken } = cluster.get('Deployment', NAME)!.spec!.template!.spec;
    expect(automountServiceAccountToken).toBe(false);
    const agent = containers.find(({ name }) => name === 'intercept-agent');
    expect(agent).toMatchObject({
      securityContext: { capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_BIND_SERVICE'] } },
      volumeMounts: expect.arrayContaining([expect.objectContaining({ name: 'agent-token' })]),
    });
    expect(agent?.command?.[2]).toContain('--http-header "$HEADER=$SESSION"');
    expect(agent?.env).toEqual(
      expect.arrayContaining([
        { name: 'HEADER', value: HEADER },
        { name: 'SESSION', value: SESSION },
      ]),
    );
    expect(containers.find(({ name }) => name === 'cart')?.volumeMounts).toBeUndefined();
    expect((await close('telepresence')).code).toBe(0);
    expect(cluster.names('Deployment')).toEqual([]);
  });
});
