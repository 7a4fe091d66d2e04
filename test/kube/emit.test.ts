import { ApiObject, App, Chart, JsonPatch, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ExternalSecret } from '../../imports/external-secrets.io';
import { HttpRoute } from '../../imports/gateway.networking.k8s.io';
import { Pipeline, Task } from '../../imports/tekton.dev';
import { emit } from '../../lib/kube/emit';
import type { Manifest } from '../../lib/kube/manifest';

/** What a chart with one construct writes. */
function written(build: (scope: Construct) => void): Manifest {
  const chart = new Chart(new App(), 'chart', { namespace: 'team-a', labels: { team: 'a' } });
  const scope = new Construct(chart, 'it');
  build(scope);
  return (chart.toJson() as Manifest[])[0] as Manifest;
}

const EMITTED: readonly (readonly [kind: string, build: (scope: Construct) => unknown])[] = [
  ['Task', (scope) => emit(scope, Task, { name: 'x' }, { spec: { steps: [{ name: 's', image: 'a:1' }] } })],
  [
    'Pipeline',
    (scope) =>
      emit(scope, Pipeline, { name: 'x' }, () => ({ spec: { tasks: [{ name: 't', taskRef: { name: 'x' } }] } })),
  ],
  ['Deployment', (scope) => emit(scope, k8s.KubeDeployment, { name: 'x' }, { spec: { selector: {}, template: {} } })],
  ['NetworkPolicy', (scope) => emit(scope, k8s.KubeNetworkPolicy, { name: 'x' }, { spec: { podSelector: {} } })],
  ['ExternalSecret', (scope) => emit(scope, ExternalSecret, { name: 'x' }, { spec: { refreshInterval: '1h' } })],
  ['HTTPRoute', (scope) => emit(scope, HttpRoute, { name: 'x' }, { spec: { hostnames: ['a.b'] } })],
];

test.each(EMITTED)('a patch of a %s survives, also on a field that no schema knows', (kind, build) => {
  const manifest = written((scope) => {
    build(scope);
    ApiObject.of(scope).addJsonPatch(
      JsonPatch.add('/spec/fieldOfTomorrow', { deep: [1] }),
      JsonPatch.add('/metadata/labels/mine', 'yes'),
    );
  });
  expect(manifest).toMatchObject({
    kind,
    metadata: { name: 'x', namespace: 'team-a', labels: { team: 'a', mine: 'yes' } },
    spec: { fieldOfTomorrow: { deep: [1] } },
  });
  expect(Object.keys(manifest.spec as object).length).toBeGreaterThan(1);
});

test('props are written under their names on the wire', () => {
  const manifest = written((scope) =>
    emit(
      scope,
      k8s.KubeService,
      { name: 'x' },
      { spec: { clusterIp: 'None', ports: [{ port: 80, targetPort: k8s.IntOrString.fromString('http') }] } },
    ),
  );
  expect(manifest.spec).toEqual({ clusterIP: 'None', ports: [{ port: 80, targetPort: 'http' }] });
});

test('a spec given as a function is asked for at synth', () => {
  const hosts: string[] = [];
  const manifest = written((scope) => {
    emit(scope, HttpRoute, { name: 'x' }, () => ({ spec: { hostnames: hosts } }));
    hosts.push('late.example.com');
  });
  expect(manifest.spec).toEqual({ hostnames: ['late.example.com'] });
});

test('objects without a spec keep their own fields', () => {
  const manifest = written((scope) =>
    emit(scope, k8s.KubeConfigMap, { name: 'x' }, { data: { a: Lazy.any({ produce: () => 'b' }) as string } }),
  );
  expect(manifest).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } });
});

test('a patch that does not fit names the object', () => {
  const build = (scope: Construct) =>
    emit(scope, HttpRoute, { name: 'x' }, { spec: {} }).addJsonPatch(JsonPatch.remove('/spec/hostnames/0'));
  expect(() => written(build)).toThrow(
    'HTTPRoute x cannot be written: patch {"op":"remove","path":"/spec/hostnames/0"} cannot be applied to it: it has no /spec/hostnames, which a patch before may add',
  );
});

test.each([
  [JsonPatch.add('/spec/a/b', 1), 'it has no /spec/a,'],
  [JsonPatch.copy('/spec/hostnames', '/spec/a/b'), 'it has no /spec/a,'],
])('a patch that does not fit names what is missing: %#', (patch, says) => {
  const build = (scope: Construct) =>
    emit(scope, HttpRoute, { name: 'x' }, { spec: { hostnames: ['a.example.com'] } }).addJsonPatch(patch);
  expect(() => written(build)).toThrow(says);
});

test('a body that cannot be produced names the object', () => {
  const build = (scope: Construct) =>
    emit(scope, HttpRoute, { name: 'x' }, () => {
      throw new Error('no hosts');
    });
  expect(() => written(build)).toThrow('HTTPRoute x cannot be written: no hosts');
});
