import type { TeamProps } from '../../../lib/fleet/team';
import { app, resolve, stackFile, team } from '../support';

/** What builds and tests may request. */

const said = (more: string, quota: TeamProps['quota'] = {}) =>
  resolve({
    teams: [team('x', ['one'], { quota })],
    stacks: [stackFile('one', [app('one', `propagation-role: terminal, ${more}`)])],
  }).said;

it.each([
  ['build: { resources: { requests: { memory: 512m } } }', 'm is a thousandth of a byte (found "512m"; expected bytes'],
  ['build: { resources: { limits: { cpu: 2Gi } } }', 'Gi is a unit of bytes, and cores are due (found "2Gi"'],
  ['build: { resources: { requests: { gpu: 1 } } }', 'apps[0].build.resources.requests.gpu: unknown key'],
  [
    'build: { resources: { requests: { cpu: 3 }, limits: { cpu: 2500m } } }',
    'apps[0].build.resources.requests.cpu: the request is above the limit (found 3; expected at most 2500m)',
  ],
  [
    'tests: { postman: a.json, resources: { requests: { memory: 2Gi }, limits: { memory: 1Gi } } }',
    'apps[0].tests.resources.requests.memory: the request is above the limit',
  ],
])('are quantities, and no request is above its limit: %s', (more, says) => {
  const [first, ...others] = said(more);
  expect(first).toMatch(/^stacks\/one\.yaml:3:\d+: /);
  expect(first).toContain(says);
  expect(others).toEqual([]);
});

it('stay below what all pods of the namespace may request, for other steps request some as well', () => {
  const asks = 'build: { resources: { requests: { cpu: 8, memory: 16Gi } } }';
  expect(said(asks, { cpu: '8', memory: '64Gi' })).toEqual([
    'stacks/one.yaml:3:101: apps[0].build.resources.requests.cpu: the pod would never start: all pods of team x on one together may request 8 (quota.cpu) (found 8; expected less than 8)',
  ]);
  expect(said(asks, { cpu: '9', memory: '17Gi' })).toEqual([]);
  expect(said('tests: { postman: a.json, resources: { requests: { memory: 3Gi } } }', { memory: '2Gi' })).toEqual([
    expect.stringContaining('apps[0].tests.resources.requests.memory: the pod would never start'),
  ]);
});

it('warn of cores that were meant as thousandths, and of tests that there are not', () => {
  expect(said('build: { resources: { limits: { cpu: 500 } } }')).toEqual([
    expect.stringContaining('500 whole cores for one pod (did you mean 500m?)'),
  ]);
  expect(said('tests: { resources: { limits: { cpu: 1 } } }')).toEqual([
    expect.stringContaining('apps[0].tests.resources: not used: this app has no tests against previews'),
  ]);
});
