import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { siteOf } from '../../../../lib/fleet/site';
import { script } from '../../../../lib/output/tasks/shared/script';
import { surroundings } from '../../../../lib/output/tasks/shared/surroundings';
import { withPrelude } from '../../../../lib/tekton/every-step';
import { team } from '../../team/model';
import type { PrivateNetwork } from '../support/private-network';
import { PRIVATE_HOST, startPrivateNetwork } from '../support/private-network';
import { Workshop, git, repository } from '../support/run-script';
import { gitServer } from '../support/server';

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** A package of npm, one of pip, an image, and repositories. */
function answer(repositories: string, request: IncomingMessage, response: ServerResponse): void {
  const { url = '' } = request;
  const said: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/npm/thing': [
      'application/json',
      JSON.stringify({ name: 'thing', 'dist-tags': { latest: '7.1.3' }, versions: { '7.1.3': { version: '7.1.3' } } }),
    ],
    '/pip/thing/': ['text/html', '<a href="thing-7.1.3.tar.gz">thing-7.1.3.tar.gz</a>'],
    '/v2/': ['application/json', '{}'],
    '/v2/thing/manifests/7.1.3': [
      'application/vnd.oci.image.manifest.v1+json',
      '{"schemaVersion":2,"is":"thing 7.1.3"}',
    ],
    '/text': ['text/plain', 'thing 7.1.3'],
  };
  const known = said[url];
  if (known) response.writeHead(200, { 'content-type': known[0] }).end(known[1]);
  else gitServer(repositories)(request, response);
}

const JAVA = `import java.net.*; import java.util.*;
class Ask { public static void main(String[] a) throws Exception {
  System.out.println(new Scanner(new URL("https://${PRIVATE_HOST}/text").openStream()).nextLine()); } }`;
const ORCHESTRATOR = join(__dirname, '../../../../orchestrator/src/network.ts');

describe('a step in a network with a proxy and a private authority', () => {
  let shop: Workshop;
  let network: PrivateNetwork;
  beforeEach(async () => {
    shop = new Workshop();
    network = await startPrivateNetwork(shop, (request, response) => answer(shop.path('repos'), request, response));
  });
  afterEach(async () => {
    await network.stop();
    shop.remove();
  });

  const given = (over: { readonly proxy?: boolean; readonly caBundle?: boolean } = {}) => {
    const site = siteOf({
      ...(over.proxy !== false && { proxy: { http: network.proxy, https: network.proxy, noProxy: [] } }),
      ...(over.caBundle !== false && { caBundle: { configMap: 'private-ca', key: 'ca.crt' } }),
    });
    const { env, prelude } = surroundings(team({}, undefined, { site }));
    return { env: { ...env, ...('CA_BUNDLE' in env && { CA_BUNDLE: network.bundle }) }, prelude };
  };
  const run = (text: string, where: ReturnType<typeof given>, env: Readonly<Record<string, string>> = {}) =>
    shop.start(shop.file('step.sh', withPrelude(text, where.prelude)), { ...where.env, ...env });
  const step = (command: string): string => `#!/bin/sh\nset -eu\ncd "$HOME"\n${command}\n`;

  const programs: readonly (readonly [name: string, program: string, command: () => string])[] = [
    ['curl', 'curl', () => `curl -fsS https://${PRIVATE_HOST}/text`],
    [
      'npm',
      'npm',
      () => `npm view thing version --registry https://${PRIVATE_HOST}/npm/ --fetch-retries 0 --cache "$(mktemp -d)"`,
    ],
    [
      'pip',
      'pip3',
      () =>
        `python3 -m pip --isolated index versions thing --index-url https://${PRIVATE_HOST}/pip/ --retries 0 --disable-pip-version-check`,
    ],
    ['skopeo', 'skopeo', () => `skopeo --insecure-policy inspect --raw docker://${PRIVATE_HOST}/thing:7.1.3`],
    ['Java', 'keytool', () => `java ${shop.file('Ask.java', JAVA)}`],
    [
      'the orchestrator',
      'node',
      () =>
        `node --require tsx/cjs -e 'require("${ORCHESTRATOR}").useProxy(process.env); fetch("https://${PRIVATE_HOST}/text").then(async (a) => console.log(await a.text()))'`,
    ],
  ];
  for (const [name, program, command] of programs) {
    (has(program) ? it : it.skip)(`${name} reaches its server with both, and with neither alone`, async () => {
      // it takes seconds, and others have no use for it
      if (name !== 'Java') shop.program('keytool', '#!/bin/sh\n');
      const env = { NODE_PATH: join(__dirname, '../../../../node_modules') };
      const both = await run(step(command()), given(), env);
      expect(both).toMatchObject({ code: 0, stdout: expect.stringContaining('7.1.3') });
      expect(network.connected).toContain(`${PRIVATE_HOST}:443`);
      expect((await run(step(command()), given({ caBundle: false }), env)).stdout).not.toContain('7.1.3');
      expect((await run(step(command()), given({ proxy: false }), env)).stdout).not.toContain('7.1.3');
    });
  }

  it('clone.sh clones over https', async () => {
    const repo = repository(shop, 'repos/thing.git', { a: '1' });
    const values = (source: string) => ({
      URL: `https://${PRIVATE_HOST}/thing.git`,
      REVISION: 'main',
      CONTEXT_DIR: '.',
      SOURCE: shop.path(source),
      SECRETS: 'git-read-ssh-key or git-read-token',
      RESULT_COMMIT: shop.resultFile('commit'),
      RESULT_TREE: shop.resultFile('tree'),
    });
    expect(await run(script('shared/clone.sh'), given(), values('with'))).toMatchObject({ code: 0 });
    expect(shop.result('commit')).toBe(git(repo, 'rev-parse', 'HEAD'));
    const without = await run(script('shared/clone.sh'), given({ caBundle: false }), values('without'));
    expect(without.code).toBe(1);
    expect(without.stderr).toMatch(/certificate/i);
  });

  it('trusts what the image trusts as before', async () => {
    const where = given();
    const { stdout } = await run(step('cat "$SSL_CERT_FILE"'), where);
    expect(stdout).toContain(readFileSync(network.bundle, 'utf8').trim());
    expect(stdout.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(1);
  });

  it('says what is missing where the bundle is not there', async () => {
    const { env, prelude } = given();
    const ended = await run(
      step('echo on'),
      { env: { ...env, CA_BUNDLE: shop.path('none') }, prelude },
      { RESULT_MESSAGE: shop.resultFile('message') },
    );
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(shop.result('message')).toContain('there is no key ca.crt of ConfigMap private-ca in this namespace');
  });
});

describe('what goes past the proxy', () => {
  const noProxy = (pushRegistry: string, entries: readonly string[] = [], domain?: string) =>
    surroundings(
      team({ pushRegistry }, undefined, {
        pushRegistry,
        cacheRepo: `${pushRegistry}/cache`,
        site: siteOf({ domain, proxy: { https: 'http://proxy.example.com:3128', noProxy: [...entries] } }),
      }),
    ).env.NO_PROXY?.split(',');

  it('is the cluster, by its own domain, and its API server', () =>
    expect(noProxy('registry.example.com', [], 'corp.example')).toEqual([
      'localhost',
      '127.0.0.1',
      '::1',
      '.svc',
      '.corp.example',
      '$(KUBERNETES_SERVICE_HOST)',
    ]));
  it.each([
    ['registry:5000/shop', 'registry'],
    ['registry.infra.svc:5000/shop', 'registry.infra.svc'],
    ['10.1.2.3:5000', '10.1.2.3'],
  ])('is registry %s', (registry, host) => expect(noProxy(registry)).toContain(host));
  it.each(['registry.example.com/shop', '203.0.113.7:5000'])('is not registry %s', (registry) =>
    expect(noProxy(registry)).toHaveLength(6),
  );
  it('is what the cluster file names', () =>
    expect(noProxy('r.example.com', ['*.intra.example.com', '10.0.0.0/8'])).toEqual(
      expect.arrayContaining(['.intra.example.com', '10.0.0.0/8']),
    ));
});
