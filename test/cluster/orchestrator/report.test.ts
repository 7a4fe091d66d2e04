import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Request } from '../../../orchestrator/src/queue/objects';
import { delivery, pullRequestPayload } from '../../orchestrator/support';
import { GitHubApi } from '../../orchestrator/support/github-api';
import { Events, wholePull } from '../../orchestrator/support/github-events';
import { APP, Reports } from '../../orchestrator/support/github-reports';
import { failedTask } from './support/failed-task';
import type { Replica } from './support/replica';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** What GitHub is told, as an App, by two replicas of the program on a real API server: also where one dies, or GitHub is away. */

const TEAM = 'queue-report';
const HOST = '127.0.0.1';
const NAME = `tekton-dag/${TEAM}/shop`;

const reports = new Reports();
const events = new Events();
const github = new GitHubApi({
  ...reports.endpoints,
  ...events.endpoints,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': ({ path }) =>
    wholePull({ host: HOST, number: Number(path.pull_number), sha: shaOf(Number(path.pull_number)) }),
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': () => [],
});
const folder = mkdtempSync(join(tmpdir(), 'app-'));
/** Runs that are over. */
const over = new Set<string>();
let scene: Scene;
/** The replica that leads, once the first was killed. */
let second: Replica;

beforeAll(async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  events.hook('app');
  events.members.add(pullRequestPayload({}).sender.login);
  const file = join(folder, 'key.pem');
  writeFileSync(file, privateKey);
  const environment = {
    GITHUB_APP_ID: String(APP.id),
    GITHUB_APP_INSTALLATION_ID: '1',
    GITHUB_APP_PRIVATE_KEY_FILE: file,
  };
  scene = await Scene.open({ [TEAM]: 40 }, ({ metadata }) => over.has(metadata.name), {
    github: await github.listen(),
    environment,
  });
});
afterAll(async () => {
  expect(scene.history.violations()).toEqual([]);
  await scene.close();
  rmSync(folder, { recursive: true });
  await github.close();
});

function end({ metadata }: Request): void {
  over.add(metadata.name);
  scene.tekton.lookAgain();
}
const shaOf = (number: number): string => String(number).padStart(40, '0');
const now = (): string => new Date().toISOString().replace(/\.\d+/, '');

/** @returns the request that it is for */
async function deliver(replica: Replica, event: string, payload: object): Promise<Request> {
  const { url, headers, payload: body } = delivery(event, payload);
  const response = await fetch(`${await replica.address()}${String(url)}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: body as string,
  });
  const { pipelinerun } = (await response.json()) as { readonly pipelinerun?: string };
  const made = (await scene.requests()).find(({ metadata }) => metadata.name === pipelinerun);
  if (made === undefined) throw new Error(`${response.status}: no request was made`);
  return made;
}

const open = (replica: Replica, number: number) =>
  deliver(replica, 'pull_request', pullRequestPayload({ host: HOST, number, sha: shaOf(number), at: now() }));
const checksOf = (number: number) => reports.checkRuns.filter(({ head_sha }) => head_sha === shaOf(number));
const commentsOf = (number: number) => reports.comments.filter(({ issue }) => issue === number);
const reportedOf = async ({ metadata: { uid } }: Request): Promise<string> =>
  (await scene.requests()).find(({ metadata }) => metadata.uid === uid)?.status?.reported ?? '';

const told = (request: Request, phase: string) =>
  scene.until(
    150,
    async () =>
      (await reportedOf(request)).startsWith(`${phase}:`) ||
      `${phase} has not been told, but ${await reportedOf(request)}`,
  );

/** A replica that leads, whatever others do. */
async function leading(name: string): Promise<Replica> {
  const replica = await scene.program.start(name);
  await replica.address();
  await replica.proxy.passed(
    1,
    ({ method, path }) => method === 'PATCH' && path.endsWith('/leases/tekton-dag-orchestrator'),
  );
  return replica;
}

it('another replica goes on where one was killed between telling and remembering: one check run, one comment, and none of a stranger', async () => {
  const first = await leading('first');
  second = await scene.program.start('second');
  const stranger = reports.comment(1, 'stranger', `<!-- tekton-dag ${TEAM}/shop -->\nall is well`);
  const held = first.proxy.hold(
    ({ method, path, body }) => method === 'PATCH' && path.includes('/runrequests/') && body.includes('"reported"'),
    'before',
  );
  const request = await open(second, 1);
  const { drop } = await held;
  expect([checksOf(1), commentsOf(1)]).toMatchObject([
    [{ name: NAME, external_id: request.metadata.name }],
    [stranger, { login: APP.login }],
  ]);
  first.signal('SIGKILL');
  drop();
  await told(request, 'Running');
  await failedTask(scene, request, 'build-web', 'npm ci failed: no package-lock.json');
  end(request);
  await told(request, 'Succeeded');
  expect(checksOf(1)).toMatchObject([
    { name: NAME, external_id: request.metadata.name, status: 'completed', conclusion: 'success' },
  ]);
  expect(commentsOf(1)).toMatchObject([{ login: 'stranger', body: stranger.body }, { login: APP.login }]);
  // its pod is gone, and its log with it
  expect(commentsOf(1)[1]!.body).toContain(
    `npm ci failed: no package-lock.json\n\`\`\`\n\nIts log: \`kubectl logs -n ${TEAM} ${request.metadata.name}-build-web-pod -c step-compile\`\n\nTo run`,
  );
});

it('tells when GitHub is there again, and then what is so', async () => {
  const broken: string[] = [];
  github.fault = ({ route }) => {
    broken.push(route);
    throw new Error('away');
  };
  const request = await open(second, 2);
  await scene.until(60, async () => broken.some((route) => route.endsWith('/check-runs')) || 'it has not been tried');
  end(request);
  await scene.until(
    60,
    async () =>
      (await scene.requests()).some(
        ({ metadata, status }) => metadata.name === request.metadata.name && status?.phase === 'Succeeded',
      ) || 'its run is not over',
  );
  expect([checksOf(2), commentsOf(2), await reportedOf(request)]).toEqual([[], [], '']);
  github.fault = undefined;
  await told(request, 'Succeeded');
  expect([checksOf(2), commentsOf(2).length]).toMatchObject([[{ conclusion: 'success' }], 1]);
});

it('asks nothing while GitHub wants to be left alone', async () => {
  const seconds = 12;
  let since: number | undefined;
  github.fault = ({ route, at }) => {
    if (since !== undefined || !route.startsWith('POST /repos/{owner}/{repo}/issues/')) return undefined;
    since = at;
    return {
      status: 403,
      headers: { 'retry-after': String(seconds) },
      body: { message: 'You have exceeded a secondary rate limit.' },
    };
  };
  const request = await open(second, 3);
  await told(request, 'Running');
  github.fault = undefined;
  expect(since).toBeDefined();
  const after = github.called.filter(({ at }) => at > since!).map(({ at }) => (at - since!) / 1000);
  expect(Math.min(...after)).toBeGreaterThanOrEqual(seconds - 0.1);
  expect([checksOf(3).length, commentsOf(3).length]).toEqual([1, 1]);
});

it('waits for GitHub to say who may push, and tells that on the pull request', async () => {
  const by = { author: 'friend', sender: 'friend' };
  const fork = pullRequestPayload({ host: HOST, number: 5, sha: shaOf(5), at: now(), fork: true, ...by });
  github.fault = ({ route }) => (route.endsWith('/permission') ? { status: 403, body: {} } : undefined);
  await expect(deliver(second, 'pull_request', fork)).rejects.toThrow('503');
  await scene.until(60, async () => commentsOf(5).length > 0 || 'nobody was told');
  expect(commentsOf(5)).toMatchObject([{ body: expect.stringContaining('whether friend may push to acme/web') }]);
  github.fault = undefined;
  events.members.add('friend');
  const request = await deliver(second, 'pull_request', fork);
  expect(request.spec.trust).toBe('trusted');
  end(request);
  await told(request, 'Succeeded');
});

it('runs a request again where somebody asks for that beside its check run, as often as they do', async () => {
  const first = await open(second, 4);
  end(first);
  await told(first, 'Succeeded');
  const rerequested = async () => {
    const { id, head_sha, external_id } = checksOf(4).at(-1)!;
    const { repository, sender } = pullRequestPayload({ host: HOST });
    const request = await deliver(second, 'check_run', {
      action: 'rerequested',
      repository,
      sender,
      check_run: { id, head_sha, external_id },
    });
    end(request);
    await told(request, 'Succeeded');
    return request.metadata.name;
  };
  const names = [first.metadata.name, await rerequested(), await rerequested()];
  expect(new Set(names).size).toBe(3);
  expect(checksOf(4)).toMatchObject(names.map((name) => ({ name: NAME, external_id: name, conclusion: 'success' })));
  expect(commentsOf(4)).toHaveLength(1);
});
