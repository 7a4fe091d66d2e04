import { dependsOn } from '../../../lib/runs/events/depends-on';

/** `Depends-On:` where people see it, however they write it. */

const API = { fullName: 'acme/api', number: 12 };
const WEB = { fullName: 'acme/web', number: 3 };

it.each([
  ['a short name', 'Depends-On: acme/api#12'],
  ['other capitals, and no space', 'depends-on:acme/api#12'],
  ['a space in place of the hyphen', 'Depends on: acme/api#12'],
  ['no colon', 'Depends on acme/api#12'],
  ['line ends of Windows', 'Text.\r\nDepends-On: acme/api#12\r\n'],
  ['an address', 'Depends-On: https://github.com/acme/api/pull/12'],
  ['an address with a slash behind it', 'Depends-On: https://github.com/acme/api/pull/12/'],
  ['an address of a comment', 'Depends-On: https://github.com/acme/api/pull/12#issuecomment-7'],
  ['an address of the files of it', 'Depends-On: https://github.com/acme/api/pull/12/files'],
  ['an address in angle brackets', 'Depends-On: <https://github.com/acme/api/pull/12>'],
  ['an address of a host below a path', 'Depends-On: https://git.example.com/gitea/acme/api/pulls/12'],
  ['an address without its scheme', 'Depends-On: github.com/acme/api/pull/12'],
  ['a full stop', 'Depends-On: acme/api#12.'],
  ['brackets', 'Depends-On: (acme/api#12)'],
  ['a reason', 'Depends-On: acme/api#12 (its new endpoint), which is not released'],
  ['bold type', '**Depends-On: acme/api#12**'],
  ['a bold word', '**Depends-On:** acme/api#12'],
  ['a bold word and its colon outside', '__Depends-On__: acme/api#12'],
  ['italics', '*Depends-On: acme/api#12*'],
  ['a list', 'Needs:\n\n- Depends-On: acme/api#12'],
  ['a list of tasks', '* [ ] Depends-On: acme/api#12'],
  ['a numbered list', '1. Depends-On: acme/api#12'],
  ['a heading', '## Depends-On: acme/api#12'],
  ['a heading above', '## Depends-On\n\n- acme/api#12\n'],
  ['an item above', '- Depends-On:\n  - [ ] acme/api#12\n'],
  ['the line above', 'Depends-On:\nacme/api#12'],
  ['a link', 'Depends-On: [the new endpoint](https://github.com/acme/api/pull/12)'],
  ['a link that says its short name', 'Depends-On: [acme/api#12](https://github.com/acme/api/pull/12).'],
  ['a link to somewhere else', '[Depends-On](https://docs.example.com): acme/api#12'],
  ['code that is the short name', 'Depends-On: `acme/api#12`'],
  ['HTML around it', '<details>\n<b>Depends-On:</b> acme/api#12\n</details>'],
  ['a line below code', '```\nx\n```\nDepends-On: acme/api#12'],
  ['a line below an HTML comment', '<!-- which others? -->\nDepends-On: acme/api#12'],
  ['a comment behind it', 'Depends-On: acme/api#12 <!-- Depends-On: acme/web#3 -->'],
  ['what is struck out', '~~Depends-On: acme/web#3~~\nDepends-On: ~~acme/web#3~~ acme/api#12'],
])('%s is read', (_, body) => expect(dependsOn(body)).toEqual({ dependencies: [API], unread: [] }));

it.each([
  ['a comma', 'Depends-On: acme/api#12, acme/web#3'],
  ['a space', 'Depends-On: acme/api#12 https://github.com/acme/web/pull/3'],
  ['a word', 'Depends-On: acme/api#12 and acme/web#3.'],
  ['a line', 'Depends-On: acme/api#12\nDepends-On: acme/web#3\nDepends-On: ACME/API#12'],
  ['items', '**Depends on:**\n\n* acme/api#12\n* acme/web#3\n\nCloses acme/other#1'],
])('two are read that are apart by %s', (_, body) =>
  expect(dependsOn(body)).toEqual({ dependencies: [API, WEB], unread: [] }),
);

it.each([
  ['an HTML comment', '<!--\nDepends-On: acme/api#12\n-->'],
  ['an HTML comment below text', 'Text\n<!-- for example:\nDepends-On: acme/api#12\n-->'],
  ['an HTML comment without an end', '<details>\n<!-- for example:\nDepends-On: acme/api#12\n'],
  ['a fence', '~~~\nDepends-On: acme/api#12\n~~~'],
  ['a fence of a list', '- so:\n  ```\n  Depends-On: acme/api#12\n  ```'],
  ['an indented block', 'For example:\n\n    Depends-On: acme/api#12'],
  ['code of a line', 'Write `Depends-On: acme/api#12` where others see it.'],
  ['HTML that shows its text as it is', '<pre>\nDepends-On: acme/api#12\n</pre>'],
  ['a quote', '> Depends-On: acme/api#12'],
  ['prose', 'Depends on the weather, and/or on luck.\nIt depends-on much.'],
  ['what a template leaves', 'Depends-On:\n\n## How to test\n- Depends-On: none\n- Depends-On: N/A'],
])('nothing is read in %s', (_, body) => expect(dependsOn(body)).toEqual({ dependencies: [], unread: [] }));

it.each([
  'Depends-On: https://github.com/acme/api/issues/12',
  'Depends-On: #12',
  'Depends-On: the new endpoint',
  'depends-on acme/api',
  'Depends-On: acme/api#0',
  'Depends-On: acme/api#99999999999',
  'This Depends-On: acme/api#12',
  '| Depends-On | acme/api#12 |',
])('%s is told as not understood', (body) => expect(dependsOn(body)).toEqual({ dependencies: [], unread: [body] }));

it('tells what is not understood beside what is', () =>
  expect(dependsOn('**Depends-On:** acme/api#12, acme/web')).toEqual({
    dependencies: [API],
    unread: ['Depends-On: acme/api#12, acme/web'],
  }));

it('tells what is more than it reads', () => {
  const { dependencies, unread } = dependsOn(
    Array.from({ length: 22 }, (_, index) => `Depends-On: acme/api#${index + 1}`).join('\n'),
  );
  expect(dependencies).toHaveLength(20);
  expect(unread).toEqual(['acme/api#21 (more than 20)', 'acme/api#22 (more than 20)']);
});

it('tells that a paragraph is too long to be read', () =>
  expect(dependsOn(`Depends-On: acme/api#12\n${'x '.repeat(10_000)}`)).toEqual({
    dependencies: [],
    unread: ['Depends-On: in a paragraph of more than 16384 characters'],
  }));

it('reads a number of any host', () =>
  expect(dependsOn('Depends-On: acme/api#2147483648').dependencies).toEqual([
    { fullName: 'acme/api', number: 2_147_483_648 },
  ]));

it.each(['<!--\nDepends-On: acme/api#12\n', 'Depends-On: [[[[**__', '> Depends-On:\n- ', '<!-- Depends-On: --'])(
  'a description full of %j is read like any other',
  (part) => expect(dependsOn(part.repeat(65_536 / part.length)).dependencies).toEqual([]),
);
