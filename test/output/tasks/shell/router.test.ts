import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Workshop } from '../support/run-script';
import { SCRIPTS } from '../support/run-script';

describe('the replicas of a router', () => {
  let shop: Workshop;
  beforeEach(() => (shop = new Workshop()));
  afterEach(() => shop.remove());

  const slice = (addressType: string, port: number, address: string, pod: string, ready = true) => ({
    addressType,
    ports: [{ port }],
    endpoints: [{ addresses: [address], conditions: { ready }, targetRef: { name: pod } }],
  });
  const use = (items: readonly object[], command: string, env: Readonly<Record<string, string>> = {}) => {
    shop.program('kubectl', `#!/bin/sh\ncat "${shop.file('slices.json', JSON.stringify({ items }))}"\n`);
    const sources = ['common', 'rollout', 'router'].map((name) => `. "${SCRIPTS}/shell/${name}.sh"`).join('\n');
    const script = shop.file('ask.sh', `set -eu\n${sources}\n${command}\n`);
    return shop.start(script, { NAMESPACE: 'shop', ROUTER_SECONDS: '1', BACKEND_HEADER: 'x-backend', ...env });
  };

  it('are found by either family, each once, IPv4 first', async () => {
    const items = [
      slice('IPv6', 10001, 'fd00::5', 'a'),
      slice('IPv4', 10001, '10.0.0.5', 'a'),
      slice('IPv6', 10001, 'fd00::6', 'b'),
      slice('IPv6', 10001, 'fd00::7', 'c', false),
      slice('FQDN', 10001, 'x.example.com', 'd'),
    ];
    const { stdout } = await use(items, 'replicas fe');
    expect(stdout.trim().split('\n')).toEqual(['10.0.0.5:10001 a', '[fd00::6]:10001 b']);
  });

  it('are asked by IPv6, past the proxy', async () => {
    const server = createServer((_, reply) => reply.writeHead(200, { 'x-backend': 'fe-stable' }).end());
    await new Promise<void>((done) => server.listen(0, '::1', done));
    const { port } = server.address() as AddressInfo;
    const command = 'routers_send fe x-dev-session pr-4-abcd fe-stable';
    expect(await use([slice('IPv6', port, '::1', 'a')], command, { http_proxy: 'http://127.0.0.1:1' })).toMatchObject({
      code: 0,
    });
    await new Promise((done) => server.close(done));
  });
});
