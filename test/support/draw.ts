import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withDrawings } from './drawings';

/** `npm run draw`: makes the drawings of docs/architecture.md anew. */

const PAGE = join(__dirname, '../../docs/architecture.md');

writeFileSync(PAGE, withDrawings(readFileSync(PAGE, 'utf8')));
