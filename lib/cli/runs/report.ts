import { EXIT, print, tell } from '../terminal';
import type { ExitCode } from '../terminal';
import type { Api, ApiOptions } from './api';
import { connectToApi } from './api';
import type { Run, Task } from './answers';
import { hasSucceeded, isOver } from './answers';
import type { Seen } from './changes';
import { untilOver } from './changes';
import { paint } from './colour';
import { compareRuns } from './compare';
import { against } from './green';
import { asJson, oneLine } from './harmless';
import { runNamed, tasksOf } from './named';
import { reportText } from './report-text';
import { taken } from './span';

export interface ReportOptions extends ApiOptions {
  readonly against?: string;
  readonly wait?: true;
  readonly format: 'text' | 'json';
}

/** `report RUN`: what a run came to. @returns done only for a run that has succeeded */
export async function report(name: string, options: ReportOptions): Promise<ExitCode> {
  const api = connectToApi(options);
  if (options.wait) await untilOver(api, waiting(api, name));
  const [run, tasks] = await Promise.all([runNamed(api, name), tasksOf(api, name)]);
  const other = options.against === undefined ? undefined : await against(api, run.value, options.against);
  const comparison = other && compareRuns(other.value, run.value);
  if (options.format === 'json') {
    const compared = other && { against: other.raw, ...comparison };
    print(asJson({ run: run.raw, tasks: tasks.raw, ...(compared && { compared }) }, 2));
  } else {
    const compared = other && comparison && { other: other.value, ...comparison };
    print(reportText({ run: run.value, tasks: tasks.value, compared, now: Date.now() }, paint));
  }
  return hasSucceeded(run.value) ? EXIT.done : EXIT.failed;
}

/** Tells how the run gets on, to whoever waits for its end. */
function waiting(api: Api, name: string): () => Promise<Seen> {
  const told = new Map<string, string>();
  const tellChange = (what: string, state: string, text: string): void => {
    if (told.get(what) !== state) tell(oneLine(text));
    told.set(what, state);
  };
  return async () => {
    const { value: run } = await runNamed(api, name);
    tellChange('', `${run.status} ${run.message}`, progressOf(run));
    if (isOver(run)) return 'over';
    for (const task of (await tasksOf(api, name)).value.tasks)
      if (isTold(task)) tellChange(task.name, task.state, `  ${task.name} ${task.state} ${taken(task, Date.now())}`);
    return 'goes on';
  };
}

const progressOf = ({ name, status, message }: Run): string =>
  `${name} ${status}${message === undefined ? '' : `: ${message}`}`;

const isTold = ({ state }: Task): boolean => !['waiting', 'skipped'].includes(state);
