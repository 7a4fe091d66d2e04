import { loadAll } from 'js-yaml';
import type { TeamProps } from '../../../lib/fleet/team';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { synthFleet } from '../../../lib/output/synth';
import { routingSchema } from '../../../lib/runs/configuration/routing';
import { app, resolve, stackFile, team } from '../../fleet/support';

/** The router of a cluster, and what it knows of the fleet. */

const NAME = 'tekton-dag-webhook-router';

type Props = Partial<TeamProps> & { readonly name: string };

/** Teams that each have one stack of one app, in repository acme/<team>. */
function synth(clusters: Readonly<Record<string, string>>, ...teams: readonly Props[]) {
  const { fleet, said } = resolve({
    clusters: Object.entries(clusters).map(([name, text]) => ({
      file: `clusters/${name}.yaml`,
      text: `name: ${name}\n${text}\n`,
    })),
    teams: teams.map(({ name, ...over }) => team(name, [name], over)),
    stacks: teams.map(({ name }) =>
      stackFile(name, [app(`${name}-web`, undefined, `acme/${name}`)], `defaults: { namespace: ${name}-env }`),
    ),
  });
  if (fleet === undefined) throw new Error(said.join('\n'));
  return { files: synthFleet(fleet).files, said };
}

const DOMAIN = 'ingress: { domain: ci.example.com }';
const HUB = `webhookRouter: { host: webhooks.example.com }`;
const TEAMS: readonly Props[] = [
  { name: 'alpha', cluster: 'eu', clusters: ['us'] },
  { name: 'beta', cluster: 'us', orchestrator: { mode: 'shared' } },
  {
    name: 'gamma',
    cluster: 'us',
    orchestrator: { mode: 'shared' },
    git: { baseURL: 'git@git.example.com:', webURL: 'https://code.example.com' },
  },
  { name: 'delta', cluster: 'eu', orchestrator: { enabled: false } },
];
const CLUSTERS = { eu: 'ingress: { domain: eu.example.com }', us: 'ingress: { domain: us.example.com }', hub: HUB };

const routerOf = (files: ReadonlyMap<string, string>, cluster = 'hub') =>
  loadAll(files.get(`cluster/${cluster}/webhook-router.yaml`) ?? '') as Manifest[];
const find = (objects: readonly Manifest[], kind: string) => objects.find((object) => object.kind === kind);
const members = (objects: readonly Manifest[]) =>
  routingSchema.parse(JSON.parse(String(at(find(objects, 'ConfigMap')!, 'data', 'members.json')))).members;
const pod = (objects: readonly Manifest[]) =>
  at(find(objects, 'Deployment')!, 'spec', 'template', 'spec') as {
    serviceAccountName: string;
    automountServiceAccountToken: boolean;
    containers: [{ image: string; env: { name: string; value: string }[]; volumeMounts: { mountPath: string }[] }];
    volumes: object[];
  };

it('sends to each orchestrator of the fleet that has an address, with the repositories of its teams', () => {
  expect(members(routerOf(synth(CLUSTERS, ...TEAMS).files))).toEqual([
    {
      name: 'eu/alpha',
      url: 'https://alpha.eu.example.com/webhook/{gitHost}',
      insecure: false,
      repositories: ['https://github.com/acme/alpha.git'],
    },
    {
      name: 'us',
      url: 'https://tekton-dag.us.example.com/webhook/{gitHost}',
      insecure: false,
      repositories: [
        'git@git.example.com:acme/gamma.git',
        'https://code.example.com/acme/gamma',
        'https://github.com/acme/beta.git',
      ],
    },
  ]);
});

it('sends to those whom its cluster lists, too', () => {
  const listed = `webhookRouter:
  members:
    - { name: legacy, url: https://pac.example.com, repositories: [https://github.com/acme/old] }
    - { name: inside, url: http://pac.pipelines-as-code.svc:8080/, insecure: true }`;
  expect(members(routerOf(synth({ hub: listed }, { name: 'alpha', orchestrator: { enabled: false } }).files))).toEqual([
    { name: 'legacy', url: 'https://pac.example.com', insecure: false, repositories: ['https://github.com/acme/old'] },
    { name: 'inside', url: 'http://pac.pipelines-as-code.svc:8080/', insecure: true },
  ]);
});

describe('is rendered', () => {
  const objects = routerOf(synth(CLUSTERS, ...TEAMS).files);

  it('in a namespace of its own, where Pod Security is restricted', () => {
    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set([undefined, NAME]));
    expect(find(objects, 'Namespace')?.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });

  it('with an account that has no rights and no token', () => {
    expect(objects.map(({ kind }) => kind).sort()).toEqual([
      ...['ConfigMap', 'Deployment', 'Ingress', 'Namespace'],
      ...['NetworkPolicy', 'NetworkPolicy', 'NetworkPolicy'],
      ...['PodDisruptionBudget', 'Service', 'ServiceAccount'],
    ]);
    expect(find(objects, 'ServiceAccount')).toMatchObject({ automountServiceAccountToken: false });
    expect(pod(objects)).toMatchObject({ serviceAccountName: NAME, automountServiceAccountToken: false });
  });

  it('as a program that is told so', () => {
    const { containers, volumes } = pod(objects);
    expect(Object.fromEntries(containers[0].env.map(({ name, value }) => [name, value]))).toEqual({
      PORT: '8080',
      METRICS_PORT: '9090',
      MODE: 'router',
      MEMBERS_FILE: '/etc/tekton-dag/members/members.json',
      WEBHOOK_SECRETS_DIR: '/etc/tekton-dag/webhook',
      LOG_LEVEL: 'info',
    });
    expect(volumes).toEqual([
      { name: 'webhook', secret: { secretName: 'github-webhook-secret' } },
      { name: 'members', configMap: { name: NAME } },
    ]);
    expect(containers[0].volumeMounts.map(({ mountPath }) => mountPath)).toEqual([
      '/etc/tekton-dag/webhook',
      '/etc/tekton-dag/members',
    ]);
  });

  it('at the address that its cluster says', () => {
    const host = (cluster: string) =>
      at(find(routerOf(synth({ hub: cluster }, { name: 'alpha', cluster: 'hub' }).files), 'Ingress')!, 'spec', 'rules');
    expect(host(`${DOMAIN}\n${HUB}`)).toMatchObject([
      { host: 'webhooks.example.com', http: { paths: [{ path: '/webhook/', backend: { service: { name: NAME } } }] } },
    ]);
    expect(host(`${DOMAIN}\nwebhookRouter: {}`)).toMatchObject([{ host: 'webhooks.ci.example.com' }]);
    const { files } = synth({ eu: CLUSTERS.eu, hub: 'webhookRouter: {}' }, { name: 'alpha', cluster: 'eu' });
    expect(find(routerOf(files), 'Ingress')).toBeUndefined();
  });

  it('as its cluster says: replicas, image, proxy, authorities, networks', () => {
    const given = routerOf(
      synth(
        {
          ...CLUSTERS,
          hub: `webhookRouter: { host: webhooks.example.com, replicas: 1 }
images: { mirror: mirror.example.com/all }
proxy: { https: http://proxy.example.com:3128 }
caBundle: { configMap: private-ca }
network: { egressCIDRs: [10.0.0.0/8] }`,
        },
        ...TEAMS,
      ).files,
    );
    expect(at(find(given, 'Deployment')!, 'spec', 'replicas')).toBe(1);
    expect(find(given, 'PodDisruptionBudget')).toBeUndefined();
    const [{ image, env }] = pod(given).containers;
    expect(image).toMatch(/^mirror\.example\.com\/all\//);
    expect(Object.fromEntries(env.map(({ name, value }) => [name, value]))).toMatchObject({
      HTTPS_PROXY: 'http://proxy.example.com:3128',
      NODE_EXTRA_CA_CERTS: '/etc/tekton-dag/ca/ca.crt',
    });
    expect(JSON.stringify(given.filter(({ kind }) => kind === 'NetworkPolicy'))).toContain('"cidr":"10.0.0.0/8"');
  });
});

it('is applied by Argo CD, also where no team is on its cluster', () => {
  const { files } = synth(CLUSTERS, ...TEAMS);
  const platform = loadAll(files.get('argocd/platform.yaml') ?? '') as Manifest[];
  const clusters = platform.find(({ metadata }) => metadata.name === 'tekton-dag-clusters')!;
  const [{ list }] = at(clusters, 'spec', 'generators') as [{ list: { elements: Record<string, string>[] } }];
  expect(list.elements.filter(({ cluster }) => cluster === 'hub')).toEqual([
    { cluster: 'hub', application: 'tekton-dag.hub', folder: 'dist/cluster' },
    { cluster: 'hub', application: 'tekton-dag.hub.orchestrator', folder: 'dist/cluster/hub' },
  ]);
  const project = platform.find(({ kind, metadata }) => kind === 'AppProject' && metadata.name === 'tekton-dag')!;
  const permitted = [
    ...(at(project, 'spec', 'namespaceResourceWhitelist') as { kind: string }[]),
    ...(at(project, 'spec', 'clusterResourceWhitelist') as { kind: string }[]),
  ].map(({ kind }) => kind);
  for (const { kind } of routerOf(files)) expect(permitted).toContain(kind);
});

it('is in the copy for Kind', () => {
  const { files } = synth({ 'kind-x': `${DOMAIN}\nwebhookRouter: {}` }, { name: 'alpha', cluster: 'kind-x' });
  expect(files.get('kind.yaml')).toContain(`name: ${NAME}`);
});
