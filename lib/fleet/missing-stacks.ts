import type { Document } from './document';
import { notStack } from './formats';
import { listedBy } from './listed-by';
import type { FleetReading } from './reading';
import { knownHint } from '../words/nearest';
import { show } from '../words/phrase';
import type { Problem } from '../words/problem';

/** Stack files that a team lists and that are not there; also of a team that has other mistakes. */
export function missingStacks(document: Document, stacks: FleetReading['stacks']): readonly Problem[] {
  const known = [...stacks.keys()].sort();
  return listedBy(document).flatMap(({ file, index }) => {
    if (stacks.has(file)) return [];
    const wrong = notStack(file);
    if (wrong !== undefined) return [document.error(['stacks', index], wrong, { found: show(file) })];
    const same = known.find((one) => stackName(one) === stackName(file));
    const hint = same === undefined ? knownHint(file, known, 'a file of stacks/') : { suggestion: same };
    return [document.error(['stacks', index], 'no such stack file', { found: show(file), ...hint })];
  });
}

/** `stacks/checkout.yaml`, `stacks/checkout.yml`, `checkout`: people mean the same stack. */
const stackName = (file: string): string => file.slice(file.lastIndexOf('/') + 1).split('.')[0]!;
