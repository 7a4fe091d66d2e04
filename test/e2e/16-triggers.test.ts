import { randomUUID } from 'node:crypto';
import type { TeamProps } from '../../lib';
import { atEnd } from './support/belongings';
import { pullRequestPayload, signed } from './support/deliveries';
import type { Happening } from './support/deliveries';
import { GitHubPod } from './support/github-pod';
import { kubectl } from './support/kubectl';
import {
  ORCHESTRATOR,
  WEBHOOK_SECRET,
  everyReplicaReady,
  giveSecret,
  bringUpWithOrchestrator,
} from './support/orchestrator';
import { requestOf, requests } from './support/requests';
import { suite } from './support/suite';
import type { TestTeam } from './support/team';
import { writeTeam } from './support/team';
import { until } from './support/until';

/** Story 16: the other entrance. A listener of Tekton Triggers hands signed deliveries on to the orchestrator, which it asks. */

const TEAM: TestTeam = { name: 'events', namespace: 'team-events', environment: 'events-apps' };
const REPO = 'e2e/events-web';
const LISTENER = `http://el-tekton-dag.${TEAM.namespace}:8080`;
const FRONT = `http://${ORCHESTRATOR}.${TEAM.namespace}/webhook/github`;
const sha = (digit: string): string => digit.repeat(40);
const github = new GitHubPod('e2e-github-events', () => Promise.reject(new Error('nobody asks it')));

function hasTriggers(): boolean {
  const has = suite().triggers;
  if (!has) console.warn('no listener is tried: the cluster has no Tekton Triggers');
  return has;
}

/** The listener asks the orchestrator, so it comes with it. */
const write = (orchestrator: TeamProps['orchestrator'] = {}): void =>
  writeTeam(
    TEAM,
    { events: { apps: [{ name: 'web', repo: REPO, 'propagation-role': 'terminal' }] } },
    { triggers: orchestrator.enabled !== false, git: { baseURL: `git://${github.host}` }, orchestrator },
  );

/** Delivers what happened, by default to the listener. */
const happens = async (
  what: Partial<Happening> & Pick<Happening, 'action' | 'sha'>,
  { secret = WEBHOOK_SECRET, to = LISTENER } = {},
): Promise<number> => {
  const payload = pullRequestPayload(github.host, { repo: REPO, number: 7, branch: 'change', ...what });
  return (await github.send(to, signed('pull_request', randomUUID(), payload, secret))).status;
};
const names = async (): Promise<string[]> => (await requests(TEAM.namespace)).map(({ metadata: { name } }) => name);

(hasTriggers() ? describe : describe.skip)('a listener of Tekton Triggers', () => {
  beforeAll(async () => {
    await bringUpWithOrchestrator(TEAM, write);
    await giveSecret(TEAM, 'github-webhook-secret', { current: WEBHOOK_SECRET });
    await everyReplicaReady(TEAM);
    // nobody asks for its API here
    await github.open();
    await until(
      'the listener',
      180,
      async () =>
        (await kubectl([
          'get',
          'eventlistener',
          'tekton-dag',
          '--namespace',
          TEAM.namespace,
          '--output=jsonpath={.status.conditions[?(@.type=="Ready")].status}',
        ])) === 'True' || undefined,
    );
    await kubectl([
      'wait',
      'deployment/el-tekton-dag',
      '--namespace',
      TEAM.namespace,
      '--for=condition=Available',
      '--timeout=120s',
    ]);
  });
  atEnd(() => github.close());

  it('asks for a test of what is pushed, once', async () => {
    expect(await happens({ action: 'opened', sha: sha('a') })).toBe(202);
    const { spec, metadata } = await requestOf(TEAM.namespace, sha('a'));
    expect(spec).toMatchObject({
      pipeline: 'pr-test',
      team: TEAM.name,
      stack: 'events',
      apps: ['web'],
      trust: 'trusted',
      pullRequest: { number: 7, repo: REPO, headRef: 'change', baseRef: 'main' },
      source: { event: 'pull_request.opened' },
    });
    // the same once more, at the orchestrator itself
    expect(await happens({ action: 'opened', sha: sha('a') }, { to: FRONT })).toBe(200);
    await happens({ action: 'synchronize', before: sha('a'), sha: sha('b') });
    const next = await requestOf(TEAM.namespace, sha('b'));
    expect((await names()).sort()).toEqual([metadata.name, next.metadata.name].sort());
  });

  it('asks for a release of what is merged', async () => {
    await happens({ action: 'closed', sha: sha('b'), mergeSha: sha('c') });
    expect((await requestOf(TEAM.namespace, sha('c'))).spec).toMatchObject({
      pipeline: 'merge-release',
      apps: ['web'],
      trust: 'trusted',
    });
  });

  it('believes nobody without the secret, and asks nothing for repositories that are not of the team', async () => {
    const before = await names();
    await happens({ action: 'opened', number: 8, sha: sha('d') }, { secret: 'a guess' });
    await happens({ action: 'opened', number: 8, sha: sha('e'), repo: 'e2e/other' });
    await happens({ action: 'opened', number: 8, sha: sha('f') });
    const { metadata } = await requestOf(TEAM.namespace, sha('f'));
    expect((await names()).sort()).toEqual([...before, metadata.name].sort());
  });
});
