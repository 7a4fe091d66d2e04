import { wantedOf } from '../../lib/doctor/wanted';
import type { Wanted } from '../../lib/doctor/wanted';
import { podsOfRuns } from '../../lib/doctor/pods';
import type { ResolverSeen } from '../../lib/doctor/resolver';
import { checkResolver, resolverNamespaces, resolving } from '../../lib/doctor/resolver';
import type { Manifest } from '../../lib/kube/manifest';
import { app, resolve, stackFile, team } from '../fleet/support';
import { read, refused, told } from './support';

/** The resolver by which Pipelines find the Tasks that teams share. */

function wanted(tasks: 'shared' | 'per-team'): Wanted {
  const { fleet } = resolve({
    clusters: [{ file: 'clusters/one.yaml', text: `name: one\ntasks: ${tasks}\n` }],
    teams: [team('alpha', ['alpha'])],
    stacks: [stackFile('alpha', [app('web', 'propagation-role: terminal, build: { tool: npm }')])],
  });
  return wantedOf(fleet!, { teams: new Map() }, fleet!.clusters[0]!, fleet!.teams);
}

const READY = { kind: 'Deployment', status: { readyReplicas: 1 } } as unknown as Manifest;
const seen = (over: Partial<ResolverSeen> = {}): ResolverSeen => ({
  namespace: 'tekton-pipelines-resolvers',
  controller: read(READY),
  flags: read({ data: { 'enable-cluster-resolver': 'true' } }),
  config: read({ data: { 'allowed-namespaces': 'other, tekton-dag-tasks' } }),
  ...over,
});
const shared = wanted('shared');
const found = (over: Partial<ResolverSeen>) => told(checkResolver(shared, seen(over)));
const config = (data: Readonly<Record<string, string>>) => found({ config: read({ data }) });

it('is not asked for where each team has its own', () => {
  expect(resolving(wanted('per-team'))).toBeUndefined();
  expect(checkResolver(wanted('per-team'), seen({ controller: read(undefined) }))).toEqual([]);
});

it('passes where it may read them', () => {
  expect(resolving(shared)?.metadata.name).toBe('alpha-bootstrap');
  expect(found({})).toEqual([]);
  // by itself it is on
  expect(found({ flags: read({ data: {} }) })).toEqual([]);
  expect(config({ 'blocked-namespaces': '*', 'allowed-namespaces': 'tekton-dag-tasks' })).toEqual([]);
});

it.each<[string, Partial<ResolverSeen>, RegExp]>([
  [
    'is not there',
    { controller: read(undefined) },
    /^error tekton-pipelines-remote-resolvers in .* there is no Deployment/,
  ],
  [
    'has no pod',
    { controller: read({ ...READY, status: {} } as Manifest) },
    /^error .* has no pod that is ready, so no run/,
  ],
  [
    'is off',
    { flags: read({ data: { 'enable-cluster-resolver': 'false' } }) },
    /^error flag enable-cluster-resolver: "false" /,
  ],
  ['is not known', { config: refused }, /^note .* not checked: this needs get on things/],
])('says that it %s', (_, over, message) => expect(found(over)).toEqual([expect.stringMatching(message)]));

it.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ['others alone are allowed', { 'allowed-namespaces': 'a,b' }, /^error .* does not allow namespace tekton-dag-tasks/],
  ['all are blocked', { 'blocked-namespaces': '*' }, /^error .* does not allow namespace tekton-dag-tasks/],
  [
    'it is blocked by its name, whatever is allowed',
    { 'blocked-namespaces': 'a, tekton-dag-tasks', 'allowed-namespaces': 'tekton-dag-tasks' },
    /^error .* blocked-namespaces names tekton-dag-tasks/,
  ],
  ['all are open', { 'allowed-namespaces': '' }, /^note .* runs may take Tasks of every namespace/],
])('says where %s', (_, data, message) => expect(config(data)).toEqual([expect.stringMatching(message)]));

it('is looked for where a release has it, and where the operator has', () => {
  expect(resolverNamespaces('tekton-pipelines')).toEqual(['tekton-pipelines-resolvers', 'tekton-pipelines']);
});

it('counts the pods of Tasks that are elsewhere', () => {
  expect(podsOfRuns(shared.objects).map(({ task }) => task)).toContain('Task tekton-dag-tasks/build-npm');
});
