import type { Construct } from 'constructs';
import type { AppProjectSpec, AppProjectSpecRoles } from '../../../imports/argoproj.io';
import { AppProject } from '../../../imports/argoproj.io';
import { ANNOTATIONS } from '../../words/labels';
import type { Team } from '../../fleet/model';
import {
  ARGOCD_NAMESPACE,
  OWN_PREFIX,
  PLATFORM_PROJECT,
  TASKS_NAMESPACE,
  TEKTON,
  teamProject,
} from '../../words/names';
import { object } from '../../kube/object';
import type { Manifest } from '../../kube/manifest';
import { groupOf } from '../../kube/manifest';
import type { ObjectsPart, Owner } from '../layout';
import { namespacesOf } from '../team/namespace';

/** https://argo-cd.readthedocs.io/en/stable/user-guide/projects/ */

/** A kind as a project lists it. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}
/** Of an object. */
export const groupKindOf = (manifest: Pick<Manifest, 'apiVersion' | 'kind'>): GroupKind => ({
  group: groupOf(manifest),
  kind: manifest.kind,
});
export const kinds = (group: string, ...names: readonly string[]): GroupKind[] =>
  names.map((kind) => ({ group, kind }));

/**
 * What a team's own application may hold. A list of what is allowed: runs, Pods and Secrets are not on it, nor is what
 * says who may do what in the namespace, or how much.
 */
const TEAM_KINDS: readonly GroupKind[] = [
  ...kinds('tekton.dev', 'Task', 'Pipeline'),
  ...kinds('triggers.tekton.dev', 'EventListener'),
  ...kinds('', 'ConfigMap', 'Service'),
  ...kinds('apps', 'Deployment'),
  ...kinds('batch', 'CronJob'),
  ...kinds('policy', 'PodDisruptionBudget'),
  ...kinds('autoscaling', 'HorizontalPodAutoscaler'),
  ...kinds('gateway.networking.k8s.io', 'HTTPRoute'),
  ...kinds('networking.k8s.io', 'Ingress'),
];

/** What a listener of Tekton Triggers needs beside its EventListener. */
const LISTENER_KINDS = kinds('triggers.tekton.dev', 'Interceptor');

/** What the platform's applications may hold in a namespace. */
const PLATFORM_KINDS: readonly GroupKind[] = [
  ...kinds('', 'ServiceAccount', 'LimitRange', 'ResourceQuota', 'PersistentVolumeClaim'),
  ...kinds('rbac.authorization.k8s.io', 'Role', 'RoleBinding'),
  ...kinds('networking.k8s.io', 'NetworkPolicy'),
  ...kinds('external-secrets.io', 'ExternalSecret'),
  ...kinds('generators.external-secrets.io', 'GithubAccessToken'),
  ...kinds('kueue.x-k8s.io', 'LocalQueue'),
  ...kinds('pipelinesascode.tekton.dev', 'Repository'),
  // a cluster's orchestrator, and its webhook router
  ...kinds('', 'ConfigMap', 'Service'),
  ...kinds('apps', 'Deployment'),
  ...kinds('policy', 'PodDisruptionBudget'),
  ...kinds('networking.k8s.io', 'Ingress'),
];

/** And in the cluster: namespaces, and what bears our name. */
const PLATFORM_CLUSTER_KINDS = [
  ...kinds('', 'Namespace'),
  ...kinds('apiextensions.k8s.io', 'CustomResourceDefinition').map((each) => ({ ...each, name: '*.tekton-dag.io' })),
  ...[
    ...kinds('rbac.authorization.k8s.io', 'ClusterRole', 'ClusterRoleBinding'),
    ...kinds('scheduling.k8s.io', 'PriorityClass'),
    ...kinds('admissionregistration.k8s.io', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'),
  ].map((each) => ({ ...each, name: `${OWN_PREFIX}*` })),
];

/** What the project of an owner lists, before a team has customized anything. */
export const kindsOf = (owner: Owner, { triggers, ownBackend }: Team): readonly GroupKind[] =>
  owner === 'team'
    ? [...TEAM_KINDS, ...(triggers ? LISTENER_KINDS : []), ...(ownBackend?.kinds ?? []).map(groupKindOf)]
    : [...PLATFORM_KINDS, ...PLATFORM_CLUSTER_KINDS];

/**
 * On an application: what it made is deleted before it goes. On a project: it goes when its last application is gone, for
 * without their project applications can delete nothing.
 */
export const FINALIZER = 'resources-finalizer.argocd.argoproj.io';

/** Before the ApplicationSets, whose applications name it. */
const WAVE = '-1';

function project(scope: Construct, name: string, spec: AppProjectSpec): void {
  object(
    scope,
    AppProject,
    { name, namespace: ARGOCD_NAMESPACE, annotations: { [ANNOTATIONS.syncWave]: WAVE }, finalizers: [FINALIZER] },
    { spec },
  );
}

/**
 * The project of a team: its own namespaces on its own clusters, and a role for its group.
 * @param clusters the team on each of them, the first of them first
 * @param further kinds that the team's own objects are of, beside those that synth makes
 */
export function teamProjectObject(
  scope: Construct,
  repoURL: string,
  clusters: readonly [Team, ...Team[]],
  further: readonly GroupKind[],
): void {
  const [team] = clusters;
  const destinations = clusters.flatMap((each) =>
    namespacesOf(each).map((namespace) => ({ name: each.cluster, namespace })),
  );
  project(scope, teamProject(team.name), {
    description: `Tasks, Pipelines and environment of team ${team.name}`,
    sourceRepos: [repoURL],
    destinations,
    clusterResourceWhitelist: [],
    namespaceResourceWhitelist: [...kindsOf('team', team), ...further],
    roles: team.group === undefined ? undefined : [role(team, team.group)],
  });
}

const ROLE = 'team';
const RIGHTS = [
  ['applications', 'get'],
  ['applications', 'sync'],
  ['applications', 'action/*'],
  ['logs', 'get'],
] as const;

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/ */
function role({ name }: Team, group: string): AppProjectSpecRoles {
  const own = teamProject(name);
  return {
    name: ROLE,
    description: 'Sees the applications of the team, and may sync those that it owns',
    groups: [group],
    policies: RIGHTS.map(([resource, action]) => `p, proj:${own}:${ROLE}, ${resource}, ${action}, ${own}/*, allow`),
  };
}

/**
 * Lines for `policy.<name>.csv` of argocd-rbac-cm: what a role of the team's project cannot give, for it lies outside of that
 * project. The group sees, and no more, its project and the applications by which the platform owns its namespaces.
 */
export function rbacFragment({ name, group }: Team): string | undefined {
  if (group === undefined) return undefined;
  const subject = `role:${teamProject(name)}`;
  return [
    `p, ${subject}, projects, get, ${teamProject(name)}, allow`,
    ...['', '.*'].map(
      (cluster) =>
        `p, ${subject}, applications, get, ${PLATFORM_PROJECT}/${teamProject(name)}${cluster}.platform, allow`,
    ),
    `g, ${group}, ${subject}`,
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** Namespaces that are never a team's: those of the cluster itself, of Argo CD, of each Tekton, and of the Tasks that teams share. */
const NEVER_OURS = [
  'kube-system',
  'kube-public',
  'kube-node-lease',
  ARGOCD_NAMESPACE,
  `${TEKTON.namespace}*`,
  TASKS_NAMESPACE,
];

/**
 * The platform's project: whatever namespaces teams have on whatever cluster, since an application that is deleted can delete
 * only what its project permits at that time; but none that is never a team's. What it may hold is limited by kind and name,
 * and to this repository.
 */
export function platformProject(scope: Construct, repoURL: string): void {
  project(scope, PLATFORM_PROJECT, {
    description: 'Namespaces of teams, with limits, network and access; what a cluster holds once',
    sourceRepos: [repoURL],
    destinations: ['*', ...NEVER_OURS.map((name) => `!${name}`)].map((namespace) => ({ name: '*', namespace })),
    clusterResourceWhitelist: PLATFORM_CLUSTER_KINDS,
    namespaceResourceWhitelist: [...PLATFORM_KINDS],
  });
}

/**
 * The project of what clusters hold before a team arrives: exactly the kinds and names that the parts hold, where they hold them.
 * Tekton keeps a Secret of its certificates, which comes empty.
 */
export function projectOf(
  scope: Construct,
  repoURL: string,
  name: string,
  description: string,
  parts: readonly (ObjectsPart & { readonly clusters: readonly string[] })[],
): void {
  const objects = parts.flatMap((part) => part.objects);
  const isInNamespace = ({ metadata }: Manifest): boolean => metadata.namespace !== undefined;
  const destinations = parts.flatMap(({ clusters, objects: all }) =>
    clusters.flatMap((cluster) =>
      all.flatMap(({ metadata: { namespace } }) => (namespace === undefined ? [] : [{ name: cluster, namespace }])),
    ),
  );
  project(scope, name, {
    description,
    sourceRepos: [repoURL],
    destinations: once(destinations),
    clusterResourceWhitelist: once(
      objects
        .filter((object) => !isInNamespace(object))
        .map((object) => ({ ...groupKindOf(object), name: object.metadata.name })),
    ),
    namespaceResourceWhitelist: once(objects.filter(isInNamespace).map(groupKindOf)),
  });
}

/** Each of equal ones once, in the order of their text. */
const once = <T extends object>(all: readonly T[]): T[] =>
  [...new Map(all.map((one) => [JSON.stringify(one), one])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);

/** The project of projects and ApplicationSets: Argo CD's own objects in its own namespace, and nothing else. */
export function argoCdProject(scope: Construct, repoURL: string, name: string): void {
  project(scope, name, {
    description: 'Projects, ApplicationSets and the application that applies them',
    sourceRepos: [repoURL],
    destinations: [{ name: 'in-cluster', namespace: ARGOCD_NAMESPACE }],
    clusterResourceWhitelist: [],
    namespaceResourceWhitelist: kinds('argoproj.io', 'AppProject', 'ApplicationSet', 'Application'),
  });
}
