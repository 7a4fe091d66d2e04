import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describeScripts } from '../support/run-task';
import { ownTools } from '../support/own-tools';
import { Workshop, commit, git, repository } from '../support/run-script';

const VERSIONS = `# The versions that are known to work.
apps:
  # --- Stack one ---
  fe:
    version: "0.1.0-rc.1"   # in preparation
    last-released: "0.0.0"
  "demo-api": { version: '1.4.9-rc.0', last-released: '1.4.8' }
  api:
    version: 2.0.0-rc.3
`;
const sha = (digit: string) => `sha256:${digit.repeat(64)}`;

interface Versions {
  apps: Record<string, Record<string, string>>;
}

const TOOLS = ownTools();
// each step starts node
jest.setTimeout(120_000);

describe('the release scripts', () => {
  let shop: Workshop;
  beforeEach(() => (shop = new Workshop()));
  afterEach(() => shop.remove());

  const platform = () => {
    repository(shop, 'platform', { 'stacks/versions.yaml': VERSIONS });
    git(shop.folder, 'clone', '-q', '--bare', 'platform', 'platform.git');
  };
  const platformEnv = () => ({
    TEAM: 'payments',
    URL: shop.path('platform.git'),
    BRANCH: 'main',
    VERSIONS_BRANCH: 'tekton-dag/versions',
    VERSIONS_ONLY_THERE: 'false',
    VERSIONS_FILE: 'stacks/versions.yaml',
    SECRETS: 'git-ssh-key or github-token',
    SOURCE: shop.path('source'),
    TOOLS,
    RESULT_COMMIT: shop.resultFile('commit'),
    RESULT_PULL_REQUEST: shop.resultFile('pull-request'),
  });

  describe('release-version.sh', () => {
    beforeEach(() => platform());
    const release = (app: string, version = '') =>
      shop.run('release/release-version.sh', {
        ...platformEnv(),
        SOURCE: shop.path(`source-${Math.random()}`),
        APP: app,
        VERSION: version,
        RESULT_VERSION: shop.resultFile('version'),
      });

    it.each([
      ['fe', '', '0.1.0'],
      ['demo-api', '', '1.4.9'],
      ['api', '', '2.0.0'],
      ['fe', '3.1.4', '3.1.4'],
    ])('releases %s, asked for %j, as %s', (app, asked, expected) => {
      expect(release(app, asked)).toMatchObject({ code: 0 });
      expect(shop.result('version')).toBe(expected);
    });

    it('goes on from what waits in a pull request, for each app', () => {
      const waits = VERSIONS.replace('0.1.0-rc.1', '0.1.1-rc.0').replace('"0.0.0"', '"0.1.0"');
      commit(shop, 'platform', { 'stacks/versions.yaml': waits });
      git(shop.path('platform'), 'push', '-q', shop.path('platform.git'), 'HEAD:tekton-dag/versions');
      for (const [app, expected] of [
        ['fe', '0.1.1'],
        ['api', '2.0.0'],
      ] as const) {
        expect(release(app)).toMatchObject({ code: 0, stdout: `${app} is to be released as ${expected}\n` });
        expect(shop.result('version')).toBe(expected);
      }
    });

    it('says what is missing or malformed', () => {
      expect(release('unknown', '3.1.4').stderr).toContain('has no version of unknown; add it below apps');
      expect(release('unknown').stderr).toContain(
        'error: stacks/versions.yaml: has no version of unknown; add it below apps',
      );
      expect(release('fe', '1.2').stderr).toContain("error: '1.2' is not a version like 1.2.3");
    });

    // versions.yaml takes none of these as what was released last
    it.each(['1.2.08', '01.2.3', '1.2.3-rc.1', '1.2.3\n9.9.9 sha256:1', '-1.2.3', '1.2.3 '])(
      'refuses %j before anything is built',
      (version) => {
        expect(release('fe', version)).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('is not a version like 1.2.3'),
        });
      },
    );
  });

  it('says what stands in the way', () => {
    platform();
    const read = (over: Record<string, string>) =>
      shop.run('release/read-entry.sh', { ...platformEnv(), APP: 'fe', ENTRY_FILE: shop.path('entry'), ...over })
        .stderr;
    expect(read({ URL: '' })).toContain(
      'error: nobody knows where versions are kept: set platform.repoURL of the team',
    );
    expect(read({ URL: shop.path('gone.git') })).toMatch(
      /error: cannot clone \S+ at main \(.*does not exist.*\): does Secret git-ssh-key or github-token hold a credential for it\?/,
    );
    expect(read({ APP: 'unknown' })).toContain('has no version of unknown');
  });

  describe('record-images.sh', () => {
    it('commits the digests of what was built, and dist/ with them', () => {
      shop.program('npm', '#!/bin/sh\n[ "$1" = ci ]\n');
      shop.program('npx', '#!/bin/sh\necho "$*" >>asked\n');
      platform();
      shop.file('images', `fe ${sha('1')}\ndemo-api ${sha('2')}\n`);
      const env = { ...platformEnv(), IMAGES_FILE: shop.path('images') };
      expect(shop.run('deploy/record-images.sh', env)).toMatchObject({ code: 0 });
      const pushed = (...args: string[]): string => git(shop.path('platform.git'), ...args);
      expect((load(pushed('show', 'main:stacks/versions.yaml')) as Versions).apps).toEqual({
        fe: { version: '0.1.0-rc.1', 'last-released': '0.0.0', digest: sha('1') },
        'demo-api': { version: '1.4.9-rc.0', 'last-released': '1.4.8', digest: sha('2') },
        api: { version: '2.0.0-rc.3' },
      });
      expect([pushed('show', 'main:asked'), pushed('log', '-1', '--format=%B', 'main')]).toEqual([
        'tekton-dag synth payments',
        `Bootstrap payments\n\nfe ${sha('1')}\ndemo-api ${sha('2')}`,
      ]);
      shop.file('images', `unknown ${sha('1')}\n`);
      expect(shop.run('deploy/record-images.sh', { ...env, SOURCE: shop.path('again') })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('has no version of unknown; add it below apps'),
      });
    });
  });

  describe('promote.sh', () => {
    const env = (over: Record<string, string> = {}) => ({
      ...platformEnv(),
      TO: 'staging',
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
        { name: 'KEY', value: `key-of-${digest}` },
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
      RESULT_IMAGE: shop.resultFile('image'),
      RESULT_KEY: shop.resultFile('key'),
      RESULT_COMMIT: shop.resultFile('commit'),
      RESULT_TREE: shop.resultFile('tree'),
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
    expect(shop.result('key')).toBe('key-of-sha256:2');
    const asked = readFileSync(shop.path('asked'), 'utf8');
    expect(asked).toContain(
      'get pipelineruns -n ci -l tekton-dag.io/stack=checkout,tekton-dag.io/pipeline=pr-test,tekton-dag.io/trust=trusted',
    );
    expect(asked).toContain('get taskruns -n ci -l tekton.dev/pipelineTask=push-fe');
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
