import { app, resolve, stackFile, team } from '../support';

/** The name of a cluster that was probably written wrong. */

const said = (cluster: string, clusters: readonly string[], files: readonly string[], text = '') =>
  resolve({
    teams: [team('x', ['one'], { cluster, clusters: [...clusters] })],
    stacks: [stackFile('one', [app('a', 'propagation-role: terminal')])],
    clusters: files.map((name) => ({ file: `clusters/${name}.yaml`, text: `name: ${name}\n${text}` })),
  }).said.filter((line) => line.includes('no file in clusters/'));

it('is told, with the name that was meant', () => {
  expect(said('producton', ['stagin'], ['production', 'staging'])).toEqual([
    'warning: teams/x/team.ts: cluster: no file in clusters/ has this cluster, so the team gets the defaults there (found producton; did you mean production?)',
    expect.stringMatching(/^warning: teams\/x\S*: clusters\[0\]: .*did you mean staging\?/),
  ]);
});

it.each<[string, string, readonly string[]]>([
  ['has a file', 'production', ['production', 'production-2']],
  ['is like no other', 'edge', ['production']],
  ['is the only one', 'producton', []],
])('is not told where the cluster %s', (_, cluster, files) => expect(said(cluster, [], files)).toEqual([]));

it('is not told where its file is wrong', () =>
  expect(said('production', [], ['production', 'production-2'], 'tasks: often\n')).toEqual([]));
