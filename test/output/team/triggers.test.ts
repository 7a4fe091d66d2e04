import type { Team } from '../../../lib/fleet/model';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { teamParts } from '../../../lib/output/team/team-parts';
import { pathOf } from '../../../lib/output/layout';
import { checkAll } from '../../../lib/output/checks';
import { team } from './model';

/** The listener of Tekton Triggers, which hands deliveries on to the orchestrator (test/orchestrator/http/interceptor.test.ts). */

const objectsOf = (of: Team) => teamParts(of).flatMap((part) => part.objects);
const own = team({ triggers: true });
const shared = team({ triggers: true, orchestrator: { mode: 'shared' } });
const find = (of: Team, kind: string, name: string): Manifest => {
  const found = objectsOf(of).find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};

it.each([
  ['its own orchestrator', own, 'ci-shop', '/triggers'],
  ['that of the cluster, by the path of the team', shared, 'tekton-dag', '/triggers/shop'],
])('asks %s', (_, given, namespace, path) => {
  const [group, ...others] = at(find(given, 'EventListener', 'tekton-dag'), 'spec', 'triggerGroups') as {
    interceptors: { ref: { name: string; kind: string } }[];
  }[];
  expect(others).toEqual([]);
  const [interceptor, ...more] = group!.interceptors;
  expect([interceptor!.ref.kind, more]).toEqual(['NamespacedInterceptor', []]);
  expect(at(find(given, 'Interceptor', interceptor!.ref.name), 'spec', 'clientConfig', 'service')).toEqual({
    name: 'tekton-dag-orchestrator',
    namespace,
    port: 80,
    path,
  });
});

it('has no Trigger and no template, so that the listener makes nothing whatever it is answered', () => {
  expect(find(own, 'EventListener', 'tekton-dag').spec).not.toHaveProperty('triggers');
  expect(objectsOf(own).filter(({ kind }) => /^Trigger/.test(kind))).toEqual([]);
});

it('gives the listener no right to create anything but Events', () => {
  const rules = [
    find(own, 'Role', 'tekton-dag-triggers'),
    find(own, 'ClusterRole', 'tekton-dag-shop-triggers'),
  ].flatMap((role) => at(role, 'rules') as { resources: string[]; verbs: string[] }[]);
  const changing = rules.filter(({ verbs }) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)));
  expect(changing.flatMap(({ resources }) => resources)).toEqual(['events']);
});

it('says what the webhook of Triggers writes into it, so that nothing differs from Git', () => {
  const { spec } = find(own, 'EventListener', 'tekton-dag');
  expect(spec).toMatchObject({
    namespaceSelector: {},
    triggerGroups: [{ triggerSelector: { namespaceSelector: {} } }],
  });
  expect(at(spec, 'resources', 'kubernetesResource', 'spec', 'template')).toMatchObject({
    metadata: {},
    spec: { containers: [{ name: '' }] },
  });
  expect(find(own, 'Interceptor', 'tekton-dag-orchestrator').metadata.labels).toMatchObject({ 'server/type': 'http' });
});

it('comes after the orchestrator', () => {
  const wave = (kind: string, name: string) =>
    Number(find(own, kind, name).metadata.annotations?.['argocd.argoproj.io/sync-wave']);
  expect(wave('EventListener', 'tekton-dag')).toBeGreaterThan(wave('Deployment', 'tekton-dag-orchestrator'));
});

it('is of objects that the checks take', () => {
  const emitted = teamParts(own).flatMap((part) => part.objects.map((manifest) => ({ file: pathOf(part), manifest })));
  expect(emitted.filter(({ file }) => file.includes('triggers'))).toHaveLength(2);
  expect(checkAll(emitted, { existing: [] }).filter(({ file = '' }) => file.includes('triggers'))).toEqual([]);
});

it.each<[string, Team]>([
  ['a team that does not ask for it', team({})],
  ['a team without an orchestrator', team({ triggers: true, orchestrator: { enabled: false } })],
])('is not there for %s', (_, given) => {
  const kinds = objectsOf(given)
    .filter(({ apiVersion, metadata }) => apiVersion.startsWith('triggers.') || /triggers/.test(metadata.name))
    .map(({ kind }) => kind);
  expect(kinds).toEqual([]);
});
