import { loadAll } from 'js-yaml';
import type { Manifest } from '../../../../lib/kube/manifest';
import { at } from '../../../../lib/kube/manifest';
import { synthFleet } from '../../../../lib/output/synth';
import { app, fixture, resolve, stackFile, team } from '../../../fleet/support';

/** Workspaces of a kcp, in which teams see Tekton's kinds without a cluster. */

const RELEASE = { ...fixture('tekton', 'release.yaml'), file: 'vendor/tekton.yaml' };

const WHOLE = fixture('tekton', 'whole-release.yaml');

/** @param kcp what `kcp` says beside the workspace @param release text of the release */
const fleet = (
  kcp = '',
  release = RELEASE.text,
  tekton = 'tekton: { install: release, release: vendor/tekton.yaml }',
) =>
  resolve({
    clusters: [{ file: 'clusters/ci.yaml', text: `name: ci\n${tekton}\nkcp: { workspace: root:ci${kcp} }\n` }],
    releases: [{ ...RELEASE, text: release }],
    teams: [
      team('alpha', ['alpha'], { cluster: 'ci', group: 'alpha-devs' }),
      team('beta', ['beta'], { cluster: 'other', clusters: ['ci'] }),
      team('gamma', ['gamma'], { cluster: 'other' }),
    ],
    stacks: ['alpha', 'beta', 'gamma'].map((name) => stackFile(name, [app(`${name}-web`)])),
  });

/** Objects by the path of their file, which is below dist/. */
function files(...parts: Parameters<typeof fleet>): Readonly<Record<string, readonly Manifest[]>> {
  const { fleet: resolved, said } = fleet(...parts);
  if (resolved === undefined) throw new Error(said.join('\n'));
  return Object.fromEntries(
    [...synthFleet(resolved).files]
      .filter(([path]) => path.startsWith('kcp/'))
      .map(([path, text]) => [path, loadAll(text) as Manifest[]]),
  );
}
const schemas = (...parts: Parameters<typeof fleet>) => files(...parts)['kcp/ci/apis/10-schemas.yaml']!;
const apiExport = (...parts: Parameters<typeof fleet>) => files(...parts)['kcp/ci/apis/20-export.yaml']![0]!;
const binding = (...parts: Parameters<typeof fleet>) => files(...parts)['kcp/ci/teams/alpha/10-binding.yaml']![0]!;

it('has a workspace for each team of the cluster, and a folder for what is applied in each', () => {
  const made = files();
  expect(Object.keys(made)).toEqual([
    'kcp/ci/00-workspaces.yaml',
    'kcp/ci/apis/10-schemas.yaml',
    'kcp/ci/apis/20-export.yaml',
    'kcp/ci/apis/30-policies.yaml',
    'kcp/ci/teams/alpha/10-binding.yaml',
    'kcp/ci/teams/beta/10-binding.yaml',
  ]);
  expect(made['kcp/ci/00-workspaces.yaml']!.map(({ kind, metadata: { name }, spec }) => [kind, name, spec])).toEqual(
    ['tekton-dag-apis', 'alpha', 'beta'].map((name) => [
      'Workspace',
      name,
      { type: { name: 'universal', path: 'root' } },
    ]),
  );
});

it('exports the kinds of the release and ours, each by its schema, and every team binds them', () => {
  const named = (at(apiExport(), 'spec', 'resources') as { name: string; group: string; schema: string }[]).map(
    ({ group, name, schema }) => [`${name}.${group}`, schema],
  );
  const made = schemas();
  expect(named.map(([, schema]) => schema)).toEqual(made.map(({ metadata }) => metadata.name));
  expect(named.map(([name]) => name)).toEqual(
    expect.arrayContaining(['tasks.tekton.dev', 'runrequests.tekton-dag.io']),
  );
  for (const [name, schema] of named) expect(schema).toMatch(new RegExp(`^v[a-z2-7]{8}\\.${name}$`));
  expect(binding().spec).toEqual({ reference: { export: { name: 'tekton-dag', path: 'root:ci:tekton-dag-apis' } } });
});

it('holds of a definition the version that is stored, and nothing that calls into a cluster', () => {
  const older = RELEASE.text.replace(
    '  versions:\n    - name: v1\n',
    `  conversion: { strategy: Webhook, webhook: { conversionReviewVersions: [v1] } }
  versions:
    - { name: v1beta1, served: true, storage: false, schema: { openAPIV3Schema: { type: object } } }
    - name: v1
`,
  );
  expect(older).not.toBe(RELEASE.text);
  const task = schemas('', older).find(({ metadata }) => metadata.name.endsWith('.tasks.tekton.dev'))!;
  expect(task).toEqual({
    apiVersion: 'apis.kcp.io/v1alpha1',
    kind: 'APIResourceSchema',
    metadata: { name: task.metadata.name, labels: { 'app.kubernetes.io/managed-by': 'tekton-dag' } },
    spec: {
      group: 'tekton.dev',
      names: { kind: 'Task', listKind: 'TaskList', plural: 'tasks', singular: 'task' },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          subresources: {},
        },
      ],
    },
  });
});

it('has every name that kcp asks for, where the definition leaves to the API server what is made of the kind', () => {
  const without = RELEASE.text.replace('plural: tasks, singular: task }', 'plural: tasks }');
  expect(without).not.toBe(RELEASE.text);
  const namesOf = (made: readonly Manifest[]) =>
    at(
      made.find(({ metadata }) => metadata.name.endsWith('.tasks.tekton.dev'))!,
      'spec',
      'names',
    );
  expect(namesOf(schemas('', without))).toEqual(namesOf(schemas()));
  for (const { spec } of schemas()) {
    const { kind, ...names } = at(spec, 'names') as Readonly<Record<string, string>>;
    expect(names).toMatchObject({
      listKind: `${kind}List`,
      singular: `${kind}`.toLowerCase(),
      plural: expect.any(String),
    });
  }
});

it('gives a schema that says something else another name, and the others theirs', () => {
  const names = (text?: string) => schemas('', text).map(({ metadata }) => metadata.name);
  const changed = names(RELEASE.text.replace('singular: task }', 'singular: tassk }'));
  expect(names(RELEASE.text.replace('/webhook:1.15.0', '/webhook:1.15.1'))).toEqual(names());
  expect(changed.filter((name) => !names().includes(name))).toEqual([expect.stringMatching(/\.tasks\.tekton\.dev$/)]);
});

it('holds requests to the policies that a cluster has', () => {
  const policies = (objects: readonly Manifest[]) =>
    objects
      .filter(
        ({ kind, metadata: { name } }) => kind.startsWith('ValidatingAdmissionPolicy') && name.includes('run-request'),
      )
      .map(({ kind, metadata: { name }, spec }) => [kind, name, spec]);
  const { fleet: resolved } = fleet();
  const ofCluster = loadAll(synthFleet(resolved!).files.get('cluster/tekton-dag.yaml')!) as Manifest[];
  const here = policies(files()['kcp/ci/apis/30-policies.yaml']!);
  expect(here.length).toBeGreaterThanOrEqual(4);
  expect(here.sort()).toEqual(policies(ofCluster).sort());
});

it('claims what the file says, and the teams accept just that', () => {
  const claims = ', permissionClaims: [{ resource: configmaps, verbs: [get, list, watch] }]';
  const claimed = { group: '', resource: 'configmaps', verbs: ['get', 'list', 'watch'] };
  expect(at(apiExport(claims), 'spec', 'permissionClaims')).toEqual([claimed]);
  expect(at(binding(claims), 'spec', 'permissionClaims')).toEqual([
    { ...claimed, selector: { matchAll: true }, state: 'Accepted' },
  ]);
});

it("lets a team's group see what is there and ask for runs, and nobody where there is no group", () => {
  const made = files();
  const [, role, roleBinding] = made['kcp/ci/teams/alpha/10-binding.yaml']! as readonly [unknown, Manifest, Manifest];
  const rules = role.rules as {
    apiGroups?: string[];
    resources?: string[];
    verbs: string[];
    nonResourceURLs?: string[];
  }[];
  expect(rules[0]).toEqual({ nonResourceURLs: ['/'], verbs: ['access'] });
  expect(rules.filter(({ verbs }) => verbs.includes('create')).map(({ resources }) => resources)).toEqual([
    ['runrequests'],
  ]);
  expect(roleBinding.subjects).toEqual([{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'alpha-devs' }]);
  expect(made['kcp/ci/teams/beta/10-binding.yaml']).toHaveLength(1);
});

it('says of no group that nothing reads it', () => {
  const said = (kcp: string) =>
    resolve({
      clusters: [
        {
          file: 'clusters/ci.yaml',
          text: `name: ci\ntekton: { install: release, release: ${RELEASE.file} }\n${kcp}`,
        },
      ],
      releases: [RELEASE],
      teams: [team('alpha', ['alpha'], { cluster: 'ci', group: 'alpha-devs', platform: undefined })],
      stacks: [stackFile('alpha', [app('web')])],
    }).said.filter((line) => line.includes('group'));
  expect(said('kcp: { workspace: root:ci }\n')).toEqual([]);
  expect(said('')).toEqual([expect.stringContaining('group: not used')]);
});

it('exports the kinds that several Tektons share', () => {
  const several = 'tekton: { instances: [{ name: stable, release: vendor/tekton.yaml, namespaces: [sandbox] }] }';
  const made = synthFleet(
    resolve({
      clusters: [{ file: 'clusters/ci.yaml', text: `name: ci\n${several}\nkcp: { workspace: root:ci }\n` }],
      releases: [{ ...WHOLE, file: RELEASE.file }],
      teams: [team('alpha', ['alpha'])],
      stacks: [stackFile('alpha', [app('web')])],
    }).fleet!,
  ).files;
  const one = files('', WHOLE.text);
  expect(loadAll(made.get('kcp/ci/apis/10-schemas.yaml')!)).toEqual(one['kcp/ci/apis/10-schemas.yaml']);
});

it.each([
  [
    'kcp without a release',
    () => fleet('', RELEASE.text, 'emulation: true').said,
    /^clusters\/ci\.yaml:3:1: kcp: needs tekton: /,
  ],
  [
    'kcp with the operator',
    () => fleet('', RELEASE.text, 'tekton: { install: operator, channel: latest }').said,
    /kcp: needs tekton by a release: /,
  ],
  [
    'kcp with the operator, which has no manifest',
    () => fleet('', RELEASE.text, 'tekton: { install: operator, channel: latest }').said,
    /^clusters\/ci\.yaml:3:1: kcp: needs tekton by a release: .*expected tekton.install: release, or no kcp/,
  ],
  ['a path that is none', () => fleet('/x').said, /kcp\.workspace: .*a path of workspaces such as root:ci/],
  ['a claim without verbs', () => fleet(', permissionClaims: [{ resource: configmaps, verbs: [] }]').said, /verbs/],
])('is told of %s', (_, said, expected) => expect(said().join('\n')).toMatch(expected));

it('is no business of the cluster: what is applied there does not change', () => {
  const without = (text: string) =>
    synthFleet(
      resolve({
        clusters: [
          {
            file: 'clusters/ci.yaml',
            text: `name: ci\ntekton: { install: release, release: vendor/tekton.yaml }\n${text}`,
          },
        ],
        releases: [RELEASE],
        teams: [team('alpha', ['alpha'], { cluster: 'ci', platform: { repoURL: 'https://github.com/acme/ci.git' } })],
        stacks: [stackFile('alpha', [app('web')])],
      }).fleet!,
    ).files;
  const rest = new Map([...without('kcp: { workspace: root:ci }\n')].filter(([path]) => !path.startsWith('kcp/')));
  expect(rest).toEqual(without(''));
});
