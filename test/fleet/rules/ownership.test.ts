import type { Path } from '../../../lib/fleet/document';
import { app, resolve, stackFile, team } from '../support';

const one = stackFile('one', [app('a')], 'defaults: { namespace: shop }\n');
const two = stackFile('two', [app('b')], 'defaults: { namespace: shop }\n');

it('lets teams of different names, namespaces and repositories be', () => {
  expect(
    resolve({
      teams: [team('x', ['one']), team('y', ['two'], { environment: { namespace: 'other' } })],
      stacks: [one, two],
    }).said,
  ).toEqual([
    'warning: stacks/two.yaml:4:24: defaults.namespace: not used: team y puts its apps into other (environment.namespace)',
  ]);
});

it('gives an environment one team', () => {
  expect(resolve({ teams: [team('x', ['one']), team('y', ['two'])], stacks: [one, two] }).said).toEqual([
    'stacks/two.yaml:4:24: defaults.namespace: namespace shop is also that of team x (stacks/one.yaml:4:24)',
  ]);
  // the namespace of another cluster is another one
  expect(
    resolve({ teams: [team('x', ['one']), team('y', ['two'], { cluster: 'two' })], stacks: [one, two] }).said,
  ).toEqual([]);
});

it('gives the namespace of runs one team, on each cluster', () => {
  const of = (cluster: string) =>
    resolve({
      teams: [
        team('x', ['one'], { namespace: 'ci' }),
        team('y', ['two'], { namespace: 'ci', cluster, environment: { namespace: 'other' } }),
      ],
      stacks: [one, two],
    }).said;
  const told = 'teams/y/team.ts: namespace: namespace ci is also that of team x (teams/x/team.ts)';
  expect(of('one')).toContain(told);
  expect(of('two')).not.toContain(told);
});

it('keeps apps out of the namespace in which another team runs', () => {
  expect(
    resolve({
      teams: [
        team('x', ['one'], { namespace: 'ci' }),
        team('y', ['two'], { namespace: 'ci', environment: { namespace: 'ci' } }),
      ],
      stacks: [one, two],
    }).said,
  ).toEqual(
    expect.arrayContaining(['teams/y/team.ts: namespace: namespace ci is also that of team x (teams/x/team.ts)']),
  );
});

it('knows a team once', () => {
  expect(
    resolve({
      teams: [
        team('x', ['one']),
        { ...team('x', ['two'], { namespace: 'y', environment: { namespace: 'y' } }), file: 'teams/y/team.ts' },
      ],
      stacks: [one, two],
    }).said,
  ).toEqual(expect.arrayContaining(['teams/y/team.ts: name: team x is defined twice; the other is teams/x/team.ts']));
});

it('takes one definition from a folder', () => {
  const yaml = {
    file: 'teams/x/team.yaml',
    text: 'name: x\nnamespace: ci-x\ncluster: one\nimageRegistry: r.example.com\nstacks: [stacks/one.yaml]\n',
  };
  const { said } = resolve({ teams: [team('x', ['one']), yaml], stacks: [one] });
  expect(said.filter((line) => !line.startsWith('warning'))).toEqual([
    'teams/x/team.yaml:1:1: the folder defines its team twice; remove this file or teams/x/team.ts',
  ]);
});

it('tells a stack of two teams as such, not by all that is in it', () => {
  expect(
    resolve({
      teams: [team('x', ['one']), team('y', ['one'], { environment: { namespace: 'other' } })],
      stacks: [one],
    }).said.filter((line) => !line.startsWith('warning')),
  ).toEqual(['teams/y/team.ts: stacks[0]: stack stacks/one.yaml is also listed by team x (teams/x/team.ts)']);
});

describe('a repository', () => {
  const claim = (repo: string, git = 'https://github.com') =>
    resolve({
      teams: [team('x', ['one']), team('y', ['two'], { environment: { namespace: 'other' }, git: { baseURL: git } })],
      stacks: [one, stackFile('two', [app('b', undefined, repo)])],
    }).said;

  it.each(['acme/a', 'Acme/A'])('claimed as %s by a second team is an error that names both', (repo) => {
    expect(claim(repo)).toEqual([
      `stacks/two.yaml:3:22: apps[0].repo: repository ${repo} is claimed by two teams; the other is team x (stacks/one.yaml:3:22)`,
    ]);
  });

  it('of another host is another one', () => expect(claim('acme/a', 'https://git.example.com')).toEqual([]));

  it('may hold several apps of one team', () => {
    expect(
      resolve({ teams: [team('x', ['one'])], stacks: [stackFile('one', [app('a'), app('b', undefined, 'acme/a')])] })
        .said,
    ).toEqual([]);
  });
});

describe('what teams say of this repository', () => {
  const [right, wrong] = ['https://github.com/acme/platform.git', 'https://github.com/acme/other.git'];
  const said = (...urls: readonly string[]) =>
    resolve({
      teams: urls.map((repoURL, i) => ({
        ...team(`x${i}`, [`s${i}`], { environment: { namespace: `e${i}` }, platform: { repoURL } }),
        placeOf: (path: Path) => (path.at(-1) === 'repoURL' ? { value: { line: 7, column: i + 1 } } : undefined),
      })),
      stacks: urls.map((_, i) => stackFile(`s${i}`, [app(`a${i}`)])),
    }).said;
  const told = (one: number, found: string, expected: string, other: number) =>
    `teams/x${one}/team.ts:7:${one + 1}: platform.repoURL: differs from another team: all teams must name this one repository, so change one or the other (found "${found}"; expected "${expected}", as team x${other} (teams/x${other}/team.ts:7:${other + 1}))`;

  it('is what most say, not what the first says', () => {
    expect(said(wrong, right, right)).toEqual([told(0, wrong, right, 1)]);
  });

  it('is told of all where no value is that of most', () => {
    expect(said(wrong, right)).toEqual([told(0, wrong, right, 1), told(1, right, wrong, 0)]);
  });
});

it('tells two stacks of one name', () => {
  expect(
    resolve({
      teams: [team('x', ['one', 'two'])],
      stacks: [one, { ...two, text: two.text.replace('name: two', 'name: one') }],
    }).said,
  ).toEqual(['stacks/two.yaml:1:7: name: the team has two stacks of the name one; the other is stacks/one.yaml:1:7']);
});

describe('an app in two stacks of a team', () => {
  const shared = (more: string, head = 'defaults: { namespace: shop }') =>
    resolve({
      teams: [team('x', ['one', 'two'])],
      stacks: [one, stackFile('two', [app('a', `propagation-role: terminal${more}`), app('b')], `${head}\n`)],
    });

  it('is one app if both say the same', () => {
    const { fleet, said } = shared('');
    expect(said).toEqual([]);
    expect(fleet?.teams[0]?.stacks.map(({ apps }) => apps.map(({ name }) => name))).toEqual([['a'], ['a', 'b']]);
  });

  it.each([
    [', replicas: 2', undefined, 'replicas'],
    [', container-port: 81', undefined, 'container-port'],
    ['', 'defaults: { namespace: other }', 'environment'],
    ['', 'defaults: { namespace: shop, image-registry: r.example.com }', 'image'],
  ])('with %j and %j is an error that names both places and %s', (more, head, field) => {
    expect(shared(more, head).said).toEqual([
      `stacks/two.yaml:3:5: apps[0]: app a is in two stacks and must be the same in both; ${field} differs from stacks/one.yaml:3:5`,
    ]);
  });
});

it('keeps the names of stable Services', () => {
  expect(
    resolve({ teams: [team('x', ['one'])], stacks: [stackFile('one', [app('api'), app('api-stable')])] }).said,
  ).toEqual([
    'stacks/one.yaml:4:13: apps[1].name: the name is taken by the Service of the stable pods of app api (found "api-stable")',
  ]);
  expect(resolve({ teams: [team('x', ['one'])], stacks: [stackFile('one', [app('api-stable')])] }).said).toEqual([]);
});

it('warns of two teams that push to one place', () => {
  const registry = { imageRegistry: 'r.example.com' };
  const stacks = [stackFile('one', [app('a')]), stackFile('two', [app('a', undefined, 'other/a')])];
  expect(resolve({ teams: [team('x', ['one'], registry), team('y', ['two'], registry)], stacks }).said).toEqual([
    'warning: stacks/two.yaml:3:13: apps[0].name: images of two teams go to r.example.com/a; the other is app a of team x (stacks/one.yaml:3:13)',
  ]);
});
