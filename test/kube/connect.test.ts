import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** client-node is an ES module, which jest cannot load, so each call of connect() has a process of its own. */
const SCRIPT = `require('${join(__dirname, '../../lib/kube/connect')}').connect()
  .then(({ server }) => console.log(server), ({ message }) => console.log(message))`;
const folder = mkdtempSync(join(tmpdir(), 'connect-'));
afterAll(() => rmSync(folder, { recursive: true }));

function connect(KUBECONFIG?: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', require.resolve('tsx/cjs'), '--eval', SCRIPT], {
    env: { PATH: process.env.PATH, HOME: folder, ...(KUBECONFIG !== undefined && { KUBECONFIG }) },
    encoding: 'utf8',
  });
  return stdout + stderr;
}
function connectBy(text: string): string {
  writeFileSync(join(folder, 'kubeconfig'), text);
  return connect(join(folder, 'kubeconfig'));
}
const connectTo = (cluster: object): string =>
  connectBy(
    JSON.stringify({
      clusters: [{ name: 'mine', cluster }],
      users: [{ name: 'me', user: {} }],
      contexts: [{ name: 'here', context: { cluster: 'mine', user: 'me' } }],
      'current-context': 'here',
    }),
  );

it('finds the cluster that KUBECONFIG names', () => {
  expect(connectTo({ server: 'https://example.com:6443/base' })).toBe('https://example.com:6443/base\n');
  expect(connectTo({ server: 'http://127.0.0.1:8001', 'insecure-skip-tls-verify': true })).toBe(
    'http://127.0.0.1:8001\n',
  );
});

it('says what to do where no cluster is named', () => {
  const problem =
    'KUBECONFIG: there is no cluster to talk to (expected KUBECONFIG or ~/.kube/config to name a cluster; in a pod, a service account whose token is mounted)\n';
  expect(connect()).toBe(problem);
  expect(connectBy('{}')).toBe(problem);
});

it('says what is wrong with a configuration that cannot be used', () => {
  expect(connect(join(folder, 'missing'))).toMatch(
    /^KUBECONFIG: cannot be read: ENOENT: no such file.*missing' \(expected KUBECONFIG or /,
  );
  expect(connectBy('clusters: [')).toMatch(/^KUBECONFIG: cannot be read: .* \(expected KUBECONFIG or /);
  expect(connectTo({ server: 'example.com' })).toBe(
    'KUBECONFIG: mine: has no address (found example.com; expected server: https://…)\n',
  );
  expect(connectTo({ server: 'http://example.com' })).toBe(
    'KUBECONFIG: mine: is reached without encryption (found http://example.com; expected https, or insecure-skip-tls-verify: true beside the address)\n',
  );
});
