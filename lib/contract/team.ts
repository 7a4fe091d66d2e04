import { z } from 'zod';

/** `teams/<team>/team.ts` (or the original's `team.yaml`): where a team's runs live and what they may use. */

const text = z.string().min(1);
const quantity = z.string().regex(/^[0-9]+(\.[0-9]+)?(m|Ki|Mi|Gi|Ti|k|M|G|T)?$/);

export const INTERCEPT_BACKENDS = ['router', 'gateway', 'mirrord', 'telepresence', 'none'] as const;
export type InterceptBackend = (typeof INTERCEPT_BACKENDS)[number];
export const BUILD_BACKENDS = ['buildah', 'buildkit', 'kaniko'] as const;
export type BuildBackend = (typeof BUILD_BACKENDS)[number];

const storageSchema = (size: string) =>
  z
    .strictObject({
      size: quantity.default(size),
      accessMode: z.enum(['ReadWriteOnce', 'ReadWriteMany']).default('ReadWriteOnce'),
      storageClass: text.optional(),
    })
    .prefault({});

export const teamSchema = z.strictObject({
  name: text,
  namespace: text,
  cluster: text,
  imageRegistry: text,
  pushRegistry: text.optional(),
  insecureRegistry: z.boolean().default(false),
  cacheRepo: text.optional(),
  interceptBackend: z.enum(INTERCEPT_BACKENDS).default('router'),
  maxConcurrentRuns: z.number().int().min(1).max(1000).default(3),
  maxParallelBuilds: z.number().int().min(1).max(1000).default(5),
  stacks: z.array(text).min(1),
  environment: z.strictObject({ namespace: text.optional(), deploy: z.enum(['pipeline', 'gitops']).default('pipeline') }).prefault({}),
  build: z.strictObject({ backend: z.enum(BUILD_BACKENDS).default('buildah') }).prefault({}),
  /** `mirror` replaces the registry of every tool image; other keys replace one image of lib/tasks/images.ts. */
  images: z.strictObject({ mirror: text.optional(), overrides: z.record(z.string(), text).default({}) }).prefault({}),
  git: z.strictObject({ baseURL: text.default('https://github.com') }).prefault({}),
  platform: z.strictObject({ repoURL: text.optional(), revision: text.default('main') }).prefault({}),
  secrets: z
    .strictObject({
      backend: z.enum(['existing', 'external-secrets']).default('existing'),
      store: z
        .strictObject({ name: text, kind: z.enum(['SecretStore', 'ClusterSecretStore']).default('ClusterSecretStore'), path: text.optional() })
        .optional(),
      names: z
        .strictObject({
          webhook: text.default('github-webhook-secret'),
          githubToken: text.default('github-token'),
          gitSshKey: text.default('git-ssh-key'),
          /** `<registryPush>-release`, `-pr` and `-fork`, each for that path of the registry alone. */
          registryPush: text.default('registry-push'),
          imagePull: z.array(text).default([]),
        })
        .prefault({}),
    })
    .prefault({}),
  storage: z.strictObject({ cache: storageSchema('20Gi'), reports: storageSchema('5Gi') }).prefault({}),
  quota: z
    .strictObject({
      cpu: quantity.optional(),
      memory: quantity.optional(),
      pods: z.number().int().min(1).optional(),
      storage: quantity.optional(),
    })
    .optional(),
  network: z.strictObject({ egressCIDRs: z.array(text).default([]) }).prefault({}),
  orchestrator: z
    .strictObject({
      enabled: z.boolean().default(true),
      image: text.optional(),
      replicas: z.number().int().min(1).max(10).default(1),
      mode: z.enum(['team', 'shared']).default('team'),
    })
    .prefault({}),
});

/** What a person writes. */
export type TeamProps = z.input<typeof teamSchema>;
/** The same with every default filled in. */
export type TeamSettings = z.output<typeof teamSchema>;
