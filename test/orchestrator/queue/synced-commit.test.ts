import { ApiError } from '../../../lib/kube/api';
import type { KindRef } from '../../../lib/kube/api';
import { madeOf } from '../../../orchestrator/src/queue/made';
import type { Request, Run } from '../../../orchestrator/src/queue/objects';
import { runOf } from '../../../orchestrator/src/queue/run';
import { APPLICATIONS, syncedCommits } from '../../../orchestrator/src/queue/synced-commit';
import { NAMESPACE, pipelinesIn, request, team } from '../support/team';

/** Which commit the cluster is at, as Argo CD says, or nobody knows. */

const COMMIT = 'c'.repeat(40);
const application = (sync: object = { status: 'Synced', revision: COMMIT }, destination: object = {}) => ({
  spec: { destination: { name: 'test', namespace: NAMESPACE, ...destination } },
  status: { sync },
});

function asking(answers: Readonly<Record<string, object | Error>>) {
  const asked: string[] = [];
  let time = 0;
  const api = {
    get: async <T>(kind: KindRef, namespace: string | undefined, name: string) => {
      expect([kind, namespace]).toEqual([APPLICATIONS, 'argocd']);
      asked.push(name);
      const answer = answers[name];
      if (answer instanceof Error) throw answer;
      return answer as T | undefined;
    },
  };
  const commit = syncedCommits(api, () => time);
  return { asked, commit: () => commit(team(1)), later: (minutes: number) => void (time += minutes * 60_000) };
}

it('is that of the application of the team', async () => {
  expect(await asking({ 'tekton-dag-x': application() }).commit()).toBe(COMMIT);
  const elsewhere = { 'tekton-dag-x': application({}, { name: 'first' }), 'tekton-dag-x.test': application() };
  expect(await asking(elsewhere).commit()).toBe(COMMIT);
});

it.each<[string, object]>([
  ['while another commit is brought', application({ status: 'OutOfSync', revision: COMMIT })],
  ['where it is not a commit', application({ status: 'Synced', revision: 'main' })],
  ['where it says nothing', {}],
  ['of another cluster', application(undefined, { name: 'another' })],
  ['of another namespace', application(undefined, { namespace: 'team-y' })],
])('is not known %s', async (_, found) => {
  expect(await asking({ 'tekton-dag-x': found }).commit()).toBeUndefined();
});

it.each<[string, Readonly<Record<string, object | Error>>]>([
  ['may not be read', { 'tekton-dag-x': new ApiError('no', 403, 'Forbidden') }],
  ['is not there', {}],
])('is asked for again after a while where it %s', async (_, answers) => {
  const { asked, commit, later } = asking(answers);
  expect([await commit(), await commit()]).toEqual([undefined, undefined]);
  const once = asked.length;
  later(9);
  await commit();
  expect(asked).toHaveLength(once);
  later(2);
  await commit();
  expect(asked).toHaveLength(2 * once);
});

it('is what the run says, and its request then', () => {
  const [pipeline] = pipelinesIn(NAMESPACE).filter(({ metadata }) => metadata.name === 'shop-verify');
  const asked = request('asked');
  const own = {
    ...asked,
    metadata: { ...asked.metadata, uid: 'uid', creationTimestamp: '2026-01-01T00:00:00Z' },
  } as Request;
  expect(madeOf(runOf(own, team(1), pipeline as never, COMMIT) as Run).commit).toBe(COMMIT);
  expect(madeOf(runOf(own, team(1), pipeline as never) as Run).commit).toBeUndefined();
});
