import { reportOf, toJson } from '../../lib/diff/report';
import { toMarkdown, toText } from '../../lib/diff/text';
import type { Manifest } from '../../lib/kube/manifest';
import { compare, object, task } from './support';

const teams = Array.from({ length: 37 }, (_, i) => `team-${i}`);
const fleet = (make: (team: string) => readonly Manifest[]) =>
  Object.fromEntries(teams.map((team) => [team, make(team)]));
const report = (from: Parameters<typeof compare>[0], to: Parameters<typeof compare>[1]) =>
  reportOf(compare(from, to), { from: 'main', to: 'dist' });
const bump = report(
  fleet(() => [task({ params: [{ name: 'x' }], steps: [{ name: 's', image: 'maven:1' }] })]),
  fleet(() => [task({ params: [], steps: [{ name: 's', image: 'maven:2' }] })]),
);

it('says once what happens to many teams', () => {
  const text = toText(bump);
  expect(text).toMatch(/^from main to dist: 37 teams, 37 changed$/m);
  expect(text).toMatch(/^ {2}interface {2}Task build-maven: param x is gone \[team-0, .* … 37 in all\]$/m);
  expect(text).toMatch(/^\d\. image maven: 1 → 2: 37 teams, 37 Tasks$/m);
  expect(text.split('\n').filter((line) => line.includes('maven:1'))).toEqual(['   -   maven:1']);
});

it('says that nothing changes', () => expect(toText(report({}, {}))).toBe('nothing changes from main to dist'));

it('counts what clusters share as no team', () => {
  const map = (value: string) => [object('ConfigMap', 'map', { data: { value } })];
  const of = (value: string, ...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, map(value)]));
  const said = (...names: readonly string[]): string => toText(report(of('a', ...names), of('b', ...names)));
  expect(said('cluster')).toMatch(/^from main to dist: what clusters share, 1 changed$/m);
  expect(said('cluster', 'a', 'b')).toMatch(/^from main to dist: 2 teams and what clusters share, 3 changed$/m);
  expect(said('a', 'b')).toMatch(/^from main to dist: 2 teams, 2 changed$/m);
  expect(said('a')).toMatch(/^from main to dist: 1 team, 1 changed$/m);
});

it('fits into the comment of a pull request', () => {
  const at = (value: string) =>
    fleet((team) =>
      Array.from({ length: 40 }, (_, i) =>
        object('ConfigMap', `map-${i}`, {
          data: Object.fromEntries(Array.from({ length: 5 }, (_, k) => [`k${k}`, `${team} ${i} ${value}-${k}`])),
        }),
      ),
    );
  const text = toMarkdown(report(at('a'), at('b')));
  expect(text.length).toBeLessThan(65_536);
  expect(text).toMatch(/parts are left out/);
  expect(toMarkdown(bump)).toMatch(/\| interface \| Task `build-maven` \| param x is gone \|/);
});

it('leaves nothing out of JSON', () => {
  const { counts, loud, causes, teams } = JSON.parse(toJson(bump)) as {
    counts: object;
    loud: object[];
    causes: { teams: string[] }[];
    teams: { team: string; changes: object[] }[];
  };
  expect(counts).toEqual({ added: 0, changed: 37, removed: 0 });
  expect(loud).toHaveLength(1);
  expect(causes.map((cause) => cause.teams.length)).toEqual([37, 37]);
  expect(teams.find(({ team }) => team === 'team-7')?.changes).toEqual([
    {
      action: 'changed',
      object: { apiVersion: 'tekton.dev/v1', kind: 'Task', namespace: 'ci', name: 'build-maven' },
      fields: [
        { path: 'spec.params[x]', from: { name: 'x' } },
        { path: 'spec.steps[s].image', from: 'maven:1', to: 'maven:2' },
      ],
    },
  ]);
});
