import { join } from 'node:path';
import { apply, applyObjects, inForce, kubectl, refusal } from './kubectl';

/** What an API server lets whoever may create PipelineRuns, TaskRuns and workloads do with the accounts of a team. */

const ROOT = join(__dirname, '../..');
const NAMESPACE = 'team-local';
const BUILDER = `system:serviceaccount:${NAMESPACE}:run-maker`;
const TEKTON = 'system:serviceaccount:tekton-pipelines:tekton-pipelines-controller';
const ORCHESTRATOR = `system:serviceaccount:${NAMESPACE}:tekton-dag-orchestrator`;
const REPLICAS = 'system:serviceaccount:kube-system:replicaset-controller';
const RIGHTS = [
  {
    apiGroups: ['', 'apps', 'batch', 'tekton.dev'],
    resources: ['pods', 'pods/ephemeralcontainers', 'deployments', 'jobs', 'cronjobs', 'pipelineruns', 'taskruns'],
    verbs: ['get', 'create', 'update', 'patch', 'delete'],
  },
];

const rbac = (kind: string, name: string, more: object) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name, ...(kind.startsWith('Cluster') ? {} : { namespace: NAMESPACE }) },
  ...more,
});
const bound = (role: string, name: string) => {
  const [, , namespace = '', account = ''] = name.split(':');
  return rbac('RoleBinding', `${role}-${account}`, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  });
};
const OBJECTS = [
  // there where a cluster has Tekton Chains
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'tekton-dag-push', namespace: NAMESPACE } },
  rbac('Role', 'run-maker', { rules: RIGHTS }),
  rbac('Role', 'as-tekton', {
    rules: [...RIGHTS, { apiGroups: ['tekton.dev'], resources: ['taskruns/status'], verbs: ['update'] }],
  }),
  bound('run-maker', BUILDER),
  bound('run-maker', REPLICAS),
  bound('run-maker', ORCHESTRATOR),
  bound('as-tekton', TEKTON),
];

let count = 0;
const named = (apiVersion: string, kind: string, spec: object, metadata: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name: `made-${++count}`, namespace: NAMESPACE, ...metadata },
  spec,
});
const pod = (serviceAccountName: string) => ({
  serviceAccountName,
  automountServiceAccountToken: false,
  restartPolicy: 'Never',
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'x',
      image: 'example.com/x:1',
      resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1m', memory: '1Mi' } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
});
const selected = { matchLabels: { made: 'here' } };
const template = (account: string) => ({ metadata: { labels: selected.matchLabels }, spec: pod(account) });
const TASK = { pipelineRef: { name: 'shop-bootstrap' } };
/** By what names it: an object that runs as an account. */
const NAMING: Readonly<Record<string, (account: string) => object>> = {
  'a PipelineRun': (account) =>
    named('tekton.dev/v1', 'PipelineRun', { ...TASK, taskRunTemplate: { serviceAccountName: account } }),
  'a PipelineRun, for one of its tasks': (account) =>
    named('tekton.dev/v1', 'PipelineRun', {
      ...TASK,
      taskRunSpecs: [{ pipelineTaskName: 'first' }, { pipelineTaskName: 'x', serviceAccountName: account }],
    }),
  'a TaskRun': (account) => named('tekton.dev/v1', 'TaskRun', { taskRef: { name: 'x' }, serviceAccountName: account }),
  'a Pod': (account) => named('v1', 'Pod', pod(account)),
  'a Deployment': (account) =>
    named('apps/v1', 'Deployment', {
      replicas: 0,
      selector: selected,
      template: { ...template(account), spec: { ...pod(account), restartPolicy: 'Always' } },
    }),
  'a Job': (account) => named('batch/v1', 'Job', { suspend: true, template: template(account) }),
  'a CronJob': (account) =>
    named('batch/v1', 'CronJob', {
      schedule: '0 0 1 1 *',
      suspend: true,
      jobTemplate: { spec: { template: template(account) } },
    }),
};

const create = (object: object, as: string): string =>
  kubectl(['create', '--dry-run=server', '--filename=-', `--as=${as}`], JSON.stringify(object));
beforeAll(async () => {
  apply(join(ROOT, 'dist/cluster'), join(ROOT, 'dist/teams'));
  applyObjects(OBJECTS);
  await inForce(() =>
    Object.values(NAMING).every((make) =>
      refusal(() => create(make('tekton-dag-release'), BUILDER))?.includes('takes the right'),
    ),
  );
});
afterAll(() =>
  kubectl(
    ['delete', '--ignore-not-found', '--filename=-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: OBJECTS }),
  ),
);

describe.each(Object.keys(NAMING))('%s', (what) => {
  const make = NAMING[what]!;

  it.each(['push', 'release', 'deploy', 'orchestrator'])(
    'runs as %s by whoever may release, and by nobody else',
    (account) => {
      const said = refusal(() => create(make(`tekton-dag-${account}`), BUILDER));
      expect(said).toContain("running as an account that deploys or releases takes the right to 'release'");
      expect(refusal(() => create(make(`tekton-dag-${account}`), ORCHESTRATOR))).toBeUndefined();
    },
  );

  it.each(['build', 'preview'])('runs as %s by anyone', (account) =>
    expect(refusal(() => create(make(`tekton-dag-${account}`), BUILDER))).toBeUndefined(),
  );
});

it.each([
  ['Tekton', 'a TaskRun', TEKTON],
  ['Tekton', 'a Pod', TEKTON],
  ['Kubernetes itself', 'a Pod', REPLICAS],
])('%s makes %s of what was admitted before', (_, what, as) =>
  expect(refusal(() => create(NAMING[what]!('tekton-dag-release'), as))).toBeUndefined(),
);

it('no image of a pod that runs as the orchestrator changes, nor has it guests', () => {
  const made = NAMING['a Pod']!('tekton-dag-orchestrator') as { metadata: { name: string } };
  kubectl(['create', '--filename=-'], JSON.stringify(made));
  const patch = (body: object, ...more: string[]) =>
    refusal(() =>
      kubectl([
        'patch',
        'pod',
        made.metadata.name,
        '--namespace',
        NAMESPACE,
        `--as=${BUILDER}`,
        `--patch=${JSON.stringify(body)}`,
        ...more,
      ]),
    );
  try {
    expect(patch({ metadata: { labels: { mark: 'x' } } })).toBeUndefined();
    expect(patch({ spec: { containers: [{ name: 'x', image: 'example.com/mine:1' }] } })).toContain('takes the right');
    const guest = { ...pod('').containers[0], name: 'guest', resources: undefined };
    expect(patch({ spec: { ephemeralContainers: [guest] } }, '--subresource=ephemeralcontainers')).toContain(
      'takes the right',
    );
  } finally {
    kubectl(['delete', 'pod', made.metadata.name, '--namespace', NAMESPACE, '--grace-period=0', '--force']);
  }
});

describe('a run', () => {
  const labels = {
    'tekton-dag.io/stack': 'shop',
    'tekton-dag.io/pipeline': 'pr-test',
    'tekton-dag.io/trust': 'trusted',
  };
  const run = (metadata: object) => named('tekton.dev/v1', 'PipelineRun', TASK, metadata);

  it('is called trusted by whoever may release alone', () => {
    expect(refusal(() => create(run({ labels }), BUILDER))).toContain('calling a run trusted takes the right');
    expect(refusal(() => create(run({ labels: { mark: 'x' } }), BUILDER))).toBeUndefined();
    expect(refusal(() => create(run({ labels }), ORCHESTRATOR))).toBeUndefined();
  });

  it('is that of a request, by its name or by what it says, by whoever may release alone', () => {
    const annotations = { 'tekton-dag.io/request-uid': 'u' };
    const name = 'pr-42-abcdefghij';
    const forged = [annotations, { 'tekton-dag.io/asked': '{}' }, { 'tekton-dag.io/asked-at': '2026-01-01T00:00:00Z' }];
    for (const one of forged)
      expect(refusal(() => create(run({ annotations: one }), BUILDER))).toContain(
        'saying for which request a run is takes',
      );
    expect(refusal(() => create(run({ name }), BUILDER))).toContain('as the orchestrator names its own takes');
    expect(refusal(() => create(run({ annotations, name }), ORCHESTRATOR))).toBeUndefined();
  });

  it('stays what it is called', () => {
    const made = run({ labels });
    kubectl(['create', '--filename=-'], JSON.stringify(made));
    const patch = (marks: object) =>
      refusal(() =>
        kubectl([
          'patch',
          'pipelinerun',
          made.metadata.name,
          '--namespace',
          NAMESPACE,
          '--type=merge',
          `--as=${BUILDER}`,
          `--patch=${JSON.stringify({ metadata: { labels: marks } })}`,
        ]),
      );
    try {
      expect(patch({ 'tekton-dag.io/trust': 'untrusted' })).toContain('calling a run trusted');
      expect(patch({ 'tekton-dag.io/stack': 'other' })).toContain('changing what a run is of');
      expect(patch({ mark: 'x' })).toBeUndefined();
    } finally {
      kubectl(['delete', 'pipelinerun', made.metadata.name, '--namespace', NAMESPACE]);
    }
  });

  it('has the TaskRuns that Tekton makes', () => {
    const owner = { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', name: 'x', uid: 'u', controller: true };
    const taskOf = (metadata: object) => named('tekton.dev/v1', 'TaskRun', { taskRef: { name: 'x' } }, metadata);
    for (const metadata of [
      { ownerReferences: [owner] },
      // whoever looks for them goes by the uid
      { ownerReferences: [{ ...owner, apiVersion: 'example.com/v1', kind: 'Other' }] },
      { labels: { 'tekton.dev/pipelineRun': 'x' } },
      { labels: { 'tekton.dev/pipelineTask': 'push-catalog' } },
    ]) {
      expect(refusal(() => create(taskOf(metadata), BUILDER))).toContain('saying of which run a TaskRun is');
      expect(refusal(() => create(taskOf(metadata), TEKTON))).toBeUndefined();
    }
    expect(refusal(() => create(taskOf({ labels: { mark: 'x' } }), BUILDER))).toBeUndefined();
  });
});
