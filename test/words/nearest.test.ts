import { knownHint, nearest } from '../../lib/words/nearest';

const KNOWN = ['cart', 'catalog', 'checkout', 'web-bff'];

it.each([
  ['crat', 'cart'],
  ['Cart', 'cart'],
  ['catalogue', 'catalog'],
  ['chekout', 'checkout'],
  ['web_bff', 'web-bff'],
  ['payments', undefined],
  ['', undefined],
])('%j means %j', (word, meant) => {
  expect(nearest(word, KNOWN)).toBe(meant);
});

it.each([
  ['stacks/nope.yaml', undefined],
  ['stacks/shpo.yaml', 'stacks/shop.yaml'],
  ['stacks/shop.yml', 'stacks/shop.yaml'],
  ['stack/shop.yaml', 'stacks/shop.yaml'],
])('%j is no nearer to a file by the folder and the extension of both: %j', (word, meant) => {
  expect(nearest(word, ['stacks/shop.yaml'])).toBe(meant);
});

it('prefers what is nearer, then what is named first', () => {
  expect(nearest('app-1', ['app-22', 'app-2', 'app-3'])).toBe('app-2');
});

it.each([
  ['crat', KNOWN, { suggestion: 'cart' }],
  ['payments', KNOWN, { expected: 'cart, catalog, checkout or web-bff' }],
  ['payments', [], { expected: 'nothing: there is none' }],
  [
    'payments',
    Array.from({ length: 40 }, (_, i) => `app-${i}`),
    { expected: expect.stringMatching(/^app-0, .*, app-11 or one of 28 more$/) },
  ],
])('of %j it says which was meant, else which there are', (word, known, hint) => {
  expect(knownHint(word, known)).toEqual(hint);
});
