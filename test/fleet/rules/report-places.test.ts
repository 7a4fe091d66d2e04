import { app, resolve, stackFile, team } from '../support';

/** Reports that are shown are of one team. */

const s3 = { endpoint: 'https://s3.example.com', bucket: 'ci-reports' };
const told = (a: object, b: object): readonly string[] =>
  resolve({
    teams: [team('a', ['x'], { storage: { reports: a } }), team('b', ['y'], { storage: { reports: b } })],
    stacks: [stackFile('x', [app('one')]), stackFile('y', [app('two')])],
  }).said.filter((line) => line.includes('keeps its reports at the same place'));

it.each([
  ['a bucket each', { s3, show: true }, { s3: { ...s3, bucket: 'others' }, show: true }],
  ['a prefix each', { s3: { ...s3, prefix: 'a' }, show: true }, { s3: { ...s3, prefix: 'b' }, show: true }],
  ['a claim', { show: true }, { show: true }],
  ['one place that is not shown', { s3 }, { s3 }],
])('teams may have %s', (_, a, b) => expect(told(a, b)).toEqual([]));

it.each([
  ['bucket', s3],
  ['prefix', { ...s3, prefix: 'ci' }],
])('a team that is shown what another keeps there is told, by its %s', (key, place) =>
  expect(told({ s3: place, show: true }, { s3: place })).toEqual([
    expect.stringContaining(
      `teams/a/team.ts: storage.reports.s3.${key}: team b (teams/b/team.ts) keeps its reports at the same place`,
    ),
  ]),
);
