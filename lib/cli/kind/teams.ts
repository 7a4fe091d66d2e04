import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Team } from '../../fleet/model';
import { KIND_FILE, inRepository } from '../../output/layout';
import { resolveImages } from '../../output/tasks/shared/images';
import { teamSecrets } from '../../output/secrets/secrets-of';
import { ROUTER, accountName } from '../../words/names';
import { buildImage, pushImage } from '../image';
import { program } from '../program';
import { linesToCreate } from '../secret-text';
import { during } from '../terminal';
import { createObject, kubectl, retryUnreachable, waitForDeployment } from './kubectl';
import type { Registry } from './local-cluster';
import { OBJECTS } from './settings';

/** What the teams of the cluster need: their objects, the image of their orchestrators, a webhook secret each. */

/** Whether `kind up` builds the team's orchestrator: the image that the team names is one of this registry. */
export const hasLocalOrchestrator = (team: Team, { local }: Registry): boolean =>
  team.orchestrator.enabled && team.orchestrator.mode === 'team' && orchestratorImage(team).startsWith(`${local}/`);
const orchestratorImage = (team: Team): string => resolveImages(team)('orchestrator');

/** Builds what is built here, and applies dist/kind.yaml. */
export async function applyTeams(teams: readonly Team[], registry: Registry): Promise<void> {
  const served = teams.filter((team) => hasLocalOrchestrator(team, registry));
  let objects = readFileSync(inRepository(KIND_FILE), 'utf8');
  for (const image of new Set(served.map(orchestratorImage))) {
    await buildImage('docker', image);
    await pushImage('docker', image);
    // by digest: a node does not ask the registry again for a tag that it has
    objects = objects.replaceAll(`image: ${image}\n`, `image: ${await digestOf(image)}\n`);
  }
  writeFileSync(OBJECTS, objects);
  // Tekton's webhook may need a moment more
  await during(
    `apply ${inRepository(KIND_FILE)}`,
    retryUnreachable(() => kubectl('apply', '--server-side', '--force-conflicts', '--filename', OBJECTS)),
  );
  for (const team of served) await ensureWebhookSecret(team);
}

/** The reference by digest, the way the registry knows what was pushed to it. https://docs.docker.com/reference/cli/docker/image/inspect/ */
async function digestOf(image: string): Promise<string> {
  const digests = JSON.parse(
    await program('docker', ['image', 'inspect', '--format', '{{json .RepoDigests}}', image]),
  ) as string[];
  return digests.find((each) => each.startsWith(`${image.replace(/:[^/:]+$/, '')}@`)) ?? image;
}

/** Creates the webhook secret, without which the orchestrator does not start. A secret that exists stays. */
async function ensureWebhookSecret({ namespace, secrets }: Team): Promise<void> {
  const name = secrets.names.webhook;
  if ((await kubectl('get', 'secret', name, '--namespace', namespace, '--ignore-not-found', '--output', 'name')) !== '')
    return;
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    stringData: { current: randomBytes(32).toString('hex') },
  };
  await createObject(secret);
}

/** The lines that make what a team needs and nobody has made yet. */
export async function secretsToMake(team: Team): Promise<readonly string[]> {
  const there = (await kubectl('get', 'secrets', '--namespace', team.namespace, '--output', 'name')).split('\n');
  return linesToCreate(teamSecrets(team).filter(({ name }) => !there.includes(`secret/${name}`)));
}

/** Waits for the routers of the environments and for the orchestrators that were built here. */
export async function waitForTeams(teams: readonly Team[], registry: Registry): Promise<void> {
  const environments = new Set(
    teams.filter(({ interceptBackend }) => interceptBackend === 'router').flatMap((each) => each.environments),
  );
  for (const namespace of environments) await waitForDeployment(ROUTER, namespace);
  for (const { namespace } of teams.filter((team) => hasLocalOrchestrator(team, registry)))
    await waitForDeployment(accountName('orchestrator'), namespace);
}
