import type { z } from 'zod';
import type { Document, Path } from '../fleet/document';
import { readDocuments } from '../fleet/read-document';
import { registrySchema } from '../fleet/registry';
import { misreadings } from '../fleet/schema-problems';
import { stackSchema } from '../fleet/stack';
import { teamSchema } from '../fleet/team';
import { versionsSchema } from '../fleet/versions';
import { isMapping } from '../words/mapping';
import { show } from '../words/phrase';
import type { Problem } from '../words/problem';

export const REGISTRY = 'stacks/registry.yaml';
export const VERSIONS = 'stacks/versions.yaml';

/**
 * Why a file of the original cannot be read: it is no YAML, it has a list where keys are read, or the other way round, so that all of it
 * would disappear; or YAML reads a text of it as another one, which would be written here as if somebody had meant it.
 */
export function checkOriginal(file: string, text: string): readonly Problem[] {
  const { documents, problems } = readDocuments({ file, text });
  const [document] = documents;
  const [folder = '', , name = ''] = file.split('/');
  if (problems.length > 0 || document === undefined || !['stacks', 'teams', 'helm'].includes(folder)) return problems;
  const schema = schemaOf(file, name);
  return [
    ...wrong(document, [], 'a mapping', isMapping),
    ...(file === REGISTRY ? wrong(document, ['repos'], 'a mapping', isMapping) : []),
    ...(file === VERSIONS ? wrong(document, ['apps'], 'a mapping', isMapping) : []),
    ...(name === 'team.yaml' ? wrong(document, ['stacks'], 'a list', Array.isArray) : []),
    ...(schema === undefined ? [] : misreadings(schema, document)),
  ];
}

function schemaOf(file: string, name: string): z.ZodType | undefined {
  if (file === REGISTRY) return registrySchema;
  if (file === VERSIONS) return versionsSchema;
  if (name === 'team.yaml') return teamSchema;
  return file.startsWith('stacks/') ? stackSchema : undefined;
}

function wrong(document: Document, path: Path, expected: string, isRight: (value: unknown) => boolean): Problem[] {
  const value = document.get(path) ?? undefined;
  return value === undefined || isRight(value)
    ? []
    : [document.error(path, 'wrong type', { found: show(value), expected })];
}
