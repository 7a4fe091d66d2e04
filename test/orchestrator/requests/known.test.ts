import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { runRequest } from '../../../lib/runs/decisions/request';
import { knownRequests } from '../../../orchestrator/src/requests/known';
import { SHA, storeOf } from '../support';

const REPO = { host: 'github.com', fullName: 'acme/web' };
const made = (number: number, repo = REPO): RunRequest =>
  runRequest(
    { namespace: 'team-payments' },
    {
      pipeline: 'pr-test',
      team: 'payments',
      stack: 'shop',
      apps: ['web'],
      revision: SHA.a,
      pullRequest: { number, repo: repo.fullName },
    },
    { repo },
  );

function known() {
  const seen: RunRequest[] = [];
  return {
    seen,
    known: knownRequests(
      storeOf(() => seen),
      () => ['team-other', 'team-payments'],
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
  expect(requests.named(made(2).metadata.name)).toBe(seen[1]);
  expect(requests.named('none')).toBeUndefined();
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
