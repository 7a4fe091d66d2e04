import { unknownFields } from '../../lib/kube/schema';
import type { Manifest } from '../../lib/kube/manifest';

const object = (apiVersion: string, kind: string, body: object): Manifest => ({
  apiVersion,
  kind,
  metadata: { name: 'x', namespace: 'team-a', labels: { a: 'b' }, annotations: { 'c.io/d': 'e' } },
  ...body,
});

const container = {
  name: 'a',
  image: 'a:1',
  ports: [{ name: 'http', containerPort: 80, hostIP: '127.0.0.1' }],
  resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } },
  readinessProbe: { httpGet: { path: '/', port: 'http' } },
};
const deployment = (pod: object, spec: object = {}) =>
  object('apps/v1', 'Deployment', {
    spec: {
      replicas: 1,
      selector: { matchLabels: { a: 'b' } },
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } },
      template: { metadata: { labels: { a: 'b' } }, spec: pod },
      ...spec,
    },
  });
const step = {
  name: 's',
  image: 'a:1',
  script: 'true',
  computeResources: { limits: { cpu: 1 } },
  env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: true } } }],
};
const task = (spec: object, own: object = step) =>
  object('tekton.dev/v1', 'Task', {
    spec: {
      params: [{ name: 'a', type: 'object', properties: { k: { type: 'string' } }, default: { k: 'v' } }],
      steps: [own],
      ...spec,
    },
  });
const pipeline = (pipelineTask: object, spec: object = {}) =>
  object('tekton.dev/v1', 'Pipeline', {
    spec: {
      tasks: [
        {
          name: 'a',
          taskRef: { kind: 'Task', name: 'b' },
          params: [{ name: 'p', value: ['x'] }],
          when: [{ input: 'a', operator: 'in', values: ['a'] }],
          ...pipelineTask,
        },
      ],
      ...spec,
    },
  });
const networkPolicy = (rule: object) =>
  object('networking.k8s.io/v1', 'NetworkPolicy', {
    spec: {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [
        { from: [{ podSelector: { matchLabels: { a: 'b' } }, ...rule }], ports: [{ port: 80, protocol: 'TCP' }] },
      ],
    },
  });
const externalSecret = (spec: object) =>
  object('external-secrets.io/v1', 'ExternalSecret', {
    spec: {
      secretStoreRef: { name: 's', kind: 'SecretStore' },
      target: { name: 't' },
      data: [{ secretKey: 'k', remoteRef: { key: 'p' } }],
      ...spec,
    },
  });
const httpRoute = (rule: object) =>
  object('gateway.networking.k8s.io/v1', 'HTTPRoute', {
    spec: {
      parentRefs: [{ name: 'g', group: 'gateway.networking.k8s.io', kind: 'Gateway' }],
      rules: [{ backendRefs: [{ name: 'a', port: 80, weight: 1 }], ...rule }],
    },
  });

const RIGHT: readonly Manifest[] = [
  deployment({
    containers: [container],
    volumes: [{ name: 'v', downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.name' } }] } }],
  }),
  task({ volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Gi' } }] }),
  pipeline({}, { params: [{ name: 'a', type: 'array', default: ['x'] }] }),
  pipeline({ taskRef: undefined, taskSpec: { metadata: { labels: {} }, steps: [step] } }),
  networkPolicy({ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } }),
  externalSecret({ refreshInterval: '1h' }),
  httpRoute({ matches: [{ headers: [{ name: 'a', value: 'b', type: 'Exact' }] }] }),
  object('v1', 'ConfigMap', { data: { any: 'key' } }),
  object('v1', 'Service', {
    spec: { clusterIP: 'None', publishNotReadyAddresses: false, ports: [{ port: 80, targetPort: 'http' }] },
  }),
  object('rbac.authorization.k8s.io/v1', 'Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
  object('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', {
    spec: { validations: [{ expression: 'true' }] },
  }),
  object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    spec: {
      group: 'a.b',
      scope: 'Namespaced',
      names: { kind: 'A', plural: 'as' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', 'x-kubernetes-validations': [{ rule: 'true' }] } },
            },
          },
        },
      ],
    },
  }),
];

test.each(RIGHT.map((manifest, i) => [i, manifest.kind, manifest] as const))(
  '%i: every field of this %s is known',
  (_, _kind, manifest) => {
    expect(unknownFields(manifest)).toEqual([]);
  },
);

const WRONG: readonly (readonly [path: string, manifest: Manifest])[] = [
  ['spec.stepz', task({ stepz: [] })],
  ['spec.steps[0].comand', task({}, { ...step, comand: ['x'] })],
  [
    'spec.steps[0].env[0].valueFrom.secretKeyRef.nam',
    task({}, { ...step, env: [{ name: 'A', valueFrom: { secretKeyRef: { nam: 's', key: 'k' } } }] }),
  ],
  ['spec.steps[0].resources', task({}, { ...step, resources: {} })],
  ['spec.tasks[0].taskref', pipeline({ taskref: {} })],
  ['spec.tasks[0].taskSpec.steps[0].comand', pipeline({ taskSpec: { steps: [{ ...step, comand: [] }] } })],
  ['spec.finaly', pipeline({}, { finaly: [] })],
  ['spec.template.spec.serviceAcountName', deployment({ containers: [container], serviceAcountName: 'x' })],
  [
    'spec.template.spec.containers[0].ports[0].hostip',
    deployment({ containers: [{ ...container, ports: [{ containerPort: 80, hostip: 'x' }] }] }),
  ],
  ['spec.replica', deployment({ containers: [container] }, { replica: 1 })],
  ['spec.ingress[0].from[0].namespaceSelektor', networkPolicy({ namespaceSelektor: {} })],
  ['spec.refreshIntervall', externalSecret({ refreshIntervall: '1h' })],
  ['spec.rules[0].matchez', httpRoute({ matchez: [] })],
  ['dat', object('v1', 'ConfigMap', { dat: {} })],
  ['metadata.label', { ...object('v1', 'ConfigMap', {}), metadata: { name: 'x', label: {} } as Manifest['metadata'] }],
  ['metadata.label', { ...task({}), metadata: { name: 'x', label: {} } as Manifest['metadata'] }],
  ['kind', object('example.org/v1', 'Unheard', {})],
];

test.each(WRONG.map(([path, manifest]) => [manifest.kind, path, manifest] as const))(
  'in a %s, %s is unknown',
  (_, path, manifest) => {
    expect(unknownFields(manifest)).toEqual([path]);
  },
);
