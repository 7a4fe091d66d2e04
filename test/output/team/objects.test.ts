import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { loadAll } from 'js-yaml';
import type { Team } from '../../../lib/fleet/model';
import { appsConfigMap } from '../../../lib/output/team/app-deployment';
import { released } from '../../../lib/output/released';
import { deployments } from '../../../lib/output/team/deployments';
import { environment } from '../../../lib/output/team/environment';
import { namespaces } from '../../../lib/output/team/namespace';
import { orchestrator } from '../../../lib/output/team/orchestrator';
import { createSecret } from '../../../lib/output/secrets/required-secret';
import { teamSecrets } from '../../../lib/output/secrets/secrets-of';
import { storage } from '../../../lib/output/team/storage';
import { compile } from '../../../lib/runs/configuration/compile';
import { app, images, stack, team } from './model';

interface Emitted {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly spec: Record<string, unknown>;
  readonly data: Record<string, string>;
}

const rendered = (make: (scope: Construct) => void): readonly Emitted[] => {
  const chart = new Chart(new App(), 'chart');
  make(chart);
  return chart.toJson() as Emitted[];
};
const pick = (objects: readonly Emitted[], kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

describe('the namespaces of a team', () => {
  const of = (given: Team) => rendered((scope) => namespaces(scope, given));
  const level = (given: Team, name: string) =>
    pick(of(given), 'Namespace', name)?.metadata.labels?.['pod-security.kubernetes.io/enforce'];

  it('hold pods to the level that the build backend and the intercept backend need', () => {
    expect([level(team(), 'ci-shop'), level(team(), 'shop-staging')]).toEqual(['baseline', 'baseline']);
    expect(level(team({ build: { backend: 'kaniko' } }), 'ci-shop')).toBe('baseline');
    expect(level(team({ build: { backend: 'buildkit' } }), 'ci-shop')).toBe('privileged');
    expect(level(team({ build: { backend: 'buildkit' } }), 'shop-staging')).toBe('baseline');
    for (const interceptBackend of ['mirrord', 'telepresence'] as const) {
      expect(level(team({ interceptBackend }), 'ci-shop')).toBe('baseline');
      expect(level(team({ interceptBackend }), 'shop-staging')).toBe('privileged');
    }
  });

  it('get nothing where they belong to others', () => {
    const foreign = of(team({ namespace: 'tekton-pipelines', quota: { cpu: '4' } }));
    expect(
      foreign.filter(
        ({ metadata }) => metadata.namespace === 'tekton-pipelines' || metadata.name === 'tekton-pipelines',
      ),
    ).toEqual([]);
  });

  it('are bounded by the quota that is asked for, and by no other', () => {
    expect(of(team()).some(({ kind }) => kind === 'ResourceQuota')).toBe(false);
    expect(pick(of(team({ quota: { cpu: '4', pods: 20 } })), 'ResourceQuota', 'tekton-dag-quota')?.spec).toEqual({
      hard: { 'requests.cpu': '4', pods: '20' },
    });
  });
});

describe('the storage of a team', () => {
  it('has a cache, which releases write, and the reports', () => {
    const claims = rendered((scope) =>
      storage(
        scope,
        team({ storage: { cache: { size: '7Gi', accessMode: 'ReadWriteMany', storageClass: 'shared' } } }),
      ),
    );
    expect(pick(claims, 'PersistentVolumeClaim', 'tekton-dag-cache-release')?.spec).toEqual({
      accessModes: ['ReadWriteMany'],
      storageClassName: 'shared',
      resources: { requests: { storage: '7Gi' } },
    });
    expect(pick(claims, 'PersistentVolumeClaim', 'tekton-dag-reports')?.spec).toMatchObject({
      accessModes: ['ReadWriteOnce'],
    });
  });
});

describe('the Deployment of an app', () => {
  it('stands in the ConfigMap of the stack, its image left open', () => {
    const cart = app('cart', {
      env: { A: 'b', TOKEN: { secret: 'cart', key: 'token' }, FLAG: { configmap: 'flags', key: 'flag' } },
      envFrom: [{ secret: 'cart-env' }, { configmap: 'cart-flags' }],
      replicas: 2,
      probe: { path: '/ready', port: 8081, initialDelaySeconds: 3 },
      role: 'store',
    });
    const given = team({ secrets: { names: { imagePull: ['pull'] } } }, [stack('checkout', [cart])]);
    const map = pick(
      rendered((scope) => appsConfigMap(scope, given, given.stacks[0]!)),
      'ConfigMap',
      'checkout-apps',
    );
    const [deployment] = loadAll(map?.data['cart.yaml'] ?? '') as Emitted[];
    const selector = { 'tekton-dag.io/app': 'cart', 'tekton-dag.io/track': 'stable' };
    expect(deployment).toMatchObject({
      kind: 'Deployment',
      metadata: { name: 'cart', namespace: 'shop-staging' },
      spec: {
        replicas: 2,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: { ...selector, 'tekton-dag.io/role': 'store' } },
          spec: {
            automountServiceAccountToken: false,
            imagePullSecrets: [{ name: 'pull' }],
            containers: [
              {
                image: 'IMAGE',
                env: [
                  { name: 'A', value: 'b' },
                  { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'cart', key: 'token' } } },
                  { name: 'FLAG', valueFrom: { configMapKeyRef: { name: 'flags', key: 'flag' } } },
                ],
                envFrom: [{ secretRef: { name: 'cart-env' } }, { configMapRef: { name: 'cart-flags' } }],
                readinessProbe: { httpGet: { path: '/ready', port: 8081 }, initialDelaySeconds: 3 },
              },
            ],
          },
        },
      },
    });
  });
});

describe('an environment', () => {
  const of = (given: Team) => rendered((scope) => environment(scope, given, images));
  const deployed = (given: Team) =>
    released(
      rendered((scope) => deployments(scope, given)) as never,
      given.versions,
      given.stacks.flatMap((one) => one.apps.map(({ name }) => name)),
    ) as never as readonly Emitted[];
  const selector = (given: Team, name: string) =>
    (pick(of(given), 'Service', name)?.spec as { selector?: Record<string, string> } | undefined)?.selector;
  const stable = (name: string) => ({ 'tekton-dag.io/app': name, 'tekton-dag.io/track': 'stable' });
  const apps = (over = {}) => [stack('checkout', [app('fe', { downstream: ['api'] }), app('api', over)])];

  it.each(['pipeline', 'gitops'] as const)('leaves replicas to others unless the stack sets them: %s', (deploy) => {
    const digest = `sha256:${'1'.repeat(64)}`;
    const versions = { api: { version: '1.0.0', digest } };
    const replicas = (over: object) => {
      const given = team({ environment: { deploy } }, apps(over), { versions });
      const objects =
        deploy === 'gitops'
          ? deployed(given)
          : (rendered((scope) => given.stacks.forEach((one) => appsConfigMap(scope, given, one))).flatMap(
              ({ data }) => loadAll(data['api.yaml'] ?? '') as Emitted[],
            ) as readonly Emitted[]);
      return pick(objects, 'Deployment', 'api')?.spec.replicas;
    };
    expect([replicas({ replicas: undefined }), replicas({ replicas: 0 }), replicas({ replicas: 3 })]).toEqual([
      undefined,
      0,
      3,
    ]);
  });

  it('has an autoscaler of an app that asks for one, beside its Deployment', () => {
    const given = team({}, apps({ replicas: undefined, autoscaling: { min: 2, max: 9, cpu: 70 } }));
    expect(of(given).filter(({ kind }) => kind === 'HorizontalPodAutoscaler')).toMatchObject([
      {
        metadata: { name: 'api', namespace: 'shop-staging' },
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'api' }, minReplicas: 2, maxReplicas: 9 },
      },
    ]);
  });

  it('leads an app to the router by a port of its own, and the router to its stable pods', () => {
    const given = team({}, apps());
    expect(selector(given, 'fe')).toEqual({ 'app.kubernetes.io/name': 'tekton-dag-router' });
    expect(pick(of(given), 'Service', 'fe')?.spec).toMatchObject({ ports: [{ port: 80, targetPort: 'fe' }] });
    expect(selector(given, 'fe-stable')).toEqual(stable('fe'));
    const router = pick(of(given), 'Deployment', 'tekton-dag-router')?.spec as {
      replicas: number;
      template: { spec: { containers: { ports: { name: string }[]; securityContext: object }[] } };
    };
    expect(router.replicas).toBe(2);
    expect(router.template.spec.containers[0]!.ports.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['fe', 'api', 'metrics']),
    );
    expect(router.template.spec.containers[0]!.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    });
    expect(pick(of(given), 'PodDisruptionBudget', 'tekton-dag-router')?.spec).toMatchObject({ minAvailable: 1 });
  });

  it('rolls the router when its configuration changes', () => {
    const annotations = (given: Team) =>
      (pick(of(given), 'Deployment', 'tekton-dag-router')?.spec as { template: { metadata: { annotations: object } } })
        .template.metadata.annotations;
    expect(annotations(team({}, apps()))).not.toEqual(annotations(team({}, [...apps(), stack('more', [app('new')])])));
  });

  it('leads straight to the pods without interception, and for what is not HTTP', () => {
    expect(selector(team({ interceptBackend: 'none' }, apps()), 'fe')).toEqual(stable('fe'));
    expect(pick(of(team({ interceptBackend: 'none' }, apps())), 'Deployment', 'tekton-dag-router')).toBeUndefined();
    const tcp = team({}, apps({ protocol: 'tcp' }));
    expect(selector(tcp, 'api')).toEqual(stable('api'));
  });

  it('keeps untagged traffic alive behind a gateway', () => {
    expect(pick(of(team({ interceptBackend: 'gateway' }, apps())), 'HTTPRoute', 'fe')?.spec).toMatchObject({
      parentRefs: [{ kind: 'Service', name: 'fe' }],
      rules: [
        { matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'fe-stable', port: 80 }] },
      ],
    });
  });

  it('leads the names of apps to a Gateway, which knows them by every name', () => {
    const given = team(
      { interceptBackend: 'gateway', gateway: { name: 'apps', namespace: 'infra', address: 'gateway.infra.svc' } },
      apps(),
    );
    expect(pick(of(given), 'Service', 'fe')?.spec).toEqual({ type: 'ExternalName', externalName: 'gateway.infra.svc' });
    expect(selector(given, 'fe-stable')).toEqual(stable('fe'));
    expect(pick(of(given), 'HTTPRoute', 'fe')?.spec).toMatchObject({
      parentRefs: [{ kind: 'Gateway', name: 'apps', namespace: 'infra' }],
      hostnames: expect.arrayContaining(['fe', 'fe.shop-staging', 'fe.shop-staging.svc.cluster.local']),
      rules: [{ backendRefs: [{ name: 'fe-stable', port: 80 }] }],
    });
  });

  it('holds Deployments by digest only where Git owns them', () => {
    expect(
      pick(
        deployed(team({}, apps(), { versions: { fe: { version: '1.0.0', digest: 'sha256:a' } } })),
        'Deployment',
        'fe',
      ),
    ).toBeUndefined();
    const owned = team({ environment: { deploy: 'gitops' } }, apps(), {
      versions: { fe: { version: '1.0.0', digest: 'sha256:a' } },
    });
    expect(pick(deployed(owned), 'Deployment', 'fe')?.spec).toMatchObject({
      template: { spec: { containers: [{ image: 'registry.example.com/shop/fe@sha256:a' }] } },
    });
    expect(pick(deployed(owned), 'Deployment', 'fe')?.metadata.labels).not.toHaveProperty('app.kubernetes.io/version');
    expect(pick(deployed(owned), 'Deployment', 'api')).toBeUndefined();
  });

  it('says which version the digest is of, and not on the pods', () => {
    const owned = team({ environment: { deploy: 'gitops' } }, apps(), {
      versions: { fe: { version: '1.0.1-rc.0', lastReleased: '1.0.0', digest: 'sha256:a' } },
    });
    const { metadata, spec } = pick(deployed(owned), 'Deployment', 'fe') as unknown as {
      metadata: { labels: object };
      spec: { template: { metadata: { labels: object } } };
    };
    expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/version': '1.0.0' });
    expect(spec.template.metadata.labels).not.toHaveProperty('app.kubernetes.io/version');
  });
});

describe('the orchestrator of a team', () => {
  const of = (given: Team) => rendered((scope) => orchestrator(scope, given, images));

  it('is told of its team, its secrets are mounted, and it runs without privileges', () => {
    const pod = (
      pick(of(team()), 'Deployment', 'tekton-dag-orchestrator')?.spec as {
        replicas: number;
        template: {
          spec: {
            serviceAccountName: string;
            containers: { env: { name: string; value: string }[]; securityContext: object }[];
          };
        };
      }
    ).template.spec;
    expect(pod.serviceAccountName).toBe('tekton-dag-orchestrator');
    const env = Object.fromEntries(pod.containers[0]!.env.map(({ name, value }) => [name, value]));
    expect(env).not.toHaveProperty('CONSOLE_URL');
    expect(env).not.toHaveProperty('GITHUB_API_URL');
    expect(env).toMatchObject({
      PORT: '8080',
      METRICS_PORT: '9090',
      NAMESPACE: 'ci-shop',
      TEAM: 'shop',
      API_AUTH: 'tokenreview',
      CONFIG_LABEL: 'tekton-dag.io/config=team',
    });
    expect(pod.containers[0]!.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it.each([
    [
      'where people see a run',
      'CONSOLE_URL',
      'consoleURL',
      'https://tekton.example.com/#/namespaces/{namespace}/pipelineruns/{name}',
    ],
    ["where GitHub's API is", 'GITHUB_API_URL', 'githubURL', 'https://git.example.com/api/v3'],
  ])('is told %s', (_, name, key, value) => {
    const deployment = pick(of(team({ orchestrator: { [key]: value } })), 'Deployment', 'tekton-dag-orchestrator');
    expect(deployment).toMatchObject({
      spec: { template: { spec: { containers: [{ env: expect.arrayContaining([{ name, value }]) }] } } },
    });
  });

  it('is an App where it is told so, whose key is in a Secret that it alone mounts', () => {
    const app = team({ orchestrator: { githubApp: { id: 4711, installationId: 12 } } });
    const env = [
      ['GITHUB_APP_ID', '4711'],
      ['GITHUB_APP_INSTALLATION_ID', '12'],
      ['GITHUB_APP_PRIVATE_KEY_FILE', '/etc/tekton-dag/github/private-key'],
    ].map(([name, value]) => ({ name, value }));
    const volumes = [{ name: 'github', secret: { secretName: 'github-app', optional: true } }];
    expect(pick(of(app), 'Deployment', 'tekton-dag-orchestrator')).toMatchObject({
      spec: {
        template: {
          spec: { containers: [{ env: expect.arrayContaining(env) }], volumes: expect.arrayContaining(volumes) },
        },
      },
    });
    expect(JSON.stringify(of(app))).not.toContain('GITHUB_TOKEN_FILE');
    expect(teamSecrets(app)).toContainEqual(expect.objectContaining({ name: 'github-app', keys: ['private-key'] }));
  });

  it('lets people sign in where it is told so, by Secrets that it alone mounts and can do without', () => {
    const signIn = { issuer: 'https://dex.example.com', clientID: 'dag', url: 'https://dag.example.com' };
    const given = team({ orchestrator: { signIn } });
    const env = [
      ['SIGN_IN_ISSUER', 'https://dex.example.com'],
      ['SIGN_IN_URL', 'https://dag.example.com'],
      ['SIGN_IN_CLIENT_ID', 'dag'],
      ['SIGN_IN_CLIENT_SECRET_FILE', '/etc/tekton-dag/sign-in-client/client-secret'],
      ['SIGN_IN_SESSION_KEYS_DIR', '/etc/tekton-dag/sign-in-session'],
      ['SIGN_IN_GROUPS_PREFIX', 'oidc:'],
    ].map(([name, value]) => ({ name, value }));
    const volumes = ['sign-in-client', 'sign-in-session'].map((name) => ({
      name,
      secret: { secretName: name, optional: true },
    }));
    expect(pick(of(given), 'Deployment', 'tekton-dag-orchestrator')).toMatchObject({
      spec: {
        template: {
          spec: { containers: [{ env: expect.arrayContaining(env) }], volumes: expect.arrayContaining(volumes) },
        },
      },
    });
    expect(
      teamSecrets(given).flatMap((secret) => (secret.name.startsWith('sign-in') ? [createSecret(secret)] : [])),
    ).toEqual([
      "kubectl create secret generic sign-in-client --namespace=ci-shop --from-file=client-secret='<file with the secret of the client>'",
      'openssl rand -hex 32 | kubectl create secret generic sign-in-session --namespace=ci-shop --from-file=current=/dev/stdin',
    ]);
    expect(JSON.stringify(of(team()))).not.toMatch(/sign-in|SIGN_IN/);
  });

  it('reads the resolved stacks from a ConfigMap with the label that it watches', () => {
    const map = pick(of(team()), 'ConfigMap', 'tekton-dag-orchestrator');
    expect(map?.metadata.labels).toMatchObject({ 'tekton-dag.io/config': 'team' });
    expect(JSON.parse(map?.data['team.json'] ?? '')).toMatchObject({
      name: 'shop',
      maxConcurrentRuns: 3,
      stacks: [{ name: 'checkout', apps: [{ name: 'fe' }, { name: 'api' }] }],
    });
  });

  it('is told where the team promotes to, of a team that does', () => {
    const configured = (given: Team) => {
      const text = pick(of(given), 'ConfigMap', 'tekton-dag-orchestrator')?.data['team.json'] ?? '';
      return compile([{ name: 'config', namespace: given.namespace, text }], new Map(), 1).configuration.teams.get(
        given.name,
      );
    };
    expect(
      configured(team({ environment: { deploy: 'gitops' }, clusters: ['staging', 'production'] }))?.promotesTo,
    ).toEqual(['staging', 'production']);
    expect(configured(team({ clusters: ['staging'] }))).toMatchObject({ name: 'shop' });
    expect(configured(team({ clusters: ['staging'] }))).not.toHaveProperty('promotesTo');
  });

  it('has a disruption budget with several replicas, and no Deployment where another serves the team', () => {
    expect(of(team()).some(({ kind }) => kind === 'PodDisruptionBudget')).toBe(false);
    expect(of(team({ orchestrator: { replicas: 2 } })).some(({ kind }) => kind === 'PodDisruptionBudget')).toBe(true);
    expect(of(team({ orchestrator: { mode: 'shared' } })).map(({ kind }) => kind)).toEqual(['ConfigMap']);
    expect(of(team({ orchestrator: { enabled: false } }))).toEqual([]);
  });
});
