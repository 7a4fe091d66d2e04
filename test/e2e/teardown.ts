import { recorded } from './support/record';
import { table } from './support/times';

/** At the end of the suite: where the time of its runs went. */
export default function tellTimes(): void {
  const tables = recorded().map(table);
  if (tables.length > 0) console.log(`\n${tables.join('\n\n')}\n`);
}
