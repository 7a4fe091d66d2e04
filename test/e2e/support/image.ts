import { CACHE_CLAIM } from '../../../lib/words/names';
import type { Edits } from './git';
import { cloneUrl, publish } from './git';
import { kubectl } from './kubectl';
import type { TaskRun } from './run';
import { result } from './run';
import { suite } from './suite';
import { runTask } from './task-run';
import type { TestTeam } from './team';

/** Lets a Task of a team make an image of files, a Dockerfile among them. @returns its reference, for nodes */
export async function buildImage(team: TestTeam, name: string, files: Edits): Promise<string> {
  const { id, registry, pushRegistry } = suite();
  await publish(name, undefined, files);
  const image = `${id}/${name}`;
  const source = {
    app: name,
    url: cloneUrl(name),
    dockerfile: 'Dockerfile',
    scope: 'release',
    image: `${pushRegistry}/${image}`,
    'release-image': `${pushRegistry}/${image}`,
  };
  const built = await runOnce(team, 'build-dockerfile', { ...source, cache: CACHE_CLAIM });
  const pushed = await runOnce(team, 'push-image', {
    ...source,
    built: result(built, 'BUILT') ?? '',
    'built-commit': result(built, 'COMMIT') ?? '',
  });
  return `${registry}/${image}@${result(pushed, 'IMAGE_DIGEST')}`;
}

/** It is no run of the team's: its pod is not what the team's pods are judged by. */
async function runOnce(
  { namespace }: TestTeam,
  task: string,
  params: Readonly<Record<string, string>>,
): Promise<TaskRun> {
  const { run, succeeded, message, log } = await runTask(namespace, task, 'build', params);
  if (!succeeded) throw new Error(`${message}\n${log}`);
  await kubectl(['delete', 'taskrun', run.metadata.name, '--namespace', namespace, '--cascade=foreground', '--wait']);
  return run;
}
