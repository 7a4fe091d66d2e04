import { z } from 'zod';
import { environment, label, labelValue, languageVersion, objectName, pathInside, port, quantity, repository, serviceName, text } from './scalars';

/** `stacks/*.yaml`: the apps of a stack, who calls whom, how each is built and tested. Keys are those of the original. */

const quantities = z.strictObject({ cpu: quantity.optional(), memory: quantity.optional() });

export const BUILD_TOOLS = ['npm', 'maven', 'gradle', 'pip', 'composer'] as const;
export type BuildTool = (typeof BUILD_TOOLS)[number];
/** The key that says which version of its language a tool is given. */
export const VERSION_KEYS = { npm: 'node-version', maven: 'java-version', gradle: 'java-version', pip: 'python-version', composer: 'php-version' } as const;
export const PROPAGATION_ROLES = ['originator', 'forwarder', 'terminal'] as const;
export type PropagationRole = (typeof PROPAGATION_ROLES)[number];
export const PROTOCOLS = ['http', 'grpc', 'tcp'] as const;
export type Protocol = (typeof PROTOCOLS)[number];
export const HOOKS = ['pre-build', 'post-build', 'pre-test', 'post-test'] as const;
export type Hook = (typeof HOOKS)[number];

export const buildSchema = z.strictObject({
  tool: z.enum(BUILD_TOOLS).optional(),
  runtime: labelValue.optional(),
  'node-version': languageVersion.optional(),
  'java-version': languageVersion.optional(),
  'python-version': languageVersion.optional(),
  'php-version': languageVersion.optional(),
  'build-command': text.optional(),
  'pre-command': text.optional(),
  env: environment.default({}),
  legacy: environment.default({}),
  platforms: z.array(z.string().regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/).meta({ expected: 'a platform such as linux/arm64' })).default([]),
});

export const appSchema = z.strictObject({
  name: serviceName,
  repo: repository,
  role: labelValue.optional(),
  'propagation-role': z.enum(PROPAGATION_ROLES),
  'container-port': port.optional(),
  'context-dir': pathInside.default('.'),
  dockerfile: pathInside.default('Dockerfile'),
  build: buildSchema.prefault({}),
  downstream: z.array(text.meta({ expected: 'the name of an app of this stack' })).default([]),
  tests: z
    .strictObject({ unit: text.optional(), postman: pathInside.optional(), playwright: pathInside.optional(), artillery: pathInside.optional() })
    .prefault({}),
  resources: z.strictObject({ requests: quantities.optional(), limits: quantities.optional() }).optional(),
  replicas: z.number().int().min(0).max(100).default(1),
  probe: z
    .strictObject({ path: z.string().startsWith('/').meta({ expected: 'a path such as /healthz' }).optional(), port: port.optional(), 'initial-delay-seconds': z.number().int().min(0).optional() })
    .optional(),
  env: environment.default({}),
  protocol: z.enum(PROTOCOLS).default('http'),
});

/** One Task or several, by name. */
const hook = z
  .union([objectName.transform((name) => [name]), z.array(objectName)])
  .meta({ expected: 'the name of a Task, or a list of such' })
  .default([]);

export const stackSchema = z.strictObject({
  name: label,
  description: z.string().default(''),
  propagation: z
    .strictObject({
      'header-name': z
        .string()
        .regex(/^[A-Za-z0-9-]+$/)
        .meta({ expected: 'the name of an HTTP header: letters, digits and -' })
        .default('x-dev-session'),
      'baggage-key': z
        .string()
        .regex(/^[A-Za-z0-9_.-]+$/)
        .meta({ expected: 'a key of W3C baggage: letters, digits, _, . and -' })
        .default('dev-session'),
      strategy: z.literal('w3c-baggage').default('w3c-baggage'),
    })
    .prefault({}),
  defaults: z
    .strictObject({
      namespace: label.optional(),
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
