import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { once } from '../../../words/once';
import { SynthError } from '../../../words/problem';

const TASKS = resolve(__dirname, '..');
/** A script sources a file relative to its own folder: so it runs from a checkout as it does in a Task. */
const SOURCED = /^\. "\$\(dirname "\$0"\)\/([a-z./-]+\.sh)"\n/gm;
const SHEBANG = /^#!.*\n/;
/** What the script does, in the comment at its beginning. */
const HEADER = /^#!.*\n(?:#.*\n)*/;
/** A line that is a comment alone. What a script writes by a here-document may begin with a shebang. */
const COMMENT = /^[ \t]*#(?!!).*\n/gm;
/** The beginning of every variable that Tekton replaces in a script. */
const EXPRESSION = /\$\((params|tasks|context|results|workspaces|steps|step|inputs)\./;

/**
 * The text of a script file for a step of a Task. Each file that the script sources by `. "$(dirname "$0")/<path>"` stands
 * in place of that line, so that the text in YAML is whole. Comments stay in the file, except for the one at its beginning: they were
 * a third of `dist/`, the same ones in step after step.
 * @param file path relative to lib/output/tasks, such as `deploy/deploy-app.sh`, or an absolute path
 * @throws SynthError[script-expression] if the text holds a variable that Tekton would replace, such as `$(params.app)`:
 * values reach a script by its environment and its arguments
 */
export const script = once((file) => {
  const path = resolve(TASKS, file);
  const source = readFileSync(path, 'utf8');
  const [header = ''] = HEADER.exec(source) ?? [];
  const whole = source
    .slice(header.length)
    .replace(SOURCED, (_, part: string) => readFileSync(resolve(dirname(path), part), 'utf8').replace(SHEBANG, ''));
  const text = header + whole.replace(COMMENT, '');
  const found = EXPRESSION.exec(text);
  if (found)
    throw new SynthError(
      'script-expression',
      `${file} holds '${found[0]}…)', which Tekton would paste into the script; pass it by env`,
    );
  return text;
});
