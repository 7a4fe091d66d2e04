import type { CaseInRun } from '../../../orchestrator/src/history/case-history';
import { storyOf } from '../../../orchestrator/src/history/case-story';

/** What the runs of a case mean. Each is `<run>:<commit>:<state>[:<pull request>]`, the newest first. */
const rows = (...all: readonly string[]): CaseInRun[] =>
  all.map((one) => {
    const [run = '', commit = '', state = '', pullRequest = '7'] = one.split(':');
    return {
      run,
      commit: commit || null,
      state: state.replace('rerun', 'passed'),
      flaky: state === 'rerun',
      pullRequest,
      created: new Date('2026-01-01T00:00:00Z'),
      seconds: null,
      message: null,
    };
  });

it.each<[string, readonly string[], string | undefined, string | undefined]>([
  ['never ran', [], undefined, undefined],
  ['was only skipped', ['a:1:skipped'], undefined, undefined],
  ['passes', ['b:2:passed', 'a:1:failed'], 'passing', undefined],
  ['fails for the first time', ['b:2:failed', 'a:1:passed'], 'new', 'b'],
  ['breaks for the first time', ['b:2:error', 'a:1:passed'], 'new', 'b'],
  ['failed before', ['c:3:failed', 'b:2:failed', 'a:1:passed'], 'broken', 'b'],
  ['failed whenever it ran', ['b:2:failed', 'a:1:failed'], 'broken', 'a'],
  ['was skipped in between', ['c:3:failed', 'b:2:skipped', 'a:1:failed'], 'broken', 'a'],
  ['passed and failed of one commit', ['b:1:failed', 'a:1:passed'], 'flaky', 'b'],
  ['passed and failed of no commit', ['b::failed', 'a::passed'], 'new', 'b'],
  ['passed when it was run again', ['c:3:passed', 'b:2:rerun'], 'flaky', undefined],
  ['passes elsewhere', ['c:3:failed', 'b:9:passed:8', 'a:1:failed'], 'broken', 'a'],
  ['fails elsewhere, and always did', ['c:3:failed', 'b:9:failed:8', 'a:8:failed:8'], 'broken', 'a'],
  ['failed elsewhere long ago', ['d:3:failed', 'c:9:passed:8', 'b:8:failed:8', 'a:1:passed'], 'new', 'd'],
  ['is there twice, and one fails', ['b:2:passed', 'b:2:failed', 'a:1:passed'], 'new', 'b'],
])('one that %s', (_, given, state, since) => {
  const story = storyOf(rows(...given));
  expect([story?.state, story?.since?.run]).toEqual([state, since]);
});

it('counts, and says whether it fails elsewhere', () => {
  expect(storyOf(rows('c:3:failed', 'b:9:failed:8', 'a:8:passed:8'))).toMatchObject({
    failed: 2,
    runs: 3,
    elsewhere: true,
  });
  expect(storyOf(rows('c:3:failed', 'b:9:passed:8', 'a:8:failed:8'))?.elsewhere).toBe(false);
});
