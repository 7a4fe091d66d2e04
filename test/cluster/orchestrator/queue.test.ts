import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiError } from '../../../lib/kube/api';
import { PIPELINES, RUNS, isFinal, isPending } from '../../../orchestrator/src/queue/objects';
import type { Request, Run } from '../../../orchestrator/src/queue/objects';
import type { Made } from '../../orchestrator/support/team';
import { pipelinesIn, request } from '../../orchestrator/support/team';
import { applyObjects, kubectl } from '../kubectl';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** What two replicas make of requests of several teams, with what stands in for Tekton, on a real API server. */

const [BUSY, IDLE, DENIED, OTHERS] = ['queue-busy', 'queue-idle', 'queue-denied', 'queue-others'];
const LIMITS = { [BUSY]: 3, [IDLE]: 1, [DENIED]: 1, [OTHERS]: 2 };

let scene: Scene;
/** Namespaces whose runs go on; the others' end by themselves. */
const going = new Set([BUSY, OTHERS]);
const goesOn = ({ metadata }: Run): boolean => going.has(metadata.namespace);

beforeAll(async () => {
  scene = await Scene.open(LIMITS, (run) => !goesOn(run));
  await Promise.all([scene.program.start('first'), scene.program.start('second')]);
});
afterAll(() => scene.close());
afterEach(() => expect(scene.history.violations()).toEqual([]));

const outcome = async (namespace: string, name: string): Promise<Request> =>
  scene.until(60, async () => {
    const found = (await scene.requests()).find(
      ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
    );
    return found !== undefined && isFinal(found) ? found : `${name}: ${JSON.stringify(found?.status)}`;
  });
const runsOf = async (namespace: string): Promise<readonly Run[]> =>
  (await scene.runs()).filter(({ metadata }) => metadata.namespace === namespace);

it('serves many requests in their turn, within the limit, while another team does not wait for them', async () => {
  const many = Array.from({ length: 30 }, (_, index) => request(`many-${index}`, { priority: index % 3 }));
  await Promise.all(many.map((one) => scene.ask(BUSY, one)));
  await scene.ask(IDLE, request('alone'));
  // no slot of the busy team comes free meanwhile
  const { status } = await outcome(IDLE, 'alone');
  expect((await scene.requests()).filter((one) => one.metadata.namespace === BUSY && !isFinal(one))).toHaveLength(
    many.length,
  );
  going.delete(BUSY);
  scene.tekton.lookAgain();
  expect(status).toMatchObject({
    phase: 'Succeeded',
    slot: 'slot-0',
    runUID: expect.any(String),
    queuedAt: expect.any(String),
    admittedAt: expect.any(String),
    startedAt: expect.any(String),
    finishedAt: expect.any(String),
  });
  await scene.until(100, async () => {
    const open = (await scene.requests()).filter((one) => one.metadata.namespace === BUSY && !isFinal(one));
    return open.length === 0 || `${open.length} of ${many.length} are not over`;
  });
  expect((await runsOf(BUSY)).length).toBe(many.length);
});

it('makes one run of a request that is made a hundred times at once', async () => {
  const made = await Promise.allSettled(Array.from({ length: 100 }, () => scene.ask(IDLE, request('same'))));
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(new Set(made.flatMap((one) => (one.status === 'rejected' ? [(one.reason as ApiError).status] : [])))).toEqual(
    new Set([409]),
  );
  await outcome(IDLE, 'same');
  expect((await runsOf(IDLE)).filter(({ metadata }) => metadata.name === 'same')).toHaveLength(1);
});

it('says of a run that admission denies why, and goes on with the next', async () => {
  const policy = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'queue-denies' },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: ['tekton.dev'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pipelineruns'] },
        ],
      },
      validations: [{ expression: "object.metadata.name != 'denied'", message: 'no run of this name here' }],
    },
  };
  const binding = {
    apiVersion: policy.apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'queue-denies' },
    spec: {
      policyName: 'queue-denies',
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': DENIED } } },
    },
  };
  applyObjects([policy, binding]);
  try {
    const probe = {
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      metadata: { name: 'denied' },
      spec: { status: 'PipelineRunPending', pipelineRef: { name: 'x' } },
    };
    await scene.until(60, async () => {
      const denial = await scene.api.create(RUNS, DENIED, probe).then(
        () => undefined,
        (error: ApiError) => error.message,
      );
      if (denial === undefined) await scene.api.delete(RUNS, DENIED, 'denied');
      return denial?.includes('no run of this name') || 'the policy is not in force';
    });
    await scene.ask(DENIED, request('denied'));
    await scene.ask(DENIED, request('next'));
    expect((await outcome(DENIED, 'denied')).status).toMatchObject({
      phase: 'Refused',
      message: expect.stringContaining('no run of this name here'),
    });
    expect((await outcome(DENIED, 'next')).status?.phase).toBe('Succeeded');
  } finally {
    kubectl(['delete', 'validatingadmissionpolicy,validatingadmissionpolicybinding', 'queue-denies']);
  }
});

it('lets others go before a request whose Pipeline is not there, until it is', async () => {
  const [verify] = pipelinesIn(DENIED).filter(({ metadata }) => metadata.name === 'shop-verify');
  await scene.api.delete(PIPELINES, DENIED, 'shop-verify');
  await scene.ask(DENIED, request('early'));
  await scene.ask(DENIED, request('other', { pipeline: 'bootstrap' }));
  expect((await outcome(DENIED, 'other')).status?.phase).toBe('Succeeded');
  const { status } = (await scene.requests()).find(({ metadata }) => metadata.name === 'early')!;
  expect(status).toEqual({
    phase: 'Queued',
    message: `waits for Pipeline shop-verify, which is not in namespace ${DENIED}`,
  });
  await scene.api.create(PIPELINES, DENIED, verify!);
  expect((await outcome(DENIED, 'early')).status?.phase).toBe('Succeeded');
});

it.each<[string, Made, RegExp]>([
  [
    'of a stack that there is not',
    request('no-stack', { stack: 'shopp' }),
    /stack: is none of team .*did you mean shop\?/,
  ],
  [
    'of an app that there is not',
    request('no-app', {
      pipeline: 'pr-test',
      apps: ['wed'],
      revision: 'main',
      pullRequest: { number: 1, repo: 'acme/web' },
    }),
    /has no such app .*did you mean web\?/,
  ],
])('refuses a request %s', async (_, one, why) => {
  await scene.ask(DENIED, one);
  expect((await outcome(DENIED, one.metadata.name)).status).toMatchObject({
    phase: 'Refused',
    message: expect.stringMatching(why),
  });
});

it('counts runs that were made past it, cancels what it is told to, and waits for nothing that was deleted', async () => {
  const direct = {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name: 'direct' },
    spec: { pipelineRef: { name: 'shop-verify' } },
  };
  await scene.api.create(RUNS, OTHERS, direct);
  await scene.until(
    60,
    async () =>
      (await runsOf(OTHERS)).some(
        ({ metadata, status }) => metadata.name === 'direct' && status?.startTime !== undefined,
      ) || 'it has not begun',
  );
  const phases = async () =>
    Object.fromEntries(
      (await scene.requests())
        .filter(({ metadata }) => metadata.namespace === OTHERS)
        .map(({ metadata, status }) => [metadata.name, status?.phase]),
    );
  const become = (expected: Readonly<Record<string, string>>) =>
    scene.until(
      60,
      async () =>
        JSON.stringify(expected) === JSON.stringify(await phases()) || `they are ${JSON.stringify(await phases())}`,
    );
  await scene.ask(OTHERS, request('a'));
  await become({ a: 'Running' });
  await scene.ask(OTHERS, request('b'));
  await scene.ask(OTHERS, request('c'));
  // with the direct one, two go on
  await sleep(1_000);
  expect(await phases()).toEqual({ a: 'Running', b: 'Queued', c: 'Queued' });
  kubectl(['patch', 'rreq', 'b', '--namespace', OTHERS, '--type=merge', '--patch={"spec":{"cancel":true}}']);
  await become({ a: 'Running', b: 'Cancelled', c: 'Queued' });
  expect((await runsOf(OTHERS)).map(({ metadata }) => metadata.name).sort()).toEqual(['a', 'direct']);
  kubectl(['patch', 'rreq', 'a', '--namespace', OTHERS, '--type=merge', '--patch={"spec":{"cancel":true}}']);
  await become({ a: 'Cancelled', b: 'Cancelled', c: 'Running' });
  expect((await runsOf(OTHERS)).find(({ metadata }) => metadata.name === 'a')?.spec.status).toBe('CancelledRunFinally');
  await scene.api.delete(RUNS, OTHERS, 'c');
  await become({ a: 'Cancelled', b: 'Cancelled', c: 'Failed' });
  await scene.api.delete(RUNS, OTHERS, 'direct');
  expect((await scene.runs()).filter(isPending)).toEqual([]);
});
