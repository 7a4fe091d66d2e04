import { MAIN_TEAM, belongings } from './belongings';
import { HELD, HOOKS, HOOK_TASKS, holdTask, publishSignals } from './hold';
import { applyObjects, kubectl, list } from './kubectl';
import type { Deployment } from './previews';
import { succeeds } from './run';
import { toolImage } from './suite';
import { APPS, TEAM, TRIO, beginVersions, imageRegistry, publishApp, trio, writeTeam } from './team';
import { bringUp } from './team-up';

/**
 * The environment that stories 1 to 6 share. Whoever comes first makes it: `bringUpMainTeam` its objects, `mainTeam` its apps,
 * too. Story 6 removes it, or else the suite's end.
 */

/** @returns the folders of what it applied */
export async function bringUpMainTeam(): Promise<readonly string[]> {
  await Promise.all(APPS.map((app) => publishApp(app)));
  await beginVersions(TEAM, '0.1.0-rc.0');
  await publishSignals();
  writeTeam(
    TEAM,
    { [TRIO]: trio(), [HELD]: { ...trio(), hooks: HOOKS } },
    { maxParallelBuilds: 2, externalTasks: HOOK_TASKS },
  );
  return bringUp(TEAM, MAIN_TEAM);
}

/** A Task of the team beside its own. It comes last, so where it is, the team is up. */
export const bringHold = (): Promise<string> => applyObjects(holdTask(TEAM.namespace, toolImage('git')));

export async function mainTeamIsUp(): Promise<boolean> {
  if (!belongings().some(({ object }) => object === `namespace/${TEAM.namespace}`)) return false;
  return (await kubectl(['get', 'task', 'hold', '--namespace', TEAM.namespace, '--ignore-not-found'])) !== '';
}

export async function mainTeam(): Promise<void> {
  if (!(await mainTeamIsUp())) {
    await bringUpMainTeam();
    await bringHold();
  }
  const deployments = await list<Deployment>('deployments', TEAM.environment, 'tekton-dag.io/app');
  const deployed = (app: string): boolean =>
    deployments.some(
      ({ metadata, spec }) =>
        metadata.name === app &&
        spec.template.spec.containers[0]?.image.startsWith(`${imageRegistry(TEAM)}/${app}@`) === true,
    );
  if (!APPS.every(deployed)) await succeeds(['bootstrap']);
}
