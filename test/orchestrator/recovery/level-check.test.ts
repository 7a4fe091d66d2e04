import fc from 'fast-check';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { decide } from '../../../lib/runs/decisions/decide';
import { githubEvents } from '../../../lib/runs/events/github-event';
import { githubHost } from '../../../orchestrator/src/hosts/github-host';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import { overtaken } from '../../../lib/runs/decisions/event-order';
import { ApiError } from '../../../lib/kube/api';
import { createMetrics } from '../../../orchestrator/src/metrics';
import { LevelCheck } from '../../../orchestrator/src/recovery/level-check';
import { knownRequests } from '../../../orchestrator/src/requests/known';
import type { PullOptions } from '../support';
import {
  FakeApi,
  NOW,
  SHA,
  commentPayload,
  configurationOf,
  factsOf,
  pullRequestPayload,
  shop,
  silent,
} from '../support';
import { GitHubApi } from '../support/github-api';
import { Events } from '../support/github-events';

const HOUR = 3_600_000;
const at = (minute: number): string => new Date(NOW - (60 - minute) * 60_000).toISOString();
const opened: GitHubApi[] = [];
afterEach(() => Promise.all(opened.splice(0).map((github) => github.close())));

/** A cluster that hears of some events, and GitHub, where all of them have happened. */
function scene() {
  const configuration = configurationOf(shop());
  const events = new Events();
  const github = new GitHubApi(events.endpoints);
  opened.push(github);
  const api = new FakeApi();
  const metrics = createMetrics();
  const known = knownRequests(api.store, () => [{ name: 'payments', namespace: 'team-payments' }]);
  const clock = { now: NOW };
  const stopped = new AbortController();
  const options = {
    github: github.request,
    host: 'github.com',
    asks: githubHost(github.request, { dialect: 'github', isHost: (name) => name === 'github.com' }, silent),
    configuration: { current: configuration },
    creator: { api, known, metrics },
    metrics,
    log: silent,
    now: () => clock.now,
  };
  const requests = () => [...api.objects.values()];
  /** A delivery that arrives. */
  const hear = (name: string, payload: unknown) => {
    const decision = decide(
      githubEvents.read(name, payload),
      { name: `${name}.${(payload as { action: string }).action}`, id: 'delivery' },
      configuration,
      factsOf(requests()),
    );
    for (const request of [...decision.requests, ...decision.cancelMarkers]) {
      const created = {
        ...request,
        metadata: { ...request.metadata, creationTimestamp: request.spec.source!.eventTime },
      };
      if (known.named(request.metadata.namespace ?? '', request.metadata.name) === undefined)
        api.objects.set(`team-payments/${request.metadata.name}`, created);
    }
  };
  return {
    events,
    github,
    api,
    clock,
    requests,
    hear,
    stopped,
    heard: (options: PullOptions) => {
      events.pull(options);
      hear('pull_request', pullRequestPayload(options));
    },
    check: () => new LevelCheck(options, stopped.signal),
    healed: async () => (await metrics.missedEventsHealed.get()).values[0]?.value,
  };
}

/** Commits of what goes on: a release, and a test that nothing overtakes. */
function going(requests: readonly RunRequest[]): string[] {
  const tests = requests.filter(({ spec }) => spec.pipeline === 'pr-test');
  const left = requests.filter((request) => !isCancelMarker(request) && !overtaken(tests).includes(request));
  return [...new Set(left.map(({ spec }) => `${spec.pipeline} ${spec.revision}`))];
}

const OPENED: PullOptions = { action: 'opened', sha: SHA.a, at: at(1) };
const PUSHED: PullOptions = { action: 'synchronize', sha: SHA.b, before: SHA.a, at: at(2) };
const BACK: PullOptions = { action: 'synchronize', sha: SHA.a, before: SHA.b, at: at(3) };
const CLOSED: PullOptions = { action: 'closed', sha: SHA.a, at: at(4) };
const REOPENED: PullOptions = { action: 'reopened', sha: SHA.a, at: at(5) };
const MERGED: PullOptions = { action: 'closed', sha: SHA.a, merged: true, at: at(6) };

it('makes what is missing, once, and as the delivery would have', async () => {
  const { events, requests, hear, check, healed } = scene();
  events.pull(OPENED);
  expect(await check().look()).toBe(true);
  await check().look();
  hear('pull_request', pullRequestPayload(OPENED));
  expect(requests()).toHaveLength(1);
  expect(requests()[0]!.spec).toMatchObject({
    pipeline: 'pr-test',
    apps: ['web'],
    revision: SHA.a,
    trust: 'trusted',
    source: { event: 'pull_request.opened', delivery: 'level-check', eventTime: OPENED.at },
  });
  expect(await healed()).toBe(1);
});

it.each<[string, PullOptions[], PullOptions, string[]]>([
  ['a push', [OPENED], PUSHED, [`pr-test ${SHA.b}`]],
  ['a branch that was moved back', [OPENED, PUSHED], BACK, [`pr-test ${SHA.a}`]],
  ['a close', [OPENED], CLOSED, []],
  ['that it was opened again', [OPENED, CLOSED], REOPENED, [`pr-test ${SHA.a}`]],
  [
    'that it is a draft no more',
    [{ ...OPENED, draft: true }],
    { ...OPENED, action: 'ready_for_review', at: at(2) },
    [`pr-test ${SHA.a}`],
  ],
  ['a merge', [OPENED], MERGED, [`merge-release ${SHA.merge}`]],
])('heals %s', async (_, heard, missed, left) => {
  const { events, requests, heard: hear, check } = scene();
  heard.forEach(hear);
  events.pull(missed);
  await check().look();
  const first = requests().length;
  expect(going(requests())).toEqual(left);
  await check().look();
  expect(requests()).toHaveLength(first);
});

it('makes two that were missed in the order in which they happened', async () => {
  const { events, requests, check } = scene();
  events.pull(OPENED);
  events.pull({ ...OPENED, number: 8, at: at(3) });
  await check().look();
  expect(requests().map(({ spec }) => spec.pullRequest?.number)).toEqual([7, 8]);
});

it('comes to the same end, whichever of the events were missed', async () => {
  const ALL = [OPENED, PUSHED, BACK, CLOSED, REOPENED, MERGED];
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: ALL.length }), fc.subarray(ALL), async (count, some) => {
      const happened = ALL.slice(0, count);
      const { events, requests, hear, heard, check } = scene();
      // of a repository that is served
      heard({ number: 1, at: at(0) });
      happened.forEach((options) => events.pull(options));
      happened
        .filter((options) => some.includes(options))
        .forEach((options) => hear('pull_request', pullRequestPayload(options)));
      await check().look();
      const last = happened.at(-1)!;
      const expected =
        last === MERGED ? [`merge-release ${SHA.merge}`] : last === CLOSED ? [] : [`pr-test ${last.sha}`];
      expect(going(requests().filter(({ spec }) => spec.pullRequest?.number === 7))).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

it.each<[string, PullOptions[], PullOptions | undefined]>([
  ['whose event may be on its way', [], { ...OPENED, at: new Date(NOW - 60_000).toISOString() }],
  ['of a stranger', [], { ...OPENED, fork: true }],
  ['that nothing happened to for three days', [], { ...OPENED, at: '2026-05-06T11:00:00Z' }],
  ['that was merged before the repository was served', [{ number: 1, at: at(7) }], MERGED],
  ['that somebody wrote a comment on', [OPENED, PUSHED], { ...PUSHED, at: at(9) }],
])('makes nothing of a pull request %s', async (_, heard, pull) => {
  const { events, requests, heard: hear, check } = scene();
  heard.forEach(hear);
  const before = requests().length;
  if (pull) events.pull(pull);
  await check().look();
  expect(requests()).toHaveLength(before);
});

it('makes nothing of one that something was said of after its merge', async () => {
  const { events, requests, heard, check } = scene();
  [OPENED, MERGED].forEach(heard);
  const before = requests().length;
  events.pull(MERGED, { updated_at: at(9) });
  await check().look();
  expect(requests()).toHaveLength(before);
});

it('makes nothing of one that somebody has cancelled, until there is a new commit', async () => {
  const { events, requests, heard, hear, check } = scene();
  heard(OPENED);
  hear('issue_comment', commentPayload({ body: '/cancel', at: at(3) }));
  events.pull({ ...OPENED, at: at(3) });
  await check().look();
  expect(going(requests())).toEqual([]);
  events.pull({ ...PUSHED, at: at(5) });
  await check().look();
  expect(going(requests())).toEqual([`pr-test ${SHA.b}`]);
});

it('makes nothing of an old one of which nothing is known any more, unless its commit is new', async () => {
  const { events, requests, check } = scene();
  events.pull(OPENED, { created_at: '2026-04-01T00:00:00Z' });
  events.committed = '2026-04-01T00:00:00Z';
  await check().look();
  expect(requests()).toEqual([]);
  events.committed = '2026-05-10T10:00:00Z';
  await check().look();
  expect(requests()).toHaveLength(1);
});

it('reads as far as three days back, and a list that is as it was not again', async () => {
  const { events, github, check } = scene();
  for (let number = 1; number <= 350; number++)
    events.pull({ number, sha: SHA.a, draft: true, at: new Date(NOW - HOUR - number * 0.5 * HOUR).toISOString() });
  const one = check();
  await one.look();
  const pages = () =>
    github.called.splice(0).filter(({ route, path }) => route.endsWith('/pulls') && path.repo === 'web');
  expect(pages().map(({ query, etag }) => [query.page, etag])).toEqual([
    [undefined, undefined],
    [2, undefined],
  ]);
  await one.look();
  expect(pages().map(({ etag }) => etag)).toEqual([expect.any(String)]);
});

it('looks again at what could not be made, though GitHub says the same', async () => {
  const { events, api, requests, check } = scene();
  events.pull(OPENED);
  const one = check();
  // until when it is tried is over
  api.fault = () => {
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
    throw new ApiError('away');
  };
  await one.look();
  jest.restoreAllMocks();
  expect(requests()).toEqual([]);
  api.fault = () => undefined;
  await one.look();
  expect(requests()).toHaveLength(1);
});

it('looks again where GitHub went away in the middle', async () => {
  const { events, github, requests, check } = scene();
  events.pull(OPENED, { created_at: '2026-04-01T00:00:00Z' });
  const one = check();
  github.fault = ({ route }) => (route.endsWith('/{commit_sha}') ? { status: 502, body: {} } : undefined);
  await expect(one.look()).rejects.toThrow();
  github.fault = undefined;
  await one.look();
  expect(requests()).toHaveLength(1);
});

it('looks at what was on its way when it should have come', async () => {
  const { events, clock, requests, check } = scene();
  const one = check();
  events.pull({ ...OPENED, at: new Date(NOW).toISOString() });
  await one.look();
  clock.now += 180_000;
  await one.look();
  expect(requests()).toHaveLength(1);
});

it('what is refused of one repository keeps none of the others; where GitHub is away it is done the next time', async () => {
  const { events, github, requests, check } = scene();
  events.pull({ ...OPENED, repo: 'acme/cart' });
  const one = check();
  github.fault = () => ({ status: 503, body: {} });
  await expect(one.look()).rejects.toThrow();
  github.fault = ({ path }) => (path.repo === 'web' ? { status: 404, body: {} } : undefined);
  expect(await one.look()).toBe(true);
  expect(requests()).toHaveLength(1);
  github.fault = () => ({ status: 403, body: {} });
  expect(await one.look()).toBe(false);
});

it('stops while GitHub does not answer', async () => {
  const { github, check, stopped } = scene();
  const asked = new Promise<void>((resolve) => {
    github.fault = () => {
      resolve();
      return new Promise<never>(() => {});
    };
  });
  const looking = check().look();
  await asked;
  stopped.abort();
  await expect(looking).rejects.toThrow(/abort/i);
});
