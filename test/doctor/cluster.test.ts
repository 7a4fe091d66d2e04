import { checkAsked, selects, servicesAsked } from '../../lib/doctor/admission';
import { domainsOf, secondsKept } from '../../lib/doctor/corefile';
import { checkDns } from '../../lib/doctor/dns';
import { largest, podsOfRuns } from '../../lib/doctor/pods';
import { checkProgram, programsWanted } from '../../lib/doctor/programs';
import { checkQuota } from '../../lib/doctor/quota';
import type { Node } from '../../lib/doctor/room';
import { checkRoom, mayRun } from '../../lib/doctor/room';
import { checkTekton, tektonsWanted } from '../../lib/doctor/tekton';
import type { Wanted } from '../../lib/doctor/wanted';
import { checkFlags } from '../../lib/doctor/tekton-flags';
import type { Manifest } from '../../lib/kube/manifest';
import { teamParts } from '../../lib/output/team/team-parts';
import { PUBLIC_KEY } from '../output/install/public-key';
import { app, stack, team } from '../output/team/model';
import { read, refused, told, wanted } from './support';

/** What a cluster is like as a whole. */

describe('room', () => {
  const pods = podsOfRuns(wanted().objects);
  const node = (over: { allocatable?: object; ready?: string; spec?: Node['spec']; labels?: object } = {}): Node => ({
    metadata: { name: 'one', labels: { pool: 'ci', ...over.labels } },
    spec: over.spec,
    status: {
      allocatable: { cpu: '4', memory: '8Gi', ...over.allocatable },
      conditions: [{ type: 'Ready', status: over.ready ?? 'True' }],
    },
  });

  it('adds up what the steps of a pod request', () => {
    const build = pods.find(({ task }) => task === 'Task ci-shop/build-npm')!;
    // one step asks for all, and the others for 25m and 64Mi
    expect(build.requests.cpu).toBeGreaterThan(0.5);
    expect(build.requests.memory).toBeGreaterThan(2 ** 30);
  });

  it.each<[string, readonly Node[], string | undefined]>([
    ['is there', [node()], undefined],
    ['is on the larger of two', [node({ allocatable: { memory: '100Mi' } }), node()], undefined],
    ['wants a node', [], 'there is none'],
    ['wants one that is ready', [node({ ready: 'False' })], 'none of 1 is ready and schedulable'],
    ['wants one that is schedulable', [node({ spec: { unschedulable: true } })], 'none of 1 is ready and schedulable'],
    ['wants memory', [node({ allocatable: { memory: '512Mi' } })], 'which no node has'],
    ['wants CPU', [node({ allocatable: { cpu: '100m' } })], 'which no node has'],
    [
      'wants no taint',
      [node({ spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } })],
      'no node that is ready takes them',
    ],
  ])('%s', (_, nodes, message) => {
    const found = checkRoom(pods, read(nodes));
    expect(found.map((finding) => finding.message)).toEqual(
      message === undefined ? [] : [expect.stringContaining(message)],
    );
  });

  it('is where the cluster’s file sends pods', () => {
    const of = (podTemplate: object) => podsOfRuns(wanted({}, { podTemplate }).objects);
    expect(checkRoom(of({ nodeSelector: { pool: 'ci' } }), read([node()]))).toEqual([]);
    expect(checkRoom(of({ nodeSelector: { pool: 'gpu' } }), read([node()]))).toMatchObject([
      { subject: 'nodes with pool=gpu', severity: 'error' },
    ]);
    const tainted = [node({ spec: { taints: [{ key: 'ci', value: 'only', effect: 'NoSchedule' }] } })];
    const toleration = { key: 'ci', operator: 'Equal', value: 'only', effect: 'NoSchedule' };
    expect(checkRoom(of({ tolerations: [toleration] }), read(tainted))).toEqual([]);
    expect(checkRoom(of({ tolerations: [{ ...toleration, value: 'x' }] }), read(tainted))).toHaveLength(1);
  });

  it('knows the forms of tolerations', () => {
    const tainted = node({ spec: { taints: [{ key: 'a', value: 'b', effect: 'NoExecute' }] } });
    expect(mayRun({ tolerations: [{ operator: 'Exists' }] }, tainted)).toBe(true);
    expect(mayRun({ tolerations: [{ key: 'a', operator: 'Exists' }] }, tainted)).toBe(true);
    expect(mayRun({ tolerations: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] }, tainted)).toBe(false);
    expect(mayRun({}, node({ spec: { taints: [{ key: 'a', effect: 'PreferNoSchedule' }] } }))).toBe(true);
  });

  it('is not known to who may not see nodes', () =>
    expect(checkRoom(pods, refused)).toMatchObject([{ severity: 'note', notChecked: true }]));
});

it('counts what builds of single apps request, also for simulate', () => {
  const resources = { requests: { memory: '6Gi' } };
  const stacks = [stack('checkout', [app('fe', { build: { tool: 'npm', env: {}, platforms: [], resources } })])];
  const objects = teamParts(team({}, stacks)).flatMap((part) => part.objects);
  const largestOf = largest(podsOfRuns(objects));
  expect(largestOf).toMatchObject({ task: 'Task ci-shop/build-npm as build-fe' });
  const usual = largest(podsOfRuns(wanted().objects))!;
  expect(largestOf!.requests.memory - usual.requests.memory).toBe(5 * 2 ** 30);
});

describe('quotas', () => {
  const pods = podsOfRuns(wanted().objects);
  const check = (hard: Record<string, string>, used: Record<string, string> = {}, spec = {}) =>
    checkQuota(
      'ci-shop',
      pods,
      read([{ metadata: { name: 'q' }, spec: { hard, ...spec }, status: { hard, used } }]),
    ).map(({ severity, message }) => `${severity} ${message.split(',')[0]}`);

  it('let the largest pod in, or are too small, or used up', () => {
    expect(check({ 'requests.cpu': '8', 'requests.memory': '16Gi', pods: '20', 'requests.storage': '1Gi' })).toEqual(
      [],
    );
    expect(check({ 'requests.memory': '512Mi' })).toEqual(['error allows requests.memory 512Mi']);
    expect(check({ cpu: '100m' })).toEqual(['error allows cpu 100m']);
    expect(check({ pods: '0' })).toEqual(['error allows pods 0']);
    expect(check({ memory: '16Gi' }, { memory: '15.9Gi' })).toEqual(['warning allows memory 16Gi']);
  });

  it('of other pods are not looked at', () =>
    expect(check({ pods: '0' }, {}, { scopes: ['BestEffort'] })).toEqual([
      expect.stringContaining('note is for some'),
    ]));
});

describe('the domain', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'kubeadm',
      '.:53 {\n  errors\n  kubernetes cluster.local in-addr.arpa ip6.arpa {\n    pods insecure\n  }\n}',
      ['cluster.local'],
    ],
    [
      'several zones',
      'a.b:53 c.d {\n kubernetes corp.example. other.example {\n ttl 30\n }\n}',
      ['corp.example', 'other.example'],
    ],
    ['none said', 'dns://corp.example:53 other.example {\n  kubernetes\n}', ['corp.example', 'other.example']],
    ['a comment', '. {\n  # kubernetes wrong.example\n  kubernetes right.example # or so\n}', ['right.example']],
    ['quotes', '. {\n  kubernetes "right.example" {\n  }\n}', ['right.example']],
    ['several addresses in capitals', 'Right.Example, dns://foo:53 {\n  kubernetes\n}', ['right.example', 'foo']],
    ['another plugin', '. {\n  rewrite {\n    kubernetes wrong.example\n  }\n  forward . /etc/resolv.conf\n}', []],
    ['nothing', '', []],
  ])('is read of a Corefile: %s', (_, text, expected) => expect(domainsOf(text)).toEqual(expected));

  const services = (ttl: string, cache: string): string =>
    `.:53 {\n  kubernetes cluster.local in-addr.arpa {\n    pods insecure\n${ttl}  }\n${cache}}\n`;
  const TTL = '    ttl 30\n';
  it.each([
    ['no cache', TTL, '', 0],
    ['a cache', TTL, '  cache 10\n', 10],
    ['a cache that keeps longer than answers hold', TTL, '  cache 300\n', 30],
    ['a cache, and answers that hold five seconds', '', '  cache 30\n', 5],
    ['a cache without a time', TTL, '  cache\n', 30],
    ['a cache with a time of its own', TTL, '  cache 30 {\n    success 9984 7\n  }\n', 7],
    ['a cache of other zones', TTL, '  cache 30 example.com\n', 0],
    ['a cache of this zone', TTL, '  cache cluster.local\n', 30],
    ['a cache that leaves the domain out', TTL, '  cache 30 {\n    disable success cluster.local\n  }\n', 0],
    ['a cache that leaves all out', TTL, '  cache 30 {\n    disable success\n  }\n', 0],
    ['a cache that leaves another domain out', TTL, '  cache 30 {\n    disable success corp.example\n  }\n', 30],
    ['a cache that leaves only denials out', TTL, '  cache 30 {\n    disable denial cluster.local\n  }\n', 30],
    ['a time that a variable gives', '    ttl {$TTL}\n', '  cache {$KEPT}\n', 5],
    ['a zone in capitals', TTL, '  cache CLUSTER.LOCAL\n', 30],
    ['a cache of another server', TTL, '}\nexample.com {\n  cache 30\n', 0],
  ])('keeps answers as long as a Corefile says: %s', (_, ttl, cache, seconds) =>
    expect(secondsKept(services(ttl, cache), 'cluster.local')).toBe(seconds),
  );

  it('that keeps answers for long makes routers late', () => {
    const map = (ttl: string) => read({ data: { Corefile: services(ttl, '  cache 30\n') } });
    expect(checkDns('cluster.local', map(''))).toEqual([]);
    expect(checkDns('cluster.local', map(TTL))).toMatchObject([
      { severity: 'note', message: expect.stringContaining('for 30 seconds') as string },
    ]);
  });

  it('is that of the cluster’s file', () => {
    const map = (domain: string) => read({ data: { Corefile: `. {\n  kubernetes ${domain}\n}\n` } });
    expect(checkDns('cluster.local', map('cluster.local'))).toEqual([]);
    expect(checkDns('cluster.local', map('corp.example'))).toMatchObject([
      { severity: 'error', remedy: "say domain: corp.example in the cluster's file" },
    ]);
    expect(checkDns('cluster.local', read(undefined))).toMatchObject([{ severity: 'note', notChecked: true }]);
  });
});

describe('Tekton', () => {
  const all = wanted({}, { tektonVersion: '1.10' });
  const seen = (version: string | undefined, flags: Record<string, string> = {}, more: object = {}) => ({
    namespace: 'tekton-pipelines',
    info: read(version === undefined ? undefined : { data: { version } }),
    crd: read(undefined),
    flags: read({ data: flags }),
    controllers: controllers(read({ status: { readyReplicas: 1 } } as unknown as Manifest)),
    ...more,
  });
  const controllers = <T>(one: T) => new Map([['tekton-pipelines-controller', one]]);
  const [only] = tektonsWanted(all);
  const check = (...given: Parameters<typeof seen>) => told(checkTekton(only!, seen(...given)));

  it.each(['v1.10.0', 'v1.15.2', '2.0.0'])('of version %s is enough', (version) => expect(check(version)).toEqual([]));

  it('that is older than the cluster’s file says, or than the Tasks need', () => {
    expect(check('v1.9.3')).toEqual([expect.stringContaining('error Tekton Pipelines 1.9.3 is older than 1.10')]);
    expect(check('v0.68.0')).toContainEqual(expect.stringContaining('does not know results of a step'));
    expect(check('v0.68.0', { 'enable-api-fields': 'alpha' })).toContainEqual(
      expect.stringContaining('warning Tekton Pipelines 0.68.0 may know by a flag alone results of a step'),
    );
  });

  it('says its version by the label of its CRD, too, and which place it was', () => {
    const labels = { 'pipeline.tekton.dev/release': 'v1.9.0' };
    expect(check(undefined, {}, { crd: read({ metadata: { name: 'x', labels } }) })).toEqual([
      expect.stringContaining('label pipeline.tekton.dev/release of CustomResourceDefinition tasks.tekton.dev'),
    ]);
    const unlabelled = { crd: read({ metadata: { name: 'x' } }) };
    expect(checkTekton(only!, seen(undefined, {}, unlabelled))).toMatchObject([
      {
        severity: 'warning',
        message: expect.stringContaining('its version is not known'),
        notChecked: true,
      },
    ]);
    expect(check(undefined, {}, { info: refused })).toEqual([expect.stringContaining('note version of Tekton')]);
    expect(check('devel')).toEqual([expect.stringContaining('is not a version that can be compared')]);
  });

  it('has a controller that is ready', () => {
    expect(check('v1.15.0', {}, { controllers: controllers(read({ status: {} })) })).toEqual([
      expect.stringContaining('error tekton-pipelines-controller'),
    ]);
    const missing = seen('v1.15.0', {}, { controllers: controllers(read(undefined)) });
    expect(checkTekton(only!, missing)).toMatchObject([{ severity: 'warning', notChecked: true }]);
    const cluster = { ...all.cluster, instances: { instances: [] } } as unknown as Wanted['cluster'];
    expect(checkTekton({ ...only!, wanted: { ...all, cluster } }, missing)).toMatchObject([
      { severity: 'error', remedy: 'kubectl apply --server-side -f dist/install/kind-local' },
    ]);
  });

  it('is an error where it is not installed, and the only one', () =>
    expect(check(undefined, {}, { controllers: controllers(read(undefined)) })).toEqual([
      expect.stringContaining('error Tekton Pipelines is not installed'),
    ]));

  it.each<[Record<string, string>, object, readonly string[]]>([
    [{}, {}, []],
    [{ 'disable-creds-init': 'true', coschedule: 'disabled', 'set-security-context': 'true' }, {}, []],
    [{ 'disable-inline-spec': 'taskrun, pipelinerun' }, {}, ['error']],
    [{ 'disable-inline-spec': 'taskrun, pipelinerun' }, { runs: 'reference' }, []],
    [{ 'disable-inline-spec': 'pipeline' }, {}, []],
    [{ 'results-from': 'sidecar-logs' }, {}, ['warning']],
    [{ coschedule: 'isolate-pipelinerun' }, {}, ['warning']],
  ])('with flags %j of team %j', (flags, props, expected) =>
    expect(checkFlags(wanted(props), flags, 'tekton-pipelines').map(({ severity }) => severity)).toEqual(expected),
  );

  it('with fields that a flag switches on', () => {
    const pipeline = (task: object): Manifest => ({
      apiVersion: 'tekton.dev/v1',
      kind: 'Pipeline',
      metadata: { name: 'p', namespace: 'ci-shop' },
      spec: { tasks: [{ name: 't', taskRef: { name: 'x' }, ...task }] },
    });
    const flags = (task: object, data: Record<string, string>) =>
      checkFlags({ ...all, objects: [pipeline(task)] }, data, 'elsewhere').map(({ subject, remedy }) => [
        subject,
        remedy,
      ]);
    const stable = { 'enable-api-fields': 'stable' };
    expect(flags({ onError: 'continue' }, {})).toEqual([]);
    expect(flags({ onError: 'continue' }, stable)).toEqual([
      [
        'flag enable-api-fields: "stable"',
        `kubectl patch configmap feature-flags --namespace elsewhere --patch '{"data":{"enable-api-fields":"beta"}}'`,
      ],
    ]);
    expect(flags({}, stable)).toEqual([]);
    const annotated = { ...pipeline({}), metadata: { name: 'p', annotations: { 'tekton-dag.io/resources': '{}' } } };
    expect(checkFlags({ ...all, objects: [annotated] }, stable, 'elsewhere')).toHaveLength(1);
    expect(flags({ when: [{ cel: "'a' == 'a'" }] }, {})).toHaveLength(1);
    expect(flags({ taskSpec: { steps: [] } }, { 'disable-inline-spec': 'pipeline' })).toHaveLength(1);
  });
});

describe('what a cluster installs beside Tekton', () => {
  const results = { database: { host: 'db.example.com', tls: { caBundle: { configMap: 'rds-ca' } } } };
  const programs = programsWanted(wanted({}, { results, chains: { publicKey: PUBLIC_KEY } }));

  it('is what its file says, and nothing where it says nothing', () => {
    expect(programs.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'tekton-pipelines/tekton-results-api',
      'tekton-pipelines/tekton-results-watcher',
      'tekton-pipelines/tekton-results-retention-policy-agent',
      'tekton-chains/tekton-chains-controller',
    ]);
    const operator = { tekton: { install: 'operator', channel: 'latest' }, platform: 'openshift', results };
    expect(programsWanted(wanted({}, operator))).toMatchObject([
      { namespace: 'openshift-pipelines' },
      { namespace: 'openshift-pipelines' },
      { namespace: 'openshift-pipelines' },
    ]);
    expect(programsWanted(wanted())).toEqual([]);
  });

  it('is there, and has a pod that is ready', () => {
    const live = (ready: number) => read({ status: { readyReplicas: ready } } as unknown as Manifest);
    expect(checkProgram(programs[0]!, live(1))).toEqual([]);
    expect(checkProgram(programs[0]!, live(0))).toMatchObject([{ severity: 'error' }]);
    expect(told(checkProgram(programs[1]!, read(undefined)))).toEqual([
      'error tekton-results-watcher in tekton-pipelines there is no Deployment or StatefulSet of this name, so no run is archived or pruned',
    ]);
    expect(checkProgram(programs[0]!, refused)).toMatchObject([{ severity: 'note', notChecked: true }]);
  });
});

describe('several Tektons', () => {
  it('are each looked at for what is in their namespaces', () => {
    const all = wanted();
    const instance = (name: string, version: string, ...namespaces: string[]) => ({
      name,
      namespaces,
      manifest: { version },
    });
    const cluster = {
      ...all.cluster,
      instances: { instances: [instance('stable', '1.9.0', 'ci-shop'), instance('next', '1.15.0', 'sandbox')] },
    } as unknown as Wanted['cluster'];
    const seen = tektonsWanted({ ...all, cluster });
    expect(seen.map(({ namespace, version, controllers }) => ({ namespace, version, controllers }))).toEqual([
      {
        namespace: 'tekton-pipelines-stable',
        version: '1.9.0',
        controllers: ['tekton-pipelines-controller-ci-shop'],
      },
      { namespace: 'tekton-pipelines-next', version: '1.15.0', controllers: ['tekton-pipelines-controller-sandbox'] },
    ]);
    expect(new Set(seen[0]?.wanted.objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['ci-shop']));
    expect(seen[1]?.wanted.objects).toEqual([]);
  });
});

describe('webhooks of the API server', () => {
  const task: Manifest = { apiVersion: 'tekton.dev/v1', kind: 'Task', metadata: { name: 't', namespace: 'ci-shop' } };
  const plurals = new Map([['tekton.dev/v1 Task', 'tasks']]);
  const service = { namespace: 'tekton-pipelines', name: 'webhook' };
  const asked = (over: object, labels: Record<string, string> = {}) =>
    servicesAsked(
      [
        {
          metadata: { name: 'c' },
          webhooks: [
            {
              name: 'w',
              clientConfig: { service },
              rules: [{ apiGroups: ['tekton.dev'], resources: ['tasks', 'tasks/status'] }],
              ...over,
            },
          ],
        },
      ],
      [task],
      plurals,
      new Map([['ci-shop', labels]]),
    ).map(({ isRequired, isUnborn }) => (isUnborn ? 'unborn' : isRequired));

  it('are those that are asked about objects of ours', () => {
    expect(asked({})).toEqual([true]);
    expect(asked({ failurePolicy: 'Ignore' })).toEqual([false]);
    expect(asked({ clientConfig: {} })).toEqual([]);
    expect(asked({ rules: [{ apiGroups: ['*'], resources: ['*'] }] })).toEqual([]);
    expect(asked({ rules: [{ apiGroups: ['tekton.dev'], resources: ['runs'] }] })).toEqual([]);
    const exclude = { namespaceSelector: { matchExpressions: [{ key: 'skip', operator: 'DoesNotExist' }] } };
    expect(asked(exclude)).toEqual([true]);
    expect(asked(exclude, { skip: 'x' })).toEqual([]);
  });

  it('are that of Tekton, too, before it has written its rules', () => {
    const unborn = { rules: undefined, name: 'validation.webhook-stable.pipeline.tekton.dev' };
    const here = (value: string) => ({ namespaceSelector: { matchLabels: { name: value } } });
    expect(asked(unborn)).toEqual(['unborn']);
    expect(asked({ ...unborn, ...here('ci-shop') }, { name: 'ci-shop' })).toEqual(['unborn']);
    expect(asked({ ...unborn, ...here('other') }, { name: 'ci-shop' })).toEqual([]);
    expect(asked({ ...unborn, name: 'validation.elsewhere.example.com' })).toEqual([]);
  });

  it('answer where a pod is ready', () => {
    const check = (slices: object[], isRequired = true) =>
      checkAsked({ ...service, webhooks: ['w'], isRequired, isUnborn: false }, read(slices)).map(
        ({ severity }) => severity,
      );
    expect(check([{ endpoints: [{ conditions: { ready: true } }] }])).toEqual([]);
    expect(check([{ endpoints: [{}] }])).toEqual([]);
    expect(check([{ endpoints: null }])).toEqual(['error']);
    expect(check([{ endpoints: [{ conditions: { ready: false } }] }])).toEqual(['error']);
    expect(check([], false)).toEqual(['warning']);
    const unborn = { ...service, webhooks: ['w'], isRequired: false, isUnborn: true };
    expect(told(checkAsked(unborn, read([])))).toEqual([
      expect.stringMatching(/^error Service .*, and never has: objects that are applied meanwhile are not checked$/),
    ]);
  });

  it.each([
    [{ key: 'a', operator: 'In', values: ['x'] }, true, false],
    [{ key: 'a', operator: 'NotIn', values: ['x'] }, false, true],
    [{ key: 'a', operator: 'Exists' }, true, false],
    [{ key: 'a', operator: 'DoesNotExist' }, false, true],
  ])('are selected by %j', (expression, labelled, bare) => {
    expect(selects({ matchExpressions: [expression] }, { a: 'x' })).toBe(labelled);
    expect(selects({ matchExpressions: [expression] }, {})).toBe(bare);
  });
});
