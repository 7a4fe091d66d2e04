import type { Stack } from '../../../lib/fleet/model';
import { nearest } from '../../../lib/words/nearest';
import type { Problem } from '../../../lib/words/problem';
import { InputError } from '../../../lib/words/problem';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { RunInput } from '../../../lib/runs/ask/run-input';
import { checkInput } from '../../../lib/runs/ask/run-input';
import { requestSpec } from '../../../lib/runs/ask/request-spec';
import { hostOfClone } from '../../../lib/runs/configuration/compile';
import type { Configuration, TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { About } from '../../../lib/runs/decisions/request';
import { runRequest } from '../../../lib/runs/decisions/request';
import type { Wish } from './wish';

/** Where a wish leads: the one stack that it can mean. @throws InputError naming what there is */
export function placeOf(
  configuration: Configuration,
  { team, stack, stackFile, apps }: Pick<Wish, 'team' | 'stack' | 'stackFile' | 'apps'>,
): { readonly team: TeamConfig; readonly stack: Stack } {
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
  const meant = nearest(found, known);
  return new InputError([
    {
      file: 'body',
      path,
      message,
      found,
      ...(meant === undefined ? { expected: known.join(', ') || 'none is configured' } : { suggestion: meant }),
      severity: 'error',
    },
  ]);
}

export interface Wanted extends Pick<About, 'name' | 'key'> {
  readonly sender: string;
  readonly trusted: boolean;
}

/**
 * The request that a wish comes to.
 * @throws InputError with everything that is wrong with it
 */
export function wanted(configuration: Configuration, wish: Wish, { name, key, sender, trusted }: Wanted): RunRequest {
  const { team, stack } = placeOf(configuration, wish);
  const { kind, to, prNumber, interceptBackend, versions, version, forceRebuild } = wish;
  const apps = kind === 'bootstrap' || kind === 'promote' ? [...wish.apps].sort() : wish.apps;
  const revision = wish.sha ?? defaultRevision(wish);
  const trust = trusted ? 'trusted' : 'untrusted';
  const input: RunInput = {
    kind,
    team: team.name,
    stack,
    apps,
    to,
    promotesTo: team.promotesTo,
    appRevisions: wish.revisions,
    revision,
    pr: prNumber,
    interceptBackend,
    version,
    versionOverrides: versions ?? {},
    forceRebuild: forceRebuild ?? false,
    ...((kind === 'pr-test' || kind === 'merge-release') && { trust }),
  };
  const problems: readonly Problem[] = checkInput('body', input).filter(({ severity }) => severity === 'error');
  if (problems.length > 0) throw new InputError(problems);

  const spec = { ...requestSpec(input), source: { event: 'api', sender } };
  const app = stack.apps.find(({ name }) => name === apps[0]);
  return runRequest(team, spec, {
    name,
    key,
    ...(prNumber !== undefined && app && { repo: { host: hostOfClone(app.cloneUrl), fullName: app.repo } }),
  });
}

/** Of the original, a run names no commit: the head of the pull request, and what the default branch has, are meant. */
function defaultRevision({ kind, prNumber, isOld }: Wish): string | undefined {
  if (kind === 'pr-test' && prNumber !== undefined) return `refs/pull/${prNumber}/head`;
  return kind === 'merge-release' && isOld ? 'HEAD' : undefined;
}
