import { checkAll } from '../../../lib/output/checks';
import type { ExistingObject } from '../../../lib/output/checks/inventory';
import type { Finding } from '../../../lib/kube/checks/rule';
import type { Manifest } from '../../../lib/kube/manifest';

/** A small output that satisfies every rule, to be broken in one place. */

/** Tests break objects in ways that no type allows. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Loose = any;

export interface World {
  readonly task: Loose;
  readonly pipeline: Loose;
  readonly deployment: Loose;
  readonly service: Loose;
  readonly role: Loose;
  readonly roleBinding: Loose;
  readonly configMap: Loose;
  readonly account: Loose;
  /** Added by the test. */
  readonly more: Loose[];
  readonly existing: ExistingObject[];
}

export interface Case {
  readonly rule: string;
  readonly what: string;
  readonly bad: (world: World) => void;
  /** The same thing done right; without it the untouched world is the good twin. */
  readonly good?: (world: World) => void;
  readonly says?: RegExp;
  /** Rules that cannot but find it too. */
  readonly also?: readonly string[];
  readonly severity?: 'warning';
}

const resources = () => ({ requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '64Mi' } });
const object = (apiVersion: string, kind: string, name: string, body: object): Loose => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'team-a' },
  ...body,
});

export const container = (name: string): Loose => ({
  name,
  image: 'registry.example.com/tools/git:2.50.1',
  resources: resources(),
});
export const step = (name: string): Loose => ({
  name,
  image: 'registry.example.com/tools/git:2.50.1',
  script: '#!/bin/sh\nset -eu\necho "$APP"\n',
  computeResources: resources(),
});

export function world(): World {
  return {
    task: object('tekton.dev/v1', 'Task', 'build', {
      spec: {
        params: [
          { name: 'app', type: 'string' },
          { name: 'apps', type: 'array', default: ['a', 'b'] },
          {
            name: 'where',
            type: 'object',
            properties: { host: { type: 'string' }, port: { type: 'string' } },
            default: { host: 'h', port: '1' },
          },
          { name: 'cache', type: 'string', default: 'cache-pr' },
        ],
        results: [
          { name: 'DIGEST', type: 'string' },
          { name: 'IMAGES', type: 'array' },
        ],
        workspaces: [{ name: 'source' }, { name: 'extra', optional: true }],
        volumes: [
          { name: 'cache', persistentVolumeClaim: { claimName: '$(params.cache)' } },
          { name: 'push', secret: { secretName: 'push-$(params.app)' } },
        ],
        stepTemplate: { env: [{ name: 'HOME', value: '/tekton/home' }] },
        steps: [
          {
            ...step('clone'),
            env: [
              { name: 'APP', value: '$(params.app)' },
              { name: 'HOST', value: '$(params.where.host)' },
              { name: 'DIGEST', value: '$(results.DIGEST.path)' },
            ],
            volumeMounts: [{ name: 'cache', mountPath: '/cache' }],
          },
          {
            name: 'push',
            image: 'registry.example.com/tools/crane@sha256:' + '0'.repeat(64),
            command: ['crane'],
            args: ['push', '$(params.apps[*])', '$(context.taskRun.name)'],
            computeResources: resources(),
          },
        ],
      },
    }),
    pipeline: object('tekton.dev/v1', 'Pipeline', 'shop-pr-test', {
      spec: {
        params: [
          { name: 'revision', type: 'string' },
          { name: 'changed', type: 'array', default: [] },
          { name: 'where', type: 'object', properties: { host: { type: 'string' }, port: { type: 'string' } } },
        ],
        workspaces: [{ name: 'shared' }],
        tasks: [
          {
            name: 'build-cart',
            taskRef: { kind: 'Task', name: 'build' },
            timeout: '30m',
            params: [
              { name: 'app', value: 'cart' },
              { name: 'apps', value: ['x', '$(params.changed[*])'] },
              { name: 'where', value: '$(params.where[*])' },
            ],
            workspaces: [{ name: 'source', workspace: 'shared' }],
            when: [{ input: 'cart', operator: 'in', values: ['$(params.changed[*])'] }],
          },
          {
            name: 'build-shop',
            taskRef: { kind: 'Task', name: 'build' },
            timeout: '1h',
            runAfter: ['build-cart'],
            params: [
              { name: 'app', value: 'shop' },
              { name: 'cache', value: 'cache-release' },
              { name: 'apps', value: '$(tasks.build-cart.results.IMAGES[*])' },
            ],
            workspaces: [{ name: 'source', workspace: 'shared' }],
          },
        ],
        finally: [
          {
            name: 'publish',
            taskRef: { kind: 'Task', name: 'hook' },
            timeout: '5m',
            params: [
              { name: 'digest', value: '$(tasks.build-cart.results.DIGEST)' },
              { name: 'state', value: '$(tasks.status)' },
            ],
          },
        ],
        results: [{ name: 'IMAGE_DIGEST', type: 'string', value: '$(tasks.build-shop.results.DIGEST)' }],
      },
    }),
    deployment: object('apps/v1', 'Deployment', 'router', {
      spec: {
        selector: { matchLabels: { app: 'router' } },
        template: {
          metadata: { labels: { app: 'router' } },
          spec: {
            serviceAccountName: 'tekton-dag-build',
            volumes: [
              { name: 'config', configMap: { name: 'config', items: [{ key: 'haproxy.cfg', path: 'haproxy.cfg' }] } },
            ],
            containers: [
              {
                ...container('haproxy'),
                ports: [{ name: 'cart', containerPort: 8001 }],
                volumeMounts: [{ name: 'config', mountPath: '/etc/haproxy' }],
              },
            ],
          },
        },
      },
    }),
    service: object('v1', 'Service', 'cart', {
      spec: { selector: { app: 'router' }, ports: [{ port: 80, targetPort: 'cart' }] },
    }),
    role: object('rbac.authorization.k8s.io/v1', 'Role', 'runs', {
      rules: [{ apiGroups: ['tekton.dev'], resources: ['pipelineruns'], verbs: ['get', 'create'] }],
    }),
    roleBinding: object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'runs', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'runs' },
      subjects: [{ kind: 'ServiceAccount', name: 'tekton-dag-build', namespace: 'team-a' }],
    }),
    configMap: object('v1', 'ConfigMap', 'config', { data: { 'haproxy.cfg': 'global\n' } }),
    account: object('v1', 'ServiceAccount', 'tekton-dag-build', { automountServiceAccountToken: false }),
    more: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } },
      object('v1', 'PersistentVolumeClaim', 'cache-pr', { spec: {} }),
      object('v1', 'PersistentVolumeClaim', 'cache-release', { spec: {} }),
      object('external-secrets.io/v1', 'ExternalSecret', 'of-cart', { spec: { target: { name: 'push-cart' } } }),
    ],
    existing: [
      { kind: 'Task', namespace: 'team-a', name: 'hook' },
      { kind: 'Secret', namespace: 'team-a', name: 'push-shop' },
    ],
  };
}

export const manifest = (apiVersion: string, kind: string, name: string, body: object = {}): Loose =>
  object(apiVersion, kind, name, body);

export function findings(change: (world: World) => void = () => undefined): readonly Finding[] {
  const { existing, more, ...named } = ((here) => (change(here), here))(world());
  const objects = [...Object.values(named), ...more] as Manifest[];
  return checkAll(
    objects.map((each, i) => ({ file: `${i}.yaml`, manifest: each })),
    { existing },
  );
}
