import type { Configuration, Placement } from '../../../lib/runs/configuration/configuration';
import { knownHint } from '../../../lib/words/nearest';
import { InputError } from '../../../lib/words/problem';
import type { RunBody } from './run-body';

/** The one stack that a body can mean. @throws InputError naming what there is */
export function findStack(
  configuration: Pick<Configuration, 'teams'>,
  { team, stack, stackFile, apps }: Pick<RunBody, 'team' | 'stack' | 'stackFile' | 'apps'>,
): Pick<Placement, 'team' | 'stack'> {
  const all = [...configuration.teams.values()];
  if (team !== undefined && !configuration.teams.has(team))
    throw wrong(
      'team',
      'there is no such team',
      team,
      all.map(({ name }) => name),
    );
  const stacks = all
    .filter(({ name }) => team === undefined || name === team)
    .flatMap((one) => one.stacks.map((stack) => ({ team: one, stack })));
  const named = stacks.filter(
    ({ stack: { name, file } }) =>
      (stack === undefined || name === stack) && (stackFile === undefined || sameFile(file, stackFile)),
  );
  if (named.length === 0)
    throw wrong(
      'stack',
      'there is no such stack',
      stack ?? stackFile ?? '',
      stacks.map(({ stack: { name, file } }) => (stack === undefined ? file : name)),
    );
  // one that has the apps, where there are several
  const holding = named.filter(({ stack }) => apps.every((app) => stack.apps.some(({ name }) => name === app)));
  const [only, ...others] = holding.length > 0 ? holding : named;
  if (only === undefined || others.length > 0)
    throw wrong(
      'stack',
      'say which stack, and of which team',
      stack ?? 'none',
      named.map(({ team, stack }) => `${team.name}/${stack.name}`),
    );
  return only;
}

const sameFile = (file: string, asked: string): boolean => file === asked || file.endsWith(`/${asked}`);

function wrong(path: string, message: string, found: string, known: readonly string[]): InputError {
  return new InputError([
    {
      file: 'body',
      path,
      message,
      found,
      ...knownHint(found, known, 'none is configured'),
      severity: 'error',
    },
  ]);
}
