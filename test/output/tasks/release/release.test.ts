import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describeScripts } from '../support/run-task';
import { SCRIPTS, Workshop, git, repository } from '../support/run-script';

const VERSIONS = `# The versions that are known to work.
apps:
  # --- Stack one ---
  fe:
    version: "0.1.0-rc.1"   # in preparation
    last-released: "0.0.0"
  "demo-api":
    version: "1.4.9-rc.0"
    last-released: "1.4.8"
    digest: "sha256:old"
  api:
    version: 2.0.0-rc.3
`;

interface Versions {
  apps: Record<string, Record<string, string>>;
}

describe('the release scripts', () => {
  let shop: Workshop;
  beforeEach(() => (shop = new Workshop()));
  afterEach(() => shop.remove());

  describe('release-version.sh', () => {
    const release = (app: string, version = '') => {
      shop.file('platform/stacks/versions.yaml', VERSIONS);
      return shop.run('release/release-version.sh', {
        APP: app,
        VERSION: version,
        SOURCE: shop.path('platform'),
        VERSIONS_FILE: 'stacks/versions.yaml',
        VERSION_PATH: shop.resultFile('version'),
      });
    };

    it.each([
      ['fe', '', '0.1.0'],
      ['demo-api', '', '1.4.9'],
      ['api', '', '2.0.0'],
      ['fe', '3.1.4', '3.1.4'],
      ['unknown', '3.1.4', '3.1.4'],
    ])('releases %s, asked for %j, as %s', (app, asked, expected) => {
      expect(release(app, asked)).toMatchObject({ code: 0 });
      expect(shop.result('version')).toBe(expected);
    });

    it('says what is missing or malformed', () => {
      expect(release('unknown').stderr).toContain(
        'error: stacks/versions.yaml has no version of unknown: add it below apps',
      );
      expect(release('fe', '1.2').stderr).toContain("error: '1.2' is not a version like 1.2.3");
    });
  });

  describe('bump-version.sh', () => {
    const env = (over: Record<string, string> = {}): Record<string, string> => ({
      MODE: 'release',
      APP: 'fe',
      VERSION: '0.1.0',
      DIGEST: 'sha256:new',
      URL: shop.path('platform.git'),
      BRANCH: 'main',
      VERSIONS_FILE: 'stacks/versions.yaml',
      SYNTH: '',
      SECRETS: 'git-ssh-key or github-token',
      SOURCE: shop.path('source'),
      COMMIT_PATH: shop.resultFile('commit'),
      ...over,
    });
    const platform = (versions = VERSIONS) => {
      repository(shop, 'platform', { 'stacks/versions.yaml': versions });
      git(shop.folder, 'clone', '-q', '--bare', 'platform', 'platform.git');
    };
    const recorded = (): string => git(shop.path('platform.git'), 'show', 'main:stacks/versions.yaml');

    it('records the release and begins the next patch, and leaves every other line as it was', () => {
      platform();
      expect(shop.run('release/bump-version.sh', env())).toMatchObject({ code: 0 });
      expect((load(recorded()) as Versions).apps.fe).toEqual({
        version: '0.1.1-rc.0',
        'last-released': '0.1.0',
        digest: 'sha256:new',
      });
      const others = (text: string) =>
        text
          .split('\n')
          .filter((line) => !/^ {4}(version: "0\.1|last-released: "0\.|digest: "sha256:new)/.test(line))
          .join('\n')
          .trimEnd();
      expect(others(recorded())).toBe(others(VERSIONS));
      expect(git(shop.path('platform.git'), 'log', '-1', '--format=%s', 'main')).toBe('Release fe 0.1.0');
      expect(shop.result('commit')).toBe(git(shop.path('platform.git'), 'rev-parse', 'main'));
    });

    it('finds the app whose name is part of another, and replaces its digest', () => {
      platform();
      expect(shop.run('release/bump-version.sh', env({ APP: 'demo-api', VERSION: '1.4.9' }))).toMatchObject({
        code: 0,
      });
      const { apps } = load(recorded()) as Versions;
      expect(apps['demo-api']).toEqual({ version: '1.4.10-rc.0', 'last-released': '1.4.9', digest: 'sha256:new' });
      expect(apps.api).toEqual({ version: '2.0.0-rc.3' });
    });

    it('counts a candidate that passed', () => {
      platform();
      expect(shop.run('release/bump-version.sh', env({ MODE: 'rc', VERSION: '', DIGEST: '' }))).toMatchObject({
        code: 0,
      });
      expect((load(recorded()) as Versions).apps.fe).toEqual({ version: '0.1.0-rc.2', 'last-released': '0.0.0' });
    });

    it('lets two releases at once both land', async () => {
      platform();
      const bump = (app: string, version: string) =>
        new Promise<number | null>((resolve) => {
          const script = join(SCRIPTS, 'release/bump-version.sh');
          const given = env({
            APP: app,
            VERSION: version,
            SOURCE: shop.path(`source-${app}`),
            COMMIT_PATH: shop.resultFile(app),
          });
          const home = shop.path('home', app);
          spawn('sh', [script], {
            env: { PATH: process.env.PATH, HOME: home, ATTEMPT_PAUSE_MAX: '8', ...given },
            stdio: 'ignore',
          }).once('close', resolve);
        });
      expect(await Promise.all([bump('fe', '0.1.0'), bump('demo-api', '1.4.9'), bump('api', '2.0.0')])).toEqual([
        0, 0, 0,
      ]);
      const { apps } = load(recorded()) as Versions;
      expect([apps.fe?.['last-released'], apps['demo-api']?.['last-released'], apps.api?.['last-released']]).toEqual([
        '0.1.0',
        '1.4.9',
        '2.0.0',
      ]);
    });

    it('says what stands in the way', () => {
      platform();
      expect(shop.run('release/bump-version.sh', env({ URL: '' })).stderr).toContain(
        'error: nobody knows where versions are kept: set platform.repoURL of the team',
      );
      expect(shop.run('release/bump-version.sh', env({ URL: shop.path('gone.git') })).stderr).toContain(
        'does Secret git-ssh-key or github-token hold a credential for it?',
      );
      const { code, stderr } = shop.run('release/bump-version.sh', env({ APP: 'unknown', SOURCE: shop.path('again') }));
      expect(code).toBe(1);
      expect(stderr).toContain('has no version of unknown');
      expect(recorded()).toBe(VERSIONS.trimEnd());
    });
  });

  describe('record-images.sh', () => {
    it('commits the digests of what was built, and dist/ with them', () => {
      shop.program('npm', '#!/bin/sh\n[ "$1" = ci ]\n');
      shop.program('npx', '#!/bin/sh\necho "$*" >>asked\n');
      repository(shop, 'platform', { 'stacks/versions.yaml': VERSIONS });
      git(shop.folder, 'clone', '-q', '--bare', 'platform', 'platform.git');
      shop.file('images', 'fe sha256:one\ndemo-api sha256:two\n');
      const env = {
        IMAGES_FILE: shop.path('images'),
        TEAM: 'payments',
        URL: shop.path('platform.git'),
        BRANCH: 'main',
        VERSIONS_FILE: 'stacks/versions.yaml',
        SECRETS: 'x',
        SOURCE: shop.path('source'),
        COMMIT_PATH: shop.resultFile('commit'),
      };
      expect(shop.run('deploy/record-images.sh', env)).toMatchObject({ code: 0 });
      const pushed = (...args: string[]): string => git(shop.path('platform.git'), ...args);
      expect((load(pushed('show', 'main:stacks/versions.yaml')) as Versions).apps).toEqual({
        fe: { version: '0.1.0-rc.1', 'last-released': '0.0.0', digest: 'sha256:one' },
        'demo-api': { version: '1.4.9-rc.0', 'last-released': '1.4.8', digest: 'sha256:two' },
        api: { version: '2.0.0-rc.3' },
      });
      expect([pushed('show', 'main:asked'), pushed('log', '-1', '--format=%B', 'main')]).toEqual([
        'tekton-dag synth payments',
        'Bootstrap payments\n\nfe sha256:one\ndemo-api sha256:two',
      ]);
      shop.file('images', 'unknown sha256:one\n');
      expect(shop.run('deploy/record-images.sh', { ...env, SOURCE: shop.path('again') })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('has no version of unknown: add it below apps'),
      });
    });
  });

  describe('promote.sh', () => {
    const env = (over: Record<string, string> = {}) => ({
      TEAM: 'payments',
      TO: 'staging',
      URL: shop.path('platform.git'),
      BRANCH: 'main',
      SECRETS: 'x',
      SOURCE: shop.path('source'),
      COMMIT_PATH: shop.resultFile('commit'),
      ...over,
    });
    const pushed = (...args: string[]): string => git(shop.path('platform.git'), ...args);
    /** The command line is tried elsewhere; here it writes what it was asked. */
    const programs = (npx: string) => {
      shop.program('npm', '#!/bin/sh\n[ "$1" = ci ]\n');
      shop.program('npx', `#!/bin/sh\n${npx}\n`);
      repository(shop, 'platform', { asked: '' });
      git(shop.folder, 'clone', '-q', '--bare', 'platform', 'platform.git');
    };

    it('commits what was promoted, and dist/ with it', () => {
      programs('echo "$*" >>asked; echo "till: 1.0.0 → 1.1.0"');
      expect(shop.run('release/promote.sh', env(), ['till', 'ledger'])).toMatchObject({ code: 0 });
      expect(pushed('show', 'main:asked')).toBe(
        'tekton-dag promote --team payments --to staging --app till --app ledger\ntekton-dag synth payments',
      );
      expect(pushed('log', '-1', '--format=%B', 'main')).toBe('Promote payments to staging\n\ntill: 1.0.0 → 1.1.0');
      expect(shop.result('commit')).toBe(pushed('rev-parse', 'main'));
    });

    it('commits nothing where nothing changes, or cannot', () => {
      programs('[ "$2" != promote ]');
      const before = pushed('rev-parse', 'main');
      expect(shop.run('release/promote.sh', env())).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('error: nothing is promoted: the reason is above'),
      });
      shop.program('npx', '#!/bin/sh\n');
      expect(shop.run('release/promote.sh', env({ SOURCE: shop.path('again') }))).toMatchObject({ code: 0 });
      expect(pushed('rev-parse', 'main')).toBe(before);
    });
  });
});

describeScripts('find-tested-image.sh', () => {
  let shop: Workshop;
  beforeEach(() => {
    shop = new Workshop();
    // what the API server answers, by the kind that is asked for; the labels that are asked for are on record
    shop.program('kubectl', `#!/bin/sh\necho "$@" >>"${shop.path('asked')}"\nexec cat "${shop.folder}/$2.json"\n`);
  });
  afterEach(() => shop.remove());

  const succeeded = (status = 'True') => ({ conditions: [{ type: 'Succeeded', status }] });
  const build = (uid: string, tree: string, digest: string, over: object = {}) => ({
    metadata: { ownerReferences: [{ uid, controller: true }] },
    status: {
      ...succeeded(),
      completionTime: '2026-01-01T00:00:00Z',
      results: [
        { name: 'TREE', value: tree },
        { name: 'IMAGE_DIGEST', value: digest },
      ],
      ...over,
    },
  });
  const find = (runs: readonly object[], builds: readonly object[]) => {
    shop.file('pipelineruns.json', JSON.stringify({ items: runs }));
    shop.file('taskruns.json', JSON.stringify({ items: builds }));
    const ended = shop.run('release/find-tested-image.sh', {
      STACK: 'checkout',
      APP: 'fe',
      IMAGE: 'r/pr/fe',
      NAMESPACE: 'ci',
      COMMIT: 'c',
      TREE: 'tree-1',
      IMAGE_PATH: shop.resultFile('image'),
      COMMIT_PATH: shop.resultFile('commit'),
      TREE_PATH: shop.resultFile('tree'),
    });
    expect(ended).toMatchObject({ code: 0 });
    return shop.result('image');
  };
  const run = (uid: string, status?: string) => ({ metadata: { uid }, status: succeeded(status) });

  it('gives the digest that a trusted run recorded for the same tree, the newest', () => {
    const builds = [
      build('a', 'tree-1', 'sha256:1'),
      build('b', 'tree-1', 'sha256:2', { completionTime: '2026-02-01T00:00:00Z' }),
    ];
    expect(find([run('a'), run('b')], builds)).toBe('r/pr/fe@sha256:2');
    const asked = readFileSync(shop.path('asked'), 'utf8');
    expect(asked).toContain(
      'get pipelineruns -n ci -l tekton-dag.io/stack=checkout,tekton-dag.io/pipeline=pr-test,tekton-dag.io/trust=trusted',
    );
    expect(asked).toContain('get taskruns -n ci -l tekton.dev/pipelineTask=build-fe');
  });

  it.each<[string, readonly object[], readonly object[]]>([
    ['another tree', [run('a')], [build('a', 'tree-2', 'sha256:1')]],
    ['a run that failed', [run('a', 'False')], [build('a', 'tree-1', 'sha256:1')]],
    ['a run that is not among those asked for', [run('b')], [build('a', 'tree-1', 'sha256:1')]],
    [
      'a build that only claims to be of the run',
      [run('a')],
      [{ ...build('a', 'tree-1', 'sha256:1'), metadata: { ownerReferences: [{ uid: 'a' }] } }],
    ],
    ['a build that failed', [run('a')], [build('a', 'tree-1', 'sha256:1', succeeded('False'))]],
    ['nothing', [], []],
  ])('believes %s not', (_, runs, builds) => {
    expect(find(runs, builds)).toBe('');
  });
});
