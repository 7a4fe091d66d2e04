import { KINDS_OF_TESTS, buildTask, testTask } from '../../../lib/words/names';
import type { Task } from '../queue/task';

/** Test cases that failed, at their lines in the files of a pull request. */

/** GitHub takes no more at once, and adds those that it is given later to those that it has. https://docs.github.com/en/rest/checks/runs#update-a-check-run */
const MOST = 50;

/** As GitHub takes it: plain text, which it shows as such. */
export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: 'failure';
  readonly title: string;
  readonly message: string;
}
const TITLE_MAX = 255;

/**
 * @param repo `owner/name`: the files of other repositories that are tested in the run are not in this one
 */
export function annotationsOf(
  tasks: readonly Task[],
  stack: { readonly apps: readonly { readonly name: string; readonly repo: string }[] },
  repo: string,
): readonly Annotation[] {
  const own = new Set(
    stack.apps
      .filter((app) => app.repo.toLowerCase() === repo.toLowerCase())
      .flatMap(({ name }) => [buildTask(name), ...KINDS_OF_TESTS.map((kind) => testTask(name, kind))]),
  );
  const found = new Map<string, { readonly failed: Annotation; readonly ways: string[] }>();
  for (const { name, combination, failedCases = [] } of tasks) {
    if (!own.has(combination?.task ?? name)) continue;
    for (const { title, message = title, file, line = 1 } of failedCases) {
      if (file === undefined) continue;
      const key = JSON.stringify([file, line, title]);
      const known = found.get(key);
      const ways = combination === undefined ? [] : [combination.name];
      if (known !== undefined && combination !== undefined) known.ways.push(...ways);
      // parameters of a test may leave several cases of one name
      else
        found.set(known === undefined ? key : `${key} ${found.size}`, {
          failed: annotation(title, message, file, line),
          ways,
        });
    }
  }
  return [...found.values()]
    .map(({ failed, ways }) => ({ ...failed, title: titleIn(failed.title, ways) }))
    .slice(0, MOST);
}

const annotation = (title: string, message: string, path: string, line: number): Annotation => ({
  path,
  start_line: line,
  end_line: line,
  annotation_level: 'failure',
  title,
  message,
});

/** A case that failed in several combinations is told once, with their names. */
const titleIn = (title: string, ways: readonly string[]): string =>
  (ways.length === 0 ? title : `${title} (${ways.join(', ')})`).slice(0, TITLE_MAX);
