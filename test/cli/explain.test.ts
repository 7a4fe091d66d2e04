import { loadAll } from 'js-yaml';
import { pullRequestPayload } from '../orchestrator/support';
import { Folder } from './folder';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  folder.fleet('alpha', 'beta');
});
afterEach(() => folder.remove());

const explain = (payload: unknown, ...args: readonly string[]) => {
  folder.write('payload.json', typeof payload === 'string' ? payload : JSON.stringify(payload));
  return folder.run('explain', 'payload.json', ...args);
};

it('says what a pull request would be answered, and what would be created', async () => {
  const { status, stdout } = await explain(pullRequestPayload({ repo: 'beta/api' }), '--event', 'pull_request');
  expect(status).toBe(0);
  const [answer, request, ...more] = loadAll(stdout) as [
    Record<string, unknown>,
    { metadata: { name: string } },
    ...unknown[],
  ];
  expect(answer).toMatchObject({
    status: 'accepted',
    runs: [{ name: request.metadata.name, namespace: 'team-beta', team: 'beta', stack: 'beta', apps: ['api'] }],
  });
  expect(request).toMatchObject({ kind: 'RunRequest', spec: { pipeline: 'pr-test', trust: 'trusted' } });
  expect(more).toEqual([]);
});

it('says why nothing follows', async () => {
  const { stdout } = await explain(pullRequestPayload({ repo: 'gamma/api' }), '--event', 'pull_request', '-o', 'json');
  expect(JSON.parse(stdout)).toEqual({
    answer: { status: 'ignored', reason: 'unmapped_repo', deliveryId: 'explained', detail: expect.any(String) },
    objects: [],
  });
  expect(JSON.parse((await explain({}, '--event', 'ping', '-o', 'json')).stdout).answer).toEqual({
    status: 'pong',
    deliveryId: 'explained',
  });
});

it.each([
  [
    ['--event', 'pull-request'],
    /^error: github has no event 'pull-request' \(there are: .*\); did you mean 'pull_request'\?$/m,
  ],
  [
    ['--event', 'pull_request_approved'],
    /^error: 'pull_request_approved' is not an event of github, but one of gitea: say --from gitea$/m,
  ],
  [['--event', 'Push', '--from', 'gitea'], /^error: gitea has no event 'Push' .* did you mean 'push'\?$/m],
])('does not take %j for an event from which nothing follows', async (args, says) => {
  const { status, stdout, stderr } = await explain(pullRequestPayload({ repo: 'beta/api' }), ...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(says);
});

it('answers to an event that nobody asked for as an orchestrator does, and says which there are', async () => {
  const { status, stdout, stderr } = await explain({}, '--event', 'star', '-o', 'json');
  expect([status, JSON.parse(stdout).answer.reason]).toEqual([0, 'event']);
  expect(stderr).toMatch(/^warning: --event: .*\(found star; expected ping, push, pull_request, .* or repository\)$/m);
});

it.each([
  ['{\n  "a" 1}', '2:7: is not JSON'],
  ['\n abc', '2:2: is not JSON'],
  ['{"a":', '1:6: is not JSON'],
  ['{"action":"opened"}', ' pull_request: is missing'],
  [
    JSON.stringify({ ...pullRequestPayload({ repo: 'beta/api' }), number: 'x', pull_request: 3 }),
    ' pull_request: wrong type: expected object',
  ],
])('says in plain words and at its place what is wrong with %j', async (payload, says) => {
  const { status, stderr } = await explain(payload, '--event', 'pull_request');
  expect([status, stderr]).toEqual([1, expect.stringContaining(`payload.json:${says}`)]);
});

it('says that there is no such file', async () => {
  expect(await folder.run('explain', 'nowhere.json', '--event', 'pull_request')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('nowhere.json: there is no such file\n'),
  });
});

it('is not put off by an old payload', async () => {
  const { stdout } = await explain(
    pullRequestPayload({ repo: 'beta/api', at: '2019-05-15T15:20:33Z' }),
    '--event',
    'pull_request',
    '-o',
    'json',
  );
  expect(JSON.parse(stdout).answer.status).toBe('accepted');
});

it.each<[string, unknown, string]>([
  ['no JSON', '{', 'is not JSON'],
  ['not what its event says', { action: 'opened' }, 'pull_request'],
  [
    'a merge without a commit',
    pullRequestPayload({ repo: 'beta/api', action: 'closed', merged: true, mergeSha: null }),
    'merge_commit_sha',
  ],
])('refuses what is %s, at its place', async (_, payload, says) => {
  const { status, stderr, stdout } = await explain(payload, '--event', 'pull_request');
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(new RegExp(`payload\\.json(?::\\d+:\\d+)?: .*${says}`));
});
