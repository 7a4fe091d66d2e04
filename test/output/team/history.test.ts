import { clusterSchema, orchestratorOf } from '../../../lib/fleet/cluster';
import type { History } from '../../../lib/fleet/history';
import { historySchema } from '../../../lib/fleet/history';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { orchestratorParts } from '../../../lib/output/cluster/cluster-parts';
import { orchestratorSecrets, teamSecrets } from '../../../lib/output/secrets/secrets-of';
import { teamParts } from '../../../lib/output/team/team-parts';
import { team } from './model';

/** What the orchestrator is told of a history, and how it comes there: its own team's, or that of a cluster. */

interface Pod {
  readonly containers: readonly { readonly env: readonly { readonly name: string; readonly value: string }[] }[];
  readonly volumes: readonly { readonly name: string; readonly secret?: object }[];
}
const podOf = (objects: readonly Manifest[]): Pod =>
  at(
    objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'tekton-dag-orchestrator')!,
    'spec',
    'template',
    'spec',
  ) as unknown as Pod;
const variables = (objects: readonly Manifest[]) =>
  Object.fromEntries(
    podOf(objects)
      .containers[0]!.env.filter(({ name }) => name.startsWith('HISTORY_'))
      .map(({ name, value }) => [name, value]),
  );
const policy = (objects: readonly Manifest[]) =>
  objects.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'tekton-dag-history');

const ofTeam = (history?: History) => teamParts(team({}, undefined, { history })).flatMap((part) => part.objects);
const ofCluster = (history?: object) =>
  orchestratorParts(orchestratorOf('eu', clusterSchema.parse({ name: 'eu', history }))).flatMap((part) => part.objects);
const retention = { days: 730, teams: { shop: 90, other: 5 } };
const given = historySchema.parse({ postgres: { egress: { namespace: 'postgres' } }, retention });

it('is nothing to an orchestrator where there is none', () => {
  for (const objects of [ofTeam(), ofCluster()]) {
    expect(variables(objects)).toEqual({});
    expect(podOf(objects).volumes.map(({ name }) => name)).not.toContain('history');
    expect(policy(objects)).toBeUndefined();
  }
});

it('is told to an orchestrator: where its address is, under which name, and how long runs of its teams are kept', () => {
  const place = { HISTORY_URL_FILE: '/etc/tekton-dag/history/url' };
  expect(variables(ofTeam(given))).toEqual({ ...place, HISTORY_CLUSTER: 'kind-local', HISTORY_EXPIRY: '{"days":90}' });
  expect(variables(ofCluster({ retention }))).toEqual({
    ...place,
    HISTORY_CLUSTER: 'eu',
    HISTORY_EXPIRY: JSON.stringify(retention),
  });
  expect(variables(ofCluster({}))).toEqual({ ...place, HISTORY_CLUSTER: 'eu' });
});

it('holds up no pod: the Secret with its address may come later', () => {
  for (const objects of [ofTeam(given), ofCluster({})])
    expect(podOf(objects).volumes).toContainEqual({
      name: 'history',
      secret: { secretName: 'history-postgres', optional: true },
    });
});

it('is a Secret of whoever has the orchestrator', () => {
  const named = (secrets: ReturnType<typeof teamSecrets>) =>
    secrets.filter(({ name }) => name === 'history-postgres').map(({ namespace, keys }) => ({ namespace, keys }));
  expect(named(teamSecrets(team({}, undefined, { history: given })))).toEqual([
    { namespace: 'ci-shop', keys: ['url'] },
  ]);
  expect(named(teamSecrets(team({ orchestrator: { mode: 'shared' } }, undefined, { history: given })))).toEqual([]);
  expect(named(orchestratorSecrets(orchestratorOf('eu', clusterSchema.parse({ name: 'eu', history: {} }))))).toEqual([
    { namespace: 'tekton-dag', keys: ['url'] },
  ]);
});

it('is reached by the pods of the orchestrator alone, at its port', () => {
  const podSelector = { matchLabels: { 'app.kubernetes.io/name': 'tekton-dag-orchestrator' } };
  const namespace = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'postgres' } } };
  expect(policy(ofTeam(given))?.spec).toEqual({
    podSelector,
    policyTypes: ['Egress'],
    egress: [{ to: [namespace], ports: [{ port: 5432, protocol: 'TCP' }] }],
  });
  const networks = { postgres: { egress: { networks: ['10.2.0.0/16'], port: 6432 } } };
  expect(policy(ofCluster(networks))?.spec).toMatchObject({
    podSelector,
    egress: [{ to: [{ ipBlock: { cidr: '10.2.0.0/16' } }], ports: [{ port: 6432, protocol: 'TCP' }] }],
  });
});
