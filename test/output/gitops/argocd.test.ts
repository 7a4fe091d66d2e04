import { ApiObject, Chart } from 'cdk8s';
import type { Customize } from '../../../lib/team';
import type { TeamProps } from '../../../lib/fleet/team';
import { synthFleet } from '../../../lib/output/synth';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { formatProblem } from '../../../lib/words/problem';
import { app, resolve, stackFile, team } from '../../fleet/support';
import type { Params } from './controller';
import { SETS, all, applications, contents, find, objectsOf, permits } from './controller';

/** What Argo CD is given for a fleet: projects, ApplicationSets, and the files that these read. */

const REPOSITORY = 'https://github.com/acme/platform.git';

type Props = Partial<TeamProps> & { readonly name: string };

/** Files by path, of teams that each have one stack of one app. */
const synth = (...teams: readonly Props[]): ReadonlyMap<string, string> => synthOn({}, ...teams);

/** @param clusters text of a file of clusters/ by the cluster's name */
function synthOn(clusters: Readonly<Record<string, string>>, ...teams: readonly Props[]): ReadonlyMap<string, string> {
  const { fleet, said } = resolve({
    clusters: Object.entries(clusters).map(([name, text]) => ({
      file: `clusters/${name}.yaml`,
      text: `name: ${name}\n${text}`,
    })),
    teams: teams.map(({ name, ...over }) => team(name, [name], over)),
    stacks: teams.map(({ name }) =>
      stackFile(name, [app(`${name}-web`, undefined, `acme/${name}`)], `defaults: { namespace: ${name}-env }`),
    ),
  });
  if (fleet === undefined) throw new Error(said.join('\n'));
  return synthFleet(fleet).files;
}
const nameOf = ({ metadata }: Manifest) => metadata.name;

describe('applications', () => {
  const files = synth({ name: 'alpha', triggers: true }, { name: 'beta', cluster: 'two' });

  it('are two a team, one of its project, and one a cluster', () => {
    const ofTeam = (name: string) => [name, `${name}.platform`, `${name}.project`];
    expect(all(files).map(nameOf).sort()).toEqual([
      ...ofTeam('tekton-dag-alpha'),
      ...ofTeam('tekton-dag-beta'),
      'tekton-dag.one',
      'tekton-dag.two',
    ]);
  });

  it('leave a team that is removed and waits in the way of no other', () => {
    const root = find(files, 'Application', 'tekton-dag');
    expect(
      contents(files, root)
        .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
        .filter((name) => /alpha|beta/.test(name)),
    ).toEqual([]);
    const projects = applications(files, 'tekton-dag-projects').map((application) => [
      nameOf(application),
      contents(files, application).map(nameOf),
    ]);
    expect(projects).toEqual([
      ['tekton-dag-alpha.project', ['tekton-dag-alpha']],
      ['tekton-dag-beta.project', ['tekton-dag-beta']],
    ]);
  });

  it('apply every object of the output once on each of its clusters', () => {
    const applied = all(files).flatMap((application) =>
      contents(files, application).map(
        (object) =>
          `${String(at(application, 'spec', 'destination', 'name'))} ${object.kind} ${object.metadata.namespace}/${object.metadata.name}`,
      ),
    );
    expect(new Set(applied).size).toBe(applied.length);
    const made = ['teams/alpha', 'teams/beta', 'argocd/projects', 'cluster', 'cluster'].flatMap((folder) =>
      objectsOf(files, folder),
    );
    expect(applied).toHaveLength(made.length);
  });

  it('hold what their project permits, where it permits it', () => {
    const refused = all(files).flatMap((application) =>
      contents(files, application).flatMap((object) =>
        permits(files, application, object) ? [] : [`${nameOf(application)}: ${object.kind} ${object.metadata.name}`],
      ),
    );
    expect(refused).toEqual([]);
  });

  it('belong to the platform where they say who may do what, and how much', () => {
    const kinds = (name: string) =>
      new Set(
        all(files)
          .filter((application) => nameOf(application) === name)
          .flatMap((application) => contents(files, application).map(({ kind }) => kind)),
      );
    const owned = [
      'Namespace',
      'LimitRange',
      'NetworkPolicy',
      'Role',
      'RoleBinding',
      'ServiceAccount',
      'PersistentVolumeClaim',
    ];
    expect([...kinds('tekton-dag-alpha.platform')]).toEqual(expect.arrayContaining(owned));
    expect([...kinds('tekton-dag-alpha')].filter((kind) => owned.includes(kind))).toEqual([]);
    expect([...kinds('tekton-dag-alpha')]).toEqual(
      expect.arrayContaining(['Task', 'Pipeline', 'Service', 'Deployment']),
    );
  });

  it('are synchronized by themselves, emptied by nobody, and delete what they made', () => {
    for (const application of all(files)) {
      expect(application).toMatchObject({
        metadata: {
          finalizers: ['resources-finalizer.argocd.argoproj.io'],
          annotations: { 'argocd.argoproj.io/manifest-generate-paths': expect.any(String) },
        },
        spec: {
          syncPolicy: {
            automated: { prune: true, selfHeal: true, allowEmpty: false },
            retry: { limit: expect.any(Number) },
            syncOptions: expect.arrayContaining(['ServerSideApply=true', 'ApplyOutOfSyncOnly=true']),
          },
        },
      });
      // what a team keeps when it changes its name is tracked by an application that is no more
      expect(JSON.stringify(application.spec)).not.toContain('FailOnSharedResource');
    }
  });

  it('are looked for each minute, since a new team is found before its project', () => {
    for (const set of ['tekton-dag-projects', 'tekton-dag-platform', 'tekton-dag-teams'])
      expect(at(find(files, 'ApplicationSet', set), 'spec', 'generators')).toEqual([
        { git: expect.objectContaining({ requeueAfterSeconds: 60 }) },
      ]);
  });

  it('fail on a parameter that is missing, and know no clash with those that the generator gives', () => {
    for (const set of SETS)
      expect(find(files, 'ApplicationSet', set).spec).toMatchObject({
        goTemplate: true,
        goTemplateOptions: ['missingkey=error'],
      });
    const keys = Object.keys(JSON.parse(files.get('index/alpha.json') as string) as object);
    expect(
      keys.filter((key) => ['name', 'nameNormalized', 'server', 'project', 'path', 'metadata', 'values'].includes(key)),
    ).toEqual([]);
  });
});

describe('the project of a team', () => {
  const files = synth({ name: 'alpha', group: 'alpha developers' }, { name: 'beta', cluster: 'two' });
  const application = (name: string) => all(files).find((one) => nameOf(one) === name) as Manifest;
  const object = (apiVersion: string, kind: string, namespace?: string): Manifest => ({
    apiVersion,
    kind,
    metadata: { name: 'x', namespace },
  });

  it.each([
    ['a Task', object('tekton.dev/v1', 'Task', 'ci-alpha'), true],
    ['a Service in its environment', object('v1', 'Service', 'alpha-env'), true],
    ['a Task of another team', object('tekton.dev/v1', 'Task', 'ci-beta'), false],
    ['a run', object('tekton.dev/v1', 'PipelineRun', 'ci-alpha'), false],
    ['a Pod', object('v1', 'Pod', 'ci-alpha'), false],
    ['a Secret', object('v1', 'Secret', 'ci-alpha'), false],
    ['a RoleBinding', object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'ci-alpha'), false],
    ['a ResourceQuota', object('v1', 'ResourceQuota', 'ci-alpha'), false],
    ['a Namespace', object('v1', 'Namespace'), false],
    ['a ClusterRoleBinding', object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'), false],
  ])('on %s: %#', (_, what, permitted) =>
    expect(permits(files, application('tekton-dag-alpha'), what)).toBe(permitted),
  );

  it('reads this repository alone', () =>
    expect(find(files, 'AppProject', 'tekton-dag-alpha').spec).toMatchObject({ sourceRepos: [REPOSITORY] }));

  it('outlives its applications', () =>
    expect(find(files, 'AppProject', 'tekton-dag-alpha').metadata.finalizers).toEqual([
      'resources-finalizer.argocd.argoproj.io',
    ]));

  it('gives its group rights on its applications, and none without a group', () => {
    const { roles } = find(files, 'AppProject', 'tekton-dag-alpha').spec as {
      roles: { name: string; groups: string[]; policies: string[] }[];
    };
    expect(roles).toEqual([expect.objectContaining({ groups: ['alpha developers'] })]);
    for (const policy of roles[0]!.policies)
      expect(policy).toMatch(
        new RegExp(
          `^p, proj:tekton-dag-alpha:${roles[0]!.name}, (applications|logs), [\\w/*]+, tekton-dag-alpha/\\*, allow$`,
        ),
      );
    expect(find(files, 'AppProject', 'tekton-dag-beta').spec).not.toHaveProperty('roles');
  });

  it('leaves to argocd-rbac-cm that the group sees what the platform owns', () => {
    expect(files.get('argocd/rbac/policy.tekton-dag-alpha.csv')?.split('\n').slice(1)).toEqual([
      'p, role:tekton-dag-alpha, projects, get, tekton-dag-alpha, allow',
      'p, role:tekton-dag-alpha, applications, get, tekton-dag/tekton-dag-alpha.platform, allow',
      'p, role:tekton-dag-alpha, applications, get, tekton-dag/tekton-dag-alpha.*.platform, allow',
      'g, alpha developers, role:tekton-dag-alpha',
      '',
    ]);
    expect([...files.keys()].filter((file) => file.includes('beta') && file.endsWith('.csv'))).toEqual([]);
  });
});

it('lets projects of teams hold what synth makes for some team, and nothing else', () => {
  const { fleet, said } = resolve({
    clusters: [{ file: 'clusters/one.yaml', text: 'name: one\ningress: { domain: ci.example.com }\n' }],
    teams: [
      team('alpha', ['alpha'], { triggers: true }),
      team('beta', ['beta'], { interceptBackend: 'gateway', orchestrator: { enabled: false } }),
    ],
    stacks: ['alpha', 'beta'].map((name) =>
      stackFile(
        name,
        [app(`${name}-web`, 'propagation-role: terminal, autoscaling: { min: 1, max: 2, cpu: 80 }')],
        `defaults: { namespace: ${name}-env }`,
      ),
    ),
  });
  if (fleet === undefined) throw new Error(said.join('\n'));
  const { files, parts } = synthFleet(fleet);
  const made = parts.flatMap((part) => ('objects' in part && part.owner === 'team' ? part.objects : []));
  const listed = ['alpha', 'beta'].flatMap(
    (name) =>
      at(find(files, 'AppProject', `tekton-dag-${name}`), 'spec', 'namespaceResourceWhitelist') as {
        group: string;
        kind: string;
      }[],
  );
  const kindsMade = made.map(({ apiVersion, kind }) => `${apiVersion.replace(/(^|\/)[^/]*$/, '')} ${kind}`);
  expect([...new Set(listed.map(({ group, kind }) => `${group} ${kind}`))].sort()).toEqual(
    [...new Set(kindsMade)].sort(),
  );
});

describe('removal', () => {
  const option = 'argocd.argoproj.io/sync-options';
  const options = (props: Partial<TeamProps>) => {
    const files = synth({ name: 'alpha', ...props });
    return Object.fromEntries(
      ['Namespace', 'PersistentVolumeClaim', 'Deployment', 'Task'].map((kind) => [
        kind,
        objectsOf(files, 'teams/alpha').find((object) => object.kind === kind)?.metadata.annotations?.[option],
      ]),
    );
  };

  it('deletes all', () => expect(options({ removal: 'cascade' })).toEqual({}));

  it('waits for a person before namespaces and claims go, and before the application does', () =>
    expect(options({})).toEqual({
      Namespace: 'Delete=confirm,Prune=confirm',
      PersistentVolumeClaim: 'Delete=confirm,Prune=confirm',
      Deployment: 'Delete=confirm',
    }));

  it('leaves all', () =>
    expect(options({ removal: 'orphan' })).toEqual({
      Namespace: 'Delete=false,Prune=false',
      PersistentVolumeClaim: 'Delete=false,Prune=false',
      Deployment: 'Delete=false',
      Task: 'Delete=false',
    }));

  it('never takes a namespace that is not ours', () => {
    const files = synth({ name: 'alpha', namespace: 'tekton-pipelines', environment: { namespace: 'default' } });
    expect(
      all(files)
        .flatMap((application) => contents(files, application))
        .filter(({ kind }) => kind === 'Namespace'),
    ).toEqual([]);
  });
});

it('changes only the files of the team that changed', () => {
  const before = synth({ name: 'alpha', group: 'a' }, { name: 'beta' });
  const after = synth({ name: 'alpha', group: 'b', maxParallelBuilds: 2, removal: 'confirm' }, { name: 'beta' });
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  expect(changed).toEqual(
    expect.arrayContaining(['argocd/projects/alpha.yaml', 'argocd/rbac/policy.tekton-dag-alpha.csv']),
  );
  expect(changed.filter((file) => !file.includes('alpha'))).toEqual([]);
});

it('adds and removes a team by files of that team alone', () => {
  const one = synth({ name: 'beta' });
  const two = synth({ name: 'alpha', group: 'a' }, { name: 'beta' });
  expect([...two.keys()].filter((file) => two.get(file) !== one.get(file) && !file.includes('alpha'))).toEqual([]);
  expect([...one.keys()].filter((file) => !two.has(file))).toEqual([]);
});

it('makes nothing for Argo CD where no team says what it is to read', () => {
  expect([...synth({ name: 'alpha', platform: {} }).keys()].filter((file) => /^(argocd|index)/.test(file))).toEqual([]);
});

it('has one repository', () => {
  expect(() =>
    synth({ name: 'alpha' }, { name: 'beta', platform: { repoURL: 'https://github.com/acme/other.git' } }),
  ).toThrow(/platform.repoURL: differs from another team.*alpha/);
});

it('gives no two applications one name, whatever teams and clusters are called', () => {
  const files = synth(
    { name: 'alpha', cluster: 'one', clusters: ['platform', 'project'] },
    { name: 'alpha-platform', cluster: 'arn:aws:eks:eu-1:1:cluster.x' },
    { name: 'cluster', cluster: 'arn:aws:eks:eu-1:1:cluster-x' },
    { name: 'slash', cluster: 'arn:aws:eks:eu-1:1:cluster/x' },
  );
  // a name that has a slash leads into no other folder
  expect([...files.keys()].filter((path) => path.includes('cluster/x'))).toEqual([]);
  expect(files.get('index/slash.json')).toContain('"cluster": "arn:aws:eks:eu-1:1:cluster/x"');
  const names = all(files).map(nameOf);
  expect(new Set(names).size).toBe(names.length);
  expect(
    names.filter((name) => !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)),
  ).toEqual([]);
});

describe('a team on several clusters', () => {
  // the orchestrator is told which cluster it is on, so without it nothing differs
  const alpha = { name: 'alpha', clusters: ['two', 'one', 'two'], orchestrator: { enabled: false } };
  const parsed = (files: ReadonlyMap<string, string>, path: string) => JSON.parse(files.get(path) as string) as Params;

  it('has one set of files where the clusters do not differ', () => {
    const files = synth(alpha);
    expect([...files.keys()].filter((path) => path.startsWith('clusters/'))).toEqual([]);
    expect(parsed(files, 'index/alpha.json')).toMatchObject({
      cluster: 'one',
      application: 'tekton-dag-alpha',
      folder: 'dist/teams/alpha',
    });
    expect(parsed(files, 'index/alpha.two.json')).toMatchObject({
      cluster: 'two',
      application: 'tekton-dag-alpha.two',
      folder: 'dist/teams/alpha',
    });
    expect(all(files).map(nameOf).sort()).toEqual([
      'tekton-dag-alpha',
      'tekton-dag-alpha.platform',
      'tekton-dag-alpha.project',
      'tekton-dag-alpha.two',
      'tekton-dag-alpha.two.platform',
      'tekton-dag.one',
      'tekton-dag.two',
    ]);
  });

  it('differs where the cluster does, and nowhere else', () => {
    const files = synthOn({ two: 'storage: { cache: { storageClass: fast } }\nimageRegistry: eu.example.com' }, alpha);
    expect(parsed(files, 'index/alpha.two.json')).toMatchObject({ folder: 'dist/clusters/two/alpha' });
    const key = ({ kind, metadata }: Manifest) => `${kind} ${metadata.namespace}/${metadata.name}`;
    const there = objectsOf(files, 'clusters/two/alpha');
    const here = new Map(objectsOf(files, 'teams/alpha').map((object) => [key(object), object]));
    expect(there.map(key).sort()).toEqual([...here.keys()].sort());
    const differing = there.filter((object) => JSON.stringify(object) !== JSON.stringify(here.get(key(object))));
    expect([...new Set(differing.map(({ kind }) => kind))].sort()).toEqual([
      'PersistentVolumeClaim',
      'Pipeline',
      'Task',
    ]);
    const undone = JSON.stringify(there)
      .replaceAll('eu.example.com', 'registry.example.com')
      .replace(/,?"storageClassName":"fast"/g, '');
    expect(JSON.parse(undone)).toEqual([...here.values()]);
  });

  it('says itself what it wants to be the same everywhere', () => {
    const files = synthOn(
      { two: 'network: { egressCIDRs: [10.0.0.0/8] }' },
      { ...alpha, network: { egressCIDRs: ['10.1.0.0/16'] } },
    );
    expect([...files.keys()].filter((path) => path.startsWith('clusters/'))).toEqual([]);
  });

  it('has a project that permits all of it', () => {
    const files = synthOn(
      { two: 'quota: { cpu: 4 }\ningress: { domain: ci.example.com }' },
      { ...alpha, orchestrator: {} },
    );
    const refused = all(files).flatMap((application) =>
      contents(files, application)
        .filter((object) => !permits(files, application, object))
        .map(({ kind }) => kind),
    );
    expect(refused).toEqual([]);
    const [ingress] = objectsOf(files, 'clusters/two/alpha').filter(({ kind }) => kind === 'Ingress');
    expect(ingress?.spec).toMatchObject({ rules: [{ host: 'alpha.ci.example.com' }] });
    expect(
      objectsOf(files, 'teams/alpha').filter(({ kind }) => kind === 'Ingress' || kind === 'ResourceQuota'),
    ).toEqual([]);
  });

  it('takes its namespaces on each of them', () => {
    expect(() => synth(alpha, { name: 'beta', namespace: 'ci-alpha', cluster: 'two' })).toThrow(
      /namespace ci-alpha is also that of/,
    );
    expect(() => synth(alpha, { name: 'beta', namespace: 'ci-alpha', cluster: 'three' })).not.toThrow();
  });
});

describe('an orchestrator that teams share', () => {
  const shared = { orchestrator: { mode: 'shared' } } as const;
  const files = synthOn(
    { two: 'ingress: { domain: ci.example.com }' },
    { name: 'alpha', clusters: ['two'], ...shared },
    { name: 'beta', cluster: 'two', ...shared },
    { name: 'gamma', cluster: 'three' },
  );
  const own = all(files).filter((application) => nameOf(application).endsWith('.orchestrator'));

  it('is an application of each cluster that has such a team', () => {
    expect(own.map((application) => [nameOf(application), at(application, 'spec', 'destination', 'name')])).toEqual([
      ['tekton-dag.one.orchestrator', 'one'],
      ['tekton-dag.two.orchestrator', 'two'],
    ]);
    expect(
      own.map((application) =>
        contents(files, application)
          .filter(({ kind }) => kind === 'Deployment' || kind === 'Ingress')
          .map(({ kind }) => kind),
      ),
    ).toEqual([['Deployment'], ['Deployment', 'Ingress']]);
  });

  it('holds what its project permits', () => {
    const refused = own.flatMap((application) =>
      contents(files, application)
        .filter((object) => !permits(files, application, object))
        .map(({ kind }) => kind),
    );
    expect(refused).toEqual([]);
  });

  it('is in the file of a Kind cluster, once', () => {
    const kind = synth({ name: 'alpha', cluster: 'kind-a', ...shared }, { name: 'beta', cluster: 'kind-a', ...shared });
    const deployments = objectsOf(kind, 'kind.yaml').filter(
      (object) => object.kind === 'Deployment' && nameOf(object) === 'tekton-dag-orchestrator',
    );
    expect(deployments.map(({ metadata }) => metadata.namespace)).toEqual(['tekton-dag']);
  });
});

it('finds a cluster by the name of its file, and a team by that of its folder', () => {
  const { said } = resolve({
    teams: [{ ...team('alpha', ['alpha']), file: 'teams/beta/team.ts' }],
    stacks: [stackFile('alpha', [app('web')])],
    clusters: [{ file: 'clusters/production-ci.yaml', text: 'name: prod' }],
  });
  expect(said).toEqual([
    'clusters/production-ci.yaml:1:7: name: the file production-ci.yaml is not called as its cluster (found "prod"; expected "production-ci", or the file clusters/prod.yaml)',
    'warning: teams/beta/team.ts: name: the folder teams/beta is not called as its team (found "alpha"; expected "beta", or the folder teams/alpha)',
    'warning: stacks, versions and clusters that no team uses are listed once the errors above are fixed',
  ]);
  const elsewhere = resolve({
    teams: [{ ...team('alpha', ['alpha']), file: '../teams/beta/team.ts' }],
    stacks: [stackFile('alpha', [app('web')])],
  });
  expect(elsewhere.said).toEqual([]);
});

it('tells of a folder for Kind that the file of Kind leaves out', () => {
  const { fleet } = resolve({
    teams: [team('alpha', ['alpha'], { cluster: 'kind-a', clusters: ['kind-b'] })],
    stacks: [stackFile('alpha', [app('web')])],
    clusters: [{ file: 'clusters/kind-b.yaml', text: 'name: kind-b\nquota: { pods: 50 }' }],
  });
  expect(synthFleet(fleet!).warnings.map(formatProblem)).toContain(
    'kind.yaml: does not hold clusters/kind-b/alpha, which is for a second Kind cluster: apply that folder beside it',
  );
});

it('tells of a cluster that is described twice, or for nobody', () => {
  const said = (clusters: readonly string[]) =>
    resolve({
      teams: [team('alpha', ['alpha'])],
      stacks: [stackFile('alpha', [app('web')])],
      clusters: clusters.map((text, i) => ({ file: `clusters/${i}.yaml`, text })),
    }).said;
  expect(said(['name: one', 'name: one'])).toContainEqual(
    expect.stringMatching(
      /clusters\/1.yaml:1:7: name: cluster one is described twice; the other is clusters\/0.yaml:1:7/,
    ),
  );
  expect(said(['name: "0"'])).toContainEqual(
    expect.stringMatching(/^warning: clusters\/0.yaml:1:7: name: no team is on this cluster/),
  );
});

describe('what customize makes', () => {
  const customized = (apiVersion: string, kind: string, namespace?: string, more = {}) => {
    const { fleet } = resolve({ teams: [team('alpha', ['alpha'], more)], stacks: [stackFile('alpha', [app('web')])] });
    const customize: Customize = (objects) => {
      const chart = Chart.of(objects.find((object) => object.kind === 'Service')!);
      new ApiObject(chart, 'more', {
        apiVersion,
        kind,
        metadata: { name: 'more', ...(namespace !== undefined && { namespace }) },
      });
    };
    return () => synthFleet(fleet!, { teams: new Map([['alpha', customize]]) });
  };

  it('of another kind extends the project of the team, and is told', () => {
    const { files, warnings } = customized('autoscaling.example.com/v2', 'Scaler', 'ci-alpha')();
    expect(find(files, 'AppProject', 'tekton-dag-alpha').spec).toMatchObject({
      namespaceResourceWhitelist: expect.arrayContaining([{ group: 'autoscaling.example.com', kind: 'Scaler' }]),
    });
    expect(warnings).toContainEqual(
      expect.objectContaining({
        file: 'teams/alpha/team.ts',
        message: expect.stringContaining(
          "customize makes Scaler more in dist/teams/alpha/50-environment.yaml: the team's AppProject permits Scaler",
        ),
      }),
    );
  });

  it.each([
    ['v1', 'Secret', 'ci-alpha'],
    ['v1', 'Pod', 'ci-alpha'],
    ['rbac.authorization.k8s.io/v1', 'Role', 'ci-alpha'],
    ['networking.k8s.io/v1', 'NetworkPolicy', 'ci-alpha'],
    ['example.com/v1', 'Widget', undefined],
  ])('is refused where it gives what no team has: %s %s', (apiVersion, kind, namespace) =>
    expect(customized(apiVersion, kind, namespace)).toThrow(/teams\/alpha\/team\.ts: Argo CD would refuse/),
  );

  it.each([
    ['v1', 'Secret'],
    ['rbac.authorization.k8s.io/v1', 'Role'],
    ['tekton.dev/v1', 'PipelineRun'],
  ])('is refused without Argo CD, too: %s %s', (apiVersion, kind) =>
    expect(customized(apiVersion, kind, 'ci-alpha', { platform: undefined })).toThrow(
      `teams/alpha/team.ts: customize makes ${kind} more in dist/teams/alpha/50-environment.yaml, and no team may hold this kind`,
    ),
  );

  it('may be of any other kind without Argo CD', () =>
    expect(customized('example.com/v1', 'Widget', 'ci-alpha', { platform: undefined })).not.toThrow());
});
