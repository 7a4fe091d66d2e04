import { LABELS } from '../../lib/words/labels';
import { causes } from '../../lib/diff/cause';
import type { Comparison } from '../../lib/diff/change';
import type { Manifest } from '../../lib/kube/manifest';
import { bootstrap, compare, object, task } from './support';

const titles = (comparison: Comparison): string[] =>
  causes(comparison).map(({ title, teams }) => `${title} [${teams.join(' ')}]`);
const fleet = (make: (team: string) => readonly Manifest[]) =>
  Object.fromEntries(['one', 'two', 'three'].map((team) => [team, make(team)]));

it('takes the bump of an image for one cause, wherever the image is', () => {
  const before = 'docker.io/library/maven:3.9.9';
  const after = 'docker.io/library/maven:3.9.10';
  const at = (image: string) =>
    fleet((team) => [
      bootstrap(`${team}-shop`, ['web', 'api'], image),
      task({ steps: [{ name: 'compile', image }] }),
      object('ConfigMap', 'apps', { data: { 'web.yaml': `a: 1\nimage: "${image}"\nb: 2\n` } }),
    ]);
  const [cause, ...others] = causes(compare(at(before), at(after)));
  expect(others).toEqual([]);
  expect(cause).toMatchObject({
    title: 'image docker.io/library/maven: 3.9.9 → 3.9.10',
    teams: ['one', 'three', 'two'],
    kinds: { Pipeline: 3, Task: 3, ConfigMap: 3 },
    tasks: 6,
    graphs: 0,
  });
  expect(cause!.changes).toHaveLength(9);
});

it('takes what an app brings for one cause, and the lanes laid anew for another', () => {
  const service = object('Service', 'reviews', {}, { [LABELS.app]: 'reviews' });
  const found = causes(
    compare(
      { one: [bootstrap('shop', ['web', 'api'])] },
      { one: [bootstrap('shop', ['web', 'reviews', 'api']), service] },
    ),
  );
  expect(found.map(({ title, kinds, graphs }) => ({ title, kinds, graphs }))).toEqual([
    { title: 'app reviews added', kinds: { Pipeline: 1, Service: 1 }, graphs: 1 },
    { title: 'order of tasks', kinds: { Pipeline: 1 }, graphs: 1 },
  ]);
});

it('does not take reviews-api for reviews', () => {
  const service = (name: string) => object('Service', name, { spec: { port: 1 } }, { [LABELS.app]: name });
  const found = titles(
    compare({ one: [bootstrap('shop', ['web'])] }, { one: [bootstrap('shop', ['web', 'view']), service('review')] }),
  );
  expect(found).toEqual(['Service review added [one]', 'app view added [one]']);
});

it.each<[string, Comparison, readonly string[]]>([
  ['a team', compare({ one: [task()] }, { one: [task()], two: [task(), object('Role', 'x')] }), ['team added [two]']],
  ['a team that goes', compare({ one: [task()], two: [task()] }, { one: [task()] }), ['team removed [two]']],
  [
    'a stack',
    compare({ one: [bootstrap('a', ['x'])] }, { one: [bootstrap('a', ['x']), bootstrap('b', ['y'])] }),
    ['stack b added [one]'],
  ],
  [
    'a namespace',
    compare({ one: [task()] }, { one: [object('Namespace', 'ci'), task(), object('Role', 'x')] }),
    ['namespace ci added [one]'],
  ],
  [
    'a Task for a whole fleet',
    compare(
      fleet(() => []),
      fleet(() => [task()]),
    ),
    ['Task build-maven added [one three two]'],
  ],
])('names %s', (_, comparison, expected) => expect(titles(comparison)).toEqual(expected));

it('takes a script that changes for one cause, in however many steps', () => {
  const at = (line: string) =>
    fleet(() =>
      ['a', 'b'].map((name) => ({
        ...task({
          steps: ['x', 'y'].map((step) => ({ name: step, script: `#!/bin/sh\n# ${name} ${step}\n${line}\nrest\n` })),
        }),
        metadata: { name, namespace: 'ci' },
      })),
    );
  expect(titles(compare(at('set -e'), at('set -eu')))).toEqual(['text: - set -e + set -eu [one three two]']);
});

it('sees the same in what differs only by the names of teams', () => {
  const at = (path: string) =>
    fleet((team) => [
      object('ConfigMap', 'x', { data: { url: `https://example.com/${team}/${path}` } }, { [LABELS.team]: team }),
    ]);
  expect(titles(compare(at('old'), at('new')))).toEqual([
    'data.url: https://example.com/<team>/old → https://example.com/<team>/new [one three two]',
  ]);
});

it('keeps the names where one team alone changes', () => {
  const at = (path: string) => ({ one: [object('ConfigMap', 'x', { data: { url: `one/${path}` } })] });
  expect(titles(compare(at('old'), at('new')))).toEqual(['data.url: one/old → one/new [one]']);
});

it.each([
  ['runAfter', [{ name: 'a' }, { name: 'b' }], [{ name: 'a' }, { name: 'b', runAfter: ['a'] }], 1],
  ['a guard', [{ name: 'a', when: [] }], [{ name: 'a', when: [{ input: 'x' }] }], 1],
  [
    'a result that is used',
    [{ name: 'a', params: [{ name: 'p', value: 'x' }] }],
    [{ name: 'a', params: [{ name: 'p', value: '$(tasks.b.results.c)' }] }],
    1,
  ],
  ['a timeout', [{ name: 'a', timeout: '1h' }], [{ name: 'a', timeout: '2h' }], 0],
])('tells whether the graph changes: %s', (_, from, to, graphs) => {
  const at = (tasks: readonly object[]) => ({ one: [object('Pipeline', 'p', { spec: { tasks } })] });
  expect(causes(compare(at(from), at(to))).map((cause) => cause.graphs)).toEqual([graphs]);
});
