import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Team } from '../../fleet/model';
import type { Account } from '../../words/names';
import { ACCOUNTS, SHARED_NAMESPACE, accountName } from '../../words/names';
import { instanceBinding } from './instance-binding';
import type { Backend } from '../backends/backend';
import { backendOf, groupOf, openKind } from '../backends/backends';
import type { Rule } from '../tasks/shared/rule';
import { rule } from '../tasks/shared/rule';
import { environmentRights } from '../tasks/shared/rights';
import { object } from '../../kube/object';

/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */

const READ = ['get', 'list', 'watch'] as const;

/** What each account may do in the team's own namespace. `build` and `push` may do nothing, and their pods have no token. */
const TEAM_RIGHTS: Readonly<Record<Account, readonly Rule[]>> = {
  build: [],
  push: [],
  deploy: [],
  preview: [
    // the verdict and the outcome of a run
    rule('tekton.dev', 'taskruns', 'get', 'list'),
    // whether the run of a preview still goes on
    rule('tekton.dev', 'pipelineruns', 'get'),
    // what its steps wrote, which is kept when the run is over
    rule('', 'pods/log', 'get'),
  ],
  // the image that was tested
  release: [rule('tekton.dev', 'pipelineruns', 'list'), rule('tekton.dev', 'taskruns', 'list')],
  orchestrator: [
    // `release` is asked for by the admission policy of requests: who has it may say what is trusted
    rule('tekton-dag.io', 'runrequests', ...READ, 'create', 'patch', 'delete', 'release'),
    rule('tekton-dag.io', 'runrequests/status', 'get', 'patch'),
    rule('coordination.k8s.io', 'leases', ...READ, 'create', 'patch', 'delete'),
    rule('tekton.dev', 'pipelines', ...READ),
    rule('tekton.dev', 'pipelineruns', ...READ, 'create', 'patch', 'delete'),
    // create and delete: those that close previews whose run is over
    rule('tekton.dev', 'taskruns', ...READ, 'create', 'delete'),
    rule('', 'configmaps', ...READ),
    // why a run waits
    rule('', 'pods', ...READ),
    rule('', 'pods/log', 'get'),
    // list: why a pod that has its node does not begin
    rule('', 'events', 'list', 'create', 'patch'),
  ],
};

/** Why Kueue lets a run wait. */
const OF_KUEUE = rule('kueue.x-k8s.io', 'workloads', 'list');

/** Which previews are open, in an environment. */
const ofPreviews = (backend: Backend): Rule => rule(groupOf(openKind(backend)), openKind(backend).plural, 'list');

/** What Tekton Results keeps of the namespace; it asks the cluster who may read it. https://tekton.dev/docs/results/api/ */
const OF_RESULTS = rule('results.tekton.dev', 'records', 'get', 'list');

/** Where the orchestrator of the team runs; undefined if it has none. */
export const orchestratorNamespace = ({ orchestrator, namespace }: Team): string | undefined =>
  orchestrator.enabled ? (orchestrator.mode === 'shared' ? SHARED_NAMESPACE : namespace) : undefined;

/** What an account may do in a namespace of the team. */
export function rightsOf(team: Team, account: Account, namespace: string): readonly Rule[] {
  const isOrchestrator = namespace === team.namespace && account === 'orchestrator';
  const isEnvironment = team.environments.includes(namespace);
  return [
    ...(namespace === team.namespace ? TEAM_RIGHTS[account] : []),
    ...(isOrchestrator && team.queue.kind === 'kueue' ? [OF_KUEUE] : []),
    ...(isOrchestrator && team.history?.results ? [OF_RESULTS] : []),
    ...(isEnvironment && account === 'orchestrator' ? [ofPreviews(backendOf(team))] : []),
    ...(isEnvironment && (account === 'deploy' || account === 'preview')
      ? environmentRights(backendOf(team))[account]
      : []),
  ];
}

/**
 * Renders the accounts of a team with the least rights that work: a Role and a RoleBinding in each namespace where an
 * account may do something. The only right across the cluster is the orchestrator's to ask who a caller is.
 */
export function access(scope: Construct, team: Team): void {
  if (team.tekton !== undefined) instanceAccess(scope, team.tekton, team.namespace);
  const home = orchestratorNamespace(team);
  for (const account of ACCOUNTS) {
    if (account === 'orchestrator' && home === undefined) continue;
    // what signs pushes with the Secrets of an account
    if (account === 'push' && team.builder === undefined) continue;
    const namespace = account === 'orchestrator' && home !== undefined ? home : team.namespace;
    if (namespace === team.namespace) serviceAccount(scope, team, account);
    for (const place of new Set([team.namespace, ...team.environments])) {
      const rules = rightsOf(team, account, place);
      if (rules.length > 0) grant(scope, account, namespace, place, rules);
    }
  }
  if (home === team.namespace) {
    // kubernetes' own role for servers that authenticate their callers: create on tokenreviews and subjectaccessreviews
    object(
      scope,
      k8s.KubeClusterRoleBinding,
      { name: `tekton-dag-${team.name}-auth`, namespace: undefined },
      {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:auth-delegator' },
        subjects: [{ kind: 'ServiceAccount', name: accountName('orchestrator'), namespace: home }],
      },
    );
  }
}

/** Lets the controller of the team's instance of Tekton work where the team's runs are; other instances get nothing there. */
function instanceAccess(scope: Construct, instance: string, namespace: string): void {
  const { name, body } = instanceBinding(instance);
  object(scope, k8s.KubeRoleBinding, { name, namespace }, body);
}

/**
 * Chains pushes with the first Secret of the account that is for the registry: releases of it up to 0.29 ask those that pull before the
 * others, so the one that pushes is the first of both.
 * https://tekton.dev/docs/chains/authentication/
 */
function serviceAccount(scope: Construct, { namespace, secrets, insecureRegistry }: Team, account: Account): void {
  const pushes = account === 'push' && !insecureRegistry ? [{ name: `${secrets.names.registryPush}-release` }] : [];
  const pulls = secrets.names.imagePull.map((name) => ({ name }));
  const pull = pulls.length > 0 ? [...pushes, ...pulls] : [];
  object(
    scope,
    k8s.KubeServiceAccount,
    { name: accountName(account), namespace },
    {
      automountServiceAccountToken: account !== 'build' && account !== 'push',
      imagePullSecrets: pull.length > 0 ? pull : undefined,
      secrets: pushes.length > 0 ? pushes : undefined,
    },
  );
}

function grant(scope: Construct, account: Account, home: string, namespace: string, rules: readonly Rule[]): void {
  const metadata = { name: accountName(account), namespace };
  object(scope, k8s.KubeRole, metadata, {
    rules: rules.map(({ apiGroups, resources, verbs }) => ({
      apiGroups: [...apiGroups],
      resources: [...resources],
      verbs: [...verbs],
    })),
  });
  object(scope, k8s.KubeRoleBinding, metadata, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: metadata.name, namespace: home }],
  });
}
