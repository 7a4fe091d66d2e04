import type { PodEvent } from '../../../orchestrator/src/queue/event';
import type { Ask } from '../../../orchestrator/src/queue/waits';
import { Waits, waitOfPods, waitOfTaskRuns } from '../../../orchestrator/src/queue/waits';
import { PATIENCE_MS } from '../../../orchestrator/src/queue/pod';
import type { TaskRun } from '../../../orchestrator/src/queue/task';
import * as pods from '../support/pods';
import { MADE_AT } from '../support/pods';
import { requestOf, taskRun } from '../support/reported';

const LATER = MADE_AT + PATIENCE_MS;
const going = requestOf({ status: { phase: 'Running', runUID: 'run', startedAt: '2026-01-01T00:00:00Z' } });
const unasked = async (): Promise<never> => {
  throw new Error('it was asked after');
};
const nobody: Ask = { taskRunsOf: unasked, eventsOf: unasked };

/** As Tekton 1.15 writes it where a ResourceQuota has no room for the pod. */
const overQuota: TaskRun = {
  ...taskRun('build-api'),
  status: {
    conditions: [
      {
        type: 'Succeeded',
        status: 'Unknown',
        reason: 'ExceededResourceQuota',
        message:
          'TaskRun Pod exceeded available resources: pods "asked-build-api-pod" is forbidden: exceeded quota: team, requested: requests.cpu=2, used: requests.cpu=0, limited: requests.cpu=1',
      },
    ],
    podName: '',
  },
};

describe('of several pods', () => {
  const image = pods.withoutImage({ task: 'build-web', made: '2026-01-01T00:00:05Z' });

  it('what will not go away by itself comes first, and the others are counted', () => {
    expect(waitOfPods([pods.tooLarge(), image, pods.running({ task: 'test' })], LATER)?.text).toMatch(
      /^build-web cannot pull .*; 1 more of its tasks waits$/,
    );
  });

  it('else the oldest', () => {
    const younger = pods.tooLarge({ task: 'a', made: '2026-01-01T00:00:01Z' });
    expect(waitOfPods([younger, pods.tooLarge(), pods.homeless({ task: 'z' })], LATER + 1_000)?.text).toMatch(
      /^build-api waits for a node: .*; 2 more of its tasks wait$/,
    );
  });
});

it('says what a run waits for whose pods do not run, and no more once they do', async () => {
  const waits = new Waits(nobody);
  expect(waits.messages).toBeUndefined();
  await waits.look([going], [pods.tooLarge()], LATER);
  expect(waits.messages?.get('run')).toMatch(/^build-api waits for a node/);
  await waits.look([going], [pods.running()], LATER + 10_000);
  expect([...(waits.messages ?? [])]).toEqual([]);
});

it('keeps its words for a minute while a run waits for the same', async () => {
  const waits = new Waits(nobody);
  const said = async (cpu: string, at: number) => {
    await waits.look([going], [pods.tooLarge({ requests: { cpu } })], at);
    return waits.messages?.get('run');
  };
  const first = await said('1', LATER);
  expect(await said('2', LATER + 59_000)).toBe(first);
  expect(await said('2', LATER + 60_000)).toContain('asks for 2 CPU');
  await waits.look([going], [pods.homeless()], LATER + 61_000);
  expect(waits.messages?.get('run')).toContain('asks for 2 CPU');
  await waits.look([going], [pods.withoutImage()], LATER + 62_000);
  expect(waits.messages?.get('run')).toContain('cannot pull');
});

it('says nothing of what is over, or waits for its turn', async () => {
  const waits = new Waits(nobody);
  const over = requestOf({ status: { phase: 'Failed', runUID: 'run' } });
  await waits.look([over, requestOf({})], [pods.tooLarge()], LATER);
  expect([...(waits.messages ?? [])]).toEqual([]);
});

describe('of a run without pods', () => {
  it('Tekton is asked, though not between two tasks, and twice a minute at most', async () => {
    let asked = 0;
    const waits = new Waits({
      ...nobody,
      taskRunsOf: async () => {
        asked++;
        return [taskRun('build-web', { succeeded: 'True' }), overQuota];
      },
    });
    const at = async (ms: number) => {
      await waits.look([going], [], LATER + ms);
      return [asked, waits.messages?.get('run')];
    };
    const text = expect.stringMatching(
      /^build-api waits for room in a quota: .*exceeded quota: team, requested: requests\.cpu=2.*\. Raise `quota` of the team, or wait until other pods end$/,
    );
    expect(await at(0)).toEqual([0, undefined]);
    expect(await at(PATIENCE_MS - 1)).toEqual([0, undefined]);
    expect(await at(PATIENCE_MS)).toEqual([1, text]);
    expect(await at(PATIENCE_MS + 29_000)).toEqual([1, text]);
    expect(await at(PATIENCE_MS + 30_000)).toEqual([2, text]);
    await waits.look([going], [pods.running()], LATER + PATIENCE_MS + 31_000);
    expect([...(waits.messages ?? [])]).toEqual([]);
    expect(await at(PATIENCE_MS + 32_000)).toEqual([2, undefined]);
  });

  it('a replica that begins to lead takes nothing back that it has not looked at', async () => {
    const waits = new Waits({ ...nobody, taskRunsOf: async () => [overQuota] });
    await waits.look([{ ...going, status: { ...going.status, message: 'waits' } }], [], LATER);
    expect(waits.messages?.get('run')).toContain('quota');
  });

  it('an API server that does not answer changes nothing', async () => {
    const waits = new Waits(nobody);
    await waits.look([going], [], LATER);
    await waits.look([going], [], LATER + PATIENCE_MS);
    expect([...(waits.messages ?? [])]).toEqual([]);
  });

  it('says who keeps it waiting', () => {
    const admitted = requestOf({ status: { phase: 'Admitted', runUID: 'run' } });
    expect(waitOfTaskRuns(admitted, [])?.text).toMatch(/^waits for Tekton, which has not begun the run/);
    expect(waitOfTaskRuns(going, [])).toBeUndefined();
    expect(waitOfTaskRuns(going, [taskRun('build-web', { succeeded: 'True' })])).toBeUndefined();
    expect(waitOfTaskRuns(going, [taskRun('build-web', { message: 'not resolved yet' })])?.text).toBe(
      'build-web waits for Tekton to make its pod: not resolved yet',
    );
  });
});

it('a quota is told while other pods of the run go on', async () => {
  const waits = new Waits({ ...nobody, taskRunsOf: async () => [taskRun('build-web', {}), overQuota] });
  const said = async (ms: number) => {
    await waits.look([going], [pods.running()], LATER + ms);
    return waits.messages?.get('run');
  };
  expect(await said(0)).toBeUndefined();
  expect(await said(PATIENCE_MS)).toMatch(/^build-api waits for room in a quota/);
});

describe('of a pod that has its node and does not begin', () => {
  const event = (message: string, lastTimestamp: string): PodEvent => ({
    metadata: { name: message, namespace: 'ci' },
    message,
    lastTimestamp,
  });
  const missing = event('MountVolume.SetUp failed for volume "npm" : secret "npm" not found', '2026-01-01T00:01:00Z');
  const long = event('Unable to attach or mount volumes: timed out waiting for the condition', '2026-01-01T00:02:00Z');

  it('Events say why, and are asked for twice a minute at most', async () => {
    const asked: string[] = [];
    const waits = new Waits({
      ...nobody,
      eventsOf: async (namespace, pod) => {
        asked.push(`${namespace}/${pod}`);
        return [missing, long];
      },
    });
    const waiting = pods.beginning();
    for (const ms of [0, 29_000, 30_000]) await waits.look([going], [waiting], LATER + ms);
    const { namespace, name } = waiting.metadata;
    expect(asked).toEqual(Array(2).fill(`${namespace}/${name}`));
    expect(waits.messages?.get('run')).toMatch(
      /^build-api waits on node \S+: MountVolume\.SetUp failed for volume "npm" : secret "npm" not found\. `kubectl describe pod/,
    );
  });

  it('what may not be asked, or is not there, is not told', async () => {
    for (const ask of [nobody, { ...nobody, eventsOf: async () => [long] }]) {
      const waits = new Waits(ask);
      await waits.look([going], [pods.beginning()], LATER);
      expect(waits.messages?.get('run')).toMatch(/^build-api waits on node \S+ for its images or its volumes: /);
    }
  });
});
