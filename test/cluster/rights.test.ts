import { join } from 'node:path';
import { ACCOUNTS, accountName } from '../../lib/words/names';
import { apply, kubectl } from './kubectl';

/** What each account of the example team may do, asked of a real API server by SubjectAccessReview. */

const ROOT = join(__dirname, '../..');
const [RUNS, APPS, OTHERS] = ['team-local', 'shop-staging', 'team-market'];

beforeAll(() => apply(join(ROOT, 'dist/cluster'), join(ROOT, 'dist/teams')));

interface Access {
  readonly namespace: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
}

/** The accounts that may: one call of kubectl for all of them. */
function allowed(resourceAttributes: Access): string[] {
  const items = ACCOUNTS.map((account) => ({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${RUNS}:${accountName(account)}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${RUNS}`, 'system:authenticated'],
      resourceAttributes,
    },
  }));
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const answers = kubectl(['create', '--filename=-', '--output=jsonpath={.status.allowed}{"\\n"}'], list)
    .trimEnd()
    .split('\n');
  expect(answers).toHaveLength(ACCOUNTS.length);
  return ACCOUNTS.filter((_, i) => answers[i] === 'true');
}

const TEKTON = 'tekton.dev';

/** Verb, group, resource, subresource, namespace → the accounts that may. */
it.each<[string, string, string, string, string, readonly string[]]>([
  ['create', 'apps', 'deployments', '', APPS, ['preview', 'deploy']],
  ['patch', 'apps', 'deployments', '', APPS, ['preview', 'deploy']],
  ['delete', 'apps', 'deployments', '', APPS, ['preview']],
  ['create', '', 'services', '', APPS, ['preview']],
  ['delete', '', 'services', '', APPS, ['preview']],
  ['get', '', 'pods', 'log', APPS, ['preview', 'deploy']],
  ['get', '', 'pods', 'log', RUNS, ['preview', 'orchestrator']],
  ['create', '', 'pods', 'exec', APPS, []],
  ['get', '', 'secrets', '', APPS, []],
  ['get', '', 'secrets', '', RUNS, []],
  ['list', '', 'secrets', '', RUNS, []],
  ['create', '', 'pods', '', RUNS, []],
  ['create', TEKTON, 'pipelineruns', '', RUNS, ['orchestrator']],
  ['create', TEKTON, 'taskruns', '', RUNS, ['orchestrator']],
  ['list', 'apps', 'deployments', '', APPS, ['preview', 'orchestrator']],
  ['delete', 'apps', 'deployments', '', APPS, ['preview']],
  ['list', TEKTON, 'taskruns', '', RUNS, ['preview', 'release', 'orchestrator']],
  ['list', TEKTON, 'pipelineruns', '', RUNS, ['release', 'orchestrator']],
  ['get', TEKTON, 'pipelineruns', '', RUNS, ['preview', 'orchestrator']],
  ['patch', TEKTON, 'pipelines', '', RUNS, []],
  ['patch', TEKTON, 'tasks', '', RUNS, []],
  ['release', 'tekton-dag.io', 'runrequests', '', RUNS, ['orchestrator']],
  ['create', 'tekton-dag.io', 'runrequests', '', RUNS, ['orchestrator']],
  ['create', 'coordination.k8s.io', 'leases', '', RUNS, ['orchestrator']],
  ['create', 'rbac.authorization.k8s.io', 'rolebindings', '', RUNS, []],
  ['impersonate', '', 'serviceaccounts', '', RUNS, []],
  ['create', '', 'serviceaccounts', 'token', RUNS, []],
  ['create', 'apps', 'deployments', '', RUNS, []],
  ['*', '*', '*', '', RUNS, []],
  ['*', '*', '*', '', APPS, []],
  // another team's namespaces
  ['list', TEKTON, 'pipelineruns', '', OTHERS, []],
  ['create', 'apps', 'deployments', '', 'market-staging', []],
  // the whole cluster
  ['list', '', 'namespaces', '', '', []],
  ['get', '', 'nodes', '', '', []],
  ['create', 'authentication.k8s.io', 'tokenreviews', '', '', ['orchestrator']],
])('%s %s/%s %s in %j is for %j', (verb, group, resource, subresource, namespace, expected) => {
  expect(allowed({ namespace, verb, group, resource, subresource })).toEqual(expected);
});
