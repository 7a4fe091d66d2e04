import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeRegistries } from '../../lib/cli/doctor/probe';
import type { Finding } from '../../lib/doctor/finding';
import type { Report } from '../../lib/doctor/report';
import { createClient } from '../../lib/kube/client';
import { loadFleet } from '../../lib/cli/load';
import { fixture } from '../fleet/support';
import { Folder, teamFile } from '../cli/folder';
import { tektonDag } from '../support/cli';
import type { ApiServer } from './api-server';
import { startApiServer } from './api-server';
import { awaitKinds, kubectl as kubectlOf } from './kubectl';
import { crdsFolder } from './tekton-server';

/** `doctor` of a cluster that lacks one thing after another, until it has all of them. No pod runs there: status is written by hand. */

jest.setTimeout(300_000);

const { KUBEBUILDER_ASSETS: assets } = process.env;
const TEAM = 'payments';
const NAMESPACE = `team-${TEAM}`;
const CLUSTER_FILE = `name: prod
tektonVersion: "1.10"
ingress: { domain: ci.example.com, className: nginx }
caBundle: { configMap: private-ca }
`;

// one of its own, that is empty
if (assets) {
  let server: ApiServer;
  let folder: Folder;
  let files: string;
  beforeAll(async () => {
    files = mkdtempSync(join(tmpdir(), 'doctor-'));
    folder = new Folder();
    folder.fleet(TEAM);
    folder.write(`teams/${TEAM}/team.yaml`, teamFile(TEAM, 'platform: { repoURL: https://git.example.com/p.git }\n'));
    folder.write('clusters/prod.yaml', CLUSTER_FILE);
    expect(tektonDag(['synth'], { cwd: folder.path })).toMatchObject({ status: 0 });
    server = await startApiServer(assets);
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
    rmSync(files, { recursive: true });
  });

  const kubectl = (...args: string[]): string => kubectlOf([...args, `--kubeconfig=${server.kubeconfig}`]);
  const create = (object: object): void => {
    const file = join(files, 'object.json');
    writeFileSync(file, JSON.stringify(object));
    kubectl('apply', '--server-side', '--force-conflicts', '--filename', file);
  };
  const patchStatus = (type: string, name: string, status: object, ...more: string[]): void =>
    void kubectl(
      ...[
        'patch',
        type,
        name,
        '--subresource=status',
        '--type=merge',
        `--patch=${JSON.stringify({ status })}`,
        ...more,
      ],
    );
  const within = `--namespace=${NAMESPACE}`;

  /** What doctor finds; it must end as the report says. */
  function doctor(kubeconfig = server.kubeconfig): Report {
    const { status, stdout, stderr } = tektonDag(['doctor', '--format', 'json'], {
      cwd: folder.path,
      env: { KUBECONFIG: kubeconfig },
    });
    const report = JSON.parse(stdout === '' ? `"${stderr}"` : stdout) as Report;
    expect(status).toBe(report.ok ? 0 : 1);
    return report;
  }
  const errors = ({ findings }: Report): string[] =>
    findings.filter(({ severity }) => severity === 'error').map(({ check, subject }) => `${check} ${subject}`);
  const of = (report: Report, subject: string): Finding | undefined =>
    report.findings.find((finding) => finding.subject === subject);

  it('names each kind that an empty cluster does not serve, and how it comes there', () => {
    const report = doctor();
    expect(report).toMatchObject({ cluster: 'prod', teams: [TEAM], ok: false });
    expect(report.checks[0]).toEqual({ check: 'api-server', result: 'passed', summary: 'it answers' });
    const kinds = report.findings.filter(({ check }) => check === 'kinds');
    expect(kinds.map(({ subject }) => subject)).toEqual([
      'tekton.dev/v1 Task, Pipeline, PipelineRun and TaskRun',
      'tekton-dag.io/v1alpha1 RunRequest',
    ]);
    expect(kinds[0]!.remedy).toContain('tekton-releases/pipeline');
    expect(kinds.at(-1)!.remedy).toBe('kubectl apply --server-side -f dist/cluster');
    expect(report.checks).toContainEqual({
      check: 'admission',
      result: 'passed',
      summary: 'no webhook is asked about objects of ours',
    });
    expect(errors(report)).toEqual(
      expect.arrayContaining([
        'run-request CustomResourceDefinition runrequests.tekton-dag.io',
        'tekton Tekton Pipelines',
        `namespaces Namespace ${NAMESPACE}`,
        `secrets Secret ${NAMESPACE}/github-webhook-secret`,
        `given ConfigMap ${NAMESPACE}/private-ca`,
        `storage PersistentVolumeClaim ${NAMESPACE}/tekton-dag-cache-release`,
        'room nodes',
        `webhook-address Ingress ${NAMESPACE}/tekton-dag-orchestrator`,
      ]),
    );
  });

  it('finds nothing of kinds and namespaces once the output is applied', () => {
    kubectl('apply', '--server-side', '--filename', join(crdsFolder(), 'tekton.dev.yaml'));
    awaitKinds(`--kubeconfig=${server.kubeconfig}`);
    const dist = join(folder.path, 'dist');
    kubectl('apply', '--server-side', '--filename', join(dist, 'cluster'));
    awaitKinds(`--kubeconfig=${server.kubeconfig}`);
    kubectl('apply', '--server-side', '--filename', join(dist, 'teams', TEAM));
    const { checks } = doctor();
    const passed = checks.filter(({ result }) => result === 'passed').map(({ check }) => check);
    expect(passed).toEqual(expect.arrayContaining(['kinds', 'run-request', 'namespaces']));
  });

  it('says of another schema of requests which field differs', () => {
    const patch = (op: object) =>
      kubectl('patch', 'crd', 'runrequests.tekton-dag.io', '--type=json', `--patch=${JSON.stringify([op])}`);
    const columns = '/spec/versions/0/additionalPrinterColumns/0';
    patch({ op: 'replace', path: `${columns}/jsonPath`, value: '.spec.other' });
    expect(of(doctor(), 'CustomResourceDefinition runrequests.tekton-dag.io')).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('spec.versions[v1alpha1].additionalPrinterColumns[Pipeline].jsonPath'),
    });
    patch({ op: 'replace', path: `${columns}/jsonPath`, value: '.spec.pipeline' });
  });

  it('is content with Secrets that its own lines have made, and tells their keys and types', () => {
    const value = join(files, 'value');
    writeFileSync(value, '{"auths":{}}');
    const missing = doctor().findings.filter(({ check, severity }) => check === 'secrets' && severity === 'error');
    expect(missing.map(({ subject }) => subject)).toContain(`Secret ${NAMESPACE}/registry-push-pr-cache`);
    const type = (line: string): void => {
      const { status, stderr } = spawnSync('sh', ['-c', line.replaceAll(/'<[^>]*>'/g, value)], {
        env: { ...process.env, KUBECONFIG: server.kubeconfig },
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    };
    for (const { remedy } of missing) type(remedy!);
    kubectl('patch', 'secret', 'github-token', within, '--type=merge', '--patch={"data":{"token":null,"tokn":"eA=="}}');
    kubectl('delete', 'secret', 'registry-push-pr', within);
    kubectl('create', 'secret', 'generic', 'registry-push-pr', within, '--from-literal=.dockerconfigjson=secret-value');
    const report = doctor();
    const wrong = report.findings.filter(({ check, severity }) => check === 'secrets' && severity === 'error');
    expect(wrong.map(({ subject, message }) => `${subject} ${message}`)).toEqual([
      `Secret ${NAMESPACE}/github-token lacks key token`,
      `Secret ${NAMESPACE}/registry-push-pr is of type Opaque, and kubernetes.io/dockerconfigjson is read`,
    ]);
    expect(JSON.stringify(report)).not.toContain('secret-value');
    for (const { remedy } of wrong) type(remedy!);
  });

  it('finds the bundle of private authorities, and its key', () => {
    kubectl('create', 'configmap', 'private-ca', within, '--from-literal=other=x');
    kubectl('create', 'configmap', 'private-ca', `--namespace=${TEAM}-staging`, '--from-literal=ca.crt=x');
    expect(errors(doctor()).filter((line) => line.startsWith('given'))).toEqual([
      `given ConfigMap ${NAMESPACE}/private-ca`,
    ]);
    kubectl('patch', 'configmap', 'private-ca', within, '--type=merge', '--patch={"data":{"ca.crt":"x"}}');
  });

  it('wants a class that is the default', () => {
    create({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'standard' },
      provisioner: 'example.com/disks',
    });
    expect(errors(doctor()).filter((line) => line.startsWith('storage'))).toHaveLength(2);
    kubectl('annotate', 'storageclass', 'standard', 'storageclass.kubernetes.io/is-default-class=true');
  });

  it('wants a node that is ready and large enough', () => {
    const room = () => doctor().findings.filter(({ check }) => check === 'room');
    create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' } });
    const conditions = [{ type: 'Ready', status: 'False', reason: 'x', message: 'x' }];
    patchStatus('node', 'one', { allocatable: { cpu: '100m', memory: '1Gi' }, conditions });
    // the API server itself taints what has just come
    kubectl('patch', 'node', 'one', '--type=merge', '--patch={"spec":{"taints":null}}');
    expect(room()).toMatchObject([{ severity: 'error', message: 'none of 1 is ready and schedulable' }]);
    patchStatus('node', 'one', { conditions: [{ ...conditions[0], status: 'True' }] });
    expect(room()).toMatchObject([{ severity: 'error', message: expect.stringContaining('no node has') }]);
    patchStatus('node', 'one', { allocatable: { cpu: '4', memory: '8Gi' } });
  });

  it('compares the version and the flags of Tekton with what the output needs', () => {
    const tekton = () => doctor().findings.filter(({ check }) => check === 'tekton');
    kubectl('create', 'namespace', 'tekton-pipelines');
    const configMap = (name: string, data: object) =>
      create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'tekton-pipelines' }, data });
    const controller = { name: 'tekton-pipelines-controller', namespace: 'tekton-pipelines' };
    const labels = { app: 'x' };
    create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: controller,
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'x', image: 'x:1' }] } },
      },
    });
    configMap('pipelines-info', { version: 'v0.68.0' });
    configMap('feature-flags', { 'disable-inline-spec': 'taskrun,pipelinerun' });
    const subjects = tekton().map(({ severity, subject }) => `${severity} ${subject}`);
    expect(subjects).toEqual(
      expect.arrayContaining([
        'error Tekton Pipelines 0.68.0',
        'error flag disable-inline-spec: "taskrun,pipelinerun"',
        'error tekton-pipelines-controller in tekton-pipelines',
      ]),
    );
    configMap('pipelines-info', { version: 'v1.9.2' });
    configMap('feature-flags', { 'disable-inline-spec': '' });
    patchStatus('deployment', controller.name, { replicas: 1, readyReplicas: 1 }, '--namespace=tekton-pipelines');
    expect(tekton()).toMatchObject([{ severity: 'error', message: expect.stringContaining('is older than 1.10') }]);
    configMap('pipelines-info', { version: 'v1.15.0' });
  });

  it('finds a webhook of Tekton that nobody answers', () => {
    const admission = () => doctor().findings.filter(({ check }) => check === 'admission');
    create({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'validation.webhook.pipeline.tekton.dev' },
      webhooks: [
        {
          name: 'validation.webhook.pipeline.tekton.dev',
          clientConfig: { service: { name: 'tekton-pipelines-webhook', namespace: 'tekton-pipelines' } },
          namespaceSelector: { matchExpressions: [{ key: 'webhooks.knative.dev/exclude', operator: 'DoesNotExist' }] },
          rules: [
            {
              apiGroups: ['tekton.dev'],
              apiVersions: ['v1'],
              operations: ['CREATE'],
              resources: ['tasks', 'tasks/status'],
            },
          ],
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    });
    expect(admission()).toMatchObject([
      { severity: 'error', subject: 'Service tekton-pipelines/tekton-pipelines-webhook' },
    ]);
    create({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'webhook',
        namespace: 'tekton-pipelines',
        labels: { 'kubernetes.io/service-name': 'tekton-pipelines-webhook' },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.9'], conditions: { ready: true } }],
    });
  });

  it('compares the domain of Services with what CoreDNS is told', () => {
    const dns = () => doctor().findings.filter(({ check }) => check === 'dns');
    const corefile = (domain: string) =>
      create({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'coredns', namespace: 'kube-system' },
        data: {
          Corefile: `.:53 {\n    errors\n    kubernetes ${domain} in-addr.arpa ip6.arpa {\n        ttl 30\n    }\n}\n`,
        },
      });
    corefile('corp.example');
    expect(dns()).toMatchObject([{ severity: 'error', remedy: "say domain: corp.example in the cluster's file" }]);
    corefile('cluster.local');
  });

  it('finds a quota that lets no build begin, and a level that admits no pod of one', () => {
    const quota = (hard: object) =>
      create({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'small', namespace: NAMESPACE },
        spec: { hard },
      });
    quota({ 'requests.memory': '256Mi' });
    const level = (value: string) =>
      kubectl('label', 'namespace', NAMESPACE, '--overwrite', `pod-security.kubernetes.io/enforce=${value}`);
    level('restricted');
    expect(errors(doctor()).filter((line) => /^(namespaces|quota) /.test(line))).toEqual([
      `namespaces Namespace ${NAMESPACE}`,
      `quota ResourceQuota ${NAMESPACE}/small`,
    ]);
    quota({ 'requests.memory': '64Gi' });
    level('baseline');
  });

  it('wants an orchestrator that is ready behind an Ingress that is served, and then ends with 0', () => {
    const address = () => doctor().findings.filter(({ check }) => check === 'webhook-address');
    expect(address().map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'error has no pod that is ready, so deliveries are not answered',
      'error its IngressClass nginx is missing (there are: none)',
    ]);
    patchStatus('deployment', 'tekton-dag-orchestrator', { replicas: 1, readyReplicas: 1 }, within);
    patchStatus('ingress', 'tekton-dag-orchestrator', { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } }, within);
    const report = doctor();
    expect(report.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(report.ok).toBe(true);
    const text = tektonDag(['doctor', '--cluster', 'prod', '--team', TEAM], {
      cwd: folder.path,
      env: { KUBECONFIG: server.kubeconfig },
    });
    expect(text).toMatchObject({ status: 0, stderr: '' });
    expect(text.stdout).toMatch(/^passed {6}kinds: all \d+ that the output needs are served$/m);
    expect(text.stdout).toMatch(/^incomplete {2}registry: 1 note\n {2}note: registry: not tried: --probe/m);
  });

  it('tells who may read nothing what was not checked and which right that needs, which is no error', () => {
    kubectl('create', 'serviceaccount', 'nobody', '--namespace=default');
    const token = kubectl('create', 'token', 'nobody', '--namespace=default').trim();
    const config = JSON.parse(kubectl('config', 'view', '--raw', '--output=json')) as { users: { user: object }[] };
    config.users[0]!.user = { token };
    const kubeconfig = join(files, 'nobody');
    writeFileSync(kubeconfig, JSON.stringify(config));
    const report = doctor(kubeconfig);
    expect(report.ok).toBe(true);
    const messages = report.findings.filter(({ notChecked }) => notChecked).map(({ message }) => message);
    expect(messages).toEqual(
      expect.arrayContaining([
        `not checked: this needs get on secrets in namespace ${NAMESPACE}`,
        'not checked: this needs list on storageclasses.storage.k8s.io',
        'not checked: this needs list on nodes',
        'not checked: this needs get on customresourcedefinitions.apiextensions.k8s.io',
      ]),
    );
    // what everybody may see was checked
    expect(report.checks.find(({ check }) => check === 'kinds')?.result).toBe('passed');
  });

  it('deletes the pod that asks the registry, also where no node runs it', async () => {
    const config = JSON.parse(kubectl('config', 'view', '--raw', '--output=json')) as {
      clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
      users: { user: { token: string } }[];
    };
    const { server: address, 'certificate-authority-data': ca } = config.clusters[0]!.cluster;
    const client = createClient({
      getCurrentCluster: () => ({ server: address }),
      applyToHTTPSOptions: async (options) => {
        options.ca = Buffer.from(ca, 'base64');
        options.headers = { authorization: `Bearer ${config.users[0]!.user.token}` };
      },
    });
    const { findings } = await probeRegistries(client, loadFleet({ root: folder.path }).fleet.teams, true, 10);
    expect(findings).toMatchObject([
      {
        severity: 'error',
        subject: `https://r.example.com/v2/ from ${NAMESPACE}`,
        message: expect.stringContaining('did not end within'),
      },
    ]);
    expect(kubectl('get', 'pods', within, '--output=name')).toBe('');
  });

  it('wants what a cluster’s file installs, and what that is given', () => {
    for (const name of ['whole-release.yaml', 'results.yaml'])
      folder.write(`vendor/${name}`, fixture('tekton', name).text);
    folder.write(
      'clusters/prod.yaml',
      `${CLUSTER_FILE.replace(/^tektonVersion.*\n/m, '')}secrets: { store: { name: vault } }
tekton: { instances: [{ name: a, release: vendor/whole-release.yaml, namespaces: [sandbox] }] }
results:
  release: vendor/results.yaml
  database: { host: db.example.com, tls: { caBundle: { configMap: rds-ca } } }
`,
    );
    const report = doctor();
    expect(errors(report)).toEqual(
      expect.arrayContaining([
        'kinds external-secrets.io/v1 ExternalSecret',
        'tekton tekton-pipelines-controller-sandbox in tekton-pipelines-a',
        'programs tekton-results-api in tekton-pipelines',
        'given Namespace sandbox',
        'given ConfigMap tekton-pipelines/rds-ca',
      ]),
    );
    expect(of(report, 'Secret tekton-pipelines/tekton-results-tls')!.remedy).toContain('; install External Secrets: ');
    expect(JSON.stringify(report)).not.toContain('describe externalsecret');
    folder.write('clusters/prod.yaml', CLUSTER_FILE);
  });

  it('names the clusters where it does not know which one it is', () => {
    folder.write('clusters/other.yaml', 'name: other\n');
    const run = (...args: string[]) =>
      tektonDag(['doctor', ...args], { cwd: folder.path, env: { KUBECONFIG: server.kubeconfig } });
    expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('there are: other, prod') });
    expect(run('--cluster', 'prod').status).toBe(0);
    folder.write('clusters/test.yaml', CLUSTER_FILE.replace('prod', 'test'));
    // as the kubeconfig calls its context
    expect(run()).toMatchObject({ status: 0, stdout: expect.stringContaining('cluster test at https://') });
  });
} else
  it('needs an API server of its own: set KUBEBUILDER_ASSETS', () => {
    expect(assets).toBeUndefined();
  });
