import { join } from 'node:path';
import { requestName } from '../../lib/runs/ask/run-request';
import { apply, applyObjects, awaitKinds, inForce, kubectl, refusal } from './kubectl';

/** What an API server makes of requests for runs: their schema, what may not change, who may say what. */

const ROOT = join(__dirname, '../..');
const NAMESPACE = 'team-local';
/** May make and change requests, and nothing else. */
const ASKER = `system:serviceaccount:${NAMESPACE}:asker`;
const ORCHESTRATOR = `system:serviceaccount:${NAMESPACE}:tekton-dag-orchestrator`;

interface Asked {
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: unknown;
}

const request = (spec: object, name = 'asked') => ({
  apiVersion: 'tekton-dag.io/v1alpha1',
  kind: 'RunRequest',
  metadata: { name, namespace: NAMESPACE },
  spec: { pipeline: 'pr-test', team: 'local', stack: 'shop', ...spec },
});
const create = (object: object, as = ASKER): Asked =>
  JSON.parse(
    kubectl(['create', '--validate=strict', '--filename=-', '--output=json', `--as=${as}`], JSON.stringify(object)),
  ) as Asked;
const patch = (body: object, as = ASKER): string =>
  kubectl([
    'patch',
    'rreq',
    'asked',
    '--namespace',
    NAMESPACE,
    '--type=merge',
    `--patch=${JSON.stringify(body)}`,
    `--as=${as}`,
  ]);

beforeAll(async () => {
  apply(join(ROOT, 'dist/cluster'));
  awaitKinds();
  apply(join(ROOT, 'dist/teams'));
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'asker', namespace: NAMESPACE },
    rules: [{ apiGroups: ['tekton-dag.io'], resources: ['runrequests'], verbs: ['get', 'create', 'patch'] }],
  };
  const binding = {
    ...role,
    kind: 'RoleBinding',
    rules: undefined,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'asker' },
    subjects: [{ kind: 'ServiceAccount', name: 'asker', namespace: NAMESPACE }],
  };
  applyObjects([role, binding]);
  const probe = JSON.stringify(request({ trust: 'trusted' }, 'probe'));
  const create = ['create', '--dry-run=server', '--filename=-', `--as=${ASKER}`];
  await inForce(() => refusal(() => kubectl(create, probe))?.includes('takes the right') === true);
});
afterAll(() => kubectl(['delete', 'rolebinding/asker', 'role/asker', '--namespace', NAMESPACE]));
afterEach(() => kubectl(['delete', 'rreq', '--all', '--namespace', NAMESPACE]));

it('takes a request, which begins as Queued, whatever it says of itself', () => {
  const made = create({
    ...request({ apps: ['web'], revision: 'main', pullRequest: { number: 7, repo: 'acme/web' } }),
    status: { phase: 'Succeeded' },
  });
  expect(made.status).toEqual({ phase: 'Queued' });
  expect(kubectl(['get', 'rreq', 'asked', '--namespace', NAMESPACE]).split('\n')[1]).toMatch(
    /^asked\s+pr-test\s+shop\s+7\s+Queued\s/,
  );
});

it('takes the longest name that there is, and every field from the orchestrator', () => {
  const name = requestName({
    host: 'github.com',
    repository: 1,
    pipeline: 'pr-test',
    pullRequest: 999_999,
    sha: 'a'.repeat(40),
    team: 'local',
    stack: 'shop',
  });
  const spec = {
    apps: ['web'],
    testApps: ['web'],
    revision: 'a'.repeat(40),
    revisions: { web: 'b'.repeat(40) },
    pullRequest: { number: 999_999, repo: 'acme/web', headRef: 'a branch: "$(x)"', baseRef: 'main' },
    source: {
      event: 'pull_request',
      delivery: 'd',
      sender: 's',
      eventTime: '2026-01-01T00:00:00Z',
      before: 'c'.repeat(40),
      attempt: 3_000_000_000,
    },
    to: 'arn:aws:eks:eu-west-1:123456789012:cluster',
    priority: -5,
    trust: 'trusted',
    overrides: { forceRebuild: true, versions: { web: '1.0.0' }, version: '1.0.0', interceptBackend: 'router' },
    cancel: false,
  };
  expect(create(request(spec, name), ORCHESTRATOR).spec).toEqual({ ...request({}).spec, ...spec });
  create({ ...request({ pipeline: 'merge-release', apps: ['web'] }) }, ORCHESTRATOR);
});

it.each<[string, object, string]>([
  ['trust', { trust: 'trusted' }, 'saying what is trusted'],
  ['distrust', { trust: 'untrusted' }, 'saying what is trusted'],
  ['a source', { source: { event: 'pull_request' } }, 'saying what a request is an answer to'],
  ['a priority', { priority: 1 }, 'going before others'],
  ['a release', { pipeline: 'merge-release' }, 'releasing takes the right'],
  ['a promotion', { pipeline: 'promote', to: 'staging' }, 'releasing takes the right'],
  ['a bootstrap of a commit', { pipeline: 'bootstrap', revision: 'abc' }, 'anything but the default branches'],
  [
    'an old version',
    { pipeline: 'bootstrap', overrides: { versions: { web: '1.0.0' } } },
    'deploying a version of choice',
  ],
  ['a bootstrap of commits', { pipeline: 'bootstrap', revisions: { web: 'abc' } }, 'anything but the default branches'],
])('refuses %s to an account without the verb', (_, spec, why) =>
  expect(refusal(() => create(request(spec)))).toContain(why),
);

it('takes a bootstrap of the default branches from anyone who may ask', () =>
  expect(create(request({ pipeline: 'bootstrap' })).spec.pipeline).toBe('bootstrap'));

it.each<[string, object, RegExp]>([
  ['a revision that git would read as an option', { revision: '--upload-pack=x' }, /spec.revision/],
  ['a team that is no name', { team: 'A' }, /spec.team/],
  ['another pipeline', { pipeline: 'deploy' }, /spec.pipeline/],
  ['pull request 0', { pullRequest: { number: 0, repo: 'a/b' } }, /spec.pullRequest.number/],
  ['a field that there is not', { branch: 'main' }, /unknown field "spec.branch"/],
])('refuses %s', (_, spec, why) => expect(refusal(() => create(request(spec)))).toMatch(why));

it.each([
  ['a-name-of-21-letters-x', 'at most 20'],
  ['7up', 'a letter first'],
  ['a.b', 'letters, digits'],
])('refuses the name %s', (name, why) => expect(refusal(() => create(request({}, name)))).toContain(why));

it('changes in nothing, but that it can be cancelled once', () => {
  create(request({ apps: ['web'] }));
  expect(refusal(() => patch({ spec: { apps: ['api'] } }))).toContain('apps cannot change');
  expect(refusal(() => patch({ spec: { apps: null } }))).toContain('apps cannot change');
  expect(refusal(() => patch({ spec: { revision: 'main' } }))).toContain('revision cannot change');
  expect(refusal(() => patch({ spec: { trust: 'trusted' } }))).toContain('trust cannot change');
  expect(refusal(() => patch({ spec: { pipeline: 'bootstrap' } }))).toContain('pipeline cannot change');
  patch({ spec: { cancel: true } });
  expect(refusal(() => patch({ spec: { cancel: false } }))).toContain('cancelled is cancelled');
  expect(refusal(() => patch({ spec: { cancel: null } }))).toContain('cancelled is cancelled');
});

it('bears no name of the orchestrator for anyone else, and one that the API server ends', () => {
  const name = 'pr-7-abcdefghij';
  expect(refusal(() => create(request({}, name)))).toContain(
    'naming a request or a run as the orchestrator names its own',
  );
  expect(create(request({}, name), ORCHESTRATOR).metadata.name).toBe(name);
  const { metadata, ...rest } = request({});
  const unnamed = { ...rest, metadata: { ...metadata, name: undefined, generateName: 'pr-7-' } };
  expect(create(unnamed).metadata.name).toMatch(/^pr-7-.{5}$/);
});

it.each([
  ['labels', { labels: { 'tekton-dag.io/repo': 'x' } }],
  ['annotations', { annotations: { 'tekton-dag.io/repository': 'github.com/acme/web' } }],
  ['finalizers', { finalizers: ['example.com/never'] }],
  ['ownerReferences', { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'y' }] }],
])('keeps its %s from whoever may cancel it', (what, metadata) => {
  create(request({ apps: ['web'] }));
  expect(refusal(() => patch({ metadata }))).toContain(`changing ${what} of a request`);
  patch({ metadata: { labels: { mark: 'x' } } }, ORCHESTRATOR);
  patch({ spec: { cancel: true } });
});

it('takes a status from the orchestrator alone', () => {
  create(request({}));
  const status = [
    'patch',
    'rreq',
    'asked',
    '--namespace',
    NAMESPACE,
    '--subresource=status',
    '--type=merge',
    '--patch={"status":{"phase":"Running"}}',
  ];
  expect(refusal(() => kubectl([...status, `--as=${ASKER}`]))).toContain('runrequests/status');
  kubectl([...status, `--as=${ORCHESTRATOR}`]);
});
