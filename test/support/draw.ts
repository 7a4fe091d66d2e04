import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pictures } from './drawings';
import { referencePages } from './reference';
import { withSecrets } from './secrets-table';

/** `npm run draw`: makes what is made from the program in docs/ again: pictures, the table of Secrets of security.md, and reference/. */

const DOCS = join(__dirname, '../../docs');
const SECURITY = join(DOCS, 'security.md');

writeFileSync(SECURITY, withSecrets(readFileSync(SECURITY, 'utf8')));
for (const [file, svg] of pictures()) writeFileSync(join(DOCS, 'pictures', file), svg);
for (const [file, text] of referencePages()) writeFileSync(join(DOCS, 'reference', file), text);
