import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadStack } from '../fleet/formats';
import { InputError } from '../words/problem';
import type { GraphFormat } from '../fleet/draw-stack';
import { drawStack } from '../fleet/draw-stack';
import { readText } from './read-text';
import { EXIT, UsageError, print, tellProblems } from './terminal';
import type { ExitCode } from './terminal';

/** `graph STACK`: needs no team, so the stack is drawn as its file says. */
export function graph(
  stack: string,
  { format, root = '.' }: { readonly format: GraphFormat; readonly root?: string },
): ExitCode {
  const file = [stack, join(root, stack), join(root, 'stacks', `${stack}.yaml`)].find(
    (path) => path.includes('.') && existsSync(path),
  );
  if (file === undefined)
    throw new UsageError(`there is no stack '${stack}': give a file, or the name of one in stacks/`);
  const { value, problems } = loadStack({ file, text: readText(file) });
  if (value === undefined || problems.some(({ severity }) => severity === 'error')) throw new InputError(problems);
  tellProblems(problems);
  const apps = value.apps.map((app) => ({
    name: app.name,
    downstream: app.downstream,
    propagationRole: app['propagation-role'],
    protocol: app.protocol,
  }));
  print(drawStack({ name: value.name, apps }, format));
  return EXIT.done;
}
