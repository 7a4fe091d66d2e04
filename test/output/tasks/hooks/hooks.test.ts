import { readFileSync } from 'node:fs';
import { suiteWith } from '../support/tools';
import { Workshop } from '../support/run-script';
import { bodyOf, serving } from '../support/server';

let shop: Workshop;
beforeEach(() => (shop = new Workshop()));
afterEach(() => shop.remove());

suiteWith(['jq', 'curl'], 'notify.sh', () => {
  const notify = (over: Record<string, string> = {}) =>
    shop.start('hooks/notify.sh', {
      STACK: 'checkout',
      PIPELINE: 'checkout-pr-test',
      RUN_NAME: 'pr-4-x',
      STATUS: 'Failed',
      WEBHOOK: shop.path('webhook'),
      SECRET: 'notify-webhook',
      ...over,
    });

  it('posts how the run ended, whatever the words hold', async () => {
    const told: unknown[] = [];
    const ended = await serving(
      (request, response) =>
        void bodyOf(request).then(
          (body) => (
            told.push({
              method: request.method,
              path: request.url,
              type: request.headers['content-type'],
              body: JSON.parse(body) as unknown,
            }),
            response.end('ok')
          ),
        ),
      (url) => {
        shop.file('webhook/url', `${url}/hook/s3cret\n`);
        return notify({ STATUS: '"$(touch x)"' });
      },
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(told).toEqual([
      {
        method: 'POST',
        path: '/hook/s3cret',
        type: 'application/json',
        body: {
          stack: 'checkout',
          pipeline: 'checkout-pr-test',
          run: 'pr-4-x',
          status: '"$(touch x)"',
          text: 'checkout-pr-test pr-4-x: "$(touch x)"',
        },
      },
    ]);
  });

  it('tells nobody without the Secret', async () => {
    expect(await notify()).toEqual({
      code: 0,
      stdout: 'Secret notify-webhook has no url: nobody is notified\n',
      stderr: '',
    });
  });

  it('fails when the message is not taken, and prints no address', async () => {
    const { code, stdout, stderr } = await serving(
      (_, response) => void response.writeHead(500).end(),
      (url) => {
        shop.file('webhook/url', `${url}/hook/s3cret`);
        return notify();
      },
    );
    expect(code).toBe(1);
    expect(stderr).toContain('error: the address in Secret notify-webhook did not take the message\n');
    expect(stdout + stderr).not.toContain('s3cret');
  });
});

describe('image-scan.sh', () => {
  const scan = (exit: number, over: Record<string, string> = {}) => {
    shop.program(
      'trivy',
      `#!/bin/sh\necho "$TRIVY_INSECURE \${DOCKER_CONFIG:-nobody} $*" >"${shop.path('asked')}"\nexit ${exit}\n`,
    );
    return shop.run('hooks/image-scan.sh', {
      APP: 'cart',
      IMAGE: 'localhost:5000/shop/pr/cart@sha256:0123',
      PULL_REGISTRY: 'localhost:5000/shop',
      PUSH_REGISTRY: 'registry.kube-system:80/shop',
      INSECURE: 'false',
      REGISTRY_AUTH: shop.path('auth'),
      ...over,
    });
  };
  const asked = () => readFileSync(shop.path('asked'), 'utf8').trim();

  it('reads the image where a pod finds it', () => {
    expect(scan(0)).toMatchObject({ code: 0 });
    expect(asked()).toMatch(/^false nobody image .* registry\.kube-system:80\/shop\/pr\/cart@sha256:0123$/);
    expect(scan(0, { IMAGE: 'localhost:5000/shopping/cart@sha256:0123', INSECURE: 'true' })).toMatchObject({ code: 0 });
    expect(asked()).toMatch(/^true .* localhost:5000\/shopping\/cart@sha256:0123$/);
  });

  it('reads it with the credential that is there', () => {
    shop.file('auth/config.json', '{}');
    expect(scan(0)).toMatchObject({ code: 0 });
    expect(asked()).toContain(`false ${shop.path('auth')} image`);
  });

  it('tells vulnerabilities from a scan that failed', () => {
    expect(scan(10)).toMatchObject({
      code: 1,
      stderr: 'error: cart has critical vulnerabilities that are fixed upstream: update what the table above names\n',
    });
    expect(scan(1).stderr).toBe(
      'error: registry.kube-system:80/shop/pr/cart@sha256:0123 could not be scanned: the reason is above\n',
    );
  });
});
