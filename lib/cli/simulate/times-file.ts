import { z } from 'zod';
import { readDocument } from '../../fleet/read-document';
import { checkSchema } from '../../fleet/schema-problems';
import { KINDS } from '../../runs/simulate/kinds';
import type { GivenTimes } from '../../runs/simulate/times';
import { nearest } from '../../words/nearest';
import type { Problem } from '../../words/problem';
import { InputError, isError } from '../../words/problem';
import { readGiven } from '../given';

/** The file of `--times`, in YAML or JSON: how long tasks take. */

const seconds = z.number().min(0).max(86_400).meta({ expected: 'seconds, such as 30 or 2.5' });
const schema = z.strictObject({
  /** Of every pod, beside its steps. */
  pod: seconds.optional(),
  /** Of steps, by name or kind of a task. */
  tasks: z.record(z.string(), seconds).optional(),
});

/**
 * @param names of tasks that there are
 * @returns also a warning for each name that is neither that of a task nor a kind
 * @throws InputError with all that is wrong in the file, UsageError where it cannot be read
 */
export function readTimes(
  file: string,
  names: readonly string[],
): { readonly times: GivenTimes; readonly warnings: readonly Problem[] } {
  const { document, problems } = readDocument({ file, text: readGiven(file, '--times') });
  const checked = document && checkSchema(schema, document);
  const all = [...problems, ...(checked?.problems ?? [])];
  if (document === undefined || checked?.value === undefined || all.some(isError)) throw new InputError(all);
  const { pod, tasks = {} } = checked.value;
  const known = [...new Set([...names, ...KINDS])];
  const unknown = Object.keys(tasks).filter((name) => !known.includes(name));
  return {
    times: { pod, tasks: new Map(Object.entries(tasks)) },
    warnings: unknown.map((name) =>
      document.warning(['tasks', name], 'is neither a task of the team nor a kind of task, so it changes nothing', {
        expected: 'the name of a task, or a kind that docs/simulate.md lists',
        suggestion: nearest(name, known),
      }),
    ),
  };
}
