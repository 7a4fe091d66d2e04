import { nearest } from '../words/nearest';
import { UsageError, together } from './usage-error';

/** One thing of a list by its name; `owner` says who has it: `team 'payments'`. @throws UsageError naming the nearest one */
export function pick<T extends { readonly name: string }>(
  what: string,
  things: readonly T[],
  name: string,
  owner?: string,
): T {
  const found = things.find((thing) => thing.name === name);
  if (found) return found;
  throw unknownName(
    what,
    things.map((thing) => thing.name),
    name,
    owner,
  );
}

/** The same for what has a name alone. */
export const pickName = (what: string, names: readonly string[], name: string, owner?: string): string =>
  pick(
    what,
    names.map((one) => ({ name: one })),
    name,
    owner,
  ).name;

/** Several things of a list by their names, each once. @throws UsageError with every name that is not there */
export const pickAll = <T extends { readonly name: string }>(
  what: string,
  things: readonly T[],
  names: readonly string[],
  owner?: string,
): readonly T[] => together(...[...new Set(names)].map((name) => () => pick(what, things, name, owner)));

/** Says which names there are, and which was probably meant. */
export function unknownName(what: string, names: readonly string[], name: string, owner?: string): UsageError {
  const guess = nearest(name, names);
  return new UsageError(
    `${owner === undefined ? 'there is' : `${owner} has`} no ${what} '${name}' (${names.length > 0 ? `there are: ${names.join(', ')}` : 'there is none'})${guess === undefined ? '' : `; did you mean '${guess}'?`}`,
  );
}
