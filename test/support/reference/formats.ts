import { schemaFiles } from '../schemas';
import { cell, code, page, table } from './markdown';
import { fieldsOf, kindOf } from './schema';
import type { Field, Schema } from './schema';

const PAGES: Readonly<Record<string, string>> = { stack: 'stack', team: 'team', cluster: 'cluster' };

/** Every key of the files that people write, from the schemas that editors use. */
export function formatsPage(): string {
  const formats = [...schemaFiles()]
    .filter(([file]) => file !== 'catalog.json')
    .map(([file, text]) => ({ name: file.replace('.json', ''), schema: JSON.parse(text) as Schema }));
  return page(
    'File formats',
    'Every key of every file that you write, with its type. The JSON Schemas in `schemas/` hold the same for editors.',
    ...formats.map(({ name, schema }) => [
      '',
      `## ${name}`,
      '',
      ...(PAGES[name] === undefined
        ? []
        : [`The page on [${name}s](../${PAGES[name]}.md) explains these keys with examples.`]),
      ...table(['Key', 'Type', 'Default', 'Meaning'], fieldsOf(schema).map(row)),
    ]),
  );
}

const row = ({ key, schema, isRequired }: Field): readonly string[] => [
  code(key),
  cell(kindOf(schema)),
  isRequired ? 'required' : fallback(schema.default),
  cell(schema.description ?? ''),
];

/** An empty object or list is what a file has without the key. */
function fallback(value: unknown): string {
  const isEmpty =
    value === undefined || value === '' || JSON.stringify(value) === '{}' || JSON.stringify(value) === '[]';
  return isEmpty ? '' : code(typeof value === 'string' ? value : JSON.stringify(value));
}
