import { z } from 'zod';
import {
  appEnvironment,
  buildEnvironment,
  command,
  isDockerHub,
  label,
  labelValue,
  languageVersion,
  minutes,
  notDockerHub,
  objectName,
  pathInside,
  port,
  REGISTRY_HOST,
  REGISTRY_PATH,
  repository,
  scopedName,
  secretKey,
  serviceName,
  stackName,
  text,
} from '../words/scalars';
import { ownName } from './own-toolchains';
import { resourcesSchema } from './resources';
import { TIMEOUT_MAX, testsSchema } from './tests';
import { BUILD_TOOLS } from './toolchains';
import { disruptionBudgetSchema, ingressSchema, livenessSchema, volumesSchema } from './serving';

/** `stacks/*.yaml`: the apps of a stack, who calls whom, how each is built and tested. Keys are those of the original. */

/** Where a stack says nothing else; Tasks default to the same. */
export const DEFAULTS = {
  headerName: 'x-dev-session',
  baggageKey: 'dev-session',
  contextDir: '.',
  dockerfile: 'Dockerfile',
} as const;

/** Stands for the team's registry. */
export const REGISTRY_VARIABLE = '${IMAGE_REGISTRY}';

/** The part of an app in passing a session on: it starts one, passes it on, or is the last to see it. */
export const PROPAGATION_ROLES = ['originator', 'forwarder', 'terminal'] as const;
export type PropagationRole = (typeof PROPAGATION_ROLES)[number];
/** How an app is called; `tcp` carries no header and so no session. */
export const PROTOCOLS = ['http', 'grpc', 'tcp'] as const;
export type Protocol = (typeof PROTOCOLS)[number];
/** Where a stack may put Tasks of its own into its pipelines. */
export const HOOKS = ['pre-build', 'post-build', 'pre-test', 'post-test'] as const;
export type Hook = (typeof HOOKS)[number];

/** Hooks that come with the catalogue; a team brings the Tasks of others. */
export const CATALOGUE_HOOKS = ['image-scan', 'notify'] as const;

/** How the image of an app is built. */
export const buildSchema = z.strictObject({
  /** Which names there are is a rule: fleet.ts adds some. */
  tool: z.union([z.enum(BUILD_TOOLS), ownName]).optional(),
  runtime: labelValue.optional(),
  'node-version': languageVersion.optional(),
  'java-version': languageVersion.optional(),
  'python-version': languageVersion.optional(),
  'php-version': languageVersion.optional(),
  version: languageVersion.optional(),
  'build-command': command.optional(),
  'pre-command': command.optional(),
  env: buildEnvironment.default({}),
  legacy: buildEnvironment.default({}),
  platforms: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/)
        .meta({ expected: 'a platform such as linux/arm64' }),
    )
    .default([]),
  /** Of one attempt, and of unit tests that run beside it. */
  'timeout-minutes': minutes(1, TIMEOUT_MAX).optional(),
  /** Of the steps that run what the repository brings: they compile, test and build the image. */
  resources: resourcesSchema.optional(),
  /** What the build reads beside context-dir; undefined: the whole repository. */
  inputs: z.array(pathInside).optional(),
  /** Of the namespace: `<secret>-release` and `<secret>-pr`. */
  secrets: z.strictObject({ secret: scopedName, keys: z.array(secretKey).min(1) }).optional(),
});

/** What is fetched beside the files of the commit; undefined: an error where something would be missing. */
export const cloneSchema = z.strictObject({
  depth: z.number().int().min(0).max(1_000_000).optional(),
  tags: z.boolean().optional(),
  submodules: z.boolean().optional(),
  lfs: z.boolean().optional(),
});

/** A Secret or a ConfigMap of the namespace in which the app runs. */
const source = z
  .union([z.strictObject({ secret: objectName }), z.strictObject({ configmap: objectName })])
  .meta({ expected: '{ secret: <name> } or { configmap: <name> }' });

/** What a stack file may say of an app. */
export const appSchema = z.strictObject({
  name: serviceName,
  repo: repository,
  role: labelValue.optional(),
  'propagation-role': z.enum(PROPAGATION_ROLES),
  'container-port': port.optional(),
  'context-dir': pathInside.default(DEFAULTS.contextDir),
  dockerfile: pathInside.default(DEFAULTS.dockerfile),
  build: buildSchema.prefault({}),
  clone: cloneSchema.optional(),
  downstream: z.array(text.meta({ expected: 'the name of an app of this stack' })).default([]),
  tests: testsSchema,
  resources: resourcesSchema.optional(),
  /** Left out: they are not ours to set. */
  replicas: z.number().int().min(0).max(100).optional(),
  autoscaling: z
    .strictObject({
      min: z.number().int().min(1).max(100).default(1),
      max: z.number().int().min(1).max(1000),
      /** Percentage of what the pods request. */
      cpu: z.number().int().min(1).max(1000).default(80),
    })
    .superRefine(({ min, max }, context) => {
      if (min <= max) return;
      context.addIssue({
        code: 'custom',
        path: ['min'],
        message: 'min is above max',
        params: { expected: `at most ${max}` },
      });
    })
    .optional(),
  probe: z
    .strictObject({
      path: z.string().startsWith('/').meta({ expected: 'a path such as /healthz' }).optional(),
      port: port.optional(),
      'initial-delay-seconds': z.number().int().min(0).optional(),
    })
    .optional(),
  liveness: livenessSchema.optional(),
  volumes: volumesSchema.optional(),
  ingress: ingressSchema.optional(),
  'disruption-budget': disruptionBudgetSchema.optional(),
  /** A Deployment of the repository's own, in place of ours. */
  deploy: z.strictObject({ manifests: pathInside }).optional(),
  env: appEnvironment.default({}),
  'env-from': z.array(source).default([]),
  protocol: z.enum(PROTOCOLS).default('http'),
});

/** One Task or several, by name. */
const hook = z
  .union([objectName.transform((name) => [name]), z.array(objectName)])
  .meta({ expected: 'the name of a Task, or a list of such' })
  .default([]);

/** What clients, proxies and traces say with these, no session may be. */
const TAKEN_HEADERS: ReadonlySet<string> = new Set([
  ...[
    'accept',
    'authorization',
    'baggage',
    'connection',
    'content-encoding',
    'content-length',
    'content-type',
    'cookie',
  ],
  ...['expect', 'forwarded', 'host', 'keep-alive', 'origin', 'proxy-authorization', 'referer', 'set-cookie', 'te'],
  ...['traceparent', 'tracestate', 'trailer', 'transfer-encoding', 'upgrade', 'user-agent', 'via'],
  ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto', 'x-real-ip', 'x-request-id'],
]);

/** What a stack file may say. */
export const stackSchema = z.strictObject({
  name: stackName,
  description: z.string().default(''),
  propagation: z
    .strictObject({
      'header-name': z
        .string()
        .regex(/^[A-Za-z0-9-]{1,64}$/)
        .refine((name) => !TAKEN_HEADERS.has(name.toLowerCase()), 'is a header with a meaning of its own')
        .meta({ expected: 'the name of an HTTP header: at most 64 letters, digits and -' })
        .default(DEFAULTS.headerName),
      'baggage-key': z
        .string()
        .regex(/^[A-Za-z0-9_.-]+$/)
        .meta({ expected: 'a key of W3C baggage: letters, digits, _, . and -' })
        .default(DEFAULTS.baggageKey),
      strategy: z.literal('w3c-baggage').default('w3c-baggage'),
    })
    .prefault({}),
  defaults: z
    .strictObject({
      namespace: label.optional(),
      'image-registry': z
        .string()
        .regex(new RegExp(`^(\\$\\{IMAGE_REGISTRY\\}|${REGISTRY_HOST})${REGISTRY_PATH}$`))
        .refine((value) => value.startsWith(REGISTRY_VARIABLE) || !isDockerHub(value), { error: notDockerHub })
        .meta({
          expected: `${REGISTRY_VARIABLE}, a path below it, or a registry: host, port and path, without scheme, tag or last /`,
        })
        .default(REGISTRY_VARIABLE),
      'service-port': port.default(80),
      'container-port': port.default(8080),
    })
    .prefault({}),
  apps: z.array(appSchema).min(1),
  hooks: z.strictObject({ 'pre-build': hook, 'post-build': hook, 'pre-test': hook, 'post-test': hook }).prefault({}),
});

/** A stack file with its defaults filled in. */
export type StackFile = z.output<typeof stackSchema>;
/** An app of a stack file, with its defaults filled in. */
export type AppEntry = z.output<typeof appSchema>;
/** What of a repository is fetched. */
export type CloneExtent = z.output<typeof cloneSchema>;
