import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../support/cli';
import { tektonDag } from '../support/cli';
import { Folder, teamFile } from './folder';

/** fleet.ts: what holds for all teams. */

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  folder.fleet('a', 'b');
});
afterEach(() => folder.remove());

/** Team b is by the backend that some of these add. */
const byMesh = (props: string): void => {
  if (!props.includes('backends:')) return;
  const file = 'teams/b/team.yaml';
  folder.write(file, `${folder.read(file)}interceptBackend: mesh\n`);
};

const fleet = (props: string, file = 'fleet.ts'): Promise<Outcome> => {
  byMesh(props);
  folder.write(
    file,
    `import { Fleet, JsonPatch, smoke } from 'tekton-dag';\nvoid [JsonPatch, smoke];\nexport default new Fleet(${props});\n`,
  );
  return folder.run('synth');
};

it('changes and adds objects of teams in YAML and in TypeScript, after the own code of a team', async () => {
  folder.remove('teams/b');
  folder.write(
    'teams/b/team.ts',
    `import { Team } from 'tekton-dag';
export default new Team(
  { name: 'b', namespace: 'team-b', cluster: 'prod', imageRegistry: 'r.example.com/b', stacks: ['stacks/b.yaml'] },
  (objects, team) => { team.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own', labels: { by: 'team' } } }); },
);
`,
  );
  const { status, stderr } = await fleet(`{
  customize: (objects, team) => {
    for (const object of objects) if (object.name === 'own') object.addJsonPatch(JsonPatch.replace('/metadata/labels/by', 'fleet'));
    for (const stack of team.stacks)
      stack.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'apps', namespace: stack.environment }, data: { apps: stack.apps.join() } });
  },
}`);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  for (const team of ['a', 'b']) {
    const text = folder.read(`dist/teams/${team}/40-${team}.yaml`);
    expect(text).toContain(`  apps: fe,api\n`);
    expect(text).toContain(`  name: apps\n  namespace: ${team}-staging\n`);
  }
  expect(folder.read('dist/teams/b/50-environment.yaml')).toContain('    by: fleet\n');
  expect(folder.read('dist/teams/b/50-environment.yaml')).toContain('  name: own\n  namespace: team-b\n');
});

const apps = (team: string): string => folder.read(`dist/teams/${team}/40-${team}.yaml`);
/** Code for the Deployments of apps. */
const ofApps = (code: string): string =>
  `{ customize: (objects, team) => { for (const object of objects) if (object.kind === 'Deployment' && ['fe', 'api'].includes(object.name)) { ${code} } } }`;

describe('the Deployments that runs apply', () => {
  it('are as they were where nothing changes them, whoever looks at them', async () => {
    await folder.run('synth');
    const before = apps('a');
    await fleet('{ customize: () => {}, checks: { look: () => {} } }');
    expect(apps('a')).toBe(before);
  });

  it('are changed where they stand, in the order that they have', async () => {
    await folder.run('synth');
    const before = apps('a');
    const { status, stderr } = await fleet(ofApps("object.addJsonPatch(JsonPatch.add('/spec/paused', false));"));
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(apps('a').replaceAll(/^ *paused: false\n/gm, '')).toBe(before);
    expect(apps('a').match(/^ *paused: false\n/gm)).toHaveLength(2);
  });

  it('are looked at by checks, with the image that a release gives them', async () => {
    const { stderr } = await fleet(
      "{ checks: { all: ({ manifest }, report) => { if (manifest.kind === 'Deployment') report({ message: JSON.stringify((manifest.spec as any).template.spec.containers[0].image), remedy: 'r' }); } } }",
    );
    for (const team of ['a', 'b'])
      for (const app of ['fe', 'api'])
        expect(stderr).toMatch(
          new RegExp(
            `^dist/teams/${team}/40-${team}\\.yaml: Deployment ${team}-staging/${app}: "r.example.com/${team}/${app}@sha256:0{64}": r`,
            'm',
          ),
        );
  });

  it.each([
    [
      'another name',
      "object.addJsonPatch(JsonPatch.replace('/metadata/name', 'other'));",
      "fleet.ts: customize of team 'a': Deployment a-staging/fe has another name, kind or namespace",
    ],
    [
      'nothing left',
      "object.addJsonPatch(JsonPatch.replace('/spec', null));",
      "customize of team 'a': Deployment a-staging/fe has another spec.selector",
    ],
    [
      'another image',
      "object.addJsonPatch(JsonPatch.replace('/spec/template/spec/containers/0/image', 'r.example.com/x:1.0'));",
      "fleet.ts: customize of team 'a': Deployment a-staging/fe has no container with the image of the app: give one of its containers image IMAGE",
    ],
    [
      'another version',
      "object.addJsonPatch(JsonPatch.replace('/apiVersion', 'apps/v1beta1'));",
      "customize of team 'a': Deployment a-staging/fe has another apiVersion",
    ],
    [
      'a label of the platform gone',
      "object.addJsonPatch(JsonPatch.remove('/spec/template/metadata/labels/tekton-dag.io~1track'));",
      'Deployment a-staging/fe has lost or changed tekton-dag.io/track of spec.template.metadata.labels',
    ],
    [
      'another selector',
      "object.addJsonPatch(JsonPatch.add('/spec/selector/matchLabels/more', 'x'));",
      "customize of team 'a': Deployment a-staging/fe has another spec.selector",
    ],
    [
      'an account',
      "object.addJsonPatch(JsonPatch.add('/spec/template/spec/serviceAccountName', 'tekton-dag-release'));",
      "customize of team 'a': Deployment a-staging/fe has serviceAccountName, and pods that runs deploy have no account and no token",
    ],
    [
      'a token',
      "object.addJsonPatch(JsonPatch.replace('/spec/template/spec/automountServiceAccountToken', true));",
      "customize of team 'a': Deployment a-staging/fe has automountServiceAccountToken true",
    ],
    [
      'no token field',
      "object.addJsonPatch(JsonPatch.remove('/spec/template/spec/automountServiceAccountToken'));",
      'has automountServiceAccountToken true, its default, and pods that runs deploy',
    ],
    [
      'a projected token',
      "object.addJsonPatch(JsonPatch.add('/spec/template/spec/volumes', [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }]));",
      'has a projected serviceAccountToken, and pods that runs deploy',
    ],
    [
      'two containers of one name',
      "object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/-', { name: object.name, image: 'r.example.com/x:1.0' }));",
      'Deployment a-staging/fe: spec.template.spec.containers[1].name: is the name of spec.template.spec.containers[0], too',
    ],
    [
      'a pause',
      "object.addJsonPatch(JsonPatch.add('/spec/paused', true));",
      'Deployment a-staging/fe: spec.paused: keeps every release from its pods',
    ],
    [
      'the network of the node',
      "object.addJsonPatch(JsonPatch.add('/spec/template/spec/hostNetwork', true));",
      'Deployment a-staging/fe: spec.template.spec.hostNetwork: namespace a-staging has Pod Security baseline',
    ],
    [
      'a finalizer',
      "object.addJsonPatch(JsonPatch.add('/metadata/finalizers', ['a.example.com/b']));",
      'Deployment a-staging/fe: metadata.finalizers: unknown key',
    ],
    [
      'a claim of ours',
      "object.addJsonPatch(JsonPatch.add('/spec/template/spec/volumes', [{ name: 'c', persistentVolumeClaim: { claimName: 'tekton-dag-cache-release' } }]));",
      'is a claim of tekton-dag, and no app may mount it',
    ],
    [
      'a field that there is not',
      "object.addJsonPatch(JsonPatch.add('/spec/template/spec/fooo', 1));",
      "customize of team 'a': Deployment a-staging/fe: spec.template.spec.fooo: is not a field of a Deployment",
    ],
    [
      'a patch that does not fit',
      "object.addJsonPatch(JsonPatch.add('/spec/nothing/below', 1));",
      'fleet.ts: customize of team \'a\': Deployment fe cannot be written: patch {"op":"add","path":"/spec/nothing/below","value":1} cannot be applied to it: it has no /spec/nothing',
    ],
    [
      'a container with a moving image',
      "object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/-', { name: 'x', image: 'x', resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { memory: '1Mi' } } }));",
      'dist/teams/a/40-a.yaml: Deployment a-staging/fe spec.template.spec.containers[1].image: image has no tag (found x; expected an exact version or a digest; made from teams/a/team.yaml, stacks/a.yaml and fleet.ts)',
    ],
    [
      'a value that an API server refuses',
      "object.addJsonPatch(JsonPatch.add('/spec/paused', 'no'));",
      "fleet.ts: customize of team 'a': spec.paused of Deployment a-staging/fe in 40-a.yaml: wrong type",
    ],
  ])('are refused with %s', async (_what, code, says) => {
    const { status, stderr } = await fleet(ofApps(code));
    expect(status).toBe(1);
    expect(stderr).toContain(says);
  });

  it('are no duplicates where two stacks have the same app', async () => {
    folder.write('teams/a/team.yaml', teamFile('a').replace('stacks/a.yaml', 'stacks/a.yaml, stacks/more.yaml'));
    folder.write('stacks/more.yaml', folder.read('stacks/a.yaml').replace('name: a', 'name: more'));
    await folder.run('synth');
    const before = [apps('a'), folder.read('dist/teams/a/40-more.yaml')];
    expect(await fleet('{ customize: () => {}, checks: { look: () => {} } }')).toMatchObject({ status: 0 });
    expect([apps('a'), folder.read('dist/teams/a/40-more.yaml')]).toEqual(before);
  });

  it('are written into the ConfigMap of the stack alone, whatever others are called', async () => {
    const { status, stderr } = await fleet(
      "{ customize: (_, team) => { team.stacks[0]!.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${team.name}-apps`, namespace: `${team.name}-staging` }, data: { own: 'x' } }); } }",
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(apps('a').match(/^ {2}fe\.yaml: \|$/gm)).toHaveLength(1);
  });

  it('bring images that are listed', async () => {
    await fleet(
      ofApps(
        "object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/-', { name: 'x', image: 'docker.io/x/sidecar:1.0.0', resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { memory: '1Mi' } } }));",
      ),
    );
    const { stdout } = await folder.run('images', 'list');
    expect(stdout).toContain('docker.io/x/sidecar:1.0.0');
    expect(stdout).not.toContain('sha256:000');
  });

  it('are to be changed themselves, and not the text', async () => {
    const { stderr } = await fleet(
      "{ customize: (objects) => { for (const object of objects) if (object.kind === 'ConfigMap' && object.name === 'a-apps') object.addJsonPatch(JsonPatch.replace('/data/fe.yaml', 'x')); } }",
    );
    expect(stderr).toContain(
      "fleet.ts: customize of team 'a': key fe.yaml of ConfigMap a-apps is changed: change Deployment a-staging/fe instead, which is among the objects",
    );
  });

  it('are changed in what Git owns, of which previews are made', async () => {
    folder.write('teams/a/team.yaml', teamFile('a', 'environment: { deploy: gitops }\n'));
    await folder.run('synth');
    const before = apps('a');
    expect(await fleet(ofApps("object.addJsonPatch(JsonPatch.add('/spec/minReadySeconds', 7));"))).toMatchObject({
      status: 0,
    });
    expect(folder.read('dist/templates/a/prod.yaml')).toContain('minReadySeconds: 7');
    expect(apps('a').replaceAll(/\n *minReadySeconds: 7/g, '')).toBe(before);
  });

  it('get no account of tekton-dag from whoever owns them', async () => {
    folder.write('teams/a/team.yaml', teamFile('a', 'environment: { deploy: gitops }\n'));
    const { status, stderr } = await fleet(
      ofApps("object.addJsonPatch(JsonPatch.add('/spec/template/spec/serviceAccountName', 'tekton-dag-release'));"),
    );
    expect(status).toBe(1);
    expect(stderr).toContain(
      "fleet.ts: customize of team 'a': Deployment a-staging/fe: spec.template.spec.serviceAccountName: is an account of tekton-dag, whose rights no app may have",
    );
  });

  it('may not read Secrets of the platform', async () => {
    const file = 'stacks/a.yaml';
    folder.write(file, folder.read(file).replace('namespace: a-staging', 'namespace: team-a'));
    const { stderr } = await fleet(
      ofApps(
        "object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/envFrom', [{ secretRef: { name: 'github-token' } }]));",
      ),
    );
    expect(stderr).toContain('is a Secret of the platform, and no app may read it');
  });
});

it('tells all that its checks find, with team, object and remedy, and writes nothing if one is an error', async () => {
  const { status, stderr } = await fleet(`{
  checks: {
    paid: ({ manifest, team }, report) => {
      if (manifest.kind !== 'LimitRange' && manifest.kind !== 'Namespace') return;
      const severity = manifest.kind === 'Namespace' ? 'warning' : 'error';
      if (team !== undefined) report({ path: 'metadata.labels', message: 'has no cost-centre', remedy: 'add it', severity });
    },
  },
}`);
  expect(status).toBe(1);
  const lines = stderr.split('\n');
  for (const team of ['a', 'b'])
    expect(lines).toContain(
      `dist/teams/${team}/00-namespace.yaml: LimitRange team-${team}/tekton-dag-defaults metadata.labels: has no cost-centre: add it, says check 'paid' of fleet.ts (made from teams/${team}/team.yaml)`,
    );
  expect(stderr).toContain(
    'warning: dist/teams/a/00-namespace.yaml: Namespace team-a metadata.labels: has no cost-centre',
  );
  expect(existsSync(join(folder.path, 'dist'))).toBe(false);
});

it('writes what a check only warns of', async () => {
  const { status, stderr } = await fleet(
    `{ checks: { told: ({ manifest }, report) => { if (manifest.kind === 'Namespace') report({ message: 'm', remedy: 'r', severity: 'warning' }); } } }`,
  );
  expect({ status, stderr }).toMatchObject({
    status: 0,
    stderr: expect.stringContaining(
      "Namespace team-b: m: r, says check 'told' of fleet.ts (made from teams/b/team.yaml)",
    ) as string,
  });
});

it('refuses values that an API server would, in what is changed and in what is added', async () => {
  const { status, stderr } = await fleet(`{
  customize: (objects, team) => {
    team.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own' }, data: { x: 1 as never } });
    for (const object of objects)
      if (object.kind === 'Task' && object.name === 'deploy-app') object.addJsonPatch(JsonPatch.replace('/spec/steps/0/image', ['a:1']));
  },
}`);
  expect(status).toBe(1);
  // one mistake for all teams is told once
  expect(stderr.trimEnd().split('\n').sort()).toEqual([
    `fleet.ts: customize of team 'a': data.x of ConfigMap team-a/own in 50-environment.yaml: expected text, found a number: put it in quotes (found 1; expected text; did you mean "1"?); and the same for 1 more team`,
    `fleet.ts: customize of team 'a': spec.steps[0].image of Task team-a/deploy-app in 30-tasks.yaml: wrong type (found a list; expected text); and the same for 1 more team`,
  ]);
  expect(existsSync(join(folder.path, 'dist'))).toBe(false);
});

const PATCH = "objects[0]!.addJsonPatch(JsonPatch.add('/a/b/c', 1))";
it.each([
  [
    'customize throws',
    "{ customize: () => { throw new Error('no'); } }",
    /^fleet\.ts:3:\d+: customize fails for team 'a': no; and the same for 1 more team$/m,
  ],
  [
    'customize is asynchronous',
    '{ customize: async () => {} }',
    /^fleet\.ts: customize fails for team 'a': it is asynchronous/m,
  ],
  [
    'a patch does not fit',
    `{ customize: (objects) => { ${PATCH}; } }`,
    /^fleet\.ts: customize of team 'a': Namespace team-a cannot be written: patch \{"op":"add","path":"\/a\/b\/c","value":1\} cannot be applied to it: /m,
  ],
  [
    'a check throws',
    "{ checks: { odd: ({ manifest }) => { if (manifest.kind === 'Task') throw new Error('no'); } } }",
    /^fleet\.ts:3:\d+: check 'odd' fails for Task team-a\/[\w-]+ of team 'a': no\n(?![^]*check 'odd')/m,
  ],
  [
    'a check changes an object',
    "{ checks: { odd: ({ manifest }) => { Object.assign(manifest.metadata, { name: 'x' }); } } }",
    /^fleet\.ts:3:\d+: check 'odd' fails for ValidatingAdmissionPolicy tekton-dag-preview-objects: Cannot assign/m,
  ],
  [
    'prTest throws',
    '{ prTest: ({ apps }) => { throw new Error(apps.map(({ name }) => name).join()); } }',
    /^fleet\.ts:3:\d+: prTest fails for stack 'a' of team 'a': api,fe; and the same for 1 more team$/m,
  ],
  [
    'a task may release what a fork brought',
    "{ prTest: ({ pipeline, tasks, apps }) => { for (const { name, whenAlsoOfForks: when } of apps) pipeline.task(`x-${name}`, tasks.use(smoke), { when, account: 'release', params: { namespace: 'a', urls: [] } }); } }",
    /^fleet\.ts:\d+:\d+: prTest fails for stack 'a' of team 'a': task 'x-api' runs as 'release' for pull requests of forks, too: give it `when` of an app or notIn\(scope, \['fork'\]\)/m,
  ],
  [
    'a task is given a param that its Task does not have',
    "{ prTest: ({ pipeline, tasks }) => { pipeline.task('ask', tasks.use(smoke), { timeout: '5m0s', params: { namespce: 'a', targets: [] } as never }); } }",
    /^fleet\.ts:3:\d+: prTest fails for stack 'a' of team 'a': task 'ask' gives Task smoke param 'namespce', which it does not have \(expected namespace or targets\); and the same for 1 more team$/m,
  ],
  [
    'a task is not given a param',
    "{ prTest: ({ pipeline, tasks }) => { pipeline.finally('ask', tasks.use(smoke), { timeout: '5m0s', params: { targets: [] } as never }); } }",
    /^fleet\.ts:3:\d+: prTest fails for stack 'a' of team 'a': task 'ask' gives Task smoke no param 'namespace'; and the same for 1 more team$/m,
  ],
  [
    'a task has no timeout',
    "{ prTest: ({ pipeline, tasks }) => { pipeline.task('ask', tasks.use(smoke), { params: { namespace: 'a', urls: [] } } as never); } }",
    /^fleet\.ts:3:\d+: prTest fails for stack 'a' of team 'a': task 'ask' has no timeout that Tekton reads \(found nothing; expected such as 5m, 90s or 1h30m\); and the same for 1 more team$/m,
  ],
  [
    'a timeout is none',
    "{ prTest: ({ pipeline, tasks }) => { pipeline.finally('ask', tasks.use(smoke), { timeout: '5 minutes', params: { namespace: 'a', urls: [] } } as never); } }",
    /^fleet\.ts:3:\d+: prTest fails for stack 'a' of team 'a': task 'ask' has no timeout that Tekton reads \(found "5 minutes"; /m,
  ],
  ['a key is unknown', '{ check: {} } as never', /^fleet\.ts:3:28: check: unknown key \(.*did you mean checks\?\)$/m],
  [
    'a value is something else',
    '{ checks: { a: 1 } } as never',
    /^fleet\.ts:3:\d+: checks: is something else \(found object; expected functions by their names\)$/m,
  ],
  [
    'a backend leads through a kind that no team may hold',
    "{ backends: { mesh: { how: 'x', kinds: [{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', plural: 'roles' }], preview: () => [] } } }",
    /^fleet\.ts:3:\d+: backends\.mesh\.kinds\[0\]\.kind: is not a kind that leads requests.*\(found "Role"; expected a kind of a mesh or a gateway\)$/m,
  ],
  [
    'a backend makes something else',
    "{ backends: { mesh: { how: 'x', kinds: [{ apiVersion: 'example.com/v1', kind: 'Detour', plural: 'detours' }], preview: () => [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } }] } } }",
    /^fleet\.ts:3:\d+: preview of backend 'mesh' fails for app 'fe' of team 'b': Secret x is of no kind of the backend \(found v1 Secret; expected example\.com\/v1 Detour\)$/m,
  ],
  [
    'a backend makes what no file can hold, for every app',
    "{ backends: { mesh: { how: 'x', kinds: [{ apiVersion: 'example.com/v1', kind: 'Detour', plural: 'detours' }], preview: ({ service }) => [{ apiVersion: 'example.com/v1', kind: 'Detour', metadata: { name: service }, spec: { port: 1n } }] } } }",
    /^fleet\.ts:3:\d+: preview of backend 'mesh' fails for app 'fe' of team 'b': Detour fe-\$\{SESSION\} spec\.port: no file can hold this value \(found a bigint; .*\n.* for app 'api' of team 'b'/m,
  ],
  [
    'objects are put elsewhere, and hold what no file can',
    "{ customize: (objects, team) => { const add = (metadata: any, data?: any) => team.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }); add({ name: 'coredns', namespace: 'kube-system' }); add({ name: 'x' }, { n: 1n }); } }",
    /^fleet\.ts: customize of team 'a': ConfigMap kube-system\/coredns is in a namespace that is not the team's: .* \(found "kube-system"; expected team-a or a-staging\); and the same for 1 more team\nfleet\.ts: customize of team 'a': ConfigMap team-a\/x data\.n: no file can hold this value \(found a bigint/m,
  ],
  [
    'an object of synth is moved elsewhere',
    "{ customize: (objects) => { objects.find(({ kind }) => kind === 'LimitRange')!.addJsonPatch(JsonPatch.replace('/metadata/namespace', 'other')); } }",
    /^fleet\.ts: customize of team 'a': LimitRange other\/tekton-dag-defaults is in a namespace that is not the team's/m,
  ],
  [
    'an object is removed',
    '{ customize: (objects) => { for (const { node } of objects.slice(3, 5)) node.scope!.node.tryRemoveChild(node.id); } }',
    /^fleet\.ts: customize of team 'a': \w+ \S+ is removed: .*\nfleet\.ts: customize of team 'a': \w+ \S+ is removed: /m,
  ],
  [
    'what is added is not an object',
    "{ customize: (objects, team) => { team.add({ apiVersion: 'v1', kind: 'ConfigMap' } as any); } }",
    /^fleet\.ts:3:\d+: customize fails for team 'a': add is given a ConfigMap without metadata\.name: /m,
  ],
  [
    'an object is added twice',
    "{ customize: (objects, team) => { for (const one of [1, 2]) team.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }), one; } }",
    /^fleet\.ts:3:\d+: customize fails for team 'a': add is given ConfigMap x twice/m,
  ],
  [
    'a task has the name of one that comes later',
    "{ prTest: ({ pipeline, tasks }) => { pipeline.task('verdict', tasks.use(smoke), { timeout: '5m0s', params: { namespace: 'a', targets: [] } }); } }",
    /^fleet\.ts:3:\d+: prTest fails for stack 'a' of team 'a': task 'verdict' has the name of a task that tekton-dag adds: give it another; and the same for 1 more team$/m,
  ],
  [
    'a task would be taken for a test of an app',
    "{ prTest: ({ pipeline, tasks }) => { pipeline.finally('test-all', tasks.use(smoke), { timeout: '5m0s', params: { namespace: 'a', targets: [] } }); } }",
    /^fleet\.ts:3:\d+: prTest fails for stack 'a' of team 'a': task 'test-all' has a name of tests of apps/m,
  ],
  [
    'a factory makes no Task',
    "{ prTest: ({ pipeline, tasks }) => { const nothing = (() => undefined) as any; pipeline.task('x', tasks.use(nothing), { timeout: '5m0s' } as any); } }",
    /^fleet\.ts:3:\d+: prTest fails for stack 'a' of team 'a': the function 'nothing' that use is given returns nothing: return the Task/m,
  ],
  [
    'a check reports a severity that nobody knows',
    "{ checks: { odd: ({ manifest }, report) => { if (manifest.kind === 'Namespace') report({ message: 'a', remedy: 'b', severity: 'fatal' as any }); } } }",
    /^fleet\.ts:3:\d+: check 'odd' fails for Namespace team-a of team 'a': report is not given \{ message, remedy \}: severity is unknown \(found "fatal"; expected error or warning\)$/m,
  ],
  [
    'a check reports nothing',
    "{ checks: { odd: ({ manifest }, report) => { if (manifest.kind === 'Namespace') report({} as any); } } }",
    /^fleet\.ts:3:\d+: check 'odd' fails for Namespace team-a of team 'a': report is not given \{ message, remedy \}: message is not text \(found nothing\)$/m,
  ],
  [
    'a check returns what it has found',
    '{ checks: { odd: (({ manifest }: any) => manifest.kind !== "Namespace") as any } }',
    /^fleet\.ts: check 'odd' fails for ValidatingAdmissionPolicy tekton-dag-preview-objects: it returns a value, which nothing reads: call report/m,
  ],
  [
    'a toolchain takes variables, beside what else is wrong',
    "{ toolchains: { go: { image: 'x', command: 'x', env: { PATH: 'a' } } } }",
    /^fleet\.ts:3:\d+: toolchains\.go\.image: names no registry.*\nfleet\.ts:3:\d+: toolchains\.go\.env\.PATH: is a variable/m,
  ],
  [
    'a toolchain is malformed',
    "{ toolchains: { go: { image: 'docker.io/library/golang:1.26.2', command: '', env: {} } } }",
    /^fleet\.ts:3:\d+: toolchains\.go\.command: is empty/m,
  ],
  [
    'a toolchain has the name of another',
    "{ toolchains: { pip: { image: 'docker.io/library/golang:1.26.2', command: 'x' } } }",
    /^fleet\.ts:3:42: toolchains\.pip: is the name of a toolchain/m,
  ],
])('names the place where %s', async (_what, props, says) => {
  const { status, stderr } = await fleet(props);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(says) as string });
  expect(stderr).not.toContain('bug in tekton-dag');
});

describe('retries of a task of its own', () => {
  const row = (more: string) =>
    fleet(
      `{ prTest: ({ pipeline, tasks }) => { pipeline.task('x', tasks.use(smoke), { timeout: '5m0s', retries: 1${more}, params: { namespace: 'a', targets: [] } }); } }`,
    );

  it('are written', async () => {
    expect(await row('')).toMatchObject({ status: 0 });
    expect(folder.read('dist/teams/a/40-a.yaml')).toMatch(/^ +retries: 1$/m);
  });

  it('are none together with onError', async () => {
    const { stderr } = await row(", onError: 'continue'");
    expect(stderr).toContain('a pipeline task with onError: continue has no retries');
  });
});

describe('toolchains that it adds', () => {
  beforeEach(() => folder.write('stacks/a.yaml', folder.read('stacks/a.yaml').replace('tool: pip', 'tool: go')));
  const row = (key: string) =>
    fleet(`{ toolchains: { go: { image: 'docker.io/library/golang:1.26.2', ${key}: 'go build' } } }`);

  it('are known to files that are checked by themselves', async () => {
    expect(await row('command')).toMatchObject({ status: 0 });
    for (const args of [
      ['validate', 'stacks/a.yaml'],
      ['graph', 'a'],
    ])
      expect(await folder.run(...args)).toMatchObject({ status: 0 });
    folder.remove('fleet.ts');
    for (const args of [['validate', 'stacks/a.yaml'], ['graph', 'a'], ['synth']])
      expect(await folder.run(...args)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('apps[1].build.tool: no toolchain has this name') as string,
      });
  });

  it('are known to nobody if it cannot be read', async () => {
    const { stderr } = await row('comand');
    expect(stderr).toContain('toolchains.go.comand: unknown key');
    expect(stderr).not.toContain('stacks/a.yaml');
  });
});

it.each<[string, Partial<Outcome>]>([
  ['{ checks: {} }', { status: 0, stdout: 'fleet.ts: a valid fleet file\n' }],
  [
    '{ check: {} } as never',
    { status: 1, stderr: expect.stringMatching(/^fleet\.ts:3:28: check: unknown key/m) as string },
  ],
])('is validated by itself: %s', async (props, expected) => {
  await fleet(props);
  expect(await folder.run('validate', 'fleet.ts')).toMatchObject(expected);
});

it('is compiled by the process that reads it, and says what line is wrong', () => {
  folder.write(
    'fleet.ts',
    `import { Fleet } from 'tekton-dag';\n\nexport default new Fleet({ prTest: () => { throw new Error('no'); } });\n`,
  );
  expect(tektonDag(['synth'], { cwd: folder.path })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^fleet\.ts:3:\d+: prTest fails for stack 'a' of team 'a': no; and the same for 1 more team$/m,
    ) as string,
  });
});

it('has the Secrets that its tasks mount listed, and made of the store of a team that has one', async () => {
  folder.write('teams/b/team.yaml', teamFile('b', 'secrets: { backend: external-secrets, store: { name: vault } }\n'));
  expect(await fleet("{ secrets: { 'licence-server': ['token'] } }")).toMatchObject({ status: 0 });
  const lists = async (team: string) => (await folder.run('team', 'secrets', team)).stdout;
  expect(await lists('a')).toContain(
    "kubectl create secret generic licence-server --namespace=team-a --from-file=token='<",
  );
  expect(await lists('b')).toContain('made of the entry b/licence-server of store vault: property token');
  expect(folder.read('dist/teams/b/15-secrets.yaml')).toContain('    key: b/licence-server\n');
});

it.each(['fleet.js', 'Fleet.ts', 'fleets.mts'])('is not called %s', async (file) => {
  expect(await fleet('{}', file)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(`${file}: is not read, because of its name (did you mean fleet.ts?)`) as string,
  });
});

it.each(['fleet.ts', 'teams/a/team.ts', 'clusters/prod.ts'])(
  'refuses a %s that is a pipe, and waits for nobody',
  async (file) => {
    folder.remove('teams/a');
    folder.remove('clusters');
    folder.write(`${file}x`, '');
    folder.remove(`${file}x`);
    execFileSync('mkfifo', [join(folder.path, file)]);
    expect(await folder.run('synth')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`${file}: is not a file, but a pipe, a device or a socket`),
    });
  },
);
