import { shownPlainly } from './hidden';
import { list } from './phrase';

/** What is wrong with an input, said so that a person can fix it. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Place inside the file: `apps[2].build.tool`. */
  readonly path?: string;
  readonly message: string;
  readonly found?: string;
  readonly expected?: string;
  readonly suggestion?: string;
  /** Files that decide what `file` holds, where `file` is made from them: a person edits those. */
  readonly madeFrom?: readonly string[];
  /** Whom else it is the same for: `2 more teams`. */
  readonly sameFor?: string;
  readonly severity: 'error' | 'warning';
}

/** `file:line:column: path: what is wrong (found X; expected Y; did you mean Z?; made from F)`, on one line whatever the input holds. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const hints = [
    problem.found !== undefined && `found ${problem.found}`,
    problem.expected !== undefined && `expected ${problem.expected}`,
    problem.suggestion !== undefined && `did you mean ${problem.suggestion}?`,
    problem.madeFrom !== undefined && `made from ${list(problem.madeFrom, 'and')}`,
  ].filter((hint) => hint !== false);
  const details = hints.length > 0 ? ` (${hints.join('; ')})` : '';
  const same = problem.sameFor === undefined ? '' : `; and the same for ${problem.sameFor}`;
  const line = [place, problem.path, problem.message + details + same]
    .filter((part) => part !== undefined && part !== '')
    .join(': ')
    .replace(/\p{Cc}+/gu, ' ');
  return shownPlainly(line);
}

/** Whether it keeps anything from being made. */
export const isError = ({ severity }: Pick<Problem, 'severity'>): boolean => severity === 'error';

/** By file, then in the order of the file; each once. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const key = ({ file, line = 0, column = 0 }: Problem): readonly [string, number, number] => [file, line, column];
  const once = new Map(problems.map((problem) => [`${problem.severity} ${formatProblem(problem)}`, problem]));
  return [...once.values()].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    const at = left.findIndex((part, index) => part !== right[index]);
    return at === -1 ? 0 : (left[at] as string | number) < (right[at] as string | number) ? -1 : 1;
  });
}

/** The input is wrong: every problem of it at once. */
export class InputError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'InputError';
  }
}

/** Problems of things that are tried one after another, so that all are told at once. */
export function collected(): { readonly all: Problem[]; readonly attempt: <T>(run: () => T) => readonly T[] } {
  const all: Problem[] = [];
  const attempt = <T>(run: () => T): readonly T[] => {
    try {
      return [run()];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      all.push(...error.problems);
      return [];
    }
  };
  return { all, attempt };
}

/** The model forbids it: a mistake in code that builds Tasks and Pipelines, with a stable code. */
export class SynthError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'SynthError';
  }
}
