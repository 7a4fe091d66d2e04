import fc from 'fast-check';
import { dump } from 'js-yaml';
import { manifestsIn } from '../../lib/diff/manifest-text';
import { toYaml } from '../../lib/kube/yaml';
import { object } from './support';

/** An object is read in two halves, and both say what the whole says, whoever has written the file. */

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('- x', 'a: b', '# no comment', '---', 'x\n---\ny\n', 'one\ntwo\n', '\n  indented\n', 'kind: trap\n'),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.dictionary(fc.constantFrom('a', 'kind', 'x.io/y', 'on', "it's", ''), tie('value'), { maxKeys: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));
const body = fc.dictionary(fc.constantFrom('spec', 'data', 'rules', 'x.io/y'), value, { maxKeys: 3 });
const objects = fc.array(
  body.map((fields) => object('Task', 'x', fields)),
  { minLength: 1, maxLength: 4 },
);
const writers = fc.constantFrom(
  toYaml,
  (all: readonly object[]) => all.map((one) => dump(one)).join('--- # the next one\n'),
  (all: readonly object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join('---\n'),
);

it('reads the head and the body of each object', () => {
  fc.assert(
    fc.property(objects, writers, (all, write) => {
      const read = manifestsIn(write(all)).map((document) => ({ ...document.readHead(), ...document.readBody() }));
      expect(read).toEqual(all);
    }),
    { numRuns: 300 },
  );
});

it('tells by text whether objects are the same, wherever in their files they are', () => {
  const [first, second, other] = ['1', '2', '3'].map((spec) => object('Task', 'x', { spec }));
  const texts = (...all: Parameters<typeof toYaml>[0][number][]) => manifestsIn(toYaml(all)).map((one) => one.text);
  expect(texts(first!, second!, other!)[1]).toBe(texts(other!, second!, first!)[1]);
  expect(texts(first!, second!)[0]).not.toBe(texts(second!, first!)[0]);
});

it('leaves out what is no object', () => {
  expect(manifestsIn('# nothing\n')).toEqual([]);
  expect(manifestsIn('a: 1\n---\n- kind: Task\n---\nkind: Task\n')).toEqual([]);
});
