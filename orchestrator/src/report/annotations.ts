import { TEST_KINDS, buildTask, testTask } from '../../../lib/words/names';
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
      .flatMap(({ name }) => [buildTask(name), ...TEST_KINDS.map((kind) => testTask(name, kind))]),
  );
  return tasks
    .filter(({ name }) => own.has(name))
    .flatMap(({ failedCases = [] }) => failedCases)
    .flatMap(({ title, message = title, file, line = 1 }) =>
      file === undefined
        ? []
        : [
            {
              path: file,
              start_line: line,
              end_line: line,
              annotation_level: 'failure' as const,
              title: title.slice(0, TITLE_MAX),
              message,
            },
          ],
    )
    .slice(0, MOST);
}
