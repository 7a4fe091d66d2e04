import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CA_VARIABLES } from '../../../lib/fleet/site';
import { app, resolve, stackFile, team } from '../support';

/** A build's own variables beside those of its cluster. */

const said = (env: string, cluster: string) =>
  resolve({
    teams: [team('x', ['one'])],
    stacks: [stackFile('one', [app('a', `propagation-role: terminal, build: { tool: maven, env: { ${env} } }`)])],
    clusters: [{ file: 'clusters/one.yaml', text: `name: one\n${cluster}` }],
  }).said;

const PROXY = 'proxy: { https: "http://proxy:3128" }';
const CA = 'caBundle: { configMap: ca }';

it.each([
  ['HTTPS_PROXY', PROXY, 'proxy'],
  ['https_proxy', PROXY, 'proxy'],
  ['HTTP_PROXY', 'proxy: { http: "http://proxy:3128" }', 'proxy'],
  ['SSL_CERT_FILE', CA, 'caBundle'],
  ['NODE_EXTRA_CA_CERTS', CA, 'caBundle'],
])('%s replaces what %s says, which is told', (name, cluster, key) =>
  expect(said(`${name}: x`, cluster)).toEqual([
    expect.stringMatching(
      new RegExp(
        `^warning: stacks/one.yaml:3:\\d+: apps\\[0\\].build.env.${name}: replaces what ${key} of cluster one sets in every step: leave it out, unless this build needs another`,
      ),
    ),
  ]),
);

it.each([
  ['HTTPS_PROXY', ''],
  ['HTTP_PROXY', PROXY],
  ['SSL_CERT_FILE', PROXY],
  ['JAVA_TOOL_OPTIONS', `${PROXY}\n${CA}`],
  ['NO_PROXY', PROXY],
  ['GREETING', CA],
])('%s replaces nothing of %j', (name, cluster) => expect(said(`${name}: x`, cluster)).toEqual([]));

it('knows what the script exports', () => {
  const script = readFileSync(join(__dirname, '../../../lib/output/tasks/shell/trust.sh'), 'utf8');
  const exported = script
    .split('\n')
    .filter((line) => line.includes('export '))
    .flatMap((line) => [...line.matchAll(/([A-Za-z_]+)="/g)].map(([, name]) => name))
    .filter((name) => name !== 'JAVA_TOOL_OPTIONS');
  expect(new Set(exported)).toEqual(new Set(CA_VARIABLES));
});
