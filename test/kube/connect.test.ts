import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** client-node is an ES module, which jest cannot load, so calls of connect() have a process of their own, one after another. */
const SCRIPT = `const { connect } = require('${join(__dirname, '../../lib/kube/connect')}');
(async () => {
  const said = [];
  for (const file of JSON.parse(process.argv[1])) {
    if (file === null) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = file;
    said.push(await connect().then(({ server }) => server, ({ message }) => message));
  }
  console.log(JSON.stringify(said));
})();`;
const folder = mkdtempSync(join(tmpdir(), 'connect-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What connect() says of each KUBECONFIG; of undefined: where it is not set. */
function connect(...files: readonly (string | undefined)[]): readonly string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', require.resolve('tsx/cjs'), '--eval', SCRIPT, JSON.stringify(files)],
    { env: { PATH: process.env.PATH, HOME: folder }, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout) as readonly string[];
}
let written = 0;
function configuration(text: string): string {
  const file = join(folder, `kubeconfig-${written++}`);
  writeFileSync(file, text);
  return file;
}
const configurationTo = (cluster: object): string =>
  configuration(
    JSON.stringify({
      clusters: [{ name: 'mine', cluster }],
      users: [{ name: 'me', user: {} }],
      contexts: [{ name: 'here', context: { cluster: 'mine', user: 'me' } }],
      'current-context': 'here',
    }),
  );

it('finds the cluster that KUBECONFIG names', () => {
  expect(
    connect(
      configurationTo({ server: 'https://example.com:6443/base' }),
      configurationTo({ server: 'http://127.0.0.1:8001', 'insecure-skip-tls-verify': true }),
    ),
  ).toEqual(['https://example.com:6443/base', 'http://127.0.0.1:8001']);
});

it('says what to do where no cluster is named', () => {
  const problem =
    'KUBECONFIG: there is no cluster to talk to (expected KUBECONFIG or ~/.kube/config to name a cluster; in a pod, a service account whose token is mounted)';
  expect(connect(undefined, configuration('{}'))).toEqual([problem, problem]);
});

it('says what is wrong with a configuration that cannot be used', () => {
  expect(
    connect(
      join(folder, 'missing'),
      configuration('clusters: ['),
      configurationTo({ server: 'example.com' }),
      configurationTo({ server: 'http://example.com' }),
    ),
  ).toEqual([
    expect.stringMatching(/^KUBECONFIG: cannot be read: ENOENT: no such file.*missing' \(expected KUBECONFIG or /),
    expect.stringMatching(/^KUBECONFIG: cannot be read: .* \(expected KUBECONFIG or /),
    'KUBECONFIG: mine: has no address (found example.com; expected server: https://…)',
    'KUBECONFIG: mine: is reached without encryption (found http://example.com; expected https, or insecure-skip-tls-verify: true beside the address)',
  ]);
});
