import { z } from 'zod';
import { holdsCredential, isCloneBase } from '../words/git-address';
import type { Constant } from '../words/mapping';
import { teamSecrets } from './secrets';
import { signInSchema } from './sign-in';
import type { Site } from './site';
import { buildSeccomp } from './site';
import {
  cpu,
  githubId,
  image,
  imageRegistry,
  instanceName,
  label,
  literal,
  memory,
  networks,
  objectName,
  registry,
  space,
  teamName,
  text,
  webAddress,
  minutes,
} from '../words/scalars';
import { RUN_MINUTES } from '../words/names';

/** `teams/<team>/team.ts` (or the original's `team.yaml`): where a team's runs live and what they may use. */

/** How requests of a session reach a preview. */
export const INTERCEPT_BACKENDS = ['router', 'gateway', 'mirrord', 'telepresence', 'none'] as const;
export type InterceptBackend = (typeof INTERCEPT_BACKENDS)[number];
/** What becomes of a team's objects when Argo CD no longer finds the team. */
export const REMOVAL_POLICIES = ['cascade', 'confirm', 'orphan'] as const;
export type RemovalPolicy = (typeof REMOVAL_POLICIES)[number];
/** How a run comes by its Pipeline: it bears it, pruned to what it concerns; or it names it, where a cluster forbids inline specs. */
export const RUN_FORMS = ['embedded', 'reference'] as const;
/** Pull requests of strangers: they wait for a member's word, or run by themselves with the rights of forks. */
const FORK_POLICIES = ['deny', 'restricted'] as const;
/** Programs that build images. */
export const BUILD_BACKENDS = ['buildah', 'buildkit', 'kaniko'] as const;
export type BuildBackend = (typeof BUILD_BACKENDS)[number];
/**
 * The level that builds need: rootless BuildKit runs without seccomp and AppArmor, the others as root with few
 * capabilities, and without seccomp where the kubelet's default would be laid on them and no profile of the nodes takes its place.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const podSecurityLevel = (
  backend: BuildBackend,
  site: Pick<Site, 'seccompDefault' | 'seccompProfile'>,
): 'baseline' | 'privileged' =>
  backend === 'buildkit' || buildSeccomp(site)?.type === 'Unconfined' ? 'privileged' : 'baseline';

/** Whether a volume is written from one node or from several. */
export const accessMode = z.enum(['ReadWriteOnce', 'ReadWriteMany']);

const claim = (size: string) => ({
  size: space.default(size),
  accessMode: accessMode.default('ReadWriteOnce'),
  storageClass: objectName.optional(),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#path-style-access */
export const s3 = z.strictObject({
  endpoint: z
    .string()
    .regex(/^https?:\/\/[A-Za-z0-9.-]+(:[0-9]+)?$/)
    .meta({ expected: 'https://host, with or without a port' }),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .meta({ expected: 'the name of a bucket: lower-case letters, digits, - and ., 3 to 63' }),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/)
    .meta({ expected: 'a path such as ci/reports, without first or last /' })
    .optional(),
  region: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .meta({ expected: 'a region such as eu-central-1' })
    .default('us-east-1'),
  secret: objectName.default('reports-s3'),
});

/** A cluster by the name that Argo CD knows. */
export const clusterName = z
  .string()
  .regex(/^\S+$/)
  .meta({ expected: 'the name of a cluster as Argo CD has it, without white space' });
/** Upper bounds of what a namespace may use. */
export const quota = z.strictObject({
  cpu: cpu.optional(),
  memory: memory.optional(),
  pods: z.number().int().min(1).optional(),
  storage: space.optional(),
});

/** What git is given to clone from. */
const cloned = literal.refine((text) => !holdsCredential(text), {
  error: 'holds a user or a password, which would be in Git: put it into the Secret of secrets.names.gitReadToken',
  params: { expected: 'the same without what stands before the @' },
});

/** An orchestrator, whether of a team or of a cluster. */
const service = (replicas: number) => ({
  image: image.optional(),
  replicas: z.number().int().min(1).max(10).default(replicas),
  consoleURL: z
    .string()
    .regex(/^(?=.*\{name\})https?:\/\/(?:[^\s{}]|\{(?:namespace|name)\})+$/)
    .meta({
      expected: 'a URL with {name}, such as https://tekton.example.com/#/namespaces/{namespace}/pipelineruns/{name}',
    })
    .optional(),
  /** Deliveries of other hosts are taken, but they are neither asked nor told anything. */
  githubURL: webAddress('the address of an API, such as https://git.example.com/api/v3'),
  /** In place of githubURL: the API of Gitea or Forgejo, which the token in secrets.names.githubToken is then for. */
  giteaURL: webAddress('the address of an API, such as https://git.example.com/api/v1', '/api/v1'),
  /** In place of a token. Its Secret has the key `private-key`, which no other pod is to see. */
  githubApp: z
    .strictObject({ id: githubId, installationId: githubId, secret: objectName.default('github-app') })
    .optional(),
  /** How people sign in, where they use its page. */
  signIn: signInSchema.optional(),
});
/** The one of a cluster serves many teams, so one of its replicas may go. */
export const sharedOrchestrator = z.strictObject(service(2));

const runMinutes = minutes(RUN_MINUTES.least, RUN_MINUTES.most).optional();

/** What a team may say. */
export const teamSchema = z.strictObject({
  name: teamName,
  namespace: label,
  cluster: clusterName,
  /** Further ones: the same there but for what clusters/ says of them. */
  clusters: z.array(clusterName).default([]),
  /** The instance of Tekton that its runs are of, where a cluster has several. */
  tekton: instanceName.optional(),
  /** A group of Argo CD's single sign-on; it goes into a CSV line there. */
  group: z
    .string()
    .regex(/^[^\s",](?:[^\n",]*[^\s",])?$/)
    .meta({ expected: 'the name of a group, without quotes and commas' })
    .optional(),
  removal: z.enum(REMOVAL_POLICIES).default('confirm'),
  /** Lets Tekton Triggers ask for runs, beside the orchestrator's own webhook. */
  triggers: z.boolean().default(false),
  imageRegistry,
  pushRegistry: imageRegistry.optional(),
  insecureRegistry: z.boolean().default(false),
  cacheRepo: registry.optional(),
  interceptBackend: z.enum(INTERCEPT_BACKENDS).default('router'),
  /** Of interceptBackend gateway: the one that takes routes for Gateways rather than for Services, as a mesh does. */
  gateway: z
    .strictObject({
      name: objectName,
      namespace: label,
      address: objectName.meta({ expected: 'a DNS name such as gateway.infra.svc.cluster.local' }),
    })
    .optional(),
  maxConcurrentRuns: z.number().int().min(1).max(1000).default(3),
  maxParallelBuilds: z.number().int().min(1).max(1000).default(5),
  /** Minutes after which a run of a pipeline ends, whatever it is at. */
  timeouts: z.strictObject({ bootstrap: runMinutes, 'pr-test': runMinutes, 'merge-release': runMinutes }).prefault({}),
  runs: z.enum(RUN_FORMS).default('embedded'),
  forks: z.enum(FORK_POLICIES).default('deny'),
  stacks: z.array(text.meta({ expected: 'a stack file, such as stacks/checkout.yaml' })).min(1),
  /** Tasks that somebody applies to the team's namespace, for hooks of its stacks. */
  externalTasks: z.array(objectName).default([]),
  environment: z
    .strictObject({ namespace: label.optional(), deploy: z.enum(['pipeline', 'gitops']).default('pipeline') })
    .prefault({}),
  build: z.strictObject({ backend: z.enum(BUILD_BACKENDS).default('buildah') }).prefault({}),
  /** `mirror` replaces the registry of every tool image; other keys replace one of TOOL_IMAGES, or add a toolchain. */
  images: z
    .strictObject({ mirror: registry.optional(), overrides: z.record(z.string(), image).default({}) })
    .prefault({}),
  git: z
    .strictObject({
      baseURL: cloned
        .refine(isCloneBase, { error: 'the value is malformed' })
        .meta({ expected: 'https://host, ssh://git@host or git@host:, with or without a path' })
        .default('https://github.com'),
      /** Where people see these repositories, if webhooks name another address than the one for cloning. */
      webURL: webAddress('an address such as https://git.example.com, with or without a path'),
    })
    .prefault({}),
  platform: z
    .strictObject({
      repoURL: cloned.optional(),
      revision: literal.default('main'),
      /** Where releases push their commits, for a pull request to `revision`. */
      versionsBranch: literal.optional(),
    })
    .prefault({}),
  secrets: z
    .strictObject({
      ...teamSecrets,
      names: z
        .strictObject({
          webhook: objectName.default('github-webhook-secret'),
          /** Pushes to the platform repository, asks the Git host and reports. No pod of a pull request mounts it. */
          githubToken: objectName.default('github-token'),
          /** Pushes to the platform repository by ssh. */
          gitSshKey: objectName.default('git-ssh-key'),
          /** What clones read by, also those of pull requests; the same name as of what writes says that it is one token. */
          gitReadToken: objectName.default('git-read-token'),
          gitReadSshKey: objectName.default('git-read-ssh-key'),
          /** `<registryPush>-release`, `-pr` and `-fork`, each for that path of the registry alone. */
          registryPush: objectName.default('registry-push'),
          /** Reads base images; all builds see it, also those that are not trusted. */
          baseImages: objectName.default('base-images'),
          imagePull: z.array(objectName).default([]),
        })
        .prefault({}),
    })
    .prefault({}),
  storage: z
    .strictObject({
      cache: z.strictObject(claim('20Gi')).prefault({}),
      /** On a claim; with `s3`, there and nowhere else. */
      reports: z
        .strictObject({
          ...claim('5Gi'),
          days: z.number().int().min(1).max(3650).default(30),
          s3: s3
            .extend({
              /** What the orchestrator reads with, where it shows reports. */
              readSecret: objectName.default('reports-s3-read'),
            })
            .optional(),
          /** Whether the orchestrator of the team reads them, so that its page shows test cases and reports. */
          show: z.boolean().default(false),
        })
        .prefault({}),
    })
    .prefault({}),
  quota: quota.optional(),
  network: z.strictObject({ egressCIDRs: networks.default([]) }).prefault({}),
  orchestrator: z
    .strictObject({
      enabled: z.boolean().default(true),
      mode: z.enum(['team', 'shared']).default('team'),
      ...service(1),
    })
    .prefault({}),
});

/** What a person writes. */
export type TeamProps = Constant<z.input<typeof teamSchema>>;
/** The same with every default filled in. */
export type TeamSettings = z.output<typeof teamSchema>;
