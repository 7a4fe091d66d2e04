import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PICTURE, stackPicture, withDrawings } from './drawings';
import { referencePages } from './reference';
import { withSecrets } from './secrets-table';

/** `npm run draw`: makes the drawings of docs/architecture.md, the picture of a stack, the table of Secrets of docs/security.md and the pages of docs/reference again. */

const write = (name: string, anew: (page: string) => string): void => {
  const page = join(__dirname, '../../docs', name);
  writeFileSync(page, anew(readFileSync(page, 'utf8')));
};

write('architecture.md', withDrawings);
write('security.md', withSecrets);
write(PICTURE, stackPicture);
for (const [file, text] of referencePages()) writeFileSync(join(__dirname, '../../docs/reference', file), text);
