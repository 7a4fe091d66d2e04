import { session as sessionOf } from '../../../../lib/words/names';
import { validateSession } from '../../../../lib/output/tasks/test/validate-session';
import { FakeCluster } from '../support/cluster';
import { BAGGAGE_KEY, HEADER, Routers } from '../support/routers';
import type { FakeApp } from '../support/routers';
import { NAMESPACE, describeScripts, openPreview, runTask } from '../support/run-task';

const SESSION = sessionOf('acme/payments', 4);

describeScripts('step propagation of validate-session', () => {
  let cluster: FakeCluster;
  let routers: Routers;
  afterEach(() => routers.stop());

  const start = async (apps: Record<string, FakeApp>, previews: readonly string[] = ['payments']): Promise<void> => {
    cluster = new FakeCluster();
    routers = await Routers.start(cluster, apps);
    for (const app of previews) openPreview(cluster, app, SESSION);
  };
  const validate = (
    over: {
      changed?: string[];
      paths?: string[];
      entries?: string[];
      session?: string;
      env?: Record<string, string>;
    } = {},
  ) => {
    const {
      changed = ['payments'],
      paths = ['fe', 'fe>cart', 'fe>cart>payments'],
      entries = [`fe=${routers.url('fe')}`],
      session = SESSION,
      env,
    } = over;
    return runTask(cluster, validateSession, {
      step: 'propagation',
      params: {
        namespace: NAMESPACE,
        session,
        header: HEADER,
        'baggage-key': BAGGAGE_KEY,
        'changed-apps': changed,
        paths,
        entries,
      },
      env,
    });
  };
  const chain = (cart: FakeApp = {}, fe: FakeApp = {}): Record<string, FakeApp> => ({
    fe: { calls: ['cart'], ...fe },
    cart: { calls: ['payments'], ...cart },
    payments: {},
  });

  it('follows the session to the changed app', async () => {
    await start(chain());
    expect(await validate()).toEqual({ code: 0, stderr: '', stdout: 'ok: fe → cart → payments\n' });
  });

  it('is content with baggage alone', async () => {
    await start(chain({ headers: 'baggage' }, { headers: 'baggage' }));
    expect((await validate()).code).toBe(0);
  });

  it('follows every path, of several entries', async () => {
    await start({ ...chain(), admin: { calls: ['payments'] } }, ['payments', 'cart']);
    const { code, stdout } = await validate({
      changed: ['cart', 'payments'],
      paths: ['fe>cart', 'fe>cart>payments', 'admin>payments'],
      entries: [`fe=${routers.url('fe')}`, `admin=${routers.url('admin')}`],
    });
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').sort()).toEqual([
      'ok: admin → payments',
      'ok: fe → cart',
      'ok: fe → cart → payments',
    ]);
  });

  it('names the app that drops the header', async () => {
    await start(chain({ headers: 'drop' }));
    const { code, stderr } = await validate();
    expect(code).toBe(1);
    expect(stderr).toContain(
      `error: fe → cart → payments: cart → payments: payments was not called with the session, only without: cart drops header ${HEADER} and baggage. `,
    );
    expect(stderr).toContain(
      `did not arrive on 1 of 1 paths: each app between must copy header '${HEADER}', or member '${BAGGAGE_KEY}' of baggage`,
    );
  });

  it('tells an app that does not call from one that drops', async () => {
    await start(chain({ calls: [] }));
    expect((await validate()).stderr).toContain(
      'cart → payments: payments was not called with the session, nor without (cart answered 200 to GET',
    );
  });

  it('tells an app that cannot be reached from one that drops', async () => {
    await start(chain({ status: 503 }));
    expect((await validate()).stderr).toContain(
      'cart is unreachable: the router answered 503 for it, so it never called payments',
    );
    const nowhere = await validate({ entries: ['fe=http://127.0.0.1:1/'] });
    expect(nowhere.stderr).toMatch(/fe is unreachable: GET http:\/\/127\.0\.0\.1:1\/: curl: \(7\)/);
  });

  it('says that a Service leads past the router', async () => {
    await start({ ...chain(), elsewhere: {} });
    const { stderr } = await validate({ entries: [`fe=${routers.url('elsewhere')}`] });
    expect(stderr).toMatch(/fe answered 200 to GET \S+, but the router logged no request of the session for it/);
  });

  it('says that the preview is not open', async () => {
    await start(chain(), []);
    expect((await validate()).stderr).toContain(
      'payments was called with the session, but the router sent it to the stable pods: its preview is not open',
    );
  });

  it('does not take an earlier request, or one of another session, for its own', async () => {
    await start(chain({ headers: 'drop' }));
    for (const replica of cluster.replicas) {
      replica.log.push(
        `tekton-dag app=payments session=${SESSION} to=preview status=200 path=/`,
        `tekton-dag app=payments session=${SESSION}2 to=preview status=200 path=/`,
      );
    }
    cluster.onCommand = (argv) => {
      if (argv.includes('logs'))
        cluster.replicas[1]?.log.push(
          `tekton-dag app=payments session=- to=stable status=200 path=/?session=${SESSION}`,
          `tekton-dag app=payments session=${SESSION}2 to=preview status=200 path=/`,
          `tekton-dag app=payments session=${sessionOf('acme/payments', 42)} to=preview status=200 path=/`,
        );
    };
    expect((await validate()).code).toBe(1);
  });

  it('asks again when a router pod restarts and takes its log along', async () => {
    await start(chain());
    cluster.replicas[0]?.log.push(
      ...Array.from({ length: 5000 }, () => 'tekton-dag app=fe session=- to=stable status=200 path=/'),
    );
    let asked = 0;
    cluster.onCommand = (argv) => {
      if (argv.includes('logs') && argv.includes('router-0') && ++asked === 2) cluster.replicas[0]!.log.length = 0;
    };
    expect(await validate({ env: { PROPAGATION_SECONDS: '10' } })).toMatchObject({
      code: 0,
      stdout: 'ok: fe → cart → payments\n',
    });
    expect(asked).toBeGreaterThan(2);
  });

  it('says that there is no router to read from', async () => {
    await start(chain());
    const entries = [`fe=${routers.url('fe')}`];
    cluster.replicas.length = 0;
    expect((await validate({ entries })).stderr).toMatch(
      /^error: Service fe in shop-staging leads to no ready router pod whose log can be read/,
    );
  });

  it('leaves out what nobody reaches over HTTP, and says so', async () => {
    await start(chain());
    expect(await validate({ changed: ['ledger'] })).toEqual({
      code: 0,
      stderr: '',
      stdout: 'not checked: no way over HTTP leads from an entry app to ledger\n',
    });
  });

  it('wants a session', async () => {
    await start(chain());
    expect((await validate({ session: '' })).stderr).toBe('error: session is empty: there is nothing to follow\n');
  });
});
