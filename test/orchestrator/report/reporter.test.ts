import type { GitHubRequest } from '../../../orchestrator/src/hosts/github-host';
import type { KubeApi } from '../../../lib/kube/api';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { Request } from '../../../orchestrator/src/queue/objects';
import type { TaskRun } from '../../../orchestrator/src/queue/task';
import { GitHubWaits } from '../../../orchestrator/src/report/github-connection';
import { Reporter, startReporter } from '../../../orchestrator/src/report/reporter';
import { knownRequests } from '../../../orchestrator/src/requests/known';
import { NOW, SHA, SHOP, configurationOf, shop, silent, storeOf, teamOf } from '../support';
import { GitHubApi } from '../support/github-api';
import { APP, Reports, USER } from '../support/github-reports';
import { requestOf, taskRun, tested } from '../support/reported';

const opened: GitHubApi[] = [];
afterEach(() => Promise.all(opened.splice(0).map((github) => github.close())));

/** A cluster of some requests, and what reports on them; each reporter is a new process. */
function cluster(...given: Request[]) {
  return clusterOf('a token', ...given);
}

function clusterOf(who: 'a token' | 'an App', ...given: Request[]) {
  const requests = new Map(given.map((request) => [request.metadata.name, request]));
  const taskRuns: TaskRun[] = [];
  const reports = new Reports();
  const github = new GitHubApi(reports.endpoints);
  opened.push(github);
  const clock = { now: NOW + 120_000 };
  const set = (name: string, status: NonNullable<Request['status']>) =>
    void requests.set(name, { ...requests.get(name)!, status: { ...requests.get(name)!.status, ...status } });
  const api = {
    list: async () => ({ items: taskRuns, resourceVersion: '1' }),
    log: async (_namespace: string, pod: string) => `the log of ${pod}\n`,
    patch: async (
      _kind: object,
      _namespace: string,
      name: string,
      { status }: { status: NonNullable<Request['status']> },
    ) => set(name, status),
  } as unknown as KubeApi;
  const list = () => [...requests.values()];
  const known = knownRequests(storeOf(list), () => [{ name: 'payments', namespace: 'team-payments' }]);
  const options = {
    api,
    github:
      who === 'an App'
        ? { request: github.as(APP.token), appId: APP.id, login: async () => APP.login }
        : { request: github.request, login: async () => USER },
    isHost: (name: string) => name === 'github.com',
    requests: list,
    known,
    configuration: { current: configurationOf(shop()) },
    isLeading: () => true,
    log: silent,
    now: () => clock.now,
  };
  return {
    github,
    reports,
    taskRuns,
    clock,
    set,
    add: (request: Request) => void requests.set(request.metadata.name, request),
    options,
    reporter: () => new Reporter(options, new AbortController().signal),
  };
}

const failing = () => Promise.reject(new Error('502'));

it('tells each state once, in one comment that it edits, over any number of processes', async () => {
  const request = requestOf({});
  const { name } = request.metadata;
  const { reports, taskRuns, set, reporter } = cluster(request);
  reports.comment(7, 'somebody', 'somebody says: <!-- tekton-dag payments/shop -->');
  const look = async () => {
    await reporter().look();
    await reporter().look();
  };
  await look();
  set(name, { phase: 'Running', runUID: 'run' });
  taskRuns.push(taskRun('build-web'), taskRun('of-another-run', { run: 'other' }));
  await look();
  taskRuns[0] = taskRun('build-web', { succeeded: 'True' });
  await look();
  set(name, { phase: 'Succeeded', finishedAt: new Date(NOW).toISOString() });
  await look();
  taskRuns.length = 0;
  await look();
  expect(reports.statuses.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending', 'success']);
  expect(reports.comments).toHaveLength(2);
  expect(reports.comments[1]!.body).toContain('| build-web | passed | 5 s |');
  expect(reports.comments[1]!.body).not.toContain('of-another-run');
});

it.each([
  ['Queued', 'pending', 'queued', null],
  ['Admitted', 'pending', 'queued', null],
  ['Running', 'pending', 'in_progress', null],
  ['Succeeded', 'success', 'completed', 'success'],
  ['Failed', 'failure', 'completed', 'failure'],
  ['Cancelled', 'error', 'completed', 'cancelled'],
  ['Refused', 'error', 'completed', 'action_required'],
] as const)(
  'tells the commit that a request is %s: with a token by a status, as an App by a check run',
  async (phase, state, progress, conclusion) => {
    const request = requestOf({ status: { phase } });
    const token = cluster(request);
    await token.reporter().look();
    expect([token.reports.statuses, token.reports.checkRuns]).toMatchObject([
      [{ sha: SHA.a, state, context: 'tekton-dag/payments/shop' }],
      [],
    ]);
    const app = clusterOf('an App', request);
    await app.reporter().look();
    expect([app.reports.statuses, app.reports.checkRuns]).toMatchObject([
      [],
      [
        {
          head_sha: SHA.a,
          name: 'tekton-dag/payments/shop',
          external_id: request.metadata.name,
          status: progress,
          conclusion,
        },
      ],
    ]);
    expect(app.reports.comments).toMatchObject([{ login: APP.login }]);
  },
);

it('edits the check run of a request, and makes another for a rerun, as people ask for one by its id', async () => {
  const first = requestOf({ status: { phase: 'Running' } });
  const { reports, set, add, reporter } = clusterOf('an App', first);
  await reporter().look();
  set(first.metadata.name, { phase: 'Failed', finishedAt: new Date(NOW).toISOString() });
  await reporter().look();
  expect(reports.checkRuns).toMatchObject([{ id: 1, status: 'completed', conclusion: 'failure' }]);
  const rerun = requestOf({
    spec: { source: { event: 'check_run.rerequested', eventTime: first.spec.source!.eventTime, attempt: 1 } },
    status: { phase: 'Running' },
  });
  add(rerun);
  await reporter().look();
  expect(reports.checkRuns).toMatchObject([
    { id: 1, conclusion: 'failure' },
    { id: 2, external_id: rerun.metadata.name, status: 'in_progress' },
  ]);
});

it('marks the cases that failed at their lines in the check run, once', async () => {
  const request = requestOf({ status: { phase: 'Running', runUID: 'run' } });
  const { reports, taskRuns, set, options, reporter } = clusterOf('an App', request);
  const told = { passed: 1, failed: 1, errors: 0, skipped: 0, flaky: 0, names: ['adds'] };
  taskRuns.push(tested(taskRun('build-web', { succeeded: 'False' }), told));
  const log = async (_namespace: string, _pod: string, { container }: { container: string }) =>
    container === 'step-summarize'
      ? JSON.stringify({ title: 'adds', message: 'found 2', file: 'a.ts', line: 3 })
      : 'a log';
  Object.assign(options.api, { log });
  const annotated = () => reports.checkRuns.map(({ output }) => output.annotations ?? []);
  await reporter().look();
  expect(annotated()).toEqual([[]]);
  set(request.metadata.name, { phase: 'Failed', finishedAt: new Date(NOW).toISOString() });
  await reporter().look();
  const mark = {
    path: 'a.ts',
    start_line: 3,
    end_line: 3,
    annotation_level: 'failure',
    title: 'adds',
    message: 'found 2',
  };
  expect(annotated()).toEqual([[mark]]);
  // the process ended before it had noted that
  set(request.metadata.name, { reported: undefined });
  await reporter().look();
  expect(annotated()).toEqual([[mark]]);
  expect(reports.comments[0]?.body).toContain('adds (a.ts:3)\n    found 2');
});

it('brings the check run of an overtaken request to its end, and makes none that would hide the newer', async () => {
  const newer = requestOf({
    spec: { source: { event: 'issue_comment', eventTime: new Date(NOW + 1000).toISOString(), attempt: 5 } },
    status: { phase: 'Running' },
  });
  const ended = { phase: 'Cancelled', finishedAt: new Date(NOW).toISOString() } as const;
  const old = requestOf({ status: { phase: 'Running' } });
  const told = clusterOf('an App', old);
  await told.reporter().look();
  told.add(newer);
  await told.reporter().look();
  told.set(old.metadata.name, ended);
  await told.reporter().look();
  expect(told.reports.checkRuns.map(({ external_id, conclusion }) => [external_id, conclusion])).toEqual([
    [old.metadata.name, 'cancelled'],
    [newer.metadata.name, null],
  ]);
  const untold = clusterOf('an App', newer, requestOf({ status: ended }));
  await untold.reporter().look();
  expect(untold.reports.checkRuns.map(({ external_id }) => external_id)).toEqual([newer.metadata.name]);
});

it('leaves a comment alone that a stranger has begun with its marker', async () => {
  const { reports, reporter } = cluster(requestOf({}));
  reports.comment(7, 'stranger', '<!-- tekton-dag payments/shop -->\nall is well');
  await reporter().look();
  await reporter().look();
  expect(reports.comments.map(({ login }) => login)).toEqual(['stranger', USER]);
  expect(reports.comments[0]!.body).toContain('all is well');
});

it('shows the end of the log of what failed in a test, and none of a release', async () => {
  const failed = { phase: 'Failed', runUID: 'run' } as const;
  const release = { ...requestOf({ spec: { pipeline: 'merge-release', revision: SHA.b }, status: failed }) };
  const { github, reports, taskRuns, reporter } = clusterOf('an App', requestOf({ status: failed }), release);
  taskRuns.push(taskRun('build-web', { succeeded: 'False' }));
  await reporter().look();
  expect(reports.comments[0]!.body).toContain('```text\nthe log of pod-build-web\n```');
  const summaries = github.called.flatMap(({ body }) =>
    body.output === undefined ? [] : [(body.output as { summary: string }).summary],
  );
  expect(summaries.map((text) => text.includes('the log of pod-build-web'))).toEqual([true, false]);
  expect(summaries[1]).toContain('**build-web** failed.');
});

it('finds its comment among hundreds', async () => {
  const { reports, reporter } = cluster(requestOf({}));
  for (let id = 1; id <= 250; id++)
    reports.comment(7, USER, id === 250 ? '<!-- tekton-dag payments/shop -->\nold' : 'hello');
  await reporter().look();
  expect(reports.comments).toHaveLength(250);
  expect(reports.comments[249]!.body).toContain('waits for its turn');
});

it('leaves the comment, and the status of a commit that both test, to the newer of two', async () => {
  const old = requestOf({ status: { phase: 'Cancelled' } });
  const rerun = requestOf({
    spec: { source: { event: 'issue_comment', eventTime: new Date(NOW + 1000).toISOString(), attempt: 5 } },
    status: { phase: 'Succeeded' },
  });
  const same = cluster(rerun, old);
  await same.reporter().look();
  expect(same.reports.statuses).toMatchObject([{ sha: SHA.a, state: 'success' }]);

  const pushed = requestOf({
    spec: {
      revision: SHA.b,
      source: { event: 'pull_request.synchronize', eventTime: new Date(NOW + 1000).toISOString() },
    },
  });
  const other = cluster(pushed, old);
  await other.reporter().look();
  expect(other.reports.statuses.map(({ sha, state }) => [sha, state])).toEqual([
    [SHA.b, 'pending'],
    [SHA.a, 'error'],
  ]);
  expect(other.reports.comments.map(({ body }) => /of `(\w+)`/.exec(body)?.[1])).toEqual([SHA.b.slice(0, 10)]);
});

it.each<[string, Parameters<typeof requestOf>[0]]>([
  ['of another host', { host: 'git.example.com' }],
  ['of a repository that its team has not', { repo: 'acme/payroll' }],
  ['of a branch', { spec: { revision: 'main' } }],
  ['that ended long ago', { status: { phase: 'Failed', finishedAt: new Date(NOW - 80 * 3_600_000).toISOString() } }],
  ['that only cancels others', { spec: { cancel: true, apps: undefined } }],
])('tells nothing of a request %s', async (_, given) => {
  const { github, reporter } = cluster(requestOf(given));
  await reporter().look();
  expect(github.called).toEqual([]);
});

it('tells nothing of a request that names the repository of another team', async () => {
  const elsewhere = teamOf('payments', { shop: SHOP }, 'https://git.example.com');
  const desk = teamOf('desk', { shop: SHOP });
  const told = async (...teams: readonly TeamConfig[]) => {
    const { github, options, reporter } = cluster(requestOf({}));
    options.configuration.current = configurationOf(...teams);
    await reporter().look();
    return github.called.length > 0;
  };
  // its host may be known by another name than that by which the team clones
  expect(await told(elsewhere)).toBe(true);
  expect(await told(elsewhere, desk)).toBe(false);
  expect(await told(shop(), desk)).toBe(false);
});

it('tells later what GitHub did not take, waiting longer each time, and the others at once', async () => {
  const { github, reports, clock, reporter } = cluster(
    requestOf({}),
    requestOf({ spec: { pullRequest: { number: 8, repo: 'acme/web' }, revision: SHA.b } }),
  );
  const one = reporter();
  github.fault = ({ path }) => (path.sha === SHA.a ? failing() : undefined);
  const tries = async () => {
    await one.look();
    return github.called.filter(({ path }) => path.sha === SHA.a).length;
  };
  expect([await tries(), await tries()]).toEqual([1, 1]);
  expect(reports.statuses.map(({ sha }) => sha)).toEqual([SHA.b]);
  clock.now += 5_000;
  expect([await tries(), await tries()]).toEqual([2, 2]);
  clock.now += 5_000;
  expect(await tries()).toBe(2);
  github.fault = undefined;
  clock.now += 5_000;
  await one.look();
  expect(reports.statuses.map(({ sha }) => sha)).toEqual([SHA.b, SHA.a]);
  expect(reports.comments).toHaveLength(2);
});

it('leaves the rest for the next look where GitHub wants to be left alone, and nobody waits longer than that', async () => {
  const { options, reports } = cluster(
    requestOf({}),
    requestOf({ spec: { pullRequest: { number: 8, repo: 'acme/web' }, revision: SHA.b } }),
  );
  let asked = 0;
  const request: GitHubRequest = (...call) =>
    ++asked === 1 ? Promise.reject(new GitHubWaits('for 60 s')) : options.github.request(...call);
  const reporter = new Reporter({ ...options, github: { ...options.github, request } }, new AbortController().signal);
  await reporter.look();
  expect(asked).toBe(1);
  await reporter.look();
  expect(reports.statuses.map(({ sha }) => sha)).toEqual([SHA.a, SHA.b]);
});

it('repeats nothing that differs where it was stopped between telling and remembering', async () => {
  const { options, reports } = cluster(requestOf({}));
  const api = { ...options.api, patch: failing } as unknown as KubeApi;
  await new Reporter({ ...options, api }, new AbortController().signal).look();
  await new Reporter(options, new AbortController().signal).look();
  expect(reports.comments).toHaveLength(1);
  expect(new Set(reports.statuses.map((status) => JSON.stringify(status))).size).toBe(1);
});

it('stops while GitHub does not answer', async () => {
  const { options, github, reports } = cluster(requestOf({}));
  const asked = new Promise<void>((resolve) => {
    github.fault = () => {
      resolve();
      return new Promise<never>(() => {});
    };
  });
  const reporter = startReporter(options);
  await asked;
  await reporter.stop();
  expect(reports.statuses).toEqual([]);
});

it('leaves it to the leader', async () => {
  const { options, github } = cluster(requestOf({}));
  await startReporter({ ...options, isLeading: () => false }).stop();
  await new Reporter({ ...options, isLeading: () => false }, new AbortController().signal).look();
  expect(github.called).toEqual([]);
});

it('tells nothing of a request that the Git host did not ask for, whatever it is called', async () => {
  const real = requestOf({ status: { phase: 'Running' } });
  const spec = { ...real.spec };
  delete spec.source;
  const green = { phase: 'Succeeded', finishedAt: new Date(NOW).toISOString() } as const;
  const byHand = { ...real, metadata: { ...real.metadata, name: 'by-hand', uid: 'by-hand' }, spec, status: green };
  const byApi = requestOf({ spec: { source: { event: 'api', sender: 'somebody' } }, status: green });
  const { reports, reporter } = cluster(byHand, { ...byApi, metadata: { ...byApi.metadata, name: 'by-api' } }, real);
  await reporter().look();
  expect(reports.statuses.map(({ state }) => state)).toEqual(['pending']);
  expect(reports.comments).toHaveLength(1);
});
