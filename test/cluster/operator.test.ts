import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tektonDag } from '../support/cli';
import type { ApiServer } from './api-server';
import { startApiServer } from './api-server';
import { appliesTwice } from './applies-twice';
import { apply, awaitKinds, kubectl } from './kubectl';

/** A cluster takes what installs Tekton by its operator, with the archive of runs and Pipelines-as-Code, and its roles hold. */

const OLM = join(__dirname, '../fixtures/olm/definitions.yaml');
const DIGEST = `sha256:${'a'.repeat(64)}`;
const before = process.env.KUBECONFIG;
const root = mkdtempSync(join(tmpdir(), 'tekton-dag-operator-'));
let server: ApiServer;

const clusterFile = (name: string, more: string) => `name: ${name}
tekton:
  install: operator
  channel: latest
  startingCSV: tektoncd-operator.v0.81.1
  approval: Manual
  catalog: { image: quay.io/acme/index@${DIGEST} }
  performance: { replicas: 2, threads: 32, kubeApiQps: 50 }
  settings: { enable-api-fields: beta, default-timeout-minutes: 90 }
  pipelinesAsCode:
    githubApp: { name: Acme CI, store: { name: vault } }
    console:
      name: Acme CI
      url: https://ci.example.com
      run: https://ci.example.com/{namespace}/{run}
      task: https://ci.example.com/{namespace}/{run}/{task}
results:
  database: { host: db.example.com, tls: { caBundle: { secret: database-ca } } }
  store: { name: vault }
  logs: { s3: { endpoint: https://s3.example.com, bucket: runs } }
  retention: { policies: [{ name: failures, statuses: [Failed], labels: { app: [web] }, retention: 90d }] }
  ingress: { host: results.example.com }
ingress: { domain: ci.example.com }
${more}`;
const teamFile = (name: string) => `name: ${name}
namespace: ci-${name}
cluster: plain
clusters: [red]
group: ${name}-developers
imageRegistry: r.example.com/${name}
stacks: [stacks/${name}.yaml]
`;
const files: Readonly<Record<string, string>> = {
  'clusters/plain.yaml': clusterFile('plain', ''),
  'clusters/red.yaml': clusterFile('red', 'platform: openshift\n').replace(
    `image: quay.io/acme/index@${DIGEST}`,
    `image: quay.io/acme/index@${DIGEST}, mirrors: [{ source: registry.redhat.io/pipelines, mirrors: [quay.io/acme] }]`,
  ),
  ...Object.fromEntries(
    ['a', 'b'].flatMap((name) => [
      [`teams/${name}/team.yaml`, teamFile(name)],
      [
        `stacks/${name}.yaml`,
        `name: ${name}\napps: [{ name: web-${name}, repo: ${name}/web, propagation-role: terminal }]\n`,
      ],
    ]),
  ),
};

beforeAll(async () => {
  server = await startApiServer(process.env.KUBEBUILDER_ASSETS as string);
  process.env.KUBECONFIG = server.kubeconfig;
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  expect(tektonDag(['synth'], { cwd: root })).toMatchObject({ status: 0 });
  apply(OLM, process.env.CRDS_DIR as string);
  awaitKinds();
}, 180_000);
afterAll(async () => {
  process.env.KUBECONFIG = before;
  rmSync(root, { recursive: true });
  await server.stop();
});

it.each(['plain', 'red'])(
  'takes what cluster %s installs, and applied again nothing changes',
  (name) => {
    const folder = join(root, 'dist/install', name);
    for (const file of readdirSync(folder).sort()) appliesTwice(join(folder, file));
    expect(kubectl(['get', 'tektonconfig', 'config', '--output=jsonpath={.spec.trigger.disabled}'])).toBe('true');
  },
  120_000,
);

it('takes the repositories of teams', () => {
  appliesTwice(...['a', 'b'].map((name) => join(root, 'dist/teams', name, '28-repositories.yaml')));
  const urls = kubectl(['get', 'repositories', '--all-namespaces', '--output=jsonpath={.items[*].spec.url}']);
  expect(urls).toBe('https://github.com/a/web https://github.com/b/web');
}, 60_000);

describe('what is archived', () => {
  beforeAll(() => {
    for (const name of ['a', 'b'])
      appliesTwice(...['00-namespace.yaml', '10-access.yaml'].map((file) => join(root, 'dist/teams', name, file)));
  }, 60_000);

  /** Whether somebody of a group may, as the API of Results asks. */
  const may = (group: string, verb: string, resource: string, namespace: string): string =>
    kubectl(
      ['create', '--filename=-', '--output=jsonpath={.status.allowed}'],
      JSON.stringify({
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: 'somebody',
          groups: [group, 'system:authenticated'],
          resourceAttributes: { group: 'results.tekton.dev', resource, verb, namespace },
        },
      }),
    );

  it.each([
    ['a-developers', 'list', 'results', 'ci-a', 'true'],
    ['a-developers', 'get', 'records', 'ci-a', 'true'],
    ['a-developers', 'get', 'logs', 'ci-a', 'true'],
    ['a-developers', 'list', 'summary', 'ci-a', 'true'],
    ['a-developers', 'list', 'results', 'ci-b', 'false'],
    ['a-developers', 'list', 'results', '', 'false'],
    ['a-developers', 'delete', 'results', 'ci-a', 'false'],
    ['a-developers', 'update', 'records', 'ci-a', 'false'],
    ['others', 'list', 'results', 'ci-a', 'false'],
  ])('%s may %s %s of %s: %s', (group, verb, resource, namespace, expected) =>
    expect(may(group, verb, resource, namespace)).toBe(expected),
  );
});
