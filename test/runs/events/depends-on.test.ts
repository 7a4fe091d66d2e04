import { dependsOn } from '../../../lib/runs/events/depends-on';

/** `Depends-On:` where people see it, however they write it. */

const API = [{ fullName: 'acme/api', number: 12 }];

it.each([
  ['a short name', 'Depends-On: acme/api#12'],
  ['other capitals, and no space', 'depends-on:acme/api#12'],
  ['line ends of Windows', 'Text.\r\nDepends-On: acme/api#12\r\n'],
  ['an address', 'Depends-On: https://github.com/acme/api/pull/12'],
  ['an address with a slash behind it', 'Depends-On: https://github.com/acme/api/pull/12/'],
  ['an address of a comment', 'Depends-On: https://github.com/acme/api/pull/12#issuecomment-7'],
  ['an address of a host below a path', 'Depends-On: https://git.example.com/gitea/acme/api/pulls/12'],
  ['a line below code', '```\nx\n```\nDepends-On: acme/api#12'],
  ['a line below an HTML comment', '<!-- which others? -->\nDepends-On: acme/api#12'],
])('%s is read', (_, body) => expect(dependsOn(body)).toEqual(API));

it.each([
  ['an HTML comment', '<!--\nDepends-On: acme/api#12\n-->'],
  ['an HTML comment below text', 'Text\n<!-- for example:\nDepends-On: acme/api#12\n-->'],
  ['a fence', '~~~\nDepends-On: acme/api#12\n~~~'],
  ['an indented block', 'For example:\n\n    Depends-On: acme/api#12'],
  ['an address of something else', 'Depends-On: https://github.com/acme/api/issues/12'],
])('nothing is read in %s', (_, body) => expect(dependsOn(body)).toEqual([]));

it('a description full of lines and comments that do not end is read like any other', () => {
  const body = '<!--\nDepends-On: acme/api#12\n'.repeat(2_500);
  expect(dependsOn(body)).toEqual([]);
});
