import type { Team } from '../../fleet/model';
import type { RequiredSecret } from '../../output/team/secrets';
import { howMade, requiredSecrets } from '../../output/team/secrets';
import { list } from '../../words/phrase';
import { loadFleet, rootOf } from '../load';
import { pick } from '../pick';
import { EXIT, print } from '../terminal';
import type { ExitCode } from '../terminal';

/** `team secrets`: each Secret that a team needs or may have, on each of its clusters, and how it comes there. */
export function teamSecrets(name: string, options: { readonly root?: string }): ExitCode {
  const { teams, elsewhere } = loadFleet({ root: rootOf(options) }).fleet;
  const everywhere = [pick('team', teams, name), ...elsewhere.filter((team) => team.name === name)];
  print(everywhere.map((team) => [`cluster ${team.cluster}:`, ...secretsOf(team)].join('\n\n')).join('\n\n'));
  return EXIT.done;
}

const secretsOf = (team: Team): readonly string[] =>
  requiredSecrets(team)
    // one without keys holds a place
    .filter(({ keys }) => keys.length > 0)
    .map((secret) => [secretTitle(secret), ...linesOf(team, secret).map((line) => `  ${line}`)].join('\n'));

/** What it is for, on one line. */
export const secretTitle = ({ namespace, name, use, optional }: RequiredSecret): string =>
  `${namespace}/${name}${optional ? ' (optional)' : ''}: ${use}`;

function linesOf(team: Team, secret: RequiredSecret): readonly string[] {
  const { type, keys } = secret;
  const what = `${type}, ${keys.length > 1 ? 'keys' : 'key'} ${list(keys, 'and')}`;
  const how = howMade(team, secret);
  return 'entry' in how ? [`${what}: ${how.entry}`] : [what, how.command];
}
