import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../words/problem';
import { loadFleet } from '../load';
import { synth } from '../synth';
import { EXIT, print, printDone } from '../terminal';
import type { ExitCode } from '../terminal';
import { removeContainers, startGitServer, startRegistry } from './containers';
import { deleteNodes, startNodes } from './nodes';
import { checkPrograms } from './programs';
import { localCluster } from './local-cluster';
import { FOLDER, NAME, REPOSITORIES } from './settings';
import { applyTeams, secretsToMake, waitForTeams } from './teams';
import { installTekton } from './tekton';
import { nextSteps, shellVariables } from './texts';

/**
 * A cluster of Docker containers for one person: Kubernetes by Kind, a registry and a git server beside it, Tekton, and
 * what dist/kind.yaml holds.
 */

/** `kind up`. Each step first checks whether it is done, so a second call goes on where the first was interrupted, and applies what has changed since. */
export async function kindUp(): Promise<ExitCode> {
  await checkPrograms();
  await synth([], {});
  const { fleet } = loadFleet({});
  const cluster = localCluster(fleet.clusters);
  const teams = fleet.teams.filter((each) => each.cluster === NAME);
  const [team] = teams;
  if (team === undefined)
    throw new InputError([
      {
        file: 'teams',
        message: `no team runs on this cluster: give one cluster: '${NAME}'`,
        severity: 'error',
      },
    ]);
  mkdirSync(REPOSITORIES, { recursive: true });
  await startNodes(cluster.registry);
  await startRegistry(cluster.registry);
  await startGitServer();
  await installTekton(cluster);
  await applyTeams(teams, cluster.registry);
  await waitForTeams(teams, cluster.registry);
  writeFileSync(join(FOLDER, 'env'), shellVariables(cluster.registry));
  print(nextSteps(cluster, team, await secretsToMake(team)));
  return EXIT.done;
}

/** `kind down`: removes what `kind up` has made, and nothing else. */
export async function kindDown(): Promise<ExitCode> {
  await checkPrograms();
  await deleteNodes();
  await removeContainers();
  rmSync(FOLDER, { recursive: true, force: true });
  printDone(`the cluster, its registry and ${FOLDER} are gone`);
  return EXIT.done;
}
