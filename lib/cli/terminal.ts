import { formatProblem, InputError, SynthError } from '../words/problem';
import type { Problem } from '../words/problem';

/** What the commands say to a person, and the exit code that a program reads. */

export const EXIT = { done: 0, failed: 1, usage: 2, loud: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Options or arguments that do not go together: exit 2, where bad input is exit 1. */
export class UsageError extends Error {}

/** stdout is for what was asked for, so that it can be piped; all else goes to stderr. */
export const print = (text: string): void => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
export const tell = (text: string): void => void process.stderr.write(`${text}\n`);

/** Errors start with their file, so that editors find the place. Warnings say that they are nothing more, each once for all files that it is about. */
export function tellProblems(problems: readonly Problem[]): void {
  const warnings = new Map<string, Problem[]>();
  for (const problem of problems) {
    if (problem.severity === 'error') tell(formatProblem(problem));
    else warnings.set(textOf(problem), [...(warnings.get(textOf(problem)) ?? []), problem]);
  }
  for (const [first, ...others] of warnings.values())
    tell(`warning: ${formatProblem(first as Problem)}${sameOf(others.map(({ file }) => file))}`);
}

const NAMED = 3;
const sameOf = (files: readonly string[]): string =>
  files.length > 0
    ? `; the same of ${files.length} more: ${files.slice(0, NAMED).join(', ')}${files.length > NAMED ? ' …' : ''}`
    : '';

const textOf = (problem: Problem): string =>
  formatProblem({ ...problem, file: '', line: undefined, column: undefined });

/** Says what stopped a command and gives its exit code. A stack trace is for us, not for the user. */
export function report(error: unknown): ExitCode {
  if (error instanceof UsageError) {
    tell(`error: ${error.message}`);
    return EXIT.usage;
  }
  if (error instanceof InputError) {
    tellProblems(error.problems);
    return EXIT.failed;
  }
  if (error instanceof SynthError) {
    tell(`error: ${error.message} [${error.code}]`);
    return EXIT.failed;
  }
  if (isSystemError(error)) {
    tell(`error: ${error.path ?? error.syscall}: ${error.message}`);
    return EXIT.failed;
  }
  const known = error instanceof Error ? error : new Error(String(error));
  tell(
    `error: this is a bug in tekton-dag: ${known.message.split('\n')[0]}${process.env.DEBUG ? `\n${known.stack}` : ' (set DEBUG=1 for where)'}`,
  );
  return EXIT.failed;
}

/** No such file, no permission, connection refused: the message says it all. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error;

/** Reports progress on stderr, yet only of work that takes longer than two seconds, and at most once a second. */
export function progress(): (text: () => string) => void {
  const start = Date.now();
  let due = start + 2000;
  return (text) => {
    const now = Date.now();
    if (now < due) return;
    due = now + 1000;
    tell(`${((now - start) / 1000).toFixed(0)} s: ${text()}`);
  };
}

/** Says what is waited for, and since when, every ten seconds; nothing of what takes less than two. */
export async function during<T>(text: string, work: Promise<T>): Promise<T> {
  const start = Date.now();
  const say = (): void => tell(`${((Date.now() - start) / 1000).toFixed(0)} s: ${text}`);
  const [first, others] = [setTimeout(say, 2000), setInterval(say, 10_000)];
  try {
    return await work;
  } finally {
    clearTimeout(first);
    clearInterval(others);
  }
}
