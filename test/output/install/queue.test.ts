import { load } from 'js-yaml';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { synthFleet } from '../../../lib/output/synth';
import { app, resolve, stackFile, team } from '../../fleet/support';
import { applications, contents, find, objectsOf, permits } from '../gitops/controller';

/** What Kueue is given where it decides when runs go on, and that nothing of it is there where it does not. */

function synth(queue: string): ReadonlyMap<string, string> {
  const { fleet, said } = resolve({
    clusters: [{ file: 'clusters/one.yaml', text: `name: one\n${queue}` }],
    teams: [
      team('alpha', ['alpha'], { maxConcurrentRuns: 4 }),
      team('beta', ['beta'], { clusters: ['two'], maxConcurrentRuns: 1 }),
      team('gamma', ['gamma'], { cluster: 'two' }),
    ],
    stacks: ['alpha', 'beta', 'gamma'].map((name) => stackFile(name, [app(`${name}-web`)])),
  });
  if (fleet === undefined) throw new Error(said.join('\n'));
  return synthFleet(fleet).files;
}
const files = synth('queue: { kind: kueue }\n');
const ofCluster = objectsOf(files, 'install/one/60-queue');
const kindsOf = (objects: readonly Manifest[], kind: string) => objects.filter((object) => object.kind === kind);
const quotaOf = (queue: Manifest) =>
  at(queue, 'spec', 'resourceGroups', '0', 'flavors', '0', 'resources', '0') as Record<string, unknown>;
const configOf = (from: ReadonlyMap<string, string>, folder: string) => {
  const map = objectsOf(from, `${folder}/60-orchestrator`).find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'tekton-dag-orchestrator',
  );
  return load((map as unknown as { data: { 'team.json': string } }).data['team.json']) as { queue?: object };
};
const mayListWorkloads = (from: ReadonlyMap<string, string>, folder: string) =>
  objectsOf(from, `${folder}/10-access`).some(
    ({ kind, metadata, rules }) =>
      kind === 'Role' && metadata.name === 'tekton-dag-orchestrator' && JSON.stringify(rules).includes('"workloads"'),
  );

it('has a ClusterQueue for each team of the cluster, with its maxConcurrentRuns, for its namespace alone', () => {
  const queues = kindsOf(ofCluster, 'ClusterQueue');
  expect(queues.map(({ metadata }) => metadata.name)).toEqual(['tekton-dag-alpha', 'tekton-dag-beta']);
  expect(queues.map(quotaOf)).toEqual([
    { name: 'tekton.dev/pipelineruns', nominalQuota: 4 },
    { name: 'tekton.dev/pipelineruns', nominalQuota: 1 },
  ]);
  const [alpha] = queues;
  expect(at(alpha, 'spec', 'namespaceSelector', 'matchLabels')).toEqual({ 'kubernetes.io/metadata.name': 'ci-alpha' });
});

it('refers to what is there: the flavor, and from the namespace of each team its ClusterQueue', () => {
  const flavors = kindsOf(ofCluster, 'ResourceFlavor').map(({ metadata }) => metadata.name);
  for (const queue of kindsOf(ofCluster, 'ClusterQueue'))
    expect(flavors).toContain(at(queue, 'spec', 'resourceGroups', '0', 'flavors', '0', 'name'));
  for (const name of ['alpha', 'beta']) {
    const [queue] = objectsOf(files, `teams/${name}/27-queue`);
    expect(queue).toMatchObject({
      kind: 'LocalQueue',
      metadata: { name: 'pipelines-queue', namespace: `ci-${name}` },
      spec: { clusterQueue: `tekton-dag-${name}` },
    });
  }
});

it('never takes a run that goes on away, since tekton-kueue would end it', () => {
  for (const queue of kindsOf(ofCluster, 'ClusterQueue'))
    expect(at(queue, 'spec', 'preemption')).toEqual({ reclaimWithinCohort: 'Never', withinClusterQueue: 'Never' });
});

it.each([
  ['lets teams borrow as much as others leave', '', { cohortName: 'tekton-dag' }, undefined],
  ['lets them borrow as many as the cluster says', 'borrow: 2, ', { cohortName: 'tekton-dag' }, 2],
  ['lets them borrow nothing, nor lend', 'borrow: 0, ', {}, undefined],
])('%s', (_, borrow, cohort, limit) => {
  const [queue] = kindsOf(objectsOf(synth(`queue: { ${borrow}kind: kueue }\n`), 'install/one'), 'ClusterQueue');
  expect({ cohortName: at(queue, 'spec', 'cohortName') }).toEqual({ cohortName: undefined, ...cohort });
  expect(quotaOf(queue as Manifest).borrowingLimit).toBe(limit);
});

it('tells the orchestrator of a team, which may then read why a run waits', () => {
  expect(configOf(files, 'teams/alpha').queue).toEqual({ kind: 'kueue' });
  expect(mayListWorkloads(files, 'teams/alpha')).toBe(true);
});

it('is nothing on a cluster that does not say so, of the same team, too', () => {
  const apart = [...files].filter(([path]) => path.startsWith('clusters/two/beta/') || path.startsWith('teams/gamma/'));
  expect(apart.length).toBeGreaterThan(2);
  expect(apart.filter(([, text]) => text.includes('kueue'))).toEqual([]);
});

it.each(['', 'queue: { kind: slots }\n'])('is nothing with %j, but a kind that the platform may have', (queue) => {
  const without = synth(queue);
  const about = [...without].filter(([path, text]) => text.includes('kueue') && !path.startsWith('argocd/'));
  expect(about).toEqual([]);
  expect(configOf(without, 'teams/alpha').queue).toBeUndefined();
  expect(mayListWorkloads(without, 'teams/alpha')).toBe(false);
});

it('is permitted to the applications that hold it', () => {
  const installed = find(files, 'Application', 'tekton-dag.one.install');
  const held = [...applications(files, 'tekton-dag-platform'), installed].flatMap((application) =>
    contents(files, application)
      .filter(({ apiVersion }) => apiVersion.startsWith('kueue.x-k8s.io/'))
      .map((object) => [object.kind, permits(files, application, object)]),
  );
  expect(new Set(held.map(String))).toEqual(
    new Set(['LocalQueue', 'ResourceFlavor', 'ClusterQueue', 'WorkloadPriorityClass'].map((kind) => `${kind},true`)),
  );
});

it('says that borrowing is not used where the orchestrator counts', () =>
  expect(
    resolve({
      clusters: [{ file: 'clusters/one.yaml', text: 'name: one\nqueue: { borrow: 2 }\n' }],
      teams: [team('alpha', ['alpha'])],
      stacks: [stackFile('alpha', [app('web')])],
    }).said,
  ).toEqual([
    'warning: clusters/one.yaml:2:18: queue.borrow: not used: teams borrow from each other with queue.kind kueue alone',
  ]));
