import { join } from 'node:path';
import { session } from '../../lib/words/names';
import { apply, inForce, kubectl, refusal } from './kubectl';

/** What the account that opens previews may touch, beyond what its Role can say: asked of a real API server. */

const ROOT = join(__dirname, '../..');
const [RUNS, APPS] = ['team-local', 'shop-staging'];
const SESSION = session('acme/web', 4);
/** Named like a preview, and yet none. */
const STABLE = `stable-${SESSION}`;

const labels = (more = {}) => ({ 'tekton-dag.io/session': SESSION, ...more });
const POD = { 'tekton-dag.io/track': 'preview', 'tekton-dag.io/session': SESSION };
const deployment = (name: string, own: Record<string, string>, pod = {}, podLabels: Record<string, string> = POD) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: APPS, labels: own },
  spec: {
    selector: { matchLabels: { name } },
    template: {
      metadata: { labels: { name, ...podLabels } },
      spec: { ...pod, containers: [{ name: 'app', image: 'registry.example.com/web:1.0.0' }] },
    },
  },
});
const service = (name: string, own: Record<string, string>, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: APPS, labels: own },
  spec: { clusterIP: 'None', selector: POD, ...spec },
});

const as = (account: string): string => `--as=system:serviceaccount:${RUNS}:tekton-dag-${account}`;
const applyAs = (account: string, object: object): string =>
  kubectl(['apply', '--server-side', '--force-conflicts', '--filename=-', as(account)], JSON.stringify(object));

beforeAll(async () => {
  apply(join(ROOT, 'dist/cluster'), join(ROOT, 'dist/teams'));
  applyAs('deploy', deployment(STABLE, {}));
  await inForce(() => refusal(() => applyAs('preview', service('policy-probe', {}))) !== undefined);
});
afterAll(() =>
  kubectl([
    'delete',
    'deployments,services',
    '--namespace',
    APPS,
    '--ignore-not-found',
    STABLE,
    'policy-probe',
    `policy-${SESSION}`,
  ]),
);

it('opens, changes and closes a preview', () => {
  const name = `policy-${SESSION}`;
  applyAs('preview', deployment(name, labels()));
  applyAs('preview', deployment(name, labels({ changed: 'yes' })));
  applyAs('preview', service(name, labels()));
  kubectl([
    'delete',
    'deployments,services',
    '--namespace',
    APPS,
    '--selector',
    `tekton-dag.io/session=${SESSION}`,
    as('preview'),
  ]);
});

it.each<[string, object, string]>([
  ['an object without a session', deployment('policy-new', {}), 'a preview is named <app>-<session>'],
  ['an object of another name', deployment('policy-new', labels()), 'a preview is named <app>-<session>'],
  [
    'a word that is no session',
    service('policy-new', { 'tekton-dag.io/session': 'new' }),
    'a preview is named <app>-<session>',
  ],
  ['a stable Deployment', deployment(STABLE, labels()), 'this object is not a preview'],
  [
    'a pod of another account',
    deployment(`policy-${SESSION}`, labels(), { serviceAccountName: 'tekton-dag-build' }),
    'run as the default account',
  ],
  ...(
    [
      ['pods behind the stable Service', { ...POD, 'tekton-dag.io/track': 'stable' }],
      ['pods of another session', { ...POD, 'tekton-dag.io/session': session('acme/web', 5) }],
      ['pods that nobody finds', {}],
    ] as const
  ).flatMap(([what, own]): [string, object, string][] => [
    [what, deployment(`policy-${SESSION}`, labels(), {}, own), 'pods of a preview have label'],
    [`a Service of ${what}`, service(`policy-${SESSION}`, labels(), { selector: own }), 'leads to its own pods'],
  ]),
  ...[
    { type: 'NodePort' },
    { type: 'LoadBalancer' },
    { type: 'ExternalName', externalName: 'example.com', clusterIP: undefined },
    { externalIPs: ['192.0.2.1'] },
  ].map((spec): [string, object, string] => [
    `a Service with ${JSON.stringify(spec)}`,
    service(`policy-${SESSION}`, labels(), { clusterIP: undefined, ports: [{ port: 80 }], ...spec }),
    'is of type ClusterIP and has no externalIPs',
  ]),
])('refuses to make or change %s', (_, object, why) => {
  expect(refusal(() => applyAs('preview', object))).toContain(why);
});

it('refuses to delete what is stable', () => {
  expect(refusal(() => kubectl(['delete', 'deployment', STABLE, '--namespace', APPS, as('preview')]))).toContain(
    'this object is not a preview',
  );
});

it('leaves other accounts alone', () => {
  expect(refusal(() => applyAs('deploy', deployment(STABLE, { changed: 'yes' })))).toBeUndefined();
});
