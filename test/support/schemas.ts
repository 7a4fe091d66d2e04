import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { clusterSchema } from '../../lib/fleet/cluster';
import type { Format } from '../../lib/fleet/formats';
import { registrySchema } from '../../lib/fleet/registry';
import { stackSchema } from '../../lib/fleet/stack';
import { teamSchema } from '../../lib/fleet/team';
import { versionsSchema } from '../../lib/fleet/versions';

/** The JSON Schemas of schemas/: what zod knows of each format, and what its page of docs/ says of each key. */

interface Described {
  readonly schema: z.ZodType;
  readonly page: string;
  readonly description: string;
  /** Where files of it lie, as SchemaStore matches them. */
  readonly fileMatch: readonly string[];
}

const FORMATS: Readonly<Record<Format, Described>> = {
  stack: {
    schema: stackSchema,
    page: 'stack.md',
    description: 'Apps that belong together, which app calls which, and how each is built and tested',
    fileMatch: ['**/stacks/**/*.yaml', '!**/stacks/registry.yaml', '!**/stacks/versions.yaml'],
  },
  team: {
    schema: teamSchema,
    page: 'team.md',
    description: 'Where the runs of a team live, and what they may use',
    fileMatch: ['**/teams/*/team.yaml'],
  },
  cluster: {
    schema: clusterSchema,
    page: 'cluster.md',
    description: 'What is particular to a cluster',
    fileMatch: ['**/clusters/*.yaml'],
  },
  versions: {
    schema: versionsSchema,
    page: 'stack.md',
    description: 'The version in preparation and the last released one of each app',
    fileMatch: ['**/teams/*/versions.yaml', '**/teams/*/versions.*.yaml', '**/stacks/versions.yaml'],
  },
  registry: {
    schema: registrySchema,
    page: 'stack.md',
    description: 'Which stack a repository belongs to',
    fileMatch: ['**/stacks/registry.yaml'],
  },
};

/** A CDN of what npm publishes; without a version it gives the newest one. */
const ADDRESS = 'https://unpkg.com/tekton-dag/schemas';

/** Every file of schemas/, by its name. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const formats = Object.entries(FORMATS);
  const catalog = {
    $schema: 'https://json.schemastore.org/schema-catalog.json',
    version: 1,
    schemas: formats.map(([format, { description, fileMatch }]) => ({
      name: `tekton-dag ${format}`,
      description,
      fileMatch,
      url: `${ADDRESS}/${format}.json`,
    })),
  };
  const files = formats.map(([format, described]) => [`${format}.json`, textOf(schemaOf(format, described))] as const);
  return new Map([...files, ['catalog.json', textOf(catalog)]]);
}

const textOf = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

type Node = z.core.JSONSchema.BaseSchema;

function schemaOf(format: string, { schema, page, description }: Described): Node {
  const node = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    // words of zod and ours, beside patterns that say the same; validators do not know them
    override: ({ jsonSchema }) => {
      delete jsonSchema.expected;
      delete jsonSchema.format;
      if (jsonSchema.oneOf === undefined) return;
      jsonSchema.anyOf = jsonSchema.oneOf;
      delete jsonSchema.oneOf;
    },
  }) as Node;
  describe(node, '', rowsOf(page));
  const { $schema, ...rest } = node;
  return { $schema, $id: `${ADDRESS}/${format}.json`, title: `tekton-dag ${format}`, description, ...rest };
}

/** What the tables of a page say of each key. */
function rowsOf(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(__dirname, '../../docs', page), 'utf8');
  return new Map(
    [...text.matchAll(/^\| `([^`]+)` \| .+? \| (.+) \|$/gm)].map(([, key = '', what = '']) => [
      key,
      withoutLinks(what),
    ]),
  );
}

const withoutLinks = (text: string): string => text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1');

/** Gives each key the words of its row. Keys are named as in the tables: `apps[].build.tool`, `apps.<name>.version`. */
function describe(node: Node, path: string, rows: ReadonlyMap<string, string>): void {
  const description = rows.get(path);
  if (description !== undefined) node.description = description;
  for (const [key, child] of Object.entries(node.properties ?? {}))
    describe(child as Node, path === '' ? key : `${path}.${key}`, rows);
  for (const form of node.anyOf ?? []) describe(form as Node, path, rows);
  if (node.items && !Array.isArray(node.items)) describe(node.items as Node, `${path}[]`, rows);
  if (typeof node.additionalProperties === 'object')
    describe(node.additionalProperties as Node, `${path}.<name>`, rows);
}
