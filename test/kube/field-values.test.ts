import { wrongValues } from '../../lib/kube/field-values';
import type { Manifest } from '../../lib/kube/manifest';

const object = (apiVersion: string, kind: string, body: object, metadata: object = {}): Manifest => ({
  apiVersion,
  kind,
  metadata: { name: 'x', namespace: 'team-a', ...metadata },
  ...body,
});
const container = { name: 'a', image: 'a:1' };
const deployment = (spec: object, pod: object = {}, own: object = {}) =>
  object('apps/v1', 'Deployment', {
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ ...container, ...own }], ...pod } },
      ...spec,
    },
  });
const inContainer = (own: object) => deployment({}, {}, own);
const inPod = (pod: object) => deployment({}, pod);
const configMap = (body: object) => object('v1', 'ConfigMap', body);
const task = (step: object) =>
  object('tekton.dev/v1', 'Task', { spec: { steps: [{ name: 's', image: 'a:1', ...step }] } });
const CONTAINER = 'spec.template.spec.containers[0]';

test.each<[string, Manifest, string, object]>([
  [
    'a number in env',
    inContainer({ env: [{ name: 'A', value: 5 }] }),
    `${CONTAINER}.env[0].value`,
    { found: '5', expected: 'text', suggestion: '"5"' },
  ],
  [
    'a boolean in env',
    inContainer({ env: [{ name: 'A', value: true }] }),
    `${CONTAINER}.env[0].value`,
    { found: 'true' },
  ],
  [
    'a variable without a name',
    inContainer({ env: [{ value: 'x' }] }),
    `${CONTAINER}.env[0].name`,
    { message: 'is missing' },
  ],
  [
    'a list item of nothing',
    inContainer({ env: [null] }),
    `${CONTAINER}.env[0]`,
    { found: 'nothing', expected: 'a mapping' },
  ],
  [
    'a mapping for a list',
    inContainer({ env: { A: 'x' } }),
    `${CONTAINER}.env`,
    { found: 'a mapping', expected: 'a list' },
  ],
  ['a text for a list', inContainer({ args: '--verbose' }), `${CONTAINER}.args`, { expected: 'a list' }],
  ['a number among arguments', inContainer({ args: ['--port', 80] }), `${CONTAINER}.args[1]`, { suggestion: '"80"' }],
  [
    'replicas as text',
    deployment({ replicas: '3' }),
    'spec.replicas',
    { found: '"3"', expected: 'a number', suggestion: '3' },
  ],
  [
    'negative replicas',
    deployment({ replicas: -3 }),
    'spec.replicas',
    { found: '-3', expected: 'a whole number from 0' },
  ],
  ['replicas in parts', deployment({ replicas: 1.5 }), 'spec.replicas', { found: '1.5', expected: 'a whole number' }],
  [
    'too many replicas for an int32',
    deployment({ replicas: 2 ** 31 }),
    'spec.replicas',
    { expected: 'a whole number from 0' },
  ],
  [
    'a strategy that there is not',
    deployment({ strategy: { type: 'Bogus' } }),
    'spec.strategy.type',
    { expected: 'RollingUpdate or Recreate' },
  ],
  [
    'a surge that is no percentage',
    deployment({ strategy: { rollingUpdate: { maxSurge: 'half' } } }),
    'spec.strategy.rollingUpdate.maxSurge',
    {},
  ],
  [
    'pods that are not started again',
    inPod({ restartPolicy: 'Never' }),
    'spec.template.spec.restartPolicy',
    { expected: 'Always' },
  ],
  [
    'a selector of nodes by a number',
    inPod({ nodeSelector: { a: 5 } }),
    'spec.template.spec.nodeSelector.a',
    { suggestion: '"5"' },
  ],
  [
    'an effect that there is not',
    inPod({ tolerations: [{ key: 'a', effect: 'noschedule' }] }),
    'spec.template.spec.tolerations[0].effect',
    {},
  ],
  [
    'a port by name',
    inContainer({ ports: [{ containerPort: 'http' }] }),
    `${CONTAINER}.ports[0].containerPort`,
    { found: '"http"', expected: 'a number' },
  ],
  [
    'a port out of range',
    inContainer({ ports: [{ containerPort: 99999 }] }),
    `${CONTAINER}.ports[0].containerPort`,
    { expected: 'a whole number from 1 to 65535' },
  ],
  [
    'a name of a port',
    inContainer({ ports: [{ containerPort: 1, name: 'UPPER_toolongportname' }] }),
    `${CONTAINER}.ports[0].name`,
    {},
  ],
  [
    'a protocol',
    inContainer({ ports: [{ containerPort: 1, protocol: 'http' }] }),
    `${CONTAINER}.ports[0].protocol`,
    { expected: 'TCP, UDP or SCTP' },
  ],
  [
    'a quantity',
    inContainer({ resources: { limits: { memory: '1 GB' } } }),
    `${CONTAINER}.resources.limits.memory`,
    { found: '"1 GB"' },
  ],
  [
    'a quantity as true',
    inContainer({ resources: { limits: { cpu: true } } }),
    `${CONTAINER}.resources.limits.cpu`,
    { expected: 'text or a number' },
  ],
  [
    'a probe',
    inContainer({ readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 0 } }),
    `${CONTAINER}.readinessProbe.periodSeconds`,
    {},
  ],
  [
    'a probe without a port',
    inContainer({ readinessProbe: { httpGet: { path: '/' } } }),
    `${CONTAINER}.readinessProbe.httpGet.port`,
    { message: 'is missing' },
  ],
  [
    'a truth as text',
    inContainer({ securityContext: { runAsNonRoot: 'true' } }),
    `${CONTAINER}.securityContext.runAsNonRoot`,
    { expected: 'true or false' },
  ],
  ['data of a number', configMap({ data: { x: 1 } }), 'data.x', { found: '1', expected: 'text', suggestion: '"1"' }],
  ['data as a list', configMap({ data: ['x'] }), 'data', { found: 'a list', expected: 'a mapping' }],
  ['a key with a blank', configMap({ data: { 'a b': 'x' } }), 'data.a b', { found: '"a b"' }],
  ['binary data that is none', configMap({ binaryData: { a: 'é' } }), 'binaryData.a', { expected: 'base64' }],
  ['a finalizer', object('v1', 'ConfigMap', {}, { finalizers: [1] }), 'metadata.finalizers[0]', {}],
  [
    'a label of a number',
    object('v1', 'ConfigMap', {}, { labels: { a: 1 } }),
    'metadata.labels.a',
    { suggestion: '"1"' },
  ],
  [
    'a claim',
    object('v1', 'PersistentVolumeClaim', { spec: { accessModes: ['Everything'] } }),
    'spec.accessModes[0]',
    {},
  ],
  [
    'a port of a Service',
    object('v1', 'Service', { spec: { ports: [{ port: '80' }] } }),
    'spec.ports[0].port',
    { suggestion: '80' },
  ],
  [
    'a word of a custom resource',
    object('gateway.networking.k8s.io/v1', 'HTTPRoute', { spec: { rules: [{ matches: [{ method: 'get' }] }] } }),
    'spec.rules[0].matches[0].method',
    { found: '"get"' },
  ],
  ['a step of a Task', task({ script: 5 }), 'spec.steps[0].script', { suggestion: '"5"' }],
  [
    'a task in a Pipeline',
    object('tekton.dev/v1', 'Pipeline', {
      spec: { tasks: [{ name: 't', taskSpec: { steps: [{ name: 's', image: 5 }] } }] },
    }),
    'spec.tasks[0].taskSpec.steps[0].image',
    { suggestion: '"5"' },
  ],
])('finds %s', (_, manifest, path, details) => {
  expect(wrongValues(manifest)).toEqual([expect.objectContaining({ path, ...details })]);
});

test.each<[string, Manifest]>([
  [
    'both forms of a number or a text',
    inContainer({ livenessProbe: { httpGet: { port: 'http' } }, startupProbe: { tcpSocket: { port: 80 } } }),
  ],
  [
    'quantities',
    inContainer({ resources: { requests: { cpu: 0.5, memory: '1e3' }, limits: { cpu: '500m', memory: '1.5Gi' } } }),
  ],
  ['what is left out by nothing', inContainer({ env: null, resources: { limits: null } })],
  ['no replicas', deployment({ replicas: 0, strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } } })],
  ['data', configMap({ data: { 'a.b-c_D': '' }, binaryData: { a: 'AQI=' } })],
  [
    'a Job, whose pods are not started again',
    object('batch/v1', 'Job', { spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } } }),
  ],
  ['what a webhook fills in', task({ name: undefined })],
  ['a kind that is not known', object('example.com/v1', 'Thing', { spec: { a: 1 } })],
  [
    'numbers in the schema of a CRD',
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
      spec: {
        group: 'a',
        scope: 'Namespaced',
        names: { plural: 'a', kind: 'A' },
        versions: [
          { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'number', minimum: 0.5 } } },
        ],
      },
    }),
  ],
])('takes %s', (_, manifest) => {
  expect(wrongValues(manifest)).toEqual([]);
});
