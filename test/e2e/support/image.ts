import { cacheClaim } from '../../../lib/words/names';
import type { Edits } from './git';
import { cloneUrl, publish } from './git';
import { kubectl } from './kubectl';
import { result } from './run';
import { suite } from './suite';
import { runTask } from './task-run';
import type { TestTeam } from './team';

/** Lets a Task of a team make an image of files, a Dockerfile among them. @returns its reference, for nodes */
export async function buildImage(team: TestTeam, name: string, files: Edits): Promise<string> {
  const { id, registry, pushRegistry } = suite();
  await publish(name, undefined, files);
  const image = `${id}/${name}`;
  const ended = await runTask(team.namespace, 'build-dockerfile', 'build', {
    app: name,
    url: cloneUrl(name),
    dockerfile: 'Dockerfile',
    scope: 'release',
    cache: cacheClaim('release'),
    image: `${pushRegistry}/${image}`,
    'release-image': `${pushRegistry}/${image}`,
  });
  if (!ended.succeeded) throw new Error(`${ended.message}\n${ended.log}`);
  // no run of the team's; its pod is not what the team's pods are judged by
  await kubectl([
    'delete',
    'taskrun',
    ended.run.metadata.name,
    '--namespace',
    team.namespace,
    '--cascade=foreground',
    '--wait',
  ]);
  return `${registry}/${image}@${result(ended.run, 'IMAGE_DIGEST')}`;
}
