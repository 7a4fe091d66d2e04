import { z } from 'zod';
import { labelValue, objectName, text } from '../words/scalars';

/** What a cluster is like, as its file says: how pods reach the network, whom they trust, and where they may run. */

const network = z.union([z.cidrv4(), z.cidrv6()]);
/** A password in it would be in Git. */
const proxyURL = z
  .string()
  .regex(/^https?:\/\/[^\s@/?#"$\\]+$/)
  .meta({ expected: 'http://host:port, without a user, a password or a path' });
/** `*.example.com` is no domain to curl, and what names a scheme or no network is nothing to any program. */
const noProxy = z
  .string()
  .regex(/^(?!\*.)(?!.*:\/\/)[^\s,@"$\\]+$/)
  .refine((text) => !text.includes('/') || network.safeParse(text).success, { error: 'the value is malformed' })
  .meta({ expected: 'a host, a domain such as .example.com, or a network such as 10.0.0.0/8' });
/** A file name, as keys of ConfigMaps and Secrets are. */
const key = z
  .string()
  .regex(/^[-._a-zA-Z0-9]+$/)
  .meta({ expected: 'a key of the ConfigMap or Secret: letters, digits, -, _ and .' });
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export const labelName = z
  .string()
  .regex(/^([a-z0-9.-]+\/)?[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$/)
  .meta({ expected: 'the name of a label, such as example.com/pool' });

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
const toleration = z
  .strictObject({
    /** Taint that these pods tolerate. @default - every */
    key: labelName.optional(),
    /** `Equal` or `Exists`. @default - `Equal` */
    operator: z.enum(['Exists', 'Equal']).optional(),
    /** Value of the taint, for `Equal`. @default - empty */
    value: labelValue.optional(),
    /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. @default - every */
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
    /** How long a pod stays on a node with the taint; for `NoExecute`. @default - for ever */
    tolerationSeconds: z.number().int().min(0).optional(),
  })
  .superRefine(({ key: name, operator, value, effect, tolerationSeconds }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (name === undefined && operator !== 'Exists') refuse('key', 'is missing');
    if (operator === 'Exists' && value !== undefined) refuse('value', 'operator Exists takes no value');
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      refuse('tolerationSeconds', 'goes with effect NoExecute alone');
  });

const IP_FAMILIES = ['IPv4', 'IPv6'] as const;

/** Keys of a cluster file that no team has. */
export const siteSchema = {
  /** Through which pods reach what is outside. @default - none */
  proxy: z
    .strictObject({
      /** `http://host:port` through which pods ask for `http://`. @default - none */
      http: proxyURL.optional(),
      /** The same for `https://`. @default - none */
      https: proxyURL.optional(),
      /** Hosts, domains (`.example.com`) and networks that are reached without it, besides those below. @default - none */
      noProxy: z.array(noProxy).default([]),
    })
    .superRefine(({ http, https }, context) => {
      if (http === undefined && https === undefined)
        context.addIssue({ code: 'custom', message: 'says no address: say https, http or both' });
    })
    .optional(),
  /** Certificates of private authorities, which are trusted beside the public ones. @default - none */
  caBundle: z
    .strictObject({
      /** ConfigMap with the certificates of private authorities, in each namespace that needs it. @default - none */
      configMap: objectName.optional(),
      /** A Secret instead. @default - none */
      secret: objectName.optional(),
      /** Key of the certificates: PEM, one or several. @default 'ca.crt' */
      key: key.default('ca.crt'),
    })
    .superRefine(({ configMap, secret }, context) => {
      if (configMap === undefined && secret === undefined)
        context.addIssue({ code: 'custom', message: 'says neither configMap nor secret: say one of them' });
      if (configMap !== undefined && secret !== undefined)
        context.addIssue({ code: 'custom', message: 'says both configMap and secret: keep one of them' });
    })
    .optional(),
  /** Below which Services have names. @default - `cluster.local` */
  domain: objectName.meta({ expected: 'a DNS domain such as cluster.local' }).optional(),
  /** Where the pods of runs may be scheduled. @default - none */
  podTemplate: z
    .strictObject({
      /** Labels of nodes for the pods of runs. @default - none */
      nodeSelector: z.record(labelName, labelValue).optional(),
      /** @default - none */
      tolerations: z.array(toleration).optional(),
      /** RuntimeClass of these pods. @default - the cluster's */
      runtimeClass: objectName.optional(),
      /** PriorityClass of these pods. @default - the cluster's */
      priorityClass: objectName.optional(),
    })
    .optional(),
  /** Whether nodes run programs of other platforms, by binfmt_misc. @default - `false` */
  emulation: z.boolean().optional(),
  /** The preferred one first. @default - IPv4, else IPv6 */
  ipFamilies: z
    .array(z.enum(IP_FAMILIES))
    .min(1)
    .max(2)
    .refine((families) => new Set(families).size === families.length, {
      error: 'names a family twice',
      params: { expected: 'IPv4, IPv6 or both' },
    })
    .optional(),
  /** Whether the kubelet lays its profile on containers that name none. @default - `false` */
  seccompDefault: z.boolean().optional(),
  /** Below the kubelet's folder of profiles, on each node; for the step that builds images. @default - none */
  seccompProfile: text
    .regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[\w./-]+$/)
    .meta({ expected: 'a path such as profiles/buildah.json' })
    .optional(),
  /** Whether nodes give pods users of their own: root in the pod of a build is then nobody on the node. @default - `false` */
  userNamespaces: z.boolean().optional(),
};

export type SiteFile = z.output<z.ZodObject<typeof siteSchema>>;
/** A cluster's own settings with every default filled in. */
export interface Site extends Omit<SiteFile, 'domain' | 'emulation' | 'seccompDefault' | 'userNamespaces'> {
  readonly domain: string;
  readonly emulation: boolean;
  readonly seccompDefault: boolean;
  readonly userNamespaces: boolean;
}

/** Of a cluster file, or of a cluster without one. */
export const siteOf = (file: SiteFile | undefined): Site => ({
  proxy: file?.proxy,
  caBundle: file?.caBundle,
  domain: file?.domain ?? 'cluster.local',
  podTemplate: file?.podTemplate,
  emulation: file?.emulation ?? false,
  ipFamilies: file?.ipFamilies,
  seccompDefault: file?.seccompDefault ?? false,
  seccompProfile: file?.seccompProfile,
  userNamespaces: file?.userNamespaces ?? false,
});

/** The variables by which programs find a proxy, in both spellings: some read only one of them. */
export const PROXY_VARIABLES = {
  http: ['HTTP_PROXY', 'http_proxy'],
  https: ['HTTPS_PROXY', 'https_proxy'],
  noProxy: ['NO_PROXY', 'no_proxy'],
} as const;
/** Those by which trust.sh says whom programs trust. */
export const CA_VARIABLES = [
  'SSL_CERT_FILE',
  'GIT_SSL_CAINFO',
  'CURL_CA_BUNDLE',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
  'npm_config_cafile',
] as const;

/** Variables that a cluster sets in every step and of which one value counts, with the key of its file that says so. */
export const siteVariables = ({
  proxy,
  caBundle,
}: Pick<Site, 'proxy' | 'caBundle'>): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...(['http', 'https'] as const)
      .filter((scheme) => proxy?.[scheme] !== undefined)
      .flatMap((scheme) => PROXY_VARIABLES[scheme].map((name) => [name, 'proxy'])),
    ...(caBundle === undefined ? [] : CA_VARIABLES.map((name) => [name, 'caBundle'])),
  ]);

/** Of a Service on a cluster that is said to have both families; elsewhere the cluster's own default. */
export const ipFamilyPolicy = ({ ipFamilies }: Pick<Site, 'ipFamilies'>): 'PreferDualStack' | undefined =>
  ipFamilies?.length === 2 ? 'PreferDualStack' : undefined;

/**
 * Seccomp of the step that builds images, which unshares and mounts: the default profile of container runtimes forbids it.
 * Undefined: no profile, unless the kubelet lays its default on containers that name none.
 * https://kubernetes.io/docs/tutorials/security/seccomp/
 */
export function buildSeccomp({ seccompDefault, seccompProfile }: Pick<Site, 'seccompDefault' | 'seccompProfile'>) {
  if (seccompProfile !== undefined) return { type: 'Localhost', localhostProfile: seccompProfile } as const;
  return seccompDefault ? ({ type: 'Unconfined' } as const) : undefined;
}
