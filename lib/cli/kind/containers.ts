import { resolve } from 'node:path';
import { program } from '../program';
import { during } from '../terminal';
import type { Registry } from './local-cluster';
import { GIT, LABEL, REGISTRY_IMAGE, REPOSITORIES } from './settings';

/** The containers beside the nodes: the registry and the git server. https://kind.sigs.k8s.io/docs/user/local-registry/ */

/** Starts the registry, which nodes and this machine reach. */
export const startRegistry = ({ name, local, port }: Registry): Promise<void> =>
  startContainer(name, ['--publish', `127.0.0.1:${local.split(':')[1]}:${port}`, REGISTRY_IMAGE]);

/** Starts the git server, which serves the repositories in a folder to pods. */
export function startGitServer(): Promise<void> {
  // git trusts only repositories of the user that it runs as
  const user = process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.() ?? 0}`];
  return startContainer(GIT.name, [
    ...user,
    '--volume',
    `${resolve(REPOSITORIES)}:/git`,
    GIT.image,
    'git',
    'daemon',
    '--base-path=/git',
    '--export-all',
    '--enable=receive-pack',
    '--reuseaddr',
    '/git',
  ]);
}

/** Removes the containers that `kind up` has made, and no others. */
export async function removeContainers(): Promise<void> {
  const ids = (await program('docker', ['ps', '--all', '--quiet', '--filter', `label=${LABEL}`]))
    .split('\n')
    .filter((id) => id !== '');
  if (ids.length > 0)
    await during('remove its registry and git server', program('docker', ['rm', '--force', '--volumes', ...ids]));
}

/** Starts a container on the network of the nodes, where pods reach it by its name. `args` end with its image and command. */
async function startContainer(name: string, args: readonly string[]): Promise<void> {
  const networks = (
    await program('docker', ['ps', '--all', '--filter', `name=^${name}$`, '--format', '{{.Networks}}'])
  ).trim();
  if (networks === '')
    return void (await during(
      `start ${name}`,
      program('docker', [
        'run',
        '--detach',
        '--restart',
        'always',
        '--name',
        name,
        '--label',
        LABEL,
        '--network',
        'kind',
        ...args,
      ]),
    ));
  if (!networks.split(',').includes('kind')) await program('docker', ['network', 'connect', 'kind', name]);
  // does nothing if it runs
  await program('docker', ['start', name]);
}
