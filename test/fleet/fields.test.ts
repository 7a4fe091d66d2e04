import type { FleetSources } from '../../lib/fleet/resolve-fleet';
import { jsonSchemaOf } from '../../lib/fleet/schema-problems';
import { LABELS } from '../../lib/words/labels';
import { clusterSchema } from '../../lib/fleet/cluster';
import { registrySchema } from '../../lib/fleet/registry';
import { stackSchema } from '../../lib/fleet/stack';
import { teamSchema } from '../../lib/fleet/team';
import { versionsSchema } from '../../lib/fleet/versions';
import { clusterParts } from '../../lib/output/cluster/cluster-parts';
import { argoCdParts } from '../../lib/output/gitops/argocd';
import { installParts } from '../../lib/output/install/install-parts';
import { kcpParts } from '../../lib/output/install/kcp/kcp-parts';
import { isObjects, pathOf } from '../../lib/output/layout';
import { checkTektonVersion } from '../../lib/tekton/admission/version';
import { releasedParts } from '../../lib/output/released';
import { teamParts } from '../../lib/output/team/team-parts';
import { BUILT_IN } from '../../lib/fleet/toolchains';
import { fixture, keysOf, resolve } from './support';
import { OTHER_KEY, PUBLIC_KEY } from '../output/install/public-key';

/** Every field of the five formats, changed alone: other objects are rendered, or a problem says that it is not used. */

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

const DIGEST = `sha256:${'0'.repeat(64)}`;

const BASE: Readonly<Record<'stack' | 'team' | 'cluster' | 'versions' | 'registry', Value>> = {
  stack: {
    name: 'shop',
    defaults: { namespace: 'staging' },
    apps: [
      { name: 'web', repo: 'acme/web', 'propagation-role': 'originator', build: { tool: 'npm' }, downstream: ['api'] },
      { name: 'api', repo: 'acme/api', 'propagation-role': 'terminal' },
      { name: 'db', repo: 'acme/db', 'propagation-role': 'terminal' },
    ],
  },
  team: {
    name: 'x',
    namespace: 'ci-x',
    cluster: 'one',
    imageRegistry: 'r.example.com',
    stacks: ['stacks/shop.yaml'],
    secrets: { backend: 'external-secrets', store: { name: 'vault' } },
    storage: { reports: { s3: { endpoint: 'https://s3.example.com', bucket: 'ci-reports' } } },
    environment: { deploy: 'gitops' },
    platform: { repoURL: 'https://github.com/acme/ci.git' },
  },
  cluster: { name: 'one', quota: { cpu: 4 }, ingress: { domain: 'example.com' } },
  versions: { apps: { web: { version: '1.0.0-rc.1', digest: `sha256:${'1'.repeat(64)}` } } },
  registry: { repos: { web: { stack: 'shop.yaml' } } },
};
type FormatName = keyof typeof BASE;

const INSTANCES = { instances: [{ name: 'stable', release: 'vendor/whole.yaml' }] };
/** Two releases of a part of Tekton, of which one has another image. */
const twoReleases = (name: string, file: string, image: string) =>
  [name, `${name}-next`].map((each) => ({
    file: `vendor/${each}.yaml`,
    text: fixture('tekton', file).text.replace(image, `${image}-${each}`),
  }));
const RELEASES = [
  ...twoReleases('tekton', 'release.yaml', '/webhook:1.15.0'),
  // of the second kind instances can be
  ...twoReleases('whole', 'whole-release.yaml', '/webhook:v1.15.0'),
];
const RESULTS_RELEASES = twoReleases('results', 'results.yaml', '/api:0.20.0');
const CHAINS_RELEASES = twoReleases('chains', 'chains.yaml', '/chains:0.29.2');

const GO = {
  name: 'go',
  family: 'go',
  versionKey: 'version',
  images: { go: 'docker.io/library/golang:1.26.2', 'go-1.25': 'docker.io/library/golang:1.25.9' },
  command: 'go build ./...',
  env: {},
  reports: [],
} as const;

const sources = (files: typeof BASE): FleetSources => {
  const text = (name: FormatName) => JSON.stringify(files[name]);
  const nameIn = (name: FormatName) => (files[name] as { readonly name: string }).name;
  return {
    teams: [{ file: `teams/${nameIn('team')}/team.yaml`, text: text('team') }],
    stacks: [
      { file: 'stacks/shop.yaml', text: text('stack') },
      {
        file: 'stacks/two.yaml',
        text: '{ name: two, apps: [{ name: two, repo: acme/two, propagation-role: terminal }] }',
      },
    ],
    tables: { toolchains: [...BUILT_IN, GO], backends: [] },
    clusters: [{ file: `clusters/${nameIn('cluster')}.yaml`, text: text('cluster') }],
    releases: [...RELEASES, ...RESULTS_RELEASES, ...CHAINS_RELEASES],
    versions: [{ file: 'stacks/versions.yaml', text: text('versions') }],
    registry: { file: 'stacks/registry.yaml', text: text('registry') },
  };
};

/** Sets a value at `apps[].build.tool`: of lists the first item, of mappings by name the first or `web`. */
function set(target: Value, path: string, value: Value): Value {
  const copy = structuredClone(target) as Record<string, unknown>;
  const keys = path
    .split('.')
    .flatMap((key) => (key.endsWith('[]') ? [key.slice(0, -2), '0'] : [key === '<name>' ? 'web' : key]));
  let at = copy;
  for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>;
  at[keys.at(-1) as string] = value;
  return copy as Value;
}

const SIGN_IN = {
  issuer: 'https://other.example.com',
  clientID: 'other',
  secret: 'other',
  sessionSecret: 'other',
  url: 'https://dag.example.com',
  scopes: 'openid',
  usernameClaim: 'sub',
  usernamePrefix: '-',
  groupsClaim: 'roles',
  groupsPrefix: '-',
  issuerCIDRs: ['10.0.0.0/8'],
} as const;

const FLIPS: Readonly<Record<FormatName, Readonly<Record<string, Value>>>> = {
  stack: {
    name: 'store',
    description: 'another',
    'propagation.header-name': 'x-other',
    'propagation.baggage-key': 'other',
    'propagation.strategy': 'b3',
    'defaults.namespace': 'other',
    'defaults.image-registry': 'r.example.com/other',
    'defaults.service-port': 81,
    'defaults.container-port': 81,
    'apps[].name': 'other',
    'apps[].repo': 'acme/other',
    'apps[].role': 'other',
    'apps[].propagation-role': 'terminal',
    'apps[].container-port': 81,
    'apps[].context-dir': 'other',
    'apps[].dockerfile': 'Other',
    'apps[].build.tool': 'maven',
    'apps[].build.runtime': 'other',
    'apps[].build.node-version': '20',
    'apps[].build.java-version': '17',
    'apps[].build.python-version': '3.11',
    'apps[].build.php-version': '8.2',
    'apps[].build.version': '1.25',
    'apps[].build.timeout-minutes': 60,
    'apps[].tests.timeout-minutes': 60,
    'apps[].build.resources.requests.cpu': 1,
    'apps[].build.resources.requests.memory': '2Gi',
    'apps[].build.resources.limits.cpu': 1,
    'apps[].build.resources.limits.memory': '2Gi',
    'apps[].tests.resources.requests.cpu': 1,
    'apps[].tests.resources.requests.memory': '1Gi',
    'apps[].tests.resources.limits.cpu': 1,
    'apps[].tests.resources.limits.memory': '1Gi',
    'apps[].build.build-command': 'make',
    'apps[].build.pre-command': 'true',
    'apps[].build.env': { A: 'b' },
    'apps[].build.legacy': { A: 'b' },
    'apps[].build.inputs': ['shared'],
    'apps[].build.secrets.secret': 'other',
    'apps[].build.secrets.keys': ['other'],
    'apps[].clone.depth': 0,
    'apps[].clone.tags': true,
    'apps[].clone.submodules': true,
    'apps[].clone.lfs': true,
    'apps[].liveness.path': '/live',
    'apps[].liveness.port': 9000,
    'apps[].liveness.initial-delay-seconds': 5,
    'apps[].liveness.period-seconds': 5,
    'apps[].liveness.failure-threshold': 5,
    'apps[].volumes': [{ path: '/cache', 'empty-dir': '1Gi' }],
    'apps[].ingress.hosts': { one: 'shop.example.com' },
    'apps[].ingress.path': '/shop',
    'apps[].ingress.class-name': 'nginx',
    'apps[].disruption-budget.min-available': '10%',
    'apps[].disruption-budget.max-unavailable': 1,
    'apps[].deploy.manifests': 'deploy/web.yaml',
    'apps[].env-from': [{ secret: 'other' }],
    'apps[].build.platforms': ['linux/arm64'],
    'apps[].downstream': ['api', 'db'],
    'apps[].tests.unit': 'npm test',
    'apps[].tests.unit-reports': ['out/**'],
    'apps[].tests.postman': 'a.json',
    'apps[].tests.playwright': 'a',
    'apps[].tests.artillery': 'a.yml',
    'apps[].tests.matrix': { unit: { 'node-version': ['20', '22'] } },
    'apps[].tests.shards': { unit: 2 },
    'apps[].tests.max-parallel': 1,
    'apps[].resources.requests.cpu': 1,
    'apps[].resources.requests.memory': '256Mi',
    'apps[].resources.limits.cpu': 1,
    'apps[].resources.limits.memory': '1Gi',
    'apps[].replicas': 2,
    'apps[].autoscaling.min': 2,
    'apps[].autoscaling.max': 4,
    'apps[].autoscaling.cpu': 70,
    'apps[].probe.path': '/healthz',
    'apps[].probe.port': 81,
    'apps[].probe.initial-delay-seconds': 1,
    'apps[].env': { A: 'b' },
    'apps[].protocol': 'grpc',
    'hooks.pre-build': 'notify',
    'hooks.post-build': 'notify',
    'hooks.pre-test': ['notify'],
    'hooks.post-test': ['notify', 'image-scan'],
  },
  team: {
    name: 'y',
    namespace: 'ci-y',
    cluster: 'two',
    clusters: ['two'],
    tekton: 'next',
    group: 'payments-developers',
    removal: 'orphan',
    externalTasks: ['other'],
    triggers: true,
    imageRegistry: 'r.example.com/y',
    pushRegistry: 'push.example.com',
    insecureRegistry: true,
    cacheRepo: 'r.example.com/layers',
    interceptBackend: 'none',
    'gateway.name': 'other',
    'gateway.namespace': 'other',
    'gateway.address': 'other.infra.svc',
    maxConcurrentRuns: 4,
    maxParallelBuilds: 4,
    'timeouts.bootstrap': 180,
    'timeouts.pr-test': 180,
    'timeouts.merge-release': 180,
    runs: 'reference',
    forks: 'restricted',
    stacks: ['stacks/shop.yaml', 'stacks/two.yaml'],
    'environment.namespace': 'other',
    'environment.deploy': 'pipeline',
    'build.backend': 'kaniko',
    'images.mirror': 'mirror.example.com',
    'images.overrides': { git: 'r.example.com/git:1' },
    'git.baseURL': 'git@github.com:',
    'git.webURL': 'https://git.example.com',
    'platform.repoURL': 'https://github.com/acme/platform.git',
    'platform.versionsBranch': 'releases',
    'platform.revision': 'release',
    'secrets.backend': 'existing',
    'secrets.store.name': 'other',
    'secrets.store.kind': 'SecretStore',
    'secrets.store.path': 'ci/x',
    'secrets.store.optional': ['baseImages'],
    'secrets.githubApp.id': 4712,
    'secrets.githubApp.installationId': 3,
    'secrets.githubApp.secret': 'other',
    'secrets.githubApp.apiURL': 'https://api.github.com',
    'secrets.names.webhook': 'other',
    'secrets.names.githubToken': 'other',
    'secrets.names.gitSshKey': 'other',
    'secrets.names.gitReadToken': 'other',
    'secrets.names.gitReadSshKey': 'other',
    'secrets.names.registryPush': 'other',
    'secrets.names.baseImages': 'other',
    'secrets.names.imagePull': ['other'],
    'storage.cache.size': '1Gi',
    'storage.cache.accessMode': 'ReadWriteMany',
    'storage.cache.storageClass': 'fast',
    'storage.reports.size': '1Gi',
    'storage.reports.accessMode': 'ReadWriteMany',
    'storage.reports.storageClass': 'fast',
    'storage.reports.days': 7,
    'storage.reports.s3.endpoint': 'https://minio.example.com:9000',
    'storage.reports.s3.bucket': 'other',
    'storage.reports.s3.prefix': 'ci/other',
    'storage.reports.s3.region': 'eu-central-1',
    'storage.reports.s3.secret': 'other',
    'storage.reports.s3.readSecret': 'other',
    'storage.reports.show': true,
    'quota.cpu': 8,
    'quota.memory': '16Gi',
    'quota.pods': 50,
    'quota.storage': '100Gi',
    'network.egressCIDRs': ['10.0.0.0/8'],
    'orchestrator.enabled': false,
    'orchestrator.image': 'r.example.com/orchestrator:1.0.0',
    'orchestrator.replicas': 2,
    'orchestrator.mode': 'shared',
    'orchestrator.consoleURL': 'https://console.example.com/{name}',
    'orchestrator.githubURL': 'https://git.example.com/api/v3',
    'orchestrator.giteaURL': 'https://git.example.com/api/v1',
    'orchestrator.githubApp.id': 4712,
    'orchestrator.githubApp.installationId': 2,
    'orchestrator.githubApp.secret': 'other',
    ...Object.fromEntries(Object.entries(SIGN_IN).map(([key, value]) => [`orchestrator.signIn.${key}`, value])),
  },
  cluster: {
    name: 'three',
    imageRegistry: 'eu.example.com',
    pushRegistry: 'push.example.com',
    insecureRegistry: true,
    'orchestrator.image': 'r.example.com/orchestrator:1.0.0',
    'orchestrator.replicas': 3,
    'orchestrator.consoleURL': 'https://console.example.com/{name}',
    'orchestrator.githubURL': 'https://git.example.com/api/v3',
    'orchestrator.giteaURL': 'https://git.example.com/api/v1',
    'orchestrator.githubApp.id': 4712,
    'orchestrator.githubApp.installationId': 2,
    'orchestrator.githubApp.secret': 'other',
    ...Object.fromEntries(Object.entries(SIGN_IN).map(([key, value]) => [`orchestrator.signIn.${key}`, value])),
    'images.mirror': 'mirror.example.com',
    runs: 'reference',
    'ingress.domain': 'ci.example.com',
    'ingress.className': 'nginx',
    'ingress.sharedHosts': ['shop.example.com'],
    tektonVersion: '0.70',
    'tekton.install': 'operator',
    'tekton.release': 'vendor/tekton-next.yaml',
    'tekton.performance.replicas': 2,
    'tekton.performance.threads': 32,
    'tekton.performance.kubeApiQps': 50,
    'tekton.performance.kubeApiBurst': 100,
    'tekton.performance.webhookReplicas': 3,
    'tekton.settings': { 'feature-flags': { 'enable-api-fields': 'stable' } },
    'tekton.digest': DIGEST,
    'kcp.workspace': 'root:other',
    'kcp.permissionClaims[].group': 'batch',
    'kcp.permissionClaims[].resource': 'secrets',
    'kcp.permissionClaims[].verbs': ['get'],
    'tekton.instances[].name': 'other',
    'tekton.instances[].release': 'vendor/whole-next.yaml',
    'tekton.instances[].digest': DIGEST,
    'tekton.instances[].namespaces': ['other'],
    'tekton.instances[].performance.replicas': 2,
    'tekton.instances[].performance.threads': 32,
    'tekton.instances[].performance.kubeApiQps': 50,
    'tekton.instances[].performance.kubeApiBurst': 100,
    'tekton.instances[].performance.webhookReplicas': 3,
    'tekton.instances[].settings': { 'feature-flags': { 'enable-api-fields': 'stable' } },
    'tekton.shared.install': false,
    'tekton.shared.release': 'vendor/whole-next.yaml',
    'tekton.shared.digest': DIGEST,
    'tekton.shared.keep': false,
    'tekton.shared.webhookReplicas': 3,
    'tekton.shared.settings': { 'feature-flags': { 'enable-api-fields': 'stable' } },
    platform: 'openshift',
    'tekton.channel': 'other',
    'tekton.package': 'other',
    'tekton.namespace': 'other',
    'tekton.startingCSV': 'tektoncd-operator.v0.81.1',
    'tekton.approval': 'Manual',
    'tekton.catalog.name': 'other',
    'tekton.catalog.namespace': 'other',
    'tekton.catalog.image': `quay.io/acme/index@${DIGEST}`,
    'tekton.catalog.mirrors[].source': 'other.example.com',
    'tekton.catalog.mirrors[].mirrors': ['other.example.com'],
    'tekton.profile': 'all',
    'tekton.triggers': true,
    'tekton.pruner.historyLimit': 7,
    'tekton.pruner.successfulHistoryLimit': 7,
    'tekton.pruner.failedHistoryLimit': 7,
    'tekton.pruner.ttlSecondsAfterFinished': 600,
    'tekton.pipelinesAsCode.githubApp.name': 'Other',
    'tekton.pipelinesAsCode.githubApp.store.name': 'other',
    'tekton.pipelinesAsCode.githubApp.store.kind': 'SecretStore',
    'tekton.pipelinesAsCode.githubApp.store.path': 'ci/other',
    'tekton.pipelinesAsCode.console.name': 'Other',
    'tekton.pipelinesAsCode.console.url': 'https://other.example.com',
    'tekton.pipelinesAsCode.console.run': 'https://other.example.com/{namespace}/{run}',
    'tekton.pipelinesAsCode.console.task': 'https://other.example.com/{namespace}/{run}/{task}',
    'tekton.pipelinesAsCode.settings': { 'remote-tasks': 'false' },
    'chains.release': 'vendor/chains-next.yaml',
    'chains.digest': DIGEST,
    'chains.publicKey': OTHER_KEY,
    'chains.builder': 'https://ci.example.com',
    'chains.kms.key': 'hashivault://other',
    'chains.kms.auth': { address: 'https://vault.example.com' },
    'chains.kms.accountAnnotations': { 'eks.amazonaws.com/role-arn': 'arn' },
    'chains.store.name': 'other',
    'chains.store.kind': 'SecretStore',
    'chains.store.path': 'ci/other',
    'imagePolicy.mode': 'enforce',
    role: 'deploy',
    tasks: 'shared',
    sessions: true,
    'results.release': 'vendor/results-next.yaml',
    'results.digest': DIGEST,
    'results.database.host': 'other.example.com',
    'results.database.port': 5433,
    'results.database.name': 'other',
    'results.database.secret': 'other',
    'results.database.tls.mode': 'verify-ca',
    'results.database.tls.caBundle.configMap': 'other',
    'results.database.tls.caBundle.secret': 'other',
    'results.database.tls.caBundle.key': 'other.crt',
    'results.store.name': 'other',
    'results.store.kind': 'SecretStore',
    'results.store.path': 'ci/other',
    'results.logs.s3.endpoint': 'https://minio.example.com:9000',
    'results.logs.s3.bucket': 'other',
    'results.logs.s3.prefix': 'ci/other',
    'results.logs.s3.region': 'eu-central-1',
    'results.logs.s3.secret': 'other',
    'results.retention.default': '60d',
    'results.retention.runAt': '0 1 * * *',
    'results.retention.policies[].name': 'other',
    'results.retention.policies[].namespaces': ['ci-x'],
    'results.retention.policies[].statuses': ['Cancelled'],
    'results.retention.policies[].labels': { app: ['web'] },
    'results.retention.policies[].retention': '70d',
    'results.prune.after': '48h',
    'results.impersonation': true,
    'results.ingress.host': 'other.example.com',
    'results.ingress.className': 'nginx',
    'results.ingress.annotations': { 'example.com/a': 'b' },
    'observability.namespace': 'other',
    'observability.labels': { release: 'prometheus' },
    'observability.dashboards': false,
    'history.postgres.secret': 'other',
    'history.postgres.egress.namespace': 'other',
    'history.postgres.egress.networks': ['10.3.0.0/16'],
    'history.postgres.egress.port': 6432,
    'history.results.url': 'https://other.example.com:8443',
    'history.results.caBundle.configMap': 'other',
    'history.results.caBundle.key': 'other.pem',
    'history.results.egress.namespace': 'other',
    'history.results.egress.networks': ['10.3.0.0/16'],
    'history.results.egress.port': 6443,
    'history.retention.days': 30,
    'history.retention.teams': { x: 5 },
    'webhookRouter.host': 'hooks.example.com',
    'webhookRouter.image': 'r.example.com/orchestrator:1.0.0',
    'webhookRouter.replicas': 3,
    'webhookRouter.members[].name': 'other',
    'webhookRouter.members[].url': 'https://other.example.com/webhook/github',
    'webhookRouter.members[].insecure': true,
    'webhookRouter.members[].repositories': ['https://github.com/acme/other'],
    'queue.kind': 'kueue',
    'queue.borrow': 2,
    'secrets.store.name': 'other',
    'secrets.store.path': 'ci/x',
    'secrets.store.optional': ['githubToken'],
    'proxy.http': 'http://other.example.com:3128',
    'proxy.https': 'http://other.example.com:3128',
    'proxy.noProxy': ['.example.org'],
    'caBundle.configMap': 'other',
    'caBundle.secret': 'other',
    'caBundle.key': 'bundle.pem',
    domain: 'corp.example',
    'podTemplate.nodeSelector': { pool: 'ci' },
    'podTemplate.tolerations[].key': 'other',
    'podTemplate.tolerations[].operator': 'Exists',
    'podTemplate.tolerations[].value': 'other',
    'podTemplate.tolerations[].effect': 'NoSchedule',
    'podTemplate.tolerations[].tolerationSeconds': 60,
    'podTemplate.runtimeClass': 'gvisor',
    'podTemplate.priorityClass': 'low',
    emulation: true,
    ipFamilies: ['IPv6', 'IPv4'],
    seccompDefault: true,
    seccompProfile: 'profiles/buildah.json',
    userNamespaces: true,
    'storage.cache.accessMode': 'ReadWriteMany',
    'storage.cache.storageClass': 'fast',
    'storage.reports.accessMode': 'ReadWriteMany',
    'storage.reports.storageClass': 'fast',
    'quota.cpu': 8,
    'quota.memory': '16Gi',
    'quota.pods': 50,
    'quota.storage': '100Gi',
    'network.egressCIDRs': ['10.0.0.0/8'],
  },
  versions: { 'apps.<name>.version': '1.0.0', 'apps.<name>.last-released': '0.9.0', 'apps.<name>.digest': DIGEST },
  registry: { 'repos.<name>.stack': 'two.yaml', 'repos.<name>.role': 'other' },
};

const PERFORMANCE = ['replicas', 'threads', 'kubeApiQps', 'kubeApiBurst', 'webhookReplicas'].map(
  (key) => `performance.${key}`,
);

/** A cluster file that has everything installed by the operator. */
const BY_OPERATOR = { tekton: { install: 'operator', channel: 'latest' } } as const;
const PAGE = 'https://ci.example.com/{namespace}/{run}';
const PIPELINES_AS_CODE = {
  ...BY_OPERATOR,
  'tekton.pipelinesAsCode': {
    githubApp: { name: 'Acme CI', store: { name: 'vault' } },
    console: { name: 'Acme CI', url: 'https://ci.example.com', run: PAGE, task: `${PAGE}/{task}` },
  },
} as const;
const RESULTS = {
  ...BY_OPERATOR,
  results: {
    database: { host: 'db.example.com', tls: { caBundle: { configMap: 'rds-ca' } } },
    store: { name: 'vault' },
    logs: { s3: { endpoint: 'https://s3.example.com', bucket: 'runs' } },
    retention: { policies: [{ name: 'failures', statuses: ['Failed'], retention: '90d' }] },
    ingress: { host: 'results.example.com' },
  },
} as const;

const CHAINS = { chains: { release: CHAINS_RELEASES[0]!.file, publicKey: PUBLIC_KEY } };

/** What a field needs beside it in its file to be read at all; null takes a key out. */
const GIVEN: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  'apps[].tests.unit-reports': { 'apps[].tests.unit': 'npm test' },
  ...Object.fromEntries(
    ['matrix', 'shards'].map((key) => [`apps[].tests.${key}`, { 'apps[].tests.unit': 'npm test' }]),
  ),
  'apps[].tests.max-parallel': { 'apps[].tests.playwright': 'e2e', 'apps[].tests.shards': { playwright: 2 } },
  'apps[].propagation-role': { 'apps[].downstream': [] },
  'apps[].build.inputs': { 'apps[].context-dir': 'apps/web' },
  'history.postgres.secret': { history: {} },
  'history.postgres.egress.namespace': { history: { postgres: { egress: { namespace: 'db' } } } },
  'history.postgres.egress.networks': { history: { postgres: { egress: { networks: ['10.2.0.0/16'] } } } },
  'history.postgres.egress.port': { history: { postgres: { egress: { namespace: 'db' } } } },
  'history.results.url': { history: { results: { url: 'https://results.example.com' } } },
  ...Object.fromEntries(
    ['configMap', 'key'].map((key) => [
      `history.results.caBundle.${key}`,
      { history: { results: { url: 'https://results.example.com', caBundle: { configMap: 'ca' } } } },
    ]),
  ),
  'history.results.egress.namespace': {
    history: { results: { url: 'https://results.example.com', egress: { namespace: 'results' } } },
  },
  'history.results.egress.networks': {
    history: { results: { url: 'https://results.example.com', egress: { networks: ['10.2.0.0/16'] } } },
  },
  'history.results.egress.port': {
    history: { results: { url: 'https://results.example.com', egress: { namespace: 'results' } } },
  },
  'history.retention.days': { history: {} },
  'history.retention.teams': { history: {} },
  ...Object.fromEntries(
    ['secret', 'keys'].map((key) => [
      `apps[].build.secrets.${key}`,
      { 'apps[].build.secrets': { secret: 'npm', keys: ['npmrc'] } },
    ]),
  ),
  ...Object.fromEntries(['path', 'optional'].map((key) => [`secrets.store.${key}`, { 'secrets.store.name': 'vault' }])),
  ...Object.fromEntries(
    ['id', 'installationId', 'secret', 'apiURL'].map((key) => [
      `secrets.githubApp.${key}`,
      {
        'secrets.githubApp': { id: 1, installationId: 2 },
        'orchestrator.githubApp': { id: 1, installationId: 2 },
      },
    ]),
  ),
  'apps[].build.java-version': { 'apps[].build.tool': 'maven' },
  'apps[].build.python-version': { 'apps[].build.tool': 'pip' },
  'apps[].build.php-version': { 'apps[].build.tool': 'composer' },
  'apps[].build.version': { 'apps[].build.tool': 'go' },
  'apps[].tests.timeout-minutes': { 'apps[].tests.postman': 'a.json' },
  ...Object.fromEntries(
    ['requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'].map((key) => [
      `apps[].tests.resources.${key}`,
      { 'apps[].tests.postman': 'a.json' },
    ]),
  ),
  ...Object.fromEntries(['min', 'cpu'].map((key) => [`apps[].autoscaling.${key}`, { 'apps[].autoscaling.max': 3 }])),
  ...Object.fromEntries(
    ['path', 'class-name'].map((key) => [
      `apps[].ingress.${key}`,
      { 'apps[].ingress.hosts': { one: 'a.example.com' } },
    ]),
  ),
  platform: BY_OPERATOR,
  ...Object.fromEntries(
    Object.keys(FLIPS.cluster).flatMap((key) => {
      const given = key.startsWith('results.')
        ? RESULTS
        : key.startsWith('tekton.pipelinesAsCode.')
          ? PIPELINES_AS_CODE
          : key.startsWith('tekton.')
            ? BY_OPERATOR
            : undefined;
      return given ? [[key, given]] : [];
    }),
  ),
  ...Object.fromEntries(['release', 'digest', 'publicKey', 'builder'].map((key) => [`chains.${key}`, CHAINS])),
  ...Object.fromEntries(
    ['key', 'auth', 'accountAnnotations'].map((key) => [
      `chains.kms.${key}`,
      { ...CHAINS, 'chains.kms': { key: 'hashivault://chains' } },
    ]),
  ),
  ...Object.fromEntries(
    ['name', 'kind', 'path'].map((key) => [`chains.store.${key}`, { ...CHAINS, 'chains.store': { name: 'vault' } }]),
  ),
  'imagePolicy.mode': { ...CHAINS, imagePolicy: { mode: 'warn' } },
  ...Object.fromEntries(
    ['release', 'digest'].map((key) => [
      `results.${key}`,
      { ...RESULTS, tekton: null, 'results.release': RESULTS_RELEASES[0]!.file },
    ]),
  ),
  'results.database.tls.caBundle.secret': { ...RESULTS, 'results.database.tls.caBundle': {} },
  ...Object.fromEntries(
    ['source', 'mirrors'].map((key) => [
      `tekton.catalog.mirrors[].${key}`,
      {
        ...BY_OPERATOR,
        platform: 'openshift',
        'tekton.catalog': { mirrors: [{ source: 'a.example.com', mirrors: ['b.example.com'] }] },
      },
    ]),
  ),
  ...Object.fromEntries(
    ['install', 'release', 'digest', 'settings']
      .concat(PERFORMANCE)
      .map((key) => [`tekton.${key}`, { tekton: { install: 'release', release: RELEASES[0]!.file } }]),
  ),
  ...Object.fromEntries(
    ['name', 'release', 'namespaces', 'settings']
      .concat(PERFORMANCE)
      .map((key) => `instances[].${key}`)
      .concat(['install', 'release', 'keep', 'webhookReplicas', 'settings'].map((key) => `shared.${key}`))
      .map((key) => [`tekton.${key}`, { tekton: INSTANCES }]),
  ),
  ...Object.fromEntries(
    ['namespace', 'labels', 'dashboards'].map((key) => [
      `observability.${key}`,
      { observability: { namespace: 'monitoring' } },
    ]),
  ),
  ...Object.fromEntries(['host', 'image', 'replicas'].map((key) => [`webhookRouter.${key}`, { webhookRouter: {} }])),
  ...Object.fromEntries(
    ['name', 'url', 'insecure', 'repositories'].map((key) => [
      `webhookRouter.members[].${key}`,
      { webhookRouter: { members: [{ name: 'legacy', url: 'https://pac.example.com' }] } },
    ]),
  ),
  ...Object.fromEntries(
    ['workspace', ...['group', 'resource', 'verbs'].map((key) => `permissionClaims[].${key}`)].map((key) => [
      `kcp.${key}`,
      {
        tekton: { install: 'release', release: RELEASES[0]!.file },
        kcp: { workspace: 'root:ci', permissionClaims: [{ resource: 'configmaps', verbs: ['list'] }] },
      },
    ]),
  ),
  'queue.borrow': { queue: { kind: 'kueue' } },
  'proxy.noProxy': { proxy: { https: 'http://proxy.example.com:3128' } },
  'caBundle.secret': { caBundle: {} },
  'caBundle.key': { caBundle: { configMap: 'private-ca' } },
  ...Object.fromEntries(
    ['key', 'operator', 'value', 'effect', 'tolerationSeconds'].map((key) => [
      `podTemplate.tolerations[].${key}`,
      {
        podTemplate: {
          tolerations: [
            key === 'operator' ? { key: 'ci', effect: 'NoExecute' } : { key: 'ci', value: 'yes', effect: 'NoExecute' },
          ],
        },
      },
    ]),
  ),
  ...Object.fromEntries(
    ['name', 'namespace', 'address'].map((key) => [
      `gateway.${key}`,
      { interceptBackend: 'gateway', gateway: { name: 'apps', namespace: 'infra', address: 'gateway.infra.svc' } },
    ]),
  ),
  ...Object.fromEntries(
    ['id', 'installationId', 'secret'].map((key) => [
      `orchestrator.githubApp.${key}`,
      { 'orchestrator.githubApp': { id: 4711, installationId: 1 } },
    ]),
  ),
  ...Object.fromEntries(
    Object.keys(SIGN_IN).map((key) => [
      `orchestrator.signIn.${key}`,
      { 'orchestrator.signIn': { issuer: 'https://dex.example.com', clientID: 'tekton-dag' } },
    ]),
  ),
  ...Object.fromEntries(
    ['size', 'accessMode', 'storageClass', 'days'].map((key) => [
      `storage.reports.${key}`,
      { 'storage.reports.s3': null },
    ]),
  ),
  'storage.reports.s3.readSecret': { 'storage.reports.show': true },
};

type Felt = 'in the objects' | 'by the orchestrator' | 'by Argo CD' | 'as a problem' | 'nowhere';
/** The rest is felt in the objects, besides the copy of a stack that the orchestrator reads. */
const ELSEWHERE: Readonly<Record<string, Felt>> = {
  'git.webURL': 'by the orchestrator',
  group: 'by Argo CD',
  maxConcurrentRuns: 'by the orchestrator',
  runs: 'by the orchestrator',
  forks: 'by the orchestrator',
  'repos.<name>.stack': 'by the orchestrator',
  // edges say the same, so pipelines go by them; drawings show it
  'apps[].propagation-role': 'by the orchestrator',
  'propagation.strategy': 'as a problem',
  // one team has no other to share it with
  'ingress.sharedHosts': 'as a problem',
  tektonVersion: 'as a problem',
  'tekton.install': 'as a problem',
  'tekton.digest': 'as a problem',
  'tekton.instances[].digest': 'as a problem',
  'tekton.shared.digest': 'as a problem',
  'results.digest': 'as a problem',
  'chains.digest': 'as a problem',
  externalTasks: 'as a problem',
  // the team is on no cluster that runs pipelines
  role: 'as a problem',
  // there is no such file
  'apps[].deploy.manifests': 'as a problem',
  sessions: 'as a problem',
  // the only cluster of the team has no instances
  tekton: 'as a problem',
  'repos.<name>.role': 'as a problem',
  // releases read it from Git when they run, and what they write there must not change what synth makes
  'apps.<name>.version': 'nowhere',
};

interface Rendered {
  /** Undefined where the files hold an error. */
  readonly objects?: string;
  /** The ConfigMaps that the orchestrator reads. */
  readonly config?: string;
  /** By which Argo CD applies them. */
  readonly argoCd?: string;
  readonly unused: readonly string[];
}

function render(files: typeof BASE): Rendered {
  const { fleet, said } = resolve(sources(files));
  const unused = unusedOf(said);
  if (fleet === undefined) return { unused };
  const written = fleet.teams.flatMap((team) => teamParts(team).flatMap((part) => releasedParts(part, team, team)));
  const emitted = [
    ...written.filter(isObjects),
    ...clusterParts(fleet),
    ...installParts(fleet.clusters, fleet.teams),
    ...kcpParts(fleet.clusters, fleet.teams),
  ].flatMap((part) => part.objects.map((manifest) => ({ file: pathOf(part), manifest })));
  if (
    fleet.teams.some(
      ({ cluster, tektonVersion }) =>
        tektonVersion !== undefined && checkTektonVersion(emitted, cluster, tektonVersion).length > 0,
    )
  )
    return { unused };
  const objects = emitted.map(({ manifest }) => manifest);
  const isConfig = ({ metadata }: (typeof objects)[number]) => LABELS.config in (metadata.labels ?? {});
  const [team, ...elsewhere] = [...fleet.teams, ...fleet.elsewhere].map((one, index) => ({
    team: one,
    folder: `teams/${one.name}`,
    isHome: index === 0,
  }));
  const argoCd = argoCdParts({ repoURL: '', revision: '' }, team ? [[team, ...elsewhere]] : [], []);
  return {
    objects: JSON.stringify(objects.filter((one) => !isConfig(one))),
    config: JSON.stringify(objects.filter(isConfig)),
    argoCd: JSON.stringify(argoCd),
    unused,
  };
}

function felt(before: Rendered, after: Rendered): Felt {
  if (after.objects === undefined) return 'as a problem';
  if (after.objects !== before.objects) return 'in the objects';
  if (after.config !== before.config) return 'by the orchestrator';
  if (after.argoCd !== before.argoCd) return 'by Argo CD';
  return after.unused.length > before.unused.length ? 'as a problem' : 'nowhere';
}

const changed = (files: typeof BASE, name: FormatName, changes: Readonly<Record<string, Value>>): typeof BASE => ({
  ...files,
  [name]: Object.entries(changes).reduce((value, [path, change]) => set(value, path, change), files[name]),
});
const unusedOf = (said: readonly string[]): readonly string[] => said.filter((line) => line.includes('not used'));

const base = render(BASE);
/** Many fields are changed in the same files. */
const begun = new Map([[JSON.stringify(BASE), base]]);
const before = (files: typeof BASE): Rendered => {
  const key = JSON.stringify(files);
  const known = begun.get(key) ?? render(files);
  begun.set(key, known);
  return known;
};

it('starts from files without an error, all of which is used', () =>
  expect(base).toMatchObject({ objects: expect.any(String), unused: [] }));

describe.each([
  ['stack', jsonSchemaOf(stackSchema)],
  ['team', jsonSchemaOf(teamSchema)],
  ['cluster', jsonSchemaOf(clusterSchema)],
  ['versions', jsonSchemaOf(versionsSchema)],
  ['registry', jsonSchemaOf(registrySchema)],
] as const)('%s', (name, root) => {
  it('has a change for every field', () =>
    expect(Object.keys(FLIPS[name]).sort()).toEqual(
      keysOf(root)
        .map(([path]) => path)
        .sort(),
    ));

  it.each(Object.entries(FLIPS[name]))('%s: %j is felt', (path, value) => {
    // what a cluster says is felt where its team leaves it to the cluster
    const ofOrchestrator = path.startsWith('orchestrator.') || (name === 'cluster' && path.startsWith('secrets.'));
    const left = ofOrchestrator ? { 'orchestrator.mode': 'shared' } : GIVEN[path];
    const asked = name === 'cluster' && left && path in FLIPS.team ? changed(BASE, 'team', left) : BASE;
    const built = path === 'emulation' ? changed(asked, 'stack', { 'apps[].build.platforms': ['linux/arm64'] }) : asked;
    const files = GIVEN[path] ? changed(built, name, GIVEN[path]) : built;
    expect(felt(before(files), render(changed(files, name, { [path]: value })))).toBe(
      ELSEWHERE[path] ?? 'in the objects',
    );
  });
});

describe('what is given and not read is told', () => {
  const told = (name: FormatName, changes: Readonly<Record<string, Value>>) =>
    unusedOf(resolve(sources(changed(BASE, name, changes))).said);

  it.each<[FormatName, Readonly<Record<string, Value>>, string]>([
    [
      'stack',
      { 'apps[].build.java-version': '21' },
      'apps[0].build.java-version: not used: npm is asked for its version by node-version',
    ],
    [
      'stack',
      { 'apps[].build': { 'build-command': 'make' } },
      'apps[0].build.build-command: not used: without build.tool the Dockerfile compiles by itself',
    ],
    [
      'stack',
      { 'apps[].build': { env: { A: 'b' } } },
      'apps[0].build.env: not used: without build.tool the Dockerfile compiles by itself',
    ],
    [
      'stack',
      { 'apps[].build': {}, 'apps[].tests.unit': 'make test' },
      'apps[0].tests.unit: not used: unit tests run in the toolchain of build.tool',
    ],
    [
      'stack',
      { 'apps[].tests.unit-reports': ['out/*.xml'] },
      'apps[0].tests.unit-reports: not used: this app has no unit tests (build.tool and tests.unit)',
    ],
    [
      'team',
      { 'environment.namespace': 'other' },
      'defaults.namespace: not used: team x puts its apps into other (environment.namespace)',
    ],
    [
      'team',
      { 'secrets.backend': 'existing' },
      'secrets.store: not used: only secrets.backend external-secrets reads from a store',
    ],
    [
      'team',
      { 'orchestrator.enabled': false, 'orchestrator.replicas': 2 },
      'orchestrator.replicas: not used: the orchestrator is not enabled',
    ],
    [
      'team',
      { 'orchestrator.enabled': false, maxConcurrentRuns: 2 },
      'maxConcurrentRuns: not used: the orchestrator is not enabled',
    ],
    [
      'team',
      { 'orchestrator.enabled': false, forks: 'restricted' },
      'forks: not used: the orchestrator is not enabled',
    ],
    [
      'team',
      { 'orchestrator.mode': 'shared', 'orchestrator.consoleURL': 'https://console.example.com/{name}' },
      'orchestrator.consoleURL: not used: the shared orchestrator is set up in clusters/',
    ],
    [
      'team',
      {
        'orchestrator.image': 'r.example.com/orchestrator:1.0.0',
        'images.overrides': { orchestrator: 'r.example.com/other:1.0.0' },
      },
      'images.overrides.orchestrator: not used: orchestrator.image is the image of it',
    ],
    [
      'team',
      { gateway: { name: 'apps', namespace: 'infra', address: 'gateway.infra.svc' } },
      'gateway: not used: interceptBackend router asks no gateway',
    ],
    [
      'team',
      { 'storage.reports.size': '1Gi' },
      'storage.reports.size: not used: reports are kept in the bucket of storage.reports.s3',
    ],
    [
      'team',
      { 'platform.repoURL': null, group: 'developers' },
      'group: not used: without platform.repoURL Argo CD has nothing to read',
    ],
    [
      'cluster',
      { orchestrator: { replicas: 3 } },
      'orchestrator: not used: no team of this cluster has orchestrator.mode shared',
    ],
    ['registry', { 'repos.<name>.role': 'other' }, 'repos.web.role: not used: the role is what stacks/shop.yaml says'],
  ])('%s %j', (name, changes, expected) => expect(told(name, changes)).toEqual([expect.stringContaining(expected)]));

  it('stack: a default that no app takes', () => {
    const apps = [{ name: 'web', repo: 'acme/web', 'propagation-role': 'terminal', 'container-port': 80 }];
    expect(told('stack', { 'defaults.container-port': 81, apps })).toEqual([
      expect.stringContaining('defaults.container-port: not used: every app has its own container-port'),
    ]);
  });
});
