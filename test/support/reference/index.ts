import { apiPage } from './api';
import { commandsPage } from './commands';
import { errorsPage } from './errors';
import { formatsPage } from './formats';
import { metricsPage } from './metrics';
import { tasksPage } from './tasks';

/** The pages of docs/reference, by file. Each is made from what the program itself uses. */
export const referencePages = (): ReadonlyMap<string, string> =>
  new Map([
    ['api.md', apiPage()],
    ['commands.md', commandsPage()],
    ['errors.md', errorsPage()],
    ['formats.md', formatsPage()],
    ['metrics.md', metricsPage()],
    ['tasks.md', tasksPage()],
  ]);
