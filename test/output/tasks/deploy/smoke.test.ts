import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { smoke } from '../../../../lib/output/tasks/deploy/smoke';
import { FakeCluster } from '../support/cluster';
import { Routers } from '../support/routers';
import { NAMESPACE, describeScripts, runTask } from '../support/run-task';

/** A server that says a text to whoever connects, and hangs up once it is asked something. */
async function listening(text: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(text)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

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

  it('takes what listens without HTTP, and not what cannot be asked at all', async () => {
    const servers = await Promise.all(['', 'SSH-2.0-x\r\n'].map(listening));
    try {
      const urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const { code, stdout, stderr } = await ask(
        `silent=${urls[0]}`,
        `ssh=${urls[1]}`,
        'wrong=http://127.0.0.1:99999/',
      );
      expect(code).toBe(1);
      expect(stdout).toMatch(
        /^ok: silent: a connection, not in HTTP \(curl: \d+\)\nok: ssh: a connection, not in HTTP \(curl: \d+\)\n$/,
      );
      expect(stderr).toContain('wrong: GET http://127.0.0.1:99999/: no answer (curl: 3)');
    } finally {
      servers.forEach((server) => server.close());
    }
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
