import type { PipelineKind } from '../../../lib/words/names';
import type { PipelineSpec, PipelineTask } from '../../../lib/tekton/spec/wire';
import type { Team } from '../../../lib/fleet/model';
import { teamParts } from '../../../lib/output/team/team-parts';
import { app, stack, team } from '../team/model';

/** fe → bff → api, a queue that is no HTTP, tests on some. */
const shop = (over: Parameters<typeof team>[0] = {}, hooks: Partial<ReturnType<typeof stack>['hooks']> = {}): Team =>
  team({ maxParallelBuilds: 2, ...over }, [
    stack(
      'checkout',
      [
        app('fe', {
          propagationRole: 'originator',
          downstream: ['bff'],
          tests: { playwright: 'tests', postman: 'fe.json' },
        }),
        app('bff', { downstream: ['api', 'queue'], tests: { postman: 'bff.json', unit: 'npm test' } }),
        app('api', {
          propagationRole: 'terminal',
          build: { tool: 'pip', version: '3.12', env: { A: 'b' }, platforms: [] },
        }),
        app('queue', { propagationRole: 'terminal', protocol: 'tcp', build: { env: {}, platforms: [] } }),
      ],
      { hooks: { 'pre-build': [], 'post-build': [], 'pre-test': [], 'post-test': [], ...hooks } },
    ),
  ]);

const pipeline = (given: Team, kind: PipelineKind) => {
  const objects = teamParts(given).flatMap((part) => part.objects);
  return objects.find(
    (object) => object.kind === 'Pipeline' && object.metadata.name === `checkout-${kind}`,
  ) as unknown as { metadata: { annotations: Record<string, string> }; spec: PipelineSpec };
};
const tasks = ({ spec }: { spec: PipelineSpec }) =>
  new Map([...(spec.tasks ?? []), ...(spec.finally ?? [])].map((task) => [task.name, task]));
const param = (task: PipelineTask | undefined, name: string) => task?.params?.find((each) => each.name === name)?.value;
const guard = (name: string, values: string) => [{ input: name, operator: 'in', values: [values] }];
/** Every task that comes before one, by order or by what it is given. */
const resolved =
  (all: ReadonlyMap<string, PipelineTask>) =>
  (name: string, seen = new Set<string>()): ReadonlySet<string> => {
    const task = all.get(name);
    const given = [...JSON.stringify(task?.params ?? []).matchAll(/\$\(tasks\.([^.]+)\./g)].map(
      ([, before]) => before!,
    );
    for (const before of [...(task?.runAfter ?? []), ...given])
      if (!seen.has(before)) resolved(all)(before, seen.add(before));
    return seen;
  };
const accounts = (given: { metadata: { annotations: Record<string, string> } }) =>
  JSON.parse(given.metadata.annotations['tekton-dag.io/accounts']!) as Record<string, string[]>;

describe('bootstrap', () => {
  const whole = pipeline(shop(), 'bootstrap');
  const all = tasks(whole);

  it('builds in lanes, whatever the call graph, and deploys what is called first', () => {
    const builds = [...all.keys()].filter((name) => name.startsWith('build-'));
    expect(builds).toHaveLength(4);
    expect(builds.filter((name) => (all.get(name)?.runAfter ?? []).length === 0)).toHaveLength(2);
    expect(all.get('deploy-fe')?.runAfter).toEqual(['deploy-bff']);
    expect(all.get('deploy-bff')?.runAfter).toEqual(['deploy-api', 'deploy-queue']);
    expect(param(all.get('deploy-fe'), 'image')).toBe(
      'registry.example.com/shop/fe@$(tasks.push-fe.results.IMAGE_DIGEST)',
    );
  });

  it('guards each app, and asks the entry apps at the end', () => {
    expect(all.get('build-api')?.when).toEqual(guard('api', '$(params.apps[*])'));
    expect(all.get('deploy-api')?.when).toEqual(guard('api', '$(params.apps[*])'));
    expect(all.get('smoke')?.when).toBeUndefined();
    expect(param(all.get('smoke'), 'targets')).toEqual(['fe=http://fe.shop-staging.svc.cluster.local:80']);
  });

  it('pushes as a release, and lets only deployments leave the account without rights', () => {
    expect([param(all.get('build-api'), 'scope'), param(all.get('build-api'), 'image')]).toEqual([
      'release',
      'registry.example.com/shop/api',
    ]);
    // by the default of the Task, whoever builds
    expect(param(all.get('build-api'), 'cache')).toBeUndefined();
    // where it pushes, releases are
    expect(param(all.get('build-api'), 'release-image')).toBeUndefined();
    expect(Object.keys(accounts(whole))).toEqual(['deploy']);
  });

  it('tells a build what the stack says of the app', () => {
    expect(all.get('build-api')?.taskRef?.name).toBe('build-pip');
    expect(param(all.get('build-api'), 'toolchain')).toContain('python:3.12');
    expect(param(all.get('build-api'), 'build-env')).toEqual(['A=b']);
    expect(param(all.get('build-bff'), 'unit-test')).toBe('npm test');
    expect(all.get('build-queue')?.taskRef?.name).toBe('build-dockerfile');
  });

  it('pushes what a build says that it made, told the same of the app as the build', () => {
    const push = all.get('push-api');
    expect(push?.taskRef?.name).toBe('push-image');
    expect(push?.when).toEqual(all.get('build-api')?.when);
    expect(param(push, 'built')).toBe('$(tasks.build-api.results.BUILT)');
    expect(param(push, 'built-commit')).toBe('$(tasks.build-api.results.COMMIT)');
    const source = (of: typeof push) =>
      of?.params?.filter(({ name }) => !['built', 'built-commit', 'cache'].includes(name));
    expect(source(push)).toEqual(source(all.get('build-api')));
  });

  it('exposes every image for Chains', () => {
    expect(whole.spec.results).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'fe-IMAGE_URL', value: '$(tasks.push-fe.results.IMAGE_URL)' }),
        expect.objectContaining({ name: 'fe-IMAGE_DIGEST' }),
      ]),
    );
  });
});

describe('pr-test', () => {
  const whole = pipeline(shop(), 'pr-test');
  const all = tasks(whole);

  it('keeps what unit tests report, in these runs alone', () => {
    const builds = (kind: PipelineKind, unitReports?: readonly string[]) => {
      const bff = app('bff', { tests: { unit: 'npm test', ...(unitReports && { unitReports }) } });
      const given = tasks(pipeline(team({}, [stack('checkout', [bff, app('api')])]), kind));
      return ['bff', 'api'].map((name) => {
        return param(given.get(`build-${name}`), 'unit-reports');
      });
    };
    expect(builds('pr-test')).toEqual(['**/junit*.xml\n**/test-results/**\n**/coverage/**', undefined]);
    expect(builds('pr-test', ['out/*.xml'])[0]).toEqual('out/*.xml');
    expect(builds('pr-test', [])).toEqual([undefined, undefined]);
    expect(builds('bootstrap')).toEqual([undefined, undefined]);
  });

  it('feeds a preview by the digest of its build, below the path of who pushed', () => {
    expect(param(all.get('preview-bff'), 'image')).toBe(
      'registry.example.com/shop/$(params.scope)/bff@$(tasks.push-bff.results.IMAGE_DIGEST)',
    );
    expect(param(all.get('build-bff'), 'image')).toBe('registry.example.com/shop/$(params.scope)/bff');
    expect(param(all.get('build-bff'), 'release-image')).toBe('registry.example.com/shop/bff');
    expect(all.has('preview-queue')).toBe(false);
  });

  it('validates once every preview is open, tests then, and gives the verdict last', () => {
    expect(all.get('validate-session')?.runAfter).toEqual(
      expect.arrayContaining(['preview-fe', 'preview-bff', 'preview-api']),
    );
    expect(param(all.get('validate-session'), 'paths')).toBe('$(params.paths[*])');
    expect(whole.spec.params?.find(({ name }) => name === 'paths')?.default).toEqual(['fe', 'fe>bff', 'fe>bff>api']);
    expect(all.get('test-fe-postman')?.runAfter).toEqual(['validate-session']);
    expect(all.get('test-fe-postman')).toMatchObject({
      when: guard('fe', '$(params.test-apps[*])'),
      onError: 'continue',
    });
    expect(all.get('verdict')?.runAfter).toEqual(['test-fe-postman', 'test-fe-playwright', 'test-bff-postman']);
  });

  it('leaves closing the previews to the orchestrator', () =>
    expect(whole.spec.finally?.map(({ name }) => name)).toEqual(['publish-outcome']));

  it('closes the previews whatever happened where there is no orchestrator', () => {
    const alone = pipeline(shop({ orchestrator: { enabled: false } }), 'pr-test');
    expect(alone.spec.finally?.map(({ name }) => name)).toEqual(['close-previews', 'publish-outcome']);
    expect(param(tasks(alone).get('close-previews'), 'run-uid')).toBe('$(context.pipelineRun.uid)');
    expect(accounts(alone).preview).toContain('close-previews');
  });

  it('runs what a pull request brings without rights, and holds no release', () => {
    const { preview = [], ...others } = accounts(whole);
    expect(others).toEqual({});
    expect(preview.some((name) => name.startsWith('build-') || name.startsWith('test-'))).toBe(false);
    expect(preview).toEqual(expect.arrayContaining(['preview-fe', 'validate-session', 'verdict', 'publish-outcome']));
  });

  it.each(['none', 'gateway', 'mirrord', 'telepresence'] as const)(
    'asks no router where there is none (%s)',
    (interceptBackend) => {
      const plain = tasks(pipeline(shop({ interceptBackend }), 'pr-test'));
      expect(plain.has('validate-session')).toBe(false);
      expect(plain.get('test-fe-postman')?.runAfter).toEqual(
        expect.arrayContaining(['preview-fe', 'preview-bff', 'preview-api']),
      );
    },
  );
});

describe('where Git owns the Deployments', () => {
  const gitOps = shop({ environment: { deploy: 'gitops' } });

  it('a bootstrap records all that it built in one commit, and waits for Argo CD to bring it', () => {
    const all = tasks(pipeline(gitOps, 'bootstrap'));
    const order = resolved(all);
    expect(all.get('record-images')?.runAfter).toEqual(['push-api', 'push-queue', 'push-bff', 'push-fe']);
    expect(all.get('deploy-fe')).toMatchObject({
      taskRef: { name: 'await-rollout' },
      when: [
        ...guard('fe', '$(params.apps[*])'),
        // what waits in a pull request is not there to wait for
        { input: '$(tasks.record-images.results.PULL_REQUEST)', operator: 'in', values: [''] },
      ],
    });
    expect(param(all.get('deploy-fe'), 'commit')).toBe('$(tasks.record-images.results.COMMIT)');
    expect([...order('smoke')]).toEqual(expect.arrayContaining(['deploy-fe', 'deploy-api', 'record-images']));
  });

  it('a release says in Git what is to run before it waits for that', () => {
    const whole = pipeline(gitOps, 'merge-release');
    expect(param(tasks(whole).get('deploy-api'), 'commit')).toBe('$(tasks.bump-api.results.COMMIT)');
    expect(resolved(tasks(whole))('bump-api')).not.toContain('deploy-api');
    expect(accounts(whole).deploy).toContain('deploy-api');
  });
});

describe('promote', () => {
  const gitOps = { deploy: 'gitops' } as const;

  it('commits as release, for all apps unless some are named', () => {
    const whole = pipeline(shop({ environment: gitOps, clusters: ['staging', 'production'] }), 'promote');
    expect(accounts(whole)).toEqual({ release: ['promote'] });
    expect(tasks(whole).get('promote')?.params).toEqual([
      { name: 'to', value: '$(params.to)' },
      { name: 'apps', value: '$(params.apps[*])' },
    ]);
    expect(whole.spec.params?.find(({ name }) => name === 'apps')?.default).toEqual(['fe', 'bff', 'api', 'queue']);
  });

  it.each([
    ['is on one cluster', { environment: gitOps }],
    ['has its apps deployed by runs', { clusters: ['staging'] }],
  ])('is none of a team that %s', (_, over) => expect(pipeline(shop(over), 'promote')).toBeUndefined());
});

describe('merge-release', () => {
  const whole = pipeline(shop(), 'merge-release');
  const all = tasks(whole);

  it('takes what was tested into the build, and goes on with its digest alone', () => {
    expect(param(all.get('build-api'), 'tested-image')).toBe('$(tasks.find-image-api.results.IMAGE)');
    expect(param(all.get('build-api'), 'tested-key')).toBe('$(tasks.find-image-api.results.KEY)');
    expect(param(all.get('tag-api'), 'digest')).toBe('$(tasks.push-api.results.IMAGE_DIGEST)');
    expect(param(all.get('bump-api'), 'digest')).toBe('$(tasks.push-api.results.IMAGE_DIGEST)');
  });

  it('gives a version to what serves: one that was rolled back would keep it from the commit that fixes it', () => {
    expect(all.get('bump-api')?.runAfter).toEqual(['deploy-api']);
  });

  it('tags what is on record, and begins with nothing that cannot be recorded', () => {
    expect(param(all.get('tag-api'), 'version')).toBe('$(tasks.bump-api.results.VERSION)');
    expect(all.get('deploy-api')?.runAfter).toContain('release-version');
  });

  it('guards every task of an app by the app that is released', () => {
    for (const name of ['find-image-fe', 'build-fe', 'push-fe', 'tag-fe', 'deploy-fe', 'bump-fe'])
      expect(all.get(name)?.when).toEqual(guard('fe', '$(params.app)'));
  });

  it('keeps the account that releases from the build and the deployment', () => {
    const { release, deploy } = accounts(whole);
    expect(release).toEqual(expect.arrayContaining(['release-version', 'find-image-fe', 'tag-fe', 'bump-fe']));
    expect(release?.some((name) => name.startsWith('build-') || name.startsWith('deploy-'))).toBe(false);
    expect(deploy).toEqual(expect.arrayContaining(['deploy-fe']));
  });
});

it('lets an app say how long its build and its tests may take, and writes it as Tekton does', () => {
  const timed = team({}, [
    stack('checkout', [
      app('fe', {
        build: { tool: 'npm', env: {}, platforms: [], timeoutMinutes: 90 },
        tests: { postman: 'a.json', playwright: 'e2e', timeoutMinutes: 50 },
      }),
      app('api', { tests: { postman: 'a.json' } }),
    ]),
  ]);
  const all = tasks(pipeline(timed, 'pr-test'));
  const timeouts = ['build-fe', 'push-fe', 'test-fe-postman', 'test-fe-playwright', 'build-api', 'test-api-postman'];
  expect(timeouts.map((name) => all.get(name)?.timeout)).toEqual([
    '1h30m0s',
    '30m0s',
    '50m0s',
    '50m0s',
    '45m0s',
    '30m0s',
  ]);
});

it.each(['bootstrap', 'pr-test', 'merge-release'] as const)('runs no task of %s a second time', (kind) => {
  const all = [...tasks(pipeline(shop(), kind)).values()];
  expect(all.filter(({ retries }) => retries !== undefined)).toEqual([]);
});

describe('hooks', () => {
  const hooked = shop(
    {},
    {
      'pre-build': ['prepare', 'licences'],
      'post-build': ['image-scan'],
      'pre-test': ['seed'],
      'post-test': ['notify'],
    },
  );

  it('run where their names say, one after another, told what they ask for', () => {
    const all = tasks(pipeline(hooked, 'pr-test'));
    expect(all.get('pre-build')?.taskRef?.name).toBe('prepare');
    expect(all.get('pre-build-2')).toMatchObject({ taskRef: { name: 'licences' }, runAfter: ['pre-build'] });
    expect(
      [...all.values()].filter(
        ({ name, runAfter = [] }) => name.startsWith('build-') && runAfter.includes('pre-build-2'),
      ),
    ).toHaveLength(2);
    expect(all.get('post-build-fe')).toMatchObject({
      taskRef: { name: 'image-scan' },
      when: guard('fe', '$(params.changed-apps[*])'),
    });
    expect(all.get('post-build-fe')?.params?.map(({ name }) => name)).toEqual(['app', 'image']);
    expect(all.get('preview-fe')?.runAfter).toEqual(['post-build-fe']);
    expect(all.get('pre-test')?.runAfter).toEqual(['validate-session']);
    expect(all.get('test-fe-postman')?.runAfter).toEqual(['pre-test']);
    expect(param(all.get('post-test'), 'status')).toBe('$(tasks.status)');
  });

  it('are told which apps change, and after a build what was built of which commit', () => {
    const own = shop({ externalTasks: ['look'] }, { 'pre-build': ['look'], 'post-build': ['look'] });
    const of = (kind: PipelineKind) => {
      const all = tasks(pipeline(own, kind));
      const told = [all.get('pre-build'), all.get('post-build-fe')].map((task) =>
        Object.fromEntries((task?.params ?? []).map(({ name, value }) => [name, value])),
      );
      return told as [Record<string, unknown>, Record<string, unknown>];
    };
    const [before, after] = of('pr-test');
    expect(before).toMatchObject({ 'changed-apps': '$(params.changed-apps[*])', scope: '$(params.scope)' });
    expect(Object.keys(before)).not.toContain('url');
    expect(after).toMatchObject({
      app: 'fe',
      url: 'https://github.com/acme/fe',
      commit: '$(tasks.push-fe.results.COMMIT)',
      'context-dir': '.',
      'changed-apps': '$(params.changed-apps[*])',
    });
    expect(of('merge-release')[0]).toMatchObject({ 'changed-apps': ['$(params.app)'], scope: 'release' });
    expect(of('bootstrap')[0]).toMatchObject({ 'changed-apps': '$(params.apps[*])', scope: 'release' });
    // a credential would come with an account that has one
    expect(tasks(pipeline(own, 'pr-test')).get('post-build-fe')).not.toHaveProperty('workspaces');
  });

  it('that a team brings are expected to exist, others come from the catalogue', () => {
    const parts = teamParts(hooked);
    const tasks = parts.flatMap(({ existing }) => existing).filter(({ kind }) => kind === 'Task');
    expect([...new Set(tasks.map(({ name }) => name))].sort()).toEqual(['licences', 'prepare', 'seed']);
    const made = parts
      .flatMap(({ objects }) => objects)
      .filter(({ kind }) => kind === 'Task')
      .map(({ metadata }) => metadata.name);
    expect(made).toEqual(expect.arrayContaining(['image-scan', 'notify']));
  });
});

describe('the Tasks of a team', () => {
  it('are those that its pipelines use, each once for all stacks', () => {
    const made = teamParts(shop())
      .flatMap(({ objects }) => objects)
      .filter(({ kind }) => kind === 'Task')
      .map(({ metadata }) => metadata.name);
    expect(new Set(made).size).toBe(made.length);
    expect(made).toEqual(
      expect.arrayContaining([
        'build-npm',
        'build-pip',
        'build-dockerfile',
        'run-tests-postman',
        'run-tests-playwright',
      ]),
    );
    expect(made).not.toEqual(expect.arrayContaining(['build-maven']));
    expect(made).not.toEqual(expect.arrayContaining(['run-tests-artillery']));
  });
});
