import { KINDS, defaultTime, kindOf } from '../../../lib/runs/simulate/kinds';
import type { GivenTimes, PastTimes } from '../../../lib/runs/simulate/times';
import { estimateOf, median, mediansOf } from '../../../lib/runs/simulate/times';
import { waitOf } from '../../../lib/runs/simulate/wait';

it.each([
  ['build-cart', 'build'],
  ['find-image-cart', 'find-image'],
  ['verify-cart', 'verify-image'],
  ['verify', 'verify'],
  ['test-web-postman-unit', 'test-unit'],
  ['test-web-playwright-p2', 'test-playwright'],
  ['post-build-2-cart', 'post-build'],
  ['pre-test', 'pre-test'],
  ['validate-session', 'validate-session'],
  ['licences', 'licences'],
])('%s is of kind %s', (task, kind) => expect(kindOf(task)).toBe(kind));

it('takes a value in the middle', () => {
  expect([[7], [1, 9], [9, 1, 2], [4, 1, 3, 2]].map(median)).toEqual([7, 5, 2, 2.5]);
});

describe('the time of a task', () => {
  const nothing: GivenTimes = { tasks: new Map() };
  const none: PastTimes = new Map();
  const past = mediansOf([
    { task: 'build-cart', pod: 4, steps: 40 },
    { task: 'build-cart', pod: 6, steps: 60 },
    { task: 'build-web', pod: 9, steps: 90 },
    { task: 'licences', pod: 1, steps: 2 },
  ]);

  it('is the one of its kind where nothing else is known', () => {
    expect(estimateOf('build-cart', nothing, none)).toEqual({ ...defaultTime('build'), from: 'default' });
    expect(estimateOf('constructor', nothing, none)).toEqual({ ...defaultTime('licences'), from: 'default' });
  });

  it('is the median of the task, else of its kind', () => {
    expect(estimateOf('build-cart', nothing, past)).toEqual({ pod: 5, steps: 50, from: 'history' });
    expect(estimateOf('build-new', nothing, past)).toEqual({ pod: 6, steps: 60, from: 'history' });
    expect(estimateOf('licences', nothing, past)).toEqual({ pod: 1, steps: 2, from: 'history' });
    expect(estimateOf('push-cart', nothing, past).from).toBe('default');
  });

  it('is what somebody says, of the task before the kind', () => {
    const given: GivenTimes = {
      pod: 3,
      tasks: new Map([
        ['build', 20],
        ['build-cart', 0],
      ]),
    };
    expect(estimateOf('build-cart', given, past)).toEqual({ pod: 3, steps: 0, from: 'file' });
    expect(estimateOf('build-web', given, past)).toEqual({ pod: 3, steps: 20, from: 'file' });
    expect(estimateOf('licences', given, past)).toEqual({ pod: 3, steps: 2, from: 'history' });
  });

  it('is known of every kind', () =>
    expect(KINDS.map(defaultTime).every(({ pod, steps }) => pod + steps > 0)).toBe(true));
});

it('lets runs wait until a slot is free', () => {
  expect(waitOf(60, 3, 3)).toEqual({ longest: 0, allDone: 60 });
  expect(waitOf(60, 7, 3)).toEqual({ longest: 120, allDone: 180 });
  expect(waitOf(60, 1, 5)).toEqual({ longest: 0, allDone: 60 });
});
