import { existsSync, readFileSync } from 'node:fs';
import { Workshop, commit, git, repository } from '../support/run-script';
import { gitServer, serving } from '../support/server';

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
    SECRETS: 'git-ssh-key or github-token',
    RESULT_COMMIT: shop.resultFile('commit'),
    RESULT_TREE: shop.resultFile('tree'),
    RESULT_CONTENT: shop.resultFile('content'),
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

  it('gives equal content the same key, whatever else is in the repository, and every setting another', () => {
    repository(shop, 'repo', { 'my app/a': '1', other: '1' });
    const key = (name: string, settings: readonly string[], dir = 'my app') => {
      expect(clone({ SOURCE: shop.path(name), CONTEXT_DIR: dir }, settings)).toMatchObject({ code: 0 });
      return shop.result('content');
    };
    const before = key('one', ['npm ci']);
    commit(shop, 'repo', { other: '2' });
    expect(key('two', ['npm ci'])).toBe(before);
    expect(before).toMatch(/^[0-9a-f]{20}$/);
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

  it.each(['--upload-pack=touch x', '-x', '+main', 'main:other', 'two words', 'line\nbreak'])(
    'refuses %j as a revision',
    (revision) => {
      repository(shop, 'repo', { a: '1' });
      const { code, stderr } = clone({ REVISION: revision });
      expect(code).toBe(1);
      expect(stderr).toContain('is no revision: give a branch, a tag or a commit');
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

  it('says which Secrets may lack a credential when the repository cannot be read', () => {
    const { code, stderr } = clone();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: cannot read file:\/\/.*does the repository exist, and does Secret git-ssh-key or github-token hold a credential for it\?/,
    );
  });

  it('says which directory is missing, or is none', () => {
    repository(shop, 'repo', { a: '1' });
    expect(clone({ CONTEXT_DIR: 'app', SOURCE: shop.path('one') }).stderr).toContain(
      "error: there is no directory 'app' at",
    );
    expect(clone({ CONTEXT_DIR: 'a', SOURCE: shop.path('two') }).stderr).toContain("error: 'a' is no directory at");
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
        /^error: cannot read http:.*does Secret git-ssh-key or github-token hold a credential for it\?$/m,
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
