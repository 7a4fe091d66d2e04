import { z } from 'zod';
import { tidyPath } from '../words/path';
import { objectName, port, space } from '../words/scalars';

/** How an app is reached and kept up: what a stack says of it beside its pods' image and environment. */

const path = z.string().startsWith('/').meta({ expected: 'a path such as /healthz' });
const count = (max: number) => z.number().int().min(1).max(max);

export const livenessSchema = z.strictObject({
  path: path.optional(),
  port: port.optional(),
  'initial-delay-seconds': z.number().int().min(0).default(10),
  'period-seconds': count(3600).default(10),
  'failure-threshold': count(100).default(3),
});

/** Where a container finds it. */
const mountPath = z
  .string()
  .regex(/^\/(?!.*(?:^|\/)\.\.(?:\/|$))(?!\/)[^\s:$\\]+$/)
  .meta({ expected: 'an absolute path such as /var/cache/app, without .., : and $' });
const volumeSchema = z
  .union([
    z.strictObject({ path: mountPath, 'empty-dir': space }),
    z.strictObject({ path: mountPath, configmap: objectName }),
    z.strictObject({ path: mountPath, secret: objectName }),
  ])
  .meta({ expected: '{ path: /etc/app, configmap: <name> }, { …, secret: <name> } or { …, empty-dir: 1Gi }' });
export const volumesSchema = z.array(volumeSchema).superRefine((volumes, context) =>
  volumes.forEach(({ path: at }, index) => {
    const refuse = (message: string, expected: string): void =>
      context.addIssue({ code: 'custom', path: [index, 'path'], message, params: { found: at, expected } });
    if (isOfContainer(tidyPath(at)))
      refuse('is a place of the container itself, which a volume would hide', 'a folder of the app, such as /etc/app');
    if (volumes.findIndex((other) => tidyPath(other.path) === tidyPath(at)) < index)
      refuse('another volume of the app is mounted there', 'another folder');
  }),
);

/** Folders that the runtime and the kubelet fill. `/var/run` is mostly a link to `/run`. */
const OF_CONTAINER = [
  'proc',
  'sys',
  'dev',
  ...['var/run', 'run'].map((run) => `${run}/secrets/kubernetes.io/serviceaccount`),
];
/** Shared memory is for the app, which may want more of it. */
const isOfContainer = (tidy: string): boolean =>
  tidy === '.' ||
  (tidy !== 'dev/shm' && OF_CONTAINER.some((folder) => tidy === folder || tidy.startsWith(`${folder}/`)));

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressSpec */
const ingressHost = objectName.refine((host) => !isAddress(host), {
  error: 'is an IP address, which an Ingress cannot have',
  params: { expected: 'a name such as shop.example.com' },
});
/** As browsers tell it: a name does not end in a number. https://url.spec.whatwg.org/#ends-in-a-number-checker */
const isAddress = (host: string): boolean => /(^|\.)([0-9]+|0x[0-9a-f]*)$/.test(host);

/** The API server refuses these, since servers behind it may read them as other paths. */
const NOT_IN_PATHS = ['//', '/./', '/../', '%2f', '%2F'];
/** Letters of a path; controllers write it into configurations of their own. https://www.rfc-editor.org/rfc/rfc3986#section-3.3 */
const PLAIN_PATH = /^\/(?:[A-Za-z0-9._~!&()*+,=:@/-]|%[0-9A-Fa-f]{2})*$/;
const ingressPath = path
  .regex(PLAIN_PATH)
  .meta({ expected: 'a path such as /shop, without spaces, quotes, ;, {}, $ and \\' })
  .superRefine((given, context) => {
    const found = NOT_IN_PATHS.find((part) => `${given}${given.endsWith('.') ? '/' : ''}`.includes(part));
    if (found === undefined) return;
    context.addIssue({
      code: 'custom',
      message: `holds ${found}, which no path of an Ingress may hold`,
      params: { expected: 'the plain path, such as /shop' },
    });
  });

export const ingressSchema = z.strictObject({
  /** By cluster: where it is not named, there is no Ingress. */
  hosts: z
    .record(z.string(), ingressHost)
    .refine((hosts) => Object.keys(hosts).length > 0, { error: 'names no cluster' })
    .meta({ expected: 'a host for each cluster on which the app has one: { production: shop.example.com }' }),
  path: ingressPath.default('/'),
  'class-name': objectName.optional(),
});

const share = z
  .union([count(1000), z.string().regex(/^[1-9][0-9]?%$/)])
  .meta({ expected: 'a number of pods, or a percentage such as 50%' });
export const disruptionBudgetSchema = z
  .strictObject({ 'min-available': share.optional(), 'max-unavailable': share.optional() })
  .refine((given) => Object.values(given).filter((each) => each !== undefined).length === 1, {
    error: 'says one of min-available and max-unavailable',
  });

/** The kubelet restarts a container that fails it `failureThreshold` times in a row. */
export interface Liveness {
  /** Undefined: the port accepts connections. */
  readonly path?: string;
  readonly port: number;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}
export type AppVolume = z.output<typeof volumeSchema>;
export interface Ingress {
  readonly host: string;
  readonly path: string;
  /** Undefined: the cluster's. */
  readonly className?: string;
}
/** Numbers of pods, or percentages. */
export type DisruptionBudget =
  { readonly minAvailable: number | string } | { readonly maxUnavailable: number | string };

/** What a stack file says of it. */
interface Entry {
  readonly liveness?: z.output<typeof livenessSchema>;
  readonly volumes?: readonly AppVolume[];
  readonly ingress?: z.output<typeof ingressSchema>;
  readonly 'disruption-budget'?: z.output<typeof disruptionBudgetSchema>;
}

/** What an app has on a cluster; what the stack does not say is left out. */
export function resolveServing(entry: Entry, cluster: string, containerPort: number) {
  const { liveness, volumes = [], ingress } = entry;
  const host = ingress && Object.hasOwn(ingress.hosts, cluster) ? ingress.hosts[cluster] : undefined;
  const { 'min-available': minAvailable, 'max-unavailable': maxUnavailable } = entry['disruption-budget'] ?? {};
  return {
    ...(liveness && { liveness: livenessOf(liveness, containerPort) }),
    ...(volumes.length > 0 && { volumes }),
    ...(ingress && host !== undefined && { ingress: { host, path: ingress.path, className: ingress['class-name'] } }),
    ...(minAvailable !== undefined && { disruptionBudget: { minAvailable } }),
    ...(maxUnavailable !== undefined && { disruptionBudget: { maxUnavailable } }),
  };
}

const livenessOf = (given: NonNullable<Entry['liveness']>, containerPort: number): Liveness => ({
  path: given.path,
  port: given.port ?? containerPort,
  initialDelaySeconds: given['initial-delay-seconds'],
  periodSeconds: given['period-seconds'],
  failureThreshold: given['failure-threshold'],
});
