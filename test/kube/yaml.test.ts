import fc from 'fast-check';
import { load, loadAll, YAML11_SCHEMA } from 'js-yaml';
import { parse } from 'yaml';
import type { Manifest } from '../../lib/kube/manifest';
import { toYaml } from '../../lib/kube/yaml';
import { HEADER } from '../../lib/words/generated';

const configMap = (data: unknown): Manifest => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data });
const yamlOf = (data: unknown): string => toYaml([configMap(data)]).slice(HEADER.length);

/** As each parser of the field would read it: YAML 1.2, and the two readings of YAML 1.1. */
const readings = (text: string): unknown[] => [
  load(text),
  load(text, { schema: YAML11_SCHEMA }),
  parse(text, { version: '1.1', maxAliasCount: 0 }),
];

test('keys stay in their order, documents are separated, several lines are a literal block', () => {
  const script = '#!/bin/sh\nset -eu\n\necho "$A"\n';
  const text = toYaml([
    configMap({ b: '1', a: [{ p: [], q: {} }, ['z']] }),
    { ...configMap({ script }), immutable: true },
  ]);
  expect(text).toBe(`${HEADER}apiVersion: v1
kind: ConfigMap
metadata:
  name: x
data:
  b: '1'
  a:
  - p: []
    q: {}
  - - z
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: x
data:
  script: |
    #!/bin/sh
    set -eu

    echo "$A"
immutable: true
`);
});

test('any script that a person can read is a literal block', () => {
  expect(yamlOf({ k: 'a:\n\techo "é — 😀"\n' })).toContain('  k: |\n    a:\n    \techo "é — 😀"\n');
});

test('long lines are not folded, equal objects are not anchored', () => {
  const long = { text: 'word '.repeat(100).trim() };
  const text = yamlOf({ a: long, b: long });
  expect(text).not.toMatch(/[&*]ref|>-/);
  expect(text.split('\n').filter((line) => line.includes(long.text))).toHaveLength(2);
});

const AMBIGUOUS = [
  ...['on', 'off', 'Yes', 'no', 'y', 'N', 'true', 'FALSE', 'null', '~', '', '=', '<<'],
  ...[
    '0x1F',
    '012',
    '0o17',
    '0b101',
    '1_000',
    '+1',
    '-0',
    '1e3',
    '1.5',
    '.5',
    '1.',
    '1e+3',
    '.inf',
    '-.INF',
    '.nan',
    '190:20:30',
  ],
  ...['2026-11-20', '2001-1-1', '2026-11-20T10:00:00Z', '2026-11-20 10:00:00'],
];
test.each(AMBIGUOUS)('the string %j is quoted', (text) => {
  expect(yamlOf({ k: text })).toMatch(/^ {2}k: ['"]/m);
  expect(yamlOf({ [text]: 'k' })).toMatch(/^ {2}['"].*: k$/m);
});

test.each([
  '10.0.0.0/8',
  '500m',
  '1Gi',
  'v1.2.3',
  '-c',
  './...',
  'a:b',
  '$(params.app)',
  'registry.example.com:5000/a:1.0',
  'x-dev-session',
  'on-call',
])('%j needs no quotes', (text) => {
  expect(yamlOf({ k: text })).toContain(`  k: ${text}\n`);
});

const word = fc.oneof(
  fc.constantFrom(...AMBIGUOUS),
  fc.string({ unit: fc.constantFrom(...'012789abexoTZyn_.:+-EN /#"\'|>%@!&*[]{},?\\ ') }),
  fc.string({ unit: 'grapheme' }),
);
const lines = fc
  .array(fc.oneof(word, fc.constantFrom('', ' ', '  two', '---', '...', '\ttab')), { minLength: 2, maxLength: 5 })
  .map((parts) => parts.join('\n'));
const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    word,
    lines,
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('node')),
    fc.dictionary(word, tie('node')),
  ),
})).node;

test('every parser reads back what was written', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), (data) => {
      // JSON knows no -0, and a key __proto__ is no data.
      const manifests = JSON.parse(JSON.stringify(data.map(configMap)).replaceAll('__proto__', 'proto')) as Manifest[];
      expect(loadAll(toYaml(manifests))).toEqual(manifests);
      for (const manifest of manifests)
        for (const reading of readings(toYaml([manifest]))) expect(reading).toEqual(manifest);
    }),
    { numRuns: 200 },
  );
});

test('short strings of digits, signs and letters stay strings in every parser', () => {
  const short = fc.string({ unit: fc.constantFrom(...'0179abexoyn_.:+-EZ'), minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(fc.array(short, { minLength: 20, maxLength: 20 }), (texts) => {
      for (const reading of readings(yamlOf({ texts }))) expect(reading).toMatchObject({ data: { texts } });
    }),
    { numRuns: 100 },
  );
});
