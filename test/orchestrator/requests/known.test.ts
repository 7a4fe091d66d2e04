import type { Ask } from '../../../lib/runs/ask/ask';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { requestLabels } from '../../../lib/runs/ask/run-request';
import { runRequest } from '../../../lib/runs/decisions/request';
import { knownRequests } from '../../../orchestrator/src/requests/known';
import { SHA, storeOf } from '../support';

const REPO = { host: 'github.com', fullName: 'acme/web', id: 1 };
const TEAMS = [
  { name: 'other', namespace: 'team-other' },
  { name: 'payments', namespace: 'team-payments' },
];
const made = (number: number, repo = REPO, more: Partial<Ask> = {}, namespace = 'team-payments'): RunRequest =>
  runRequest(
    { namespace },
    {
      pipeline: 'pr-test',
      team: 'payments',
      stack: 'shop',
      apps: ['web'],
      revision: SHA.a,
      pullRequest: { number, repo: repo.fullName },
      source: { event: 'pull_request.opened', eventTime: '2026-05-10T11:00:00Z' },
      ...more,
    },
    { repo },
  );

function known() {
  const seen: RunRequest[] = [];
  return {
    seen,
    known: knownRequests(
      storeOf(() => seen),
      () => TEAMS,
    ),
  };
}

it('knows what the watch tells, by name and by pull request', () => {
  const { seen, known: requests } = known();
  seen.push(
    made(1),
    made(2),
    made(1, { ...REPO, fullName: 'acme/cart' }),
    made(1, { ...REPO, host: 'git.example.com' }),
  );
  expect(requests.named('team-payments', made(2).metadata.name)).toBe(seen[1]);
  expect(requests.named('team-payments', 'none')).toBeUndefined();
  expect(requests.named('team-other', made(2).metadata.name)).toBeUndefined();
  expect(requests.ofPullRequest({ ...REPO, fullName: 'ACME/web' }, 1)).toEqual([seen[0]]);
});

it('knows its own before the watch does, each once, and as the watch tells them from then on', () => {
  const { seen, known: requests } = known();
  requests.remember(made(1));
  requests.remember(made(2));
  expect(requests.list()).toHaveLength(2);
  const told = { ...made(1), status: { phase: 'Running' as const } };
  seen.push(told);
  expect(requests.list()).toEqual([told, made(2)]);
  expect(requests.get('team-payments', told.metadata.name)).toBe(told);
  // pruned: it is not there any more, whatever was remembered
  seen.pop();
  expect(requests.list()).toEqual([made(2)]);
});

/** What somebody may make who has `create` and `patch`: whatever is not in the spec, and no source. */
function forged(): RunRequest {
  const real = made(1);
  const spec = { ...real.spec };
  delete spec.source;
  return { ...real, metadata: { ...real.metadata, labels: { ...real.metadata.labels, ...requestLabels(spec) } }, spec };
}

it.each<[string, RunRequest]>([
  ['bears the name, the labels and the annotations of one of the Git host', forged()],
  ['was asked for by the API', made(1, REPO, { source: { event: 'api', sender: 'somebody' } })],
  ['is of another team, in its own namespace', made(1, REPO, {}, 'team-other')],
  ['is of a team that there is not', made(1, REPO, { team: 'nobody' })],
])('does not count one that %s', (_, request) => {
  const { seen, known: requests } = known();
  seen.push(request);
  const { namespace = '', name } = request.metadata;
  expect(requests.list()).toEqual([request]);
  expect(requests.named(namespace, name)).toBeUndefined();
  expect([
    requests.ofPullRequest(REPO, 1),
    [...requests.ofRepository(REPO)],
    [...requests.ofRepositoryId(REPO.host, REPO.id)],
  ]).toEqual([[], [], []]);
});
