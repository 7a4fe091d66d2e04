import type { Fleet, Team } from '../../fleet/model';
import { isServedByCluster } from '../../fleet/model';
import type { RequiredSecret } from '../../output/secrets/required-secret';
import { distinct } from '../../output/secrets/required-secret';
import { orchestratorSecrets, ownSecrets, teamSecrets } from '../../output/secrets/secrets-of';
import { loadFleet, rootOf } from '../load';
import { pick } from '../pick';
import { secretsAsJson, shownSecret } from '../secret-text';
import { EXIT, print } from '../terminal';
import type { ExitCode } from '../terminal';

/** The options of `team secrets`. */
interface SecretsOptions {
  readonly root?: string;
  readonly format: 'text' | 'json';
}

/** `team secrets`: each Secret that a team needs or may have, on each of its clusters, and how it comes there. */
export function listSecrets(name: string, options: SecretsOptions): ExitCode {
  const { fleet, extensions } = loadFleet({ root: rootOf(options) });
  const everywhere = [pick('team', fleet.teams, name), ...fleet.elsewhere.filter((team) => team.name === name)];
  const clusters = everywhere.map((team) => ({
    cluster: team.cluster,
    secrets: [
      ...distinct([...teamSecrets(team), ...ownSecrets(team, extensions.fleet?.secrets)]),
      ...ofItsCluster(team, fleet),
    ],
  }));
  print(
    options.format === 'json'
      ? secretsAsJson(clusters)
      : clusters
          .map(({ cluster, secrets }) =>
            secrets.length === 0
              ? `cluster ${cluster}: no Secrets are needed`
              : [`cluster ${cluster}:`, ...secrets.map(shownSecret)].join('\n\n'),
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
