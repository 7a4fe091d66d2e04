import { JsonPatch } from 'cdk8s';
import type { Manifest } from '../../../lib/kube/manifest';
import { TeamMaker } from '../../../lib/output/team-maker';
import { synthFleet } from '../../../lib/output/synth';
import type { Customize, Extensions } from '../../../lib/output/team/extension';
import { withSharedTasks } from '../../../lib/output/team/shared-tasks';
import { teamParts } from '../../../lib/output/team/team-parts';
import { isElsewhere, refElsewhere, taskPlace } from '../../../lib/tekton/spec/task-place';
import type { PipelineSpec, PipelineTask } from '../../../lib/tekton/spec/wire';
import { InputError, formatProblem } from '../../../lib/words/problem';
import { SMALL, Task } from '../../../lib';
import type { TeamProps } from '../../../lib/fleet/team';
import { app, resolve, stackFile, team } from '../../fleet/support';
import { contents, find, objectsOf, permits } from '../gitops/controller';

/** Tasks that the teams of a cluster share. */

const SHARED = { file: 'clusters/one.yaml', text: 'name: one\ntasks: shared\n' };
const NPM = 'propagation-role: terminal, build: { tool: npm }';
const TESTED = 'propagation-role: terminal, build: { tool: npm }, tests: { unit: npm test, postman: tests/api.json }';
type Teams = Readonly<Record<string, Partial<TeamProps>>>;

const fleetOf = (teams: Teams, apps: Readonly<Record<string, string>> = {}, cluster = SHARED) => {
  const { fleet, said } = resolve({
    clusters: [cluster],
    teams: Object.entries(teams).map(([name, over]) => team(name, [name], over)),
    stacks: Object.keys(teams).map((name) => stackFile(name, [app(`${name}-web`, apps[name] ?? NPM)])),
  });
  if (fleet === undefined) throw new Error(said.join('\n'));
  return fleet;
};
const filesOf = (...args: Parameters<typeof fleetOf>): ReadonlyMap<string, string> =>
  synthFleet(fleetOf(...args)).files;

const tasksIn = (files: ReadonlyMap<string, string>, folder: string): readonly string[] =>
  objectsOf(files, folder)
    .filter(({ kind }) => kind === 'Task')
    .map(({ metadata }) => metadata.name)
    .sort();
const pipelineTasks = (files: ReadonlyMap<string, string>, name: string): readonly PipelineTask[] =>
  objectsOf(files, `teams/${name}/`)
    .filter(({ kind }) => kind === 'Pipeline')
    .flatMap(({ spec }) => {
      const { tasks = [], finally: last = [] } = spec as PipelineSpec;
      return [...tasks, ...last];
    });
const ofTeam = (files: ReadonlyMap<string, string>, name: string) =>
  [...files].filter(([path]) => path.startsWith(`teams/${name}/`));

it('leaves each team its own Tasks where the file of the cluster says nothing', () => {
  const files = filesOf({ alpha: {}, beta: {} }, {}, { file: 'clusters/one.yaml', text: 'name: one\n' });
  expect([...files.keys()].filter((path) => path.startsWith('tasks/'))).toEqual([]);
  expect(tasksIn(files, 'teams/alpha/')).toContain('build-npm');
  expect(pipelineTasks(files, 'alpha').filter(({ taskRef }) => isElsewhere(taskRef!))).toEqual([]);
});

describe('of two teams with registries of their own', () => {
  const files = filesOf({ alpha: {}, beta: {} });

  it('has each Task once, beside the one that programs find by its name', () => {
    expect(tasksIn(files, 'teams/')).toEqual(['close-previews', 'close-previews']);
    expect(tasksIn(files, 'tasks/one/')).toEqual(
      tasksIn(filesOf({ alpha: {} }, {}, { ...SHARED, text: 'name: one\n' }), 'teams/').filter(
        (name) => name !== 'close-previews',
      ),
    );
    const [namespace, quota] = objectsOf(files, 'tasks/one/');
    expect(namespace).toMatchObject({ kind: 'Namespace', metadata: { name: 'tekton-dag-tasks' } });
    expect(quota).toMatchObject({ kind: 'ResourceQuota', spec: { hard: { pods: '0' } } });
  });

  it('has Pipelines that name it through the cluster resolver', () => {
    const refs = new Map(pipelineTasks(files, 'beta').map(({ name, taskRef }) => [name, taskRef]));
    expect(refs.get('build-beta-web')).toEqual({
      resolver: 'cluster',
      params: [
        { name: 'kind', value: 'task' },
        { name: 'name', value: 'build-npm' },
        { name: 'namespace', value: 'tekton-dag-tasks' },
      ],
    });
    for (const ref of refs.values()) expect(tasksIn(files, 'tasks/one/')).toContain(taskPlace(ref, 'ci-beta')!.name);
  });

  it('is given by the Pipelines what is of the team', () => {
    const given = (name: string, task: string, param: string) =>
      pipelineTasks(files, name)
        .find((one) => one.name === task)
        ?.params?.find((one) => one.name === param)?.value;
    expect(given('alpha', 'push-alpha-web', 'cache-repo')).toBe('registry.example.com/alpha/cache');
    expect(given('beta', 'push-beta-web', 'cache-repo')).toBe('registry.example.com/beta/cache');
    expect(given('beta', 'bump-beta-web', 'platform')).toMatchObject({
      'versions-branch': 'tekton-dag/versions-beta',
      'versions-file': 'teams/beta/versions.yaml',
    });
  });

  it('says nothing of any team', () => {
    const text = files.get('tasks/one/tasks.yaml')!;
    for (const word of ['ci-alpha', 'ci-beta', 'example.com', 'registry.invalid', 'tekton-dag.io/team'])
      expect(text).not.toContain(word);
  });
});

it('leaves the files of a team as they are when another comes, goes, or has Tasks of its own', () => {
  const all = filesOf(
    { alpha: {}, beta: {}, gamma: { secrets: { names: { registryPush: 'push' } } } },
    { beta: TESTED },
  );
  const without = filesOf({ alpha: {}, beta: {} }, { beta: TESTED });
  const alone = filesOf({ alpha: {} });
  expect(ofTeam(without, 'alpha')).toEqual(ofTeam(alone, 'alpha'));
  expect(ofTeam(all, 'alpha')).toEqual(ofTeam(alone, 'alpha'));
  expect(ofTeam(all, 'beta')).toEqual(ofTeam(without, 'beta'));
  // and each Task as it is, whoever else uses it
  const tasks = (files: ReadonlyMap<string, string>) =>
    new Map(objectsOf(files, 'tasks/').map((object) => [object.metadata.name, object]));
  for (const [name, task] of tasks(alone)) expect(tasks(all).get(name)).toEqual(task);
});

describe('keeps a Task in the namespace of the team that', () => {
  const mine = (over: Partial<TeamProps>, extensions?: Partial<Extensions>) => {
    const { files } = synthFleet(fleetOf({ alpha: over, beta: {} }), { teams: new Map(), ...extensions });
    expect(tasksIn(files, 'teams/beta/')).toEqual(['close-previews']);
    const own = tasksIn(files, 'teams/alpha/');
    for (const { taskRef } of pipelineTasks(files, 'alpha')) {
      const { name, namespace } = taskPlace(taskRef, 'ci-alpha')!;
      expect([name, namespace]).toEqual([name, own.includes(name) ? 'ci-alpha' : 'tekton-dag-tasks']);
    }
    return own;
  };

  it('has another image', () => {
    const own = mine({ images: { overrides: { kubectl: 'registry.example.com/kubectl:1.31.6' } } });
    expect(own).toContain('deploy-app');
    expect(own).not.toContain('push-image');
  });

  it('has another Secret', () =>
    expect(mine({ secrets: { names: { registryPush: 'push' } } })).toEqual(
      expect.arrayContaining(['build-npm', 'push-image', 'tag-release']),
    ));

  it('keeps reports in a bucket', () =>
    expect(mine({ storage: { reports: { s3: { endpoint: 'https://s3.example.com', bucket: 'reports' } } } })).toContain(
      'publish-outcome',
    ));

  it('changes it by code', () => {
    const customize: Customize = (objects) =>
      objects
        .find(({ kind, name }) => kind === 'Task' && name === 'smoke')!
        .addJsonPatch(JsonPatch.replace('/spec/description', 'another'));
    expect(mine({}, { teams: new Map([['alpha', customize]]) })).toEqual(['close-previews', 'smoke']);
  });

  it('has it of fleet.ts, as each team has', () => {
    const { files } = synthFleet(fleetOf({ alpha: {} }), {
      teams: new Map(),
      fleet: {
        file: 'fleet.ts',
        checks: {},
        prTest: ({ pipeline, tasks, apps: [web] }) => {
          const own = tasks.use(
            (scope) =>
              new Task(scope, 'lint', {
                description: 'x',
                steps: () => [
                  { name: 's', image: 'registry.example.com/lint:1', script: '#!/bin/sh\n', resources: SMALL },
                ],
              }),
          );
          pipeline.task('lint', own, { timeout: '5m0s', when: web!.when });
        },
      },
    });
    expect(tasksIn(files, 'teams/alpha/')).toEqual(['close-previews', 'lint']);
  });
});

it('leaves the Task that pushes with a team whose images are signed: who verifies them looks for its name', () => {
  const [alpha] = fleetOf({ alpha: {} }).teams;
  const objects = new Map([['30-tasks', teamParts({ ...alpha!, nobody: undefined }).flatMap((part) => part.objects)]]);
  const uses = (signed: boolean) => {
    const builder = { cluster: 'one', id: 'https://ci.example.com', key: '' };
    const made = { ...alpha!, ...(signed && { builder: builder as never }) };
    const seen: string[] = [];
    withSharedTasks(objects, made, [{ name: 'push-image', make: () => void seen.push('compared') }]);
    return seen;
  };
  expect(() => uses(false)).toThrow();
  expect(uses(true)).toEqual([]);
});

describe('Argo CD', () => {
  const files = filesOf({ alpha: {} });
  const application = find(files, 'Application', 'tekton-dag.one.tasks');
  const task: Manifest = {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: 'x', namespace: 'tekton-dag-tasks' },
  };

  it('applies them by an application of their own, before what teams own', () => {
    expect(contents(files, application)).toEqual(objectsOf(files, 'tasks/one/'));
    for (const object of objectsOf(files, 'tasks/one/'))
      expect([object, permits(files, application, object)]).toEqual([object, true]);
    expect(application.metadata.annotations).toMatchObject({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
    });
    expect(find(files, 'ApplicationSet', 'tekton-dag-teams').metadata.annotations).toMatchObject({
      'argocd.argoproj.io/sync-wave': '1',
    });
  });

  it('lets nobody else write there, and that application nowhere else', () => {
    expect(permits(files, application, task)).toBe(true);
    expect(permits(files, application, { ...task, metadata: { name: 'x', namespace: 'ci-alpha' } })).toBe(false);
    for (const project of ['tekton-dag', 'tekton-dag-alpha', 'tekton-dag.argocd']) {
      const other = { ...application, spec: { ...(application.spec as object), project } };
      expect([project, permits(files, other, task)]).toEqual([project, false]);
    }
  });
});

it('is the same where a program keeps the teams that have not changed', () => {
  const maker = new TeamMaker();
  const kept = (teams: Teams) => synthFleet(fleetOf(teams), undefined, undefined, maker).files;
  kept({ alpha: {}, beta: {} });
  const changed = { alpha: {}, beta: { maxParallelBuilds: 2 } };
  expect(kept(changed)).toEqual(filesOf(changed));
  expect(kept({ alpha: {} })).toEqual(filesOf({ alpha: {} }));
});

it('is in the file that Kind is given', () => {
  const cluster = { file: 'clusters/kind-a.yaml', text: 'name: kind-a\ntasks: shared\n' };
  const files = filesOf({ alpha: { cluster: 'kind-a' } }, {}, cluster);
  const copied = objectsOf(files, 'kind.yaml').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  expect(copied).toContain('tekton-dag-tasks/build-npm');
  expect(copied.indexOf('undefined/tekton-dag-tasks')).toBeLessThan(copied.indexOf('tekton-dag-tasks/build-npm'));
});

describe('is checked', () => {
  const said = (customize: Customize): readonly string[] => {
    try {
      synthFleet(fleetOf({ alpha: {}, beta: {} }), { teams: new Map([['beta', customize]]) });
      return [];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return error.problems.map(formatProblem);
    }
  };

  it('in the namespaces where it runs', () => {
    const found = said((objects) =>
      objects
        .find(({ kind, name }) => kind === 'PersistentVolumeClaim' && name.startsWith('tekton-dag-cache'))!
        .addJsonPatch(JsonPatch.replace('/metadata/name', 'gone')),
    );
    expect(found).toContainEqual(
      expect.stringMatching(
        /Task tekton-dag-tasks\/build-npm .*nothing makes this PersistentVolumeClaim in namespace 'ci-beta'/,
      ),
    );
    expect(found.join('\n')).not.toContain('ci-alpha');
  });

  it('to be there where code of a team names it, with the params that it takes', () => {
    const naming = (name: string) =>
      said((objects) =>
        objects
          .find(({ kind, name: pipeline }) => kind === 'Pipeline' && pipeline === 'beta-verify')!
          .addJsonPatch(
            JsonPatch.replace('/spec/tasks/0/taskRef', refElsewhere({ name, namespace: 'tekton-dag-tasks' })),
          ),
      );
    expect(naming('none')).toContainEqual(
      expect.stringMatching(/spec.tasks\[0\].taskRef: nothing makes this Task in namespace 'tekton-dag-tasks'/),
    );
    expect(naming('smoke')).toContainEqual(expect.stringMatching(/Task 'smoke' declares no param of this name/));
  });
});

describe('is refused', () => {
  const said = (text: string, over: Partial<TeamProps> = {}) =>
    resolve({
      clusters: [{ file: 'clusters/one.yaml', text: `name: one\ntasks: shared\n${text}` }],
      teams: [team('alpha', ['alpha'], over)],
      stacks: [stackFile('alpha', [app('web')])],
    }).said;

  it.each([
    [
      'of a cluster without pipelines',
      'role: deploy\n',
      /tasks: is for pipelines, and none run on a cluster of role deploy/,
    ],
    [
      'beside several Tektons',
      'tekton: { install: release, instances: [{ name: a, release: vendor/t.yaml, namespaces: [ci-alpha] }] }\n',
      /tasks: each Tekton of a cluster that has several reads its own namespaces alone/,
    ],
    ['beside kcp', 'kcp: { workspace: root:ci }\n', /tasks: a workspace of kcp has the Tasks of its own team alone/],
  ])('%s', (_, text, message) => expect(said(text)).toContainEqual(expect.stringMatching(message)));

  it('where a team would write there', () =>
    expect(said('', { namespace: 'tekton-dag-tasks' })).toContainEqual(
      expect.stringMatching(/namespace: is where the cluster holds the Tasks that its teams share/),
    ));
});

describe('the place of a Task', () => {
  it.each<[string, Parameters<typeof taskPlace>[0], ReturnType<typeof taskPlace>]>([
    ['by its name', { name: 'a', kind: 'Task' }, { name: 'a', namespace: 'here' }],
    ['by the cluster resolver', refElsewhere({ name: 'a', namespace: 'there' }), { name: 'a', namespace: 'there' }],
    ['of another kind', { name: 'a', kind: 'Custom' }, undefined],
    ['by another resolver', { resolver: 'git', params: [] }, undefined],
    ['by the name of a run', { resolver: 'cluster', params: [{ name: 'kind', value: 'pipeline' }] }, undefined],
    ['of none', undefined, undefined],
  ])('%s', (_, ref, place) => expect(taskPlace(ref, 'here')).toEqual(place));
});
