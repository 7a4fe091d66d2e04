import { commandsOf } from '../../../lib/runs/events/command';

const words = (comment: string) => commandsOf(comment).map((command) => command.word);

it.each<[string, string, object[]]>([
  ['alone', '/test', [{ word: 'test', apps: [] }]],
  ['behind spaces', '  /test  ', [{ word: 'test', apps: [] }]],
  ['behind blanks that nobody sees', '\u200b\ufeff\u00a0/test\u200b', [{ word: 'test', apps: [] }]],
  ['in capitals', '/ReTest', [{ word: 'retest', apps: [] }]],
  ['with an app', '/test api', [{ word: 'test', apps: ['api'] }]],
  ['with apps, as people list them', '/test Api, `web`', [{ word: 'test', apps: ['api', 'web'] }]],
  ['that builds anew', '/test --force-rebuild api', [{ word: 'test', apps: ['api'], forceRebuild: true }]],
  ['for all', '/test all', [{ word: 'test', apps: ['all'] }]],
  ['with line ends of Windows', 'Thanks!\r\n/retest\r\nthe registry was away', [{ word: 'retest', apps: [] }]],
  ['above the dashes of a signature', '/cancel\n-- \nJo', [{ word: 'cancel' }]],
  ['twice', '/cancel\n/test', [{ word: 'cancel' }, { word: 'test', apps: [] }]],
  ['of one commit', `/ok-to-test ${'ABCDE'.repeat(8)}`, [{ word: 'ok-to-test', sha: 'abcde'.repeat(8) }]],
  ['of the first digits of a commit', '/ok-to-test abcdef1', [{ word: 'ok-to-test' }]],
  ['of something that is no commit', '/ok-to-test please', [{ word: 'ok-to-test' }]],
])('a command %s is read', (_, comment, expected) => expect(commandsOf(comment)).toEqual(expected));

it.each([
  ['a fence', 'To stop it:\n```\n/cancel\n```'],
  ['a fence of tildes that is not closed', '~~~sh\n/cancel'],
  ['a fence in a list', '- do\n  ```\n  /cancel\n  ```'],
  ['an indented block', 'see\n\n    /cancel\n'],
  ['an HTML comment', '<!--\n/test\n-->\nlgtm'],
  ['an HTML comment within a line', 'fine <!-- not\n/test\n--> now'],
  ['an HTML element', '<details>\n/test\n</details>'],
  ['a quote', '> /cancel\n\nno, do not'],
  ['a quote that goes on lazily', '> look\n/cancel'],
  ['code', '`/cancel`'],
  ['code over several lines', 'it is `so\n/cancel\nsaid`'],
  ['a list', '- /test\n- /cancel'],
  ['a sentence', 'try /test for that'],
])('nothing is a command in %s', (_, comment) => expect(words(comment)).toEqual([]));

it.each([
  ['/tset', 'did you mean /test?'],
  ['/cancel api', '/cancel alone'],
  ['/test $(id)', '/test, /test all, or /test and names of apps, each with or without --force-rebuild'],
  ['/test --force', '/test, /test all, or /test and names of apps, each with or without --force-rebuild'],
])('%s is answered', (written, remedy) => expect(commandsOf(written)).toEqual([{ word: 'unknown', written, remedy }]));

it.each(['/lgtm', '/assign @jo', '/etc/passwd is gone', '/usr/bin/test'])('%s is for somebody else', (line) =>
  expect(words(line)).toEqual([]),
);

it.each([
  '\u00a0',
  '\u200b',
  '\u2028',
  '> ',
  '- ',
  '[',
  '<!--',
  '<?',
  '*a ',
  '`a',
  '[a\n',
  '[a]: /x\n',
  '\\',
  '&',
  '<a ',
])('a comment full of %j is read like any other', (part) => {
  const text = part.repeat(Math.floor(65_000 / part.length));
  expect(words(`${text}\n\n/test`).length).toBeLessThanOrEqual(1);
  expect(words(`/test\n\n${text}`).length).toBeLessThanOrEqual(1);
  expect(words(`/test ${text}`).length).toBeLessThanOrEqual(1);
});
