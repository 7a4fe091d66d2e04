import { ANNOTATIONS, LABELS } from '../../../lib/words/labels';
import { openedBy, whyIdle } from '../../../orchestrator/src/previews/open';
import type { Run } from '../../../orchestrator/src/queue/objects';

const object = (name: string, uid: string | undefined, run?: string) => ({
  metadata: {
    name,
    ...(uid !== undefined && { labels: { [LABELS.runUid]: uid } }),
    ...(run !== undefined && { annotations: { [ANNOTATIONS.run]: run } }),
  },
});

describe('what is open', () => {
  it('is told by run, with each name that its objects give it', () =>
    expect(
      openedBy('staging', [
        object('aaa', 'a', 'another'),
        object('web-pr-1', 'a', 'run-a'),
        object('api-pr-1', 'a', 'run-a'),
        object('web-pr-2', 'b', 'run-b'),
        object('web-pr-3', 'c'),
      ]),
    ).toEqual([
      { namespace: 'staging', uid: 'a', runs: ['another', 'run-a'] },
      { namespace: 'staging', uid: 'b', runs: ['run-b'] },
      { namespace: 'staging', uid: 'c', runs: [] },
    ]));

  it('is none of what bears no run', () =>
    expect(openedBy('staging', [object('web', undefined), object('api', '')])).toEqual([]));
});

describe('previews', () => {
  const opened = { namespace: 'staging', uid: 'a', runs: ['another', 'run-a'] };
  const run = (uid: string, succeeded?: 'True' | 'False' | 'Unknown') =>
    ({
      metadata: { name: `run-${uid}`, namespace: 'ci', uid, creationTimestamp: '2026-05-10T12:00:00Z' },
      spec: {},
      ...(succeeded && { status: { conditions: [{ type: 'Succeeded', status: succeeded }] } }),
    }) satisfies Run;

  it.each([
    ['has not begun', [run('a')]],
    ['goes on', [run('a', 'Unknown')]],
    ['goes on, whatever another of its names is of', [run('other', 'True'), run('a', 'Unknown')]],
  ])('stay while their run %s', (_, runs) => expect(whyIdle(opened, runs)).toBeUndefined());

  it.each([
    ['is gone', [], 'there is no run another, run-a any more'],
    ['gave its name to another', [run('b', 'Unknown')], 'there is no run another, run-a any more'],
    ['succeeded', [run('a', 'True')], 'run run-a is over'],
    ['failed', [run('a', 'False')], 'run run-a is over'],
  ])('are idle once their run %s', (_, runs, why) => expect(whyIdle(opened, runs)).toBe(why));

  it('are idle where they name no run', () =>
    expect(whyIdle({ ...opened, runs: [] }, [])).toBe('its objects name no run'));
});
