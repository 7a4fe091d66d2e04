import { writeFileSync } from 'node:fs';
import { changesOf, examples, goldenOf } from './examples';

/** `npm run examples`: says anew what each example changes. */

for (const name of examples()) writeFileSync(goldenOf(name), changesOf(name));
