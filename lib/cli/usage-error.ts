import { InputError, formatProblem } from '../words/problem';

/** Options or arguments that are wrong, or name what is not there. It exits with 2, where bad input exits with 1. */
export class UsageError extends Error {
  readonly reasons: readonly string[];

  constructor(...reasons: readonly string[]) {
    super(reasons.join('\n'));
    this.reasons = reasons;
  }
}

type Results<Parts extends readonly (() => unknown)[]> = { readonly [Index in keyof Parts]: ReturnType<Parts[Index]> };

/** Runs every part of what is asked for, also after one that is wrong. @throws UsageError with all that is wrong */
export function together<const Parts extends readonly (() => unknown)[]>(...parts: Parts): Results<Parts> {
  const reasons: string[] = [];
  const results = parts.map((part) => {
    try {
      return part();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      reasons.push(...error.reasons);
      return undefined;
    }
  });
  if (reasons.length > 0) throw new UsageError(...reasons);
  return results as unknown as Results<Parts>;
}

/** Options and arguments by the fields that they give. */
export type TypedAs = Readonly<Record<string, string>>;

/**
 * Runs what checks fields.
 * @param file the problems of which are about what was typed
 * @throws UsageError that names what a person has typed, if it is of that alone that something is wrong
 */
export function asTyped<T>(typed: TypedAs, file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const reasons = error.problems
      .filter(({ severity }) => severity === 'error')
      .map((problem) => {
        const known = Object.keys(typed).find((path) => isIn(problem.path ?? '', path));
        if (known === undefined || problem.file !== file) return undefined;
        const message = asOptions(problem.message, typed);
        return formatProblem({
          ...problem,
          message,
          file: typed[known]!,
          line: undefined,
          column: undefined,
          path: undefined,
        });
      });
    throw reasons.every((reason) => reason !== undefined) ? new UsageError(...new Set(reasons)) : error;
  }
}

/** Fields that a message names are in code style. */
const asOptions = (message: string, typed: TypedAs): string =>
  Object.entries(typed).reduce((text, [field, option]) => text.replaceAll(`\`${field}\``, option), message);

const isIn = (path: string, field: string): boolean =>
  path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
