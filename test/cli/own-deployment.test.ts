import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import type { Manifest } from '../../lib/kube/manifest';
import { BIN } from '../support/cli';
import { DIGEST, teamPay, writeFleet } from '../support/deploy-only-fleet';
import { Folder, ROOT } from './folder';

/** An app whose Deployment the repository brings itself. */

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  writeFleet(folder);
  folder.write('deploy/ledger.yaml', LEDGER);
  stack('deploy: { manifests: deploy/ledger.yaml }');
  folder.write('teams/pay/versions.yaml', VERSIONS);
});
afterEach(() => folder.remove());

const VERSIONS = `apps:\n  till: { version: "1.1.0-rc.0" }\n  ledger: { version: "1.1.0-rc.0", last-released: "1.0.0", digest: "${DIGEST}" }\n`;
const LEDGER = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ledger
  annotations: { example.com/owner: pay }
spec:
  strategy: { type: Recreate }
  template:
    metadata: { labels: { example.com/tier: back } }
    spec:
      serviceAccountName: ledger
      containers:
        - name: ledger
          image: IMAGE
          ports: [{ containerPort: 8080 }]
          env: [{ name: URL, valueFrom: { secretKeyRef: { name: ledger-db, key: url } } }]
          resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { memory: 64Mi } }
          volumeMounts: [{ name: data, mountPath: /data }]
        - name: proxy
          image: r.example.com/proxy:1.2.3
          resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { memory: 16Mi } }
      volumes: [{ name: data, persistentVolumeClaim: { claimName: ledger-data } }]
`;
const stack = (more: string): void =>
  void folder.write(
    'stacks/pay.yaml',
    `name: pay\ndefaults: { namespace: pay-apps }\napps:\n  - { name: till, repo: acme/till, propagation-role: originator, downstream: [ledger] }\n  - { name: ledger, repo: acme/ledger, propagation-role: terminal, ${more} }\n`,
  );
const objects = (path: string): Manifest[] => loadAll(folder.read(path)) as Manifest[];
interface Pod {
  readonly serviceAccountName?: string;
  readonly containers: readonly { readonly name: string; readonly image: string }[];
}
const podOf = (manifest: Manifest): Pod => (manifest.spec as { template: { spec: Pod } }).template.spec;

it('runs as the file says, with the digest that is released and labels by which it is found', async () => {
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  const [deployment, ...others] = objects('dist/teams/pay/55-apps.yaml') as [Manifest];
  expect(others).toEqual([]);
  const selector = { 'tekton-dag.io/app': 'ledger', 'tekton-dag.io/track': 'stable' };
  expect(deployment).toMatchObject({
    metadata: {
      name: 'ledger',
      namespace: 'pay-apps',
      annotations: { 'example.com/owner': 'pay', 'argocd.argoproj.io/sync-wave': '4' },
      labels: { ...selector, 'app.kubernetes.io/version': '1.0.0' },
    },
    spec: {
      strategy: { type: 'Recreate' },
      selector: { matchLabels: selector },
      template: { metadata: { labels: { ...selector, 'example.com/tier': 'back' } } },
    },
  });
  const { imagePullSecrets, ...pod } = podOf(deployment) as Pod & { imagePullSecrets: object };
  expect(imagePullSecrets).toEqual([{ name: 'pull' }]);
  expect(pod.serviceAccountName).toBe('ledger');
  expect(pod.containers.map(({ image }) => image)).toEqual([
    `r.example.com/pay/ledger@${DIGEST}`,
    'r.example.com/proxy:1.2.3',
  ]);
});

it('is released by the template, and previews are made of it', async () => {
  await folder.run('synth');
  expect(folder.read('dist/templates/pay/dev.yaml')).toContain('image: r.example.com/pay/ledger@digest-of-ledger');
  const config = objects('dist/teams/pay/40-pay.yaml').find(({ metadata }) => metadata.name === 'pay-apps');
  const previewed = load((config?.data as Record<string, string>)['ledger.yaml']!) as Manifest;
  expect(podOf(previewed)).toMatchObject({ containers: [{ image: 'IMAGE' }, { name: 'proxy' }] });
  expect(folder.read('dist/teams/pay/60-orchestrator.yaml')).not.toContain('Recreate');
});

it('may have the label of a version, as charts of Helm give it, and code that looks at it', async () => {
  const label = "app.kubernetes.io/version: '7.7.7'";
  folder.write('deploy/ledger.yaml', LEDGER.replace('  annotations:', `  labels: { ${label} }\n  annotations:`));
  folder.write('fleet.ts', "import { Fleet } from 'tekton-dag';\nexport default new Fleet({ customize: () => {} });\n");
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  const [deployment] = objects('dist/teams/pay/55-apps.yaml') as [Manifest];
  expect(deployment.metadata.labels).toMatchObject({ 'app.kubernetes.io/version': '1.0.0' });
  const config = objects('dist/teams/pay/40-pay.yaml').find(({ metadata }) => metadata.name === 'pay-apps');
  expect((config?.data as Record<string, string>)['ledger.yaml']).toContain(label);
});

it('may be the one of the documentation, which declares no port', async () => {
  const page = readFileSync(join(ROOT, 'docs/stack.md'), 'utf8');
  const documented = page.split('### A Deployment of your own')[1]!.split('```')[1]!.slice('yaml\n'.length);
  folder.write('deploy/ledger.yaml', documented.replaceAll('orders', 'ledger'));
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  expect(objects('dist/teams/pay/55-apps.yaml')).toHaveLength(1);
});

/** What `kubectl kustomize` prints of a base with image IMAGE and an overlay with `labels`, a strategy and a variable. */
const RENDERED = `apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    example.com/tier: back
  name: ledger
spec:
  strategy:
    type: Recreate
  template:
    metadata:
      labels:
        example.com/tier: back
    spec:
      containers:
      - env:
        - name: REGION
          value: eu
        image: IMAGE
        name: ledger
        resources:
          limits:
            memory: 64Mi
          requests:
            cpu: 100m
            memory: 64Mi
`;

it('may be what Kustomize has rendered: it is released, promoted and previewed as others are', async () => {
  folder.write('deploy/ledger.yaml', RENDERED);
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  const [deployment] = objects('dist/teams/pay/55-apps.yaml') as [Manifest];
  const env = [{ name: 'REGION', value: 'eu' }];
  expect(deployment).toMatchObject({
    metadata: { labels: { 'example.com/tier': 'back', 'app.kubernetes.io/version': '1.0.0' } },
    spec: {
      strategy: { type: 'Recreate' },
      template: { spec: { containers: [{ env, image: `r.example.com/pay/ledger@${DIGEST}` }] } },
    },
  });
  expect(folder.read('dist/templates/pay/dev.yaml')).toContain('image: r.example.com/pay/ledger@digest-of-ledger');
  const config = objects('dist/teams/pay/40-pay.yaml').find(({ metadata }) => metadata.name === 'pay-apps');
  const previewed = load((config?.data as Record<string, string>)['ledger.yaml']!) as Manifest;
  expect(podOf(previewed)).toMatchObject({ containers: [{ env, image: 'IMAGE' }] });
});

it('has its Secrets among those of the team', async () => {
  await folder.run('synth');
  const { stdout } = await folder.run('team', 'secrets', 'pay', '--format', 'json');
  expect(stdout).toMatch(/"namespace": "pay-apps",\s+"name": "ledger-db",\s+"keys": \[\s+"url"/);
});

const told = async (): Promise<string> => {
  const { status, stderr } = await folder.run('synth');
  expect(status).toBe(1);
  return stderr;
};

it.each([
  [
    'another name',
    ['name: ledger\n', 'name: leger\n'],
    /ledger\.yaml:4:9: metadata\.name: the Deployment must be named `ledger`, after the app at stacks/,
  ],
  ['no placeholder', ['image: IMAGE', 'image: a.example.com/b:1.0'], /spec\.containers: no container has image IMAGE/],
  ['a selector', ['  strategy', '  selector: {}\n  strategy'], /ledger\.yaml:7:3: spec\.selector: is for synth to say/],
  ['another kind', ['kind: Deployment', 'kind: StatefulSet'], /ledger\.yaml:2:7: kind: .*StatefulSet/],
  ['a namespace', ['  name: ledger\n', '  name: ledger\n  namespace: x\n'], /metadata\.namespace: unknown key/],
  [
    'a field that there is not',
    ['resources:', 'resourcs:'],
    /deploy\/ledger\.yaml:\d+:\d+: .*containers\[0\]\.resourcs: is .*field of a Deployment \(did you mean resources\?\)/,
  ],
  [
    'a misspelt list of containers, which alone is told',
    ['containers:', 'contaners:'],
    /^deploy\/ledger\.yaml:\d+:\d+: spec\.template\.spec\.contaners: is not a field of a Deployment \(did you mean containers\?\)\n(?!deploy)/,
  ],
  [
    'a key that no object can have',
    ['serviceAccountName: ledger', 'serviceAccountName: ledger\n      nodeSelector: { constructor: a }'],
    /ledger\.yaml:\d+:\d+: spec\.template\.spec\.nodeSelector\.constructor: cannot be written/,
  ],
  [
    'an account of ours',
    ['serviceAccountName: ledger', 'serviceAccountName: tekton-dag-release'],
    /ledger\.yaml:11:27: spec\.template\.spec\.serviceAccountName: is an account of tekton-dag/,
  ],
  [
    'an account of ours by its older key',
    ['serviceAccountName: ledger', 'serviceAccount: tekton-dag-build'],
    /ledger\.yaml:11:23: spec\.template\.spec\.serviceAccount: is an account of tekton-dag/,
  ],
  [
    'an annotation by which Argo CD goes',
    ['example.com/owner: pay', 'argocd.argoproj.io/hook: Sync'],
    /ledger\.yaml:5:18: metadata\.annotations\["argocd\.argoproj\.io\/hook"\]: is for synth to say/,
  ],
  [
    'a label of ours',
    ['annotations: { example.com/owner', 'labels: { tekton-dag.io/team'],
    /ledger\.yaml:5:13: metadata\.labels\["tekton-dag\.io\/team"\]: is for synth to say/,
  ],
  [
    'a label of ours on pods',
    ['example.com/tier', 'tekton-dag.io/session'],
    /ledger\.yaml:9:27: spec\.template\.metadata\.labels\["tekton-dag\.io\/session"\]: is for synth to say/,
  ],
  [
    'an annotation of ours on pods',
    ['labels: { example.com/tier', 'annotations: { tekton-dag.io/expires'],
    /ledger\.yaml:9:32: spec\.template\.metadata\.annotations\["tekton-dag\.io\/expires"\]: is for synth to say/,
  ],
  [
    'two containers of one name',
    ['name: proxy', 'name: ledger'],
    /ledger\.yaml:19:17: .*containers\[1\]\.name: is the name of spec\.template\.spec\.containers\[0\], too/,
  ],
  ['a pause', ['  strategy', '  paused: true\n  strategy'], /ledger\.yaml:7:11: spec\.paused: keeps every release/],
  [
    'a node',
    ['serviceAccountName: ledger', 'nodeName: one'],
    /ledger\.yaml:11:17: .*nodeName: ties all pods to one node/,
  ],
  [
    'a class of the programs of the cluster',
    ['serviceAccountName: ledger', 'priorityClassName: system-node-critical'],
    /ledger\.yaml:11:26: .*priorityClassName: is for the programs of the cluster/,
  ],
  [
    'a claim of ours',
    ['claimName: ledger-data', 'claimName: tekton-dag-cache-release'],
    /ledger\.yaml:22:\d+: .*volumes\[0\]\.persistentVolumeClaim\.claimName: is a claim of tekton-dag, and no app may mount it/,
  ],
  [
    'a link that Argo CD would show',
    ['labels: { example.com/tier', 'annotations: { link.argocd.argoproj.io/external-link'],
    /ledger\.yaml:9:32: .*annotations\["link\.argocd\.argoproj\.io\/external-link"\]: is for synth to say/,
  ],
  [
    'an image whose digest no release of the team gives',
    ['proxy:1.2.3', 'proxy@digest-of-stranger'],
    /55-apps\.yaml: .*containers\[1\]\.image: image has no tag \(found .*proxy@digest-of-stranger/,
  ],
  [
    'an image without a tag',
    ['proxy:1.2.3', 'proxy'],
    /55-apps\.yaml: .*containers\[1\]\.image: .*made from teams\/\S+, stacks\/\S+ and deploy\/ledger\.yaml\)/,
  ],
] as const)('is refused with %s', async (_, [from, to], message) => {
  folder.write('deploy/ledger.yaml', LEDGER.replace(from, to));
  expect(await told()).toMatch(message);
});

it.each([
  [
    'a number in env',
    ['valueFrom: { secretKeyRef: { name: ledger-db, key: url } }', 'value: 5'],
    'containers[0].env[0].value: expected text, found a number: put it in quotes (found 5; expected text; did you mean "5"?)',
  ],
  ['a list that is none', ['ports: [{ containerPort: 8080 }]', 'ports: 8080'], 'containers[0].ports: wrong type'],
  [
    'a port by name',
    ['containerPort: 8080', 'containerPort: http'],
    'containers[0].ports[0].containerPort: wrong type',
  ],
  [
    'pods that end',
    ['serviceAccountName: ledger', 'restartPolicy: Never'],
    'restartPolicy: the value is not known (found "Never"; expected Always)',
  ],
] as const)('is refused with %s, which an API server would refuse', async (_, [from, to], message) => {
  folder.write('deploy/ledger.yaml', LEDGER.replace(from, to));
  const line =
    1 +
    folder
      .read('deploy/ledger.yaml')
      .split('\n')
      .findIndex((text) => text.includes(to));
  const said = (await told()).split('\n').find((text) => text.startsWith(`deploy/ledger.yaml:${line}:`));
  expect(said).toContain(`: spec.template.spec.${message}`);
});

/** A file that namespaces refuse unless their pods may do anything, and what is told of it. */
const refusedPods = [
  [['serviceAccountName: ledger', 'hostNetwork: true'], '11:20: spec.template.spec.hostNetwork'],
  [['serviceAccountName: ledger', 'hostPID: true'], '11:16: spec.template.spec.hostPID'],
  [['serviceAccountName: ledger', 'hostIPC: true'], '11:16: spec.template.spec.hostIPC'],
  [
    ['persistentVolumeClaim: { claimName: ledger-data }', 'hostPath: { path: /data }'],
    '22:41: spec.template.spec.volumes[0].hostPath',
  ],
  [
    ['containerPort: 8080', 'containerPort: 8080, hostPort: 8080'],
    '15:52: spec.template.spec.containers[0].ports[0].hostPort',
  ],
  [
    ['image: IMAGE', 'image: IMAGE\n          securityContext: { privileged: true }'],
    '15:42: spec.template.spec.containers[0].securityContext.privileged',
  ],
  [
    ['proxy:1.2.3', 'proxy:1.2.3\n          securityContext: { capabilities: { add: [CHOWN, NET_ADMIN] } }'],
    '21:59: spec.template.spec.containers[1].securityContext.capabilities.add[1]',
  ],
] as const;
/** The same of what SELinux, Windows and older Kubernetes let pods do, and of whom the kubelet asks. */
const otherPods = [
  [
    ['serviceAccountName: ledger', 'securityContext: { seLinuxOptions: { type: spc_t } }'],
    '11:50: spec.template.spec.securityContext.seLinuxOptions.type',
  ],
  [
    ['image: IMAGE', 'image: IMAGE\n          securityContext: { seLinuxOptions: { type: container_t, user: root } }'],
    '15:73: spec.template.spec.containers[0].securityContext.seLinuxOptions.user',
  ],
  [
    ['image: IMAGE', 'image: IMAGE\n          securityContext: { windowsOptions: { hostProcess: true } }'],
    '15:61: spec.template.spec.containers[0].securityContext.windowsOptions.hostProcess',
  ],
  [
    ['image: IMAGE', 'image: IMAGE\n          livenessProbe: { httpGet: { port: 80, host: 169.254.169.254 } }'],
    '15:55: spec.template.spec.containers[0].livenessProbe.httpGet.host',
  ],
  [
    ['image: IMAGE', 'image: IMAGE\n          lifecycle: { preStop: { tcpSocket: { port: 80, host: a.example } } }'],
    '15:64: spec.template.spec.containers[0].lifecycle.preStop.tcpSocket.host',
  ],
  [
    [
      'metadata: { labels',
      'metadata: { annotations: { container.apparmor.security.beta.kubernetes.io/ledger: unconfined }, labels',
    ],
    '9:87: spec.template.metadata.annotations["container.apparmor.security.beta.kubernetes.io/ledger"]',
  ],
] as const;
/** The same of what keeps the kernel from a pod. */
const unguardedPods = [
  [
    [
      'serviceAccountName: ledger',
      'securityContext: { seccompProfile: { type: Unconfined }, sysctls: [{ name: net.ipv4.tcp_syncookies, value: "1" }, { name: net.core.somaxconn, value: "1024" }] }',
    ],
    '11:50: spec.template.spec.securityContext.seccompProfile.type',
  ],
  [
    ['serviceAccountName: ledger', 'securityContext: { sysctls: [{ name: net.core.somaxconn, value: "1024" }] }'],
    '11:44: spec.template.spec.securityContext.sysctls[0].name',
  ],
  [
    ['image: IMAGE', 'image: IMAGE\n          securityContext: { seccompProfile: { type: Unconfined } }'],
    '15:54: spec.template.spec.containers[0].securityContext.seccompProfile.type',
  ],
  [
    ['image: IMAGE', 'image: IMAGE\n          securityContext: { appArmorProfile: { type: Unconfined } }'],
    '15:55: spec.template.spec.containers[0].securityContext.appArmorProfile.type',
  ],
  [
    ['image: IMAGE', 'image: IMAGE\n          securityContext: { procMount: Unmasked }'],
    '15:41: spec.template.spec.containers[0].securityContext.procMount',
  ],
] as const;

it.each([...refusedPods, ...otherPods, ...unguardedPods])(
  'is refused where its namespace admits no such pods: %j',
  async ([from, to], place) => {
    folder.write('deploy/ledger.yaml', LEDGER.replace(from, to));
    expect(await told()).toContain(`deploy/ledger.yaml:${place}: namespace pay-apps has Pod Security baseline`);
  },
);

it('may do anything where the namespace of its apps is privileged on each cluster', async () => {
  const privileged = refusedPods.reduce((text, [[from, to]]) => text.replace(from, to), LEDGER);
  folder.write('deploy/ledger.yaml', privileged);
  folder.write('teams/pay/team.yaml', teamPay('interceptBackend: mirrord\n'));
  expect(await told()).toContain('Pod Security baseline');
  folder.write('teams/pay/team.yaml', teamPay('interceptBackend: mirrord\n').replace('clusters: [production]\n', ''));
  folder.remove('clusters/production.yaml');
  folder.remove('teams/pay/versions.production.yaml');
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
});

it('is a file of the repository', async () => {
  stack('deploy: { manifests: deploy/legder.yaml }');
  expect(await told()).toMatch(/stacks\/pay\.yaml:5:.*deploy\.manifests: no such file \(found "deploy\/legder\.yaml/);
  stack('deploy: { manifests: ../ledger.yaml }');
  expect(await told()).toMatch(/deploy\.manifests: .*a path inside the repository/);
  const outside = mkdtempSync(join(tmpdir(), 'outside-'));
  writeFileSync(join(outside, 'ledger.yaml'), LEDGER);
  symlinkSync(join(outside, 'ledger.yaml'), join(folder.path, 'deploy/link.yaml'));
  stack('deploy: { manifests: deploy/link.yaml }');
  const said = await told();
  expect(said).toMatch(/deploy\/link\.yaml: is a symbolic link that leads out of the repository/);
  expect(said).not.toContain('no such file');
  rmSync(outside, { recursive: true });
});

it('is no pipe, for which synth would wait for ever', async () => {
  execFileSync('mkfifo', [join(folder.path, 'deploy/pipe.yaml')]);
  stack('deploy: { manifests: deploy/pipe.yaml }');
  // a process of its own, which can be ended should it wait
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'synth', '--root', folder.path], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).toContain('deploy/pipe.yaml: is not a file, but a pipe, a device or a socket');
  expect(status).toBe(1);
}, 90_000);

it('is for teams whose apps Argo CD deploys', async () => {
  folder.write(
    'teams/pay/team.yaml',
    teamPay().replace('deploy: gitops', 'deploy: pipeline').replace('clusters: [production]\n', ''),
  );
  folder.remove('clusters/production.yaml');
  folder.remove('teams/pay/versions.production.yaml');
  expect(await told()).toMatch(
    /deploy\.manifests: is for teams whose apps Argo CD deploys, and runs deploy those of team pay/,
  );
});

it('says what of the stack it does not read', async () => {
  stack('deploy: { manifests: deploy/ledger.yaml }, replicas: 2, env: { A: b }');
  const { status, stderr } = await folder.run('synth');
  expect(status).toBe(0);
  for (const key of ['replicas', 'env'])
    expect(stderr).toMatch(
      new RegExp(`warning.*apps\\[1\\]\\.${key}: not used: the Deployment in deploy/ledger\\.yaml`),
    );
});

it('of an app whose name is given twice says nothing of its own: the name is the mistake', async () => {
  folder.write('stacks/pay.yaml', folder.read('stacks/pay.yaml').replace('name: ledger', 'name: till'));
  const errors = (await told()).split('\n').filter((line) => line !== '' && !line.startsWith('warning: '));
  expect(errors).toEqual([
    expect.stringMatching(/^stacks\/pay\.yaml:4:.*no such app in this stack/) as string,
    expect.stringMatching(/^stacks\/pay\.yaml:5:.*app till is given twice/) as string,
  ]);
});
