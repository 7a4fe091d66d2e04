import { readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { Workshop } from '../support/run-script';
import { SKOPEO } from '../support/skopeo';

const digest = (manifest: string) => `sha256:${createHash('sha256').update(manifest).digest('hex')}`;

describe('the registry scripts', () => {
  let shop: Workshop;
  beforeEach(() => {
    shop = new Workshop();
    shop.program('skopeo', SKOPEO);
  });
  afterEach(() => shop.remove());

  const holds = (images: Record<string, string>, down = 0) => {
    shop.file('state', JSON.stringify(images));
    shop.file('state.down', String(down));
  };
  const now = () => JSON.parse(readFileSync(shop.path('state'), 'utf8')) as Record<string, string>;
  const common = () => ({
    STATE: shop.path('state'),
    INSECURE: 'false',
    REGISTRY_AUTH: shop.path('none'),
    SECRET: 'registry-push-pr',
  });

  describe('find-image.sh', () => {
    const find = (over: Record<string, string> = {}) =>
      shop.run('build/find-image.sh', {
        ...common(),
        IMAGE: 'r/pr/cart',
        RELEASE_IMAGE: 'r/cart',
        CONTENT: 'abc',
        SCOPE: 'pr',
        FORCE_REBUILD: 'false',
        TESTED_IMAGE: '',
        TESTED_KEY: 'abc',
        RELEASED_VERSION: '',
        RESULT_DIGEST: shop.resultFile('digest'),
        ...over,
      });

    it('builds where nothing of the content is there', () => {
      holds({ 'r/cart:tree-other': 'x' });
      expect(find()).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe('');
    });

    it('uses what a pull request built of the same content', () => {
      holds({ 'r/pr/cart:tree-abc': 'built' });
      expect(find()).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe(digest('built'));
    });

    it('prefers a release, and copies it to where this build pushes', () => {
      holds({ 'r/pr/cart:tree-abc': 'built', 'r/cart:tree-abc': 'released' });
      expect(find()).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe(digest('released'));
      expect(now()['r/pr/cart:tree-abc']).toBe('released');
    });

    it('never believes what a pull request pushed when it releases', () => {
      holds({ 'r/pr/cart:tree-abc': 'planted' });
      expect(find({ SCOPE: 'release', IMAGE: 'r/cart' })).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe('');
    });

    it('reuses nothing for a fork, nor when told to build', () => {
      holds({ 'r/fork/cart:tree-abc': 'planted', 'r/cart:tree-abc': 'released', 'r/pr/cart:tree-abc': 'built' });
      expect(find({ SCOPE: 'fork', IMAGE: 'r/fork/cart' })).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe('');
      expect(find({ FORCE_REBUILD: 'true' })).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe('');
    });

    it('copies a tested image by digest', () => {
      holds({ 'r/pr/cart:tree-abc': 'tested', 'r/cart:tree-abc': 'old' });
      expect(find({ SCOPE: 'release', IMAGE: 'r/cart', TESTED_IMAGE: `r/pr/cart@${digest('tested')}` })).toMatchObject({
        code: 0,
      });
      expect(shop.result('digest')).toBe(digest('tested'));
      expect(now()['r/cart:tree-abc']).toBe('tested');
    });

    it('builds where the settings of the build have changed since the test', () => {
      holds({ 'r/pr/cart:tree-abc': 'tested' });
      const asked = { SCOPE: 'release', IMAGE: 'r/cart', TESTED_IMAGE: `r/pr/cart@${digest('tested')}` };
      const { code, stdout } = find({ ...asked, TESTED_KEY: 'other' });
      expect(code).toBe(0);
      expect(stdout).toContain('made by other settings');
      expect(shop.result('digest')).toBe('');
    });

    it('builds where a registry that cleans up has the tested image no more', () => {
      holds({});
      const asked = { SCOPE: 'release', IMAGE: 'r/cart', TESTED_IMAGE: `r/pr/cart@${digest('tested')}` };
      const { code, stdout } = find(asked);
      expect(code).toBe(0);
      expect(stdout).toContain(`r/pr/cart@${digest('tested')} was tested and is gone`);
      expect(shop.result('digest')).toBe('');
      holds({ 'r/cart:tree-abc': 'released' });
      expect(find(asked)).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe(digest('released'));
    });

    it('builds where an image to reuse is there by name alone', () => {
      holds({ 'r/cart:tree-abc': 'half' });
      // its layers were collected
      const program = SKOPEO.replace(
        'if (READ_ONLY)',
        "if (words[1].includes('@')) { console.error('blob unknown to registry'); process.exit(1); }\n  if (READ_ONLY)",
      );
      shop.program('skopeo', program);
      const { code, stderr } = find();
      expect(code).toBe(0);
      expect(shop.result('digest')).toBe('');
      expect(stderr).toContain('blob unknown to registry');
    });

    it('uses a released version, or says that there is none', () => {
      holds({ 'r/cart:1.2.3': 'released' });
      expect(find({ SCOPE: 'release', IMAGE: 'r/cart', RELEASED_VERSION: '1.2.3' })).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe(digest('released'));
      const { code, stderr } = find({ RELEASED_VERSION: '9.9.9' });
      expect(code).toBe(1);
      expect(stderr).toContain("error: r/cart has no version '9.9.9': choose one that was released");
    });

    it('asks again while the registry is away, and builds when it stays away', () => {
      holds({ 'r/pr/cart:tree-abc': 'built' }, 2);
      expect(find()).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe(digest('built'));
      holds({}, 99);
      const { code, stderr } = find();
      expect(code).toBe(0);
      expect(shop.result('digest')).toBe('');
      expect(stderr).toMatch(/^the registry does not say whether it has r\/cart:tree-abc: .*connection refused/m);
      // what a person named is no optimisation
      const named = find({ RELEASED_VERSION: '1.2.3' });
      expect(named.code).toBe(1);
      expect(named.stderr).toMatch(
        /error: the registry cannot be asked for r\/cart:1.2.3: .*connection refused.*: is it up, and may Secret registry-push-pr read there\?/,
      );
    });

    it.each([
      'reading manifest tree-abc in r/cart: denied: requested access to the resource is denied',
      'reading manifest tree-abc in r/cart: unauthorized: authentication required',
      'requesting bearer token: invalid status code from registry 403 (Forbidden)',
    ])('builds, without asking twice, where the registry refuses to say what is not there: %s', (said) => {
      holds({});
      shop.program(
        'skopeo',
        `#!/bin/sh\necho asked >>"${shop.path('asked')}"\necho 'time="x" level=fatal msg="${said}"' >&2\nexit 1\n`,
      );
      const { code, stderr } = find();
      expect(code).toBe(0);
      expect(shop.result('digest')).toBe('');
      expect(stderr).toContain(`whether it has r/cart:tree-abc: ${said}`);
      expect(readFileSync(shop.path('asked'), 'utf8').split('\n')).toHaveLength(3);
    });

    it('builds when told to, though an image was tested', () => {
      holds({ 'r/pr/cart:tree-abc': 'tested' });
      const asked = { SCOPE: 'release', IMAGE: 'r/cart', TESTED_IMAGE: `r/pr/cart@${digest('tested')}` };
      expect(find({ ...asked, FORCE_REBUILD: 'true' })).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe('');
    });
  });

  describe('push-image.sh', () => {
    const push = (over: Record<string, string> = {}) =>
      shop.run('build/push-image.sh', {
        ...common(),
        IMAGE: 'r/pr/cart',
        CONTENT: 'abc',
        FOUND: '',
        LAYOUT: shop.path('layout'),
        COMMIT: 'c0ffee',
        TREE: '7ree',
        IMAGE_URL_PATH: shop.resultFile('url'),
        IMAGE_DIGEST_PATH: shop.resultFile('digest'),
        COMMIT_PATH: shop.resultFile('commit'),
        TREE_PATH: shop.resultFile('tree'),
        KEY_PATH: shop.resultFile('key'),
        ...over,
      });

    it('pushes, and writes all results over what an earlier step left', () => {
      holds({});
      shop.file('layout/manifest', 'built');
      writeFileSync(shop.resultFile('digest'), 'sha256:forged', { mode: 0o444 });
      expect(push()).toMatchObject({ code: 0 });
      expect(now()).toEqual({ 'r/pr/cart:tree-abc': 'built' });
      expect(['url', 'digest', 'commit', 'tree', 'key'].map(shop.result)).toEqual([
        'r/pr/cart',
        digest('built'),
        'c0ffee',
        '7ree',
        'abc',
      ]);
    });

    it('gives the digest of what it pushed, though another build of the same tag ends a moment later', () => {
      holds({});
      shop.file('layout/manifest', 'built');
      expect(push({ RACE: 'other' })).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe(digest('built'));
    });

    it('copies what the build left in the repository of the layer cache, with the credential of that', () => {
      holds({ 'r/cache/pr:image-abc': 'built' });
      shop.file('layout.digest', digest('built'));
      shop.file('cache-auth/config.json', '{}');
      expect(push({ CACHE_REPO: 'r/cache/pr', SOURCE_AUTH: shop.path('cache-auth') })).toMatchObject({ code: 0 });
      expect(now()['r/pr/cart:tree-abc']).toBe('built');
      expect(shop.result('digest')).toBe(digest('built'));
      expect(readFileSync(shop.path('state.log'), 'utf8')).toContain(
        `--src-authfile=${shop.path('cache-auth')}/config.json`,
      );
    });

    it.each(['r/secret/app:1', `sha256:${'0'.repeat(64)}\nsha256:${'1'.repeat(64)}0`, ''])(
      'copies no image of elsewhere, whatever foreign code says the build left: %j',
      (said) => {
        holds({ 'r/secret/app:1': 'secret' });
        shop.file('layout.digest', said);
        expect(push({ CACHE_REPO: 'r/cache/pr' })).toMatchObject({ code: 1 });
        expect(now()).toEqual({ 'r/secret/app:1': 'secret' });
      },
    );

    it('passes on an image that was found', () => {
      holds({});
      expect(push({ FOUND: 'sha256:0123' })).toMatchObject({ code: 0 });
      expect(now()).toEqual({});
      expect(shop.result('digest')).toBe('sha256:0123');
    });

    it('names the Secret when the registry refuses', () => {
      holds({});
      shop.file('layout/manifest', 'built');
      const { code, stderr } = push({ READ_ONLY: '1' });
      expect(code).toBe(1);
      expect(stderr).toContain('may Secret registry-push-pr push there?');
    });
  });

  describe('tag-release.sh', () => {
    const tag = (manifest: string, more: Record<string, string> = {}) =>
      shop.run('release/tag-release.sh', {
        ...more,
        ...common(),
        IMAGE: 'r/cart',
        DIGEST: digest(manifest),
        VERSION: '1.2.3',
        IMAGE_URL_PATH: shop.resultFile('url'),
        IMAGE_DIGEST_PATH: shop.resultFile('digest'),
      });

    it('tags where a registry denies what is absent, and not where it denies the image, too', () => {
      holds({ 'r/cart:tree-abc': 'built' });
      expect(tag('built', { DENIES: 'absent' })).toMatchObject({ code: 0 });
      expect(now()['r/cart:1.2.3']).toBe('built');
      const { code, stderr } = tag('built', { DENIES: 'all' });
      expect(code).toBe(1);
      expect(stderr).toMatch(/error: the registry cannot be asked for r\/cart:1\.2\.3: .*denied: requested access/);
    });

    it('tags by digest, and again without a change', () => {
      holds({ 'r/cart:tree-abc': 'built' });
      expect(tag('built')).toMatchObject({ code: 0 });
      expect(now()['r/cart:1.2.3']).toBe('built');
      expect(tag('built')).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe(digest('built'));
    });

    it('replaces no release', () => {
      holds({ 'r/cart:tree-abc': 'built', 'r/cart:1.2.3': 'other' });
      const { code, stderr } = tag('built');
      expect(code).toBe(1);
      expect(stderr).toContain('somebody else tagged it. Run the release again: it takes the next version');
      expect(now()['r/cart:1.2.3']).toBe('other');
    });

    it.each([
      ['reading manifest 1.2.0 in r/cart: StatusCode: 404, <html>no such page</html>', true],
      ['error getting credentials - err: exec: "docker-credential-acr": executable file not found in $PATH', false],
    ])('knows what is not there from what cannot be asked: %s', (said, isAbsent) => {
      shop.program('skopeo', `#!/bin/sh\ncat >&2 <<'SAID'\n${said}\nSAID\nexit 1\n`);
      holds({});
      const { stderr } = tag('built');
      expect(stderr).toContain(isAbsent ? 'cannot be copied to' : 'the registry cannot be asked for');
    });

    it('fails for an image that is not there', () => {
      holds({});
      expect(tag('built').code).toBe(1);
    });
  });
});
