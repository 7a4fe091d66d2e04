import { loadAll } from 'js-yaml';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { synthFleet } from '../../../lib/output/synth';
import { app, fixture, resolve, stackFile, team } from '../../fleet/support';
import { find as inOutput, objectsOf, permits } from '../gitops/controller';

/** Tekton Results of a release, as a cluster installs it. */

const RELEASE = { ...fixture('tekton', 'results.yaml'), file: 'vendor/results.yaml' };
const DATABASE = 'database: { host: db.example.com, secret: runs-db, tls: { caBundle: { configMap: rds-ca } } }';
const resolved = (results: string, more = '', releases = [RELEASE]) =>
  resolve({
    clusters: [{ file: 'clusters/ci.yaml', text: `name: ci\nresults: { ${results} }\n${more}` }],
    releases,
    teams: [team('alpha', ['alpha'], { cluster: 'ci' })],
    stacks: [stackFile('alpha', [app('web')])],
  });
function files(results: string): ReadonlyMap<string, string> {
  const { fleet, said } = resolved(results);
  if (fleet === undefined) throw new Error(said.join('\n'));
  return synthFleet(fleet).files;
}
const output = files(
  `release: vendor/results.yaml, ${DATABASE}, store: { name: vault }, logs: { s3: { endpoint: "https://s3.example.com", bucket: runs } }, prune: { after: 24h }, ingress: { host: results.example.com }`,
);
const installed: readonly Manifest[] = objectsOf(output, 'install/ci');
const named = (kind: string, name: string): Manifest => {
  const found = installed.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};
const containerOf = (name: string) => {
  const [container] = at(named('Deployment', name), 'spec', 'template', 'spec', 'containers') as readonly [
    { args?: string[]; env: { name: string; value?: string; valueFrom?: object }[]; volumeMounts: object[] },
  ];
  return container;
};
const valueOf = (deployment: string, name: string) =>
  containerOf(deployment).env.filter((variable) => variable.name === name);

it('holds every object of the release, but for the database that is for trying it', () => {
  const identity = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
  const released = (loadAll(RELEASE.text) as Manifest[]).map(identity);
  const made = objectsOf(new Map([...output].filter(([path]) => path.endsWith('80-results.yaml'))), 'install/ci');
  expect(made.map(identity)).toEqual(released.filter((one) => !one.includes('postgres')));
});

it.each(['tekton-results-api', 'tekton-results-retention-policy-agent'])(
  '%s reaches a PostgreSQL whose certificate it verifies',
  (name) => {
    expect(valueOf(name, 'DB_HOST')).toEqual([{ name: 'DB_HOST', value: 'db.example.com' }]);
    expect(valueOf(name, 'DB_SSLMODE')).toEqual([{ name: 'DB_SSLMODE', value: 'verify-full' }]);
    expect(valueOf(name, 'DB_SSLROOTCERT')).toEqual([
      { name: 'DB_SSLROOTCERT', value: '/etc/tekton-results-database/ca.crt' },
    ]);
    // in the place of what the release says
    expect(valueOf(name, 'DB_PASSWORD')).toEqual([
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'runs-db', key: 'POSTGRES_PASSWORD' } } },
    ]);
    expect(containerOf(name).volumeMounts).toEqual([
      { name: 'tls', mountPath: '/etc/tls', readOnly: true },
      { name: 'database-ca', mountPath: '/etc/tekton-results-database', readOnly: true },
    ]);
    expect(at(named('Deployment', name), 'spec', 'template', 'spec', 'volumes')).toEqual([
      { name: 'tls', secret: { secretName: 'tekton-results-tls' } },
      { name: 'database-ca', configMap: { name: 'rds-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    ]);
  },
);

it('keeps logs in a bucket, whose credentials the API alone has', () => {
  const api = 'tekton-results-api';
  expect(valueOf(api, 'LOGS_TYPE')).toEqual([{ name: 'LOGS_TYPE', value: 'S3' }]);
  expect(valueOf(api, 'S3_BUCKET_NAME')).toEqual([{ name: 'S3_BUCKET_NAME', value: 'runs' }]);
  expect(valueOf(api, 'S3_SECRET_ACCESS_KEY')).toEqual([
    {
      name: 'S3_SECRET_ACCESS_KEY',
      valueFrom: { secretKeyRef: { name: 'tekton-results-s3', key: 'S3_SECRET_ACCESS_KEY' } },
    },
  ]);
  expect(valueOf('tekton-results-retention-policy-agent', 'S3_SECRET_ACCESS_KEY')).toEqual([]);
});

it('lets the API ask the cluster often enough, since it does so for each call of who archives', () => {
  const rate = (deployment: string) => ['K8S_QPS', 'K8S_BURST'].map((name) => valueOf(deployment, name)[0]?.value);
  expect(rate('tekton-results-api')).toEqual(['50', '100']);
  expect(rate('tekton-results-retention-policy-agent')).toEqual([undefined, undefined]);
});

it('asks everybody for a token', () => {
  expect(valueOf('tekton-results-api', 'AUTH_DISABLE')).toEqual([{ name: 'AUTH_DISABLE', value: 'false' }]);
  expect(valueOf('tekton-results-api', 'AUTH_IMPERSONATE')).toEqual([{ name: 'AUTH_IMPERSONATE', value: 'false' }]);
});

it('prunes what is archived, and forgets by policies', () => {
  expect(containerOf('tekton-results-watcher').args).toEqual([
    '-auth_mode',
    'token',
    '-completed_run_grace_period=24h0m0s',
    '-store_deadline=24h0m0s',
    '-disable_storing_incomplete_runs=true',
    '-logs_api=true',
  ]);
  expect(named('ConfigMap', 'tekton-results-config-results-retention-policy').data).toEqual({
    runAt: '5 5 * * *',
    defaultRetention: '30d',
  });
});

it('gets its Secrets from a store, the certificate of the API too', () => {
  const secrets = installed.filter(({ kind }) => kind === 'ExternalSecret');
  expect(secrets.map(({ metadata: { name, namespace } }) => `${namespace}/${name}`)).toEqual([
    'tekton-pipelines/runs-db',
    'tekton-pipelines/tekton-results-s3',
    'tekton-pipelines/tekton-results-tls',
  ]);
  expect(at(named('ExternalSecret', 'tekton-results-tls'), 'spec', 'target', 'template', 'type')).toBe(
    'kubernetes.io/tls',
  );
});

it('may be applied by Argo CD, and is reached by an Ingress', () => {
  const application = inOutput(output, 'Application', 'tekton-dag.ci.install');
  for (const object of installed) expect([object, permits(output, application, object)]).toEqual([object, true]);
  expect(at(named('Ingress', 'tekton-results-api'), 'spec', 'rules')).toMatchObject([{ host: 'results.example.com' }]);
});

it('is there on a cluster without a team, and nobody is told that nothing is made of it', () => {
  const { fleet, said } = resolve({
    clusters: [
      { file: 'clusters/ci.yaml', text: `name: ci\nresults: { release: vendor/results.yaml, ${DATABASE} }\n` },
    ],
    releases: [RELEASE],
    teams: [team('alpha', ['alpha'], { cluster: 'other' })],
    stacks: [stackFile('alpha', [app('web')])],
  });
  expect(said.filter((line) => line.includes('clusters/ci.yaml'))).toEqual([]);
  expect(objectsOf(synthFleet(fleet!).files, 'install/ci').map(({ kind }) => kind)).toContain('Deployment');
});

it('says of no group that nothing reads it: it may read what is archived', () => {
  const { said } = resolve({
    clusters: [
      { file: 'clusters/ci.yaml', text: `name: ci\nresults: { release: vendor/results.yaml, ${DATABASE} }\n` },
    ],
    releases: [RELEASE],
    teams: [team('alpha', ['alpha'], { cluster: 'ci', group: 'alpha-devs', platform: undefined })],
    stacks: [stackFile('alpha', [app('web')])],
  });
  expect(said.filter((line) => line.includes('group'))).toEqual([]);
});

describe('is told of', () => {
  it.each<[string, () => string, RegExp]>([
    ['no release', () => resolved(DATABASE).said.join('\n'), /^clusters\/ci.yaml:2:\d+: results.release: is missing/],
    [
      'a release beside the operator’s',
      () =>
        resolved(
          `release: vendor/results.yaml, ${DATABASE}`,
          'tekton: { install: operator, channel: latest }',
        ).said.join('\n'),
      /^clusters\/ci.yaml:2:12: results.release: is not used: the operator brings a release of its own/,
    ],
    [
      'a file that is not there',
      () => resolved(`release: vendor/other.yaml, ${DATABASE}`).said.join('\n'),
      /results.release: there is no such file \(found vendor\/other.yaml/,
    ],
    [
      'another part of Tekton',
      () =>
        resolved(`release: vendor/results.yaml, ${DATABASE}`, '', [
          { ...fixture('tekton', 'release.yaml'), file: RELEASE.file },
        ]).said.join('\n'),
      /^vendor\/results.yaml: is not a release manifest of Tekton Results: it has no Deployment tekton-results-api, Deployment tekton-results-watcher or Deployment tekton-results-retention-policy-agent/,
    ],
  ])('%s', (_, told, expected) => expect(told()).toMatch(expected));
});
