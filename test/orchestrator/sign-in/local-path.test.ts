import fc from 'fast-check';
import { localPath } from '../../../orchestrator/src/sign-in/local-path';

/** Where a person is led once signed in: never to another server. */

const HOME = new URL('https://tekton-dag.example.com');
const given = (to: string): string => {
  try {
    return localPath(to, HOME);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

it.each([
  ['/ui/', '/ui/'],
  ['/', '/'],
  ['/ui/runs/x?team=a&b=%2F#log', '/ui/runs/x?team=a&b=%2F#log'],
  ['/ui/../x', '/x'],
  ['/ui/?to=https://evil.example.com', '/ui/?to=https://evil.example.com'],
])('leads to %s', (to, path) => expect(given(to)).toBe(path));

it.each([
  '',
  'ui/',
  'https:',
  'https:/evil.example.com',
  'https://evil.example.com/ui/',
  '//evil.example.com',
  '///evil.example.com',
  '/\\evil.example.com',
  '\\\\evil.example.com',
  '/\t/evil.example.com',
  '/\n/evil.example.com',
  ' //evil.example.com',
  'javascript:alert(1)',
  '//tekton-dag.example.com@evil.example.com',
  '//someone@tekton-dag.example.com/',
  '//tekton-dag.example.com:8443/',
  `/${'x'.repeat(1_000)}`,
])('does not lead to %j', (to) => expect(given(to)).toBe('bad_request'));

it('leads to this server, whatever is asked', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '//',
    '@',
    ':',
    '?',
    '#',
    '%2f',
    '%5c',
    '\t',
    '\n',
    'evil.example.com',
    'https:',
  );
  const to = fc.oneof(
    fc.string(),
    fc.array(piece).map((pieces) => `/${pieces.join('')}`),
  );
  fc.assert(
    fc.property(to, (asked) => {
      const path = given(asked);
      if (path !== 'bad_request') expect(new URL(`${HOME.origin}${path}`).origin).toBe(HOME.origin);
    }),
  );
});
