import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flow, layers } from './support/drawings';

/** docs/architecture.md shows what there is. To mend it, put what is missing in the place of what was drawn. */

const ROOT = join(__dirname, '..');
const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const drawings = [...page.matchAll(/^```mermaid\n([\s\S]*?)\n```$/gm)].map((match) => match[1]);

it('draws the layers, and the Pipelines', () => {
  expect(drawings).toEqual([layers(), ...['shop-bootstrap', 'shop-pr-test', 'shop-merge-release'].map(flow)]);
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
