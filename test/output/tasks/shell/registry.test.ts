import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
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
        KEY: 'abc',
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

  describe('look-for-image.sh', () => {
    const look = (over: Record<string, string> = {}) =>
      shop.run('build/look-for-image.sh', {
        ...common(),
        IMAGE: 'r/pr/cart',
        RELEASE_IMAGE: 'r/cart',
        KEY: 'abc',
        SCOPE: 'pr',
        FORCE_REBUILD: 'false',
        TESTED_IMAGE: '',
        TESTED_KEY: '',
        RELEASED_VERSION: '',
        RESULT_FOUND: shop.resultFile('found'),
        ...over,
      });
    const found = (over: Record<string, string> = {}): string => {
      expect(look(over).code).toBe(0);
      return shop.result('found');
    };

    it('says what makes a build needless, and changes nothing', () => {
      const there = { 'r/cart:tree-abc': 'released', 'r/pr/cart:tree-abc': 'built' };
      holds(there);
      expect(found()).toBe('r/cart:tree-abc');
      expect(now()).toEqual(there);
      holds({ 'r/pr/cart:tree-abc': 'built' });
      expect(found()).toBe('r/pr/cart:tree-abc');
      expect(found({ RELEASED_VERSION: '1.2.3' })).toBe('r/cart:1.2.3');
      const tested = { SCOPE: 'release', IMAGE: 'r/cart', TESTED_IMAGE: `r/pr/cart@${digest('built')}` };
      expect(found({ ...tested, TESTED_KEY: 'abc' })).toBe(tested.TESTED_IMAGE);
      expect(found({ ...tested, TESTED_KEY: 'other' })).toBe('');
    });

    it('builds for a fork, where it is told to, where nothing is there, and where nobody can say', () => {
      holds({ 'r/cart:tree-abc': 'released', 'r/fork/cart:tree-abc': 'planted' });
      expect(found({ SCOPE: 'fork', IMAGE: 'r/fork/cart' })).toBe('');
      expect(found({ FORCE_REBUILD: 'true' })).toBe('');
      holds({});
      expect(found()).toBe('');
      holds({ 'r/cart:tree-abc': 'released' }, 99);
      expect(found()).toBe('');
    });
  });

  describe('stage-image.sh, where foreign code ran before', () => {
    const stage = (over: Record<string, string> = {}) =>
      shop.run('build/stage-image.sh', {
        ...common(),
        STAGING_REPO: 'r/handed/pr',
        KEY: 'abc',
        FOUND: '',
        LAYOUT: shop.path('layout'),
        RESULT_BUILT: shop.resultFile('built'),
        ...over,
      });

    it('hands over a layout, or what is in the registry by then', () => {
      holds({});
      shop.file('layout/manifest', 'built');
      expect(stage()).toMatchObject({ code: 0 });
      expect(now()).toEqual({ 'r/handed/pr:image-abc': 'built' });
      expect(shop.result('built')).toBe(digest('built'));
      shop.file('layout.digest', digest('other'));
      expect(stage()).toMatchObject({ code: 0 });
      expect(shop.result('built')).toBe(digest('other'));
    });

    it('hands over nothing where nothing was built', () => {
      holds({});
      expect(stage({ FOUND: 'r/cart:tree-abc' })).toMatchObject({ code: 0 });
      expect(shop.result('built')).toBe('');
    });

    it.each([
      ['the digest', 'layout.digest'],
      ['a blob', 'layout/blob'],
      ['the layout', 'layout'],
    ])('follows no link in the place of %s, waits at no pipe, and prints nothing of what it leads to', (_, place) => {
      holds({});
      shop.file('credentials/config.json', `{"auth":"s3cret"}`);
      for (const put of [
        (path: string) => symlinkSync(shop.path(place === 'layout' ? 'credentials' : 'credentials/config.json'), path),
        (path: string) => spawnSync('mkfifo', [path]),
      ]) {
        if (place !== 'layout') shop.file('layout/manifest', 'built');
        put(shop.path(place));
        const ended = stage();
        expect(JSON.stringify(ended)).not.toContain('s3cret');
        // a digest that is none leaves the layout
        expect({ place, code: ended.code, given: place === 'layout.digest' ? shop.result('built') : '' }).toEqual({
          place,
          code: place === 'layout.digest' ? 0 : 1,
          given: place === 'layout.digest' ? digest('built') : '',
        });
        rmSync(shop.path(place), { recursive: true });
      }
    });

    it.each(['sha256:0', `sha256:${'0'.repeat(63)}/`, `sha256:${'0'.repeat(64)}\nx`, 'x'.repeat(5000), ''])(
      'gives no digest that is none: %j',
      (said) => {
        holds({});
        shop.file('layout.digest', said);
        const { code, stderr } = stage();
        expect({ code, stderr }).toEqual({
          code: 1,
          stderr: 'error: what the build left is not a digest of an image: run it again\n',
        });
      },
    );
  });

  describe('push-image.sh', () => {
    const BUILT = digest('built');
    const push = (over: Record<string, string> = {}) =>
      shop.run('build/push-image.sh', {
        ...common(),
        STAGING_REPO: 'r/handed/pr',
        IMAGE: 'r/pr/cart',
        KEY: 'abc',
        FOUND: '',
        BUILT,
        BUILT_COMMIT: 'c0ffee',
        COMMIT: 'c0ffee',
        RESULT_IMAGE_URL: shop.resultFile('url'),
        RESULT_IMAGE_DIGEST: shop.resultFile('digest'),
        ...over,
      });

    it('copies what the build left, by its digest, with the credential of that place', () => {
      holds({ 'r/handed/pr:image-abc': 'built' });
      shop.file('staging/config.json', '{}');
      expect(push({ SOURCE_AUTH: shop.path('staging') })).toMatchObject({ code: 0 });
      expect(now()['r/pr/cart:tree-abc']).toBe('built');
      expect([shop.result('url'), shop.result('digest')]).toEqual(['r/pr/cart', BUILT]);
      expect(readFileSync(shop.path('state.log'), 'utf8')).toContain(
        `--src-authfile=${shop.path('staging')}/config.json`,
      );
    });

    it('takes none that another put in its place meanwhile', () => {
      holds({ 'r/handed/pr:image-abc': 'of another pull request' });
      expect(push().code).toBe(1);
      expect(now()).not.toHaveProperty(['r/pr/cart:tree-abc']);
    });

    it('gives the digest of what it pushed, though another build of the same tag ends a moment later', () => {
      holds({ 'r/handed/pr:image-abc': 'built' });
      expect(push({ RACE: 'other' })).toMatchObject({ code: 0 });
      expect(shop.result('digest')).toBe(BUILT);
    });

    it.each(['r/secret/app:1', `sha256:${'0'.repeat(64)}\nsha256:${'1'.repeat(64)}0`, '../secret/app:1', `${BUILT}/x`])(
      'copies no image of elsewhere, whatever foreign code says that it built: %j',
      (said) => {
        holds({ 'r/secret/app:1': 'secret' });
        const { code, stderr } = push({ BUILT: said });
        expect({ code, stderr }).toEqual({
          code: 1,
          stderr: 'error: what the build left is not a digest of an image: run the build again\n',
        });
        expect(now()).toEqual({ 'r/secret/app:1': 'secret' });
      },
    );

    it('passes on an image that was found, whatever the build says', () => {
      holds({});
      expect(push({ FOUND: digest('found'), BUILT: digest('forged') })).toMatchObject({ code: 0 });
      expect(now()).toEqual({});
      expect(shop.result('digest')).toBe(digest('found'));
    });

    it('says what to do where the branch moved, or what the build relied on is gone', () => {
      holds({ 'r/handed/pr:image-abc': 'built' });
      expect(push({ BUILT_COMMIT: '0ther' }).stderr).toBe(
        'error: the revision moved to c0ffee while it was built: run the build again\n',
      );
      expect(push({ BUILT: '' }).stderr).toMatch(
        /^error: the build found an image of abc that is gone .*: run it again/,
      );
    });

    it('names the Secret when the registry refuses', () => {
      holds({ 'r/handed/pr:image-abc': 'built' });
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
        RESULT_IMAGE_URL: shop.resultFile('url'),
        RESULT_IMAGE_DIGEST: shop.resultFile('digest'),
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
