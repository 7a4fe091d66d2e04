import { apply } from '../cluster/kubectl';
import { publish } from './support/git';
import { applyObjects, kubectl, list } from './support/kubectl';
import type { KubeObject } from './support/kubectl';
import { HELD, HOOKS, holdTask, publishSignals } from './support/hold';
import { toolImage } from './support/suite';
import { APPS, TEAM, TRIO, publishApp, trio, writeTeam } from './support/team';
import { bringUp } from './support/team-up';

/** Story 1: what synth makes is applied to an empty cluster, gets ready, and is not changed by applying it again. */

let folders: readonly string[] = [];

beforeAll(async () => {
  await Promise.all(APPS.map((app) => publishApp(app)));
  await publish('platform', undefined, {
    'teams/e2e/versions.yaml': `# written by releases\napps:\n${APPS.map((app) => `  ${app}: { version: "0.1.0-rc.0" }\n`).join('')}`,
  });
  await publishSignals();
  writeTeam(TEAM, { [TRIO]: trio(), [HELD]: { ...trio(), hooks: HOOKS } });
});

it('is taken by an empty cluster', async () => {
  folders = await bringUp(TEAM);
});

it('takes a Task of the team beside its own', async () => {
  await applyObjects(holdTask(TEAM.namespace, toolImage('git')));
});

it('gets ready, the router included', async () => {
  const deployments = await list('deployments', TEAM.environment);
  expect(deployments.map(({ metadata }) => metadata.name)).toContain('tekton-dag-router');
  await kubectl([
    'wait',
    'deployments',
    '--all',
    '--namespace',
    TEAM.environment,
    '--for=condition=Available',
    '--timeout=120s',
  ]);
  await kubectl([
    'wait',
    'persistentvolumeclaims',
    '--all',
    '--namespace',
    TEAM.namespace,
    '--for=jsonpath={.status.phase}=Bound',
    '--timeout=60s',
  ]);
  const pods = await list<KubeObject<unknown, { phase: string }>>('pods', TEAM.environment);
  expect(pods.map(({ status }) => status?.phase)).toEqual(['Running', 'Running']);
});

it('is not changed by applying it again', () => {
  const first = apply(...folders);
  expect(apply(...folders)).toEqual(first);
});
