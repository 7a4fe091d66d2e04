import { CACHE_CLAIM } from '../../../lib/words/names';
import type { Edits } from './git';
import { cloneUrl, publish } from './git';
import { kubectl, list } from './kubectl';
import type { TaskRun } from './run';
import { result } from './run';
import { suite, toolImage } from './suite';
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
    toolchain: toolImage('node-22'),
  };
  const built = await runOnce(team, await builderOf(team), { ...source, cache: CACHE_CLAIM });
  const pushed = await runOnce(team, 'push-image', {
    ...source,
    built: result(built, 'BUILT') ?? '',
    'built-commit': result(built, 'COMMIT') ?? '',
  });
  return `${registry}/${image}@${result(pushed, 'IMAGE_DIGEST')}`;
}

/** Any builder of the team: without a command it compiles nothing, and a Dockerfile is all the same to it. */
async function builderOf({ name, namespace }: TestTeam): Promise<string> {
  const names = (await list('tasks', namespace)).map(({ metadata }) => metadata.name);
  const found = names.find((task) => task.startsWith('build-'));
  if (found === undefined) throw new Error(`team ${name} has no Task that builds`);
  return found;
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
