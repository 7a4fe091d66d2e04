import { isObject } from '../words/mapping';
import { formatProblem, InputError, SynthError } from '../words/problem';
import type { Problem } from '../words/problem';
import { UsageError } from './usage-error';

/** The output of the commands for a person, and the exit code for a program. */

/** The exit codes; main.ts says what each means. */
export const EXIT = { done: 0, failed: 1, usage: 2, loud: 3 } as const;
/** One of EXIT. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

type Write = (text: string, written?: () => void) => void;
let answer: Write = (text, written) => void process.stdout.write(text, written);

/** From here on stdout holds answers alone, so that they can be piped: what code of the fleet writes there goes to stderr. */
export function keepStdout(): void {
  answer = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
}

/** Writes what the user asked for to stdout. */
export const print = (text: string): void => answer(text.endsWith('\n') ? text : `${text}\n`);
let isQuiet = false;
/** Whether what nobody asked for is left out: warnings, progress, and what was done. */
export const setQuiet = (quiet: boolean): void => void (isQuiet = quiet);
/** Writes to stdout what was done. */
export const printDone = (text: string): void => (isQuiet ? undefined : print(text));
/** Calls back once everything before is written. */
export const flush = (written: () => void): void => answer('', () => process.stderr.write('', written));
/** Writes everything else to stderr. */
export const tell = (text: string): void => void process.stderr.write(`${text}\n`);

/** Writes problems to stderr. An error starts with its file, so that editors find the place. A warning is written once for all files that have it. */
export function tellProblems(problems: readonly Problem[]): void {
  const warnings = new Map<string, Problem[]>();
  for (const problem of problems) {
    if (problem.severity === 'error') tell(formatProblem(problem));
    else if (!isQuiet) warnings.set(textOf(problem), [...(warnings.get(textOf(problem)) ?? []), problem]);
  }
  for (const [first, ...others] of warnings.values())
    tell(`warning: ${formatProblem(first as Problem)}${alsoIn(others.map(({ file }) => file))}`);
}

const NAMED = 3;
const alsoIn = (files: readonly string[]): string =>
  files.length > 0
    ? `; the same of ${files.length} more: ${files.slice(0, NAMED).join(', ')}${files.length > NAMED ? ' …' : ''}`
    : '';

const textOf = (problem: Problem): string =>
  formatProblem({ ...problem, file: '', line: undefined, column: undefined });

/** Writes what stopped a command, without a stack trace, which is for us and not for the user. @returns the exit code */
export function report(error: unknown): ExitCode {
  if (error instanceof UsageError) {
    for (const reason of error.reasons) tell(`error: ${reason}`);
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
    tell(`error: ${error.path ?? error.syscall}: ${systemMessage(error)}`);
    return EXIT.failed;
  }
  const known = error instanceof Error ? error : new Error(String(error));
  tell(
    `error: this is a bug in tekton-dag: ${known.message.split('\n')[0]}${process.env.DEBUG ? `\n${known.stack}` : ' (set DEBUG=1 for where)'}`,
  );
  return EXIT.failed;
}

/** Whether an error comes from the operating system, such as a missing file; its message says everything. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  isObject(error) && 'syscall' in error && 'code' in error;

const SYSTEM_MESSAGES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file: a part of its path is not a folder',
  EACCES: 'you have no permission',
  EPERM: 'you have no permission',
  ENOSPC: 'the disk is full',
};

/** What the operating system says, in words; else as it says it. */
export const systemMessage = (error: NodeJS.ErrnoException): string =>
  SYSTEM_MESSAGES[error.code ?? ''] ?? error.message;

const tellSince = (start: number, text: string): void =>
  isQuiet ? undefined : tell(`${((Date.now() - start) / 1000).toFixed(0)} s: ${text}`);

/** Reports progress on stderr, at most once a second, and only if the work takes longer than two seconds. */
export function progress(): (text: () => string) => void {
  const start = Date.now();
  let due = start + 2000;
  return (text) => {
    const now = Date.now();
    if (now < due) return;
    due = now + 1000;
    tellSince(start, text());
  };
}

/** Waits for work. If it takes longer than two seconds, it writes what it waits for and how long, again every ten seconds. */
export async function during<T>(text: string, work: Promise<T>): Promise<T> {
  const start = Date.now();
  const report = (): void => tellSince(start, text);
  const [first, others] = [setTimeout(report, 2000), setInterval(report, 10_000)];
  try {
    return await work;
  } finally {
    clearTimeout(first);
    clearInterval(others);
  }
}
