import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const page = (name: string): string => readFileSync(join(__dirname, '../../docs', name), 'utf8');

/** The YAML of a page that starts with the name of its file. */
export function example(name: string, file: string): string {
  const found = [...page(name).matchAll(/^```yaml\n([^]*?)^```$/gm)]
    .map(([, text = '']) => text)
    .find((text) => text.startsWith(`# ${file}\n`));
  if (found === undefined) throw new Error(`docs/${name} shows no ${file}`);
  return found;
}
