import { clusterSchema, keptBy, orchestratorOf } from '../../../lib/fleet/cluster';
import type { History } from '../../../lib/fleet/history';
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
const keeping = (history: object, more: object = {}) => keptBy(clusterSchema.parse({ name: 'eu', ...more, history }))!;
const given = keeping({ postgres: { egress: { namespace: 'postgres' } }, retention });
const podSelector = { matchLabels: { 'app.kubernetes.io/name': 'tekton-dag-orchestrator' } };

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

describe('where Tekton Results keeps runs', () => {
  const url = 'https://results.example.com';
  const results = keeping({
    results: { url, caBundle: { configMap: 'results-ca' }, egress: { namespace: 'results' } },
  });

  it('the orchestrator is told where, and gets no database', () => {
    expect(variables(ofTeam(results))).toEqual({
      HISTORY_RESULTS_URL: url,
      HISTORY_RESULTS_CA_FILE: '/etc/tekton-dag/history/ca.crt',
    });
    expect(podOf(ofTeam(results)).volumes).toContainEqual({
      name: 'history',
      configMap: { name: 'results-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }], optional: true },
    });
    expect(teamSecrets(team({}, undefined, { history: results })).map(({ name }) => name)).not.toContain(
      'history-postgres',
    );
    expect(policy(ofTeam(results))?.spec).toMatchObject({
      podSelector,
      egress: [{ ports: [{ port: 8080, protocol: 'TCP' }] }],
    });
  });

  it.each([
    [{}, 'tekton-pipelines.svc.cluster.local'],
    [{ domain: 'corp.example' }, 'tekton-pipelines.svc.corp.example'],
    [
      { platform: 'openshift', tekton: { install: 'operator', channel: 'latest' } },
      'openshift-pipelines.svc.cluster.local',
    ],
  ])('it is that of the cluster file unless it says another one: %j', (more, host) =>
    expect(keeping({ results: {} }, more).results?.url).toBe(`https://tekton-results-api-service.${host}:8080`),
  );

  it('the orchestrator alone may read them, in the namespace of the team', () => {
    const granted = ofTeam(results).flatMap(({ kind, metadata, ...rest }) =>
      kind === 'Role' && JSON.stringify(rest).includes('results.tekton.dev')
        ? [
            {
              name: metadata.name,
              namespace: metadata.namespace,
              rules: (rest as unknown as { rules: unknown[] }).rules.at(-1),
            },
          ]
        : [],
    );
    expect(granted).toEqual([
      {
        name: 'tekton-dag-orchestrator',
        namespace: 'ci-shop',
        rules: { apiGroups: ['results.tekton.dev'], resources: ['records'], verbs: ['get', 'list'] },
      },
    ]);
    expect(JSON.stringify(ofTeam(given))).not.toContain('results.tekton.dev');
  });
});
