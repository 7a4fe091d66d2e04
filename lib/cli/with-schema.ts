import { posix } from 'node:path';
import { formatOf } from '../fleet/formats';

const WORD = '# yaml-language-server: $schema=';

/**
 * The text of a file with a first line that says to editors which schema it has. https://github.com/redhat-developer/yaml-language-server#using-inlined-schema
 * @param program where the repository has this program; without it there is no schema to name
 * @param file from the root of the repository
 */
export function withSchema(program: string | undefined, file: string, text: string): string {
  const format = formatOf(file);
  if (program === undefined || format === undefined) return text;
  const schema = posix.relative(posix.dirname(file), posix.join(program, `schemas/${format}.json`));
  const [first = ''] = text.split('\n', 1);
  const rest = first.startsWith(WORD) ? text.slice(first.length + 1) : text;
  return `${WORD}${schema}\n${rest}`;
}
