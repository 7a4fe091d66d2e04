import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeClient } from '../../lib/kube/client';
import { createClient } from '../../lib/kube/client';
import type { ApiServer } from './api-server';
import { startApiServer } from './api-server';
import { appliesTwice } from './applies-twice';
import { apply, kubectl } from './kubectl';
import { adminOf } from './orchestrator/support/admin';
import { TEAMS, defineTekton, synthTwoTektons } from './two-tektons';

/** An empty cluster takes two Tektons, and what the programs of one may do ends where its namespaces end. */

const before = process.env.KUBECONFIG;
const root = mkdtempSync(join(tmpdir(), 'tekton-dag-instances-'));
let server: ApiServer;
let client: KubeClient;

beforeAll(async () => {
  server = await startApiServer(process.env.KUBEBUILDER_ASSETS as string);
  process.env.KUBECONFIG = server.kubeconfig;
  client = createClient(adminOf(server.kubeconfig));
  synthTwoTektons(root);
  // before the definitions of the fixture, so that rights to each kind can be asked
  defineTekton();
}, 180_000);
afterAll(async () => {
  process.env.KUBECONFIG = before;
  rmSync(root, { recursive: true });
  await server.stop();
});

const dist = (path: string): string => join(root, 'dist', path);

it('takes every object, a file after the other, and applied again none changes', () => {
  const folder = dist('install/ci');
  // the definitions of the fixture are smaller than those that are there
  for (const file of readdirSync(folder)
    .filter((name) => !name.includes('definitions'))
    .sort())
    appliesTwice(join(folder, file));
  for (const name of Object.keys(TEAMS))
    for (const file of ['00-namespace.yaml', '10-access.yaml']) apply(dist(`teams/${name}/${file}`));
}, 120_000);

interface Resource {
  readonly group: string;
  readonly resource: string;
}
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const account = (instance: string, name: 'controller' | 'webhook') =>
  `system:serviceaccount:tekton-pipelines${instance}:tekton-pipelines-${name}`;

/** Every resource that the API server has. */
const resources = (): readonly Resource[] =>
  kubectl(['api-resources', '--output=name'])
    .trim()
    .split('\n')
    .map((line) => {
      const [resource = '', ...group] = line.split('.');
      return { resource, group: group.join('.') };
    });

async function may(user: string, attributes: object): Promise<boolean> {
  const groups = ['system:serviceaccounts', 'system:authenticated', `system:serviceaccounts:${user.split(':')[2]}`];
  const review = await client.create<{ status: { allowed: boolean } }>(
    { apiVersion: 'authorization.k8s.io/v1', plural: 'subjectaccessreviews' },
    undefined,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, groups, resourceAttributes: attributes },
    },
  );
  return review.status.allowed;
}

/** All that an account may do in a namespace (or across all, where it is empty) and that any account may not. */
async function rights(user: string, namespace: string): Promise<readonly string[]> {
  const asked = resources().flatMap((one) => VERBS.map((verb) => ({ ...one, verb, namespace })));
  const left = [...asked];
  const found: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop())
      if ((await may(user, next)) && !(await may('system:serviceaccount:default:nobody', next)))
        found.push(`${next.verb} ${next.resource}`);
  };
  await Promise.all(Array.from({ length: 20 }, work));
  return found.sort();
}

const WATCHED = ['customresourcedefinitions', 'mutatingwebhookconfigurations', 'validatingwebhookconfigurations'];
const ACROSS: readonly (readonly ['controller' | 'webhook', readonly string[]])[] = [
  ['controller', ['list nodes']],
  ['webhook', ['list', 'watch'].flatMap((verb) => WATCHED.map((resource) => `${verb} ${resource}`))],
];
// the rights of another's team, of another's programs, of what is shared, of the cluster, and of all namespaces at once
const ELSEWHERE = ['ci-alpha', 'tekton-pipelines-stable', 'tekton-pipelines', 'kube-system', ''];

describe.each(ACROSS)('the %s of an instance', (name, across) => {
  it.each(ELSEWHERE)(
    'may do nothing in %p but what it may across the cluster',
    async (namespace) => expect(await rights(account('-next', name), namespace)).toEqual(across),
    120_000,
  );
});

it('may work in its own namespaces', async () => {
  const controller = account('-next', 'controller');
  for (const namespace of ['ci-beta', 'sandbox'])
    for (const [verb, group, resource] of [
      ['create', '', 'pods'],
      ['get', '', 'secrets'],
      ['update', 'tekton.dev', 'taskruns'],
      ['create', 'apps', 'statefulsets'],
    ])
      expect([namespace, verb, resource, await may(controller, { namespace, verb, group, resource })]).toEqual([
        namespace,
        verb,
        resource,
        true,
      ]);
});

it('writes configurations of its own, and definitions nobody but the shared webhook', async () => {
  const config = (name: string) => ({
    group: 'admissionregistration.k8s.io',
    resource: 'validatingwebhookconfigurations',
    verb: 'update',
    name,
  });
  const definition = {
    group: 'apiextensions.k8s.io',
    resource: 'customresourcedefinitions',
    verb: 'update',
    name: 'tasks.tekton.dev',
  };
  const [own, shared] = [account('-next', 'webhook'), account('', 'webhook')];
  expect(await may(own, config('validation.webhook-next.pipeline.tekton.dev'))).toBe(true);
  expect(await may(own, config('validation.webhook-stable.pipeline.tekton.dev'))).toBe(false);
  expect(await may(own, config('validation.webhook.pipeline.tekton.dev'))).toBe(false);
  expect(await may(own, definition)).toBe(false);
  expect(await may(shared, definition)).toBe(true);
});

it('leaves nothing of an instance whose files are deleted, last one first, but the binding of its team', () => {
  const of = (words: readonly string[]) =>
    kubectl(['get', words.join(','), '--all-namespaces', '--output=name'])
      .split('\n')
      .filter((name) => name.includes('-next'));
  const own = ['clusterroles', 'clusterrolebindings', 'rolebindings', ...WATCHED.slice(1)];
  expect(of(own).length).toBeGreaterThan(8);
  const files = readdirSync(dist('install/ci')).filter((name) => name.endsWith('-next.yaml'));
  // nobody here ends a namespace
  for (const file of files.sort().reverse())
    kubectl(['delete', '--wait=false', '--filename', dist(`install/ci/${file}`)]);
  expect(of(own)).toEqual(['rolebinding.rbac.authorization.k8s.io/tekton-pipelines-next-controller']);
  expect(kubectl(['get', 'rolebindings', '--namespace', 'ci-beta', '--output=name'])).toContain('next-controller');
  expect(of(['deployments', 'services', 'configmaps', 'secrets', 'serviceaccounts'])).toEqual([]);
});
