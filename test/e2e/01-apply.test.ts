import { apply } from '../cluster/kubectl';
import { kubectl, list } from './support/kubectl';
import type { KubeObject } from './support/kubectl';
import { bringHold, bringUpMainTeam } from './support/main-team';
import { TEAM } from './support/team';

/** Story 1: what synth makes is applied to an empty cluster, gets ready, and is not changed by applying it again. */

let folders: readonly string[] = [];

it('is taken by an empty cluster', async () => {
  folders = await bringUpMainTeam();
});

it('takes a Task of the team beside its own', async () => {
  await bringHold();
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
