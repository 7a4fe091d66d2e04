import type { Files } from '../../lib/diff/folder-pairs';
import { compareFiles } from '../../lib/diff/files';
import { reportOf } from '../../lib/diff/report';
import type { TeamProps } from '../../lib/fleet/team';
import { synthFleet } from '../../lib/output/synth';
import { app, resolve, stackFile, team } from '../fleet/support';

/** Teams that come, go, or change their name, with all that synth makes of them. */

const stack = (name: string) =>
  stackFile(name, [app(`${name}-web`, undefined, `acme/${name}`)], `defaults: { namespace: ${name}-env }`);
const output = (stacks: readonly string[], ...teams: readonly ReturnType<typeof team>[]): Files => {
  const { fleet, said } = resolve({ teams, stacks: stacks.map(stack) });
  if (fleet === undefined) throw new Error(said.join('\n'));
  return synthFleet(fleet).files;
};
const plain = (name: string, over: Partial<TeamProps> = {}) => team(name, [name], over);
const report = (from: Files, to: Files) => reportOf(compareFiles(from, to), { from: 'a', to: 'b' });
const loud = (from: Files, to: Files): readonly string[] =>
  report(from, to).loud.map(({ rule, kind, names, text }) => `${rule} ${kind} ${names.join(' ')}: ${text}`);

const names = ['a', 'b', 'c', 'd'];

describe('half of the teams, or all', () => {
  const all = output(names, ...names.map((name) => plain(name)));
  it.each([
    ['half', ['a', 'b'], 'fleet Team c d: 2 of 4 teams go, with what they have on their clusters'],
    ['all but one', ['a'], 'fleet Team b c d: 3 of 4 teams go, with what they have on their clusters'],
  ])('%s go: the first thing that is told', (_, left, expected) =>
    expect(loud(all, output(left, ...left.map((name) => plain(name))))[0]).toBe(expected),
  );

  it('is not told of fewer', () => {
    const left = ['a', 'b', 'c'];
    expect(loud(all, output(left, ...left.map((name) => plain(name)))).join()).not.toContain('fleet');
  });

  it('is told of an output that is emptied', () =>
    expect(loud(all, new Map())[0]).toMatch(/^fleet Team a b c d: 4 of 4/));
});

describe('what orphan keeps', () => {
  const other = plain('b');
  const said = loud(output(['a', 'b'], plain('a', { removal: 'orphan' }), other), output(['b'], other));

  it('is not called removed', () => {
    expect(said).toContainEqual(expect.stringMatching(/^kept Namespace .*stays on the cluster/));
    expect(said).toContainEqual(expect.stringMatching(/^kept PersistentVolumeClaim /));
    expect(said.filter((line) => /^deletion (?!AppProject)/.test(line))).toEqual([]);
  });

  it('goes where the team says cascade', () =>
    expect(loud(output(['a', 'b'], plain('a', { removal: 'cascade' }), other), output(['b'], other))).toContainEqual(
      expect.stringMatching(/^deletion Namespace .*with it everything in it/),
    ));
});

describe('a team with another name', () => {
  const orphan = { removal: 'orphan', namespace: 'ci-a', imageRegistry: 'registry.example.com/a' } as const;
  const before = output(['a', 'b'], plain('a', orphan), plain('b'));
  const after = output(['a', 'b'], team('z', ['a'], orphan), plain('b'));

  it('is one cause, and loses nothing', () => {
    const { causes, loud } = report(before, after);
    expect(causes.map(({ title }) => title)).toContain('team renamed from a');
    expect(
      loud.filter(({ kind }) => ['Namespace', 'PersistentVolumeClaim', 'Task', 'Pipeline'].includes(kind)),
    ).toEqual([]);
    expect(loud.map(({ rule }) => rule)).not.toContain('fleet');
  });

  it('is another team where it is on another cluster', () => {
    const elsewhere = output(['a', 'b'], team('z', ['a'], { ...orphan, cluster: 'two' }), plain('b'));
    expect(report(before, elsewhere).causes.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['team added', 'team removed']),
    );
  });
});

it('an app that comes changes nothing of the others: one cause', () => {
  const apps = ['fe', 'cart', 'stock', 'search'].map((name) => app(name));
  const with_ = (list: readonly string[]): Files => {
    const { fleet } = resolve({ teams: [plain('a', { maxParallelBuilds: 100 })], stacks: [stackFile('a', list)] });
    return synthFleet(fleet!).files;
  };
  for (const place of [0, 2, 4]) {
    const more = [...apps.slice(0, place), app('newcomer'), ...apps.slice(place)];
    const titles = report(with_(apps), with_(more)).causes.map(({ title }) => title);
    expect(titles.filter((title) => /containerPort|bind :/.test(title))).toEqual([]);
    expect(titles).toContain('app newcomer added');
  }
});
