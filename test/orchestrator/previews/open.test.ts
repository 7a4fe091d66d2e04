import { ANNOTATIONS, LABELS } from '../../../lib/words/labels';
import { openedBy, whyIdle } from '../../../orchestrator/src/previews/open';
import type { Run } from '../../../orchestrator/src/queue/objects';

const NOW = new Date('2026-05-10T12:00:00Z');
const [EARLIER, LATER] = ['2026-05-10T11:59:59Z', '2026-05-10T14:00:00Z'];

const object = (name: string, uid: string | undefined, run?: string, expires?: string) => ({
  metadata: {
    name,
    ...(uid !== undefined && { labels: { [LABELS.runUid]: uid } }),
    annotations: {
      ...(run !== undefined && { [ANNOTATIONS.run]: run }),
      ...(expires !== undefined && { [ANNOTATIONS.expires]: expires }),
    },
  },
});

describe('what is open', () => {
  it('is told by run, and expires when the last of it does', () =>
    expect(
      openedBy('staging', [
        object('web-pr-1', 'a', 'run-a', LATER),
        object('api-pr-1', 'a', 'run-a', EARLIER),
        object('web-pr-2', 'b', 'run-b', EARLIER),
      ]),
    ).toEqual([
      { namespace: 'staging', uid: 'a', run: 'run-a', expires: LATER },
      { namespace: 'staging', uid: 'b', run: 'run-b', expires: EARLIER },
    ]));

  it('is none of what bears no run', () =>
    expect(openedBy('staging', [object('web', undefined), object('api', '')])).toEqual([]));

  it('says nothing where its objects say nothing', () =>
    expect(openedBy('staging', [object('web-pr-1', 'a')])).toEqual([
      { namespace: 'staging', uid: 'a', run: '', expires: '' },
    ]));
});

describe('previews', () => {
  const opened = { namespace: 'staging', uid: 'a', run: 'run-a', expires: LATER };
  const run = (uid: string, succeeded?: 'True' | 'False' | 'Unknown') =>
    ({
      metadata: { name: 'run-a', namespace: 'ci', uid, creationTimestamp: EARLIER },
      spec: {},
      ...(succeeded && { status: { conditions: [{ type: 'Succeeded', status: succeeded }] } }),
    }) satisfies Run;

  it.each([
    ['has not begun', run('a')],
    ['goes on', run('a', 'Unknown')],
  ])('stay while their run %s', (_, its) => expect(whyIdle(opened, its, NOW)).toBeUndefined());

  it.each([
    ['is gone', undefined, 'there is no run run-a any more'],
    ['gave its name to another', run('b', 'Unknown'), 'there is no run run-a any more'],
    ['succeeded', run('a', 'True'), 'run run-a is over'],
    ['failed', run('a', 'False'), 'run run-a is over'],
  ])('are idle once their run %s', (_, its, why) => expect(whyIdle(opened, its, NOW)).toBe(why));

  it.each([
    [EARLIER, `its time was up at ${EARLIER}`],
    [NOW.toISOString(), `its time was up at ${NOW.toISOString()}`],
    ['', 'its objects do not tell until when they are needed'],
    ['tomorrow', "its objects do not tell until when they are needed: 'tomorrow'"],
  ])('are idle whatever their run does, with %j as their time', (expires, why) =>
    expect(whyIdle({ ...opened, expires }, run('a', 'Unknown'), NOW)).toBe(why),
  );
});
