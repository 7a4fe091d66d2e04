import { LEASES, REQUESTS, RUNS, isDone } from '../../../orchestrator/src/queue/objects';
import type { KindRef } from '../../../lib/kube/api';
import { request } from '../../orchestrator/support/team';
import type { Held, Passing } from './support/proxy';
import type { Replica } from './support/replica';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/**
 * A replica that dies, or sleeps, at each step of an admission: just before the step is done, and just after. One team a
 * step; the first replica is caught in all of them at once, and the second has to bring everything to its end.
 */

const STEPS = ['take the slot', 'read the request', 'create the run', 'write its UID', 'start it'] as const;
const POINTS = STEPS.flatMap((step) => (['before', 'after'] as const).map((when) => ({ step, when })));

const namespaces = (kind: string): readonly string[] => POINTS.map((_, index) => `queue-${kind}-${index}`);
const of = ({ plural }: KindRef, namespace: string, name = ''): string =>
  `/namespaces/${namespace}/${plural}${name && `/${name}`}`;

/** The request by which a replica does a step for the first request of a team. */
function isStep(step: (typeof STEPS)[number], namespace: string): (passing: Passing) => boolean {
  const path: Readonly<Record<(typeof STEPS)[number], readonly [method: string, path: string]>> = {
    'take the slot': ['POST', of(LEASES, namespace)],
    'read the request': ['GET', of(REQUESTS, namespace, 'first')],
    'create the run': ['POST', of(RUNS, namespace)],
    'write its UID': ['PATCH', `${of(REQUESTS, namespace, 'first')}/status`],
    'start it': ['PATCH', of(RUNS, namespace, 'first')],
  };
  const [method, end] = path[step];
  return (passing) => passing.method === method && passing.path.endsWith(end);
}

/** Two replicas, the first of which has begun with the first request of every team, and is held at each team's step. */
async function caught(
  scene: Scene,
  teams: readonly string[],
): Promise<{ readonly first: Replica; readonly held: readonly Held[] }> {
  const first = await scene.program.start('first');
  await first.proxy.passed(3 * teams.length, ({ path }) => path.includes('watch=true'));
  await first.proxy.passed(1, ({ method, path }) => method === 'POST' && path.endsWith('/leases'));
  const held = Promise.all(POINTS.map(({ step, when }, index) => first.proxy.hold(isStep(step, teams[index]!), when)));
  await Promise.all(teams.map((team) => scene.ask(team, request('first'))));
  const all = await held;
  await scene.program.start('second');
  await Promise.all(teams.map((team) => scene.ask(team, request('second'))));
  return { first, held: all };
}

const limitsOf = (teams: readonly string[]) => Object.fromEntries(teams.map((team) => [team, 1]));

/** Opens a scene, and holds it against the promises when all is over. @param act returns how many requests it made */
async function play(kind: string, act: (scene: Scene, teams: readonly string[]) => Promise<number>): Promise<void> {
  const teams = namespaces(kind);
  const scene = await Scene.open(limitsOf(teams), () => true);
  try {
    const asked = await act(scene, teams);
    const requests = await scene.quiet();
    expect(requests.filter(({ status }) => status?.phase !== 'Succeeded')).toEqual([]);
    await scene.history.stop();
    expect(scene.history.violations()).toEqual([]);
    expect(scene.history.started).toBe(asked);
  } finally {
    await scene.close();
  }
}

it('what a replica that was killed had begun, another ends', () =>
  play('kill', async (scene, teams) => {
    const { first, held } = await caught(scene, teams);
    first.signal('SIGKILL');
    held.forEach((one) => one.drop());
    return 2 * teams.length;
  }));

it('what a replica does too late, after the run was made, ended and was deleted by others, starts nothing', () =>
  play('stop', async (scene, teams) => {
    const { first, held } = await caught(scene, teams);
    first.signal('SIGSTOP');
    await scene.quiet();
    for (const { metadata } of (await scene.runs()).filter(isDone))
      await scene.api.delete(RUNS, metadata.namespace, metadata.name);
    await Promise.all(teams.map((team) => scene.ask(team, request('third'))));
    // the calls that were under way arrive now, and their answers; then it goes on where it was
    held.forEach((one) => one.pass());
    first.signal('SIGCONT');
    return 3 * teams.length;
  }));
