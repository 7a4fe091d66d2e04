import type { Fleet, Team } from '../../fleet/model';
import { isServedByCluster } from '../../fleet/model';
import type { RequiredSecret } from '../../output/secrets/required-secret';
import { createSecret, entryToFill, howMade } from '../../output/secrets/required-secret';
import { orchestratorSecrets, teamSecrets } from '../../output/secrets/secrets-of';
import { list } from '../../words/phrase';
import { loadFleet, rootOf } from '../load';
import { pick } from '../pick';
import { EXIT, print } from '../terminal';
import type { ExitCode } from '../terminal';

/** `team secrets`: each Secret that a team needs or may have, on each of its clusters, and how it comes there. */
export function listSecrets(name: string, options: { readonly root?: string }): ExitCode {
  const { fleet } = loadFleet({ root: rootOf(options) });
  const everywhere = [pick('team', fleet.teams, name), ...fleet.elsewhere.filter((team) => team.name === name)];
  print(
    everywhere
      .map((team) =>
        [`cluster ${team.cluster}:`, ...[...teamSecrets(team), ...ofItsCluster(team, fleet)].map(shown)].join('\n\n'),
      )
      .join('\n\n'),
  );
  return EXIT.done;
}

/** Those of the orchestrator that a team shares with others. */
function ofItsCluster(team: Team, { clusters }: Fleet): readonly RequiredSecret[] {
  const orchestrator = clusters.find(({ name }) => name === team.cluster)?.orchestrator;
  return orchestrator && isServedByCluster(team) ? orchestratorSecrets(orchestrator) : [];
}

function shown(secret: RequiredSecret): string {
  const { namespace, name, type, keys, readBy, use, optional } = secret;
  const named = keys.length === 0 ? 'any keys' : `key${keys.length > 1 ? 's' : ''} ${list(keys, 'and')}`;
  return [
    `${namespace}/${name}${optional ? ' (optional)' : ''}: ${use}`,
    `  ${type ?? 'any type'}, ${named}, read by ${readBy}`,
    `  ${howMade(secret) ?? createSecret(secret)}`,
  ].join('\n');
}

/** The lines by which a person makes those that are needed and that nothing else makes. */
export const linesToCreate = (secrets: readonly RequiredSecret[]): readonly string[] =>
  secrets.filter((secret) => !secret.optional && howMade(secret) === undefined).map(createSecret);

/** What the store must hold, so that External Secrets makes the others. */
export const entriesToFill = (secrets: readonly RequiredSecret[]): readonly string[] =>
  secrets.flatMap((secret) => entryToFill(secret) ?? []);
