import type { TeamProps } from '../../../lib/fleet/team';
import { app, resolve, stackFile, team } from '../support';

/** What a cluster file says of the history, against the teams that are there. */

const said = (history: string, over: Partial<TeamProps> = {}) =>
  resolve({
    teams: [team('payments', ['one'], { cluster: 'eu', ...over })],
    stacks: [stackFile('one', [app('a')])],
    clusters: [{ file: 'clusters/eu.yaml', text: `name: eu\nhistory: ${history}\n` }],
  }).said;

it('says nothing where nothing is amiss', () => {
  expect(said('{}')).toEqual([]);
  expect(said('{ retention: { days: 30, teams: { payments: 5 } } }')).toEqual([]);
});

it('tells of a history that nobody writes, and of days of a team that is not there', () => {
  expect(said('{}', { orchestrator: { enabled: false } })).toEqual([
    'warning: clusters/eu.yaml:2:10: history: not used: no team of this cluster has an orchestrator, which would write it',
  ]);
  const [line, ...others] = said('{ retention: { teams: { paymints: 5 } } }');
  expect(others).toEqual([]);
  expect(line).toMatch(/^warning: clusters\/eu\.yaml:2:.*history\.retention\.teams\.paymints: .*payments/);
});

it('wants one store, and a Tekton Results that there is', () => {
  expect(said('{ postgres: {}, results: {} }').join()).toContain('says both postgres and results');
  expect(said('{ results: {} }').join()).toMatch(/history\.results\.url: is missing: this cluster file installs no/);
  expect(said('{ results: { url: "https://results.example.com" } }')).toEqual([]);
  expect(said('{ results: { url: "https://results.example.com" }, retention: { days: 5 } }').join()).toMatch(
    /^warning: .*history\.retention: not used: Tekton Results says/,
  );
  expect(said('{ results: { url: "http://results.example.com" } }').join()).toContain('expected an address such as');
});

it.each([
  '{ postgres: { egress: { port: 5433 } } }',
  '{ postgres: { egress: { namespace: db, networks: [10.0.0.0/8] } } }',
])('wants to know one place of the database in %s', (history) =>
  expect(said(history).join('\n')).toContain('history.postgres.egress: says one of namespace and networks'),
);
