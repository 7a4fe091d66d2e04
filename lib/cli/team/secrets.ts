import type { Team } from '../../fleet/model';
import type { RequiredSecret } from '../../output/team/secrets';
import { requiredSecrets, storeEntry } from '../../output/team/secrets';
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
    .map((secret) => [secretTitle(secret), ...howMade(team, secret).map((line) => `  ${line}`)].join('\n'));

/** What it is for, on one line. */
export const secretTitle = ({ namespace, name, use, optional }: RequiredSecret): string =>
  `${namespace}/${name}${optional ? ' (optional)' : ''}: ${use}`;

/** An ExternalSecret makes what is needed, and nobody but a person what is optional. */
function howMade(team: Team, { name, namespace, type, keys, optional }: RequiredSecret): readonly string[] {
  const what = `${type}, ${keys.length > 1 ? 'keys' : 'key'} ${list(keys, 'and')}`;
  const entry = optional ? undefined : storeEntry(team, name);
  if (entry !== undefined) return [`${what}: made of the entry ${entry} of store ${team.secrets.store?.name}`];
  const values = keys.map((key) => `--from-file=${key}=FILE`).join(' ');
  const typed = type === 'Opaque' ? '' : ` --type=${type}`;
  return [what, `kubectl create secret generic ${name} --namespace=${namespace}${typed} ${values}`];
}
