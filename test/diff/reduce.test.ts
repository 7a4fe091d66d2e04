import fc from 'fast-check';
import { load } from 'js-yaml';
import { compareValues } from '../../lib/diff/fields';
import { reduce } from '../../lib/diff/reduce';
import { toDocument } from '../../lib/kube/yaml';

/** Reading less must not mean seeing less. */

const key = fc.constantFrom('a', 'b', 'name', 'x.io/y', 'on', '1', 'a b', "it's", '');
const scalar = fc.oneof(
  fc.constantFrom(
    '',
    'x',
    '- x',
    'a: b',
    '# no comment',
    '---',
    'one\ntwo\n',
    '- one\n  two:\n',
    '\n  indented\n',
    'name: trap\n',
  ),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string(),
);
const { value } = fc.letrec<{ value: unknown; named: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(tie('named'), { maxLength: 4 }),
  ),
  named: fc.record(
    { first: tie('value'), name: fc.constantFrom('a', 'b', 'c', 'd'), last: tie('value') },
    { requiredKeys: ['name'] },
  ),
}));
const object = fc.dictionary(fc.constantFrom('spec', 'data', 'rules'), value, { maxKeys: 3 });

/** Another object, or the same with a subtree exchanged: differences in few places are what it is for. */
const pair = fc.oneof(
  fc.tuple(object, object),
  fc
    .tuple(object, fc.nat(), value)
    .map(([from, at, other]) => [from, exchange(from, at, other)] as [typeof from, typeof from]),
);

function exchange(from: Record<string, unknown>, at: number, other: unknown): Record<string, unknown> {
  let left = at % 8;
  const walk = (inner: unknown): unknown => {
    if (left-- === 0) return other;
    if (Array.isArray(inner)) return inner.map(walk);
    return typeof inner === 'object' && inner !== null
      ? Object.fromEntries(Object.entries(inner).map(([name, member]) => [name, walk(member)]))
      : inner;
  };
  return Object.fromEntries(Object.entries(from).map(([name, member]) => [name, walk(member)]));
}

const text = (plain: object): string => (Object.keys(plain).length === 0 ? '{}\n' : toDocument(plain));

it('leaves all that differs', () => {
  fc.assert(
    fc.property(pair, ([from, to]) => {
      const [before, after] = reduce(text(from), text(to));
      expect(compareValues(load(before), load(after))).toEqual(compareValues(from, to));
    }),
    { numRuns: 500 },
  );
});

it('drops what is the same', () => {
  const spec = (image: string) =>
    text({
      spec: {
        description: 'long',
        steps: [
          { name: 'a', script: 'one\ntwo\n', image: 'x' },
          { name: 'b', script: 'one\ntwo\n', image },
        ],
      },
    });
  expect(reduce(spec('x:1'), spec('x:2'))).toEqual(
    [1, 2].map((tag) => `spec:\n  steps:\n  - name: b\n    image: x:${tag}\n`),
  );
});
