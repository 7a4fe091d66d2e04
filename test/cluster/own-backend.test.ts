import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { session } from '../../lib/words/names';
import { tektonDag } from '../support/cli';
import { apply, applyObjects, awaitKinds, inForce, kubectl, refusal } from './kubectl';

/** A backend of fleet.ts on a real API server: its objects are taken, and account `preview` may touch those of previews alone. */

const EXAMPLE = join(__dirname, '../../examples/own-backend');
const NAMESPACE = 'team-shop';
const SESSION = session('acme/web', 4);
const ROUTES = 'ingressroutes.traefik.io';

/** Of what Traefik defines, as much as an API server must know. */
const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: ROUTES },
  spec: {
    group: 'traefik.io',
    scope: 'Namespaced',
    names: { kind: 'IngressRoute', plural: 'ingressroutes' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

const route = (name: string, labels: Readonly<Record<string, string>>): object => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'IngressRoute',
  metadata: { name, namespace: NAMESPACE, labels },
  spec: { entryPoints: ['apps'], routes: [] },
});
const OF_SESSION = { 'tekton-dag.io/session': SESSION };
const PREVIEW = route(`web-${SESSION}`, OF_SESSION);

const as = (account: string): string => `--as=system:serviceaccount:${NAMESPACE}:tekton-dag-${account}`;
const applyAs = (account: string, object: object): string => applyObjects([object], as(account));
const routes = (): readonly string[] =>
  kubectl(['get', ROUTES, '--namespace', NAMESPACE, '--output=name']).split('\n').filter(Boolean);

let out: string;
let stable: readonly string[];
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'own-backend-'));
  applyObjects([DEFINITION]);
  awaitKinds();
  expect(tektonDag(['synth', '--root', EXAMPLE, '--out', out])).toMatchObject({ status: 0 });
  apply(join(out, 'cluster'), join(out, 'teams'));
  stable = routes();
  await inForce(() => refusal(() => applyAs('preview', route('policy-probe', {}))) !== undefined);
});
afterAll(() => {
  kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--wait=false']);
  kubectl(['delete', 'customresourcedefinition', ROUTES, '--ignore-not-found', '--wait=false']);
  rmSync(out, { recursive: true });
});

it('gives each app a route to its stable pods', () => {
  expect(stable.length).toBeGreaterThan(0);
  expect(stable).toContain(`ingressroute.traefik.io/web`);
});

it('lets account preview make, change and delete the route of a preview', () => {
  applyAs('preview', PREVIEW);
  applyAs('preview', route(`web-${SESSION}`, { ...OF_SESSION, changed: 'yes' }));
  expect(routes()).toContain(`ingressroute.traefik.io/web-${SESSION}`);
  kubectl([
    'delete',
    ROUTES,
    '--namespace',
    NAMESPACE,
    '--selector',
    `tekton-dag.io/session=${SESSION}`,
    as('preview'),
  ]);
  expect(routes()).toEqual(stable);
});

it.each<[string, object, string]>([
  ['a route without a session', route(`web-${SESSION}`, {}), 'a preview is named <app>-<session>'],
  ['a route of another name', route('other', OF_SESSION), 'a preview is named <app>-<session>'],
  ['the route of stable pods', route('web', OF_SESSION), 'a preview is named <app>-<session>'],
])('keeps account preview from %s', (_, object, why) => {
  expect(refusal(() => applyAs('preview', object))).toContain(why);
  expect(routes()).toEqual(stable);
});

it('keeps account preview from deleting the route of stable pods', () => {
  const remove = ['delete', ROUTES, 'web', '--namespace', NAMESPACE, as('preview')];
  expect(refusal(() => kubectl(remove))).toContain('this object is not a preview');
});

it.each(['build', 'test'])('gives account %s no right to routes', (account) => {
  expect(refusal(() => applyAs(account, PREVIEW))).toContain('cannot patch resource "ingressroutes"');
});
