import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listedStacks } from '../../lib/fleet/listed-files';
import type { App } from '../../lib/fleet/model';
import { app, fixture, resolve, stackFile, team } from './support';

const ORIGINAL = {
  teams: [fixture('original', 'teams/default/team.yaml')],
  stacks: [fixture('original', 'stacks/travel.yaml')],
  registry: fixture('original', 'stacks/registry.yaml'),
  versions: [fixture('original', 'stacks/versions.yaml')],
};

describe('files of the original', () => {
  const { fleet, said } = resolve(ORIGINAL);
  const [only] = fleet?.teams ?? [];
  const [travel] = only?.stacks ?? [];
  const find = (name: string): App | undefined => travel?.apps.find((one) => one.name === name);

  it('load unchanged: warnings, no error', () => {
    expect(said).toEqual([
      'warning: stacks/registry.yaml:7:21: repos.ferries.stack: there is no stacks/sea.yaml; ferries is left out',
      'warning: stacks/versions.yaml:4:12: apps.ferries: no stack has an app of this name',
      expect.stringContaining('warning: teams/default/team.yaml:1:1: platform.repoURL: is missing'),
      'warning: teams/default/team.yaml:2:12: namespace: namespace tekton-pipelines belongs to others: it gets no Namespace object, quota, limits, network policy or Pod Security label',
      'warning: teams/default/team.yaml:4:16: imageRegistry: builds cannot push to localhost:5000: inside a pod that is the pod itself; say in pushRegistry what pods call the registry',
      'warning: teams/default/team.yaml:8:20: maxParallelBuilds: the cache is ReadWriteOnce, so the 2 builds that may run at once all go to the node that has it; storage.cache.accessMode: ReadWriteMany or maxParallelBuilds: 1 avoids that',
    ]);
  });

  it('take ports in quotes as ports', () => {
    expect(
      travel?.apps.map(({ servicePort, containerPort, probe }) => [servicePort, containerPort, probe.port]),
    ).toEqual([
      [80, 80, 80],
      [80, 8080, 8080],
      [80, 8080, 8080],
      [80, 8080, 8080],
    ]);
  });

  it('take a folder as browser tests, and no tests at all', () => {
    expect(find('booking-web')?.tests).toMatchObject({
      postman: 'tests/postman/booking.json',
      playwright: 'tests/playwright',
      artillery: 'tests/load.yml',
    });
    expect(JSON.stringify([find('quotes')?.tests, find('hotels')?.tests])).toBe('[{},{}]');
  });

  it('take any role, a missing command and a version without quotes', () => {
    expect(find('flights')).toMatchObject({
      role: 'middleware-vendor',
      build: { tool: 'maven', version: '21', runtime: 'spring-boot' },
    });
    expect(find('flights')?.build.command).toBeUndefined();
    expect(find('hotels')?.build).toMatchObject({
      tool: 'composer',
      version: '8.3',
      preCommand: 'php --version',
      env: {},
    });
  });

  it('lay env over legacy', () =>
    expect(find('flights')?.build.env).toEqual({ SUPPLIER: 'blue', SITE: '2', MAVEN_OPTS: '-Xmx512m' }));

  it('give clone addresses, images and paths', () => {
    expect(find('hotels')).toMatchObject({
      repo: 'example-travel/suppliers',
      cloneUrl: 'https://github.com/example-travel/suppliers.git',
      image: 'localhost:5000/hotels',
      contextDir: 'hotels',
      dockerfile: 'Dockerfile',
    });
    expect(find('quotes')?.contextDir).toBe('.');
  });

  it('give the team its settings, its versions and where the registry leads to it', () => {
    expect(only).toMatchObject({
      name: 'default',
      file: 'teams/default/team.yaml',
      interceptBackend: 'mirrord',
      maxConcurrentRuns: 4,
      cacheRepo: 'localhost:5000/layers',
      pushRegistry: 'localhost:5000',
      environments: ['travel-staging'],
      versionsFile: 'stacks/versions.yaml',
    });
    expect(only?.versions).toEqual({
      'booking-web': { version: '1.4.0-rc.2', lastReleased: '1.3.0' },
      flights: { version: '0.2.0-rc.0', lastReleased: '0.1.0', digest: `sha256:${'1'.repeat(64)}` },
    });
    expect(travel?.registered).toEqual(['booking-web', 'quotes', 'flights', 'suppliers']);
  });
});

describe('without a team', () => {
  it('the registry makes team default of its stacks that exist', () => {
    const { fleet, said } = resolve({ ...ORIGINAL, teams: [] });
    expect(fleet?.teams).toMatchObject([
      {
        name: 'default',
        namespace: 'team-default',
        cluster: 'kind-tekton-dag',
        imageRegistry: 'localhost:5001',
        pushRegistry: 'kind-registry:5000',
        file: 'stacks/registry.yaml',
        versionsFile: 'stacks/versions.yaml',
        stacks: [{ name: 'travel' }],
      },
    ]);
    expect(said).toEqual([
      expect.stringContaining('platform.repoURL'),
      'warning: stacks/registry.yaml:7:21: repos.ferries.stack: there is no stacks/sea.yaml; ferries is left out',
      'warning: stacks/versions.yaml:4:12: apps.ferries: no stack has an app of this name',
    ]);
  });

  it('and without a registry, or a stack of it, there is nothing to do', () => {
    expect(resolve({ stacks: ORIGINAL.stacks }).said).toEqual([
      'teams: no team found (expected teams/<team>/team.ts or team.yaml, or stacks/registry.yaml to make team default of)',
    ]);
    expect(resolve({ registry: ORIGINAL.registry }).said).toEqual([
      'stacks/registry.yaml:2:3: repos: there is no team, and no stack file of the registry exists to make team default of (found stacks/travel.yaml and stacks/sea.yaml)',
    ]);
  });
});

describe('a stack in its team', () => {
  const placed = (props: Parameters<typeof team>[2], head = '', more = 'propagation-role: terminal') =>
    resolve({ teams: [team('t', ['s'], props)], stacks: [stackFile('s', [app('a', more)], head)] }).fleet?.teams[0];
  const only = (...args: Parameters<typeof placed>) => placed(...args)?.stacks[0]?.apps[0];

  it.each([
    [{}, '', 'ci-t'],
    [{}, 'defaults: { namespace: staging }', 'staging'],
    [{ environment: { namespace: 'shop' } }, 'defaults: { namespace: staging }', 'shop'],
  ])('%j and %j: its apps run in %s', (props, head, namespace) => {
    expect(placed(props, head)).toMatchObject({ environments: [namespace], stacks: [{ environment: namespace }] });
  });

  it.each([
    ['', 'nodes:5000/t', 'pods:5000/t'],
    ['defaults: { image-registry: "${IMAGE_REGISTRY}/shop" }', 'nodes:5000/t/shop', 'pods:5000/t/shop'],
    ['defaults: { image-registry: other.example.com/x }', 'other.example.com/x', 'other.example.com/x'],
  ])('%j: its images are pulled from %s and pushed to %s', (head, pull, push) => {
    const found = placed({ imageRegistry: 'nodes:5000/t', pushRegistry: 'pods:5000/t' }, head);
    expect(found).toMatchObject({
      cacheRepo: 'pods:5000/t/cache',
      stacks: [{ registry: { pull, push }, apps: [{ image: `${pull}/a` }] }],
    });
  });

  it.each([
    ['https://git.example.com', 'https://git.example.com/acme/a.git'],
    ['ssh://git@git.example.com:2222/base', 'ssh://git@git.example.com:2222/base/acme/a.git'],
    ['git@github.com:', 'git@github.com:acme/a.git'],
    ['git@github.com:group', 'git@github.com:group/acme/a.git'],
    ['git@[2001:db8::1]:', 'git@[2001:db8::1]:acme/a.git'],
    ['ssh://git@[2001:db8::1]:2222', 'ssh://git@[2001:db8::1]:2222/acme/a.git'],
    ['git.example.com:', 'git.example.com:acme/a.git'],
    ['[git@git.example.com:2222]:', '[git@git.example.com:2222]:acme/a.git'],
  ])('from %s it is cloned as %s', (baseURL, url) => expect(only({ git: { baseURL } })?.cloneUrl).toBe(url));

  it.each([
    ['', { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } }],
    [
      ', resources: { requests: { memory: 1Gi } }',
      { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '1Gi' } },
    ],
    [
      ', resources: { limits: { memory: 64Mi, cpu: 0.05 } }',
      { requests: { cpu: '0.05', memory: '64Mi' }, limits: { memory: '64Mi', cpu: '0.05' } },
    ],
    [
      ', resources: { requests: { cpu: 2 }, limits: { memory: 2Gi } }',
      { requests: { cpu: '2', memory: '128Mi' }, limits: { memory: '2Gi' } },
    ],
  ])('%j: no request is above its limit', (more, resources) => {
    expect(only({}, '', `propagation-role: terminal${more}`)?.resources).toEqual(resources);
  });

  it('takes its own versions.yaml before the one of all', () => {
    const versions = (file: string, version: string) => ({ file, text: `apps: { a: { version: "${version}" } }` });
    const both = [versions('stacks/versions.yaml', '1.0.0'), versions('teams/t/versions.yaml', '2.0.0')];
    const of = (given: typeof both) =>
      resolve({ teams: [team('t', ['s'])], stacks: [stackFile('s', [app('a')])], versions: given }).fleet?.teams[0];
    expect(of(both)).toMatchObject({ versionsFile: 'teams/t/versions.yaml', versions: { a: { version: '2.0.0' } } });
    expect(of(both.slice(0, 1))).toMatchObject({
      versionsFile: 'stacks/versions.yaml',
      versions: { a: { version: '1.0.0' } },
    });
    // where a release will write the first one
    expect(of([])).toMatchObject({ versionsFile: 'teams/t/versions.yaml', versions: {} });
  });
});

it('names the stack file that was meant', () => {
  const { said } = resolve({ teams: [team('t', ['chekout', 'x'])], stacks: [stackFile('checkout', [app('a')])] });
  expect(said).toEqual([
    'teams/t/team.ts: stacks[0]: no such stack file (found "stacks/chekout.yaml"; did you mean stacks/checkout.yaml?)',
    'teams/t/team.ts: stacks[1]: no such stack file (found "stacks/x.yaml"; expected stacks/checkout.yaml)',
    'warning: stacks, versions and clusters that no team uses are listed once the errors above are fixed',
  ]);
});

it('tells every error of every file at once', () => {
  const { said } = resolve({
    teams: [
      { file: 'teams/a/team.yaml', text: 'name: a\nnamespace: a\n' },
      { file: 'teams/b/team.ts', props: { ...team('b', ['s']).props, maxParalelBuilds: 2 } },
    ],
    stacks: [
      { file: 'stacks/s.yaml', text: 'name: s\napps:\n - name: a\n   downstream: [b]\n' },
      { file: 'stacks/t.yaml', text: '- [' },
    ],
    versions: [{ file: 'stacks/versions.yaml', text: 'apps: 1' }],
    registry: { file: 'stacks/registry.yaml', text: '' },
  });
  expect(said).toEqual([
    'stacks/registry.yaml: the file is empty',
    'stacks/s.yaml:3:4: apps[0].repo: is missing (expected owner/name, or a name alone)',
    'stacks/s.yaml:3:4: apps[0].propagation-role: is missing (expected originator, forwarder or terminal)',
    'stacks/s.yaml:4:17: apps[0].downstream[0]: no such app in this stack (found "b"; expected a)',
    expect.stringMatching(/^stacks\/t\.yaml:\d+:\d+: not YAML: /),
    'stacks/versions.yaml:1:7: apps: wrong type (found 1; expected a mapping)',
    'teams/a/team.yaml:1:1: cluster: is missing (expected the name of a cluster as Argo CD has it, without white space)',
    'teams/a/team.yaml:1:1: imageRegistry: is missing (expected a registry such as registry.example.com/team: host, port and path, without scheme, tag or last /)',
    'teams/a/team.yaml:1:1: stacks: is missing (expected a list of at least one: a stack file, such as stacks/checkout.yaml)',
    'teams/b/team.ts: maxParalelBuilds: unknown key (did you mean maxParallelBuilds?)',
    'warning: stacks, versions and clusters that no team uses are listed once the errors above are fixed',
  ]);
});

it('gives the same fleet in whatever order its files come', () => {
  const stacks = ['a', 'b', 'c'].map((name) => stackFile(name, [app(`app-${name}`)]));
  const teams = ['a', 'b', 'c'].map((name) => team(name, [name]));
  const versions = [{ file: 'stacks/versions.yaml', text: 'apps: { gone: { version: "1.0.0" } }' }];
  const one = resolve({ teams, stacks, versions });
  expect(resolve({ teams: [...teams].reverse(), stacks: [...stacks].reverse(), versions })).toEqual(one);
  expect(one.fleet?.teams.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

it('lists the stack files that are to be read, as far as they can be told', () => {
  const teams = [
    team('a', ['x', 'y']),
    { file: 'b.yaml', text: 'stacks: [./stacks/y.yaml, 3]' },
    { file: 'c.yaml', text: '{' },
  ];
  const registry = { file: 'stacks/registry.yaml', text: 'repos: { r: { stack: z.yaml } }' };
  expect(listedStacks({ teams, registry })).toEqual(['stacks/x.yaml', 'stacks/y.yaml', 'stacks/z.yaml']);
});

/** The files that the original runs with, where they are at hand. */
const INPUTS = process.env.INPUTS ?? join(__dirname, '../../../shared/inputs');

if (existsSync(INPUTS)) {
  describe('the real files', () => {
    const read = (file: string) => ({ file, text: readFileSync(join(INPUTS, file), 'utf8') });
    const [registry, versions] = ['stacks/registry.yaml', 'stacks/versions.yaml'].map(read);
    const stacks = readdirSync(join(INPUTS, 'stacks'))
      .map((file) => read(`stacks/${file}`))
      .filter(({ file }) => file !== registry?.file && file !== versions?.file);

    it.each([[[read('teams/default/team.yaml')]], [[]]])('load without an error', (teams) => {
      const { fleet, said } = resolve({ teams, stacks, registry, versions: versions && [versions] });
      expect(said.filter((line) => !line.startsWith('warning: '))).toEqual([]);
      expect(fleet?.teams.map(({ name }) => name)).toEqual(['default']);
    });
  });
}
