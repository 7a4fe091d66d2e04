import { spawnSync } from 'node:child_process';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixture } from '../fleet/support';
import { Folder } from './folder';

/** `cluster secrets`: the Secrets of a cluster beside those of its teams, and the line that makes each. */

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

it('lists what a cluster needs, with the line that makes it', async () => {
  folder.fleet('a', 'b');
  folder.write(
    'clusters/prod.yaml',
    'name: prod\nwebhookRouter: { host: hooks.example.com, members: [{ name: m, url: "https://m.example.com" }] }\n',
  );
  const { status, stdout } = await folder.run('cluster', 'secrets', '--cluster', 'prod');
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^tekton-dag-webhook-router\/github-webhook-secret: verifies webhooks .*\n {2}Opaque, key current, read by webhook router\n {2}openssl rand -hex 32 \| kubectl create secret generic github-webhook-secret --namespace=tekton-dag-webhook-router --from-file=current=\/dev\/stdin$/m,
  );
  for (const team of ['a', 'b']) expect(stdout).toContain(`of team ${team}: npx tekton-dag team secrets ${team}\n`);
});

it('says the entry of the store where External Secrets makes it', async () => {
  folder.fleet('a');
  folder.write(
    'clusters/prod.yaml',
    'name: prod\nsecrets: { store: { name: vault } }\nwebhookRouter: { host: hooks.example.com, members: [{ name: m, url: "https://m.example.com" }] }\n',
  );
  const { stdout } = await folder.run('cluster', 'secrets');
  expect(stdout).toContain('made of the entry prod/github-webhook-secret of store vault: property current');
  expect(stdout).not.toContain('kubectl create secret');
});

it('makes the certificate of Results that a release installs, and leaves that of the operator to it', async () => {
  folder.fleet('a');
  const results = 'database: { host: db.example.com, tls: { caBundle: { configMap: rds-ca } } }';
  folder.write('vendor/results.yaml', fixture('tekton', 'results.yaml').text);
  folder.write('clusters/prod.yaml', `name: prod\nresults: { release: vendor/results.yaml, ${results} }\n`);
  const { stdout } = await folder.run('cluster', 'secrets');
  const lines = stdout.split('\n');
  const first = lines.indexOf('tekton-pipelines/tekton-results-tls: is the certificate of the API');
  const [make, create, remove] = lines.slice(first + 2).map((line) => line.trim());
  expect(create).toBe(
    'kubectl create secret tls tekton-results-tls --namespace=tekton-pipelines --cert=tls.crt --key=tls.key',
  );
  expect(remove).toBe('rm tls.key');
  expect(spawnSync('sh', ['-c', make!], { cwd: folder.path })).toMatchObject({ status: 0 });
  const certificate = new X509Certificate(readFileSync(join(folder.path, 'tls.crt')));
  const host = 'tekton-results-api-service.tekton-pipelines.svc.cluster.local';
  expect(certificate.checkHost(host)).toBe(host);
  expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(join(folder.path, 'tls.key'))))).toBe(true);
  folder.write(
    'clusters/prod.yaml',
    `name: prod\ntekton: { install: operator, channel: latest }\nresults: { ${results} }\n`,
  );
  expect((await folder.run('cluster', 'secrets')).stdout).not.toContain('tekton-results-tls');
});

it('says where there are none', async () => {
  folder.fleet('a');
  expect((await folder.run('cluster', 'secrets')).stdout).toBe(
    'cluster prod:\n\nit needs none of its own\n\nof team a: npx tekton-dag team secrets a\n',
  );
});
