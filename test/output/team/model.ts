import type { App, Stack, Team } from '../../../lib/fleet/model';
import { queueSchema } from '../../../lib/fleet/queue';
import { siteOf } from '../../../lib/fleet/site';
import { teamSchema } from '../../../lib/fleet/team';
import type { TeamProps } from '../../../lib/fleet/team';
import { BUILT_IN } from '../../../lib/fleet/toolchains';

/** Small resolved models: each test says only what it is about. */

export const app = (name: string, over: Partial<App> = {}): App => ({
  name,
  repo: `acme/${name}`,
  cloneUrl: `https://github.com/acme/${name}`,
  propagationRole: 'forwarder',
  protocol: 'http',
  servicePort: 80,
  containerPort: 8080,
  contextDir: '.',
  dockerfile: 'Dockerfile',
  build: { tool: 'npm', env: {}, platforms: [] },
  downstream: [],
  tests: {},
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
  probe: { port: 8080, initialDelaySeconds: 0 },
  env: {},
  image: `registry.example.com/shop/${name}`,
  ...over,
});

export const stack = (name: string, apps: readonly App[], over: Partial<Stack> = {}): Stack => ({
  name,
  file: `stacks/${name}.yaml`,
  description: '',
  propagation: { headerName: 'x-dev-session', baggageKey: 'dev-session', strategy: 'w3c-baggage' },
  environment: 'shop-staging',
  registry: { pull: 'registry.example.com/shop', push: 'registry.example.com/shop' },
  apps,
  hooks: { 'pre-build': [], 'post-build': [], 'pre-test': [], 'post-test': [] },
  ...over,
});

/** Team `shop` in namespace `ci-shop`, its apps in `shop-staging`. */
export function team(
  props: Partial<TeamProps> = {},
  stacks: readonly Stack[] = [stack('checkout', [app('fe', { downstream: ['api'] }), app('api')])],
  over: Partial<Team> = {},
): Team {
  const settings = teamSchema.parse({
    name: 'shop',
    namespace: 'ci-shop',
    cluster: 'kind-local',
    imageRegistry: 'registry.example.com/shop',
    stacks: ['stacks/checkout.yaml'],
    ...props,
  });
  return {
    ...settings,
    file: 'teams/shop/team.ts',
    pushRegistry: settings.pushRegistry ?? settings.imageRegistry,
    cacheRepo: settings.cacheRepo ?? `${settings.imageRegistry}/cache`,
    toolchains: BUILT_IN,
    stacks,
    site: siteOf(undefined),
    queue: queueSchema.parse({}),
    isDeployOnly: false,
    sharesTasks: false,
    isArchived: false,
    builders: [],
    hasImagePolicy: false,
    hasPipelinesAsCode: false,
    versions: {},
    versionsFile: 'teams/shop/versions.yaml',
    environments: [...new Set(stacks.map(({ environment }) => environment))].sort(),
    ...over,
  };
}

/** What `images` gives in tests: exact, and named after the tool. */
export const images = (key: string): string => `registry.example.com/tools/${key}:1.2.3`;
