import { readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { findingsOf } from './findings';
import { passagesOfCode } from './code';
import { passagesOfPage } from './markdown';
import { readModule } from '../support/modules';

/** `npm run words [FILE...]`: lists the sentences of pages, texts and exported comments that a reader may have to read twice. */

const ROOT = join(__dirname, '../..');
const below = (folder: string, end: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end) && !name.includes('node_modules'))
    .map((name) => join(folder, name).split(sep).join('/'))
    .sort();

const ALL = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...['docs', 'examples'].flatMap((folder) => below(folder, '.md')),
  ...['lib', 'orchestrator/src'].flatMap((folder) => below(folder, '.ts')),
];

/** Modules whose comments an editor shows to whoever writes a team.ts. */
const PUBLIC: ReadonlySet<string> = new Set(
  ['lib/index.ts', 'lib/cli/testing.ts'].flatMap((file) => [
    file,
    ...readModule(file, readFileSync(join(ROOT, file), 'utf8')).imports.map(({ to }) => to),
  ]),
);

const files = process.argv.length > 2 ? process.argv.slice(2) : ALL;
const findings = files.flatMap((file) => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return (file.endsWith('.md') ? passagesOfPage(file, text) : passagesOfCode(file, text, PUBLIC.has(file))).flatMap(
    findingsOf,
  );
});
for (const { file, line, sentence, remedy } of findings) console.log(`${file}:${line}: ${remedy}\n    ${sentence}`);
console.log(`${findings.length} sentences to rewrite in ${files.length} files`);
process.exitCode = findings.length === 0 ? 0 : 1;
