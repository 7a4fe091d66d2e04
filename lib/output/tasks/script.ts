import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SynthError } from '../../words/problem';

const SOURCED = /^\. "\$\(dirname "\$0"\)\/([a-z-]+\.sh)"\n/gm;
const read = (file: string): string => readFileSync(join(__dirname, file), 'utf8');

/**
 * The text of a script beside the Tasks, with what it sources (common.sh, …) in place, so that it is whole in YAML.
 * @throws SynthError[script-expression] if Tekton would paste a value into it: values arrive by environment
 */
export function script(file: string): string {
  const text = read(file).replace(SOURCED, (_, part: string) => read(part).replace(/^#!.*\n/, ''));
  const pasted = /\$\((params|tasks|context|results|workspaces|steps|step|inputs)\./.exec(text);
  if (pasted)
    throw new SynthError(
      'script-expression',
      `${file} holds '${pasted[0]}…)', which Tekton would paste into the script; pass it by env`,
    );
  return text;
}
