import { writeFileSync } from 'node:fs';
import { tektonDag } from './cli';
import { changesOf, examples, goldenOf } from './examples';

/** `npm run examples`: says anew what each example changes. */
async function writeAll(): Promise<void> {
  for (const name of examples())
    writeFileSync(goldenOf(name), await changesOf(name, (root) => tektonDag(['synth'], { cwd: root })));
}

void writeAll();
