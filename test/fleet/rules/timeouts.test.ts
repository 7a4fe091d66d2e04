import type { TeamProps } from '../../../lib/fleet/team';
import { app, resolve, stackFile, team } from '../support';

/** How long tasks and runs may take. */

const said = (more: string, timeouts: TeamProps['timeouts'] = {}) =>
  resolve({
    teams: [team('x', ['one'], { timeouts })],
    stacks: [stackFile('one', [app('one', `propagation-role: terminal, ${more}`)])],
  }).said;

it('warn of a task that its run would outlive, and name the run', () => {
  expect(said('build: { timeout-minutes: 106 }', { 'pr-test': 200, bootstrap: 121 })).toEqual([
    'warning: stacks/one.yaml:3:88: apps[0].build.timeout-minutes: tasks of merge-release end after 105 minutes: raise timeouts.merge-release in teams/x/team.ts (found 106)',
  ]);
  expect(said('tests: { postman: a.json, timeout-minutes: 106 }')).toEqual([
    expect.stringContaining('apps[0].tests.timeout-minutes: tasks of pr-test end after 105 minutes'),
  ]);
  expect(said('build: { timeout-minutes: 105 }, tests: { postman: a.json, timeout-minutes: 105 }')).toEqual([]);
});

it('warn of one that nothing reads', () =>
  expect(said('build: { tool: npm }, tests: { unit: npm test, timeout-minutes: 5 }')).toEqual([
    expect.stringContaining('apps[0].tests.timeout-minutes: not used: this app has no tests against previews'),
  ]));

it.each([
  ['build: { timeout-minutes: 0 }', 'the number is too small (found 0; expected a whole number from 1 to 1440)'],
  ['build: { timeout-minutes: 45m }', 'wrong type'],
])('are whole minutes: %s', (more, says) => expect(said(more)).toEqual([expect.stringContaining(says)]));

it('leave what runs at the end its minutes', () =>
  expect(said('role: a', { 'pr-test': 20 })).toEqual([
    expect.stringContaining(
      'timeouts.pr-test: the number is too small (found 20; expected a whole number from 30 to 2880)',
    ),
  ]));
