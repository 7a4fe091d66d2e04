import { App, Chart } from 'cdk8s';
import { access, rightsOf } from '../../../lib/output/team/access';
import { ACCOUNTS } from '../../../lib/words/names';
import type { Team } from '../../../lib/fleet/model';
import { team } from './model';

interface Emitted {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

const objects = (given: Team): readonly Emitted[] => {
  const chart = new Chart(new App(), 'access');
  access(chart, given);
  return chart.toJson() as Emitted[];
};
const find = (given: Team, kind: string, name: string, namespace?: string) =>
  objects(given).find(
    (o) =>
      o.kind === kind && o.metadata.name === name && (namespace === undefined || o.metadata.namespace === namespace),
  );

/** Whether an account may do something in a namespace, by the Roles that are rendered. */
const may = (
  given: Team,
  account: string,
  namespace: string,
  verb: string,
  group: string,
  resource: string,
): boolean => {
  const role = find(given, 'Role', `tekton-dag-${account}`, namespace);
  return ((role?.rules ?? []) as { apiGroups: string[]; resources: string[]; verbs: string[] }[]).some(
    (rule) => rule.apiGroups.includes(group) && rule.resources.includes(resource) && rule.verbs.includes(verb),
  );
};

describe('the accounts of a team', () => {
  const shop = team();
  const [runs, apps] = ['ci-shop', 'shop-staging'];

  it('have a Role that is this on the wire', () => {
    expect(find(shop, 'Role', 'tekton-dag-release', runs)).toMatchInlineSnapshot(`
      {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {
          "name": "tekton-dag-release",
          "namespace": "ci-shop",
        },
        "rules": [
          {
            "apiGroups": [
              "tekton.dev",
            ],
            "resources": [
              "pipelineruns",
            ],
            "verbs": [
              "list",
            ],
          },
          {
            "apiGroups": [
              "tekton.dev",
            ],
            "resources": [
              "taskruns",
            ],
            "verbs": [
              "list",
            ],
          },
        ],
      }
    `);
  });

  it.each<[string, string, string, string, string, boolean]>([
    // what a pull request brings runs as build
    ['build', runs, 'get', '', 'pods', false],
    ['build', apps, 'create', 'apps', 'deployments', false],
    ['preview', apps, 'create', 'apps', 'deployments', true],
    ['preview', apps, 'delete', '', 'services', true],
    ['preview', apps, 'get', '', 'pods/log', true],
    ['preview', apps, 'get', '', 'secrets', false],
    ['preview', runs, 'list', 'tekton.dev', 'taskruns', true],
    ['preview', runs, 'create', 'tekton.dev', 'pipelineruns', false],
    ['preview', runs, 'get', 'tekton.dev', 'pipelineruns', true],
    ['preview', runs, 'list', 'tekton.dev', 'pipelineruns', false],
    ['preview', runs, 'get', '', 'pods/log', true],
    ['preview', runs, 'list', '', 'pods', false],
    ['deploy', apps, 'patch', 'apps', 'deployments', true],
    ['deploy', apps, 'delete', 'apps', 'deployments', false],
    ['deploy', apps, 'create', '', 'services', false],
    ['deploy', runs, 'list', 'tekton.dev', 'taskruns', false],
    ['release', runs, 'list', 'tekton.dev', 'pipelineruns', true],
    ['release', runs, 'create', 'tekton.dev', 'pipelineruns', false],
    ['release', apps, 'patch', 'apps', 'deployments', false],
    ['orchestrator', runs, 'create', 'tekton.dev', 'pipelineruns', true],
    ['orchestrator', runs, 'release', 'tekton-dag.io', 'runrequests', true],
    ['orchestrator', runs, 'create', 'coordination.k8s.io', 'leases', true],
    ['orchestrator', runs, 'watch', '', 'pods', true],
    ['orchestrator', runs, 'create', '', 'pods', false],
    ['orchestrator', runs, 'get', '', 'secrets', false],
    ['orchestrator', apps, 'create', 'apps', 'deployments', false],
  ])('%s in %s: %s %s/%s is %s', (account, namespace, verb, group, resource, expected) => {
    expect(may(shop, account, namespace, verb, group, resource)).toBe(expected);
  });

  it('gives build no token, so that what it runs can ask the API for nothing', () => {
    expect(find(shop, 'ServiceAccount', 'tekton-dag-build')?.automountServiceAccountToken).toBe(false);
    expect(find(shop, 'ServiceAccount', 'tekton-dag-preview')?.automountServiceAccountToken).toBe(true);
  });

  it('binds every Role to the account of its name, and reads no Secret and no exec anywhere', () => {
    for (const role of objects(shop).filter(({ kind }) => kind === 'Role')) {
      expect(find(shop, 'RoleBinding', role.metadata.name, role.metadata.namespace)).toMatchObject({
        roleRef: { kind: 'Role', name: role.metadata.name },
        subjects: [{ kind: 'ServiceAccount', name: role.metadata.name, namespace: runs }],
      });
    }
    const resources = ACCOUNTS.flatMap((account) =>
      [runs, apps].flatMap((namespace) => rightsOf(shop, account, namespace).flatMap((rule) => rule.resources)),
    );
    expect(resources).not.toEqual(expect.arrayContaining(['secrets']));
    expect(resources).not.toEqual(expect.arrayContaining(['pods/exec']));
  });

  it('has one right across the cluster: the orchestrator may ask who a caller is', () => {
    expect(objects(shop).filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([
      expect.objectContaining({
        kind: 'ClusterRoleBinding',
        roleRef: expect.objectContaining({ name: 'system:auth-delegator' }),
        subjects: [{ kind: 'ServiceAccount', name: 'tekton-dag-orchestrator', namespace: runs }],
      }),
    ]);
  });

  it('lets the orchestrator of the cluster serve the team instead', () => {
    const shared = team({ orchestrator: { mode: 'shared' } });
    expect(find(shared, 'ServiceAccount', 'tekton-dag-orchestrator')).toBeUndefined();
    expect(find(shared, 'RoleBinding', 'tekton-dag-orchestrator')).toMatchObject({
      subjects: [{ namespace: 'tekton-dag' }],
    });
    expect(objects(shared).filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([]);
  });

  it('leaves the orchestrator out where there is none, and gives accounts the Secrets that pull images', () => {
    const plain = team({ orchestrator: { enabled: false }, secrets: { names: { imagePull: ['pull'] } } });
    expect(objects(plain).some(({ metadata }) => metadata.name.includes('orchestrator'))).toBe(false);
    expect(find(plain, 'ServiceAccount', 'tekton-dag-build')?.imagePullSecrets).toEqual([{ name: 'pull' }]);
  });
});
