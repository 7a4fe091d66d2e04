import { z } from 'zod';

/** `stacks/*.yaml`: the apps of a stack, who calls whom, how each is built and tested. Keys are those of the original. */

const text = z.string().min(1);
/** The original writes ports as strings; a number means the same. */
const port = z.union([z.number().int(), z.string().regex(/^[0-9]+$/).transform(Number)]).pipe(z.number().int().min(1).max(65535));
const version = z.union([text, z.number().transform(String)]);
const environment = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.coerce.string());
const quantities = z.strictObject({ cpu: text.optional(), memory: text.optional() });

export const BUILD_TOOLS = ['npm', 'maven', 'gradle', 'pip', 'composer'] as const;
export type BuildTool = (typeof BUILD_TOOLS)[number];
export const PROPAGATION_ROLES = ['originator', 'forwarder', 'terminal'] as const;
export type PropagationRole = (typeof PROPAGATION_ROLES)[number];
export const PROTOCOLS = ['http', 'grpc', 'tcp'] as const;
export type Protocol = (typeof PROTOCOLS)[number];
export const HOOKS = ['pre-build', 'post-build', 'pre-test', 'post-test'] as const;
export type Hook = (typeof HOOKS)[number];

export const buildSchema = z.strictObject({
  tool: z.enum(BUILD_TOOLS).optional(),
  runtime: text.optional(),
  'node-version': version.optional(),
  'java-version': version.optional(),
  'python-version': version.optional(),
  'php-version': version.optional(),
  'build-command': text.optional(),
  'pre-command': text.optional(),
  env: environment.default({}),
  legacy: environment.default({}),
  platforms: z.array(text).default([]),
});

export const appSchema = z.strictObject({
  name: text,
  repo: text,
  role: text.optional(),
  'propagation-role': z.enum(PROPAGATION_ROLES),
  'container-port': port.optional(),
  'context-dir': text.default('.'),
  dockerfile: text.default('Dockerfile'),
  build: buildSchema.prefault({}),
  downstream: z.array(text).default([]),
  tests: z
    .strictObject({ unit: text.optional(), postman: text.optional(), playwright: text.optional(), artillery: text.optional() })
    .prefault({}),
  resources: z.strictObject({ requests: quantities.optional(), limits: quantities.optional() }).optional(),
  replicas: z.number().int().min(0).max(100).default(1),
  probe: z
    .strictObject({ path: z.string().startsWith('/').optional(), port: port.optional(), 'initial-delay-seconds': z.number().int().min(0).optional() })
    .optional(),
  env: environment.default({}),
  protocol: z.enum(PROTOCOLS).default('http'),
});

const hook = z.union([text.transform((name) => [name]), z.array(text)]).default([]);

export const stackSchema = z.strictObject({
  name: text,
  description: z.string().default(''),
  propagation: z
    .strictObject({
      'header-name': z.string().regex(/^[A-Za-z0-9-]+$/).default('x-dev-session'),
      'baggage-key': z.string().regex(/^[A-Za-z0-9_.-]+$/).default('dev-session'),
      strategy: z.literal('w3c-baggage').default('w3c-baggage'),
    })
    .prefault({}),
  defaults: z
    .strictObject({
      namespace: text.optional(),
      'image-registry': text.default('${IMAGE_REGISTRY}'),
      'service-port': port.default(80),
      'container-port': port.default(8080),
    })
    .prefault({}),
  apps: z.array(appSchema).min(1),
  hooks: z.strictObject({ 'pre-build': hook, 'post-build': hook, 'pre-test': hook, 'post-test': hook }).prefault({}),
});

export type StackFile = z.output<typeof stackSchema>;
export type AppEntry = z.output<typeof appSchema>;
