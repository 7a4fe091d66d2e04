import { randomUUID } from 'node:crypto';
import { load } from 'js-yaml';
import { LABELS } from '../../lib/words/labels';
import { buildTask, pushTask, hookTask, previewTask } from '../../lib/words/names';
import { DEFAULTS } from '../../lib/fleet/stack';
import type { TeamProps } from '../../lib';
import { isCancelMarker } from '../../lib/runs/decisions/cancel-marker';
import type { Request } from '../../orchestrator/src/queue/objects';
import { atEnd } from './support/belongings';
import { Change } from './support/change';
import { pullRequestPayload, signed } from './support/deliveries';
import { show } from './support/git';
import { GitHub } from './support/github';
import { HOOKS, HOOK_TASKS, holdTask, publishSignals, release } from './support/hold';
import type { KubeObject } from './support/kubectl';
import { applyObjects, get, kubectl, list } from './support/kubectl';
import {
  ORCHESTRATOR,
  WEBHOOK_SECRET,
  bringUpWithOrchestrator,
  developerToken,
  everyReplicaReady,
  giveSecret,
} from './support/orchestrator';
import { chain, closedIn } from './support/previews';
import { state } from './support/pull-request';
import { manifest } from './support/registry';
import { comesTo, requestOf, requests } from './support/requests';
import type { PipelineRun, Run } from './support/run';
import { finished, outcome, reaches, result, task } from './support/run';
import { toolImage } from './support/suite';
import type { AppName, TestTeam } from './support/team';
import { APPS, beginVersions, imageRegistry, publishApp, trio, writeTeam } from './support/team';
import { atOnce } from './support/times';
import { hops, openClient } from './support/traffic';
import { until } from './support/until';

/**
 * Story 14: the front door. What happens to pull requests comes as signed deliveries at two replicas of the orchestrator,
 * one of which is killed on the way; GitHub, which takes only what its own description allows, is told how runs stand.
 */

const DOOR: TestTeam = { name: 'door', namespace: 'team-door', environment: 'door-staging' };
const VERSIONS = `teams/${DOOR.name}/versions.yaml`;
const AT_ONCE = 2;
const FRONT = `http://${ORCHESTRATOR}.${DOOR.namespace}`;
const HOLD = hookTask('pre-test', 0);

const name = (app: AppName): string => `door-${app}`;
const github = new GitHub(
  'e2e-github',
  APPS.map((app) => `e2e/${name(app)}`),
  { url: `${FRONT}/webhook/github`, secret: WEBHOOK_SECRET },
);
const first = new Change(github, name('forwarder'), 1);
const second = new Change(github, name('terminal'), 2);
const third = new Change(github, name('originator'), 3);

const runOf = ({ metadata, status }: Request): Run => ({
  name: metadata.name,
  namespace: metadata.namespace,
  uid: status!.runUID!,
});
/** Until the run of a request has come to a task. */
const running = async (request: Request, pipelineTask: string): Promise<Run> => {
  const run = runOf(await comesTo(request, 'Running'));
  await reaches(run, pipelineTask);
  return run;
};
const seen = (session?: string): Promise<string> =>
  hops(DOOR.environment, 'http://originator/', session === undefined ? {} : { [DEFAULTS.headerName]: session });
/** Calls the API as somebody would in the cluster. */
const ask = async (
  method: 'GET' | 'POST',
  path: string,
  token: string,
): Promise<{ readonly status: number; readonly body: unknown }> => {
  const { status, body } = await github.ask(`${FRONT}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  });
  return { status, body: JSON.parse(body) as unknown };
};
/** Until GitHub was told that a commit is in a state, which is the last that it is told. */
const told = (sha: string, last: string): Promise<unknown> =>
  until(`GitHub is told that ${sha} is ${last}`, 180, async () =>
    github.states(sha).at(-1) === last ? last : undefined,
  );

function write(orchestrator: TeamProps['orchestrator']): void {
  const { apps, ...rest } = trio() as { apps: { name: AppName }[] };
  writeTeam(
    DOOR,
    { [DOOR.name]: { ...rest, hooks: HOOKS, apps: apps.map((app) => ({ ...app, repo: `e2e/${name(app.name)}` })) } },
    { maxConcurrentRuns: AT_ONCE, externalTasks: HOOK_TASKS, git: { baseURL: `git://${github.host}` }, orchestrator },
  );
}

beforeAll(async () => {
  await github.open();
  for (const app of APPS) await publishApp(app, name(app));
  await beginVersions(DOOR, '0.1.0-rc.0');
  await publishSignals();
  await bringUpWithOrchestrator(DOOR, write, { replicas: 2, githubURL: `http://${github.host}` });
  await applyObjects(holdTask(DOOR.namespace, toolImage('git')));
  await giveSecret(DOOR, 'github-webhook-secret', { current: WEBHOOK_SECRET });
  await everyReplicaReady(DOOR);
  // not all that a team has must be there from the start
  await giveSecret(DOOR, 'github-token', { token: 'a token of this suite' });
});
atEnd(() => github.close());

describe('the orchestrator', () => {
  it('needs no more than Pod Security restricted allows', async () => {
    await kubectl([
      'label',
      'namespace',
      DOOR.namespace,
      '--dry-run=server',
      '--overwrite',
      '--warnings-as-errors',
      'pod-security.kubernetes.io/enforce=restricted',
    ]);
  });

  it('refuses a delivery that is not signed with the secret', async () => {
    const payload = pullRequestPayload(github.host, {
      action: 'opened',
      repo: first.repo,
      number: 9,
      branch: 'main',
      sha: 'a'.repeat(40),
    });
    const { status } = await github.ask(
      `${FRONT}/webhook/github`,
      signed('pull_request', randomUUID(), payload, 'another secret'),
    );
    expect(status).toBe(401);
    expect(await requests(DOOR.namespace)).toEqual([]);
  });

  it('bootstraps when somebody asks who may, and nobody else', async () => {
    const bootstrap = (token: string) => ask('POST', `/api/bootstrap?stack=${DOOR.name}`, token);
    expect((await bootstrap('made-up')).status).toBe(401);
    expect(await bootstrap(await developerToken(DOOR))).toMatchObject({
      status: 201,
      body: { status: 'created', pipeline: 'bootstrap' },
    });
    const [request] = await requests(DOOR.namespace);
    await comesTo(request!, 'Succeeded');
    await openClient(DOOR.environment);
    expect(await seen()).toBe(chain());
  });
});

/** Of the first pull request, and waits. */
let held: Run;

describe('a pull request that is opened', () => {
  let opened: string;

  it('is one run, however often it is told of', async () => {
    const payload = await first.push({ 'version.txt': 'one\n' });
    opened = first.revision;
    const answers = await Promise.all(Array.from({ length: 6 }, () => first.deliver(payload)));
    expect(answers.sort()).toEqual([200, 200, 200, 200, 200, 202]);
    held = await running(await requestOf(DOOR.namespace, opened), HOLD);
    expect(await seen(first.session)).toBe(chain({ forwarder: 'one' }));
    expect(await seen()).toBe(chain());
  });

  it('is told how it stands', async () => {
    await told(opened, 'pending');
    await first.isTold(`| ${previewTask('forwarder')} | passed |`);
  });

  it('is run anew for a new commit once the old run is over, whose previews are closed', async () => {
    expect(await first.deliver(await first.push({ 'version.txt': 'two\n' }))).toBe(202);
    const ended = await finished(held);
    expect(state(ended)).toBe('False Cancelled');
    await closedIn(DOOR, `${LABELS.runUid}=${held.uid}`);
    await comesTo(await requestOf(DOOR.namespace, opened), 'Cancelled');
    held = await running(await requestOf(DOOR.namespace, first.revision), HOLD);
    expect(await seen(first.session)).toBe(chain({ forwarder: 'two' }));
    const { run } = await outcome(held);
    expect(Date.parse(run.status!.startTime!)).toBeGreaterThanOrEqual(Date.parse(ended.run.status!.completionTime!));
    await told(opened, 'error');
  });
});

describe('a replica that is killed', () => {
  it('takes nothing with it: GitHub is asked to send again what it did not take', async () => {
    const payloads = [
      await second.push({ 'version.txt': 'two\n' }),
      await third.push({ 'server.test.js': "require('node:assert').strictEqual(1, 2);\n" }),
    ] as const;
    const { spec } = await get<KubeObject<{ holderIdentity: string }>>('lease', ORCHESTRATOR, DOOR.namespace);
    const pods = await list<KubeObject<unknown, { podIP: string }>>(
      'pods',
      DOOR.namespace,
      `app.kubernetes.io/name=${ORCHESTRATOR}`,
    );
    const leader = pods.find(({ metadata }) => spec.holderIdentity.startsWith(metadata.name))!;
    const sent = [second.deliver(payloads[0]), second.deliver(payloads[0])];
    await kubectl([
      'delete',
      'pod',
      leader.metadata.name,
      '--namespace',
      DOOR.namespace,
      '--grace-period=0',
      '--force',
    ]);
    const gone = `http://${leader.status!.podIP}:8080`;
    await until('the replica answers no more', 60, async () =>
      (await github.ask(`${gone}/healthz`)).status === 0 ? true : undefined,
    );
    const { address } = github;
    github.address = `${gone}/webhook/github`;
    expect(await third.deliver(payloads[1])).toBe(0);
    github.address = address;
    await Promise.all(sent);
    await requestOf(DOOR.namespace, third.revision);
    expect(await github.attempts(third.repo)).toMatchObject([
      { status_code: 202, redelivery: true },
      { status_code: 0, redelivery: false },
    ]);
  });

  it('leaves one request for each', async () => {
    await requestOf(DOOR.namespace, second.revision);
    const now = await requests(DOOR.namespace);
    for (const { revision } of [second, third])
      expect(now.filter(({ spec }) => spec.revision === revision)).toHaveLength(1);
  });

  it('is replaced, and the other goes on with the queue meanwhile', async () => {
    await running(await requestOf(DOOR.namespace, second.revision), previewTask('terminal'));
    await everyReplicaReady(DOOR);
  });
});

describe('a pull request that waits', () => {
  it('has no run while as many go on as the team allows', async () => {
    const waits = await requestOf(DOOR.namespace, third.revision);
    expect([waits.status?.phase ?? 'Queued', waits.status?.runUID]).toEqual(['Queued', undefined]);
    const { body } = await ask('GET', '/api/queue', await developerToken(DOOR));
    expect(body).toMatchObject([
      { limit: AT_ONCE, running: [expect.anything(), expect.anything()], waiting: [{ name: waits.metadata.name }] },
    ]);
  });
});

describe('a pull request that is closed', () => {
  it('is cancelled, and its previews are closed', async () => {
    const run = await running(await requestOf(DOOR.namespace, second.revision), HOLD);
    expect(await seen(second.session)).toBe(chain({ terminal: 'two' }));
    expect(await second.deliver(second.close())).toBe(200);
    expect(state(await finished(run))).toBe('False Cancelled');
    await closedIn(DOOR, `${LABELS.session}=${second.session}`);
    expect(await seen(second.session)).toBe(chain());
    await told(second.revision, 'error');
  });

  it('makes room for the next, whose failure is told with its reason and the end of the log', async () => {
    await comesTo(await requestOf(DOOR.namespace, third.revision), 'Failed');
    await told(third.revision, 'failure');
    await third.isTold(
      new RegExp(
        `\\*\\*${buildTask('originator')}\\*\\* failed\\.[^]*fail 1[^]*the unit test failed with exit code 1 in '\\.'`,
      ),
    );
  });
});

describe('a pull request that is merged', () => {
  let tested: string;
  let image: string;

  it('was told that it passed, in the one comment that it has', async () => {
    await release(first.session);
    await comesTo(await requestOf(DOOR.namespace, first.revision), 'Succeeded');
    tested = result(task(await outcome(held), pushTask('forwarder')), 'IMAGE_DIGEST')!;
    await told(first.revision, 'success');
    await first.isTold(`of \`${first.revision.slice(0, 10)}\` succeeded`);
    await closedIn(DOOR, `${LABELS.session}=${first.session}`);
  });

  it('is released: the tested image gets its version and is deployed', async () => {
    const { payload, sha } = await first.merge();
    expect(await first.deliver(payload)).toBe(202);
    const request = await requestOf(DOOR.namespace, sha);
    expect(request.spec).toMatchObject({ pipeline: 'merge-release', apps: ['forwarder'], trust: 'trusted' });
    await comesTo(request, 'Succeeded');
    image = `${imageRegistry(DOOR)}/forwarder`;
    expect(await manifest(`${image}:0.1.0`)).toMatchObject({ status: 200, digest: tested });
    const { spec } = await get<KubeObject<{ template: { spec: { containers: { image: string }[] } } }>>(
      'deployment',
      'forwarder',
      DOOR.environment,
    );
    expect(spec.template.spec.containers[0]?.image).toBe(`${image}@${tested}`);
    expect(await seen()).toBe(chain({ forwarder: 'two' }));
    await told(sha, 'success');
  });

  it('has begun the next version in Git', async () => {
    const { apps } = load(await show('platform', 'main', VERSIONS)) as { apps: Record<AppName, object> };
    expect(apps.forwarder).toEqual({ version: '0.1.1-rc.0', 'last-released': '0.1.0', digest: tested });
  });
});

describe('all in all', () => {
  let runs: readonly PipelineRun[];
  beforeAll(async () => {
    runs = await list<PipelineRun>('pipelineruns', DOOR.namespace);
  });

  it('each request has had one run', async () => {
    const asked = (await requests(DOOR.namespace)).filter((request) => !isCancelMarker(request));
    expect(runs.map(({ metadata }) => `${metadata.name} ${metadata.uid}`).sort()).toEqual(
      asked.map(({ metadata, status }) => `${metadata.name} ${status?.runUID}`).sort(),
    );
  });

  it('no more ran at once than the team allows', () => {
    const spans = runs.map(({ status }) => ({
      start: Date.parse(status!.startTime!),
      end: Date.parse(status!.completionTime!),
    }));
    expect(atOnce(spans)).toBe(AT_ONCE);
  });

  it('GitHub was sent nothing that it does not take', () => {
    expect(github.invalid).toEqual([]);
  });
});
