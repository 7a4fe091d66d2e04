import { z } from 'zod';
import { secretStore } from './secrets';
import { performance } from './tekton-install';
import { list } from '../words/phrase';
import { objectName, registry, text } from '../words/scalars';

/**
 * `tekton` of a cluster file that has Tekton installed by its operator, which the Operator Lifecycle Manager (OLM) installs.
 * https://tekton.dev/docs/operator/ and https://olm.operatorframework.io/docs/
 */

/** What the platform of a cluster decides: which build of the operator there is, and where it puts things. */
export const PLATFORMS = ['kubernetes', 'openshift'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Names of the operator on a platform. */
interface PlatformNames {
  /** Of the operator in a catalog. */
  readonly package: string;
  /** A catalog that is there, and its namespace, where OLM looks for catalogs for the whole cluster. */
  readonly catalog: { readonly name: string; readonly namespace: string };
  /** Where the operator runs. */
  readonly namespace: string;
  /** Where it puts Tekton. */
  readonly targetNamespace: string;
}
export const PLATFORM_NAMES: Readonly<Record<Platform, PlatformNames>> = {
  kubernetes: {
    package: 'tektoncd-operator',
    catalog: { name: 'operatorhubio-catalog', namespace: 'olm' },
    namespace: 'tekton-operator',
    targetNamespace: 'tekton-pipelines',
  },
  openshift: {
    package: 'openshift-pipelines-operator-rh',
    catalog: { name: 'redhat-operators', namespace: 'openshift-marketplace' },
    // there with an OperatorGroup for all namespaces
    namespace: 'openshift-operators',
    targetNamespace: 'openshift-pipelines',
  },
};

const imageByDigest = z
  .string()
  .regex(/^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)*@sha256:[0-9a-f]{64}$/)
  .meta({
    expected: 'an image by digest, such as quay.io/acme/pipelines-index@sha256:…: a tag may be another image tomorrow',
  });

/** Flags of Tekton Pipelines by their own names, as TektonConfig has them, each with what it may be. */
const PIPELINE_SETTINGS = {
  'await-sidecar-readiness': z.boolean(),
  coschedule: z.enum(['disabled', 'workspaces', 'pipelineruns', 'isolate-pipelinerun']),
  'default-service-account': objectName,
  'default-timeout-minutes': z.number().int().min(1),
  'disable-creds-init': z.boolean(),
  'enable-api-fields': z.enum(['stable', 'beta', 'alpha']),
  'enable-cel-in-whenexpression': z.boolean(),
  'enable-param-enum': z.boolean(),
  'enable-provenance-in-status': z.boolean(),
  'keep-pod-on-cancel': z.boolean(),
  'max-result-size': z.number().int().min(1).max(1_572_863),
  'require-git-ssh-secret-known-hosts': z.boolean(),
  'results-from': z.enum(['termination-message', 'sidecar-logs']),
  'running-in-environment-with-injected-sidecars': z.boolean(),
  'send-cloudevents-for-runs': z.boolean(),
  'set-security-context': z.boolean(),
  'trusted-resources-verification-no-match-policy': z.enum(['ignore', 'warn', 'fail']),
} as const;
type PipelineSetting = keyof typeof PIPELINE_SETTINGS;

const settings = z
  .partialRecord(
    z.enum(Object.keys(PIPELINE_SETTINGS) as [PipelineSetting, ...PipelineSetting[]]),
    z.union([z.boolean(), z.number(), z.string()]),
  )
  .superRefine((given, context) => {
    for (const [key, value] of Object.entries(given)) {
      const schema = PIPELINE_SETTINGS[key as PipelineSetting];
      if (schema.safeParse(value).success) continue;
      const expected =
        'options' in schema
          ? list(schema.options)
          : schema instanceof z.ZodBoolean
            ? 'true or false'
            : 'a whole number or a name, as Tekton has it';
      context.addIssue({ code: 'custom', path: [key], message: 'is not what this flag may be', params: { expected } });
    }
  });

const historyLimit = z.number().int().min(1).max(100_000);
/** Tekton's own pruner, which acts when a run ends. */
const pruner = z.strictObject({
  /** How many finished runs Tekton's pruner keeps of each Pipeline, of those that succeeded and of those that failed. @default 100 */
  historyLimit: historyLimit.default(100),
  /** The same of those that succeeded. @default - `historyLimit` */
  successfulHistoryLimit: historyLimit.optional(),
  /** The same of those that failed. @default - `historyLimit` */
  failedHistoryLimit: historyLimit.optional(),
  /** How long a finished run is kept at most. @default - for ever */
  ttlSecondsAfterFinished: z.number().int().min(1).optional(),
});

const page = (parts: readonly string[]) =>
  z
    .string()
    .regex(/^https:\/\/(?:[^\s{}]|\{(?:namespace|run|task)\})+$/)
    .refine((value) => parts.every((part) => value.includes(`{${part}}`)), { error: 'the value is malformed' })
    .meta({
      expected: `an https address with ${list(
        parts.map((part) => `{${part}}`),
        'and',
      )}`,
    });

const pipelinesAsCode = z.strictObject({
  githubApp: z.strictObject({
    /** As GitHub shows it. */
    name: text,
    /** Undefined: somebody makes the Secret. @default - none */
    store: secretStore.optional(),
  }),
  /** Where people see what Pipelines-as-Code reports, who may see nothing of the cluster. */
  console: z.strictObject({
    name: text,
    url: z
      .string()
      .regex(/^https:\/\/[^\s{}]+$/)
      .meta({ expected: 'an https address' }),
    run: page(['namespace', 'run']),
    task: page(['namespace', 'run', 'task']),
  }),
  /** Further settings by their own names. @default - none */
  settings: z
    .record(
      z.string().regex(/^[a-z0-9-]+$/),
      z.string().meta({ expected: 'text: a value in quotes, such as "true" or "3"' }),
    )
    .default({}),
});
export type PipelinesAsCode = z.output<typeof pipelinesAsCode>;

/** `tekton` of a cluster file that installs by the operator. */
export const operatorSchema = z.strictObject({
  install: z.literal('operator'),
  channel: text,
  /** Name of the operator in the catalog. @default - `tektoncd-operator`, on OpenShift `openshift-pipelines-operator-rh` */
  package: objectName.optional(),
  /** Where the operator runs. @default - `tekton-operator`, on OpenShift `openshift-operators` */
  namespace: objectName.optional(),
  /** The version that is installed first. @default - the newest of the channel */
  startingCSV: objectName.optional(),
  /** `Manual`: a person approves each InstallPlan. @default 'Automatic' */
  approval: z.enum(['Automatic', 'Manual']).default('Automatic'),
  /** @default - the defaults of its fields */
  catalog: z
    .strictObject({
      /** CatalogSource that the operator is taken from: `operatorhubio-catalog`, on OpenShift `redhat-operators`. @default - that of the platform; with `image`, `tekton-operator-catalog` */
      name: objectName.optional(),
      /** Namespace of it, where OLM looks for catalogs for the whole cluster. @default - `olm`, on OpenShift `openshift-marketplace` */
      namespace: objectName.optional(),
      /** Undefined: the catalog is there. @default - none */
      image: imageByDigest.optional(),
      /** Where nodes find images by digest besides the place that they are named by. @default - none */
      mirrors: z.array(z.strictObject({ source: registry, mirrors: z.array(registry).min(1) })).default([]),
    })
    .prefault({}),
  /** `lite`: Tekton Pipelines alone; `basic`: with Results where `results` says so; `all`: with the dashboard, which only reads, or on OpenShift with the add-ons. @default 'basic' */
  profile: z.enum(['lite', 'basic', 'all']).default('basic'),
  /** `true`: Tekton Triggers, for teams with `triggers: true`. @default false */
  triggers: z.boolean().default(false),
  /** @default - none */
  pruner: pruner.optional(),
  /** @default - none */
  pipelinesAsCode: pipelinesAsCode.optional(),
  /** @default - the defaults of its fields */
  performance: performance.prefault({}),
  /** With a release, by the name of a ConfigMap of it, values by key: `feature-flags: { enable-api-fields: beta }`. @default - the release's */
  settings: settings.default({}),
});
/** What a cluster file says of the operator. */
export type TektonOperator = z.output<typeof operatorSchema>;

/** The catalog that the operator is taken from: one of its own where the file says an image, else the one that is there. */
export const catalogOf = (
  platform: Platform,
  { catalog }: TektonOperator,
): { readonly name: string; readonly namespace: string } => {
  const given = PLATFORM_NAMES[platform].catalog;
  return {
    name: catalog.name ?? (catalog.image === undefined ? given.name : OWN_CATALOG),
    namespace: catalog.namespace ?? given.namespace,
  };
};
const OWN_CATALOG = 'tekton-operator-catalog';

/** The settings of Pipelines-as-Code, by their own names, that are made of what the cluster file says. */
export const pipelinesAsCodeSettings = (said: PipelinesAsCode): Readonly<Record<string, string>> => ({
  'application-name': said.githubApp.name,
  'custom-console-name': said.console.name,
  'custom-console-url': said.console.url,
  'custom-console-url-pr-details': asTemplate(said.console.run),
  'custom-console-url-pr-tasklog': asTemplate(said.console.task),
});

/** The words of our pages, by those of Pipelines-as-Code. */
const WORDS = { namespace: 'namespace', run: 'pr', task: 'task' } as const;
const asTemplate = (address: string): string =>
  Object.entries(WORDS).reduce((made, [ours, theirs]) => made.replaceAll(`{${ours}}`, `{{ ${theirs} }}`), address);
