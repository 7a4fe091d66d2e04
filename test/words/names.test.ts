import fc from 'fast-check';
import * as names from '../../lib/words/names';
import { app, resolve, stackFile, team } from '../fleet/support';

const told = (name: string, more: string, head = '') =>
  resolve({
    teams: [team('t', ['s'], { externalTasks: ['scan', 'sign'].filter((task) => head.includes(task)) })],
    stacks: [stackFile('s', [app('callee'), app(name, more)], head)],
  }).said;

describe('the budget of a pipeline task', () => {
  const pod = (task: string) => `${'r'.repeat(names.RUN_NAME_MAX)}-${task}-pod`;

  it('leaves a whole pod name beside the longest name of a run', () => {
    expect(pod('t'.repeat(names.PIPELINE_TASK_NAME_MAX))).toHaveLength(63);
    expect(`bootstrap-${'x'.repeat(10)}`).toHaveLength(names.RUN_NAME_MAX);
    expect(`pr-123456-${'x'.repeat(10)}`).toHaveLength(names.RUN_NAME_MAX);
  });

  // what an app has decides which of its derived names is the longest
  it.each([
    ['find-image-', 'propagation-role: terminal', '', 27],
    ['test-…-postman', 'propagation-role: terminal, tests: { postman: a }', '', 25],
    ['test-…-artillery', 'propagation-role: terminal, tests: { artillery: a }', '', 23],
    ['test-…-playwright', 'propagation-role: terminal, tests: { playwright: a, postman: b }', '', 22],
    ['post-build-…', 'propagation-role: terminal', 'hooks: { post-build: scan }\n', 27],
    ['post-build-2-…', 'propagation-role: terminal', 'hooks: { post-build: [scan, sign] }\n', 25],
  ])('%s: an app may have %#', (_, more, head, max) => {
    expect(told('a'.repeat(max), more, head)).toEqual([]);
    expect(told('a'.repeat(max + 1), more, head)).toEqual([
      expect.stringContaining(`(found ${max + 1} characters; expected at most ${max})`),
    ]);
  });

  it('is kept by every derived name of what is let through', () => {
    const derived = [
      names.buildTask,
      names.deployTask,
      names.previewTask,
      names.findImageTask,
      names.tagTask,
      names.bumpTask,
    ];
    const longest = 'a'.repeat(27);
    for (const derive of derived) expect(pod(derive(longest)).length).toBeLessThanOrEqual(63);
    for (const kind of names.TEST_KINDS)
      expect(pod(names.testTask('a'.repeat(22), kind)).length).toBeLessThanOrEqual(63);
    expect(names.previewName(longest, names.session('acme/a', names.PULL_REQUEST_MAX)).length).toBeLessThanOrEqual(63);
  });
});

it('lets a stack be as long as its longest pipeline allows', () => {
  const of = (length: number) =>
    resolve({
      teams: [team('t', ['s'])],
      stacks: [{ ...stackFile('s'.repeat(length), [app('a')]), file: 'stacks/s.yaml' }],
    }).said;
  expect(names.pipelineName('s'.repeat(49), 'merge-release')).toHaveLength(63);
  expect(of(49)).toEqual([]);
  expect(of(50)).toEqual([
    expect.stringMatching(
      /^stacks\/s\.yaml:1:7: name: too long for pipeline s{50}-merge-release \(found 50 characters; expected at most 49\)$/,
    ),
  ]);
});

it('lets a team be as long as its objects in the cluster allow', () => {
  const of = (length: number) =>
    resolve({ teams: [team('t'.repeat(length), ['s'], { namespace: 'ci' })], stacks: [stackFile('s', [app('a')])] })
      .said;
  expect(of(52)).toEqual([]);
  expect(of(53)).toEqual([expect.stringContaining('(found 53 characters; expected at most 52)')]);
});

it.each([
  ['9lives', false],
  ['a--b', false],
  ['a-', false],
  ['A', false],
  ['a_b', false],
  ['tekton-dag-router', false],
  ['api-pr-4-abcd', false],
  ['api-pr-four', true],
  ['a1-b2', true],
])('an app may be called %s: %s', (name, good) => {
  expect(told(name, 'propagation-role: terminal').length === 0).toBe(good);
});

it('names a port of the router by at most 15 characters that Kubernetes takes', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,3}$/);
  fc.assert(
    fc.property(name, (given) =>
      expect(names.routerPort(given)).toMatch(/^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/),
    ),
  );
  expect(names.routerPort('recommendations-a')).not.toBe(names.routerPort('recommendations-b'));
});

describe('a session', () => {
  it('is told by its repository, whatever its case', () => {
    expect(names.session('acme/web', 4)).toMatch(new RegExp(names.SESSION_PATTERN));
    expect(names.session('Acme/Web', 4)).toBe(names.session('acme/web', 4));
    expect(names.session('acme/api', 4)).not.toBe(names.session('acme/web', 4));
  });

  it('fits its pattern and its budget', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: names.PULL_REQUEST_MAX }), (repo, number) => {
        const session = names.session(repo, number);
        expect(session).toMatch(new RegExp(names.SESSION_PATTERN));
        expect(session.length).toBeLessThanOrEqual(names.SESSION_MAX);
      }),
    );
  });
});

it('hashes to base32 as RFC 4648 has it, in lower case', () => {
  // sha256('abc') = ba7816bf 8f01cfea …
  expect(names.hash32('abc', 8)).toBe('xj4bnp4p');
  expect(names.hash32('abc', 4)).toBe('xj4b');
});

it('says how long a malformed name may be, by what is derived from it', () => {
  expect(told('Not_A_Name', 'propagation-role: terminal')[0]).toContain(`at most ${names.APP_NAME_MAX},`);
  expect(names.APP_NAME_MAX).toBe(27);
  const of = (props: Parameters<typeof team>[2]) =>
    resolve({ teams: [team('t', ['s'], props)], stacks: [stackFile('s', [app('a')])] }).said[0];
  expect(of({ name: 'Not_A_Name' })).toContain('at most 52,');
  expect(of({ namespace: 'Not_A_Name' })).toContain('at most 63,');
});
