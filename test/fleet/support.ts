import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveFleet } from '../../lib/fleet/resolve-fleet';
import type { FleetSources, SourceFile } from '../../lib/fleet/resolve-fleet';
import type { Fleet } from '../../lib/fleet/model';
import { InputError, formatProblem } from '../../lib/words/problem';
import type { SchemaNode } from '../../lib/fleet/schema-problems';
import type { TeamProps } from '../../lib/fleet/team';

/** Small files: each test says only what it is about. */

export const fixture = (folder: string, file: string): SourceFile => ({
  file,
  text: readFileSync(join(__dirname, '../fixtures', folder, file), 'utf8'),
});

/** A stack file of apps in flow style: `{ name: a, … }`, one a line, the first in line 3. */
export const stackFile = (name: string, apps: readonly string[], head = ''): SourceFile => ({
  file: `stacks/${name}.yaml`,
  text: `name: ${name}\napps:\n${apps.map((app) => `  - ${app}\n`).join('')}${head}`,
});

export const app = (name: string, more = 'propagation-role: terminal', repo = `acme/${name}`): string =>
  `{ name: ${name}, repo: ${repo}, ${more} }`;

export const team = (
  name: string,
  stacks: readonly string[],
  over: Partial<TeamProps> = {},
): { file: string; props: TeamProps } => ({
  file: `teams/${name}/team.ts`,
  props: {
    name,
    namespace: `ci-${name}`,
    cluster: 'one',
    imageRegistry: `registry.example.com/${name}`,
    maxParallelBuilds: 1,
    platform: { repoURL: 'https://github.com/acme/platform.git' },
    stacks: stacks.map((stack) => `stacks/${stack}.yaml`),
    ...over,
  },
});

/** What resolving says: formatted problems, warnings marked; and the fleet, unless there were errors. */
export function resolve(sources: Partial<FleetSources>): { readonly fleet?: Fleet; readonly said: readonly string[] } {
  try {
    const { fleet, problems } = resolveFleet({ teams: [], stacks: [], ...sources });
    return { fleet, said: problems.map((problem) => `warning: ${formatProblem(problem)}`) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return {
      said: error.problems.map(
        (problem) => `${problem.severity === 'warning' ? 'warning: ' : ''}${formatProblem(problem)}`,
      ),
    };
  }
}

/** Every key of a format: `apps[].build.tool`, with what JSON Schema says of it. A mapping by name shows as `apps.<name>`. */
export function keysOf(node: SchemaNode, path = ''): readonly (readonly [path: string, node: SchemaNode])[] {
  if (node.properties)
    return Object.entries(node.properties).flatMap(([key, child]) =>
      keysOf(child, path === '' ? key : `${path}.${key}`),
    );
  if (node.items?.properties) return keysOf(node.items, `${path}[]`);
  // of several forms each key once; the one that tells which it is may be any of their words
  if (node.anyOf?.some(({ properties }) => properties)) {
    const keys = node.anyOf.flatMap((form) => keysOf(form, path));
    return [...new Set(keys.map(([key]) => key))].map((key) => {
      const nodes = keys.flatMap(([other, child]) => (other === key ? [child] : []));
      const words = nodes.flatMap((child) => child.const ?? []);
      return [key, words.length > 0 ? { enum: words } : (nodes[0] as SchemaNode)] as const;
    });
  }
  const each = node.additionalProperties;
  if (typeof each === 'object' && each.properties) return keysOf(each, `${path}.<name>`);
  return [[path, node]];
}
