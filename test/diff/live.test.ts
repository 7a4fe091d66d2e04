import { compareLive } from '../../lib/diff/live';
import { formatPath } from '../../lib/diff/fields';
import type { Manifest } from '../../lib/kube/manifest';
import { object } from './support';

const TEAM = { 'tekton-dag.io/team': 'a' };
const wanted = (spec: object) => [{ team: 'a', object: object('Deployment', 'web', { spec }, TEAM) }];
const live = (spec: object, metadata: object = {}): Manifest => {
  const base = object('Deployment', 'web', { spec, status: { replicas: 1 } }, TEAM);
  return {
    ...base,
    metadata: { ...base.metadata, ...metadata, labels: { ...base.metadata.labels, 'kubernetes.io/more': 'x' } },
  };
};
const told = (from: readonly Manifest[], to: ReturnType<typeof wanted>, teams = new Set<string>()) =>
  compareLive(from, to, teams).changes.flatMap(({ action, object: { metadata }, fields }) =>
    fields.length === 0
      ? [`${action} ${metadata.name}`]
      : fields.map(({ path, from, to }) => `${formatPath(path)}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`),
  );

it.each([
  ['what the API server fills in', { replicas: 1, template: { restartPolicy: 'Always' } }, { template: {} }],
  [
    'quantities that amount to the same',
    { limits: { cpu: '1', memory: '1Gi' } },
    { limits: { cpu: '1000m', memory: '1024Mi' } },
  ],
  ['what is empty', {}, { egress: [], selector: {}, description: '' }],
  [
    'fields of elements',
    { ports: [{ name: 'http', port: 80, protocol: 'TCP' }], args: [{ a: 1, b: 2 }] },
    { ports: [{ name: 'http', port: 80 }], args: [{ a: 1 }] },
  ],
])('does not count %s', (_, is, want) => expect(told([live(is)], wanted(want))).toEqual([]));

it.each([
  ['a value', { replicas: 1 }, { replicas: 2 }, ['spec.replicas: 1 -> 2']],
  ['a field that is missing', {}, { replicas: 2 }, ['spec.replicas: undefined -> 2']],
  ['an element more', { verbs: ['get', 'delete'] }, { verbs: ['get'] }, ['spec.verbs[]: "delete" -> undefined']],
  [
    'a named element more',
    { params: [{ name: 'a' }, { name: 'b' }] },
    { params: [{ name: 'a' }] },
    ['spec.params[b]: {"name":"b"} -> undefined'],
  ],
  ['another quantity', { cpu: '1' }, { cpu: '1500m' }, ['spec.cpu: "1" -> "1500m"']],
])('counts %s', (_, is, want, expected) => expect(told([live(is)], wanted(want))).toEqual(expected));

it('finds what is not there yet, and what of ours is left over', () => {
  expect(told([], wanted({}))).toEqual(['added web']);
  const own = object('ConfigMap', 'old', {}, TEAM);
  const foreign: Manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt', namespace: 'ci' },
  };
  const preview = object('Deployment', 'web-pr-4', {}, { ...TEAM, 'tekton-dag.io/track': 'preview' });
  expect(told([live({}), own, foreign, preview], wanted({}))).toEqual(['removed old']);
  expect(told([live({}), own], wanted({}), new Set(['b']))).toEqual([]);
});
