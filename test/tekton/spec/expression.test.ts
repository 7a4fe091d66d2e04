import fc from 'fast-check';
import {
  expressionsIn,
  expressionsOf,
  isWholeArray,
  resultRef,
  substitute,
  taskOf,
  withoutIndex,
} from '../../../lib/tekton/spec/expression';

const texts = (text: string) => expressionsOf(text).map((expression) => expression.text);

it.each([
  ['params.app', ['params', 'app'], undefined],
  ['params.apps[*]', ['params', 'apps'], '*'],
  ['params.apps[10]', ['params', 'apps'], 10],
  ['params["a.b"]', ['params', 'a.b'], undefined],
  ["params['a.b'][0]", ['params', 'a.b'], 0],
  ['tasks.build.results.IMAGES[*]', ['tasks', 'build', 'results', 'IMAGES'], '*'],
  // none of Tekton's, yet read in one way
  ['a[b]', ['a', 'b'], undefined],
  ['a["b]', ['a', '"b'], undefined],
  ['..a.', ['a'], undefined],
])('reads %s', (text, names, index) => {
  expect(expressionsOf(`x $(${text}) y`)).toEqual([{ text, names, ...(index !== undefined && { index }) }]);
});

it('finds what Tekton would substitute, and leaves the rest to the shell', () => {
  expect(texts('$(params.a)-$(params.b)')).toEqual(['params.a', 'params.b']);
  expect(texts('$(echo $(params.a)) $((1 + 1)) $() $(params.c ${HOME} $(open')).toEqual(['params.a']);
  expect(expressionsIn({ a: ['$(x)', { b: '$(y)' }], c: 1, d: null }).map(({ text }) => text)).toEqual(['x', 'y']);
});

it('puts in what is known, and looks into no value', () => {
  const put = (text: string) => substitute(text, ({ text: name }) => ({ a: '$(b)', b: 'B' })[name]);
  expect(put('<$(a)|$(b)|$(c)>')).toBe('<$(b)|B|$(c)>');
});

it('changes no text in which nothing is known', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('$', '(', ')', '[', ']', '"', "'", '.', '*', '0', 'a')), (characters) => {
      const text = characters.join('');
      expect(substitute(text, () => undefined)).toBe(text);
      expect(substitute(text, (expression) => `$(${expression.text})`)).toBe(text);
    }),
  );
});

it.each(['$(', '$(a', '[', '["', `["['`, '[1', '[a', '"]'])('comes to the end of a million of %s', (hard) => {
  const hostile = hard.repeat(1_000_000);
  expect(expressionsOf(`$(${hostile})`).length).toBeLessThanOrEqual(1);
});

it('tells whole arrays, results and what is asked of a task', () => {
  const [expression] = expressionsOf('$(tasks.build.results.IMAGES[*])');
  expect(expression && [withoutIndex(expression), resultRef(expression), taskOf(expression)]).toEqual([
    'tasks.build.results.IMAGES',
    { task: 'build', result: 'IMAGES' },
    { task: 'build', what: 'results' },
  ]);
  expect(['$(params.a[*])', 'x$(params.a[*])', '$(params.a)', '$(params.a[0])'].map(isWholeArray)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(expressionsOf('$(tasks.status)').map(taskOf)).toEqual([undefined]);
});
