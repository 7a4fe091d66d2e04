import { PIPELINES, PULL_REQUEST_MAX, RUN_NAME_MAX } from '../../../lib/words/names';
import { ask } from '../../../lib/runs/ask/ask';
import type { Identity } from '../../../lib/runs/ask/run-request';
import { requestName } from '../../../lib/runs/ask/run-request';

const BASE: Identity = {
  host: 'github.com',
  repository: 42,
  pipeline: 'pr-test',
  pullRequest: 7,
  sha: 'a'.repeat(40),
  team: 'x',
  stack: 'shop',
};

describe('the name of a request', () => {
  it('is the same for the same, whatever the case of host and commit', () => {
    expect(requestName({ ...BASE, host: 'GitHub.com', sha: 'A'.repeat(40) })).toBe(requestName(BASE));
    expect(requestName({ ...BASE, attempt: 0 })).toBe(requestName(BASE));
  });

  it.each<Partial<Identity>>([
    { host: 'git.example.com' },
    { repository: 43 },
    { pipeline: 'merge-release' },
    { pullRequest: 8 },
    { sha: 'b'.repeat(40) },
    { team: 'y' },
    { stack: 'two' },
    { app: 'web' },
    { attempt: 1 },
  ])('is another for %j', (change) => expect(requestName({ ...BASE, ...change })).not.toBe(requestName(BASE)));

  it.each(PIPELINES)('of %s leaves room for the names of its tasks', (pipeline) =>
    expect(requestName({ ...BASE, pipeline, pullRequest: PULL_REQUEST_MAX }).length).toBeLessThanOrEqual(RUN_NAME_MAX),
  );

  it.each([
    [999_999, /^pr-999999-[a-z2-7]{10}$/],
    [1_000_000, /^pr-lfls-[a-z2-7]{10}$/],
    [2 ** 31, /^pr-zik0zk-[a-z2-7]{10}$/],
  ])('holds number %i of a pull request in at most six digits', (pullRequest, name) =>
    expect(requestName({ ...BASE, pullRequest })).toMatch(name),
  );
});

it.each(['--upload-pack=x', 'a b', 'a\nb', 'x'.repeat(256), ''])('no request is for the revision %j', (revision) =>
  expect(ask.safeParse({ pipeline: 'verify', team: 'x', stack: 'shop', revision }).success).toBe(false),
);
