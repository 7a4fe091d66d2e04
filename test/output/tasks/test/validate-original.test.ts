import { session as sessionOf } from '../../../../lib/words/names';
import { validateSession } from '../../../../lib/output/tasks/test/validate-session';
import { FakeCluster } from '../support/cluster';
import { BAGGAGE_KEY, HEADER, Routers } from '../support/routers';
import type { FakeApp } from '../support/routers';
import { NAMESPACE, describeScripts, openPreview, runTask } from '../support/run-task';

const SESSION = sessionOf('acme/payments', 4);

describeScripts('step original of validate-session', () => {
  let cluster: FakeCluster;
  let routers: Routers;
  afterEach(() => routers.stop());

  const start = async (apps: Record<string, FakeApp>): Promise<void> => {
    cluster = new FakeCluster();
    routers = await Routers.start(cluster, apps);
    openPreview(cluster, 'payments', SESSION);
  };
  const validate = (entries: string[] = [`fe=${routers.url('fe')}`]) =>
    runTask(cluster, validateSession, {
      step: 'original',
      params: {
        namespace: NAMESPACE,
        session: SESSION,
        header: HEADER,
        'baggage-key': BAGGAGE_KEY,
        'changed-apps': ['payments'],
        entries,
      },
    });
  const apps = (cart: FakeApp = {}): Record<string, FakeApp> => ({
    fe: { calls: ['cart'] },
    cart: { calls: ['payments'], ...cart },
    payments: {},
  });

  it('asks without a session and with one that is not open, and finds stable pods alone', async () => {
    await start(apps());
    expect(await validate()).toEqual({
      code: 0,
      stderr: '',
      stdout: 'requests without the session met stable pods alone, at 1 entry apps\n',
    });
    const sessions = new Set(
      cluster.replicas
        .flatMap(({ log }) => log)
        .filter((line) => line.includes('app=fe '))
        .map((line) => / session=(\S+)/.exec(line)?.[1]),
    );
    expect([...sessions]).toEqual(['-', expect.stringMatching(/^pr-\d{9}-none$/)]);
  });

  it('names an app that a session of an earlier request leaks to', async () => {
    await start(apps({ headers: 'leak' }));
    await fetch(routers.url('fe'), { headers: { [HEADER]: SESSION, connection: 'close' } });
    const { code, stderr } = await validate();
    expect(code).toBe(1);
    expect(stderr).toContain(
      `error: requests of others may meet what this pull request changed. payments leaks: a request to fe that was not of session ${SESSION} came to the preview of payments`,
    );
  });

  it('names an entry app whose preview answers everybody', async () => {
    await start(apps());
    routers.misroutes = 'fe-pr-9-abcd';
    const { code, stderr } = await validate();
    expect(code).toBe(1);
    expect(stderr).toContain('fe leaks: a request without a session was answered by fe-pr-9-abcd, not by fe-stable');
    expect(stderr).toMatch(
      /fe leaks: a request of session pr-\d{9}-none, which is not open, was answered by fe-pr-9-abcd/,
    );
  });

  it('does not hold what happened before, or in another session, against anybody', async () => {
    await start(apps());
    cluster.replicas[0]?.log.push(`tekton-dag app=payments session=${SESSION} to=preview status=200 path=/`);
    cluster.onCommand = (argv) => {
      if (argv.includes('logs'))
        cluster.replicas[1]?.log.push(
          `tekton-dag app=payments session=${sessionOf('acme/cart', 7)} to=preview status=200 path=/`,
        );
    };
    expect((await validate()).code).toBe(0);
  });

  it('holds nothing against an app while others use the session, and says so', async () => {
    await start(apps());
    cluster.onCommand = (argv) => {
      if (!argv.includes('logs')) return;
      cluster.replicas[0]?.log.push(
        `tekton-dag app=payments session=${SESSION} to=preview status=200 path=/`,
        `tekton-dag app=fe session=${SESSION} to=stable status=200 path=/`,
      );
    };
    const { code, stderr } = await validate();
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'warning: whether apps behind fe leak the session is not known, for others used it meanwhile\n',
    });
  });

  it('forgives a request of others of which the last line comes too late', async () => {
    await start(apps());
    const line = (app: string, to: string) => `tekton-dag app=${app} session=${SESSION} to=${to} status=200 path=/`;
    const late = [line('payments', 'preview'), line('fe', 'stable')];
    cluster.onCommand = (argv) => {
      // one line each time that the log is read, once our own requests are in it
      if (argv.includes('logs') && cluster.replicas.some(({ log }) => log.length > 0))
        cluster.replicas[0]?.log.push(...late.splice(0, 1));
    };
    expect(await validate()).toMatchObject({ code: 0, stderr: '' });
    expect(late).toEqual([]);
  });

  it('tells what cannot be reached, of every entry app', async () => {
    await start({ ...apps(), admin: {} });
    const { code, stderr } = await validate(['fe=http://127.0.0.1:1/', `admin=${routers.url('admin')}`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/fe is unreachable: GET http:\/\/127\.0\.0\.1:1\/ without a session: curl: \(7\)/);
    expect(stderr).not.toContain('admin');
  });

  it('says that a Service does not lead to the router', async () => {
    await start(apps());
    routers.misroutes = '';
    expect((await validate()).stderr).toMatch(
      /fe: the answer to a request without a session bears no x-tekton-dag-backend: Service fe does not lead to the router/,
    );
  });
});
