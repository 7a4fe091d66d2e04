import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { load } from 'js-yaml';
import { inRepository } from '../../../../lib/output/layout';
import { synthFleet } from '../../../../lib/output/synth';
import { app, resolve, stackFile, team } from '../../../fleet/support';
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

  /** The platform repository of a team whose Deployments Git owns, as synth has left it. */
  const FILES = { staging: 'teams/payments/versions.staging.yaml', shared: 'stacks/versions.yaml' } as const;
  const synth = (versions: Readonly<Record<string, string>>): Record<string, string> => {
    const { fleet, said } = resolve({
      teams: [team('payments', ['shop'], { environment: { deploy: 'gitops' }, clusters: ['staging'] })],
      stacks: [stackFile('shop', [app('fe'), app('demo-api'), app('api')])],
      versions: Object.entries(versions).map(([file, text]) => ({ file, text })),
    });
    if (fleet === undefined) throw new Error(said.join('\n'));
    const files = [...synthFleet(fleet).files].map(([path, text]) => [inRepository(path), text] as const);
    const code = { 'teams/payments/team.ts': "throw new Error('code of a team runs')\n" };
    return { ...versions, ...code, ...Object.fromEntries(files) };
  };
  const pushed = (...args: string[]): string => git(shop.path('platform.git'), ...args);
  /** Every file, at a commit. */
  const contents = (commit = 'main') =>
    Object.fromEntries(
      pushed('ls-tree', '-r', '--name-only', commit)
        .split('\n')
        .map((path) => [path, `${pushed('show', `${commit}:${path}`)}\n`]),
    );
  const trimmed = (files: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, `${text.trim()}\n`]));
  /** Whatever would run code that the repository holds, or brings, says so. */
  const forbidden = (...names: string[]) => {
    for (const name of names) shop.program(name, `#!/bin/sh\necho "${name} $*" >>"${shop.path('ran')}"\n`);
  };
  const gitops = (more: Readonly<Record<string, string>> = {}) => {
    forbidden('npm', 'npx', 'tsx');
    repository(shop, 'platform', { ...synth({ [FILES.shared]: VERSIONS }), ...more });
    git(shop.folder, 'clone', '-q', '--bare', 'platform', 'platform.git');
  };
  const released = (digest: string) =>
    VERSIONS.replace('last-released: "0.0.0"', `last-released: "0.0.0"\n    digest: "${digest}"`);

  describe('record-images.sh', () => {
    const record = (images: string, over: Readonly<Record<string, string>> = {}) => {
      shop.file('images', images);
      const own = { SOURCE: shop.path(`source-${Math.random()}`), IMAGES_FILE: shop.path('images') };
      return shop.run('deploy/record-images.sh', { ...platformEnv(), ...own, ...over });
    };

    it('commits the digests of what was built, and what synth makes of them, without a program of the repository', () => {
      gitops();
      expect(record(`fe ${sha('1')}\ndemo-api ${sha('2')}\n`)).toMatchObject({ code: 0, stderr: '' });
      const now = contents();
      expect((load(now[FILES.shared] ?? '') as Versions).apps).toEqual({
        fe: { version: '0.1.0-rc.1', 'last-released': '0.0.0', digest: sha('1') },
        'demo-api': { version: '1.4.9-rc.0', 'last-released': '1.4.8', digest: sha('2') },
        api: { version: '2.0.0-rc.3' },
      });
      expect(now['dist/teams/payments/55-apps.yaml']).toContain(sha('1'));
      expect(now).toEqual(trimmed(synth({ [FILES.shared]: now[FILES.shared] ?? '' })));
      expect(pushed('log', '-1', '--format=%an%n%B', 'main')).toBe(
        `tekton-dag\nBootstrap payments\n\nfe ${sha('1')}\ndemo-api ${sha('2')}`,
      );
      expect(existsSync(shop.path('ran'))).toBe(false);
    });

    it('says what is missing', () => {
      gitops();
      expect(record(`unknown ${sha('1')}\n`).stderr).toContain('has no version of unknown; add it below apps');
      expect(record(`fe ${sha('1')}\n`, { TEAM: 'other' })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('dist/templates/other: has no template: set environment.deploy of team other'),
      });
    });

    it('follows no link of the repository, and runs nothing that it configures', () => {
      forbidden('driver');
      const secret = shop.file('credentials/token', 'apps: { secret-of-the-pod: { version: "9" } }\n');
      gitops({
        '.gitattributes': '* filter=evil diff=evil merge=evil\n',
        '.gitconfig': `[filter "evil"]\n\tclean = driver\n\tsmudge = driver\n[core]\n\thooksPath = hooks\n`,
        'hooks/pre-commit': '#!/bin/sh\ndriver\n',
        'package.json': '{ "scripts": { "prepare": "driver" } }\n',
        '.npmrc': 'node-options="--require ./driver"\n',
      });
      const work = shop.path('platform');
      chmodSync(`${work}/hooks/pre-commit`, 0o755);
      rmSync(`${work}/stacks/versions.yaml`);
      symlinkSync(secret, `${work}/stacks/versions.yaml`);
      rmSync(`${work}/dist/teams/payments`, { recursive: true });
      symlinkSync(shop.path('elsewhere'), `${work}/dist/teams/payments`);
      mkdirSync(shop.path('elsewhere'));
      git(work, 'add', '--all');
      git(work, 'commit', '-q', '-m', 'links');
      git(work, 'push', '-q', shop.path('platform.git'), 'HEAD:main');
      const ended = record(`fe ${sha('1')}\n`);
      expect(ended.code).toBe(1);
      expect(ended.stdout + ended.stderr).not.toContain('secret-of-the-pod');
      expect([existsSync(shop.path('ran')), existsSync(shop.path('elsewhere/55-apps.yaml'))]).toEqual([false, false]);
      // that of the Deployments alone
      rmSync(`${work}/stacks/versions.yaml`);
      commit(shop, 'platform', { 'stacks/versions.yaml': VERSIONS });
      git(work, 'push', '-q', shop.path('platform.git'), 'HEAD:main');
      expect(record(`fe ${sha('1')}\n`).code).not.toBe(0);
      expect([existsSync(shop.path('ran')), existsSync(shop.path('elsewhere/55-apps.yaml'))]).toEqual([false, false]);
    });
  });

  it('bump-version.sh puts a release into the commit of its version', () => {
    gitops();
    const env = {
      ...platformEnv(),
      APP: 'fe',
      MODE: 'release',
      VERSION: '',
      DIGEST: sha('1'),
      DEPLOYED: 'payments',
      ENTRY_FILE: shop.path('entry'),
      CHOSEN_FILE: shop.file('chosen', '0.1.0\n'),
      RESULT_VERSION: shop.resultFile('version'),
    };
    expect(shop.run('release/read-entry.sh', env)).toMatchObject({ code: 0 });
    expect(shop.run('release/bump-version.sh', env)).toMatchObject({ code: 0, stderr: '' });
    const now = contents();
    expect(now['dist/teams/payments/55-apps.yaml']).toMatch(
      new RegExp(`version: ['"]?0.1.0['"]?\\n[^]*@${sha('1')}\\n`),
    );
    expect(now).toEqual(trimmed(synth({ [FILES.shared]: now[FILES.shared] ?? '' })));
    expect(pushed('rev-list', '--count', 'main')).toBe('2');
    expect(existsSync(shop.path('ran'))).toBe(false);
  });

  describe('promote.sh', () => {
    const promote = (apps: readonly string[], over: Readonly<Record<string, string>> = {}) =>
      shop.run(
        'release/promote.sh',
        { ...platformEnv(), SOURCE: shop.path(`source-${Math.random()}`), TO: 'staging', ...over },
        apps,
      );

    it('commits what is promoted, and what synth makes of it, without a program of the repository', () => {
      gitops(synth({ [FILES.shared]: released(sha('1')) }));
      expect(promote(['fe', 'api'])).toMatchObject({ code: 0, stderr: '' });
      const now = contents();
      expect((load(now[FILES.staging] ?? '') as Versions).apps).toEqual({
        fe: { version: '0.1.0-rc.1', 'last-released': '0.0.0', digest: sha('1') },
      });
      expect(now['dist/clusters/staging/payments/55-apps.yaml']).toContain(sha('1'));
      const versions = { [FILES.shared]: now[FILES.shared] ?? '', [FILES.staging]: now[FILES.staging] ?? '' };
      expect(now).toEqual(trimmed(synth(versions)));
      expect(pushed('log', '-1', '--format=%B', 'main')).toBe('Promote payments to staging\n\nfe: nothing → 0.0.0');
      expect(shop.result('commit')).toBe(pushed('rev-parse', 'main'));
      expect(promote([])).toMatchObject({ code: 0, stdout: expect.stringContaining('staging has all that one has') });
      expect([pushed('rev-list', '--count', 'main'), existsSync(shop.path('ran'))]).toEqual(['2', false]);
    });

    it.each([
      [['fe'], {}, 'nothing to promote: one has no release of fe (no digest in stacks/versions.yaml)'],
      [['ef'], {}, "team 'payments' has no app 'ef'"],
      [[], { TO: 'one' }, "one is the first cluster of team 'payments'"],
      [[], { TO: 'stagin' }, "did you mean 'staging'?"],
    ])('promotes %j with %j not, and says why', (apps, over, why) => {
      gitops();
      const before = pushed('rev-parse', 'main');
      expect(promote(apps, over as Record<string, string>)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(why),
      });
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
      RESULT_DIGEST: shop.resultFile('digest'),
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
    expect(shop.result('digest')).toBe('sha256:2');
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
    expect(shop.result('digest')).toBe('');
  });
});
