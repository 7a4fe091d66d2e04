import { nearest } from '../../lib/words/nearest';

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

it('prefers what is nearer, then what is named first', () => {
  expect(nearest('app-1', ['app-22', 'app-2', 'app-3'])).toBe('app-2');
});
