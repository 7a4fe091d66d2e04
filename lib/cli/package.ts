import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The package that this program is. */

/** Its name: what a team.ts imports. */
export const PACKAGE = 'tekton-dag';

/** The folder that holds lib/: of a clone its root, of the package that npm installs the folder with what was compiled. */
export const HOME = join(__dirname, '../..');

/** Whether this is a clone, whose TypeScript runs as it is. A clone has more than the package: the orchestrator, and what generates imports/. */
export const isClone = (): boolean => existsSync(join(HOME, 'lib/cli/main.ts'));

/** The folder that holds package.json. */
export const ROOT = isClone() ? HOME : join(HOME, '../..');

/** The command line, as a file that Node runs. */
export const PROGRAM = join(ROOT, 'lib/cli/tekton-dag.js');

/** The folder that holds the example teams: their teams/, stacks/ and clusters/. */
export const EXAMPLE = isClone() ? HOME : join(HOME, 'example');
