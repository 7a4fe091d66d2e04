import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { clusterSchema } from '../../lib/fleet/cluster';
import { loadOwnDeployment } from '../../lib/fleet/read-own-deployment';
import { loadStack, loadTeam, validateFile } from '../../lib/fleet/formats';
import { LABEL_MAX, pipelineName } from '../../lib/words/names';
import { jsonSchemaOf } from '../../lib/fleet/schema-problems';
import { list } from '../../lib/words/phrase';
import type { SchemaNode } from '../../lib/fleet/schema-problems';
import { formatProblem } from '../../lib/words/problem';
import { registrySchema } from '../../lib/fleet/registry';
import { DEFAULT_TEAM } from '../../lib/fleet/registry-team';
import { TEAM_NAME_MAX } from '../../lib/words/names';
import { stackSchema } from '../../lib/fleet/stack';
import { teamSchema } from '../../lib/fleet/team';
import { BUILT_IN, versionsOf } from '../../lib/fleet/toolchains';
import { versionsSchema } from '../../lib/fleet/versions';
import { keysOf } from './support';

/** docs/stack.md and docs/team.md say every field, with its default, and their examples are good. */

const page = (name: string) => readFileSync(join(__dirname, '../../docs', name), 'utf8');
const rows = (text: string) =>
  [...text.matchAll(/^\| `([^`]+)` \| (.+?) \| (.+) \|$/gm)].map(
    ([, key, fallback, what]) => ({ key, fallback, what }) as { key: string; fallback: string; what: string },
  );
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => match[1] as string);

describe.each([
  [
    'stack.md',
    [
      ...keysOf(jsonSchemaOf(stackSchema)),
      ['apps', {} as SchemaNode] as const,
      ...keysOf(jsonSchemaOf(versionsSchema)),
      ...keysOf(jsonSchemaOf(registrySchema)),
    ],
  ],
  // the argument that is no key is in a table, too
  ['team.md', [...keysOf(jsonSchemaOf(teamSchema)), ['customize', {} as SchemaNode] as const]],
  ['cluster.md', keysOf(jsonSchemaOf(clusterSchema))],
] as const)('%s', (name, keys) => {
  const table = rows(page(name));

  it('has a row for every key, and no other', () =>
    expect(table.map(({ key }) => key).sort()).toEqual(keys.map(([key]) => key).sort()));

  it('gives the default that the schema gives', () => {
    const scalar = keys.flatMap(([key, node]) =>
      ['string', 'number', 'boolean'].includes(typeof node.default) && node.default !== ''
        ? [[key, `\`${String(node.default)}\``]]
        : [],
    );
    expect(scalar.length).toBeGreaterThan(5);
    expect(scalar).toEqual(scalar.map(([key]) => [key, table.find((row) => row.key === key)?.fallback]));
  });

  it('names every word that a key may be', () => {
    const words = keys.flatMap(([key, node]) => (node.enum ?? []).map((word) => [key, String(word)] as const));
    const missing = words.filter(([key, word]) => {
      const row = table.find((one) => one.key === key);
      return !`${row?.fallback} ${row?.what}`.includes(`\`${word}\``);
    });
    expect(missing).toEqual([]);
  });
});

const isDeployment = (text: string): boolean => text.includes('kind: Deployment');

it('gives a Deployment that an app may have', () => {
  const said = blocks(page('stack.md'), 'yaml')
    .filter(isDeployment)
    .map((text) => loadOwnDeployment({ file: 'example.yaml', text }).problems);
  expect(said).toEqual([[]]);
});

it('gives examples that are good', () => {
  const said = [
    ...blocks(page('stack.md'), 'yaml').filter((text) => !isDeployment(text)),
    ...blocks(page('team.md'), 'yaml').slice(0, 1),
    ...blocks(page('cluster.md'), 'yaml'),
  ].map((text) => validateFile({ file: 'example.yaml', text }));
  expect(said.map(({ format }) => format)).toEqual([
    'stack',
    'versions',
    'registry',
    'team',
    'cluster',
    'cluster',
    'cluster',
    'cluster',
  ]);
  expect(
    said.flatMap(({ problems }) => problems.filter(({ severity }) => severity === 'error').map(formatProblem)),
  ).toEqual([]);
});

it('gives the defaults of ports, which the schema converts', () => {
  const { value } = loadStack({
    file: 's.yaml',
    text: 'name: s\napps: [{ name: a, repo: acme/a, propagation-role: terminal }]',
  });
  const fallback = (key: string) => rows(page('stack.md')).find((row) => row.key === key)?.fallback;
  expect(fallback('defaults.service-port')).toBe(`\`${value?.defaults['service-port']}\``);
  expect(fallback('defaults.container-port')).toBe(`\`${value?.defaults['container-port']}\``);
});

it.each(BUILT_IN)('gives the versions that $name has an image for, and its default', (toolchain) => {
  const { name: tool, versionKey, defaultVersion } = toolchain;
  const row = rows(page('stack.md')).find(({ key }) => key === `apps[].build.${versionKey}`);
  expect(row?.what).toMatch(
    new RegExp(`^With [a-z\`\\s]*\`${tool}\`[a-z\`\\s]*: ${list(versionsOf(toolchain)).replaceAll('.', '\\.')}\\.`),
  );
  expect(row?.fallback).toBe(`\`${defaultVersion}\``);
});

it('gives the budgets of names', () => {
  expect(page('team.md')).toContain(`at most ${TEAM_NAME_MAX}. Unique.`);
  const stack = LABEL_MAX - pipelineName('', 'merge-release').length;
  expect(page('stack.md')).toContain(`at most ${stack}: Pipelines`);
});

it('shows team default as it is', () => {
  expect(load(blocks(page('team.md'), 'yaml').at(-1) as string)).toEqual(DEFAULT_TEAM);
  expect(
    loadTeam({ file: 't', props: { ...DEFAULT_TEAM, stacks: ['a.yaml'] } }).problems.filter(
      ({ severity }) => severity === 'error',
    ),
  ).toEqual([]);
});
