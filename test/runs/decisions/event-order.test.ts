import fc from 'fast-check';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { rerunOf } from '../../../lib/runs/decisions/rerun';
import { askHost } from '../../../orchestrator/src/hosts/ask-host';
import { decide } from '../../../lib/runs/decisions/decide';
import { githubEvents, pullRequestSchema, toPullRequest } from '../../../lib/runs/events/github-event';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import { compareRequests, overtaken } from '../../../lib/runs/decisions/event-order';
import type { PullOptions } from '../../orchestrator/support';
import { SHA, configurationOf, factsOf, pullRequestPayload, shop } from '../../orchestrator/support';

const configuration = configurationOf(shop());
const D = 'd'.repeat(40);
const at = (second: number) => `2026-05-10T11:00:0${second}Z`;

/** What goes on of events that arrive in this order. @param head what the host says is the head; undefined: it is not asked */
async function arriving(events: readonly PullOptions[], head?: string): Promise<readonly RunRequest[]> {
  const cluster: RunRequest[] = [];
  const asHostSays = toPullRequest(pullRequestSchema.parse(pullRequestPayload({ sha: head ?? SHA.a }).pull_request));
  const host =
    head === undefined
      ? undefined
      : {
          isOf: () => true,
          pullRequest: async () => asHostSays,
          changedFiles: async () => undefined,
          filesBetween: async () => undefined,
          tree: async () => undefined,
          holds: async () => true,
          mayPush: async () => true,
        };
  for (const [index, options] of events.entries()) {
    const event = githubEvents.read('pull_request', pullRequestPayload(options));
    const { known } = factsOf(cluster);
    const { requests, cancelMarkers } = decide(event, { name: 'pull_request', id: `guid-000${index}` }, configuration, {
      ...factsOf(cluster),
      asked: await askHost(host, event, configuration, known),
    });
    for (const request of [...requests, ...cancelMarkers])
      if (known.named(request.metadata.namespace ?? '', request.metadata.name) === undefined) cluster.push(request);
  }
  return cluster.filter((request) => !overtaken(cluster).includes(request) && !isCancelMarker(request));
}
const commits = (requests: readonly RunRequest[]) => requests.map(({ spec }) => spec.revision).sort();

describe('two pushes of one second, of which none says that it replaced the other', () => {
  const OPENED: PullOptions = { action: 'opened', sha: SHA.a, at: at(1) };
  const B: PullOptions = { action: 'synchronize', sha: SHA.b, before: SHA.a, at: at(2) };
  const C: PullOptions = { action: 'synchronize', sha: SHA.c, before: D, at: at(2) };
  const orders = [
    [OPENED, B, C],
    [OPENED, C, B],
    [B, C, OPENED],
    [C, B, OPENED],
  ];

  it.each(orders)('both go on where nobody can be asked', async (...events) =>
    expect(commits(await arriving(events))).toEqual([SHA.b, SHA.c]),
  );
  it.each(orders)('the head goes on, as the host says, and the other is cancelled or not begun', async (...events) => {
    expect(commits(await arriving(events, SHA.b))).toEqual([SHA.b]);
    expect(commits(await arriving(events, SHA.c))).toEqual([SHA.c]);
  });
  it('the third that replaces one of them goes on alone', async () =>
    expect(commits(await arriving([B, C, { action: 'synchronize', sha: D, before: SHA.c, at: at(3) }]))).toEqual([D]));
  it('one that is run again goes on beside the other', async () => {
    const cluster = await arriving([B, C]);
    const rerun = rerunOf(cluster[0]!, {
      repo: { host: 'github.com', fullName: 'acme/web' },
      known: factsOf(cluster).known,
      attempt: 900,
      source: { event: 'issue_comment' },
    });
    expect(overtaken([...cluster, rerun])).toEqual([cluster[0]]);
  });
});

it('a branch that is moved away and back within one second is tested where it is', async () => {
  const moved: readonly PullOptions[] = [
    { action: 'opened', sha: SHA.a, at: at(1) },
    { action: 'synchronize', sha: SHA.b, before: SHA.a, at: at(2) },
    { action: 'synchronize', sha: SHA.a, before: SHA.b, at: at(2) },
  ];
  expect(commits(await arriving(moved))).toEqual([SHA.a]);
});

it('an older commit that is run again comes behind the newest, also where that replaced it', async () => {
  const [first] = await arriving([{ action: 'opened', sha: SHA.a, at: at(1) }]);
  const [second] = await arriving([{ action: 'synchronize', sha: SHA.b, before: SHA.a, at: at(2) }]);
  const rerun = rerunOf(first!, {
    repo: { host: 'github.com', fullName: 'acme/web' },
    known: factsOf([first!, second!]).known,
    attempt: 900,
    source: { event: 'api' },
  });
  expect(overtaken([first!, second!, rerun])).toEqual([first, second]);
});

it('no two overtake each other', async () => {
  const [request] = await arriving([{ action: 'opened', sha: SHA.a, at: at(1) }]);
  const commit = fc.constantFrom(SHA.a, SHA.b, SHA.c);
  const any = fc
    .record({
      revision: fc.option(commit, { nil: undefined }),
      before: fc.option(commit, { nil: undefined }),
      attempt: fc.option(fc.nat(2), { nil: undefined }),
      second: fc.nat(1),
    })
    .map(({ revision, second, ...source }): RunRequest => ({
      ...request!,
      spec: { ...request!.spec, revision, source: { event: 'x', eventTime: at(second), ...source } },
    }));
  fc.assert(fc.property(any, any, (a, b) => Math.sign(compareRequests(a, b)) === -Math.sign(compareRequests(b, a))));
});
