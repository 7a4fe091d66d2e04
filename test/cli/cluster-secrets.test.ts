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

it('says where there are none', async () => {
  folder.fleet('a');
  expect((await folder.run('cluster', 'secrets')).stdout).toBe(
    'cluster prod:\n\nit needs none of its own\n\nof team a: npx tekton-dag team secrets a\n',
  );
});
