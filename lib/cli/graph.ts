import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadStack } from '../fleet/formats';
import { InputError } from '../words/problem';
import { drawStack } from '../fleet/draw-stack';
import type { GraphFormat } from '../fleet/graph-format';
import { stackFiles } from './fleet-files';
import { rootOf } from './load';
import { unknownName } from './pick';
import { tablesAt } from './read-fleet';
import { readGiven } from './given';
import type { UsageError } from './usage-error';
import { EXIT, print } from './terminal';
import type { ExitCode } from './terminal';

/** A person who gives a file is told files, and who gives a name is told names. */
function unknownStack(root: string, word: string): UsageError {
  const { files } = stackFiles(root, []);
  const names = files.map((file) => file.slice('stacks/'.length, -'.yaml'.length));
  return unknownName('stack', word.includes('.') ? files : names, word);
}

/** `graph STACK`: needs no team, so the stack is drawn as its file says. */
export function graph(
  stack: string,
  { format, ...where }: { readonly format: GraphFormat; readonly root?: string },
): ExitCode {
  const root = rootOf(where);
  const file = [stack, join(root, stack), join(root, 'stacks', `${stack}.yaml`)].find(
    (path) => path.includes('.') && existsSync(path),
  );
  if (file === undefined) throw unknownStack(root, stack);
  const { value, problems } = loadStack({ file, text: readGiven(file) }, tablesAt(root)?.toolchains);
  if (value === undefined || problems.some(({ severity }) => severity === 'error')) throw new InputError(problems);
  const apps = value.apps.map((app) => ({
    name: app.name,
    downstream: app.downstream,
    propagationRole: app['propagation-role'],
    protocol: app.protocol,
  }));
  print(drawStack({ name: value.name, apps }, format));
  return EXIT.done;
}
