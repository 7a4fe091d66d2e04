import { load } from 'js-yaml';
import type { Problem } from '../../lib/words/problem';
import { InputError } from '../../lib/words/problem';
import { SETTINGS, flatten, imageKey } from '../../lib/original/settings';
import { importOriginal } from '../../lib/original/import';
import { readTeamSettings } from '../../lib/original/team-settings';
import { ORIGINAL } from './original';

const { files, carried, left } = importOriginal(ORIGINAL);
const reasons = left.map(({ file, path, why }) => `${[file, path].filter(Boolean).join(' ')}: ${why}`);

it('writes teams, their stacks and versions, and the registry', () => {
  expect([...files.keys()].sort()).toEqual([
    'stacks/loyalty.yaml',
    'stacks/registry.yaml',
    'stacks/travel.yaml',
    'teams/travel/team.ts',
    'teams/travel/versions.yaml',
  ]);
});

it('takes a stack that is known word for word', () =>
  expect(files.get('stacks/travel.yaml')).toBe(ORIGINAL.get('stacks/travel.yaml')));

it('says what the original concluded from what was missing', () => {
  expect(load(files.get('stacks/loyalty.yaml')!)).toMatchObject({
    propagation: {},
    apps: [
      { name: 'points', 'propagation-role': 'originator', build: {} },
      { name: 'ledger', 'propagation-role': 'terminal', build: { tool: 'composer' } },
    ],
  });
});

it('writes the team as a person would', () => {
  expect(files.get('teams/travel/team.ts')).toBe(`import { Team } from 'tekton-dag';

export default new Team({
  name: 'travel',
  namespace: 'travel-ci',
  cluster: 'kind-travel',
  imageRegistry: 'registry.example.com/travel',
  cacheRepo: 'registry.example.com/travel/layers',
  interceptBackend: 'mirrord',
  maxConcurrentRuns: 4,
  maxParallelBuilds: 2,
  stacks: ['stacks/travel.yaml', 'stacks/loyalty.yaml'],
  images: { overrides: { 'maven-21': 'registry.example.com/tools/maven:21.0.4' } },
  secrets: { names: { webhook: 'hook-secret' } },
  storage: { cache: { size: '5Gi', storageClass: 'fast' } },
  orchestrator: { replicas: 2 },
});
`);
});

it('takes versions word for word where all of them are of one team', () => {
  const text = '# by hand\napps:\n  quotes: { version: "1.2.0-rc.3" } # next\n';
  const only = importOriginal(new Map([...ORIGINAL, ['stacks/versions.yaml', text]]));
  expect(only.files.get('teams/travel/versions.yaml')).toBe(text);
});

it.each([
  /^stacks\/loyalty\.yaml propagation\.strategy: only w3c-baggage/,
  /^stacks\/loyalty\.yaml apps\[0\]\.namespace: all apps of a stack run in its environment/,
  /^stacks\/loyalty\.yaml apps\[0\]\.service-port: a stack has one service port/,
  /^stacks\/loyalty\.yaml apps\[1\]\.owner: there is no such setting \(found "nobody"\)/,
  /^stacks\/trial\.yaml: no team lists it, and the registry does not name it/,
  /^stacks\/registry\.yaml stacks\/gone\.yaml: there is no such file/,
  /^stacks\/registry\.yaml repos\.gone: its stack did not come here/,
  /^stacks\/versions\.yaml apps\.stranger: no stack that came here has this app/,
  /^teams\/travel\/team\.yaml owner: there is no such setting/,
  /^teams\/travel\/values\.yaml nonsense: there is no such setting/,
  /^teams\/travel\/values\.yaml maxParallelBuilds: overridden by teams\/travel\/team\.yaml, which says 2$/,
  /^teams\/travel\/values\.yaml gitUrl: .* platform\.repoURL/,
  /^teams\/travel\/values\.yaml orchestrationService\.image: /,
  /^teams\/travel\/values\.yaml compileImageVariants\.maven-java99: no tool image is known/,
  /^tasks\/lint-all\.yaml: a Task of your own/,
  /^pipeline\/stack-pr-pipeline\.yaml pre-build-task: .*hooks\.pre-build: lint-all/,
])('says why something does not come along: %s', (reason) =>
  expect(reasons).toContainEqual(expect.stringMatching(reason)),
);

it('says of every value of the chart and of the team where it went, or why it did not come along', () => {
  for (const file of ['helm/tekton-dag/values.yaml', 'teams/travel/values.yaml']) {
    const paths = flatten(load(ORIGINAL.get(file)!)).map(({ path }) => path);
    const told = [...carried, ...left].filter((one) => one.file === file).map(({ path }) => path);
    expect(told.filter((path) => path !== 'cluster').sort()).toEqual([...paths].sort());
  }
  expect(carried).toContainEqual({
    file: 'helm/tekton-dag/values.yaml',
    path: 'workspaces.buildCache.size',
    to: 'storage.cache.size',
    isDefault: false,
  });
  expect(new Set(reasons).size).toBe(reasons.length);
});

it.each([
  [
    'telepresence',
    [expect.stringMatching(/^not tried here and needs the Telepresence traffic manager, .* the router$/)],
  ],
  ['none', []],
])('says what a backend needs that nobody has tried here: %s', (backend, expected) => {
  const text = ORIGINAL.get('teams/travel/team.yaml')!.replace('mirrord', backend);
  const { notes } = importOriginal(new Map([...ORIGINAL, ['teams/travel/team.yaml', text]]));
  expect(notes.map(({ why }) => why)).toEqual(expected);
});

describe('of several teams', () => {
  const chart = 'teamName: default\nnamespace: ci\nstackFile: stacks/travel.yaml\nextra: {}\n';
  const two = importOriginal(
    new Map([
      ['stacks/travel.yaml', ORIGINAL.get('stacks/travel.yaml')!],
      ['stacks/loyalty.yaml', ORIGINAL.get('stacks/loyalty.yaml')!],
      ['helm/tekton-dag/values.yaml', chart],
      ['teams/a/team.yaml', 'stacks: [./stacks/travel.yaml]\n'],
      ['teams/b/team.yaml', 'stacks: [stacks/travel.yaml, stacks/loyalty.yaml]\nsecrets: { backend: existing }\n'],
      ['teams/b/values.yaml', 'triggers: { webhookSecretName: hook }\n'],
      ['teams/c/values.yaml', 'namespace: c-ci\n'],
    ]),
  );
  const teamOf = (folder: string) => two.files.get(`teams/${folder}/team.ts`);
  const said = two.left.map(({ file, path, why }) => `${[file, path].filter(Boolean).join(' ')}: ${why}`);

  it('each has the name of its folder, and what the chart says', () => {
    expect(teamOf('a')).toMatch(/name: 'a',\n {2}namespace: 'ci',/);
    expect(said).toContain('helm/tekton-dag/values.yaml teamName: the folder of the team names it');
    expect(said).toContain('helm/tekton-dag/values.yaml extra: there is no such setting (found a mapping)');
  });

  it('a stack that two list is in the first alone, and the others are told', () => {
    expect(teamOf('a')).toContain("stacks: ['stacks/travel.yaml']");
    expect(teamOf('b')).toContain("stacks: ['stacks/loyalty.yaml']");
    expect(said).toContainEqual(
      expect.stringMatching(/^teams\/b\/team\.yaml stacks\/travel\.yaml: team a lists it, too/),
    );
  });

  it('one that is left without a stack is not written', () => {
    expect(teamOf('c')).toBeUndefined();
    expect(said).toContain('teams/c/values.yaml: team c has no stack of its own');
  });

  it('what values.yaml and team.yaml say of one thing is put together', () =>
    expect(teamOf('b')).toContain("secrets: { names: { webhook: 'hook' }, backend: 'existing' }"));
});

it('writes nothing outside the folder of the team, whatever its name', () => {
  const { files } = importOriginal(
    new Map([...ORIGINAL, ['teams/travel/team.yaml', 'name: ../../../x\nstacks: [../stacks/travel.yaml]\n']]),
  );
  expect([...files.keys()].filter((path) => path.split('/').includes('..'))).toEqual([]);
});

it('writes a team as data where it is asked to', () => {
  const { files } = importOriginal(ORIGINAL, () => 'team.yaml');
  expect(files.has('teams/travel/team.ts')).toBe(false);
  expect(load(files.get('teams/travel/team.yaml')!)).toMatchObject({
    name: 'travel',
    stacks: ['stacks/travel.yaml', 'stacks/loyalty.yaml'],
    images: { overrides: { 'maven-21': 'registry.example.com/tools/maven:21.0.4' } },
  });
});

it.each([
  '[]',
  'text',
  '5',
  'apps: text',
  'apps: [null, 1, { name: 1, build: [] }, { name: x, downstream: y, build: { tool: none } }]',
  'repos: []',
  'repos: { a: null, b: { stack: [] }, c: { stack: ../../x.yaml } }',
  'stacks: text',
  'stacks: [1, { a: 1 }, null]\nname: 7',
  'spec: { params: text }',
  'compileImageVariants: text',
  '',
])('takes %j for whatever it is, in any file, or names it', (text) => {
  for (const file of ORIGINAL.keys()) {
    const others = problemsOf(new Map([...ORIGINAL, [file, `${text}\n`]])).filter((problem) => problem.file !== file);
    expect(others).toEqual([]);
  }
});

/** Any other error is thrown on. */
function problemsOf(original: Map<string, string>): readonly Problem[] {
  try {
    importOriginal(original);
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

it('leaves it to people which of several teams a stack goes to', () => {
  const { files, left } = importOriginal(
    new Map([...ORIGINAL, ['teams/other/team.yaml', 'name: other\nstacks: []\n']]),
  );
  expect(files.has('stacks/loyalty.yaml')).toBe(false);
  expect(left).toContainEqual(
    expect.objectContaining({ file: 'stacks/loyalty.yaml', why: expect.stringContaining('there are several') }),
  );
});

it('makes a team of values alone', () => {
  const { props, left } = readTeamSettings(
    'x',
    new Map([
      [
        'teams/x/values.yaml',
        'teamName: x\nnamespace: x-ci\nimageRegistry: r.example.com/x\nstackFile: stacks/x.yaml\n',
      ],
    ]),
  );
  expect(props).toEqual({
    name: 'x',
    namespace: 'x-ci',
    cluster: 'in-cluster',
    imageRegistry: 'r.example.com/x',
    stacks: ['stacks/x.yaml'],
  });
  expect(left).toEqual([expect.objectContaining({ path: 'cluster' })]);
});

it.each([
  ['maven-java21', 'maven-21'],
  ['gradle-java17', 'gradle-17'],
  ['npm-node22', 'node-22'],
  ['pip-python312', 'python-3.12'],
  ['php-php83', 'php-8.3'],
  ['npm-node99', undefined],
  ['cobol-85', undefined],
])('knows the image %s as %s', (variant, key) => expect(imageKey(variant)).toBe(key));

it('has a reason wherever there is no setting', () =>
  expect(SETTINGS.filter(({ to, why }) => to === undefined && !why)).toEqual([]));

it.each([
  'stacks/travel.yaml',
  'stacks/registry.yaml',
  'stacks/versions.yaml',
  'teams/travel/team.yaml',
  'teams/travel/values.yaml',
  'helm/tekton-dag/values.yaml',
  'pipeline/stack-pr-pipeline.yaml',
  'tasks/lint-all.yaml',
])('names the line where %s is no YAML', (file) => {
  const broken = new Map([...ORIGINAL, [file, 'a: 1\nb: [1\nc: 2\n']]);
  expect(() => importOriginal(broken)).toThrow(InputError);
  expect(() => importOriginal(broken)).toThrow(new RegExp(`^${file}:3:1: not YAML: `));
});

it('names every file that is no YAML at once', () => {
  const broken = new Map([
    ...ORIGINAL,
    ...['stacks/trial.yaml', 'tasks/lint-all.yaml'].map((file) => [file, 'a: [\n'] as const),
  ]);
  expect(() => importOriginal(broken)).toThrow(
    expect.objectContaining({
      problems: [
        expect.objectContaining({ file: 'stacks/trial.yaml', line: 2 }),
        expect.objectContaining({ file: 'tasks/lint-all.yaml', line: 2 }),
      ],
    }),
  );
});

it.each([
  ['teams/travel/team.yaml', '- a\n', /^teams\/travel\/team.yaml:1:1: wrong type .*a mapping/],
  ['teams/travel/values.yaml', 'text\n', /^teams\/travel\/values.yaml:1:1: wrong type .*a mapping/],
  ['teams/travel/team.yaml', 'stacks: stacks/travel.yaml\n', /^teams\/travel\/team.yaml:1:9: stacks: .*a list/],
  ['stacks/versions.yaml', 'apps: [quotes]\n', /^stacks\/versions.yaml:1:7: apps: .*a mapping/],
  ['stacks/registry.yaml', 'repos: [quotes]\n', /^stacks\/registry.yaml:1:8: repos: .*a mapping/],
])('refuses %s where all of it would disappear: %j', (file, text, expected) =>
  expect(() => importOriginal(new Map([...ORIGINAL, [file, text]]))).toThrow(expected),
);

it('writes no other text than the one that the original has: what YAML reads otherwise is refused at its line', () => {
  const text = `name: travel
apps:
  - name: a
    role: frontend
    build: { tool: pip, python-version: 3.10, env: { UMASK: 0022, EXP: 1e3, PORT: 8080 } }
`;
  expect(() => importOriginal(new Map([...ORIGINAL, ['stacks/travel.yaml', text]]))).toThrow(
    expect.objectContaining({
      problems: ['python-version', 'env.UMASK', 'env.EXP'].map((key) =>
        expect.objectContaining({ file: 'stacks/travel.yaml', line: 5, path: `apps[0].build.${key}` }),
      ),
    }),
  );
});

it('tells of a file that is called almost as one that is read', () => {
  const { left } = importOriginal(new Map([...ORIGINAL, ['teams/travel/team.yml', 'maxConcurrentRuns: 1\n']]));
  expect(left).toContainEqual(expect.objectContaining({ file: 'teams/travel/team.yml' }));
});

it('takes values of comments alone for none', () => {
  const { left } = importOriginal(new Map([...ORIGINAL, ['teams/travel/values.yaml', '# all as in the chart\n']]));
  expect(left.filter(({ file }) => file === 'teams/travel/values.yaml')).toEqual([]);
});

it('finds hooks in every Pipeline of a file, however it is written', () => {
  const pipelines = `# names and defaults in any order and style
kind: Pipeline
spec:
  params:
  - default: scan
    name: 'post-build-task'
    description: |
      - name: pre-test-task
        default: only-text
  - { name: post-test-task, default: "" }
---
kind: Pipeline
spec: { params: [{ name: "pre-test-task", type: string, default: seed-data }] }
`;
  const { left } = importOriginal(new Map([...ORIGINAL, ['pipeline/two.yaml', pipelines]]));
  expect(left.filter(({ file }) => file === 'pipeline/two.yaml').map(({ path, why }) => [path, why])).toEqual([
    ['post-build-task', 'hooks are named by stacks: hooks.post-build: scan'],
    ['pre-test-task', 'hooks are named by stacks: hooks.pre-test: seed-data'],
  ]);
});
