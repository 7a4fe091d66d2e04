import { app, resolve, stackFile, team } from '../support';

/** What becomes of a stack in its team, and what no one takes up: warnings. */

const one = (more = 'propagation-role: terminal', head = '', repo = 'acme/a') =>
  stackFile('one', [app('a', more, repo)], head);
const said = (props: Parameters<typeof team>[2], stack = one(), others: Partial<Parameters<typeof resolve>[0]> = {}) =>
  resolve({ teams: [team('x', ['one'], props)], stacks: [stack], ...others }).said;

it('says nothing where nothing is amiss', () => expect(said({})).toEqual([]));

describe('a namespace that is not ours', () => {
  it.each(['tekton-pipelines', 'tekton-other'])(
    '%s is told once, though two stacks and the team are in it',
    (namespace) => {
      const stacks = ['one', 'two'].map((name) =>
        stackFile(name, [app(`app-${name}`)], `defaults: { namespace: ${namespace} }\n`),
      );
      const all = resolve({ teams: [team('x', ['one', 'two'], { namespace })], stacks }).said;
      expect(all).toEqual([
        `warning: teams/x/team.ts: namespace: namespace ${namespace} belongs to others: it gets no Namespace object, quota, limits, network policy or Pod Security label`,
      ]);
      const environments = resolve({ teams: [team('x', ['one', 'two'])], stacks }).said;
      expect(environments).toEqual([
        expect.stringMatching(/^warning: stacks\/one\.yaml:4:24: defaults\.namespace: namespace \S+ belongs to others/),
      ]);
    },
  );

  it.each(['default', 'kube-system', 'kube-public', 'argocd', 'openshift', 'openshift-pipelines'])(
    '%s is refused for the runs of a team',
    (namespace) =>
      expect(said({ namespace, environment: { namespace: 'apps' } })).toEqual([
        `teams/x/team.ts: namespace: no runs of teams belong in a namespace where others work or the programs of the cluster run (found ${namespace}; expected a namespace of its own, such as team-payments)`,
      ]),
  );

  it.each(['kube-system', 'argocd', 'openshift-ingress'])('%s is refused for apps, whoever says it', (namespace) => {
    const why = `no apps of teams belong in a namespace where the programs of the cluster run (found ${namespace}; expected a namespace for the apps of the team)`;
    expect(said({ environment: { namespace } })).toEqual([`teams/x/team.ts: environment.namespace: ${why}`]);
    const stack = one(undefined, `defaults: { namespace: ${namespace} }\n`);
    expect(said({}, stack)).toEqual([`stacks/one.yaml:4:24: defaults.namespace: ${why}`]);
  });

  it('default is told for apps: many have theirs there', () =>
    expect(said({ environment: { namespace: 'default' } })).toEqual([
      expect.stringMatching(/^warning: teams\/x\/team.ts: environment.namespace: namespace default belongs to others/),
    ]));

  it('has no use for a quota', () =>
    expect(said({ namespace: 'tekton-pipelines', quota: { pods: 3 } })).toContain(
      'warning: teams/x/team.ts: quota: not used: namespace tekton-pipelines belongs to others',
    ));
});

describe('a registry that pods cannot reach', () => {
  const about = (lines: readonly string[]) =>
    lines
      .filter((line) => /cannot (push|reach)/.test(line))
      .map((line) => line.replace(/^warning: (\S+ \S+:) .*$/, '$1'));

  it.each([
    [{ imageRegistry: 'localhost:5000' }, '', ['teams/x/team.ts: imageRegistry:']],
    [{ imageRegistry: 'localhost:5000', pushRegistry: '127.0.0.1:5000' }, '', ['teams/x/team.ts: pushRegistry:']],
    [{ imageRegistry: 'localhost:5000', pushRegistry: 'registry:5000' }, '', []],
    [{ cacheRepo: 'localhost:5000/layers' }, '', ['teams/x/team.ts: cacheRepo:']],
    [{ imageRegistry: 'localhost.example.com' }, '', []],
    [{}, 'defaults: { image-registry: localhost:5000 }', ['stacks/one.yaml:4:29: defaults.image-registry:']],
  ])('%j with %j', (props, head, expected) => expect(about(said(props, one(undefined, head)))).toEqual(expected));
});

it('warns of a cache that only one node has, where builds run side by side', () => {
  const storage = (accessMode: 'ReadWriteOnce' | 'ReadWriteMany') => ({ cache: { accessMode } });
  expect(said({ maxParallelBuilds: 2 })).toEqual([
    expect.stringContaining('maxParallelBuilds: the cache is ReadWriteOnce, so the 2 builds'),
  ]);
  expect(said({ maxParallelBuilds: undefined })).toEqual([]);
  expect(said({ maxParallelBuilds: 2, storage: storage('ReadWriteMany') })).toEqual([]);
  expect(said({ maxParallelBuilds: 1, storage: storage('ReadWriteOnce') })).toEqual([]);
});

it('warns of a claim of reports that is where the orchestrator is, and nowhere else', () => {
  const storage = (accessMode: 'ReadWriteOnce' | 'ReadWriteMany') => ({ reports: { accessMode, show: true } });
  expect(said({ storage: storage('ReadWriteOnce') })).toEqual([
    expect.stringContaining('storage.reports.show: the claim of reports is ReadWriteOnce'),
  ]);
  expect(said({ storage: storage('ReadWriteMany') })).toEqual([]);
});

it('warns of a repository that releases cannot write to', () => {
  expect(said({ platform: {} })).toEqual([
    'warning: teams/x/team.ts: platform.repoURL: is missing: merge-release cannot record versions, verify has nothing to check, and Argo CD nothing to read (expected what git clone is given for this repository)',
  ]);
});

it('warns that tcp is not intercepted, unless nothing is', () => {
  const tcp = one('propagation-role: terminal, protocol: tcp');
  expect(said({}, tcp)).toEqual([
    'warning: stacks/one.yaml:3:68: apps[0].protocol: tcp is not intercepted: requests of a session reach the stable pods of a, not its preview',
  ]);
  expect(said({ interceptBackend: 'none' }, tcp)).toEqual([]);
});

it('warns of a repository without owner, unless the base address has it', () => {
  expect(said({}, one(undefined, '', 'web'))).toEqual([
    'warning: stacks/one.yaml:3:22: apps[0].repo: a name without owner is cloned from https://github.com/web.git; write owner/name, or the owner in git.baseURL of teams/x/team.ts',
  ]);
  expect(said({ git: { baseURL: 'https://github.com/acme' } }, one(undefined, '', 'web'))).toEqual([]);
});

it('keeps images out of the cache', () => {
  const cache = stackFile('one', [app('cache')]);
  expect(said({}, cache)).toEqual([
    'stacks/one.yaml:3:13: apps[0].name: images of the app would go to registry.example.com/x/cache, where team x keeps its cache; set cacheRepo in teams/x/team.ts',
  ]);
  expect(said({ cacheRepo: 'registry.example.com/x/layers' }, cache)).toEqual([]);
});

it('knows an image for the version of the language, or the team brings one', () => {
  const stack = one('propagation-role: terminal, build: { tool: npm, node-version: "23" }');
  expect(said({}, stack)).toEqual([
    `stacks/one.yaml:3:92: apps[0].build.node-version: no image for npm has this version (found "23"; expected 18, 20, 22, 24, 26, or an image of it in images.overrides of teams/x/team.ts: { 'node-23': <image with an exact tag> })`,
  ]);
  expect(said({ images: { overrides: { 'node-23': 'r.example.com/node:23.1.0' } } }, stack)).toEqual([]);
});

it('has an image for each version that a matrix lists or includes, or says where it is', () => {
  const matrix = 'matrix: { unit: { node-version: ["20", "19"], include: [{ node-version: "25" }] } }';
  const one = stackFile('one', [
    app('a', `propagation-role: terminal, build: { tool: npm }, tests: { unit: npm test, ${matrix} }`),
  ]);
  const told = (over: Parameters<typeof team>[2]) =>
    resolve({ stacks: [one], teams: [team('x', ['one'], over)] }).said.filter((line) => line.includes('no image for'));
  expect(told({}).map((line) => line.replace(/; expected.*/, ''))).toEqual([
    expect.stringMatching(
      /^stacks\/one\.yaml:3:\d+: apps\[0\]\.tests\.matrix\.unit\.node-version\[1\]: .*\(found "19"$/,
    ),
    expect.stringMatching(/: apps\[0\]\.tests\.matrix\.unit\.include\[0\]\.node-version: .*\(found "25"$/),
  ]);
  expect(
    told({ images: { overrides: { 'node-19': 'r.example.com/node:19.1', 'node-25': 'r.example.com/node:25.1' } } }),
  ).toEqual([]);
});

it('warns of apps that GitOps cannot deploy yet', () => {
  const gitops = { environment: { deploy: 'gitops' } } as const;
  const versions = (more: string) => ({
    versions: [{ file: 'stacks/versions.yaml', text: `apps: { a: { version: "1.0.0"${more} } }` }],
  });
  expect(said(gitops, one(), versions(''))).toEqual([
    'warning: teams/x/team.ts: environment.deploy: a has no digest in stacks/versions.yaml: not deployed until a release writes one',
  ]);
  // no version to begin with
  expect(said(gitops, one(), {})).toEqual([
    expect.stringMatching(
      /^warning: .*: environment\.deploy: a has no entry in teams\/x\/versions\.yaml, and without one no bootstrap or release can begin: write apps: \{ a: \{ version: "0\.1\.0-rc\.0" \} \} there$/,
    ),
  ]);
  expect(said(gitops, one(), versions(`, digest: "sha256:${'a'.repeat(64)}"`))).toEqual([]);
});

describe('what no one takes up', () => {
  const registry = (text: string) => ({ registry: { file: 'stacks/registry.yaml', text } });

  it.each([
    ['repos: { web: { stack: one.yaml, role: frontend } }', []],
    ['repos: { a: { stack: one.yaml } }', []],
    [
      'repos: { web: { stack: ./one.yaml, role: backend } }',
      [
        'stacks/registry.yaml:1:42: repos.web.role: not used: the role is what stacks/one.yaml says (found "backend"; expected frontend)',
      ],
    ],
    [
      'repos: { api: { stack: one.yaml } }',
      ['stacks/registry.yaml:1:15: repos.api: no app of stacks/one.yaml has this name or repository'],
    ],
    [
      'repos: { api: { stack: two.yaml }, db: { stack: two.yaml } }',
      ['stacks/registry.yaml:1:24: repos.api.stack: there is no stacks/two.yaml; api and db are left out'],
    ],
  ])('of the registry %s', (text, expected) => {
    expect(said({}, one('propagation-role: terminal, role: frontend', '', 'acme/web'), registry(text))).toEqual(
      expected.map((line) => `warning: ${line}`),
    );
  });

  it('of versions', () => {
    const versions = (file: string) => ({
      versions: [{ file, text: 'apps:\n  a: { version: "1.0.0" }\n  b: { version: "1.0.0" }\n' }],
    });
    expect(said({}, one(), versions('stacks/versions.yaml'))).toEqual([
      'warning: stacks/versions.yaml:3:6: apps.b: no stack has an app of this name',
    ]);
    expect(said({}, one(), versions('teams/x/versions.yaml'))).toEqual([
      'warning: teams/x/versions.yaml:3:6: apps.b: no stack of team x has an app of this name',
    ]);
  });

  it('of stacks', () => {
    expect(resolve({ teams: [team('x', ['one'])], stacks: [one(), stackFile('two', [app('b')])] }).said).toEqual([
      'warning: stacks/two.yaml:1:1: no team lists this stack: it is checked, and nothing is made of it',
    ]);
  });
});

describe('a hook', () => {
  const hooked = (hooks: string) => one(undefined, `hooks: { ${hooks} }\n`);

  it.each([
    ['post-build: image-scn', 'hooks.post-build', '"image-scn"; did you mean image-scan?'],
    ['post-test: [notify, notfy]', 'hooks.post-test[1]', '"notfy"; did you mean notify?'],
    ['pre-build: licences', 'hooks.pre-build', '"licences"; expected image-scan or notify'],
  ])('that nobody makes is an error: %s', (hooks, path, found) => {
    const [problem, ...others] = said({}, hooked(hooks));
    expect(others).toEqual([]);
    expect(problem).toMatch(/^stacks\/one\.yaml:4:\d+: .*externalTasks of teams\/x\/team\.ts/);
    expect(problem).toContain(`${path}: `);
    expect(problem).toContain(`found ${found}`);
  });

  it('that the team brings is none', () =>
    expect(said({ externalTasks: ['licences'] }, hooked('pre-build: licences, post-build: image-scan'))).toEqual([]));

  it('that the team brings and no stack names is told', () =>
    expect(said({ externalTasks: ['licences'] })).toEqual([
      "warning: teams/x/team.ts: externalTasks[0]: not used: no hook of the team's stacks is licences",
    ]));
});
