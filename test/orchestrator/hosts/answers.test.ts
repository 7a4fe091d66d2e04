import { Answers } from '../../../orchestrator/src/hosts/answers';

it('holds a yes for five minutes and a no for one, and of many the newest', () => {
  const clock = { now: 0 };
  const answers = new Answers(() => clock.now);
  answers.set('yes', true);
  answers.set('no', false);
  clock.now = 59_000;
  expect([answers.get('yes'), answers.get('no'), answers.get('other')]).toEqual([true, false, undefined]);
  clock.now = 61_000;
  expect([answers.get('yes'), answers.get('no')]).toEqual([true, undefined]);
  clock.now = 301_000;
  expect(answers.get('yes')).toBeUndefined();
  for (let index = 0; index <= 5_000; index++) answers.set(String(index), true);
  expect([answers.get('0'), answers.get('1')]).toEqual([undefined, true]);
});
