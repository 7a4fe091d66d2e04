import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { load } from 'js-yaml';
import { ownTools } from '../support/own-tools';
import type { Ended } from '../support/run-script';
import { Workshop, commit, git, repository } from '../support/run-script';
import { SKOPEO } from '../support/skopeo';

/** A release from its digest on, as its steps run one after another: on a real repository, and hooks as hosts have them. */

const TOOLS = ownTools();
// each step starts node
jest.setTimeout(120_000);

const digestOf = (manifest: string) => `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
const VERSIONS = `# known to work\napps: { api: { version: "1.2.3-rc.4", last-released: '1.2.2' }, web: { version: 0.1.0-rc.0 } }\n`;
const GH006 = `#!/bin/sh
while read -r old new ref; do
  if [ "$ref" = refs/heads/main ]; then
    echo 'error: GH006: Protected branch update failed for refs/heads/main.' >&2
    echo 'error: Changes must be made through a pull request. Required status check "ci" is expected.' >&2
    exit 1
  fi
done
`;
const TOO_LARGE = `#!/bin/sh
echo 'The repository is 2.1 GB large. Its quota is 2 GB:' >&2
echo 'ask the administrators of git.example.com for more.' >&2
exit 1
`;

const TEMPLATE = 'dist/templates/shop/one.yaml';
const NO_APPS = 'team: shop\ncluster: one\nversions: stacks/versions.yaml\napps: []\nobjects: []\n';

let shop: Workshop;
beforeEach(() => {
  shop = new Workshop();
  shop.program('skopeo', SKOPEO);
  shop.file('state', JSON.stringify({ 'r/api:a': 'one', 'r/api:b': 'two', 'r/api:c': 'three', 'r/web:a': 'web' }));
  shop.file('state.down', '0');
  repository(shop, 'platform', { 'stacks/versions.yaml': VERSIONS, [TEMPLATE]: NO_APPS });
  git(shop.folder, 'clone', '-q', '--bare', 'platform', 'platform.git');
});
afterEach(() => shop.remove());

const hook = (text: string, name = 'pre-receive') => {
  writeFileSync(shop.path(`platform.git/hooks/${name}`), text);
  chmodSync(shop.path(`platform.git/hooks/${name}`), 0o755);
};
const pushed = (...args: string[]): string => git(shop.path('platform.git'), ...args);
const versions = (branch = 'main') =>
  (load(pushed('show', `${branch}:stacks/versions.yaml`)) as { apps: Record<string, Record<string, string>> }).apps;
const tags = () => JSON.parse(readFileSync(shop.path('state'), 'utf8')) as Record<string, string>;
const tag = (name: string, manifest: string) => shop.file('state', JSON.stringify({ ...tags(), [name]: manifest }));
const WAITS = 'tekton-dag/versions-shop';

interface Given {
  readonly app?: string;
  readonly asked?: string;
  /** The last step that runs before its pod is killed. */
  readonly until?: 'read' | 'choose' | 'bump';
  readonly env?: Readonly<Record<string, string>>;
}

/** The run of a release, in a pod of its own. */
async function release(manifest: string, { app = 'api', asked = '', until, env = {} }: Given = {}): Promise<Ended> {
  const pod = shop.path(`pod-${Math.random()}`);
  const digest = digestOf(manifest);
  const common = {
    HOME: `${pod}/home`,
    APP: app,
    VERSION: asked,
    DIGEST: digest,
    MODE: 'release',
    IMAGE: `r/${app}`,
    DEPLOYED: '',
    URL: shop.path('platform.git'),
    BRANCH: 'main',
    VERSIONS_BRANCH: WAITS,
    VERSIONS_ONLY_THERE: 'false',
    VERSIONS_FILE: 'stacks/versions.yaml',
    SECRETS: 'git-ssh-key or github-token',
    SOURCE: `${pod}/source`,
    TOOLS,
    ENTRY_FILE: `${pod}/home/entry`,
    CHOSEN_FILE: `${pod}/home/chosen`,
    STATE: shop.path('state'),
    INSECURE: 'false',
    SECRET: 'registry-push-release',
    RESULT_VERSION: shop.resultFile('version'),
    RESULT_COMMIT: shop.resultFile('commit'),
    RESULT_PULL_REQUEST: shop.resultFile('pull-request'),
    RESULT_MESSAGE: shop.resultFile('message'),
    RESULT_IMAGE_URL: shop.resultFile('url'),
    RESULT_IMAGE_DIGEST: shop.resultFile('digest'),
    ...env,
  };
  let all: Ended = { code: 0, stdout: '', stderr: '' };
  for (const step of ['read-entry', 'choose-version', 'bump-version', 'tag-release']) {
    const given = step === 'tag-release' ? { ...common, VERSION: shop.result('version') } : common;
    const ended = await shop.start(`release/${step}.sh`, given);
    all = { code: ended.code, stdout: all.stdout + ended.stdout, stderr: all.stderr + ended.stderr };
    if (ended.code !== 0 || (until !== undefined && step.startsWith(until))) break;
  }
  return all;
}
/** Records the digests of the file `images`. */
const bootstrap = (): Promise<Ended> =>
  shop.start('deploy/record-images.sh', {
    HOME: shop.path('boot/home'),
    TEAM: 'shop',
    IMAGES_FILE: shop.path('images'),
    URL: shop.path('platform.git'),
    BRANCH: 'main',
    VERSIONS_BRANCH: WAITS,
    VERSIONS_FILE: 'stacks/versions.yaml',
    SECRETS: 'git-ssh-key or github-token',
    SOURCE: shop.path('boot/source'),
    TOOLS,
    RESULT_COMMIT: shop.resultFile('commit'),
    RESULT_PULL_REQUEST: shop.resultFile('pull-request'),
  });
/** Somebody changes `main`, past its hook. */
const onMain = (change: (work: string) => void): void => {
  const work = shop.path('platform');
  const remote = shop.path('platform.git');
  rmSync(`${remote}/hooks/pre-receive`, { force: true });
  git(work, 'fetch', '-q', remote, '+refs/heads/*:refs/remotes/origin/*');
  git(work, 'reset', '-q', '--hard', 'origin/main');
  change(work);
  git(work, 'push', '-q', remote, 'HEAD:main');
  hook(GH006);
};
/** Merges the pull request as one commit, and leaves its branch where it is. */
const squash = (): void =>
  onMain((work) => {
    git(work, 'merge', '-q', '--squash', `origin/${WAITS}`);
    git(work, 'commit', '-q', '-m', 'Versions (#7)');
  });
const succeeds = async (...args: Parameters<typeof release>) => {
  const { code, stderr } = await release(...args);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
};

it('records a release, tags it and begins the next patch, and leaves the rest of the file as it was', async () => {
  await succeeds('one');
  expect(`${pushed('show', 'main:stacks/versions.yaml')}\n`).toBe(
    `# known to work\napps: { api: { version: "1.2.4-rc.0", digest: "${digestOf('one')}", last-released: '1.2.3' }, web: { version: 0.1.0-rc.0 } }\n`,
  );
  expect(tags()['r/api:1.2.3']).toBe('one');
  expect([pushed('log', '-1', '--format=%s', 'main'), shop.result('commit'), shop.result('pull-request')]).toEqual([
    'Release api 1.2.3',
    pushed('rev-parse', 'main'),
    '',
  ]);
});

it('records and tags where a registry denies what is absent', async () => {
  await succeeds('one', { env: { DENIES: 'absent' } });
  expect([versions().api?.version, tags()['r/api:1.2.3']]).toEqual(['1.2.4-rc.0', 'one']);
});

it('counts a candidate that passed', async () => {
  await succeeds('one', { until: 'bump', env: { MODE: 'rc', DIGEST: '' } });
  expect(versions().api).toEqual({ version: '1.2.3-rc.5', 'last-released': '1.2.2' });
});

describe.each(['read', 'choose', 'bump', undefined] as const)('a release that ended after %s', (until) => {
  it('is taken up where it stopped', async () => {
    await succeeds('one', { until });
    await succeeds('one');
    expect(versions().api).toEqual({
      version: '1.2.4-rc.0',
      'last-released': '1.2.3',
      digest: digestOf('one'),
    });
    expect(tags()['r/api:1.2.3']).toBe('one');
    expect(tags()['r/api:1.2.4']).toBeUndefined();
    expect(pushed('rev-list', '--count', 'main')).toBe('2');
  });

  it('blocks no other, nor does the one behind that', async () => {
    await succeeds('one', { until });
    await succeeds('two');
    await succeeds('three');
    const isRecorded = until === 'bump' || until === undefined;
    expect(versions().api).toMatchObject({
      'last-released': isRecorded ? '1.2.5' : '1.2.4',
      digest: digestOf('three'),
    });
    expect(tags()[isRecorded ? 'r/api:1.2.4' : 'r/api:1.2.3']).toBe('two');
  });
});

it('records also what was tagged and never recorded, and takes the next version', async () => {
  tag('r/api:1.2.3', 'two');
  await succeeds('one');
  expect(versions().api).toMatchObject({ version: '1.2.5-rc.0', 'last-released': '1.2.4', digest: digestOf('one') });
  expect(tags()).toMatchObject({ 'r/api:1.2.3': 'two', 'r/api:1.2.4': 'one' });
  expect(pushed('log', '-2', '--format=%s', 'main').split('\n')).toEqual([
    'Release api 1.2.4',
    'Release api 1.2.3, which was tagged and not recorded',
  ]);
  expect(pushed('show', 'main~1:stacks/versions.yaml')).toContain(digestOf('two'));
});

it('goes on with a tag of the same image', async () => {
  tag('r/api:1.2.3', 'one');
  await succeeds('one');
  expect(versions().api).toMatchObject({ 'last-released': '1.2.3', digest: digestOf('one') });
});

it('records of an image that nobody released yet no release, though a bootstrap recorded it', async () => {
  shop.file('images', `api ${digestOf('one')}\n`);
  expect(await bootstrap()).toMatchObject({ code: 0 });
  await succeeds('one');
  expect(versions().api).toEqual({ version: '1.2.4-rc.0', 'last-released': '1.2.3', digest: digestOf('one') });
  expect(tags()['r/api:1.2.2']).toBeUndefined();
});

it('takes up a release that nobody tagged, though its commit came by a squash', async () => {
  hook(GH006);
  await succeeds('one', { until: 'bump' });
  squash();
  await succeeds('one');
  expect(tags()['r/api:1.2.3']).toBe('one');
  expect(versions().api).toMatchObject({ 'last-released': '1.2.3' });
});

it('gives a version that is asked for, but not that of another image', async () => {
  await succeeds('one', { asked: '3.0.0' });
  expect(versions().api).toMatchObject({ version: '3.0.1-rc.0', 'last-released': '3.0.0' });
  expect(await release('two', { asked: '3.0.0' })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('r/api:3.0.0 is released already'),
  });
  await succeeds('two', { asked: '1.2.9' });
  expect(versions().api).toEqual({ version: '3.0.1-rc.0', 'last-released': '1.2.9', digest: digestOf('two') });
});

it('lets releases at once all land, with a version each', async () => {
  await Promise.all([
    release('one', { env: { RESULT_VERSION: shop.resultFile('v1') }, until: 'bump' }),
    release('two', { env: { RESULT_VERSION: shop.resultFile('v2') }, until: 'bump' }),
    release('web', { app: 'web', env: { RESULT_VERSION: shop.resultFile('v3') }, until: 'bump' }),
  ]);
  expect([shop.result('v1'), shop.result('v2')].sort()).toEqual(['1.2.3', '1.2.4']);
  expect(shop.result('v3')).toBe('0.1.0');
  expect(versions()).toMatchObject({ api: { 'last-released': '1.2.4' }, web: { 'last-released': '0.1.0' } });
});

it('gives none twice, though both found one that was never recorded', async () => {
  tag('r/api:1.2.3', 'three');
  await Promise.all([
    release('one', { env: { RESULT_VERSION: shop.resultFile('v1') }, until: 'bump' }),
    release('two', { env: { RESULT_VERSION: shop.resultFile('v2') }, until: 'bump' }),
  ]);
  expect([shop.result('v1'), shop.result('v2')].sort()).toEqual(['1.2.4', '1.2.5']);
  expect(versions().api).toMatchObject({ version: '1.2.6-rc.0', 'last-released': '1.2.5' });
});

it.each(['commit', 'add'])('ends where git does not %s, and says nothing is recorded', async (word) => {
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  shop.program(
    'git',
    `#!/bin/sh\n[ "$1" != ${word} ] || { echo 'fatal: no space left' >&2; exit 128; }\nexec ${real} "$@"\n`,
  );
  const ended = await release('one', { until: 'bump' });
  expect(ended).toMatchObject({ code: 128, stderr: expect.stringContaining('no space left') });
  expect([versions().api?.version, existsSync(shop.resultFile('version'))]).toEqual(['1.2.3-rc.4', false]);
});

/**
 * A hook that refuses a push as a host in trouble does, once: Git has a reason of the host's own only from such a hook.
 * https://git-scm.com/docs/githooks#proc-receive
 */
const IN_TROUBLE = `#!${process.execPath}
const { execFileSync } = require('node:child_process');
const packet = (text) => process.stdout.write((text.length + 4).toString(16).padStart(4, '0') + text);
let [heard, flushes] = ['', 0];
process.stdin.on('data', (data) => {
  heard += data;
  while (heard.length >= 4) {
    const length = parseInt(heard.slice(0, 4), 16) || 4;
    if (heard.length < length) return;
    const line = heard.slice(4, length).trim();
    heard = heard.slice(length);
    if (line !== '') global.last = line;
    else if (++flushes === 1) packet('version=1\\n');
    else {
      packet('ng ' + global.last.split(' ')[2] + ' REASON\\n');
      execFileSync('git', ['config', '--unset', 'receive.procReceiveRefs']);
    }
    if (line === '') process.stdout.write('0000');
    if (flushes === 2) process.stdin.destroy();
  }
});
`;

it.each(['Internal Server Error', 'failure', 'pre-receive hook timed out', 'service unavailable'])(
  'tries again where the host is in trouble: %s',
  async (reason) => {
    hook(IN_TROUBLE.replace('REASON', reason), 'proc-receive');
    git(shop.path('platform.git'), 'config', 'receive.procReceiveRefs', 'refs');
    const ended = await release('one');
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining(`[remote rejected] (${reason})`) });
    expect(versions().api).toMatchObject({ 'last-released': '1.2.3' });
    expect(shop.result('pull-request')).toBe('');
  },
);

describe('where the branch is protected', () => {
  beforeEach(() => hook(GH006));

  it('the versions go to a branch of their own, and the next release goes on from there', async () => {
    const first = await release('one');
    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('GH006: Protected branch update failed') });
    expect(first.stderr).toContain(
      `branch ${WAITS} of ${shop.path('platform.git')} has the commit: open a pull request`,
    );
    expect(shop.result('pull-request')).toBe(WAITS);
    await succeeds('one');
    expect(shop.result('commit')).toBe(pushed('rev-parse', WAITS));
    await succeeds('two');
    await succeeds('web', { app: 'web' });
    expect(versions()).toMatchObject({ api: { version: '1.2.3-rc.4' } });
    expect(versions(WAITS)).toEqual({
      api: { version: '1.2.5-rc.0', 'last-released': '1.2.4', digest: digestOf('two') },
      web: { version: '0.1.1-rc.0', 'last-released': '0.1.0', digest: digestOf('web') },
    });
    expect(tags()).toMatchObject({ 'r/api:1.2.3': 'one', 'r/api:1.2.4': 'two', 'r/web:0.1.0': 'web' });
  });

  it('they are offered on top of what the branch has got meanwhile', async () => {
    await succeeds('one');
    rmSync(shop.path('platform.git/hooks/pre-receive'));
    git(shop.path('platform'), 'commit', '-q', '--allow-empty', '-m', 'of somebody');
    git(shop.path('platform'), 'push', '-q', shop.path('platform.git'), 'HEAD:main');
    hook(GH006);
    await succeeds('web', { app: 'web' });
    expect(pushed('rev-list', '--count', `${WAITS}..main`)).toBe('0');
    expect(versions(WAITS).api).toMatchObject({ 'last-released': '1.2.3' });
  });

  it('what waits comes along once the branch takes pushes again', async () => {
    await succeeds('one');
    rmSync(shop.path('platform.git/hooks/pre-receive'));
    await succeeds('two');
    expect(versions().api).toMatchObject({ 'last-released': '1.2.4', digest: digestOf('two') });
    expect(shop.result('pull-request')).toBe('');
  });

  it('what else waits there is not lost: images that a bootstrap recorded', async () => {
    shop.file('images', `web ${digestOf('web')}\n`);
    expect(await bootstrap()).toMatchObject({ code: 0 });
    expect(versions(WAITS).web).toEqual({ version: '0.1.0-rc.0', digest: digestOf('web') });
    await succeeds('one');
    expect(versions(WAITS).web).toEqual({ version: '0.1.0-rc.0', digest: digestOf('web') });
  });

  it('what was merged by a squash and reverted does not come back', async () => {
    await succeeds('one');
    squash();
    onMain((work) => git(work, 'revert', '--no-edit', 'HEAD'));
    await succeeds('web', { app: 'web' });
    expect(versions(WAITS)).toMatchObject({
      api: { version: '1.2.3-rc.4', 'last-released': '1.2.2' },
      web: { 'last-released': '0.1.0' },
    });
  });

  it('an app that waits there for its first entry of a file is not lost', async () => {
    const file = 'teams/shop/versions.staging.yaml';
    const first = 'apps:\n  api: { version: 1.2.3-rc.4 }\n';
    onMain(() => commit(shop, 'platform', { [file]: first }));
    const work = shop.path('platform');
    commit(shop, 'platform', { [file]: `${first}  web: { version: 0.1.0-rc.0 }\n` });
    git(work, 'push', '-q', shop.path('platform.git'), `HEAD:${WAITS}`);
    await succeeds('one');
    expect(load(pushed('show', `${WAITS}:${file}`))).toEqual({
      apps: { api: { version: '1.2.3-rc.4' }, web: { version: '0.1.0-rc.0' } },
    });
  });

  it('the next release comes behind what waits, so that a host that takes no forced push takes it', async () => {
    git(shop.path('platform.git'), 'config', 'receive.denyNonFastForwards', 'true');
    await succeeds('one');
    await succeeds('two');
    expect(versions(WAITS).api).toMatchObject({ 'last-released': '1.2.4' });
    expect(pushed('log', '-1', '--format=%s', WAITS)).toBe('Release api 1.2.4');
  });

  it('a file that the branch has no more is left out, and blocks nothing', async () => {
    const work = shop.path('platform');
    const push = (to: string) => git(work, 'push', '-q', shop.path('platform.git'), `HEAD:${to}`);
    rmSync(shop.path('platform.git/hooks/pre-receive'));
    commit(shop, 'platform', { 'teams/old/versions.yaml': VERSIONS });
    push('main');
    commit(shop, 'platform', {
      'teams/old/versions.yaml': VERSIONS.replace('rc.4', 'rc.5'),
      'teams/old/versions.prod.yaml': VERSIONS,
    });
    push(WAITS);
    git(work, 'reset', '-q', '--hard', 'HEAD~1');
    git(work, 'rm', '-rq', 'teams');
    git(work, 'commit', '-q', '-m', 'retire old');
    push('main');
    hook(GH006);
    const ended = await release('one');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toContain(`warning: ${WAITS} changes 'teams/old/versions.yaml', which main has no more`);
    expect(pushed('ls-tree', '-r', '--name-only', WAITS)).not.toContain('teams/');
  });

  it('a folder whose name begins with versions is none of the files', async () => {
    await succeeds('one');
    const work = shop.path('platform');
    git(work, 'fetch', '-q', shop.path('platform.git'), WAITS);
    git(work, 'checkout', '-q', 'FETCH_HEAD');
    commit(shop, 'platform', { 'dist/teams/versions-app/30-tasks.yaml': 'kind: Task\n' });
    git(work, 'push', '-q', shop.path('platform.git'), `HEAD:${WAITS}`);
    git(work, 'checkout', '-q', 'main');
    rmSync(shop.path('platform.git/hooks/pre-receive'));
    commit(shop, 'platform', { 'dist/teams/versions-app/30-tasks.yaml': 'kind: Pipeline\n' });
    git(work, 'push', '-q', shop.path('platform.git'), 'HEAD:main');
    hook(GH006);
    await succeeds('two');
    expect(pushed('show', `${WAITS}:dist/teams/versions-app/30-tasks.yaml`)).toBe('kind: Pipeline');
  });

  it.each(['GitHub', 'Gitea'])('a pull request is opened at %s, once', async (kind) => {
    const asked: { url?: string; authorization?: string; body: string }[] = [];
    let isDown = true;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answer = (status: number, body: unknown) =>
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        const { url = '', method, headers } = request;
        if (url === '/api/v1/version') return kind === 'Gitea' ? answer(200, { version: '1.22' }) : answer(404, {});
        if (isDown) return request.socket.destroy();
        const isFirst = !asked.some((one) => one.body !== '');
        asked.push({ url, authorization: headers.authorization, body: Buffer.concat(chunks).toString() });
        const open = {
          html_url: 'https://git.example.com/acme/platform/pulls/7',
          head: { ref: WAITS },
          base: { ref: 'main' },
        };
        if (method === 'POST') return isFirst ? answer(201, open) : answer(kind === 'Gitea' ? 409 : 422, {});
        // GitHub asks by head; Gitea gives all of them, page by page
        if (kind === 'GitHub')
          return answer(200, url.includes(`head=acme%3A${encodeURIComponent(WAITS)}`) ? [open] : []);
        const page = new URLSearchParams(url.slice(url.indexOf('?'))).get('page');
        const other = { html_url: 'x', head: { ref: WAITS }, base: { ref: 'old' } };
        return answer(200, page === '1' ? [other] : page === '2' ? [open] : []);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      shop.file('token/token', 'secret\n');
      // git goes to the repository that lies here
      const env = {
        TOKEN: shop.path('token'),
        URL: `${origin}/acme/platform.git`,
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: `url.${shop.path('platform.git')}.insteadOf`,
        GIT_CONFIG_VALUE_0: `${origin}/acme/platform.git`,
      };
      const first = await release('one', { env });
      expect(first).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('opens no pull request: other side closed'),
      });
      expect(shop.result('pull-request')).toBe(WAITS);
      isDown = false;
      await succeeds('one', { env });
      expect(shop.result('pull-request')).toBe('https://git.example.com/acme/platform/pulls/7');
      await succeeds('two', { env });
      expect(shop.result('pull-request')).toBe('https://git.example.com/acme/platform/pulls/7');
      expect(asked[0]).toMatchObject({
        url: `/api/${kind === 'Gitea' ? 'v1' : 'v3'}/repos/acme/platform/pulls`,
        authorization: 'token secret',
      });
      expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
        head: WAITS,
        base: 'main',
        title: 'Release api 1.2.3',
      });
      expect(asked.filter(({ body }) => body !== '').at(-1)?.body).toContain('GH006');
    } finally {
      server.close();
    }
  });
});

it('goes to the branch that the team names, and tries no other', async () => {
  await succeeds('one', { env: { VERSIONS_BRANCH: 'releases', VERSIONS_ONLY_THERE: 'true' } });
  expect(versions('releases').api).toMatchObject({ 'last-released': '1.2.3' });
  expect(versions().api).toMatchObject({ 'last-released': '1.2.2' });
});

it('shows what a host says of each branch that takes no commit', async () => {
  hook(
    GH006.replace(
      'exit 1',
      'exit 1\n  else\n    echo "GH013: Repository rule violations: names begin with team/" >&2\n    exit 1',
    ),
  );
  expect(await release('one')).toMatchObject({ code: 1 });
  expect(shop.result('message')).toContain('GH013: Repository rule violations: names begin with team/');
  expect(shop.result('message')).toContain('(main: error: GH006: Protected branch update failed');
});

it('shows whole what a host says that takes the commit nowhere, publishes nothing, and blocks nothing', async () => {
  hook(TOO_LARGE);
  expect(await release('one')).toMatchObject({ code: 1 });
  expect(shop.result('message')).toContain(
    'The repository is 2.1 GB large. Its quota is 2 GB: ask the administrators of git.example.com for more.',
  );
  expect(tags()['r/api:1.2.3']).toBeUndefined();
  rmSync(shop.path('platform.git/hooks/pre-receive'));
  await succeeds('two');
  expect(tags()['r/api:1.2.3']).toBe('two');
});
