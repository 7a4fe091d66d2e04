import { app, fixture, resolve, stackFile, team } from '../support';

/** What a cluster file and teams say of several Tektons. */

const RELEASE = fixture('tekton', 'whole-release.yaml').text;
const release = (version: string, text = RELEASE) => ({
  file: `vendor/${version}.yaml`,
  text: text.replaceAll('v1.15.0', `v${version}`),
});
const TWO = [
  '{ name: stable, release: vendor/1.9.0.yaml }',
  '{ name: next, release: vendor/1.15.0.yaml, namespaces: [sandbox] }',
];
const INSTANCES = `tekton:\n  instances:\n${TWO.map((one) => `    - ${one}\n`).join('')}`;
interface Given {
  readonly instances?: readonly string[];
  readonly more?: string;
  /** What the first team says; the second is of `next`. */
  readonly tekton?: string;
  readonly releases?: readonly { file: string; text: string }[];
  readonly top?: string;
}

const said = ({ instances = TWO, more = '', tekton = 'stable', releases, top = '' }: Given): readonly string[] =>
  resolve({
    clusters: [
      {
        file: 'clusters/ci.yaml',
        text: `name: ci\n${top}tekton:\n  instances:\n${instances.map((one) => `    - ${one}\n`).join('')}${more}`,
      },
    ],
    releases: releases ?? [release('1.9.0'), release('1.15.0')],
    teams: [
      team('alpha', ['alpha'], { cluster: 'ci', ...(tekton === '' ? {} : { tekton }) }),
      team('beta', ['beta'], { cluster: 'ci', tekton: 'next' }),
    ],
    stacks: [
      stackFile('alpha', [app('web')], 'defaults: { namespace: staging }\n'),
      stackFile('beta', [app('api')], 'defaults: { namespace: shop }\n'),
    ],
  }).said;

it('takes what is right without a word', () => expect(said({})).toEqual([]));

it('gives a team the only instance that there is', () => {
  const { fleet } = resolve({
    clusters: [
      { file: 'clusters/ci.yaml', text: 'name: ci\ntekton: { instances: [{ name: a, release: vendor/1.9.0.yaml }] }' },
    ],
    releases: [release('1.9.0')],
    teams: [team('alpha', ['alpha'], { cluster: 'ci' })],
    stacks: [stackFile('alpha', [app('web')])],
  });
  expect(fleet?.teams[0]?.tekton).toBe('a');
  expect(fleet?.clusters[0]?.instances?.instances[0]?.namespaces).toEqual(['ci-alpha']);
});

it.each<[string, Given, readonly (string | RegExp)[]]>([
  [
    'a name given twice',
    { instances: [...TWO, '{ name: next, release: vendor/1.15.0.yaml, namespaces: [x] }'] },
    [/ci.yaml:6:\d+: tekton.instances\[2\].name: two instances are called next; the other is clusters\/ci.yaml:5:/],
  ],
  [
    'a namespace in two instances',
    { instances: ['{ name: stable, release: vendor/1.9.0.yaml, namespaces: [sandbox] }', TWO[1]!] },
    [/ci.yaml:5:\d+: .*namespace sandbox is also that of instance stable \(clusters\/ci.yaml:4:/],
  ],
  [
    'the namespace of a team of another instance',
    { instances: [TWO[0]!, '{ name: next, release: vendor/1.15.0.yaml, namespaces: [ci-alpha] }'] },
    [/ci.yaml:5:\d+: .*namespace ci-alpha is that of team alpha, which is of instance stable/],
  ],
  [
    'a namespace listed twice',
    { instances: [TWO[0]!, '{ name: next, release: vendor/1.15.0.yaml, namespaces: [x, x] }'] },
    [/x is listed twice/],
  ],
  [
    'a namespace of Tekton',
    { instances: [TWO[0]!, '{ name: next, release: vendor/1.15.0.yaml, namespaces: [tekton-pipelines-stable] }'] },
    [/programs of Tekton run there.*found tekton-pipelines-stable/],
  ],
  ...['default', 'kube-system', 'argocd', 'openshift-etcd'].map((namespace): [string, Given, readonly RegExp[]] => [
    `namespace ${namespace}`,
    { instances: [TWO[0]!, `{ name: next, release: vendor/1.15.0.yaml, namespaces: [${namespace}] }`] },
    [
      new RegExp(
        `ci.yaml:5:\\d+: tekton.instances\\[1\\].namespaces\\[0\\]: no runs of teams belong .*found ${namespace}`,
      ),
    ],
  ]),
  [
    'an instance without a namespace',
    { instances: [...TWO, '{ name: third, release: vendor/1.15.0.yaml }'] },
    [
      /ci.yaml:6:\d+: tekton.instances\[2\]: instance third has no namespace \(expected a team of this cluster with tekton: third \(npx tekton-dag team new <team> --cluster ci --tekton third\), or namespaces here. The namespace of a later team may be listed, too\)/,
    ],
  ],
  [
    'a team of an instance that is not there',
    { tekton: 'stabel', instances: [TWO[0]!.replace('}', ', namespaces: [y] }'), TWO[1]!] },
    [
      /teams\/alpha\/team.ts.*: tekton: cluster ci has no such instance of Tekton \(found "stabel"; did you mean stable\?\)/,
    ],
  ],
  [
    'a team that names none of several',
    { tekton: '', instances: [TWO[0]!.replace('}', ', namespaces: [y] }'), TWO[1]!] },
    [
      /teams\/alpha\/team.ts.*: tekton: is missing, and cluster ci has several instances of Tekton \(expected stable or next\)/,
    ],
  ],
  [
    'both forms at once',
    { more: '  install: release\n  release: vendor/1.9.0.yaml\n' },
    [
      /tekton.install: says that there is one Tekton/,
      /tekton.release: is that of one Tekton.*expected release of each instance/,
    ],
  ],
  ['a version beside them', { top: 'tektonVersion: "1.9"\n' }, [/tektonVersion: not used/]],
  [
    'a release that is not there',
    { releases: [release('1.15.0')] },
    [/ci.yaml:4:\d+: tekton.instances\[0\].release: there is no such file \(found vendor\/1.9.0.yaml/],
  ],
  [
    'a release without a version',
    { releases: [release('1.9.0', RELEASE.replaceAll('v1.15.0', 'devel')), release('1.15.0')] },
    [/instances\[0\].release: vendor\/1.9.0.yaml contains no version/],
  ],
  [
    'Triggers in an instance',
    {
      releases: [
        release('1.9.0', `${RELEASE}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: tekton-triggers }\n`),
        release('1.15.0'),
      ],
    },
    [/holds Tekton Triggers, whose controller watches all namespaces/],
  ],
  [
    'what no release had',
    {
      releases: [
        release(
          '1.9.0',
          `${RELEASE}---\napiVersion: v1\nkind: Service\nmetadata: { name: other, namespace: tekton-pipelines }\n`,
        ),
        release('1.15.0'),
      ],
    },
    [/it is not known whether each instance may have its own.*found Service other/],
  ],
  [
    'settings of what is shared in an instance',
    { instances: [TWO[0]!.replace('}', ', settings: { git-resolver-config: { fetch-timeout: 1s } } }'), TWO[1]!] },
    [/instances\[0\].settings.git-resolver-config: vendor\/1.9.0.yaml has no such ConfigMap/],
  ],
  [
    'a shared part that is older than an instance',
    { more: '  shared: { release: vendor/1.9.0.yaml }\n' },
    [/instances\[1\].release: instance next cannot be here: the shared part is 1.9.0/],
  ],
  [
    'a version that cannot be limited',
    { instances: [TWO[0]!.replace('1.9.0', '0.44.0'), TWO[1]!], releases: [release('0.44.0'), release('1.15.0')] },
    [
      /instance stable cannot be here: before 0.59/,
      /0.44.0 reads Run v1alpha1, which the definitions of 1.15.0 do not have: that needs a definition and a conversion of one's own/,
      /0.44.0 reads PipelineResource v1alpha1/,
      /0.44.0 reads PipelineRun v1beta1, where status.taskRuns and status.runs are gone since 0.45 and spec.resources is gone since 0.46/,
      /0.44.0 reads TaskRun v1beta1/,
      /0.44.0 reads Task v1beta1/,
      /0.44.0 reads Pipeline v1beta1/,
    ],
  ],
  [
    'the name of a namespace that releases have',
    { instances: [TWO[0]!, TWO[1]!.replace('next', 'resolvers')] },
    [/instances\[1\].name: is the name of a namespace that each release/],
  ],
])('tells of %s', (_, given, expected) => {
  const errors = said(given).filter((line) => !line.startsWith('warning'));
  for (const one of expected) expect(errors).toContainEqual(expect.stringMatching(one));
  // nothing is told twice, and nothing that follows from it
  if (!given.instances?.some((one) => one.includes('resolvers'))) expect(errors).toHaveLength(expected.length);
});

it('tells a team that names an instance where no cluster has any', () => {
  const { said: lines } = resolve({
    teams: [team('alpha', ['alpha'], { tekton: 'next', clusters: ['two'] })],
    stacks: [stackFile('alpha', [app('web')])],
  });
  expect(lines).toContainEqual(
    expect.stringMatching(/tekton: one and two have no instances of Tekton to choose from \(found "next"/),
  );
});

it.each([
  ['a queue that is not known', 'queue: { kind: keue }\n'],
  ['a value of another kind', 'history: 5\n'],
  ['a store without a name', 'secrets: { store: {} }\n'],
  ['a tab', 'queue:\n\tkind: kueue\n'],
  ['no mapping', '', '- ci\n'],
  ['another name', '', 'name: cj\ntekton: { instances: [{ name: next, release: vendor/1.15.0.yaml }] }\n'],
])('tells nothing of teams that hangs on a cluster file with %s', (_, top, text = '') => {
  const { said: lines } = resolve({
    clusters: [{ file: 'clusters/ci.yaml', text: text === '' ? `name: ci\n${top}${INSTANCES}` : text }],
    releases: [release('1.9.0'), release('1.15.0')],
    teams: [team('alpha', ['alpha'], { cluster: 'ci', tekton: 'next', secrets: { backend: 'external-secrets' } })],
    stacks: [stackFile('alpha', [app('web')])],
  });
  expect(lines.filter((line) => !line.startsWith('clusters/ci.yaml:'))).toEqual([
    'warning: stacks, versions and clusters that no team uses are listed once the errors above are fixed',
  ]);
  expect(lines.length).toBeGreaterThan(1);
});

it('tells a cluster file that is not called as its cluster alone, as an error', () => {
  const { said: lines } = resolve({
    clusters: [{ file: 'clusters/ci.yaml', text: `name: cj\n${INSTANCES}` }],
    releases: [release('1.9.0'), release('1.15.0')],
    teams: [team('alpha', ['alpha'], { cluster: 'ci', tekton: 'stable' })],
    stacks: [stackFile('alpha', [app('web')])],
  });
  expect(lines).toEqual([
    'clusters/ci.yaml:1:7: name: the file ci.yaml is not called as its cluster (found "cj"; expected "ci", or the file clusters/cj.yaml)',
    'warning: stacks, versions and clusters that no team uses are listed once the errors above are fixed',
  ]);
});

it.each([
  ['tekton: {}', [/tekton.install: is missing/, /tekton.release: is missing/]],
  ['tekton: { install: release, release: vendor/1.15.0.yaml, shared: { keep: false } }', [/tekton.shared: not used/]],
])('holds %s to one form', (text, expected) => {
  const { said: lines } = resolve({
    clusters: [{ file: 'clusters/ci.yaml', text: `name: ci\n${text}\n` }],
    releases: [release('1.15.0')],
  });
  for (const one of expected) expect(lines).toContainEqual(expect.stringMatching(one));
});
