import type { Task } from './answers';

/**
 * The tasks that made a run as long as it was: from the one that ended last, back to whichever of those that it waited for
 * ended last. Pure.
 */
export function criticalPath(tasks: readonly Task[]): ReadonlySet<string> {
  const begun = tasks.filter(({ startedAt, isFinal }) => startedAt !== undefined && !isFinal);
  const byName = new Map(begun.map((task) => [task.name, task]));
  const path = new Set<string>();
  let at = latest(begun);
  while (at !== undefined && !path.has(at.name)) {
    path.add(at.name);
    at = latest(at.after.flatMap((name) => byName.get(name) ?? []));
  }
  return path;
}

/** What goes on ends last. */
const latest = (tasks: readonly Task[]): Task | undefined =>
  tasks.reduce<Task | undefined>(
    (last, task) => (last === undefined || (task.finishedAt ?? '~') > (last.finishedAt ?? '~') ? task : last),
    undefined,
  );
