import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { inputsOf } from '../../../../lib/fleet/inputs';
import { Workshop, commit, git, repository } from '../support/run-script';
import { gitServer, serving } from '../support/server';
import { suiteWith } from '../support/tools';

describe('clone.sh', () => {
  let shop: Workshop;
  beforeEach(() => (shop = new Workshop()));
  afterEach(() => shop.remove());

  const values = (over: Record<string, string> = {}) => ({
    URL: `file://${shop.path('repo')}`,
    REVISION: '',
    APP_REVISION: '',
    CONTEXT_DIR: '.',
    SOURCE: shop.path('source'),
    SECRETS: 'git-read-ssh-key or git-read-token',
    RESULT_COMMIT: shop.resultFile('commit'),
    RESULT_TREE: shop.resultFile('tree'),
    RESULT_KEY: shop.resultFile('content'),
    ...over,
  });
  const clone = (over: Record<string, string> = {}, settings: readonly string[] = []) =>
    shop.run('shared/clone.sh', values(over), settings);

  it('checks out the default branch, a branch, a tag and a commit that no branch has any more', () => {
    const repo = repository(shop, 'repo', { a: '1' });
    const first = git(repo, 'rev-parse', 'HEAD');
    git(repo, 'tag', 'v1');
    git(repo, 'checkout', '-q', '-b', 'work');
    const work = commit(shop, 'repo', { a: '2' });
    git(repo, 'checkout', '-q', 'main');
    for (const [revision, expected] of [
      ['', first],
      ['work', work],
      ['v1', first],
      [work, work],
    ] as const) {
      const ended = clone({ REVISION: revision, SOURCE: shop.path(`source-${revision}`) });
      expect(ended).toMatchObject({ code: 0 });
      expect(shop.result('commit')).toBe(expected);
      expect(shop.result('tree')).toBe(git(repo, 'rev-parse', `${expected}^{tree}`));
    }
  });

  it('lets the revision of the app beat that of the run', () => {
    const repo = repository(shop, 'repo', { a: '1' });
    git(repo, 'branch', 'old');
    commit(shop, 'repo', { a: '2' });
    expect(clone({ REVISION: 'main', APP_REVISION: 'old' }).code).toBe(0);
    expect(shop.result('commit')).toBe(git(repo, 'rev-parse', 'old'));
  });

  it('gives equal content the same key, and every other content or setting another', () => {
    repository(shop, 'repo', { 'my app/a': '1', other: '1' });
    const key = (name: string, settings: readonly string[], dir = 'my app') => {
      expect(clone({ SOURCE: shop.path(name), CONTEXT_DIR: dir }, settings)).toMatchObject({ code: 0 });
      return shop.result('content');
    };
    const first = key('zero', ['npm ci']);
    // a build reads beside its folder unless it says that it does not
    commit(shop, 'repo', { other: '2' });
    const before = key('one', ['npm ci']);
    expect(before).not.toBe(first);
    expect(key('two', ['npm ci'])).toBe(before);
    expect(before).toMatch(/^[0-9a-f]{40}$/);
    expect(key('three', ['npm', 'ci'])).not.toBe(before);
    // a command of two lines is not two commands
    expect(key('lines', ['a', 'b\nc', ''])).not.toBe(key('shifted', ['a', 'b', 'c\n']));
    expect(key('whole', ['npm ci'], '.')).not.toBe(before);
    commit(shop, 'repo', { 'my app/a': '2' });
    expect(key('four', ['npm ci'])).not.toBe(before);
  });

  it('takes a branch name for a name: nothing of it is executed', () => {
    const repo = repository(shop, 'repo', { a: '1' });
    const name = `$(touch\${IFS}${shop.path('executed')});x`;
    git(repo, 'branch', name);
    expect(clone({ REVISION: name })).toMatchObject({ code: 0 });
    expect(existsSync(shop.path('executed'))).toBe(false);
    expect(shop.result('commit')).toBe(git(repo, 'rev-parse', 'main'));
  });

  it.each(['--upload-pack=touch x', '-x', '+main', '^main', 'main:other', 'two words', 'line\nbreak'])(
    'refuses %j as a revision',
    (revision) => {
      repository(shop, 'repo', { a: '1' });
      const { code, stderr } = clone({ REVISION: revision });
      expect(code).toBe(1);
      expect(stderr).toContain('is not a revision: give a branch, a tag or a commit');
      expect(existsSync(shop.path('source'))).toBe(false);
    },
  );

  it('says which revision is missing and why that may be', () => {
    repository(shop, 'repo', { a: '1' });
    const { code, stderr } = clone({ REVISION: 'gone' });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: file:\/\/.*repo has no revision 'gone': was the branch deleted, or the commit overwritten by a force push\?$/m,
    );
  });

  it('says what is wrong with a tag of no commit, and with a repository that has none', () => {
    const repo = repository(shop, 'repo', { a: '1' });
    git(repo, 'tag', 'file', git(repo, 'rev-parse', 'HEAD:a'));
    const RESULT_MESSAGE = shop.resultFile('message');
    expect(clone({ REVISION: 'file', RESULT_MESSAGE }).code).toBe(1);
    expect(shop.result('message')).toMatch(/^'file' of file:.*repo is not a commit, nor does it lead to one$/);
    git(shop.folder, 'init', '-q', 'empty');
    const URL = `file://${shop.path('empty')}`;
    expect(clone({ URL, RESULT_MESSAGE, SOURCE: shop.path('other') }).code).toBe(1);
    expect(shop.result('message')).toMatch(
      /^file:.*empty has no commit on its default branch: push one, or name a branch$/,
    );
  });

  it('takes a branch for what is meant where a tag has the same name', () => {
    const repo = repository(shop, 'repo', { a: '1' });
    git(repo, 'tag', 'main');
    const second = commit(shop, 'repo', { a: '2' });
    for (const DEPTH of ['1', '0']) {
      expect(clone({ REVISION: 'main', DEPTH, SOURCE: shop.path(`source-${DEPTH}`) })).toMatchObject({ code: 0 });
      expect(shop.result('commit')).toBe(second);
    }
  });

  it('says which Secrets may lack a credential when the repository cannot be read', () => {
    const { code, stderr } = clone();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: cannot read file:\/\/.*does the repository exist, and does Secret git-read-ssh-key or git-read-token hold a credential for it\?/,
    );
  });

  it('says which directory is missing, or is none', () => {
    repository(shop, 'repo', { a: '1' });
    expect(clone({ CONTEXT_DIR: 'app', SOURCE: shop.path('one') }).stderr).toContain(
      "error: there is no directory 'app' at",
    );
    expect(clone({ CONTEXT_DIR: 'a', SOURCE: shop.path('two') }).stderr).toContain("error: 'a' is not a directory at");
  });

  it('hands the token to git by a program, and leaves nothing of it behind', () => {
    repository(shop, 'repo', { a: '1' });
    const token = shop.file('token/token', 's3cret');
    // stands for git asking who we are: it is asked while it runs, so what it is told is kept by the program itself
    shop.program(
      'git',
      `#!/bin/sh\n"$GIT_ASKPASS" "Password for x" >"${shop.path('told')}"\nexec /usr/bin/env PATH="${process.env.PATH}" git "$@"\n`,
    );
    const { code, stdout, stderr } = clone({ TOKEN: shop.path('token') });
    expect(code).toBe(0);
    expect(readFileSync(shop.path('told'), 'utf8').trim()).toBe(readFileSync(token, 'utf8'));
    expect(stdout + stderr).not.toContain('s3cret');
    expect(existsSync(shop.path('home', '.askpass'))).toBe(false);
  });

  it('hands it to the host of the repository alone, whatever a submodule writes before the @ of another', () => {
    const asked = [
      'https://127.0.0.1:1',
      'https://x-access-token@127.0.0.1:1',
      'https://127.0.0.1:1/with/its/path',
      'https://evil.example',
      'https://127.0.0.1:1@evil.example',
      // older versions of git decode what is before it
      'https://127.0.0.1:1/x@evil.example',
      "https://127.0.0.1:1'x@evil.example",
      'https://evil.example/x@127.0.0.1:1',
    ];
    shop.file('token/token', 's3cret');
    shop.file('asked', asked.map((url) => `${url}\n`).join(''));
    shop.program(
      'git',
      `#!/bin/sh\nwhile read -r url; do for quote in \\' '"'; do "$GIT_ASKPASS" "Password for $quote$url$quote: " 2>&1; done; done <"${shop.path('asked')}" >"${shop.path('told')}"\nexit 1\n`,
    );
    clone({ TOKEN: shop.path('token'), URL: 'https://127.0.0.1:1/acme/web.git', ATTEMPT_PAUSE_MAX: '0' });
    const told = readFileSync(shop.path('told'), 'utf8').replaceAll('s3cret', 's3cret\n').split('\n').filter(Boolean);
    expect(told.map((line) => line === 's3cret')).toEqual(asked.flatMap((_, index) => [index < 3, index < 3]));
  });

  describe('where the stack narrows what the build reads', () => {
    const inputs = (...paths: readonly string[]) =>
      inputsOf({ contextDir: 'apps/web', build: { inputs: paths } }).join('\n');
    const narrowed = (name: string, over: Record<string, string> = {}) =>
      clone({
        SOURCE: shop.path(name),
        CONTEXT_DIR: 'apps/web',
        INPUTS: inputs('packages/shared', 'yarn [1].lock'),
        ...over,
      });
    const files = () => ({
      'apps/web/a': '1',
      'apps/web-admin/a': '1',
      'apps/api/a': '1',
      'packages/shared/limit.js': '1',
      'yarn [1].lock': '1',
      'yarn 1.lock': '1',
    });
    const held = (name: string) =>
      readdirSync(shop.path(name), { recursive: true, encoding: 'utf8', withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(shop.path(name).length + 1))
        .sort();

    it('the checkout holds these files and no other, nor does git', () => {
      repository(shop, 'repo', files());
      expect(narrowed('one')).toMatchObject({ code: 0 });
      expect(held('one')).toEqual(['apps/web/a', 'packages/shared/limit.js', 'yarn [1].lock']);
    });

    it('the key goes by these files, their modes and how they are checked out', () => {
      const repo = repository(shop, 'repo', files());
      const key = (name: string) => {
        expect(narrowed(name)).toMatchObject({ code: 0 });
        return shop.result('content');
      };
      const keys = [key('one')];
      commit(shop, 'repo', { 'apps/web-admin/a': '2', 'apps/api/a': '2', 'yarn 1.lock': '2' });
      expect(key('two')).toBe(keys[0]);
      commit(shop, 'repo', { 'packages/shared/limit.js': '2' });
      keys.push(key('three'));
      git(repo, 'mv', 'packages/shared/limit.js', 'packages/shared/limits.js');
      git(repo, 'commit', '-q', '-m', 'renamed');
      keys.push(key('four'));
      git(repo, 'update-index', '--chmod=+x', 'yarn [1].lock');
      git(repo, 'commit', '-q', '-m', 'mode');
      git(repo, 'reset', '-q', '--hard');
      keys.push(key('five'));
      commit(shop, 'repo', { '.gitattributes': '*.js text eol=crlf\n' });
      keys.push(key('six'));
      expect(new Set(keys).size).toBe(5);
    });

    it.each([
      [
        'Packages/shared',
        "there is no 'Packages/shared' at .*: fix build.inputs in the stack \\(upper and lower case differ",
      ],
      ['linked', "'linked' is a link at .*: name what it leads to"],
    ])('an input that is none is an error: %s', (input, said) => {
      const repo = repository(shop, 'repo', files());
      symlinkSync('packages/shared', join(repo, 'linked'));
      commit(shop, 'repo', {});
      const { code, stderr } = narrowed('one', { INPUTS: inputs(input) });
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`^error: ${said}`, 'm'));
    });

    it('a link that leads out of them is told, and leads nowhere', () => {
      const repo = repository(shop, 'repo', files());
      symlinkSync('../api/a', join(repo, 'apps/web/stolen'));
      commit(shop, 'repo', {});
      const { code, stderr } = narrowed('one');
      expect(code).toBe(0);
      expect(stderr).toContain(
        'warning: ./apps/web/stolen leads to ../api/a, which the checkout does not hold: build.inputs',
      );
      expect(existsSync(shop.path('one/apps/web/stolen'))).toBe(false);
    });
  });

  it('gives a build history where the stack asks for it, and then another key to each commit and tag', () => {
    const repo = repository(shop, 'repo', { a: '1' });
    git(repo, 'tag', 'v1');
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'same files');
    const described = (name: string, over: Record<string, string>) => {
      expect(clone({ SOURCE: shop.path(name), ...over })).toMatchObject({ code: 0 });
      return { key: shop.result('content'), history: git(shop.path(name), 'rev-list', '--count', 'HEAD') };
    };
    expect(described('one', {}).history).toBe('1');
    const before = described('two', { DEPTH: '0' });
    expect(before.history).toBe('2');
    expect(git(shop.path('two'), 'describe', '--tags')).toMatch(/^v1-1-g/);
    expect(described('three', { DEPTH: '2', TAGS: 'true' }).history).toBe('2');
    expect(git(shop.path('three'), 'describe', '--tags')).toMatch(/^v1-1-g/);
    git(repo, 'tag', 'v2');
    expect(described('four', { DEPTH: '0' }).key).not.toBe(before.key);
  });

  describe('with all of its history', () => {
    const key = (name: string, over: Record<string, string> = {}): string => {
      expect(clone({ SOURCE: shop.path(name), REVISION: 'main', DEPTH: '0', ...over })).toMatchObject({ code: 0 });
      return shop.result('content');
    };
    const refs = (name: string): readonly string[] =>
      git(shop.path(name), 'for-each-ref', '--format=%(refname)').split('\n').filter(Boolean);
    let repo: string;
    beforeEach(() => {
      repo = repository(shop, 'repo', { a: '1' });
      git(repo, 'tag', 'v1');
      git(repo, 'commit', '-q', '--allow-empty', '-m', 'second');
      git(repo, 'branch', 'elsewhere');
    });
    const pushElsewhere = (): void => {
      git(repo, 'checkout', '-q', 'elsewhere');
      git(repo, 'commit', '-q', '--allow-empty', '-m', 'elsewhere');
      git(repo, 'tag', '-a', '-m', 'elsewhere', 'v9');
      git(repo, 'checkout', '-q', 'main');
    };

    it('is the same build after a push and a tag elsewhere, of which it sees nothing', () => {
      const before = key('one');
      pushElsewhere();
      expect(key('two')).toBe(before);
      expect(refs('two')).toEqual(['refs/tags/v1']);
      expect(existsSync(shop.path('two/.git/FETCH_HEAD'))).toBe(false);
      git(repo, 'tag', 'v2');
      expect(key('three')).not.toBe(before);
      expect(refs('three')).toEqual(['refs/tags/v1', 'refs/tags/v2']);
    });

    it('is the same build where the server gives everything or nothing', () => {
      const [first] = git(repo, 'rev-list', '--reverse', 'HEAD').split('\n') as [string];
      const before = key('one', { REVISION: first.slice(0, 12) });
      pushElsewhere();
      expect(key('two', { REVISION: first.slice(0, 12) })).toBe(before);
      expect(refs('two')).toEqual(['refs/tags/v1']);
    });

    it('sees every tag where the stack asks for tags, and none where it wants none', () => {
      pushElsewhere();
      key('all', { TAGS: 'true' });
      expect(refs('all')).toEqual(['refs/tags/v1', 'refs/tags/v9']);
      key('none', { TAGS: 'false' });
      expect(refs('none')).toEqual([]);
    });
  });

  it('checks out a repository with SHA-256 objects', () => {
    mkdirSync(shop.path('repo'));
    git(shop.path('repo'), 'init', '-q', '--object-format=sha256');
    const head = commit(shop, 'repo', { a: '1' });
    expect(head).toHaveLength(64);
    for (const revision of ['', 'main', head]) {
      expect(clone({ SOURCE: shop.path(`of-${revision}`), REVISION: revision })).toMatchObject({ code: 0 });
      expect(shop.result('commit')).toBe(head);
    }
  });

  describe('with a submodule', () => {
    beforeEach(() => {
      repository(shop, 'shared', { limit: '1' });
      const repo = repository(shop, 'repo', { a: '1' });
      git(repo, 'submodule', 'add', '-q', '../shared', 'libs/my shared');
      commit(shop, 'repo', {});
    });

    it('fails, and says what is missing and what to set, unless the stack says', () => {
      const { code, stderr } = clone();
      expect(code).toBe(1);
      expect(stderr).toContain(
        "error: 'libs/my shared' is a submodule, and its files are not here: set clone.submodules of the app to true",
      );
    });

    it('fetches it, in a narrowed checkout, too', () => {
      expect(clone({ SUBMODULES: 'true' })).toMatchObject({ code: 0 });
      expect(readFileSync(shop.path('source/libs/my shared/limit'), 'utf8')).toBe('1');
      const INPUTS = ['libs/my shared', '.gitmodules'].join('\n');
      expect(
        clone({ SUBMODULES: 'true', INPUTS, SOURCE: shop.path('narrow'), CONTEXT_DIR: 'libs/my shared' }),
      ).toMatchObject({ code: 0 });
      expect(readdirSync(shop.path('narrow')).sort()).toEqual(['.gitmodules', 'libs']);
      expect(readdirSync(shop.path('narrow/libs/my shared'))).toEqual(['limit']);
    });

    it('leaves it out where the stack says so, or does not read it, and tells', () => {
      expect(clone({ SUBMODULES: 'false' }).stdout).toContain(
        "left out, as clone.submodules is false: submodule 'libs/my shared'",
      );
      expect(clone({ INPUTS: 'a\n.gitmodules', SOURCE: shop.path('narrow') })).toMatchObject({ code: 0 });
    });

    it('fetches it though the repository says that nobody should by default', () => {
      const repo = shop.path('repo');
      git(repo, 'config', '-f', '.gitmodules', 'submodule.libs/my shared.update', 'none');
      commit(shop, 'repo', {});
      expect(clone({ SUBMODULES: 'true' })).toMatchObject({ code: 0 });
      expect(readFileSync(shop.path('source/libs/my shared/limit'), 'utf8')).toBe('1');
    });

    it('says why it cannot be fetched', () => {
      rmSync(shop.path('shared'), { recursive: true });
      const { code, stderr } = clone({ SUBMODULES: 'true' });
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^error: submodule 'libs\/my shared' or another cannot be fetched: .*shared.* does not (exist|appear)/m,
      );
    });
  });

  it('tells what is left out by other means: a filter that is not run here, a link to nothing', () => {
    const repo = repository(shop, 'repo', {
      '.gitattributes': '*.key filter=git-crypt diff=git-crypt\n*.bin -filter\n',
      'my a.key': 'x',
      'b.bin': 'x',
    });
    symlinkSync('.git/annex/objects/x', join(repo, 'film'));
    commit(shop, 'repo', {});
    expect(clone()).toMatchObject({
      code: 0,
      stderr:
        'warning: my a.key is here as filter git-crypt keeps it: no filter but that of Git LFS is run\n' +
        'warning: ./film leads to .git/annex/objects/x, which the checkout does not hold\n',
    });
  });

  const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1\n`;
  it('fails for a file that is a pointer of LFS, and names it, unless the stack says that it may be one', () => {
    repository(shop, 'repo', { '.gitattributes': '*.bin filter=lfs\n', 'my big.bin': POINTER, 'notes.txt': POINTER });
    const { code, stderr } = clone();
    expect(code).toBe(1);
    expect(stderr).toContain(
      "error: 'my big.bin' is kept by Git LFS, and only a pointer to it is here: set clone.lfs of the app to true",
    );
    expect(clone({ LFS: 'false', SOURCE: shop.path('other') }).stdout).toContain(
      "left out, as clone.lfs is false: what 'my big.bin'",
    );
    // stands for an image of git without it
    shop.program(
      'git',
      `#!/bin/sh\n[ "$1" != lfs ] || exit 1\nexec /usr/bin/env PATH="${process.env.PATH}" git "$@"\n`,
    );
    expect(clone({ LFS: 'true', SOURCE: shop.path('third') }).stderr).toContain('the image of git has no git-lfs');
  });

  suiteWith(['git-lfs'], 'with git-lfs', () => {
    it('writes to no file but those that LFS keeps, whatever their names hold and wherever links lead', () => {
      repository(shop, 'repo', { a: '1' });
      const repo = shop.path('repo');
      git(repo, 'lfs', 'install', '--local');
      const large = POINTER.replace(
        /sha256:.*\nsize 1/,
        `sha256:${createHash('sha256').update('large').digest('hex')}\nsize 5`,
      );
      const outside = ['linked', 'named/y.bin'].map((name) => shop.file(name, large));
      symlinkSync(shop.path('linked'), join(repo, 'link.bin'));
      const odd = `x\n${shop.path('named')}/y.bin`;
      commit(shop, 'repo', { '.gitattributes': '*.bin filter=lfs\n', [odd]: 'large', 'z.bin': 'large' });
      expect(clone({ LFS: 'true' })).toMatchObject({ code: 0 });
      expect(['z.bin', odd].map((name) => readFileSync(shop.path('source', name), 'utf8'))).toEqual(['large', 'large']);
      expect(outside.map((path) => readFileSync(path, 'utf8'))).toEqual([large, large]);
    });

    it('fetches what LFS keeps', () => {
      repository(shop, 'repo', { a: '1' });
      const repo = shop.path('repo');
      git(repo, 'lfs', 'install', '--local');
      commit(shop, 'repo', {
        '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
        'apps/web/my big.bin': 'large',
        'other.bin': 'x',
      });
      expect(git(repo, 'show', 'HEAD:apps/web/my big.bin')).toContain('git-lfs');
      const narrow = {
        CONTEXT_DIR: 'apps/web',
        INPUTS: inputsOf({ contextDir: 'apps/web', build: { inputs: [] } }).join('\n'),
      };
      for (const [name, over] of [
        ['one', {}],
        ['two', narrow],
      ] as const) {
        expect(clone({ LFS: 'true', SOURCE: shop.path(name), ...over })).toMatchObject({ code: 0 });
        expect(readFileSync(shop.path(name, 'apps/web/my big.bin'), 'utf8')).toBe('large');
      }
    });
  });

  it('names what ssh cannot do with the key, first in the log and in MESSAGE', () => {
    shop.file('ssh/ssh-privatekey', 'key');
    shop.file('ssh/known_hosts', 'git.example.com ssh-ed25519 AAAA');
    shop.program(
      'ssh',
      `#!/bin/sh
echo "Warning: Permanently added 'git.example.com' (ED25519) to the list of known hosts." >&2
echo 'Load key "/tmp/home/.ssh-key": error in libcrypto' >&2
echo 'git@git.example.com: Permission denied (publickey).' >&2
exit 255
`,
    );
    const { code, stderr } = clone({
      URL: 'ssh://git@git.example.com/acme/api.git',
      SSH_KEY: shop.path('ssh'),
      RESULT_MESSAGE: shop.resultFile('message'),
    });
    expect(code).toBe(1);
    const said =
      'cannot read ssh://git@git.example.com/acme/api.git: Load key "/tmp/home/.ssh-key": error in libcrypto: does';
    expect(stderr).toContain(`error: ${said}`);
    expect(shop.result('message')).toContain(said);
  });

  it.each([
    ['without a last line end', 'A\nB', 'A\nB\n'],
    ['with the line ends of Windows', 'A\r\nB\r\n', 'A\nB\n'],
    ['indented', '  A\n  B\n', 'A\nB\n'],
  ])('takes an ssh key %s', (_, key, taken) => {
    repository(shop, 'repo', { a: '1' });
    shop.file('ssh/ssh-privatekey', key);
    shop.file('ssh/known_hosts', '');
    shop.program(
      'ssh',
      `#!/bin/sh
while [ "$1" != git@git.example.com ]; do [ "$1" != -i ] || cat "$2" >"${shop.path('key')}"; shift; done
shift
exec sh -c "$*"
`,
    );
    expect(clone({ URL: `ssh://git@git.example.com${shop.path('repo')}`, SSH_KEY: shop.path('ssh') })).toMatchObject({
      code: 0,
    });
    expect(readFileSync(shop.path('key'), 'utf8')).toBe(taken);
  });

  it('refuses an ssh key without known hosts', () => {
    repository(shop, 'repo', { a: '1' });
    shop.file('ssh/ssh-privatekey', 'key');
    expect(clone({ SSH_KEY: shop.path('ssh') }).stderr).toContain('error: the ssh key has no known_hosts');
  });

  it('checks out a commit of a server that hands out only what it advertises', () => {
    const repo = repository(shop, 'repo', { a: '1' });
    const first = git(repo, 'rev-parse', 'HEAD');
    commit(shop, 'repo', { a: '2' });
    shop.program(
      'git',
      `#!/bin/sh
case "$*" in *--depth*${first}*) echo 'error: Server does not allow request for unadvertised object ${first}' >&2; exit 128 ;; esac
exec /usr/bin/env PATH="${process.env.PATH}" git "$@"
`,
    );
    expect(clone({ REVISION: first })).toMatchObject({ code: 0 });
    expect(shop.result('commit')).toBe(first);
    expect(readFileSync(shop.path('source', 'a'), 'utf8')).toBe('1');
  });

  it('talks ssh with the key of its Secret alone, to hosts that are known alone', () => {
    repository(shop, 'repo', { a: '1' });
    shop.file('ssh/ssh-privatekey', 'key');
    shop.file('ssh/known_hosts', 'git.example.com ssh-ed25519 AAAA');
    // stands for the server: runs what git asks for here
    shop.program(
      'ssh',
      `#!/bin/sh
printf '%s\\n' "$@" >"${shop.path('asked')}"
while [ "$1" != git@git.example.com ]; do [ "$1" != -i ] || stat -c %a "$2" >"${shop.path('mode')}"; shift; done
shift
exec sh -c "$*"
`,
    );
    const { code, stdout, stderr } = clone({
      URL: `ssh://git@git.example.com${shop.path('repo')}`,
      SSH_KEY: shop.path('ssh'),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('checked out');
    const asked = readFileSync(shop.path('asked'), 'utf8').split('\n');
    expect(asked).toEqual(
      expect.arrayContaining([
        `UserKnownHostsFile=${shop.path('ssh')}/known_hosts`,
        'StrictHostKeyChecking=yes',
        'BatchMode=yes',
      ]),
    );
    expect(readFileSync(shop.path('mode'), 'utf8').trim()).toBe('600');
    expect(existsSync(shop.path('home', '.ssh-key'))).toBe(false);
  });

  describe('from a server', () => {
    const cloneFrom = (url: string, over: Record<string, string> = {}) =>
      shop.start('shared/clone.sh', values({ URL: `${url}/my%20repo/.git`, ...over }));

    it('takes the token that the server asks for, and never prints it', async () => {
      const repo = repository(shop, 'served/my repo', { a: '1' });
      shop.file('token/token', 's3cret');
      const { code, stdout, stderr } = await serving(gitServer(shop.path('served'), 's3cret'), (url) =>
        cloneFrom(url, { TOKEN: shop.path('token'), REVISION: git(repo, 'rev-parse', 'HEAD') }),
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toContain('s3cret');
      expect(shop.result('commit')).toBe(git(repo, 'rev-parse', 'HEAD'));
      expect(readFileSync(shop.path('source', '.git', 'config'), 'utf8')).not.toContain('s3cret');
    });

    it('checks out SHA-256 objects, and a submodule with the same token', async () => {
      for (const name of ['served/my repo', 'served/shared']) {
        mkdirSync(shop.path(name), { recursive: true });
        git(shop.path(name), 'init', '-q', '--object-format=sha256');
        commit(shop, name, { a: name });
      }
      git(
        shop.path('served/my repo'),
        '-c',
        'protocol.file.allow=always',
        'submodule',
        'add',
        '-q',
        shop.path('served/shared'),
        'sub',
      );
      git(shop.path('served/my repo'), 'config', '-f', '.gitmodules', 'submodule.sub.url', '../../shared/.git');
      commit(shop, 'served/my repo', {});
      shop.file('token/token', 's3cret');
      const over = { TOKEN: shop.path('token'), SUBMODULES: 'true' };
      const [trusted, fork] = await serving(gitServer(shop.path('served'), 's3cret'), async (url) => [
        await cloneFrom(url, { ...over, SCOPE: 'pr' }),
        await cloneFrom(url, { ...over, SCOPE: 'fork', SOURCE: shop.path('forked') }),
      ]);
      expect(trusted).toMatchObject({ code: 0 });
      expect(readFileSync(shop.path('source/sub/a'), 'utf8')).toBe('served/shared');
      // whose .gitmodules may name any repository that the token reads
      expect(fork?.code).toBe(1);
      expect(fork?.stderr).toMatch(/^error: submodule 'sub' or another cannot be fetched: could not read Username/m);
    });

    it('asks by http for a submodule of the same host that is named as ssh or git have it', async () => {
      for (const name of ['served/acme/one', 'served/acme/two', 'served/acme/three'])
        repository(shop, name, { a: name });
      const repo = repository(shop, 'served/my repo', { a: '1' });
      const addresses = {
        one: 'git@127.0.0.1:acme/one/.git',
        two: 'ssh://git@127.0.0.1/acme/two/.git',
        three: 'git://127.0.0.1/acme/three/.git',
      };
      for (const [name, address] of Object.entries(addresses)) {
        git(repo, 'submodule', 'add', '-q', shop.path(`served/acme/${name}`), name);
        git(repo, 'config', '-f', '.gitmodules', `submodule.${name}.url`, address);
      }
      commit(shop, 'served/my repo', {});
      shop.file('token/token', 's3cret');
      const ended = await serving(gitServer(shop.path('served'), 's3cret'), (url) =>
        cloneFrom(url, { TOKEN: shop.path('token'), SUBMODULES: 'true', SCOPE: 'pr' }),
      );
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      for (const name of Object.keys(addresses))
        expect(readFileSync(shop.path('source', name, 'a'), 'utf8')).toBe(`served/acme/${name}`);
    });

    it('gives the token to no other host that a submodule names', async () => {
      const asked: (string | undefined)[] = [];
      const { code, stderr } = await serving(
        ({ headers }, response) => {
          asked.push(headers.authorization);
          response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end();
        },
        async (elsewhere) => {
          repository(shop, 'served/my repo', { a: '1' });
          const head = git(shop.path('served/my repo'), 'rev-parse', 'HEAD');
          shop.file(
            'served/my repo/.gitmodules',
            `[submodule "sub"]\n  path = sub\n  url = ${elsewhere.replace('127.0.0.1', 'localhost')}/x.git\n`,
          );
          git(shop.path('served/my repo'), 'update-index', '--add', '--cacheinfo', `160000,${head},sub`);
          git(shop.path('served/my repo'), 'add', '.gitmodules');
          git(shop.path('served/my repo'), 'commit', '-q', '-m', 'sub');
          shop.file('token/token', 's3cret');
          return serving(gitServer(shop.path('served'), 's3cret'), (url) =>
            cloneFrom(url, { TOKEN: shop.path('token'), SUBMODULES: 'true', SCOPE: 'pr' }),
          );
        },
      );
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: submodule 'sub' or another cannot be fetched: the token is not for localhost/m);
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter(Boolean)).toEqual([]);
    });

    it.each([
      ['no token', undefined],
      ['a wrong token', 'wr0ng'],
    ])('names the Secrets when it has %s', async (_, token) => {
      repository(shop, 'served/my repo', { a: '1' });
      if (token !== undefined) shop.file('token/token', token);
      const { code, stdout, stderr } = await serving(gitServer(shop.path('served'), 's3cret'), (url) =>
        cloneFrom(url, { TOKEN: shop.path('token') }),
      );
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^error: cannot read http:.*does Secret git-read-ssh-key or git-read-token hold a credential for it\?$/m,
      );
      expect(stdout + stderr).not.toContain('wr0ng');
    });

    it('asks again while nobody answers, then says so', async () => {
      const nobody = await serving(
        () => undefined,
        (url) => Promise.resolve(url),
      );
      const { code, stderr } = await cloneFrom(nobody);
      expect(code).toBe(1);
      expect(stderr).toContain('retrying in 2 s: fetch_all');
      expect(stderr).toMatch(/error: cannot read http:.*does the repository exist/);
    });
  });
});
