import { compareFiles, objectsOf } from '../../lib/diff/files';
import { toYaml } from '../../lib/kube/yaml';
import { object, output, task } from './support';

const files = (entries: Readonly<Record<string, ReturnType<typeof object>>>) =>
  new Map(Object.entries(entries).map(([path, manifest]) => [path, toYaml([manifest])]));

it('compares objects by folder, kind, namespace and name, in whichever file of the folder they are', () => {
  expect(compareFiles(files({ 'teams/a/10.yaml': task() }), files({ 'teams/a/20.yaml': task() })).changes).toEqual([]);
  expect(
    compareFiles(files({ 'teams/a/10.yaml': task() }), files({ 'teams/b/10.yaml': task() })).changes.map(
      ({ action, team }) => [action, team],
    ),
  ).toEqual([
    ['removed', 'a'],
    ['added', 'b'],
  ]);
});

it('does not count the copies that kind.yaml holds, nor what is no object', () => {
  expect(
    compareFiles(
      new Map(),
      new Map([...files({ 'kind.yaml': task() }), ['index/a.json', '{}'], ['cluster/values.yaml', 'a: 1\n']]),
    ),
  ).toEqual({ changes: [], teams: new Map() });
});

it('tells field by field, of the head as of the rest', () => {
  const at = (label: string, image: string) => ({
    a: [object('Task', 't', { spec: { steps: [{ name: 's', image }] } }, { x: label })],
  });
  const { changes } = compareFiles(output(at('1', 'i:1')), output(at('2', 'i:2')));
  expect(changes.flatMap(({ fields }) => fields)).toEqual([
    { path: ['metadata', 'labels', 'x'], from: '1', to: '2' },
    { path: ['spec', 'steps', '[s]', 'image'], from: 'i:1', to: 'i:2' },
  ]);
});

it('looks at no other teams than those that are named', () => {
  const at = (image: string) =>
    output({ a: [task({ image })], b: [task({ image })], cluster: [object('PriorityClass', image)] });
  expect(compareFiles(at('1'), at('2'), new Set(['b'])).changes.map(({ team }) => team)).toEqual(['b']);
});

it('takes for what a cluster holds what every cluster holds, and its own', () => {
  const held = files({
    'cluster/all.yaml': object('PriorityClass', 'all'),
    'cluster/eu/orchestrator.yaml': object('Namespace', 'eu'),
    'cluster/us/orchestrator.yaml': object('Namespace', 'us'),
  });
  const names = (cluster?: string) => objectsOf(held, new Set(), cluster).map((one) => one.object.metadata.name);
  expect(names('eu')).toEqual(['all', 'eu']);
  expect(names('ap')).toEqual(['all']);
});

it('reads a label where no folder tells the team', () => {
  const project = object('AppProject', 'p', { spec: { a: 1 } }, { 'tekton-dag.io/team': 'a' });
  expect(compareFiles(new Map(), files({ 'argocd/projects.yaml': project })).changes).toMatchObject([
    { team: 'a', action: 'added' },
  ]);
  // a team that is named sees what is its own in a folder of all teams
  const chosen = (...teams: string[]) =>
    compareFiles(new Map(), files({ 'argocd/projects/a.yaml': project }), new Set(teams)).changes.length;
  expect([chosen('a'), chosen('b')]).toEqual([1, 0]);
});

describe('a team on several clusters', () => {
  const index = (cluster: string, folder: string) => JSON.stringify({ team: 'a', cluster, folder: `dist/${folder}` });
  const task1 = task({ image: 'x:1' });
  const task2 = task({ image: 'x:2' });
  const shared = new Map([
    ['index/a.json', index('eu', 'teams/a')],
    ['index/a.us.json', index('us', 'teams/a')],
    ...files({ 'teams/a/30.yaml': task1 }),
  ]);
  const told = (from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>) =>
    compareFiles(from, to).changes.map(
      ({ action, team, cluster, object }) => `${action} ${object.kind} ${team}@${cluster ?? ''}`,
    );
  const split = (us: ReturnType<typeof task>) =>
    new Map([...shared, ['index/a.us.json', index('us', 'clusters/us/a')], ...files({ 'clusters/us/a/30.yaml': us })]);

  it('is told once of what all of them share', () => {
    expect(told(shared, new Map([...shared, ...files({ 'teams/a/30.yaml': task2 })]))).toEqual(['changed Task a@']);
  });

  it('has no change where a cluster gets a folder of its own with the same objects, or gives it up', () => {
    expect(told(shared, split(task1))).toEqual([]);
    expect(told(split(task1), shared)).toEqual([]);
    expect(told(shared, split(task2))).toEqual(['changed Task a@us']);
  });

  it('loses all that is on a cluster that it leaves', () => {
    const left = new Map([...shared].filter(([path]) => path !== 'index/a.us.json'));
    expect(told(shared, left)).toEqual(['removed Task a@us']);
    expect(compareFiles(shared, left).teams).toEqual(new Map([['a@us', 'removed']]));
  });

  it('is looked at by the folder that it has on a cluster', () => {
    const objects = (cluster?: string) =>
      objectsOf(split(task2), new Set(['a']), cluster).map(({ object }) => (object.spec as { image: string }).image);
    expect([objects(), objects('eu'), objects('us')]).toEqual([['x:1'], ['x:1'], ['x:2']]);
  });
});
