import type { Manifest } from '../../../lib/kube/manifest';
import { teamParts } from '../../../lib/output/team/team-parts';
import { app, resolve, stackFile, team } from '../../fleet/support';

/** How apps are reached and kept up: what the stack says becomes objects of the environment, on the clusters that it is said for. */

const PROPS = { clusters: ['two'], environment: { namespace: 'apps', deploy: 'gitops' as const } };
const sources = (more: string, other = '') => ({
  teams: [team('shop', ['one'], PROPS)],
  stacks: [
    stackFile('one', [
      app('web', `propagation-role: terminal, ${more}`),
      app('api', `propagation-role: terminal${other}`),
    ]),
  ],
  clusters: [{ file: 'clusters/one.yaml', text: 'name: one\ningress: { domain: ci.example.com, className: nginx }\n' }],
});
const said = (more: string, other = ''): string =>
  resolve(sources(more, other))
    .said.filter((line) => !line.startsWith('warning'))
    .join('\n');

/** The objects of an app on a cluster. */
function objectsOf(more: string, cluster = 'one'): readonly Manifest[] {
  const { fleet, said: lines } = resolve(sources(more));
  const here = [...(fleet?.teams ?? []), ...(fleet?.elsewhere ?? [])].find((one) => one.cluster === cluster);
  if (here === undefined) throw new Error(lines.join('\n'));
  return teamParts(here).flatMap(({ objects }) => objects);
}
const named = (objects: readonly Manifest[], kind: string, name = 'web'): Manifest | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

it('leads calls from outside to the Service of the app, on the clusters that are named', () => {
  const more = 'ingress: { hosts: { one: shop.example.com }, path: /web }';
  expect(named(objectsOf(more), 'Ingress')).toMatchObject({
    metadata: { namespace: 'apps' },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['shop.example.com'] }],
      rules: [
        {
          host: 'shop.example.com',
          http: {
            paths: [
              { path: '/web', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } },
            ],
          },
        },
      ],
    },
  });
  expect(named(objectsOf(more, 'two'), 'Ingress')).toBeUndefined();
});

it('mounts what others make read-only, and folders of a size', () => {
  const objects = objectsOf(
    'volumes: [{ path: /etc/app, configmap: conf }, { path: /etc/tls.d, secret: tls }, { path: /etc/tls-d, empty-dir: 1Gi }]',
  );
  const { template } = named(objects, 'Deployment')?.spec as {
    template: { spec: { containers: [{ volumeMounts: { name: string }[] }]; volumes: { name: string }[] } };
  };
  expect(template.spec.volumes).toEqual([
    { name: expect.stringMatching(/^etc-app-/), configMap: { name: 'conf' } },
    { name: expect.stringMatching(/^etc-tls-d-/), secret: { secretName: 'tls' } },
    { name: expect.stringMatching(/^etc-tls-d-/), emptyDir: { sizeLimit: '1Gi' } },
  ]);
  const names = template.spec.volumes.map(({ name }) => name);
  expect(new Set(names).size).toBe(3);
  expect(template.spec.containers[0].volumeMounts).toEqual([
    { name: names[0], mountPath: '/etc/app', readOnly: true },
    { name: names[1], mountPath: '/etc/tls.d', readOnly: true },
    { name: names[2], mountPath: '/etc/tls-d' },
  ]);
  // previews are made of the same
  const config = named(objects, 'ConfigMap', 'one-apps')?.data as Record<string, string>;
  expect(config['web.yaml']).toContain('secretName: tls');
  expect(config['api.yaml']).not.toContain('volumes');
});

it('starts anew what does not live, and keeps pods while nodes are drained', () => {
  const objects = objectsOf(
    'replicas: 3, liveness: { path: /live, period-seconds: 5 }, disruption-budget: { min-available: 2 }',
  );
  expect(JSON.stringify(named(objects, 'Deployment'))).toContain(
    '"livenessProbe":{"failureThreshold":3,"httpGet":{"path":"/live","port":8080},"initialDelaySeconds":10,"periodSeconds":5}',
  );
  expect(named(objects, 'PodDisruptionBudget')?.spec).toEqual({
    minAvailable: 2,
    selector: { matchLabels: { 'tekton-dag.io/app': 'web', 'tekton-dag.io/track': 'stable' } },
  });
  expect(named(objectsOf('disruption-budget: { max-unavailable: 50% }'), 'PodDisruptionBudget')?.spec).toMatchObject({
    maxUnavailable: '50%',
  });
});

it.each([
  [
    'ingress: { hosts: { tow: a.example.com } }',
    /hosts\.tow: is not a cluster of teams\/shop\/team\.ts.*did you mean two\?/,
  ],
  ['ingress: { hosts: {} }', /ingress\.hosts: names no cluster/],
  ['ingress: { hosts: { one: "https://a.example.com" } }', /ingress\.hosts\.one/],
  [
    'protocol: grpc, ingress: { hosts: { one: a.example.com } }',
    /ingress: leads HTTP, and the protocol of this app is grpc/,
  ],
  ['volumes: [{ path: /etc/../etc, secret: a }]', /volumes\[0\].*an absolute path|volumes\[0\].*expected/],
  ['volumes: [{ path: /a, claim: data }]', /volumes\[0\]/],
  [
    'volumes: [{ path: /a, secret: a }, { path: /a, configmap: b }]',
    /volumes\[1\]\.path: another volume of the app is/,
  ],
  ['replicas: 2, disruption-budget: { min-available: 2 }', /min-available: no pod of this app could go.*it has 2/],
  ['autoscaling: { min: 2, max: 4 }, disruption-budget: { min-available: 60% }', /min-available: no pod of this app/],
  ['disruption-budget: {}', /disruption-budget: says one of min-available and max-unavailable/],
])('refuses %s', (more, message) => expect(said(more)).toMatch(message));

it('gives a host and path to one app of a cluster', () => {
  const ingress = 'ingress: { hosts: { one: a.example.com, two: b.example.com } }';
  expect(said(ingress, `, ${ingress}`)).toMatch(
    /apps\[1\]\.ingress\.hosts\.one: a\.example\.com\/ leads to two apps of a cluster; the other is that of app web of team shop/,
  );
  expect(said(ingress, ', ingress: { hosts: { one: a.example.com, two: b.example.com }, path: /api }')).toBe('');
  // a slash at the end makes no other prefix
  const api = (path: string) => `ingress: { hosts: { one: a.example.com }, path: ${path} }`;
  expect(said(api('/api'), `, ${api('/api/')}`)).toMatch(/a\.example\.com\/api\/ leads to two apps of a cluster/);
});
