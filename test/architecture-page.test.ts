import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pictures } from './support/drawings';

/** docs/architecture.md and docs/pictures show what there is; `npm run draw` makes the pictures again. */

const ROOT = join(__dirname, '..');
const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

it.each([...pictures()])('%s is what the program gives', (file, svg) => {
  expect(readFileSync(join(ROOT, 'docs/pictures', file), 'utf8')).toBe(svg);
});

const steps = page
  .split('\n')
  .filter((line) => /^\| (?!step|-)/.test(line) && line.includes('lib/'))
  .map((line) => line.slice(2, -2).split(' | ') as [step: string, by: string, file: string]);
const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

it.each(steps)('%s', (_, by, files) => {
  codes(by).forEach((name, i) => {
    const text = readFileSync(join(ROOT, codes(files)[i]!), 'utf8');
    expect(text).toMatch(new RegExp(`^export (?:async )?(?:function|const|class) ${name}\\b`, 'm'));
  });
});
