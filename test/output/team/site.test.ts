import { load } from 'js-yaml';
import { siteOf } from '../../../lib/fleet/site';
import { readPodTemplates } from '../../../lib/runs/run/pod-template';
import type { TeamProps } from '../../../lib';
import type { SiteFile } from '../../../lib/fleet/site';
import type { Manifest } from '../../../lib/kube/manifest';
import { teamParts } from '../../../lib/output/team/team-parts';
import { composeRun } from '../../../lib/runs/run/compose';
import type { PipelineManifest } from '../../../lib/runs/run/compose';
import { app, stack, team } from './model';

/** What a cluster file says, in the objects of a team there. */

const build = (platforms: readonly string[]) => ({ build: { tool: 'npm', env: {}, platforms } }) as const;
const shop = stack('checkout', [app('fe', { downstream: ['api'] }), app('api', build(['linux/arm64']))]);
const of = (file: SiteFile, orchestrator: TeamProps['orchestrator'] = {}): readonly Manifest[] =>
  teamParts(team({ orchestrator }, [shop], { site: siteOf(file) })).flatMap(({ objects }) => objects);
const pick = (objects: readonly Manifest[], kind: string, name: string) =>
  objects.find((one) => one.kind === kind && one.metadata.name === name);

describe('runs', () => {
  const composed = (file: SiteFile, apps: readonly string[] = ['fe', 'api']) => {
    const pipeline = pick(of(file), 'Pipeline', 'checkout-bootstrap') as unknown as PipelineManifest;
    const ask = { pipeline: 'bootstrap', team: 'shop', stack: 'checkout', apps } as Parameters<typeof composeRun>[1];
    return composeRun(pipeline, ask, { stack: shop, embed: true }).spec;
  };
  const podTemplate = {
    nodeSelector: { pool: 'ci' },
    tolerations: [{ key: 'ci', value: 'only', effect: 'NoSchedule' as const }],
    runtimeClass: 'gvisor',
    priorityClass: 'ci-low',
  };
  const rendered = {
    securityContext: { fsGroup: 65534 },
    nodeSelector: { pool: 'ci' },
    tolerations: [{ key: 'ci', value: 'only', effect: 'NoSchedule' }],
    runtimeClassName: 'gvisor',
    priorityClassName: 'ci-low',
  };

  it('go where the cluster sends them', () =>
    expect(composed({ podTemplate }).taskRunTemplate.podTemplate).toEqual(rendered));

  it('build for one platform on a node of it, among those of the cluster', () => {
    const specs = composed({ podTemplate }).taskRunSpecs;
    expect(specs).toContainEqual({
      pipelineTaskName: 'build-api',
      podTemplate: {
        ...rendered,
        nodeSelector: { pool: 'ci', 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'arm64' },
      },
    });
    expect(specs?.map(({ pipelineTaskName }) => pipelineTaskName)).not.toContain('build-fe');
  });

  it('leave out what the run does not build, and build anywhere where nodes emulate', () => {
    const names = (file: SiteFile, apps: readonly string[]) =>
      composed(file, apps).taskRunSpecs?.map(({ pipelineTaskName }) => pipelineTaskName);
    expect(names({}, ['fe'])).not.toContain('build-api');
    expect(names({ emulation: true }, ['api'])).not.toContain('build-api');
  });

  it('are swept from where they go, by the orchestrator', () => {
    const config = pick(of({ podTemplate }), 'ConfigMap', 'tekton-dag-orchestrator') as unknown as {
      readonly data: Readonly<Record<string, string>>;
    };
    const { nodeSelector, tolerations, runtimeClassName, priorityClassName } = rendered;
    const where = { nodeSelector, tolerations, runtimeClassName, priorityClassName };
    expect(JSON.parse(config.data['team.json']!)).toMatchObject({ previews: { podTemplate: where } });
    expect(pick(of({ podTemplate }), 'CronJob', 'tekton-dag-sweep-previews')).toBeUndefined();
  });

  it('are swept from where they go, by the CronJob of a team without an orchestrator', () =>
    expect(pick(of({ podTemplate }, { enabled: false }), 'CronJob', 'tekton-dag-sweep-previews')?.spec).toMatchObject({
      jobTemplate: {
        spec: { template: { spec: { nodeSelector: { pool: 'ci' }, priorityClassName: 'ci-low' } } },
      },
    }));
});

describe('pods of an app', () => {
  /** Where the Deployment of an app may run that is built for these platforms, with nodes that emulate or without. */
  const placed = (platforms: readonly string[]) => {
    const given = { ...shop, apps: [app('api', build(platforms))] };
    const objects = teamParts(team({}, [given], { site: siteOf({ emulation: true }) })).flatMap((one) => one.objects);
    const { 'api.yaml': text } = (pick(objects, 'ConfigMap', 'checkout-apps') as { data?: Record<string, string> })
      .data!;
    const { spec } = load(text!) as { spec: { template: { spec: { nodeSelector?: unknown; affinity?: unknown } } } };
    const { nodeSelector, affinity } = spec.template.spec;
    return { nodeSelector, affinity };
  };
  const oneOf = (values: readonly string[]) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values }] }],
      },
    },
  });
  const linux = { 'kubernetes.io/os': 'linux' };

  it.each<[readonly string[], ReturnType<typeof placed>]>([
    [[], { nodeSelector: undefined, affinity: undefined }],
    [['linux/arm64'], { nodeSelector: { ...linux, 'kubernetes.io/arch': 'arm64' }, affinity: undefined }],
    [
      ['linux/arm/v6', 'linux/arm/v7'],
      { nodeSelector: { ...linux, 'kubernetes.io/arch': 'arm' }, affinity: undefined },
    ],
    [['linux/amd64', 'linux/arm64'], { nodeSelector: linux, affinity: oneOf(['amd64', 'arm64']) }],
  ])('built for %j run on nodes of these platforms alone', (platforms, expected) =>
    expect(placed(platforms)).toEqual(expected),
  );
});

describe('seccomp of builds', () => {
  const image = (file: SiteFile) => {
    const spec = pick(of(file), 'Task', 'build-npm')?.spec as {
      steps: readonly { name: string; securityContext: { seccompProfile?: unknown } }[];
    };
    return spec.steps.find(({ name }) => name === 'image')?.securityContext.seccompProfile;
  };
  const level = (file: SiteFile) =>
    pick(of(file), 'Namespace', 'ci-shop')?.metadata.labels?.['pod-security.kubernetes.io/enforce'];

  it.each<[SiteFile, unknown, string]>([
    [{}, undefined, 'baseline'],
    [{ seccompDefault: true }, { type: 'Unconfined' }, 'privileged'],
    [
      { seccompDefault: true, seccompProfile: 'profiles/buildah.json' },
      { type: 'Localhost', localhostProfile: 'profiles/buildah.json' },
      'baseline',
    ],
  ])('%j', (file, profile, expected) => {
    expect(image(file)).toEqual(profile);
    expect(level(file)).toBe(expected);
  });
});

describe('users of its own', () => {
  const templates = (file: SiteFile) =>
    JSON.parse(
      pick(of(file), 'Pipeline', 'checkout-pr-test')?.metadata.annotations?.['tekton-dag.io/pod-templates'] ?? '{}',
    ) as Record<string, object>;

  it('has the pod of a build, where nodes can, and no other', () => {
    expect(JSON.stringify(templates({}))).not.toContain('hostUsers');
    const given = templates({ userNamespaces: true, podTemplate: { priorityClass: 'ci-low' } });
    expect(Object.keys(given).filter((task) => 'hostUsers' in given[task]!)).toEqual(
      Object.keys(given).filter((task) => task.startsWith('build-')),
    );
    expect(given['build-fe']).toEqual({ priorityClassName: 'ci-low', hostUsers: false });
    expect(readPodTemplates(JSON.stringify(given))).toEqual(given);
  });
});

describe('the domain', () => {
  it('is nowhere the usual one where the cluster has another', () =>
    expect(JSON.stringify(of({ domain: 'corp.example' }))).not.toContain('cluster.local'));
  it('is in the addresses that tests are given', () =>
    expect(JSON.stringify(of({ domain: 'corp.example' }))).toContain('http://fe.shop-staging.svc.corp.example:80'));
});

describe('Services', () => {
  const policies = (file: SiteFile) => [
    ...new Set(of(file).flatMap(({ kind, spec }) => (kind === 'Service' ? [(spec as Manifest).ipFamilyPolicy] : []))),
  ];
  it('have both families where the cluster is said to', () => {
    expect(policies({ ipFamilies: ['IPv6', 'IPv4'] })).toEqual(['PreferDualStack']);
    expect(policies({})).toEqual([undefined]);
    expect(policies({ ipFamilies: ['IPv6'] })).toEqual([undefined]);
  });
});

it('lets the orchestrator through the proxy, trusting what the cluster trusts', () => {
  const objects = of({
    proxy: { https: 'http://proxy.corp.example:3128', noProxy: [] },
    caBundle: { secret: 'private-ca', key: 'bundle.pem' },
  });
  const { spec } = (pick(objects, 'Deployment', 'tekton-dag-orchestrator')?.spec as { template: { spec: unknown } })
    .template as { spec: { containers: readonly Record<string, unknown>[]; volumes: unknown } };
  expect(spec.containers[0]?.env).toEqual(
    expect.arrayContaining([
      { name: 'https_proxy', value: 'http://proxy.corp.example:3128' },
      { name: 'NODE_EXTRA_CA_CERTS', value: '/etc/tekton-dag/ca/ca.crt' },
    ]),
  );
  expect(spec.volumes).toContainEqual({
    name: 'ca',
    secret: { secretName: 'private-ca', optional: false, items: [{ key: 'bundle.pem', path: 'ca.crt' }] },
  });
  const router = pick(objects, 'Deployment', 'tekton-dag-router');
  expect(JSON.stringify(router)).not.toContain('proxy.corp.example');
});
