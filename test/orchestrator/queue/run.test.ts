import { ANNOTATIONS, LABELS } from '../../../lib/words/labels';
import type { InputError } from '../../../lib/words/problem';
import type { Ask } from '../../../lib/runs/ask/ask';
import type { PipelineManifest } from '../../../lib/runs/run/compose';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { Request, Run } from '../../../orchestrator/src/queue/objects';
import { PENDING } from '../../../orchestrator/src/queue/objects';
import { askedOf, readAsked } from '../../../orchestrator/src/queue/asked';
import { checkRequest, refusalOf, runOf } from '../../../orchestrator/src/queue/run';
import { statusOf } from '../../../orchestrator/src/queue/status';
import { NAMESPACE, pipelinesIn, request, team } from '../support/team';

interface Made {
  readonly metadata: {
    readonly name: string;
    readonly generateName?: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  };
  readonly spec: {
    readonly status: string;
    readonly pipelineRef?: object;
    readonly pipelineSpec?: object;
    readonly params: readonly { readonly name: string; readonly value: unknown }[];
  };
}

const stored = (spec: Partial<Ask>, status?: Request['status']): Request => ({
  ...request('asked', spec),
  metadata: {
    name: 'asked',
    namespace: NAMESPACE,
    uid: 'uid-asked',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  status,
});
const pr: Partial<Ask> = {
  pipeline: 'pr-test',
  apps: ['web'],
  revision: 'abc',
  pullRequest: { number: 7, repo: 'acme/web' },
};
const make = (spec: Partial<Ask>, as: TeamConfig = { ...team(1), promotesTo: ['staging'] }): Made => {
  const one = stored(spec);
  const pipeline = pipelinesIn(NAMESPACE).find(({ metadata }) => metadata.name === `shop-${one.spec.pipeline}`)!;
  // what no task uses is given to no run
  const params = [
    { name: 'scope', value: '$(params.scope)' },
    { name: 'apps', value: ['$(params.test-apps[*])'] },
  ];
  const declared = [
    { name: 'scope', type: 'string' },
    { name: 'test-apps', type: 'array' },
  ];
  const tasks = pipeline.spec.tasks.map((task) => ({ ...task, params }));
  return runOf(one, as, {
    ...pipeline,
    spec: one.spec.pipeline === 'pr-test' ? { params: declared, tasks } : pipeline.spec,
  } as unknown as PipelineManifest) as Made;
};
const param = ({ spec }: Made, name: string): unknown => spec.params.find((one) => one.name === name)?.value;

describe('the run of a request', () => {
  it('has its name, knows it, says which Pipeline it was made from, and waits to be started', () => {
    const { metadata, spec } = make(pr);
    expect(metadata).toMatchObject({
      name: 'asked',
      namespace: NAMESPACE,
      labels: { [LABELS.request]: 'asked', [LABELS.pullRequest]: '7', [LABELS.team]: 'x' },
    });
    expect(metadata.annotations).toMatchObject({
      [ANNOTATIONS.requestUid]: 'uid-asked',
      [ANNOTATIONS.pipelineHash]: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(metadata.generateName).toBeUndefined();
    expect(spec.status).toBe(PENDING);
  });

  it('says what was asked for and when, for whoever keeps it longer than its request', () => {
    const { metadata } = make({ ...pr, source: { event: 'x', sender: 'ann' } });
    expect(readAsked({ metadata } as unknown as Run)).toEqual({
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      spec: expect.objectContaining({ ...pr, source: { event: 'x', sender: 'ann' } }),
    });
    const revisions = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`app-${index}`, 'r'.repeat(255)]));
    expect(askedOf(stored({ ...pr, revisions }))).toEqual({});
  });

  it('bears its Pipeline, or names it where the team says that runs do', () => {
    expect([make(pr).spec.pipelineRef, make(pr).spec.pipelineSpec]).toEqual([undefined, expect.anything()]);
    const { spec } = make(pr, { ...team(1), runs: 'reference' });
    expect([spec.pipelineRef, spec.pipelineSpec, spec.status]).toEqual([{ name: 'shop-pr-test' }, undefined, PENDING]);
  });

  it.each<[string, Partial<Ask>]>([
    ['tekton-dag-run', pr],
    ['tekton-dag-run', { pipeline: 'bootstrap' }],
    ['tekton-dag-release', { pipeline: 'promote', to: 'staging', apps: ['api'] }],
    ['tekton-dag-first', { ...pr, priority: 1 }],
    ['tekton-dag-last', { pipeline: 'promote', to: 'staging', apps: ['api'], priority: -5 }],
  ])('waits for Kueue with priority %s, in no queue until its request knows it: %j', (priority, spec) => {
    const { metadata, spec: run } = make(spec, { ...team(1), promotesTo: ['staging'], queue: { kind: 'kueue' } });
    expect(run.status).toBe(PENDING);
    expect(metadata.labels).toMatchObject({
      'kueue.x-k8s.io/queue-name': '',
      'kueue.x-k8s.io/priority-class': priority,
    });
  });

  it.each<TeamConfig['queue']>([undefined, { kind: 'slots' }])('has no label of Kueue with %j', (queue) =>
    expect(Object.keys(make(pr, { ...team(1), queue }).metadata.labels).filter((key) => key.includes('kueue'))).toEqual(
      [],
    ),
  );

  it('is not trusted unless somebody said so who may', () => {
    expect(make(pr).metadata.labels[LABELS.trust]).toBe('untrusted');
    expect(param(make(pr), 'scope')).toBe('fork');
    expect(param(make({ ...pr, trust: 'trusted' }), 'scope')).toBe('pr');
  });

  it('promotes what is asked for, else all', () => {
    expect(make({ pipeline: 'promote', to: 'staging', apps: ['api'] }).spec.status).toBe(PENDING);
    expect(() =>
      checkRequest(stored({ pipeline: 'promote', to: 'staging' }), { ...team(1), promotesTo: ['staging'] }),
    ).not.toThrow();
    expect(() => checkRequest(stored({ pipeline: 'promote', to: 'staging' }), team(1))).toThrow(/promotes nothing/);
  });

  it('tests the apps that are asked for, else those that changed and reach them', () => {
    expect(param(make(pr), 'test-apps')).toEqual(['web']);
    expect(param(make({ ...pr, testApps: ['api'] }), 'test-apps')).toEqual(['api']);
  });

  it.each<[string, Partial<Ask>, RegExp]>([
    ['of another team', { team: 'y' }, /asked: team: is not the team of namespace 'team-x' \(found y; expected x\)/],
    ['of no stack', { stack: 'shoq' }, /asked: stack: is none of team 'x' .*did you mean shop\?/],
    [
      'for an app that there is not',
      { ...pr, apps: ['wep'] },
      /apps: stack 'shop' has no such app .*did you mean web\?/,
    ],
    ['for tests of an app that there is not', { ...pr, testApps: ['wep'] }, /testApps: stack 'shop' has no such app/],
    [
      'for a cluster that the team does not promote to',
      { pipeline: 'promote', to: 'stagin' },
      /to: is not a cluster that the team promotes to .*did you mean staging\?/,
    ],
    [
      'with what means nothing to it',
      { pipeline: 'bootstrap', testApps: ['web'] },
      /testApps: means nothing to bootstrap/,
    ],
  ])('is not made %s', (_, spec, why) => {
    try {
      make(spec);
      throw new Error('it was made');
    } catch (error) {
      expect(refusalOf(error as InputError)).toMatch(why);
    }
  });
});

describe('the status of a request', () => {
  const NOW = new Date('2026-01-01T01:00:00Z');
  const run = (status: Run['status'], specStatus?: string): Run => ({
    metadata: { name: 'asked', namespace: NAMESPACE, uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { status: specStatus },
    status,
  });
  const condition = (status: string, reason: string) => [
    { type: 'Succeeded', status, reason, message: `because of ${reason}` },
  ];
  const going = stored({}, { phase: 'Running', runUID: 'u' });

  it.each([
    ['True', 'Completed', 'Succeeded'],
    ['False', 'Failed', 'Failed'],
    ['False', 'PipelineRunTimeout', 'Failed'],
    ['False', 'Cancelled', 'Cancelled'],
    ['False', 'CancelledRunFinally', 'Cancelled'],
  ])('after %s for %s is %s', (status, reason, phase) => {
    expect(
      statusOf(going, run({ conditions: condition(status, reason), completionTime: '2026-01-01T00:30:00Z' }), NOW),
    ).toMatchObject({ phase, message: `because of ${reason}`, finishedAt: '2026-01-01T00:30:00.000Z' });
  });

  it('names the images that were built, where the reports are, and what the tests came to', () => {
    const results = [
      { name: 'web-IMAGE_URL', value: 'r/web' },
      { name: 'web-IMAGE_DIGEST', value: 'sha256:1' },
      { name: 'web-TREE', value: 'a1' },
      { name: 'api-IMAGE_URL', value: '' },
      { name: 'api-IMAGE_DIGEST', value: '' },
      { name: 'reports', value: 'pvc://x' },
    ];
    const tests = { passed: 3, failed: 1, errors: 0, skipped: 0, flaky: 0, failures: ['test-web-postman: pays'] };
    const told = (value: string) =>
      statusOf(going, run({ conditions: condition('True', 'Completed'), results: [{ name: 'tests', value }] }), NOW);
    expect(told(JSON.stringify(tests))?.results).toEqual({ tests });
    expect(told('{"passed":"3"}')).not.toHaveProperty('results');
    expect(statusOf(going, run({ conditions: condition('True', 'Completed'), results }), NOW)?.results).toEqual({
      images: [{ app: 'web', url: 'r/web', digest: 'sha256:1', tree: 'a1' }],
      reports: 'pvc://x',
    });
  });

  it('is written when something has changed, and never again once it is over', () => {
    const admitted = stored({}, { phase: 'Admitted', runUID: 'u' });
    expect(statusOf(admitted, run(undefined, PENDING), NOW)).toBeUndefined();
    expect(
      statusOf(admitted, run({ startTime: '2026-01-01T00:00:01Z', conditions: condition('Unknown', 'Running') }), NOW),
    ).toEqual({ phase: 'Running', startedAt: '2026-01-01T00:00:01.000Z' });
    expect(
      statusOf(going, run({ startTime: '2026-01-01T00:00:01Z', conditions: condition('Unknown', 'Running') }), NOW),
    ).toBeUndefined();
    expect(
      statusOf(stored({}, { phase: 'Failed', runUID: 'u' }), run({ conditions: condition('True', 'Completed') }), NOW),
    ).toBeUndefined();
  });

  it('says what its run waits for, when that changes, until it waits for nothing', () => {
    const begun = run({ startTime: '2026-01-01T00:00:01Z', conditions: condition('Unknown', 'Running') });
    const waiting = stored({}, { ...going.status, message: 'for a node' });
    expect(statusOf(going, begun, NOW, 'for a node')).toEqual({ message: 'for a node' });
    expect(statusOf(waiting, begun, NOW, 'for a node')).toBeUndefined();
    expect(statusOf(waiting, begun, NOW, null)).toEqual({ message: null });
    expect(statusOf(waiting, begun, NOW)).toBeUndefined();
    expect(statusOf(going, begun, NOW, null)).toBeUndefined();
    expect(statusOf(going, begun, NOW, 'x'.repeat(2000))?.message).toHaveLength(1024);
  });

  it('keeps nothing of what its run waited for once that is over', () => {
    const waiting = stored({}, { ...going.status, message: 'for a node' });
    const over = (message?: string) =>
      run({ conditions: [{ type: 'Succeeded', status: 'False', reason: 'Failed', message }] });
    expect(statusOf(waiting, over('Tasks Completed: 1'), NOW)?.message).toBe('Tasks Completed: 1');
    expect(statusOf(waiting, over(), NOW)?.message).toBeNull();
  });

  it('says of a run that was deleted that it is', () => {
    expect(statusOf(going, undefined, NOW)).toMatchObject({
      phase: 'Failed',
      message: 'its run was deleted before it was over',
    });
    expect(statusOf(stored({ cancel: true }, going.status), undefined, NOW)).toMatchObject({ phase: 'Cancelled' });
  });
});
