import fc from 'fast-check';
import { Document, pathText } from '../../lib/fleet/document';
import { readDocument, readDocuments } from '../../lib/fleet/read-document';
import { validateFile } from '../../lib/fleet/formats';
import { formatProblem } from '../../lib/words/problem';

const read = (text: string) => readDocument({ file: 'f.yaml', text });
const place = (text: string, path: (string | number)[]) => {
  const { line, column } = read(text).document?.error(path, 'x') ?? {};
  return [line, column];
};

describe('positions', () => {
  const text = [
    '# a comment',
    'name: "shop"',
    'apps:',
    '  - name: web',
    '    build: { tool: npm,',
    '             env: {} }',
    '  -',
    '    name: |',
    '      api',
    '',
  ].join('\n');

  it.each([
    [['name'], [2, 7]],
    [['apps'], [4, 3]],
    [
      ['apps', 0],
      [4, 5],
    ],
    [
      ['apps', 0, 'build'],
      [5, 12],
    ],
    [
      ['apps', 0, 'build', 'tool'],
      [5, 20],
    ],
    [
      ['apps', 0, 'build', 'env'],
      [6, 19],
    ],
    [
      ['apps', 1],
      [8, 5],
    ],
    // what is not there is shown where it should be
    [
      ['apps', 1, 'repo'],
      [8, 5],
    ],
    [
      ['apps', 7],
      [4, 3],
    ],
    [[], [2, 1]],
  ])('%j is at %j', (path, expected) => expect(place(text, path)).toEqual(expected));

  it('counts lines of any ending and columns from 1', () => {
    expect(place('a: 1\r\nb: 2\rc: 3\nd: 4', ['d'])).toEqual([4, 4]);
    expect(place('\uFEFFa: 1', ['a'])[0]).toBe(1);
  });

  it('points at the key where the key is meant', () => {
    const problem = read('a:\n  bcd: 1').document?.keyError(['a', 'bcd'], 'x');
    expect([problem?.line, problem?.column]).toEqual([2, 3]);
  });

  it('stands at the alias for what lies below it, and at the mapping for what is merged in', () => {
    const aliased = 'x: &x { a: { b: 1 } }\ny: *x\nz:\n  <<: *x\n  c: 1\n';
    expect(place(aliased, ['y', 'a', 'b'])).toEqual([2, 4]);
    expect(place(aliased, ['z', 'a', 'b'])).toEqual([4, 3]);
    expect(read(aliased).document?.value).toEqual({ x: { a: { b: 1 } }, y: { a: { b: 1 } }, z: { a: { b: 1 }, c: 1 } });
  });

  it('has none for values that no text stands behind', () => {
    const document = new Document('team.ts', { a: 1 });
    expect(formatProblem(document.error(['a', 'b'], 'is missing'))).toBe('team.ts: a.b: is missing');
    expect(document.at(['a'])).toBe('team.ts');
  });
});

it('finds every key that is given twice, with both places', () => {
  const { document, problems } = read('a: 1\nb: { c: 1, c: 2 }\na: 2\na: 3\n');
  expect(problems.map(formatProblem)).toEqual([
    'f.yaml:2:12: b.c: the key is given twice; the other is in line 2',
    'f.yaml:3:1: a: the key is given twice; the other is in line 1',
    'f.yaml:4:1: a: the key is given twice; the other is in line 1',
  ]);
  expect(document?.value).toBeDefined();
});

it('takes keys without a value as absent, but no items', () => {
  expect(read('a:\nb: ~\nc: { d: }\ne: [1, ~]\n').document?.value).toEqual({ c: {}, e: [1, null] });
});

it('merges several mappings, the nearer first', () =>
  expect(
    read('x: &x { a: 1, b: 1 }\ny: &y { b: 2, c: 2 }\nz:\n  <<: *x\n  <<: *y\n  a: 0\nw: { <<: [*y, *x] }\n'),
  ).toMatchObject({
    problems: [],
    document: { value: { z: { a: 0, b: 1, c: 2 }, w: { a: 1, b: 2, c: 2 } } },
  }));

it('reads several documents where a file may hold them, each with its places', () => {
  const { documents, problems } = readDocuments({ file: 'f.yaml', text: 'a: 1\n---\nb: { c: 1, c: 2 }\n---\n' });
  expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: { c: 2 } }, null]);
  expect(documents[1]?.at(['b', 'c'])).toBe('f.yaml:3:15');
  expect(problems.map(formatProblem)).toEqual(['f.yaml:3:12: b.c: the key is given twice; the other is in line 3']);
  expect(read('a: 1\n---\n').problems.map(formatProblem)).toEqual([
    expect.stringMatching(/^f\.yaml:2:4: holds more than one YAML document/),
  ]);
});

it('says that a file is empty', () =>
  expect(['', '# a comment\n', '---\n', '~'].flatMap((text) => read(text).problems.map(formatProblem))).toEqual(
    Array(4).fill('f.yaml: the file is empty'),
  ));

it('is not held up by aliases in each other', () => {
  const bomb = Array.from({ length: 60 }, (_, i) => `a${i}: &a${i} ${i === 0 ? 'x' : `[*a${i - 1}, *a${i - 1}]`}`).join(
    '\n',
  );
  expect(validateFile({ file: 'f.yaml', text: `name: s\napps: [*a59]\n${bomb}` }).problems.length).toBeGreaterThan(0);
  expect(validateFile({ file: 'f.yaml', text: `${bomb}\nname: s\napps: [*a59]` }).problems.length).toBeGreaterThan(0);
});

it('does not let a key reach the prototype', () => {
  const { document } = read('__proto__: { polluted: 1 }\nconstructor: 2\n');
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
  expect(document?.get(['toString'])).toBeUndefined();
  expect(document?.get(['constructor'])).toBe(2);
});

it.each([
  ['a: [1\nb: 2\n', /^f\.yaml:\d+:\d+: not YAML: /],
  ['a: b: c', /needs quotes$/],
  ['a: !!python/object x', /^f\.yaml:1:4: not YAML: unresolved tag: .*python/],
  ['a: "x\nb: 1\n', /not YAML: missing closing "quote/],
  ['a:\n  - b: 1\n   c: 2\n', /^f\.yaml:3:1: not YAML: .*start the line with "- ", or in the column of the keys/],
  ['a:\n   b: 1\n  c: 2\n', /^f\.yaml:3:1: not YAML: .*give the line the spaces that those beside it start with$/],
  ['a: 1\nb\n', /^f\.yaml:2:1: not YAML: .*; a ":" is missing after the key/],
  [
    "a: 'it's\n",
    /^f\.yaml:1:8: not YAML: .*; where more stands behind a closing quote or brace, put all of it in quotes/,
  ],
  ['name shop\napps: []\n', /^f\.yaml:1:1: not YAML: .*; a key needs ": " behind it/],
  ['name:shop\napps: []\n', /^f\.yaml:1:1: not YAML: .*; a key needs ": " behind it/],
  ['<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> b\n', /^f\.yaml:1:1: not YAML: .*; Git has left a conflict here/],
  ['a:\n  - b: x\n     c: y\n', /^f\.yaml:2:8: not YAML: .*; the next line has too many spaces before it/],
  ['a:\n    - a\n  - b\n', /^f\.yaml:3:1: not YAML: .*; give the line the spaces that those beside it start with$/],
  ['  a: 1\nb: 2\n', /^f\.yaml:2:1: not YAML: .*; give the line the spaces that those above start with/],
  ['a: { b: x,\n\tc: 1 }\n', /^f\.yaml:2:2: not YAML: .*, and indent what is in it further than the key, with spaces$/],
  ['a: { b: c d: "22" }\n', /^f\.yaml:1:9: not YAML: .*; a comma is missing/],
  ['a: - b\n', /^f\.yaml:1:4: not YAML: .*; put the "- " on a line of its own$/],
  ['a: |x\n  b\n', /^f\.yaml:1:5: not YAML: .*; a text that starts with \| or > needs quotes$/],
  ['a: > 3\n', /^f\.yaml:1:6: not YAML: .*; a text that starts with \| or > needs quotes$/],
  ['a: { b: c }}\n', /^f\.yaml:1:12: not YAML: .*; a bracket or brace is closed that nothing has opened$/],
  ['a: !b c\n', /^f\.yaml:1:4: not YAML: .*; a text that starts with ! needs quotes$/],
  ['a: {{ b }}', /^f\.yaml:1:5: not YAML: .*needs quotes$/],
  ['a: @x', /^f\.yaml:1:4: not YAML: .*needs quotes$/],
  ['a: 1\nb: \u0000', /^f\.yaml:2:4: not YAML: .*cannot be printed/],
  ['a: 1\nb: { c: [*d] }', /^f\.yaml:2:10: not YAML: unidentified alias "d"/],
  ['a: 1\nb:\n  <<: c', /^f\.yaml:3:3: not YAML: << takes a mapping/],
  [`a: ${'['.repeat(20_000)}`, /^f\.yaml:1:\d+: not YAML: it is nested too deeply/],
  ['- '.repeat(20_000), /^f\.yaml:1:\d+: not YAML: it is nested too deeply/],
  ['a: &a [*a]', /^f\.yaml:1:\d+: not YAML: an alias stands for a value that holds the alias/],
  [`${Array.from({ length: 300 }, (_, i) => `a${i}: ${i === 0 ? '&x 1' : '*x'}`).join('\n')}`, /not YAML: .*alias/],
])('refuses %j', (text, message) => {
  const { document, problems } = read(text);
  expect(document).toBeUndefined();
  expect(problems.map(formatProblem).join('\n')).toMatch(message);
});

it('writes paths as a person would', () => {
  expect(pathText(['apps', 2, 'build', 'node-version'])).toBe('apps[2].build.node-version');
  expect(pathText(['apps', 'a b', 0])).toBe('apps["a b"][0]');
  expect(pathText([])).toBe('');
});

describe('whatever the text', () => {
  const words = fc.constantFrom(
    'apps',
    'name',
    'repos',
    'stacks',
    'propagation-role',
    'terminal',
    'build',
    'tool',
    ': ',
    '- ',
    '\n',
    '\n  ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '&a ',
    '*a',
    '<<',
    '|',
    '#',
    '\t',
    '---\n',
    '!',
    '~',
    '0',
    '__proto__',
    '\u0000',
    '\uD800',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join('')),
  );

  it('problems are told, on one line each, and nothing is thrown', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const problem of validateFile({ file: 'f.yaml', text }).problems) {
          expect(formatProblem(problem)).toMatch(/^f\.yaml(:\d+:\d+)?: [^\n]+$/);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('good YAML of any shape has problems inside its lines', () => {
    const key = fc.constantFrom('apps', 'name', 'defaults', 'build', 'repos', 'x y', 'stacks');
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(key, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1 }), (object) => {
        const text = JSON.stringify(object, null, 1);
        const lines = text.split('\n');
        for (const { line = 1, column = 1 } of validateFile({ file: 'f.yaml', text }).problems) {
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual((lines[line - 1] as string).length + 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
