import fc from 'fast-check';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { fromCursor, toCursor } from '../../../orchestrator/src/history/cursor';
import { clusterHistory } from '../../../orchestrator/src/history/run-history';
import { byPlace, factsOf, matches } from '../../../orchestrator/src/history/run-query';
import type { RunQuery } from '../../../orchestrator/src/history/run-query';
import { SHA } from '../support';
import { NAMESPACE, request } from '../support/team';

const run = (name: string, spec: Partial<RunRequest['spec']> = {}, created = '2026-01-01T00:00:00Z'): RunRequest => {
  const made = request(name, spec);
  return {
    ...made,
    metadata: { ...made.metadata, uid: `uid-${name}`, creationTimestamp: created },
    status: { phase: 'Failed' },
  };
};
const tested = run('a', {
  pipeline: 'pr-test',
  apps: ['web', 'api'],
  revision: SHA.a.toUpperCase(),
  pullRequest: { number: 7, repo: 'acme/web', headRef: 'feature/x' },
  source: { event: 'pull_request.opened', sender: 'ann' },
});

it('knows a run by what its request says', () => {
  expect(factsOf(tested)).toEqual({
    uid: 'uid-a',
    namespace: NAMESPACE,
    name: 'a',
    team: 'x',
    stack: 'shop',
    pipeline: 'pr-test',
    apps: ['web', 'api'],
    pullRequest: 7,
    branch: 'feature/x',
    commit: SHA.a,
    author: 'ann',
    phase: 'Failed',
    created: Date.parse('2026-01-01T00:00:00Z'),
  });
  expect(factsOf(run('b', { revision: 'main' }))).toMatchObject({ branch: 'main', commit: undefined });
});

it.each<[Partial<RunQuery>, Partial<RunQuery>]>([
  [{ team: 'x' }, { team: 'y' }],
  [{ stack: 'shop' }, { stack: 'kiosk' }],
  [{ pipeline: 'pr-test' }, { pipeline: 'verify' }],
  [{ app: 'api' }, { app: 'cart' }],
  [{ pullRequest: 7 }, { pullRequest: 8 }],
  [{ branch: 'feature/x' }, { branch: 'feature' }],
  [{ commit: SHA.a.slice(0, 7) }, { commit: SHA.b }],
  [{ author: 'ann' }, { author: 'bob' }],
  [{ phase: 'Failed' }, { phase: 'Succeeded' }],
  [{ since: Date.parse('2026-01-01T00:00:00Z') }, { since: Date.parse('2026-01-01T00:00:01Z') }],
  [{ namespaces: [NAMESPACE] }, { namespaces: ['team-y'] }],
])('finds it by %j, and not by %j', (one, other) => {
  const facts = factsOf(tested);
  expect([one, other].map((query) => matches({ namespaces: [NAMESPACE], ...query }, facts))).toEqual([true, false]);
});

const PLACE = fc.record({ created: fc.integer({ min: 0, max: 3 }), uid: fc.constantFrom('a', 'b', 'c') });

it('has one order, and a cursor that leads back to where it was', () =>
  fc.assert(
    fc.property(PLACE, PLACE, (a, b) => {
      expect(fromCursor(toCursor(a))).toEqual(a);
      expect(Math.sign(byPlace(a, b))).toBe(0 - Math.sign(byPlace(b, a)));
      expect(byPlace(a, b) === 0).toBe(a.created === b.created && a.uid === b.uid);
    }),
  ));

it.each(['', 'x', '2026-01-01T00:00:00Z.name', Buffer.from('["1","a"]').toString('base64url')])(
  'does not take %s for a cursor',
  (text) => expect(fromCursor(text)).toBeUndefined(),
);

it('lists all that the cluster holds, page by page, whatever is made in between', async () => {
  const all = Array.from({ length: 7 }, (_, index) =>
    run(`n${index}`, {}, new Date(Date.UTC(2026, 0, 1, 0, 0, index >> 1)).toISOString()),
  );
  const history = clusterHistory({ list: () => all, get: () => undefined });
  const seen: string[] = [];
  for (let after: RunQuery['after']; ;) {
    const { runs } = await history.page({ namespaces: [NAMESPACE], limit: 2, after });
    seen.push(...runs.map(({ metadata }) => metadata.name));
    if (runs.length < 2) break;
    after = factsOf(runs[1]!);
    all.push(run(`late${seen.length}`, {}, '2026-02-01T00:00:00Z'));
  }
  expect(seen).toEqual(['n6', 'n5', 'n4', 'n3', 'n2', 'n1', 'n0']);
});

it('shows no mark of a cancelled pull request as a run', async () => {
  const mark = run('m', { pipeline: 'pr-test', cancel: true, pullRequest: { number: 1, repo: 'acme/web' } });
  const history = clusterHistory({ list: () => [mark], get: () => mark });
  expect((await history.page({ namespaces: [NAMESPACE], limit: 5 })).runs).toEqual([]);
  for await (const found of history.named([NAMESPACE], 'm')) expect(found).toBeUndefined();
});
