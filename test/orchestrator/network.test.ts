import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anyAddress } from '../../orchestrator/src/network';

it('listens on every address of either family', async () => {
  const host = await anyAddress();
  const server = createServer((_, reply) => reply.end('here'));
  await new Promise<void>((done) => server.listen(0, host, done));
  const { port } = server.address() as AddressInfo;
  const addresses = host === '::' ? ['127.0.0.1', '[::1]'] : ['127.0.0.1'];
  for (const address of addresses) {
    const answer = await fetch(`http://${address}:${port}/`, { headers: { connection: 'close' } });
    expect(await answer.text()).toBe('here');
  }
  await new Promise((done) => server.close(done));
});
