import { load } from 'js-yaml';
import { LABELS } from '../../lib/contract/labels';
import { previewTask, buildTask, hookTask, session } from '../../lib/contract/names';
import { DEFAULTS } from '../../lib/contract/stack';
import { isMark } from '../../orchestrator/src/events/mark';
import type { Request } from '../../orchestrator/src/queue/objects';
import { GitHubApi } from '../orchestrator/support/github-api';
import { Reports } from '../orchestrator/support/github-reports';
import type { Delivery, Happening } from './support/deliveries';
import { pullRequestDelivery } from './support/deliveries';
import { commit, merge, show } from './support/git';
import type { Answer } from './support/github';
import { GitHub } from './support/github';
import { HOOKS, hold, holdTask, release } from './support/hold';
import type { KubeObject } from './support/kubectl';
import { applyObjects, get, kubectl, list } from './support/kubectl';
import { ORCHESTRATOR, WEBHOOK_SECRET, developerToken, everyReplicaReady, giveSecrets, orchestratorImage } from './support/orchestrator';
import { chain } from './support/previews';
import { state } from './support/pull-request';
import { manifest } from './support/registry';
import { comesTo, requestOf, requests } from './support/requests';
import type { PipelineRun, Run } from './support/run';
import { finished, outcome, reaches, result, task } from './support/run';
import { toolImage } from './support/suite';
import type { AppName, TestTeam } from './support/team';
import { APPS, imageRegistry, publishApp, trio, writeTeam } from './support/team';
import { bringUp } from './support/team-up';
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

const repo = (app: AppName): string => `e2e/door-${app}`;
const name = (app: AppName): string => `door-${app}`;
const reports = new Reports();
const api = new GitHubApi(reports.endpoints);
let github: GitHub;

/** A pull request to an app, and what happens to it. */
class Change {
  readonly session: string;
  readonly branch: string;
  revision = '';

  constructor(
    readonly app: AppName,
    readonly number: number,
  ) {
    this.session = session(repo(app), number);
    this.branch = `change-${number}`;
    hold(this.session);
  }

  /** Commits to its branch; gives the delivery about it. */
  async push(edits: Readonly<Record<string, string>>): Promise<Delivery> {
    const before = this.revision;
    this.revision = await commit(name(this.app), this.branch, edits, { from: before === '' ? 'main' : null });
    return this.delivery(before === '' ? { action: 'opened' } : { action: 'synchronize', before });
  }

  close(): Delivery {
    return this.delivery({ action: 'closed' });
  }

  async merge(): Promise<{ readonly delivery: Delivery; readonly sha: string }> {
    const sha = await merge(name(this.app), this.branch);
    return { delivery: this.delivery({ action: 'closed', mergeSha: sha }), sha };
  }

  private delivery(what: Pick<Happening, 'action' | 'before' | 'mergeSha'>): Delivery {
    return pullRequestDelivery(github.host, { repo: repo(this.app), number: this.number, branch: this.branch, sha: this.revision, ...what }, WEBHOOK_SECRET);
  }
}

const deliver = (delivery: Delivery): Promise<Answer> => github.send(`${FRONT}/webhook/github`, delivery);
/** As people do who find that a delivery failed: sends it until it is taken. */
const redeliver = (delivery: Delivery): Promise<Answer> =>
  until('the delivery is taken', 60, async () => {
    const answer = await deliver(delivery);
    return [200, 202].includes(answer.status) ? answer : undefined;
  });
const runOf = ({ metadata, status }: Request): Run => ({ name: metadata.name, namespace: metadata.namespace, uid: status!.runUID! });
/** Until the run of a request has come to a task. */
const running = async (request: Request, pipelineTask: string): Promise<Run> => {
  const run = runOf(await comesTo(request, 'Running'));
  await reaches(run, pipelineTask);
  return run;
};
const seen = (session?: string): Promise<string> => hops(DOOR.environment, 'http://originator/', session === undefined ? {} : { [DEFAULTS.headerName]: session });
/** What is there of previews. */
const left = async (selector: string): Promise<readonly string[]> => (await list('deployments,services', DOOR.environment, selector)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
const statesOf = (sha: string): readonly string[] => reports.statuses.filter((status) => status.sha === sha).map((status) => status.state);
/** Until GitHub was told that a commit is in a state, which is the last that it is told. */
const told = (sha: string, last: string): Promise<unknown> => until(`GitHub is told that ${sha} is ${last}`, 120, async () => (statesOf(sha).at(-1) === last ? last : undefined));
const commentsOf = ({ app, number }: Change): readonly string[] => reports.comments.filter((comment) => comment.repo === repo(app) && comment.issue === number).map(({ body }) => body);

beforeAll(async () => {
  github = new GitHub('e2e-github', await api.listen());
  await github.open();
  for (const app of APPS) await publishApp(app, name(app));
  await commit('platform', 'main', { [VERSIONS]: `apps:\n${APPS.map((app) => `  ${app}:\n    version: "0.1.0-rc.0"\n`).join('')}` }, { from: null });
  const { apps, ...rest } = trio() as { apps: { name: AppName }[] };
  writeTeam(DOOR, { [DOOR.name]: { ...rest, hooks: HOOKS, apps: apps.map((app) => ({ ...app, repo: repo(app.name) })) } }, {
    maxConcurrentRuns: AT_ONCE,
    git: { baseURL: `git://${github.host}` },
    orchestrator: { replicas: 2, image: await orchestratorImage(), githubURL: `http://${github.host}` },
  });
  await bringUp(DOOR);
  await applyObjects(holdTask(DOOR.namespace, toolImage('git')));
  await giveSecrets(DOOR);
  await everyReplicaReady(DOOR);
});
afterAll(async () => {
  github.close();
  await api.close();
});

describe('the orchestrator', () => {
  it('needs no more than Pod Security restricted allows', async () => {
    await kubectl(['label', 'namespace', DOOR.namespace, '--dry-run=server', '--overwrite', '--warnings-as-errors', 'pod-security.kubernetes.io/enforce=restricted']);
  });

  it('refuses a delivery that is not signed with the secret', async () => {
    const delivery = pullRequestDelivery(github.host, { action: 'opened', repo: repo('forwarder'), number: 9, branch: 'main', sha: 'a'.repeat(40) }, 'another secret');
    expect((await deliver(delivery)).status).toBe(401);
    expect(await requests(DOOR.namespace)).toEqual([]);
  });

  it('bootstraps when somebody asks who may, and nobody else', async () => {
    const ask = (token: string) => github.send(`${FRONT}/api/bootstrap?stack=${DOOR.name}`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    expect((await ask('made-up')).status).toBe(401);
    const { status, body } = await ask(await developerToken(DOOR));
    expect([status, JSON.parse(body)]).toEqual([201, expect.objectContaining({ status: 'created', pipeline: 'bootstrap' })]);
    const [request] = await requests(DOOR.namespace);
    await comesTo(request!, 'Succeeded');
    await openClient(DOOR.environment);
    expect(await seen()).toBe(chain());
  });
});

const first = new Change('forwarder', 1);
const second = new Change('terminal', 2);
const third = new Change('originator', 3);
let held: Run;

describe('a pull request that is opened', () => {
  let opened: string;

  it('is one run, however often it is told of', async () => {
    const delivery = await first.push({ 'version.txt': 'one\n' });
    opened = first.revision;
    const answers = await Promise.all(Array.from({ length: 6 }, () => deliver(delivery)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 202]);
    held = await running(await requestOf(DOOR.namespace, opened), HOLD);
    expect(await seen(first.session)).toBe(chain({ forwarder: 'one' }));
    expect(await seen()).toBe(chain());
  });

  it('is told how it stands', async () => {
    await told(opened, 'pending');
    expect(commentsOf(first)).toEqual([expect.stringMatching(new RegExp(`^\\| ${previewTask('forwarder')} \\| passed \\|`, 'm'))]);
  });

  it('is run anew for a new commit, once the old run is over and its previews are closed', async () => {
    const { status } = await deliver(await first.push({ 'version.txt': 'two\n' }));
    expect(status).toBe(202);
    const ended = await finished(held);
    expect(state(ended)).toBe('False Cancelled');
    expect(await left(`${LABELS.runUid}=${held.uid}`)).toEqual([]);
    const over = await requestOf(DOOR.namespace, opened);
    expect(over.status?.phase).toBe('Cancelled');
    held = await running(await requestOf(DOOR.namespace, first.revision), HOLD);
    expect(await seen(first.session)).toBe(chain({ forwarder: 'two' }));
    const { run } = await outcome(held);
    expect(Date.parse(run.status!.startTime!)).toBeGreaterThanOrEqual(Date.parse(ended.run.status!.completionTime!));
    await told(opened, 'error');
  });
});

describe('a replica that is killed', () => {
  it('takes nothing with it: what is told of meanwhile is run once', async () => {
    const deliveries = [await second.push({ 'version.txt': 'two\n' }), await third.push({ 'server.test.js': "require('node:assert').strictEqual(1, 2);\n" })];
    const { spec } = await get<KubeObject<{ holderIdentity: string }>>('lease', ORCHESTRATOR, DOOR.namespace);
    const pods = await list('pods', DOOR.namespace, `app.kubernetes.io/name=${ORCHESTRATOR}`);
    const leader = pods.find(({ metadata }) => spec.holderIdentity.startsWith(metadata.name));
    const sent = deliveries.flatMap((delivery) => [delivery, delivery]).map(redeliver);
    await kubectl(['delete', 'pod', leader!.metadata.name, '--namespace', DOOR.namespace, '--grace-period=0', '--force']);
    await Promise.all(sent);
    const now = await requests(DOOR.namespace);
    for (const { revision } of [second, third]) expect(now.filter(({ spec }) => spec.revision === revision)).toHaveLength(1);
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
  });
});

describe('a pull request that is closed', () => {
  it('is cancelled, and its previews are closed', async () => {
    const request = await requestOf(DOOR.namespace, second.revision);
    const run = await running(request, HOLD);
    expect(await seen(second.session)).toBe(chain({ terminal: 'two' }));
    const { status, body } = await deliver(second.close());
    expect([status, JSON.parse(body)]).toEqual([200, expect.objectContaining({ reason: 'closed_unmerged', cancelled: [request.metadata.name] })]);
    expect(state(await finished(run))).toBe('False Cancelled');
    expect(await left(`${LABELS.session}=${second.session}`)).toEqual([]);
    expect(await seen(second.session)).toBe(chain());
    await told(second.revision, 'error');
  });

  it('makes room for the next, whose failure is told with its reason', async () => {
    await comesTo(await requestOf(DOOR.namespace, third.revision), 'Failed');
    await told(third.revision, 'failure');
    expect(commentsOf(third)).toEqual([expect.stringContaining(`**${buildTask('originator')}** failed.\n\n\`\`\`text\n`)]);
    expect(commentsOf(third)[0]).toContain("the unit test failed with exit code 1 in '.'");
  });
});

describe('a pull request that is merged', () => {
  let tested: string;
  let image: string;

  it('was told that it passed, in the one comment that it has', async () => {
    await release(first.session);
    await comesTo(await requestOf(DOOR.namespace, first.revision), 'Succeeded');
    tested = result(task(await outcome(held), buildTask('forwarder')), 'IMAGE_DIGEST')!;
    await told(first.revision, 'success');
    expect(commentsOf(first)).toEqual([expect.stringContaining(`of \`${first.revision.slice(0, 10)}\` succeeded`)]);
    expect(await left(`${LABELS.session}=${first.session}`)).toEqual([]);
  });

  it('is released: the tested image gets its version and is deployed', async () => {
    const { delivery, sha } = await first.merge();
    expect((await deliver(delivery)).status).toBe(202);
    const request = await requestOf(DOOR.namespace, sha);
    expect(request.spec).toMatchObject({ pipeline: 'merge-release', apps: ['forwarder'], trust: 'trusted' });
    await comesTo(request, 'Succeeded');
    image = `${imageRegistry(DOOR)}/forwarder`;
    expect(await manifest(`${image}:0.1.0`)).toMatchObject({ status: 200, digest: tested });
    const { spec } = await get<KubeObject<{ template: { spec: { containers: { image: string }[] } } }>>('deployment', 'forwarder', DOOR.environment);
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
    const asked = (await requests(DOOR.namespace)).filter((request) => !isMark(request));
    expect(runs.map(({ metadata }) => `${metadata.name} ${metadata.uid}`).sort()).toEqual(asked.map(({ metadata, status }) => `${metadata.name} ${status?.runUID}`).sort());
  });

  it('no more ran at once than the team allows', () => {
    const spans = runs.map(({ status }) => ({ start: Date.parse(status!.startTime!), end: Date.parse(status!.completionTime!) }));
    expect(atOnce(spans)).toBe(AT_ONCE);
  });

  it('GitHub was sent nothing that it does not take', () => {
    expect(api.invalid).toEqual([]);
    expect(reports.statuses.length).toBeGreaterThan(5);
  });
});
