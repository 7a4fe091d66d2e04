import { inspect } from 'node:util';
import type { Problem } from '../words/problem';
import { InputError, formatProblem } from '../words/problem';
import { EXIT, report, tell } from './terminal';

/**
 * Code of a fleet runs in this process: a team.ts, what it customizes, and clusters in TypeScript. Whatever it does, the command must
 * not end well by it.
 */

/** Files whose code has run, by their paths. */
const files = new Map<string, string>();

/** Whether code of the fleet has run, which may have left timers or servers behind. */
export const hasRunFleetCode = (): boolean => files.size > 0;

/**
 * Runs code of the fleet.
 * @param path of the file, as a stack trace has it
 * @param file the same as a person is told it
 * @throws InputError with the file, whatever the code throws
 */
export function runFleetCode<T>(path: string, file: string, what: string, run: () => T): T {
  files.set(path, file);
  let result: T;
  try {
    result = run();
  } catch (error) {
    throw new InputError([{ file, ...why(what, error, path), severity: 'error' }]);
  }
  if (!(result instanceof Promise)) return result;
  // what becomes of it nobody waits for
  result.catch(() => undefined);
  throw new InputError([
    {
      file,
      message: `${what}: it is asynchronous, and nothing waits for it: remove async and await`,
      severity: 'error',
    },
  ]);
}

/** The compiler tells the place, columns from 0, in the second line of its message; others say all in the first. */
function why(what: string, error: unknown, path: string): Pick<Problem, 'message' | 'line' | 'column'> {
  const text = error instanceof Error ? error.message : `throws ${shown(error)}`;
  const [, line, column, compiler] = /:(\d+):(\d+): ERROR: (.*)/.exec(text) ?? [];
  const message = `${what}: ${compiler ?? text.split('\n')[0]}`;
  return compiler === undefined
    ? { message, ...placeIn(error, path) }
    : { message, line: Number(line), column: Number(column) + 1 };
}

/** Where in a file an error comes from, as its stack trace says; tsx has it speak of the source. */
function placeIn(error: unknown, path: string): Pick<Problem, 'line' | 'column'> {
  const trace = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  const frame = trace.find((text) => text.trimStart().startsWith('at ') && text.includes(`${path}:`));
  if (frame === undefined) return {};
  const [line, column] = frame.slice(frame.lastIndexOf(`${path}:`) + path.length + 1).split(':');
  return { line: Number.parseInt(line!, 10), column: Number.parseInt(column!, 10) };
}

/** What was thrown, which JSON may not be able to hold. */
function shown(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return inspect(value, { breakLength: Infinity });
  }
}

const ends = { exit: process.exit.bind(process), reallyExit: Reflect.get(process, 'reallyExit') as () => never };

/** Ends the process. Nothing else may, once `guardProcess` was called. */
export function exit(code: number): never {
  Object.assign(process, { reallyExit: ends.reallyExit });
  return ends.exit(code);
}

/** From here on, code that ends the process or fails behind everybody's back makes the command fail. */
export function guardProcess(): void {
  const refuse = (): never => {
    throw new Error('it calls process.exit, which would end the command as if all were done');
  };
  Object.assign(process, { exit: refuse, reallyExit: refuse });
  process.on('unhandledRejection', fail).on('uncaughtException', fail);
}

let afterFailure: () => void = () => exit(EXIT.failed);

/** From here on, code that fails behind everybody's back is told, and the command goes on: the code may be corrected. */
export const survive = (): void => void (afterFailure = () => undefined);

function fail(error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const named = [...files].filter(([path]) => stack.includes(path));
  // a value that is no error does not tell where it comes from
  const suspects = named.length > 0 || error instanceof Error ? named : [...files];
  if (suspects.length === 0) report(error);
  for (const [path, file] of suspects)
    tell(formatProblem({ file, ...why('fails after it was read', error, path), severity: 'error' }));
  afterFailure();
}

/** Waits until code of the fleet that nobody waits for has failed, if it will at once. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
