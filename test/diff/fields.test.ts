import { compareValues, formatPath } from '../../lib/diff/fields';

const told = (from: unknown, to: unknown): string[] =>
  compareValues(from, to).map(
    (change) => `${formatPath(change.path)}: ${JSON.stringify(change.from)} -> ${JSON.stringify(change.to)}`,
  );

it.each<[string, unknown, unknown, string[]]>([
  ['the same', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ['the same in JSON, written otherwise', { a: '{"b": [1,2], "c": 3}\n' }, { a: '{"c":3,"b":[1, 2]}' }, []],
  ['other JSON', { a: '{"b":1}' }, { a: '{"b": 2}' }, ['a: "{\\"b\\":1}" -> "{\\"b\\": 2}"']],
  ['no JSON', { a: '[x]' }, { a: '[x] ' }, ['a: "[x]" -> "[x] "']],
  ['the order of a list in JSON', { a: '[1,2]' }, { a: '[2,1]' }, ['a: "[1,2]" -> "[2,1]"']],
  ['a scalar', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b: 1 -> 2']],
  ['a field that comes and one that goes', { a: 1 }, { b: 1 }, ['a: 1 -> undefined', 'b: undefined -> 1']],
  ['another type', { a: [1] }, { a: { b: 1 } }, ['a: [1] -> {"b":1}']],
  ['a key with a dot', { 'x.io/y': 1 }, { 'x.io/y': 2 }, ['["x.io/y"]: 1 -> 2']],
  [
    'named elements by name',
    {
      s: [
        { name: 'a', i: 1 },
        { name: 'b', i: 1 },
      ],
    },
    { s: [{ name: 'b', i: 2 }] },
    ['s[a]: {"name":"a","i":1} -> undefined', 's[b].i: 1 -> 2'],
  ],
  [
    'the order of named elements',
    { s: [{ name: 'a' }, { name: 'b' }] },
    { s: [{ name: 'b' }, { name: 'a' }] },
    ['s: ["a","b"] -> ["b","a"]'],
  ],
  [
    'words of a list',
    { verbs: ['get', 'list'] },
    { verbs: ['get', 'watch', 'list'] },
    ['verbs[]: undefined -> "watch"'],
  ],
  ['the order of words', { args: ['a', 'b'] }, { args: ['b', 'a'] }, ['args: ["a","b"] -> ["b","a"]']],
  ['one word fewer of two', { args: ['a', 'a'] }, { args: ['a'] }, ['args[]: "a" -> undefined']],
  [
    'nameless mappings side by side',
    { rules: [{ v: 1 }, { v: 2 }] },
    { rules: [{ v: 1 }, { v: 3 }] },
    ['rules[1].v: 2 -> 3'],
  ],
])('%s', (_, from, to, expected) => expect(told(from, to)).toEqual(expected));
