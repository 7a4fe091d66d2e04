import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { records } from '../bench/records';
import { curves } from './curves';
import { pictures } from './drawings';
import { withFigures } from './figures';
import { referencePages } from './reference';
import { withSecrets } from './secrets-table';

/** `npm run draw`: makes what is made in docs/ again from the program and from performance.json: pictures, the table of Secrets
 * of security.md, the figures of performance.md, and reference/. */

const DOCS = join(__dirname, '../../docs');
const SECURITY = join(DOCS, 'security.md');
const PERFORMANCE = join(DOCS, 'performance.md');

writeFileSync(SECURITY, withSecrets(readFileSync(SECURITY, 'utf8')));
writeFileSync(PERFORMANCE, withFigures(readFileSync(PERFORMANCE, 'utf8'), records()));
for (const [file, svg] of [...pictures(), ...curves(records())]) writeFileSync(join(DOCS, 'pictures', file), svg);
for (const [file, text] of referencePages()) writeFileSync(join(DOCS, 'reference', file), text);
