import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import examples from '@octokit/webhooks-examples';
import { loadAll } from 'js-yaml';
import { compile } from '../../lib/runs/configuration/compile';
import type { Configuration } from '../../lib/runs/configuration/configuration';
import type { DialectName } from '../../lib/runs/events/delivery';
import { SECRET, commentPayload, front, pullRequestPayload } from '../orchestrator/support';
import { Folder, STACK, teamFile } from './folder';

/** `explain` prints what the service answers: each delivery is given to both, and the answers are compared. */

let folder: Folder;
beforeAll(() => (folder = new Folder()));
afterAll(() => folder.remove());

type Body = Record<string, unknown> & { runs?: Record<string, unknown>[]; errors?: Record<string, string>[] };

/** A team of one app for each repository. */
function team(name: string, repos: readonly string[], more = ''): void {
  folder.write(`teams/${name}/team.yaml`, teamFile(name, more));
  const apps = repos.map((repo, index) => ({ name: `app-${index}`, repo, 'propagation-role': 'terminal' }));
  folder.write(`stacks/${name}.yaml`, JSON.stringify({ name, defaults: { namespace: `${name}-staging` }, apps }));
}

/** The configuration that synth gives the orchestrator of these teams. */
function configurationOf(...teams: readonly string[]): Configuration {
  const sources = teams.map((name) => {
    const path = join(folder.path, `dist/teams/${name}/60-orchestrator.yaml`);
    const objects = loadAll(readFileSync(path, 'utf8')) as { kind: string; data?: Record<string, string> }[];
    return { name, text: objects.find(({ kind }) => kind === 'ConfigMap')!.data!['team.json']! };
  });
  return compile(sources, new Map(), 1).configuration;
}

/** What an orchestrator answers that knows nothing of what happened before. */
async function answered(on: Configuration, event: string, payload: unknown, to: DialectName): Promise<Body> {
  const repo = (payload as { repository?: { full_name: string } }).repository?.full_name.toLowerCase();
  // a secret of its own, as explain takes it that a merge is one
  const secrets = { active: [{ id: 'own', repo, value: Buffer.from(SECRET) }] };
  const { app, deliver } = front(on, { now: () => 0, secrets });
  const { body } = await deliver(event, payload, { to });
  await app.close();
  return JSON.parse(body) as Body;
}

async function explained(event: string, payload: unknown, from: DialectName) {
  folder.write('payload.json', JSON.stringify(payload));
  const { stdout, stderr } = await folder.run(
    'explain',
    'payload.json',
    '--event',
    event,
    '--from',
    from,
    '-o',
    'json',
  );
  return { answer: stdout === '' ? undefined : (JSON.parse(stdout) as { answer: Body }).answer, stderr };
}

const compared = ({ deliveryId: _, runs, ...body }: Body): object => ({
  ...body,
  ...(runs && { runs: runs.map(({ created: _, ...run }) => run) }),
});

/** Explained and answered, and the same. @returns the status, or the code of the problem */
async function isSame(on: Configuration, event: string, payload: unknown, to: DialectName): Promise<unknown> {
  const body = await answered(on, event, payload, to);
  const { answer, stderr } = await explained(event, payload, to);
  if (body.errors) {
    expect(answer).toBeUndefined();
    for (const { path, message } of body.errors) expect(stderr).toContain(`payload.json: ${path}: ${message}`);
    return body.code;
  }
  expect(compared(answer!)).toEqual(compared(body));
  return body.status === 'ignored' ? body.reason : body.status;
}

const gitea = <P extends { repository: object }>(payload: P) => ({
  ...payload,
  is_pull: true,
  repository: { ...payload.repository, owner: { login: 'acme' } },
});

describe('explain answers as the orchestrator', () => {
  const OWN = ['acme/web', 'acme/cart'];
  const published = examples.flatMap(({ name, examples: payloads }) =>
    payloads.map((payload) => ({ name: name as string, payload: payload as { repository?: { full_name?: string } } })),
  );
  let shared: Configuration;
  beforeAll(async () => {
    const repositories = new Set(published.flatMap(({ payload }) => payload.repository?.full_name ?? []));
    const mode = 'orchestrator: { mode: shared }\n';
    team('octo', [...OWN, ...repositories], mode);
    // the same repository by two addresses, which synth takes for two
    team('left', ['acme/both'], mode);
    team('right', ['acme/both'], `${mode}git: { baseURL: "git@github.com:" }\n`);
    team('none', ['acme/unserved'], 'orchestrator: { enabled: false }\n');
    expect((await folder.run('synth')).status).toBe(0);
    shared = configurationOf('octo', 'left', 'right');
  });

  it('to every payload that GitHub publishes', async () => {
    const statuses = new Set<unknown>();
    for (const { name, payload } of published) statuses.add(await isSame(shared, name, payload, 'github'));
    expect([...statuses]).toEqual(expect.arrayContaining(['accepted', 'pong', 'action', 'event', 'closed_unmerged']));
  });

  it.each<[string, unknown, string, unknown]>([
    ['a pull request', pullRequestPayload(), 'pull_request', 'accepted'],
    ['a merge', pullRequestPayload({ action: 'closed', merged: true }), 'pull_request', 'accepted'],
    ['one that is closed', pullRequestPayload({ action: 'closed' }), 'pull_request', 'closed_unmerged'],
    [
      'one that is merged elsewhere',
      pullRequestPayload({ action: 'closed', merged: true, base: 'x' }),
      'pull_request',
      'base_branch',
    ],
    [
      'a merge without a commit',
      pullRequestPayload({ action: 'closed', merged: true, mergeSha: null }),
      'pull_request',
      'invalid_payload',
    ],
    ['a draft', pullRequestPayload({ draft: true }), 'pull_request', 'draft'],
    ['a fork', pullRequestPayload({ fork: true }), 'pull_request', 'untrusted'],
    ['a group', pullRequestPayload({ body: 'Depends-On: acme/cart#3' }), 'pull_request', 'accepted'],
    ['a comment', commentPayload(), 'issue_comment', 'unknown_head'],
    ['a cancellation', commentPayload({ body: '/cancel' }), 'issue_comment', 'accepted'],
    ['a repository of nobody', pullRequestPayload({ repo: 'acme/other' }), 'pull_request', 'unmapped_repo'],
    ['a team of no orchestrator', pullRequestPayload({ repo: 'acme/unserved' }), 'pull_request', 'unmapped_repo'],
    ['a repository of two teams', pullRequestPayload({ repo: 'acme/both' }), 'pull_request', 'unmapped_repo'],
    ['a malformed payload', { ...pullRequestPayload(), pull_request: 7 }, 'pull_request', 'invalid_payload'],
  ])('to %s, of GitHub and of Gitea', async (_, payload, event, expected) => {
    expect(await isSame(shared, event, payload, 'github')).toBe(expected);
    await isSame(shared, event, gitea(payload as { repository: object }), 'gitea');
  });
});

it('answers as each of two orchestrators that have the repository', async () => {
  folder.remove();
  for (const [name, base] of [
    ['left', 'https://github.com'],
    ['right', 'git@github.com:'],
  ] as const) {
    folder.write(`teams/${name}/team.yaml`, teamFile(name, `git: { baseURL: "${base}" }\n`));
    folder.write(`stacks/${name}.yaml`, STACK.replaceAll('checkout', name).replaceAll('shop-staging', `${name}-x`));
  }
  folder.write('payload.json', JSON.stringify(pullRequestPayload({ repo: 'acme/fe' })));
  const { stdout } = await folder.run('explain', 'payload.json', '--event', 'pull_request');
  const documents = loadAll(stdout) as { status?: string; runs?: { team: string }[] }[];
  expect(documents.filter(({ status }) => status === 'accepted').map(({ runs }) => runs?.[0]?.team)).toEqual([
    'left',
    'right',
  ]);
});
