import { addressOf, isCloneBase, webPlaceOf } from '../../lib/words/git-address';

/** Addresses as git takes them: https://git-scm.com/docs/git-clone#_git_urls */

it.each([
  ['https://Git.example.com:8443/a/b.git/', 'git.example.com', 'a/b', false],
  ['https://user:secret@git.example.com/A/B', 'git.example.com', 'a/b', false],
  ['https://[fd00::1]:3000/a/b', '[fd00::1]', 'a/b', false],
  ['git@host:/a/b.git', 'host', 'a/b', true],
  ['host:a/b', 'host', 'a/b', true],
  ['host:a/b@2', 'host', 'a/b@2', true],
  ['ssh://host/a/b.git', 'host', 'a/b', true],
  ['ssh://git@Host:2222/a/b', 'host', 'a/b', true],
  ['ssh://git@altssh.gitlab.com:443/a/b.git', 'gitlab.com', 'a/b', true],
  ['git@[2001:db8::1]:acme/app.git', '[2001:db8::1]', 'acme/app', true],
  ['[2001:DB8:0:0::1]:acme/app.git', '[2001:db8::1]', 'acme/app', true],
  ['ssh://git@[2001:db8::1]:2222/acme/app.git', '[2001:db8::1]', 'acme/app', true],
  ['git@[host:2222]:acme/app', 'host', 'acme/app', true],
  ['[git@host:2222]:acme/app', 'host', 'acme/app', true],
  ['git@host:a/[b].git', 'host', 'a/[b]', true],
  ['git@host:~/a/b.git', 'host', 'a/b', true],
  ['ssh://git@host/~/a/b.git', 'host', 'a/b', true],
  ['git@git.sr.ht:~acme/app', 'git.sr.ht', '~acme/app', true],
  ['ssh://git@git.sr.ht/~acme/app', 'git.sr.ht', '~acme/app', true],
])('%s is read', (text, host, path, bySsh) => expect(addressOf(text)).toEqual({ host, path, bySsh }));

it.each([
  '',
  'a/b',
  '/a:b',
  './a:b',
  ':a/b',
  '@:a',
  '[2001:db8::1]',
  'git@[2001:db8::1:a/b',
  'git@[1::2::3]:a/b',
  'git@[]:a',
])('%j is not an address', (text) => expect(addressOf(text)).toBeUndefined());

it.each([
  ['https://git.example.com:8443/Acme/App.git', { origin: 'https://git.example.com:8443', path: 'Acme/App' }],
  ['ssh://git@git.example.com:2222/Acme/App.git', { origin: 'https://git.example.com', path: 'Acme/App' }],
  ['ssh://git@ssh.github.com:443/acme/app.git', { origin: 'https://github.com', path: 'acme/app' }],
  ['git@[2001:db8::1]:acme/app.git', { origin: 'https://[2001:db8::1]', path: 'acme/app' }],
  ['git.example.com:acme/app', { origin: 'https://git.example.com', path: 'acme/app' }],
  ['/srv/git/app.git', undefined],
  ['file:///srv/git/app.git', undefined],
])('%s is seen where people look', (text, place) => expect(webPlaceOf(text)).toEqual(place));

it.each([
  ['https://git.example.com/base', true],
  ['git@host:', true],
  ['host:group', true],
  ['git@[2001:db8::1]:', true],
  ['file:///srv/git', true],
  ['https://git.example.com/', false],
  ['https:git.example.com', false],
  ['ftp://host', false],
  ['github.com', false],
  ['https://git.example.com/base?x', false],
  ['https://git.example.com/base#main', false],
  ['git@host:a b', false],
])('%s may be what repositories are cloned from below: %s', (text, good) => expect(isCloneBase(text)).toBe(good));
