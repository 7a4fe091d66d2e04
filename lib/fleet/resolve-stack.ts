import type { App, Stack } from './model';
import { KINDS_OF_TESTS, imagePath } from '../words/names';
import { combinationsOf, matrixEntry, shardsOf } from './matrix';
import { tidyPath } from '../words/path';
import type { OwnDeployment } from './own-deployment';
import type { Resources } from './resources';
import { filledResources } from './resources';
import type { AppEntry, StackFile } from './stack';
import { resolveServing } from './serving';
import { REGISTRY_VARIABLE } from './stack';
import type { TeamSettings } from './team';
import type { Toolchain } from './toolchains';
import { BUILT_IN, toolchainNamed } from './toolchains';

/** What a stack file does not say itself. */
interface Surroundings {
  readonly team: TeamSettings;
  /** @default - those that come with this program */
  readonly toolchains?: readonly Toolchain[];
  /** Short names of repositories that the registry leads to the stack. */
  readonly registered?: readonly string[];
  /** Deployments of the repository's own, by their files. */
  readonly deployments?: ReadonlyMap<string, { readonly value?: OwnDeployment }>;
}

/** A stack as its team runs it: every default filled in. */
export function resolveStack(
  file: string,
  entry: StackFile,
  { team, toolchains = BUILT_IN, registered = [], deployments = new Map() }: Surroundings,
): Stack {
  const { propagation, defaults } = entry;
  const registry = {
    pull: defaults['image-registry'].replace(REGISTRY_VARIABLE, team.imageRegistry),
    push: defaults['image-registry'].replace(REGISTRY_VARIABLE, team.pushRegistry ?? team.imageRegistry),
  };
  return {
    name: entry.name,
    file,
    description: entry.description,
    propagation: {
      headerName: propagation['header-name'],
      baggageKey: propagation['baggage-key'],
      strategy: propagation.strategy,
    },
    environment: team.environment.namespace ?? defaults.namespace ?? team.namespace,
    registry,
    apps: entry.apps.map((app) =>
      resolveApp(app, defaults, { team, toolchains, registry: registry.pull, deployments }),
    ),
    hooks: entry.hooks,
    ...(registered.length > 0 && { registered }),
  };
}

function resolveApp(
  app: AppEntry,
  defaults: StackFile['defaults'],
  {
    team,
    toolchains,
    registry,
    deployments,
  }: Required<Omit<Surroundings, 'registered'>> & { readonly registry: string },
): App {
  const manifests = app.deploy && tidyPath(app.deploy.manifests);
  const containerPort = app['container-port'] ?? defaults['container-port'];
  return {
    name: app.name,
    repo: app.repo,
    cloneUrl: cloneUrl(team.git.baseURL, app.repo),
    role: app.role,
    propagationRole: app['propagation-role'],
    protocol: app.protocol,
    servicePort: defaults['service-port'],
    containerPort,
    contextDir: tidyPath(app['context-dir']),
    dockerfile: tidyPath(app.dockerfile),
    build: resolveBuild(app.build, toolchains),
    ...(app.clone !== undefined && { clone: app.clone }),
    downstream: app.downstream,
    tests: resolveTests(app.tests, app.build.tool !== undefined),
    resources: filledResources(app.resources ?? {}, RESOURCES),
    replicas: app.replicas,
    autoscaling: app.autoscaling,
    probe: {
      path: app.probe?.path,
      port: app.probe?.port ?? containerPort,
      initialDelaySeconds: app.probe?.['initial-delay-seconds'] ?? 0,
    },
    env: app.env,
    ...(app['env-from'].length > 0 && { envFrom: app['env-from'] }),
    ...resolveServing(app, team.cluster, containerPort),
    ...(manifests !== undefined && { deploy: { manifests, deployment: deployments.get(manifests)?.value } }),
    image: imagePath(registry, 'release', app.name),
  };
}

function resolveBuild(build: AppEntry['build'], toolchains: readonly Toolchain[]): App['build'] {
  const toolchain = toolchainNamed(toolchains, build.tool);
  return {
    tool: build.tool,
    runtime: build.runtime,
    version: toolchain && build[toolchain.versionKey],
    command: build['build-command'],
    preCommand: build['pre-command'],
    env: { ...build.legacy, ...build.env },
    platforms: build.platforms,
    ...(build['timeout-minutes'] !== undefined && { timeoutMinutes: build['timeout-minutes'] }),
    ...(build.resources !== undefined && { resources: build.resources }),
    ...(build.inputs !== undefined && { inputs: build.inputs.map(tidyPath) }),
    ...(build.secrets !== undefined && { secrets: build.secrets }),
  };
}

/** @param isCompiled unit tests run in the toolchain that compiles */
function resolveTests(
  { unit, postman, playwright, artillery, ...tests }: AppEntry['tests'],
  isCompiled: boolean,
): App['tests'] {
  const commands = { unit: isCompiled ? unit : undefined, postman, playwright, artillery };
  const matrices = KINDS_OF_TESTS.flatMap((kind) => {
    const [given, shards] = [tests.matrix?.[kind], shardsOf(tests, kind)];
    if (commands[kind] === undefined || (given === undefined && shards === undefined)) return [];
    const combinations = combinationsOf(matrixEntry(given ?? {}), shards ?? 1);
    return [[kind, { combinations, maxParallel: tests['max-parallel'] }] as const];
  });
  return {
    unit,
    ...(tests['unit-reports'] !== undefined && { unitReports: tests['unit-reports'] }),
    ...(tests['timeout-minutes'] !== undefined && { timeoutMinutes: tests['timeout-minutes'] }),
    ...(tests.resources !== undefined && { resources: tests.resources }),
    postman: postman && tidyPath(postman),
    playwright: playwright && tidyPath(playwright),
    artillery: artillery && tidyPath(artillery),
    ...(matrices.length > 0 && { matrix: Object.fromEntries(matrices) }),
  };
}

/** Of an app that says nothing else: its CPU is not limited. */
const RESOURCES: Resources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } };

/** `https://host/owner/name.git`, or `git@host:owner/name.git`. */
const cloneUrl = (baseURL: string, repo: string): string => `${baseURL}${/[:/]$/.test(baseURL) ? '' : '/'}${repo}.git`;
