import { smoke } from '../../../../lib/output/tasks/deploy/smoke';
import { FakeCluster } from '../support/cluster';
import { Routers } from '../support/routers';
import { NAMESPACE, describeScripts, runTask } from '../support/run-task';

describeScripts('smoke', () => {
  let cluster: FakeCluster;
  let routers: Routers;
  beforeEach(async () => {
    cluster = new FakeCluster();
    routers = await Routers.start(cluster, { fe: {}, admin: { status: 404 }, broken: { status: 503 } }, 1);
  });
  afterEach(() => routers.stop());
  const ask = (...targets: string[]) =>
    runTask(cluster, smoke, { account: 'deploy', params: { namespace: NAMESPACE, targets } });

  it('takes any answer below 500', async () => {
    expect(await ask(`fe=${routers.url('fe')}`, `admin=${routers.url('admin')}?a=b`)).toEqual({
      code: 0,
      stderr: '',
      stdout: 'ok: fe: HTTP 200\nok: admin: HTTP 404\n',
    });
  });

  it('names all that are not up, what they answer, and their pods', async () => {
    cluster.put({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'broken' }, spec: { replicas: 2 } });
    const { code, stdout, stderr } = await ask(
      `broken=${routers.url('broken')}`,
      `fe=${routers.url('fe')}`,
      'gone=http://127.0.0.1:1/',
      'nowhere=http://nowhere.invalid/',
    );
    expect(code).toBe(1);
    expect(stdout).toBe('ok: fe: HTTP 200\n');
    expect(stderr.split('\n')).toEqual([
      `broken: GET ${routers.url('broken')}: HTTP 503; pods ready: 0/2`,
      'gone: GET http://127.0.0.1:1/: connection refused; pods ready: no Deployment of it is in shop-staging',
      'nowhere: GET http://nowhere.invalid/: its name does not resolve; pods ready: no Deployment of it is in shop-staging',
      'error: not up: broken gone nowhere. Look at their pods in namespace shop-staging, then rerun',
      '',
    ]);
  });

  it('waits for one that is late', async () => {
    const url = routers.url('fe');
    const broken = routers.url('broken');
    setTimeout(() => routers.fix('broken'), 300);
    expect(
      (
        await runTask(cluster, smoke, {
          account: 'deploy',
          params: { namespace: NAMESPACE, targets: [`broken=${broken}`, `fe=${url}`] },
          env: { SMOKE_SECONDS: '10' },
        })
      ).code,
    ).toBe(0);
  });
});
