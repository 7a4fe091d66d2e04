import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tektonDag } from '../support/cli';
import type { ApiServer } from './api-server';
import { startApiServer } from './api-server';
import { appliesTwice } from './applies-twice';
import { apply, kubectl } from './kubectl';

/** An empty cluster takes an installation of Tekton, a file after the other, and applied again nothing changes. */

const RELEASE = join(__dirname, '../fixtures/tekton/release.yaml');
const before = process.env.KUBECONFIG;
const root = mkdtempSync(join(tmpdir(), 'tekton-dag-install-'));
let server: ApiServer;

beforeAll(async () => {
  server = await startApiServer(process.env.KUBEBUILDER_ASSETS as string);
  process.env.KUBECONFIG = server.kubeconfig;
}, 90_000);
afterAll(async () => {
  process.env.KUBECONFIG = before;
  rmSync(root, { recursive: true });
  await server.stop();
});

it('of a cluster, before a team arrives', () => {
  for (const folder of ['clusters', 'vendor', 'teams/a', 'stacks']) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(RELEASE, join(root, 'vendor/tekton.yaml'));
  writeFileSync(
    join(root, 'clusters/ci.yaml'),
    'name: ci\ntekton: { install: release, release: vendor/tekton.yaml, performance: { replicas: 2, kubeApiQps: 50 } }\n' +
      'observability: { namespace: monitoring }\n' +
      'kcp: { workspace: root:ci, permissionClaims: [{ resource: configmaps, verbs: [get, list, watch] }] }\n',
  );
  writeFileSync(
    join(root, 'teams/a/team.yaml'),
    'name: a\nnamespace: a\ncluster: other\nclusters: [ci]\ngroup: a-devs\nimageRegistry: r.example.com/a\nstacks: [stacks/s.yaml]\n',
  );
  writeFileSync(
    join(root, 'stacks/s.yaml'),
    'name: s\napps: [{ name: web, repo: a/web, propagation-role: terminal }]\n',
  );
  expect(tektonDag(['synth'], { cwd: root })).toMatchObject({ status: 0 });
  apply(join(process.env.CRDS_DIR as string, 'monitoring.coreos.com.yaml'));
  kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'customresourcedefinitions', '--all']);
  const folder = join(root, 'dist/install/ci');
  for (const file of readdirSync(folder).sort()) appliesTwice(join(folder, file));
  const controller = ['deployment', 'tekton-pipelines-controller', '--namespace=tekton-pipelines'];
  expect(kubectl(['get', ...controller, '--output=jsonpath={.spec.replicas}'])).toBe('2');
}, 60_000);

it('and a kcp its workspaces, its export and what binds it', () => {
  apply(join(process.env.CRDS_DIR as string, 'kcp.io.yaml'));
  kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'customresourcedefinitions', '--all']);
  const folder = join(root, 'dist/kcp/ci');
  // each of these is applied in a workspace of its own, which has kinds that this server has not: schemas are tried in kcp
  for (const file of ['00-workspaces', 'apis/20-export', 'apis/30-policies', 'teams/a/10-binding'])
    appliesTwice(join(folder, `${file}.yaml`));
  const names = kubectl(['get', 'workspaces.tenancy.kcp.io', '--output=name']);
  expect(
    names
      .trim()
      .split('\n')
      .map((name) => name.split('/')[1]),
  ).toEqual(['a', 'tekton-dag-apis']);
}, 60_000);
