import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { referencePages } from './support/reference';

/** docs/reference says what the program has; `npm run draw` writes it again. */

const FOLDER = join(__dirname, '../docs/reference');
const pages = referencePages();

it('has these pages, and no others', () => expect(readdirSync(FOLDER).sort()).toEqual([...pages.keys()].sort()));

it.each([...pages])('%s is what the program has', (file, text) => {
  expect(readFileSync(join(FOLDER, file), 'utf8')).toBe(text);
});
