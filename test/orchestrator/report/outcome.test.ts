import { STATES, requestOf, taskRun } from '../support/reported';
import { outcomeOf } from '../../../orchestrator/src/report/outcome';

const bodyOf = (...given: Parameters<typeof outcomeOf>): string => outcomeOf(...given).comment?.body ?? '';

it.each([...STATES])('a request that is %s is %s', (phase, state) => {
  expect(outcomeOf(requestOf({ status: { phase } }), [], undefined).status).toMatchObject({ state, context: 'tekton-dag/payments/shop' });
});

it('tells the state of each Task that there is, in the order they began, and of none besides', () => {
  const body = bodyOf(requestOf({ status: { phase: 'Running' } }), [taskRun('test-web', { second: 9 }), taskRun('build-web', { second: 1, succeeded: 'True' })], undefined);
  expect(body.match(/^\| (?!Task|---).*$/gm)).toEqual(['| build-web | passed | 5 s |', '| test-web | running |  |']);
  expect(body).toContain('/cancel');
  expect(bodyOf(requestOf({}), [], undefined)).not.toContain('|');
});

it('tells what failed, what it said, where its log is and how to run it again', () => {
  const outcome = outcomeOf(requestOf({ status: { phase: 'Failed', message: 'Tasks Completed: 1' } }), [taskRun('build-web', { succeeded: 'False', message: 'npm ci failed: no package-lock.json' })], undefined);
  expect(outcome.status.description).toMatch(/failed: build-web$/);
  expect(outcome.comment?.body).toMatch(/\*\*build-web\*\* failed\.\n\n```text\nnpm ci failed: no package-lock\.json\n```/);
  expect(outcome.comment?.body).toContain('kubectl logs -n team-payments pod-build-web -c step-compile');
  expect(outcome.comment?.body).toContain('`/retest`');
});

it('gives the reason of what never ran', () => {
  expect(bodyOf(requestOf({ status: { phase: 'Refused', message: "app 'wbe' is none of stack 'shop'" } }), [], undefined)).toContain("```text\napp 'wbe' is none of stack 'shop'\n```");
});

it('lets no message out of its fence, and keeps the end of a long one', () => {
  const message = `${'x'.repeat(100_000)}\n\`\`\`\`\n@everybody the end`;
  const body = bodyOf(requestOf({ status: { phase: 'Failed' } }), Array.from({ length: 300 }, (_, index) => taskRun(`build-${index}`, { succeeded: 'False', message })), undefined);
  expect(body).toContain('@everybody the end\n`````\n');
  expect(body.length).toBeLessThan(65_536);
  expect(outcomeOf(requestOf({ status: { phase: 'Failed' } }), [taskRun('t'.repeat(300), { succeeded: 'False' })], undefined).status.description).toHaveLength(140);
});

it('links to where people see the run; a release tells its commit alone', () => {
  const outcome = outcomeOf(requestOf({ spec: { pipeline: 'merge-release', apps: ['web'] } }), [], 'https://console.example.com/{namespace}/{name}');
  expect(outcome.status).toMatchObject({ context: 'tekton-dag/payments/shop/merge-release-web', target_url: expect.stringMatching(/^https:\/\/console\.example\.com\/team-payments\/release-/) });
  expect(outcome.comment).toBeUndefined();
});
