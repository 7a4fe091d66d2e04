import { z } from 'zod';
import { holdsCredential, isCloneBase } from '../words/git-address';
import type { Constant } from '../words/mapping';
import { s3 } from './s3';
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
  scopedName,
  registry,
  space,
  teamName,
  text,
  webAddress,
  minutes,
} from '../words/scalars';
import { INTERCEPT_BACKENDS } from '../words/intercept-backends';
import { RUN_MINUTES } from '../words/names';
import { ownBackendName } from './own-backend-name';

/** `teams/<team>/team.ts` (or the original's `team.yaml`): where a team's runs live and what they may use. */

/** What becomes of a team's objects when Argo CD no longer finds the team. */
export const REMOVAL_POLICIES = ['cascade', 'confirm', 'orphan'] as const;
export type RemovalPolicy = (typeof REMOVAL_POLICIES)[number];
/** How a run comes by its Pipeline: it contains it, pruned to what it concerns; or it names it, where a cluster forbids inline specs. */
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
  /** Of the claim. @default - 20Gi, of reports 5Gi */
  size: space.default(size),
  /** `ReadWriteMany` lets builds that run at once be on several nodes. @default 'ReadWriteOnce' */
  accessMode: accessMode.default('ReadWriteOnce'),
  /** Name of a StorageClass. @default - the cluster's */
  storageClass: objectName.optional(),
});

/** A cluster by the name that Argo CD knows. */
export const clusterName = z
  .string()
  .regex(/^\S+$/)
  .meta({ expected: 'the name of a cluster as Argo CD has it, without white space' });
/** Upper bounds of what a namespace may use. */
export const quota = z.strictObject({
  /** What all pods of the namespace may request together. @default - none */
  cpu: cpu.optional(),
  /** The same of memory: `256Gi`. @default - none */
  memory: memory.optional(),
  /** Pods at once. @default - none */
  pods: z.number().int().min(1).optional(),
  /** What all claims may request together. @default - none */
  storage: space.optional(),
});

/** What git is given to clone from. */
const cloned = literal.refine((text) => !holdsCredential(text), {
  error: 'holds a user or a password, which would be in Git: put it into the Secret of secrets.names.gitReadToken',
  params: { expected: 'the same without what stands before the @' },
});

/** An orchestrator, whether of a team or of a cluster. */
const service = (replicas: number) => ({
  /** Image of it, with an exact tag. @default - that of this release */
  image: image.optional(),
  /** 1 to 10. @default - 1, of a cluster's 2 */
  replicas: z.number().int().min(1).max(10).default(replicas),
  /** Where people see a run, linked from pull requests: `https://tekton.example.com/#/namespaces/{namespace}/pipelineruns/{name}`. @default - none */
  consoleURL: z
    .string()
    .regex(/^(?=.*\{name\})https?:\/\/(?:[^\s{}]|\{(?:namespace|name)\})+$/)
    .meta({
      expected: 'a URL with {name}, such as https://tekton.example.com/#/namespaces/{namespace}/pipelineruns/{name}',
    })
    .optional(),
  /** Deliveries of other hosts are taken, but they are neither asked nor told anything. @default 'https://api.github.com' */
  githubURL: webAddress('the address of an API, such as https://git.example.com/api/v3'),
  /** In place of githubURL: the API of Gitea or Forgejo, which the token in secrets.names.githubToken is then for. @default - none */
  giteaURL: webAddress('the address of an API, such as https://git.example.com/api/v1', '/api/v1'),
  /** In place of a token. Its Secret has the key `private-key`, which no other pod is to see. @default - none */
  githubApp: z
    .strictObject({
      id: githubId,
      installationId: githubId,
      /** Secret with its key as `private-key`. @default 'github-app' */
      secret: objectName.default('github-app'),
    })
    .optional(),
  /** How people sign in, where they use its page. @default - none */
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
  /** Further ones: the same there but for what clusters/ says of them. @default - none */
  clusters: z.array(clusterName).default([]),
  /** The instance of Tekton that its runs are of, where a cluster has several. @default - the only one */
  tekton: instanceName.optional(),
  /** A group of Argo CD's single sign-on; it goes into a CSV line there. @default - none */
  group: z
    .string()
    .regex(/^[^\s",](?:[^\n",]*[^\s",])?$/)
    .meta({ expected: 'the name of a group, without quotes and commas' })
    .optional(),
  /** What Argo CD does with the team's objects once the team is gone from here: `cascade` deletes them, `confirm` does when a person has approved it, `orphan` leaves them. @default 'confirm' */
  removal: z.enum(REMOVAL_POLICIES).default('confirm'),
  /** Lets Tekton Triggers ask for runs, beside the orchestrator's own webhook. @default false */
  triggers: z.boolean().default(false),
  imageRegistry,
  /** The same registry by the name that pods know. @default - `imageRegistry` */
  pushRegistry: imageRegistry.optional(),
  /** Speak to it without TLS. @default false */
  insecureRegistry: z.boolean().default(false),
  /** Repository of the layer cache, and of a new image until it is copied to its final path. @default - `<pushRegistry>/cache` */
  cacheRepo: registry.optional(),
  /** How requests of a session reach previews: `router`, `gateway`, `mirrord` and `telepresence` for those who have them, `none`, or one of fleet.ts. @default 'router' */
  interceptBackend: z.union([z.enum(INTERCEPT_BACKENDS), ownBackendName]).default('router'),
  /** Of interceptBackend gateway: the one that takes routes for Gateways rather than for Services, as a mesh does. @default - none */
  gateway: z
    .strictObject({
      name: objectName,
      namespace: label,
      address: objectName.meta({ expected: 'a DNS name such as gateway.infra.svc.cluster.local' }),
    })
    .optional(),
  /** Runs at once, 1 to 1000; others wait. @default 3 */
  maxConcurrentRuns: z.number().int().min(1).max(1000).default(3),
  /** Builds at once in a run, 1 to 1000. @default 5 */
  maxParallelBuilds: z.number().int().min(1).max(1000).default(5),
  /** Minutes after which a run of a pipeline ends, whatever it is at. @default - the defaults of its fields */
  timeouts: z
    .strictObject({
      /** Of a bootstrap. @default 120 */
      bootstrap: runMinutes,
      /** Of a test of a pull request. @default 120 */
      'pr-test': runMinutes,
      /** Of a release. @default 120 */
      'merge-release': runMinutes,
    })
    .prefault({}),
  /** `embedded`: a run contains its Pipeline, pruned to the apps that it concerns. @default 'embedded' */
  runs: z.enum(RUN_FORMS).default('embedded'),
  /** Pull requests from forks, unless a member's: `deny` until a member comments `/ok-to-test <commit>`; `restricted` runs them by themselves, with the rights of forks. @default 'deny' */
  forks: z.enum(FORK_POLICIES).default('deny'),
  stacks: z.array(text.meta({ expected: 'a stack file, such as stacks/checkout.yaml' })).min(1),
  /** Tasks that somebody applies to the team's namespace, for hooks of its stacks. @default - none */
  externalTasks: z.array(objectName).default([]),
  /** @default - the defaults of its fields */
  environment: z
    .strictObject({
      /** Namespace in which all its apps run. @default - each stack's own */
      namespace: label.optional(),
      /** `pipeline`: runs apply the Deployments of apps. @default 'pipeline' */
      deploy: z.enum(['pipeline', 'gitops']).default('pipeline'),
    })
    .prefault({}),
  /** @default - the defaults of its fields */
  build: z
    .strictObject({
      /** `buildah`, `buildkit` or `kaniko`. @default 'buildah' */
      backend: z.enum(BUILD_BACKENDS).default('buildah'),
    })
    .prefault({}),
  /** `mirror` replaces the registry of every tool image; other keys replace one of TOOL_IMAGES, or add a toolchain. @default - the defaults of its fields */
  images: z
    .strictObject({
      /** Registry in place of that of every tool image: `docker.io/library/node` is `<mirror>/library/node`. @default - none */
      mirror: registry.optional(),
      /** Single tool images, with exact tags, by their key in the table, or toolchains of other versions: `{ git: 'registry.example.com/git:2.47.2', 'node-25': 'registry.example.com/node:25.1.0' }`. @default - none */
      overrides: z.record(z.string(), image).default({}),
    })
    .prefault({}),
  /** @default - the defaults of its fields */
  git: z
    .strictObject({
      /** What `repo` of an app is appended to: `https://host`, `ssh://git@host` or `git@host:`, with a path if you like. @default 'https://github.com' */
      baseURL: cloned
        .refine(isCloneBase, { error: 'the value is malformed' })
        .meta({ expected: 'https://host, ssh://git@host or git@host:, with or without a path' })
        .default('https://github.com'),
      /** Where people see these repositories, if webhooks name another address than the one for cloning. @default - that of `git.baseURL` */
      webURL: webAddress('an address such as https://git.example.com, with or without a path'),
    })
    .prefault({}),
  /** @default - the defaults of its fields */
  platform: z
    .strictObject({
      /** Where this repository is cloned from: releases write versions there, `verify` checks it. @default - none */
      repoURL: cloned.optional(),
      /** Its branch. @default 'main' */
      revision: literal.default('main'),
      /** Where releases push their commits, for a pull request to `revision`. @default - none */
      versionsBranch: literal.optional(),
    })
    .prefault({}),
  /** @default - the defaults of its fields */
  secrets: z
    .strictObject({
      ...teamSecrets,
      /** @default - the defaults of its fields */
      names: z
        .strictObject({
          /** Verifies webhooks. @default 'github-webhook-secret' */
          webhook: objectName.default('github-webhook-secret'),
          /** Pushes to the platform repository, asks the Git host and reports. No pod of a pull request mounts it. @default 'github-token' */
          githubToken: objectName.default('github-token'),
          /** Pushes to the platform repository by ssh. @default 'git-ssh-key' */
          gitSshKey: objectName.default('git-ssh-key'),
          /** What clones read by, also those of pull requests; the same name as of what writes says that it is one token. @default 'git-read-token' */
          gitReadToken: objectName.default('git-read-token'),
          /** Clones by ssh, in the same places. @default 'git-read-ssh-key' */
          gitReadSshKey: objectName.default('git-read-ssh-key'),
          /** `<registryPush>-release`, `-pr` and `-fork`, each for that path of the registry alone. @default 'registry-push' */
          registryPush: scopedName.default('registry-push'),
          /** Reads base images; all builds see it, also those that are not trusted. @default 'base-images' */
          baseImages: objectName.default('base-images'),
          /** Secrets by which nodes pull. @default - none */
          imagePull: z.array(objectName).default([]),
        })
        .prefault({}),
    })
    .prefault({}),
  /** @default - the defaults of its fields */
  storage: z
    .strictObject({
      /** @default - the defaults of its fields */
      cache: z.strictObject(claim('20Gi')).prefault({}),
      /** On a claim; with `s3`, there and nowhere else. @default - the defaults of its fields */
      reports: z
        .strictObject({
          ...claim('5Gi'),
          /** Days for which a run's reports stay on the claim. @default 30 */
          days: z.number().int().min(1).max(3650).default(30),
          /** @default - none */
          s3: s3
            .extend({
              /** What the orchestrator reads with, where it shows reports. @default 'reports-s3-read' */
              readSecret: objectName.default('reports-s3-read'),
            })
            .optional(),
          /** Whether the orchestrator of the team reads them, so that its page shows test cases and reports. @default false */
          show: z.boolean().default(false),
        })
        .prefault({}),
    })
    .prefault({}),
  /** @default - none */
  quota: quota.optional(),
  /** @default - the defaults of its fields */
  network: z
    .strictObject({
      /** Networks that runs may reach, `10.0.0.0/8`; without them all but instance metadata and other teams' namespaces. @default - none */
      egressCIDRs: networks.default([]),
    })
    .prefault({}),
  /** @default - the defaults of its fields */
  orchestrator: z
    .strictObject({
      /** Whether webhooks start runs. @default true */
      enabled: z.boolean().default(true),
      /** `team`: one in the team's namespace. @default 'team' */
      mode: z.enum(['team', 'shared']).default('team'),
      ...service(1),
    })
    .prefault({}),
});

/** What a person writes. */
export type TeamProps = Constant<z.input<typeof teamSchema>>;
/** The same with every default filled in. */
export type TeamSettings = z.output<typeof teamSchema>;
