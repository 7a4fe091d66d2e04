import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PICTURE, stackPicture, withDrawings } from './support/drawings';

/** docs/architecture.md shows what there is; `npm run draw` makes its drawings anew. */

const ROOT = join(__dirname, '..');
const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

it('draws the layers, and the Pipelines', () => {
  expect(withDrawings(page)).toBe(page);
});

it('has the picture of the stack that docs/stack.md shows', () => {
  expect(readFileSync(join(ROOT, 'docs', PICTURE), 'utf8')).toBe(stackPicture());
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
