import { app, resolve, stackFile, team } from '../support';

/** A cluster without a file, where others have one. */

const said = (cluster: string, clusters: readonly string[], files: readonly string[], text = '') =>
  resolve({
    teams: [team('x', ['one'], { cluster, clusters: [...clusters] })],
    stacks: [stackFile('one', [app('a', 'propagation-role: terminal')])],
    clusters: files.map((name) => ({ file: `clusters/${name}.yaml`, text: `name: ${name}\n${text}` })),
  }).said.filter((line) => line.includes('no file in clusters/'));

it('is told, with the name that was meant', () => {
  expect(said('producton', ['stagin'], ['production', 'staging'])).toEqual([
    'warning: teams/x/team.ts: cluster: cluster producton has no file in clusters/, so nothing is known of it. Add clusters/producton.yaml, or correct the name (did you mean production?)',
    expect.stringMatching(/^warning: teams\/x\S*: clusters\[0\]: .*did you mean staging\?/),
  ]);
});

it('is told with the names that there are where none is near', () =>
  expect(said('edge', ['production'], ['production'])).toEqual([
    'warning: teams/x/team.ts: cluster: cluster edge has no file in clusters/, so nothing is known of it. Add clusters/edge.yaml, or correct the name (expected production)',
  ]));

it.each<[string, string, readonly string[]]>([
  ['has a file', 'production', ['production', 'production-2']],
  ['is in a fleet without such files', 'producton', []],
  ['is beside files of clusters without teams', 'production', ['edge']],
  ['is beside a Kind cluster alone', 'production', ['kind-tekton-dag']],
])('is not told where the cluster %s', (_, cluster, files) => expect(said(cluster, [], files)).toEqual([]));

it('is not told where its file is wrong', () =>
  expect(said('production', [], ['production', 'production-2'], 'tasks: often\n')).toEqual([]));
