import { githubHost } from '../../../orchestrator/src/hosts/github-host';
import { createNotices } from '../../../orchestrator/src/report/notices';
import { SHA, configurationOf, front, pullRequestPayload, shop, silent } from '../support';
import { GitHubApi } from '../support/github-api';
import { example } from '../support/github-description';
import { Events, wholePull } from '../support/github-events';
import { APP, Reports, USER } from '../support/github-reports';

/** A merge queue as its deliveries arrive, and what is written at GitHub of them. */

const NAME = 'tekton-dag/payments/shop';
const opened: GitHubApi[] = [];
afterEach(() => Promise.all(opened.splice(0).map((github) => github.close())));

/** @param trees what commits hold, by commit */
function scene(who: 'a token' | 'an App', trees: Readonly<Record<string, string>>) {
  const [events, reports] = [new Events(), new Reports()];
  events.members.add('dev');
  const github = new GitHubApi({
    ...events.endpoints,
    ...reports.endpoints,
    'GET /repos/{owner}/{repo}/pulls/{pull_number}': () => wholePull({}),
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': ({ path }) => {
      const shown = example<{ readonly tree: object }>('git-commit');
      return { ...shown, sha: path.commit_sha, tree: { ...shown.tree, sha: trees[String(path.commit_sha)] } };
    },
  });
  opened.push(github);
  const isHost = (host: string) => host === 'github.com';
  const account =
    who === 'an App'
      ? { request: github.as(APP.token), appId: APP.id, login: async () => APP.login }
      : { request: github.request, login: async () => USER };
  const notices = createNotices({ github: account, isHost, log: silent });
  const host = githubHost(account.request, { dialect: 'github', isHost }, silent);
  const served = front(configurationOf(shop()), { github: { host, notices } });
  /** The test of the pull request's head comes to its end. */
  const end = (phase: 'Succeeded' | 'Failed') => {
    for (const [key, request] of served.api.objects) served.api.objects.set(key, { ...request, status: { phase } });
  };
  const enqueue = (head_commit?: object | null) =>
    served.deliver('merge_group', {
      action: 'checks_requested',
      repository: pullRequestPayload().repository,
      sender: { login: 'dev' },
      merge_group: {
        head_sha: SHA.merge,
        head_ref: 'refs/heads/gh-readonly-queue/main/pr-7-00ff',
        base_sha: SHA.c,
        base_ref: 'refs/heads/main',
        ...(head_commit !== undefined && { head_commit }),
      },
    });
  return { ...served, reports, notices, end, enqueue };
}

const SAME = { [SHA.a]: '1'.repeat(40), [SHA.merge]: '1'.repeat(40) };
const OTHER = { [SHA.a]: '1'.repeat(40), [SHA.merge]: '2'.repeat(40) };

it.each(['a token', 'an App'] as const)(
  'is told by %s, on its own commit, that what this holds was tested already',
  async (who) => {
    const { deliver, requests, reports, notices, end, enqueue } = scene(who, SAME);
    await deliver('pull_request', pullRequestPayload());
    end('Succeeded');
    const name = requests()[0]?.metadata.name;
    const answer = await enqueue();
    await notices.quiet();
    expect([answer.statusCode, answer.json().reason, requests().length]).toEqual([200, 'already_tested', 1]);
    const told =
      who === 'an App'
        ? [reports.checkRuns, { status: 'completed', conclusion: 'success', head_sha: SHA.merge, external_id: name }]
        : [reports.statuses, { state: 'success', sha: SHA.merge, context: NAME, description: `${name} succeeded` }];
    expect(told[0]).toMatchObject([told[1]]);
  },
);

it('is told once, however often it asks', async () => {
  const { deliver, reports, notices, end, enqueue } = scene('an App', SAME);
  await deliver('pull_request', pullRequestPayload());
  end('Succeeded');
  await enqueue();
  await enqueue();
  await notices.quiet();
  expect(reports.checkRuns).toHaveLength(1);
});

it.each([
  ['of other files', OTHER, 'Succeeded'],
  ['that failed', SAME, 'Failed'],
] as const)('is told nothing by a test %s, and its commit is tested', async (_, trees, phase) => {
  const { deliver, requests, reports, notices, end, enqueue } = scene('a token', trees);
  await deliver('pull_request', pullRequestPayload());
  end(phase);
  expect((await enqueue()).statusCode).toBe(202);
  await notices.quiet();
  expect(requests().map(({ spec }) => spec.revision)).toEqual([SHA.a, SHA.merge]);
  expect(reports.statuses).toEqual([]);
});

it.each([null, {}, { id: SHA.merge, message: 'Merge pull request #7', timestamp: null }])(
  'whose commit is told as %j is taken: when it was made is no condition',
  async (commit) => {
    const { requests, enqueue } = scene('a token', OTHER);
    expect((await enqueue(commit)).statusCode).toBe(202);
    expect(requests().map(({ spec }) => spec.revision)).toEqual([SHA.merge]);
  },
);
