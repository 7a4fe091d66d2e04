import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { load } from 'js-yaml';
import picomatch from 'picomatch';
import { starterStack } from '../../lib/cli/team/starter-stack';
import { FORMATS, formatOf, validateFile } from '../../lib/fleet/formats';
import type { Format } from '../../lib/fleet/formats';
import { schemaFiles } from '../support/schemas';
import { STACK, teamFile } from '../cli/folder';
import { keysOf } from './support';

/** schemas/, by which editors check what people write. */

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const blocks = (page: string): string[] =>
  [...read(`docs/${page}`).matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text]) => text as string);

// strict: a word that is no JSON Schema is an error
const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
const validators = new Map(
  FORMATS.map((format) => [format, ajv.compile(JSON.parse(read(`schemas/${format}.json`)) as object)]),
);
/** What a validator says of a text, one line for each fault. */
const faults = (format: Format, text: string): string[] => {
  const validate = validators.get(format)!;
  validate(load(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

// npm run schemas writes them anew
it('are what zod and the pages of docs/ give', () => {
  const files = schemaFiles();
  expect(readdirSync(join(ROOT, 'schemas')).sort()).toEqual([...files.keys()].sort());
  for (const [name, text] of files) expect({ name, text: read(`schemas/${name}`) }).toEqual({ name, text });
});

const inputs: readonly (readonly [name: string, text: string])[] = [
  ...readdirSync(join(ROOT, 'stacks')).map((name) => [`stacks/${name}`, read(`stacks/${name}`)] as const),
  ...['stack.md', 'team.md', 'cluster.md'].flatMap((page) =>
    blocks(page).map((text, index) => [`example ${index + 1} of ${page}`, text] as const),
  ),
  ['the stack that team new writes', starterStack('demo')],
  ['the stack of other tests', STACK],
  ['the team of other tests', teamFile('a', 'clusters: [live]\nenvironment: { deploy: gitops }\n')],
];
const ofFormat = inputs.flatMap(([name, text]) => {
  const { format, problems } = validateFile({ file: 'f.yaml', text });
  return format === undefined || problems.some(({ severity }) => severity === 'error')
    ? []
    : [[name, format, text] as const];
});

it('are tried with good files of each format', () =>
  expect([...new Set(ofFormat.map(([, format]) => format))].sort()).toEqual([...FORMATS].sort()));

it.each(ofFormat)('accept %s, a %s', (_, format, text) => expect(faults(format, text)).toEqual([]));

it.each<readonly [string, Format, string, string]>([
  ['a misspelt key', 'stack', STACK.replace('repo:', 'repos:'), '/apps/0 must NOT have additional properties'],
  [
    'a missing key',
    'stack',
    STACK.replace('propagation-role: originator, ', ''),
    "/apps/0 must have required property 'propagation-role'",
  ],
  [
    'another word',
    'stack',
    STACK.replace('role: originator', 'role: creator'),
    '/apps/0/propagation-role must be equal to one of the allowed values',
  ],
  ['a malformed name', 'team', teamFile('Bad_Name'), '/name must match pattern'],
  [
    'another type',
    'team',
    teamFile('a').replace('maxParallelBuilds: 1', 'maxParallelBuilds: many'),
    '/maxParallelBuilds must be ',
  ],
  ['a misspelt key', 'cluster', 'name: prod\nimageRegistri: r.example.com\n', ' must NOT have additional properties'],
  ['a malformed version', 'versions', 'apps: { web: { version: "1" } }', '/apps/web/version must match pattern'],
  ['a missing key', 'registry', 'repos: { web: {} }', "/repos/web must have required property 'stack'"],
])('refuse %s in a %s', (_, format, text, fault) => {
  expect(faults(format, text)).toContainEqual(expect.stringContaining(fault));
});

it('say of every key what it is', () => {
  const described = FORMATS.flatMap((format) =>
    keysOf(JSON.parse(read(`schemas/${format}.json`)) as object).map(([key, node]) => [format, key, node] as const),
  );
  // what holds keys is said by these
  const isLeaf = (format: string, key: string): boolean =>
    !described.some((other) => other[0] === format && other[1].startsWith(`${key}.`));
  // the key that tells which of several forms is meant
  const isWord = (node: object): boolean => Object.keys(node).join() === 'enum';
  const silent = described
    .filter(([format, key, node]) => isLeaf(format, key) && !('description' in node) && !isWord(node))
    .map(([format, key]) => `${format} ${key}`);
  expect(described.length).toBeGreaterThan(100);
  expect(silent).toEqual([]);
});

it.each(readdirSync(join(ROOT, 'stacks')))('are named by stacks/%s', (name) => {
  const [, schema] = /^# yaml-language-server: \$schema=(.*)\n/.exec(read(`stacks/${name}`)) ?? [];
  expect(join('stacks', schema ?? '')).toBe('schemas/stack.json');
});

it('are listed for SchemaStore, by patterns that match each file of a format and of no other', () => {
  const { schemas } = JSON.parse(read('schemas/catalog.json')) as {
    schemas: { name: string; fileMatch: string[]; url: string }[];
  };
  const picked = (path: string): string[] =>
    schemas
      .filter(({ fileMatch }) =>
        picomatch(
          fileMatch.filter((one) => !one.startsWith('!')),
          { ignore: fileMatch.filter((one) => one.startsWith('!')).map((one) => one.slice(1)) },
        )(path),
      )
      .map(({ url }) => url.split('/').at(-1)!.replace('.json', ''));
  for (const path of [
    'stacks/shop.yaml',
    'stacks/eu/shop.yaml',
    'stacks/registry.yaml',
    'stacks/versions.yaml',
    'teams/a/team.yaml',
    'teams/a/versions.yaml',
    'teams/a/versions.production.yaml',
    'clusters/production.yaml',
  ])
    expect({ path, picked: picked(path) }).toEqual({ path, picked: [formatOf(path)] });
});
