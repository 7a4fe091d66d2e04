import { checkFromPage } from '../../../orchestrator/src/sign-in/from-page';

/** What a cookie speaks for: only what the page of this server asks. */

const URL_OF_US = new URL('https://tekton-dag.example.com');
const OURS = { origin: URL_OF_US.origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' };
const CSRF = 'what-the-page-was-told';
const code = (method: string, headers: Record<string, string | undefined>) => {
  try {
    checkFromPage({ method, headers }, URL_OF_US, CSRF);
    return 'let in';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

it.each<[string, string, Record<string, string | undefined>]>([
  ['the page, to change something', 'POST', { ...OURS, 'x-csrf-token': CSRF }],
  ['an old browser, to change something', 'POST', { origin: OURS.origin, 'x-csrf-token': CSRF }],
  ['a browser that keeps Origin to itself', 'POST', { 'sec-fetch-site': 'same-origin', 'x-csrf-token': CSRF }],
  ['the page, to read', 'GET', { ...OURS, origin: undefined }],
  ['the page, to follow events', 'GET', { ...OURS }],
  ['an address that somebody typed', 'GET', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
  ['a link elsewhere', 'GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ['a program, to read', 'GET', {}],
])('lets in %s', (_, method, headers) => expect(code(method, headers)).toBe('let in'));

it.each<[string, string, Record<string, string | undefined>]>([
  ['no token', 'POST', OURS],
  ['an empty token', 'POST', { ...OURS, 'x-csrf-token': '' }],
  ['the token of another session', 'POST', { ...OURS, 'x-csrf-token': 'what-another-was-told' }],
  ['a token that begins alike', 'POST', { ...OURS, 'x-csrf-token': CSRF.slice(0, -1) }],
  ['the token, from another origin', 'POST', { ...OURS, origin: 'https://evil.example.com', 'x-csrf-token': CSRF }],
  ['the token, from the same host by http', 'POST', { origin: 'http://tekton-dag.example.com', 'x-csrf-token': CSRF }],
  ['the token, from another port', 'POST', { origin: `${OURS.origin}:8443`, 'x-csrf-token': CSRF }],
  ['the token, from nowhere that it says', 'POST', { origin: 'null', 'x-csrf-token': CSRF }],
  ['the token, from a neighbour', 'POST', { 'sec-fetch-site': 'same-site', 'x-csrf-token': CSRF }],
  ['the token alone', 'POST', { 'x-csrf-token': CSRF }],
  ['a form elsewhere', 'POST', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'x-csrf-token': CSRF }],
  ['another method without token', 'DELETE', OURS],
  ['a WebSocket of another page', 'GET', { origin: 'https://evil.example.com', upgrade: 'websocket' }],
  ['an image of another page', 'GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ['a script of a neighbour', 'GET', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
])('keeps out %s', (_, method, headers) => expect(code(method, headers)).toBe('not_from_page'));
