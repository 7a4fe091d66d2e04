import { dump } from 'js-yaml';
import { app as fleetApp, resolve, stackFile, team as fleetTeam } from '../../fleet/support';
import type { Stack, Team } from '../../../lib/fleet/model';
import { session } from '../../../lib/words/names';
import type { PipelineKind } from '../../../lib/words/names';
import { InputError } from '../../../lib/words/problem';
import type { PipelineManifest } from '../../../lib/runs/run/compose';
import { composeRun } from '../../../lib/runs/run/compose';
import type { Ask } from '../../../lib/runs/ask/ask';
import type { PipelineSpec } from '../../../lib/tekton/spec/wire';
import { teamParts } from '../../../lib/output/team/team-parts';
import { app, stack, team } from '../../output/team/model';
import { mostBuildsAtOnce, simulate } from '../../tekton/spec/simulator';

const shop = team({ maxParallelBuilds: 2 }, [
  stack('checkout', [
    app('fe', { propagationRole: 'originator', downstream: ['bff'], tests: { postman: 'fe.json' } }),
    app('bff', { downstream: ['api'] }),
    app('api', { repo: 'acme/mono' }),
    app('jobs', { repo: 'acme/mono' }),
  ]),
]);
const pipelineOf = (of: Team, stackOf: Stack, kind: PipelineKind) =>
  teamParts(of)
    .flatMap((part) => part.objects)
    .find(
      (object) => object.kind === 'Pipeline' && object.metadata.name === `${stackOf.name}-${kind}`,
    ) as unknown as PipelineManifest;
const [checkout] = shop.stacks as [Stack];
const asked = (pipeline: PipelineKind, over: Partial<Ask> = {}): Ask => ({
  pipeline,
  team: 'shop',
  stack: 'checkout',
  ...over,
});
const run = (pipeline: PipelineKind, over: Partial<Ask> = {}, embed = true) =>
  composeRun(pipelineOf(shop, checkout, pipeline), asked(pipeline, over), { stack: checkout, embed });
const pullRequest = { number: 7, repo: 'acme/bff' };
const param = (of: ReturnType<typeof run>, name: string) => of.spec.params?.find((each) => each.name === name)?.value;
const problems = (kind: PipelineKind, over: Partial<Ask>): string => {
  try {
    run(kind, over);
  } catch (error) {
    if (error instanceof InputError) return error.message;
  }
  return 'nothing was thrown';
};

it('ends after two hours, or when the team says, with time left for what runs at the end', () => {
  expect(run('pr-test', { apps: ['bff'], pullRequest, revision: 'a' }).spec.timeouts).toEqual({
    pipeline: '2h',
    tasks: '1h45m',
  });
  const slow = team({ timeouts: { 'pr-test': 300, bootstrap: 30 } }, shop.stacks);
  const timeouts = (kind: PipelineKind, over: Partial<Ask> = {}) =>
    composeRun(pipelineOf(slow, checkout, kind), asked(kind, over), { stack: checkout, embed: true }).spec.timeouts;
  expect(timeouts('pr-test', { apps: ['bff'], pullRequest, revision: 'a' })).toEqual({
    pipeline: '5h',
    tasks: '4h45m',
  });
  expect(timeouts('bootstrap')).toEqual({ pipeline: '30m', tasks: '15m' });
  expect(timeouts('merge-release', { apps: ['bff'], revision: 'a' })).toEqual({ pipeline: '2h', tasks: '1h45m' });
});

it('is not made of a Pipeline that says no number of minutes', () => {
  const { metadata, spec } = pipelineOf(shop, checkout, 'bootstrap');
  const odd = {
    spec,
    metadata: { ...metadata, annotations: { ...metadata.annotations, 'tekton-dag.io/timeout-minutes': 'x' } },
  };
  expect(() => composeRun(odd, asked('bootstrap'), { stack: checkout, embed: true })).toThrow(
    "metadata.annotations['tekton-dag.io/timeout-minutes']: does not say after how many minutes a run ends",
  );
});

it('takes the name of an app for nothing else', () => {
  const odd = stack('checkout', [app('constructor', { propagationRole: 'originator' })]);
  const of = team({}, [odd]);
  const made = composeRun(pipelineOf(of, odd, 'bootstrap'), asked('bootstrap'), { stack: odd, embed: true });
  expect(param(made, 'app-revisions')).toEqual({ constructor: '' });
});

it('waits in the queue of its team where Kueue lets it go on, and else goes on at once', () => {
  const made = (queue?: 'slots' | 'kueue') =>
    composeRun(pipelineOf(shop, checkout, 'bootstrap'), asked('bootstrap'), { stack: checkout, embed: true, queue });
  expect(made('kueue')).toMatchObject({
    metadata: {
      labels: {
        ...made().metadata.labels,
        'kueue.x-k8s.io/queue-name': 'pipelines-queue',
        'kueue.x-k8s.io/priority-class': 'tekton-dag-run',
      },
    },
    spec: { ...made().spec, status: 'PipelineRunPending' },
  });
  expect(made('slots')).toEqual(made());
  expect(made().spec.status).toBeUndefined();
});

describe('the run of a pull request', () => {
  const made = run('pr-test', { apps: ['bff'], pullRequest, revision: 'abc', trust: 'trusted' });

  it('builds what changed, tests what may notice, and says who it is', () => {
    expect(made.metadata).toMatchObject({
      generateName: 'pr-7-',
      namespace: 'ci-shop',
      labels: {
        'tekton-dag.io/team': 'shop',
        'tekton-dag.io/stack': 'checkout',
        'tekton-dag.io/pipeline': 'pr-test',
        'tekton-dag.io/pull-request': '7',
        'tekton-dag.io/trust': 'trusted',
      },
    });
    expect('pipelineSpec' in made.spec && made.spec.pipelineSpec.tasks?.map(({ name }) => name)).toEqual([
      'build-bff',
      'push-bff',
      'preview-bff',
      'validate-session',
      'test-fe-postman',
      'verdict',
    ]);
    expect(param(made, 'session')).toBe(session('acme/bff', 7));
    expect(made.metadata.annotations?.['tekton-dag.io/pipeline-hash']).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    [['bff'], true],
    [['jobs'], false],
  ])('of %j gives a verdict: %j, since nobody would notice a change of jobs', (apps, isGiven) => {
    const { spec } = run('pr-test', { apps, pullRequest, revision: 'abc' });
    expect('pipelineSpec' in spec && spec.pipelineSpec.tasks?.some(({ name }) => name === 'verdict')).toBe(isGiven);
    expect(spec.taskRunSpecs?.some(({ pipelineTaskName }) => pipelineTaskName === 'verdict')).toBe(isGiven);
  });

  it('runs as the account without rights but for the tasks that have another', () => {
    expect(made.spec.taskRunTemplate.serviceAccountName).toBe('tekton-dag-build');
    expect(made.spec.taskRunSpecs?.map(({ pipelineTaskName }) => pipelineTaskName).sort()).toEqual([
      'preview-bff',
      'publish-outcome',
      'validate-session',
      'verdict',
    ]);
    expect(new Set(made.spec.taskRunSpecs?.map(({ serviceAccountName }) => serviceAccountName))).toEqual(
      new Set(['tekton-dag-preview']),
    );
  });

  it('keeps what a fork pushes apart', () => {
    expect(param(run('pr-test', { apps: ['bff'], pullRequest, revision: 'abc', trust: 'untrusted' }), 'scope')).toBe(
      'fork',
    );
    expect(param(made, 'scope')).toBe('pr');
  });

  it('gives objects whole where it refers to the Pipeline: Tekton completes none from its default', () => {
    const referred = run('pr-test', { apps: ['bff'], pullRequest, revision: 'abc' }, false);
    expect(referred.spec).toMatchObject({ pipelineRef: { name: 'checkout-pr-test' } });
    expect(param(referred, 'app-revisions')).toEqual({ fe: '', bff: 'abc', api: '', jobs: '' });
    expect(param(referred, 'changed-apps')).toEqual(['bff']);
    expect(param(referred, 'test-apps')).toEqual(['fe', 'bff']);
    expect(param(referred, 'paths')).toEqual(['fe>bff']);
  });

  it('opens previews of the pull request that it says it is of, whichever app comes first', () => {
    const of = (repo: string) =>
      param(
        run('pr-test', { apps: ['bff'], pullRequest: { ...pullRequest, repo }, revision: 'abc' }, false),
        'session',
      );
    expect(of('ACME/bff')).toBe(session('acme/bff', 7));
    expect(of('acme/other')).toBe(session('acme/other', 7));
  });

  it('takes the revision for every app of the repository, and own revisions over it', () => {
    const referred = run(
      'pr-test',
      { apps: ['api', 'bff'], pullRequest, revision: 'abc', revisions: { bff: 'def' } },
      false,
    );
    expect(param(referred, 'app-revisions')).toMatchObject({ api: 'abc', bff: 'def', fe: '' });
  });

  it.each<[string, Partial<Ask>, string]>([
    ['no apps', { pullRequest, revision: 'abc' }, 'apps'],
    ['an unknown app', { apps: ['bbf'], pullRequest, revision: 'abc' }, 'did you mean bff?'],
    ['no revision', { apps: ['bff'], pullRequest }, 'revision'],
    ['one revision for two repositories', { apps: ['bff', 'api'], pullRequest, revision: 'abc' }, 'revision'],
    ['no number', { apps: ['bff'], revision: 'abc' }, 'pullRequest.number'],
    ['number 0', { apps: ['bff'], pullRequest: { ...pullRequest, number: 0 }, revision: 'abc' }, 'pullRequest.number'],
    [
      'number 1.5',
      { apps: ['bff'], pullRequest: { ...pullRequest, number: 1.5 }, revision: 'abc' },
      'pullRequest.number',
    ],
    [
      'what is no number',
      { apps: ['bff'], pullRequest: { ...pullRequest, number: NaN }, revision: 'abc' },
      'pullRequest.number',
    ],
    ['a revision that git would take for an option', { apps: ['bff'], pullRequest, revision: '--x' }, 'is malformed'],
    ['a revision with a space', { apps: ['bff'], pullRequest, revision: 'a b' }, 'is malformed'],
    [
      'the revision of an unknown app',
      { apps: ['bff'], pullRequest, revision: 'abc', revisions: { nobody: 'def' } },
      'nobody',
    ],
    [
      'another intercept backend',
      { apps: ['bff'], pullRequest, revision: 'abc', overrides: { interceptBackend: 'gateway' } },
      'the Pipeline was made for another',
    ],
  ])('is refused with %s', (_, over, said) => {
    expect(problems('pr-test', over)).toContain(said);
  });

  it('is refused with everything that is wrong at once', () => {
    expect(
      problems('pr-test', { apps: ['bbf', 'aip'], pullRequest: { ...pullRequest, number: 0 }, revision: '-x' }).split(
        '\n',
      ).length,
    ).toBeGreaterThanOrEqual(4);
  });

  it('is small also for a stack of forty apps', () => {
    const calls = (i: number) => [3 * i + 1, 3 * i + 2, 3 * i + 3].filter((at) => at < 40).map((at) => `app-${at}`);
    const apps = Array.from({ length: 40 }, (_, i) =>
      fleetApp(
        `app-${i}`,
        `propagation-role: ${i === 0 ? 'originator' : calls(i).length > 0 ? 'forwarder' : 'terminal'}, downstream: [${calls(i).join(', ')}], build: { tool: maven, java-version: "21" }, tests: { unit: mvn -B test, postman: tests/api.json }`,
      ),
    );
    const { fleet } = resolve({ teams: [fleetTeam('many', ['forty'])], stacks: [stackFile('forty', apps)] });
    const of = fleet!.teams[0]!;
    const forty = of.stacks[0]!;
    expect(forty.apps).toHaveLength(40);
    const whole = pipelineOf(of, forty, 'pr-test');
    const bytes = forty.apps.map(({ name }) => {
      const made = composeRun(
        whole,
        {
          ...asked('pr-test', {
            apps: [name],
            pullRequest: { number: 123456, repo: 'acme/any' },
            revision: 'f'.repeat(40),
            trust: 'trusted',
          }),
          team: of.name,
          stack: forty.name,
        },
        { stack: forty, embed: true },
      );
      return { name, bytes: dump(made, { lineWidth: -1 }).length };
    });
    expect(bytes).toHaveLength(40);
    expect(bytes.filter(({ bytes }) => bytes >= 20_000)).toEqual([]);
  });
});

describe('the other runs', () => {
  it('bootstrap all apps, or those named, in lanes laid for them', () => {
    const two = run('bootstrap', { apps: ['fe', 'api'], overrides: { versions: { api: '1.2.3' } } });
    expect(
      'pipelineSpec' in two.spec &&
        two.spec.pipelineSpec.tasks?.filter(({ name }) => name.startsWith('build-')).map(({ runAfter }) => runAfter),
    ).toEqual([undefined, undefined]);
    expect(param(two, 'version-overrides')).toEqual({ fe: '', api: '1.2.3' });
    expect(problems('bootstrap', { overrides: { versions: { nobody: '1.0.0' } } })).toContain('nobody');
    const all = run('bootstrap');
    expect(
      'pipelineSpec' in all.spec && all.spec.pipelineSpec.tasks?.filter(({ name }) => name.startsWith('deploy-')),
    ).toHaveLength(4);
  });

  it('release one app', () => {
    const made = run('merge-release', { apps: ['api'], revision: 'abc', overrides: { version: '2.0.0' } });
    expect('pipelineSpec' in made.spec && made.spec.pipelineSpec.tasks?.map(({ name }) => name)).toEqual([
      'release-version',
      'find-image-api',
      'build-api',
      'push-api',
      'deploy-api',
      'bump-api',
      'tag-api',
    ]);
    expect(made.spec.taskRunSpecs).toEqual(
      expect.arrayContaining([
        { pipelineTaskName: 'tag-api', serviceAccountName: 'tekton-dag-release' },
        { pipelineTaskName: 'deploy-api', serviceAccountName: 'tekton-dag-deploy' },
      ]),
    );
    expect(problems('merge-release', { apps: ['api', 'fe'], revision: 'abc' })).toContain('apps');
  });

  it('promote to a cluster that comes after another one', () => {
    const stages = team({ environment: { deploy: 'gitops' }, clusters: ['staging', 'production'] }, shop.stacks);
    const promote = (over: Partial<Ask>, promotesTo = stages.clusters) =>
      composeRun(pipelineOf(stages, checkout, 'promote'), asked('promote', over), {
        stack: checkout,
        promotesTo,
        embed: true,
      });
    const made = promote({ to: 'staging', apps: ['api'] });
    expect([made.metadata.generateName, param(made, 'to'), param(made, 'apps')]).toEqual([
      'promote-',
      'staging',
      ['api'],
    ]);
    expect(made.spec.taskRunSpecs).toEqual([{ pipelineTaskName: 'promote', serviceAccountName: 'tekton-dag-release' }]);
    expect(param(promote({ to: 'production' }), 'apps')).toEqual(['fe', 'bff', 'api', 'jobs']);
    expect(() => promote({ to: 'stagin' })).toThrow(
      /to: is not a cluster that the team promotes to \(found stagin; expected staging or production; did you mean staging\?\)/,
    );
    expect(() => promote({})).toThrow(/to: is not a cluster/);
    expect(() => promote({ to: 'staging' }, [])).toThrow(/team 'shop' promotes nothing/);
    expect(problems('verify', { revision: 'abc', to: 'staging' })).toContain('means nothing to verify');
  });

  it('verify a revision', () => {
    expect(param(run('verify', { revision: 'abc' }), 'revision')).toBe('abc');
  });
});

describe('an embedded Pipeline', () => {
  /** Nothing is skipped in a pruned run, so a success is `Succeeded` where Tekton says `Completed` of the whole. */
  const started = (spec: PipelineSpec, params: Parameters<typeof simulate>[1]) => {
    const outcome = simulate(spec, params, {
      result: (task, result) => `${task}.${result}`,
      fails: new Set(),
      duration: (task) => task.length,
    });
    const inputs = outcome.started.map(
      ({ task, inputs }) =>
        [task, JSON.parse(JSON.stringify(inputs).replaceAll('"Completed"', '"Succeeded"'))] as const,
    );
    return { inputs: new Map(inputs), results: outcome.results, atOnce: mostBuildsAtOnce(outcome) };
  };

  it.each<[PipelineKind, Partial<Ask>]>([
    ['pr-test', { apps: ['bff'], pullRequest, revision: 'abc' }],
    ['pr-test', { apps: ['jobs', 'api'], pullRequest, revision: 'abc', overrides: { forceRebuild: true } }],
    [
      'pr-test',
      { apps: ['fe', 'bff', 'api', 'jobs'], pullRequest, revisions: { fe: 'a', bff: 'b', api: 'c', jobs: 'd' } },
    ],
    ['bootstrap', {}],
    ['bootstrap', { apps: ['api'], overrides: { versions: { api: '1.2.3' } } }],
    ['merge-release', { apps: ['jobs'], revision: 'abc' }],
    ['verify', { revision: 'abc' }],
  ])('of %s with %j starts what the Pipeline itself would', (kind, over) => {
    const embedded = run(kind, over).spec;
    const whole = started(pipelineOf(shop, checkout, kind).spec, run(kind, over, false).spec.params ?? []);
    const pruned = 'pipelineSpec' in embedded ? started(embedded.pipelineSpec, embedded.params ?? []) : undefined;
    expect(pruned?.inputs).toEqual(whole.inputs);
    expect(pruned?.results).toEqual(whole.results);
    expect(pruned?.atOnce).toBeLessThanOrEqual(2);
  });

  it('is told from others by a hash that the order of keys does not change', () => {
    const whole = pipelineOf(shop, checkout, 'verify');
    const hashOf = (pipeline: PipelineManifest) =>
      composeRun(pipeline, asked('verify', { revision: 'abc' }), { stack: checkout, embed: true }).metadata.annotations;
    const turned = Object.fromEntries(Object.entries(whole.spec).reverse()) as PipelineSpec;
    expect(hashOf({ ...whole, spec: turned })).toEqual(hashOf(whole));
    expect(hashOf({ ...whole, spec: { ...whole.spec, description: 'another' } })).not.toEqual(hashOf(whole));
  });
});

describe('a Pipeline that synth did not make so', () => {
  const refused = (over: Partial<PipelineManifest['metadata']>): string => {
    const whole = pipelineOf(shop, checkout, 'verify');
    try {
      composeRun({ ...whole, metadata: { ...whole.metadata, ...over } }, asked('verify', { revision: 'abc' }), {
        stack: checkout,
        embed: true,
      });
    } catch (error) {
      if (error instanceof InputError) return error.message;
    }
    return 'nothing was thrown';
  };

  it('is refused by name', () =>
    expect(refused({ name: 'other-verify' })).toContain(
      "is not the Pipeline of verify for stack 'checkout' (found other-verify; expected checkout-verify)",
    ));
  it('is refused without what a run needs to know of it', () => {
    expect(refused({ annotations: {} }).split('\n')).toHaveLength(2);
    expect(
      refused({
        annotations: { 'tekton-dag.io/max-parallel-builds': '0', 'tekton-dag.io/accounts': '{"root": []}' },
      }).split('\n'),
    ).toHaveLength(2);
    expect(
      refused({ annotations: { 'tekton-dag.io/max-parallel-builds': '2', 'tekton-dag.io/accounts': '{"deploy": 1' } }),
    ).toContain('which task runs as which account');
  });
});
