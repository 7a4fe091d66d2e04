import { join } from 'node:path';
import { Folder } from '../cli/folder';
import { tektonDag } from '../support/cli';
import { DIGEST } from '../support/deploy-only-fleet';
import { appliesTwice, objectsIn } from './applies-twice';
import { kubectl, refusal } from './kubectl';

/** An API server takes apps with all that a stack may say of them, and their pods are of kinds that Pod Security admits. */

const OWN = `apiVersion: apps/v1
kind: Deployment
metadata: { name: own }
spec:
  strategy: { type: Recreate }
  template:
    spec:
      containers:
        - name: own
          image: IMAGE
          ports: [{ name: web, containerPort: 8080 }]
          livenessProbe: { httpGet: { path: /live, port: web } }
          resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { memory: 64Mi } }
`;
const STACK = `name: served
defaults: { namespace: served-apps }
apps:
  - name: web
    repo: acme/web
    propagation-role: originator
    replicas: 3
    liveness: { path: /live }
    volumes:
      - { path: /etc/app, configmap: web-config }
      - { path: /etc/tls, secret: web-tls }
      - { path: /tmp, empty-dir: 64Mi }
    ingress: { hosts: { served: shop.example.com }, path: /shop, class-name: nginx }
    disruption-budget: { min-available: 60% }
  - { name: own, repo: acme/own, propagation-role: terminal, disruption-budget: { max-unavailable: 1 }, deploy: { manifests: deploy/own.yaml } }
`;
const TEAM = `name: served
namespace: served-ci
cluster: served
imageRegistry: r.example.com/served
environment: { deploy: gitops }
stacks: [stacks/served.yaml]
`;
const folder = new Folder();
const team = join(folder.path, 'dist/teams/served');
afterAll(() => folder.remove());

it('takes every object', () => {
  const version = `{ version: "1.1.0-rc.0", last-released: "1.0.0", digest: "${DIGEST}" }`;
  folder.write('deploy/own.yaml', OWN);
  folder.write('stacks/served.yaml', STACK);
  folder.write('teams/served/team.yaml', TEAM);
  folder.write('teams/served/versions.yaml', `apps:\n  web: ${version}\n  own: ${version}\n`);
  expect(tektonDag(['synth'], { cwd: folder.path })).toMatchObject({ status: 0 });
  appliesTwice(team);
  const made = kubectl(['get', 'deployments,ingresses,poddisruptionbudgets', '--namespace=served-apps', '-o=name']);
  expect(made.trim().split('\n').sort()).toEqual([
    'deployment.apps/own',
    'deployment.apps/tekton-dag-router',
    'deployment.apps/web',
    'ingress.networking.k8s.io/web',
    'poddisruptionbudget.policy/own',
    'poddisruptionbudget.policy/tekton-dag-router',
    'poddisruptionbudget.policy/web',
  ]);
});

it('has pods that its namespace admits, with volumes that also level restricted does', () => {
  const [deployment] = objectsIn(team).filter(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'web');
  const { spec } = (deployment as unknown as { spec: { template: { spec: { volumes: object[] } } } }).spec.template;
  const pod = (more: object = {}): string =>
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { ...spec, ...more } });
  const create = (text: string, ...options: string[]): string =>
    kubectl(['create', '--dry-run=server', '--namespace=served-apps', '--filename=-', ...options], text);
  // there is no controller that makes an account
  kubectl(['create', 'serviceaccount', 'default', '--namespace=served-apps']);
  expect(create(pod(), '--output=name')).toContain('pod/web');
  kubectl(['label', 'namespace', 'served-apps', 'pod-security.kubernetes.io/warn=restricted']);
  const told = (text: string): string | undefined => refusal(() => create(text, '--warnings-as-errors'));
  const more = { volumes: [...spec.volumes, { name: 'node', hostPath: { path: '/' } }] };
  expect(told(pod(more))).toMatch(/violates PodSecurity "baseline.*hostPath volumes/);
  expect(told(pod())).toContain('would violate PodSecurity "restricted');
  expect(told(pod())).not.toContain('volume');
});
