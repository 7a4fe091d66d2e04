import type { Case, World } from './world';
import { container, manifest } from './world';

const KiB = 1024;
const add =
  (...objects: object[]) =>
  (w: World): void =>
    void w.more.push(...objects);
const pod = (w: World) => w.deployment.spec.template.spec;
const clone = (w: World) => w.task.spec.steps[0];
const route = (backend: object) =>
  manifest('gateway.networking.k8s.io/v1', 'HTTPRoute', 'r', {
    spec: { rules: [{ backendRefs: [{ name: 'cart', port: 80, ...backend }] }] },
  });
const clusterObject = (apiVersion: string, kind: string, name: string, body: object) => ({
  apiVersion,
  kind,
  metadata: { name },
  ...body,
});
const binding = (kind: string, name: string) =>
  manifest('rbac.authorization.k8s.io/v1', 'RoleBinding', 'b', {
    roleRef: { kind, name },
    subjects: [{ kind: 'ServiceAccount', name: 'tekton-dag-build' }],
  });

const enforce = (w: World, level: string): void =>
  void (w.more[0].metadata.labels = { 'pod-security.kubernetes.io/enforce': level });

export const metadataCases: readonly Case[] = [
  {
    rule: 'tekton-m1',
    what: 'an upper-case name',
    bad: (w) => (w.configMap.metadata.name = 'Config'),
    also: ['reference'],
  },
  {
    rule: 'tekton-m1',
    what: 'a Pipeline of 64 characters',
    bad: (w) => (w.pipeline.metadata.name = 'p'.repeat(64)),
    good: (w) => (w.pipeline.metadata.name = 'p'.repeat(63)),
  },
  {
    rule: 'tekton-m1',
    what: 'a Service with a dot',
    bad: (w) => (w.service.metadata.name = 'a.b'),
    good: (w) => (w.service.metadata.name = 'a-b'),
  },
  {
    rule: 'tekton-m1',
    what: 'a slash in the name of a Role',
    bad: (w) => (w.role.metadata.name = w.roleBinding.roleRef.name = 'a/b'),
    good: (w) => (w.role.metadata.name = w.roleBinding.roleRef.name = 'system:runs'),
  },
  {
    rule: 'unique',
    what: 'an object twice, in another version',
    bad: add(manifest('v1', 'ConfigMap', 'm'), manifest('v1', 'ConfigMap', 'm')),
    good: add(manifest('v1', 'ConfigMap', 'm'), manifest('example.org/v1', 'ConfigMap', 'm')),
    says: /the other in 12\.yaml/,
  },
  {
    rule: 'namespace',
    what: 'a namespace that nobody makes',
    bad: (w) => (w.role.metadata.namespace = w.roleBinding.metadata.namespace = 'team-b'),
  },
  {
    rule: 'namespace',
    what: 'no namespace',
    bad: add(clusterObject('v1', 'ConfigMap', 'm', {})),
    good: add({ ...manifest('v1', 'ConfigMap', 'm'), metadata: { name: 'm', namespace: 'kube-system' } }),
  },
  {
    rule: 'namespace',
    what: 'a namespace of a ClusterRole',
    bad: add(manifest('rbac.authorization.k8s.io/v1', 'ClusterRole', 'r', { rules: [] })),
    good: add(clusterObject('rbac.authorization.k8s.io/v1', 'ClusterRole', 'r', { rules: [] })),
  },
  ...['PipelineRun', 'TaskRun', 'Pod'].map((kind): Case => ({
    rule: 'kind',
    what: `a ${kind}`,
    bad: add(manifest('tekton.dev/v1', kind, 'x')),
  })),
  {
    rule: 'kind',
    what: 'a Secret with values',
    bad: add(manifest('v1', 'Secret', 's', { stringData: { a: 'b' } })),
    good: add(manifest('v1', 'Secret', 's', { type: 'Opaque' })),
  },
  {
    rule: 'labels',
    what: 'a label with a blank',
    bad: (w) => (w.role.metadata.labels = { a: 'b c' }),
    good: (w) => (w.role.metadata.labels = { 'x.io/a': 'b_c' }),
  },
  {
    rule: 'labels',
    what: 'a label of 64 characters',
    bad: (w) => (w.deployment.spec.template.metadata.labels.long = 'a'.repeat(64)),
  },
  { rule: 'labels', what: 'a label that is no string', bad: (w) => (w.role.metadata.labels = { a: 1 }) },
  { rule: 'labels', what: 'a key of two slashes', bad: (w) => (w.role.metadata.labels = { 'a/b/c': 'd' }) },
  {
    rule: 'labels',
    what: 'the label of Argo CD',
    bad: (w) => (w.pipeline.metadata.labels = { 'app.kubernetes.io/instance': 'x' }),
  },
  {
    rule: 'annotations',
    what: 'a key with a blank',
    bad: (w) => (w.role.metadata.annotations = { 'a b': 'c' }),
    good: (w) => (w.role.metadata.annotations = { 'a.io/B': 'any text' }),
  },
  { rule: 'annotations', what: 'a value that is no string', bad: (w) => (w.role.metadata.annotations = { a: 2 }) },
  {
    rule: 'annotations',
    what: 'more than 256 KiB',
    bad: (w) => (w.role.metadata.annotations = { a: 'x'.repeat(256 * KiB) }),
    good: (w) => (w.role.metadata.annotations = { a: 'x'.repeat(256 * KiB - 1) }),
  },
  {
    rule: 'size',
    what: '1 MiB',
    bad: (w) => (w.configMap.data.big = 'x'.repeat(1024 * KiB)),
    good: (w) => (w.configMap.data.big = 'x'.repeat(511 * KiB)),
  },
  { rule: 'size', what: '512 KiB', bad: (w) => (w.configMap.data.big = 'x'.repeat(512 * KiB)), severity: 'warning' },
  {
    rule: 'value-size',
    what: 'a param of more than 128 KiB',
    bad: (w) => w.pipeline.spec.finally[0].params.push({ name: 'x', value: 'é'.repeat(64 * KiB + 1) }),
    good: (w) => w.pipeline.spec.finally[0].params.push({ name: 'x', value: 'x'.repeat(128 * KiB) }),
  },
];

export const workloadCases: readonly Case[] = [
  {
    rule: 'resources',
    what: 'a container without limits',
    bad: (w) => delete pod(w).containers[0].resources.limits,
    says: /no limits.cpu/,
  },
  {
    rule: 'resources',
    what: 'an init container without resources',
    bad: (w) => (pod(w).initContainers = [{ ...container('i'), resources: undefined }]),
    good: (w) => (pod(w).initContainers = [container('i')]),
  },
  {
    rule: 'resources',
    what: 'a step without requests',
    bad: (w) => delete clone(w).computeResources.requests,
    good: (w) => (
      delete clone(w).computeResources.requests,
      (w.task.spec.stepTemplate.computeResources = { requests: { cpu: 1, memory: '1Mi' } })
    ),
  },
  {
    rule: 'resources',
    what: 'a request above the limit',
    bad: (w) => (clone(w).computeResources.requests.memory = '65Mi'),
    good: (w) => (clone(w).computeResources.requests.memory = '65000Ki'),
    says: /more memory/,
  },
  {
    rule: 'resources',
    what: 'a limit that is no quantity',
    bad: (w) => (clone(w).computeResources.limits.memory = '1 GB'),
  },
  ...['git', 'registry:5000/git', 'git:latest', 'a/git:main', 'git:stable'].map((image): Case => ({
    rule: 'image-tag',
    what: `image ${image}`,
    bad: (w) => (clone(w).image = image),
    good: (w) => (clone(w).image = `registry:5000/git:1@sha256:${'a'.repeat(64)}`),
  })),
  {
    rule: 'image-tag',
    what: 'a moving image given by a Pipeline',
    bad: (w) => (
      (clone(w).image = 'tools/$(params.cache)'),
      (w.task.spec.volumes[0].persistentVolumeClaim.claimName = 'cache-pr')
    ),
    good: (w) => (clone(w).image = 'tools/$(params.cache):1'),
  },
  {
    rule: 'value-in-script',
    what: 'a param in a script',
    bad: (w) => (clone(w).script = 'echo $(params.app)'),
    good: (w) => (clone(w).script = 'echo "$(date)" "$APP"'),
  },
  {
    rule: 'value-in-script',
    what: 'a result in a script',
    bad: (w) => (clone(w).script = 'cat $(results.DIGEST.path)'),
  },
  {
    rule: 'value-in-script',
    what: 'a param in arguments of a shell',
    bad: (w) => Object.assign(w.task.spec.steps[1], { command: ['/bin/sh', '-c'], args: ['echo $(params.app)'] }),
  },
  {
    rule: 'mounts',
    what: 'a volume that is not declared',
    bad: (w) => (clone(w).volumeMounts[0].name = 'cahe'),
    good: (w) => (clone(w).volumeMounts[0].name = '$(workspaces.source.volume)'),
    says: /did you mean cache\?/,
  },
  {
    rule: 'mounts',
    what: 'a volume of a Deployment that is not declared',
    bad: (w) => (pod(w).containers[0].volumeMounts[0].name = 'x'),
  },
];

export const accessCases: readonly Case[] = [
  {
    rule: 'node-of-task',
    what: 'a folder of the node in a namespace that refuses it',
    bad: (w) => {
      enforce(w, 'baseline');
      w.task.spec.volumes = [...w.task.spec.volumes, { name: 'node', hostPath: { path: '/' } }];
    },
    good: (w) => {
      enforce(w, 'privileged');
      w.task.spec.volumes = [...w.task.spec.volumes, { name: 'node', hostPath: { path: '/' } }];
    },
  },
  {
    rule: 'node-of-task',
    what: 'a privileged step in a namespace that refuses it',
    bad: (w) => {
      enforce(w, 'restricted');
      clone(w).securityContext = { privileged: true };
    },
  },
  { rule: 'wildcard', what: 'all verbs', bad: (w) => (w.role.rules[0].verbs = ['*']) },
  {
    rule: 'wildcard',
    what: 'all subresources, in a ClusterRole',
    bad: add(
      clusterObject('rbac.authorization.k8s.io/v1', 'ClusterRole', 'r', {
        rules: [{ apiGroups: [''], resources: ['pods/*'], verbs: ['get'] }],
      }),
    ),
    good: add(
      clusterObject('rbac.authorization.k8s.io/v1', 'ClusterRole', 'r', {
        rules: [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }],
      }),
    ),
  },
  {
    rule: 'powerful-role',
    what: 'cluster-admin',
    bad: add(binding('ClusterRole', 'cluster-admin')),
    good: add(binding('ClusterRole', 'view')),
  },
];

export const referenceCases: readonly Case[] = [
  {
    rule: 'reference',
    what: 'a ServiceAccount',
    bad: (w) => (pod(w).serviceAccountName = 'tekton-dag-biuld'),
    good: (w) => (pod(w).serviceAccountName = 'default'),
    says: /ServiceAccount.*did you mean tekton-dag-build\?/,
  },
  {
    rule: 'reference',
    what: 'a PriorityClass',
    bad: (w) => (pod(w).priorityClassName = 'fast'),
    good: (w) => (
      add(clusterObject('scheduling.k8s.io/v1', 'PriorityClass', 'fast', { value: 1 }))(w),
      (pod(w).priorityClassName = 'fast')
    ),
  },
  {
    rule: 'reference',
    what: 'an image pull Secret',
    bad: (w) => (w.account.imagePullSecrets = [{ name: 'pull' }]),
    good: (w) => (w.account.imagePullSecrets = [{ name: 'push-shop' }]),
  },
  {
    rule: 'reference',
    what: 'a Secret of the environment',
    bad: (w) => (pod(w).containers[0].env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'pull', key: 'k' } } }]),
    good: (w) =>
      (pod(w).containers[0].env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'push-cart', key: 'k' } } }]),
  },
  {
    rule: 'reference',
    what: 'a Secret of another namespace',
    bad: (w) => (w.existing[1] = { kind: 'Secret', namespace: 'team-b', name: 'push-shop' }),
  },
  {
    rule: 'reference',
    what: 'a Secret whose name a Pipeline completes',
    bad: (w) => w.more.pop(),
    says: /found push-cart/,
  },
  {
    rule: 'reference',
    what: 'a claim whose name is a default',
    bad: (w) => (w.task.spec.params[3].default = 'cache-none'),
    says: /found cache-none/,
  },
  {
    rule: 'reference',
    what: 'a claim whose name a Pipeline gives',
    bad: (w) => (w.pipeline.spec.tasks[1].params[1].value = 'cache-none'),
  },
  {
    rule: 'reference',
    what: 'a claim whose name is empty',
    bad: (w) => (w.pipeline.spec.tasks[1].params[1].value = ''),
    says: /empty/,
  },
  {
    rule: 'reference',
    what: 'a Secret of which a run knows the name, but none fits',
    bad: (w) => (
      (w.task.spec.volumes[1].secret.secretName = 'pull-$(params.app)'),
      w.pipeline.spec.tasks.forEach(
        (t: { params: unknown[] }) => (t.params[0] = { name: 'app', value: '$(params.revision)' }),
      )
    ),
    good: (w) =>
      w.pipeline.spec.tasks.forEach(
        (t: { params: unknown[] }) => (t.params[0] = { name: 'app', value: '$(params.revision)' }),
      ),
  },
  { rule: 'reference', what: 'a ConfigMap', bad: (w) => (pod(w).volumes[0].configMap.name = 'konfig') },
  {
    rule: 'reference',
    what: 'a ConfigMap of all of the environment',
    bad: (w) => (clone(w).envFrom = [{ configMapRef: { name: 'konfig' } }]),
    good: (w) => (clone(w).envFrom = [{ configMapRef: { name: 'config' } }]),
  },
  {
    rule: 'reference',
    what: 'a projected ConfigMap',
    bad: (w) => pod(w).volumes.push({ name: 'p', projected: { sources: [{ configMap: { name: 'konfig' } }] } }),
    good: (w) =>
      pod(w).volumes.push({ name: 'p', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } }),
  },
  {
    rule: 'reference',
    what: 'a key of a ConfigMap',
    bad: (w) => (pod(w).volumes[0].configMap.items[0].key = 'haproxy.conf'),
    says: /did you mean haproxy.cfg\?/,
  },
  {
    rule: 'reference',
    what: 'a Task',
    bad: (w) => (w.pipeline.spec.finally[0].taskRef.name = 'hok'),
    says: /did you mean hook\?/,
  },
  { rule: 'reference', what: 'a Role', bad: (w) => (w.roleBinding.roleRef.name = 'run') },
  {
    rule: 'reference',
    what: 'the subject of a RoleBinding',
    bad: (w) => (w.roleBinding.subjects[0].namespace = 'team-b'),
  },
  {
    rule: 'reference',
    what: 'a policy',
    bad: add(
      clusterObject('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', 'b', {
        spec: { policyName: 'p' },
      }),
    ),
  },
  {
    rule: 'reference',
    what: 'the account of a pipeline task',
    bad: (w) => (w.pipeline.metadata.annotations = { 'tekton-dag.io/accounts': '{"preview":["publish"]}' }),
    good: (w) => (w.pipeline.metadata.annotations = { 'tekton-dag.io/accounts': '{"build":["publish"]}' }),
  },
  {
    rule: 'reference',
    what: 'the pipeline task of an account',
    bad: (w) => (w.pipeline.metadata.annotations = { 'tekton-dag.io/accounts': '{"build":["publsh"]}' }),
  },
  {
    rule: 'reference',
    what: 'an account that there is not',
    bad: (w) => (w.pipeline.metadata.annotations = { 'tekton-dag.io/accounts': '{"biuld":["publish"]}' }),
    says: /did you mean build\?/,
  },
  {
    rule: 'service-pods',
    what: 'a Service without pods',
    bad: (w) => (w.service.spec.selector.app = 'rooter'),
    good: (w) => (w.service.spec.selector = { 'tekton-dag.io/app': 'cart' }),
  },
  {
    rule: 'service-pods',
    what: 'a disruption budget without pods',
    bad: add(manifest('policy/v1', 'PodDisruptionBudget', 'p', { spec: { selector: { matchLabels: { app: 'x' } } } })),
    good: add(
      manifest('policy/v1', 'PodDisruptionBudget', 'p', { spec: { selector: { matchLabels: { app: 'router' } } } }),
    ),
  },
  {
    rule: 'service-port',
    what: 'a named port that the pods do not have',
    bad: (w) => (w.service.spec.ports[0].targetPort = 'crt'),
    good: (w) => (w.service.spec.ports[0].targetPort = 8001),
    says: /did you mean cart\?/,
  },
  {
    rule: 'route-backend',
    what: 'a Service that nobody makes',
    bad: add(route({ name: 'crt' })),
    good: add(route({})),
  },
  { rule: 'route-backend', what: 'a port that the Service does not have', bad: add(route({ port: 81 })) },
];
