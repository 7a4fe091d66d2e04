import { findObject } from '../../fleet/tekton-release';
import { burstOf } from '../../fleet/tekton-install';
import type { TektonInstall } from '../../fleet/tekton-install';
import type { Manifest } from '../../kube/manifest';
import { inOrder } from '../../kube/in-order';
import { at } from '../../kube/manifest';
import { isMapping } from '../../words/mapping';
import { ANNOTATIONS } from '../../words/labels';
import { TEKTON } from '../../words/names';
import type { InstallFile } from '../layout';
import { INSTALL_FILES } from '../layout';

/**
 * Tekton Pipelines of a release manifest, as a cluster file sets it: what the release says stands, but for the settings, what
 * makes controller and webhook fit for many runs, and what Argo CD needs to apply it in order.
 * https://tekton.dev/docs/pipelines/tekton-controller-performance-configuration/
 * https://tekton.dev/docs/pipelines/enabling-ha/
 */

type Edit = (object: Manifest, install: TektonInstall) => Manifest;

/** The one Tekton of a cluster. @returns the objects by the file that they go to, in the order of the release */
export const tektonObjects = (install: TektonInstall): ReadonlyMap<InstallFile, readonly Manifest[]> =>
  inFiles(configured(install));

/** What a release holds, as the cluster file sets it. */
export const configured = (install: TektonInstall): readonly Manifest[] =>
  [...install.manifest.objects, ...webhookBudget(install)].map((object) =>
    SETTINGS.reduce((done, edit) => edit(done, install), object),
  );

/** Objects by the file that they go to, ready to be applied. @param keep whether Argo CD never deletes them */
export const inFiles = (
  objects: readonly Manifest[],
  keep: (object: Manifest) => boolean = isDefinition,
): ReadonlyMap<InstallFile, readonly Manifest[]> => {
  const made = objects.map((object) => inWave(keep(object) ? kept(object) : object));
  return new Map(
    INSTALL_FILES.map((file) => [file, made.filter((object) => fileOf(object) === file).map(inOrder)] as const),
  );
};

/**
 * What is applied first: definitions before what is of them; on an upgrade, webhooks before controllers, since the webhook of a version
 * converts what a controller of that version writes.
 */
function fileOf({ kind, metadata: { name } }: Manifest): InstallFile {
  if (kind === 'Namespace') return 'namespaces';
  if (kind === 'CustomResourceDefinition') return 'definitions';
  if (kind.endsWith('WebhookConfiguration')) return 'webhook';
  if (!['Deployment', 'StatefulSet', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'].includes(kind))
    return 'settings';
  return name === TEKTON.webhook ? 'webhook' : 'controllers';
}

const isController = ({ kind, metadata: { name } }: Manifest): boolean =>
  kind === 'Deployment' && name === TEKTON.controller;
const isWebhook = (wanted: string, { kind, metadata: { name } }: Manifest): boolean =>
  kind === wanted && name === TEKTON.webhook;
export const specOf = ({ spec }: Manifest): Readonly<Record<string, unknown>> => (isMapping(spec) ? spec : {});
export const dataOf = ({ data }: Manifest): Readonly<Record<string, unknown>> => (isMapping(data) ? data : {});

const withSettings: Edit = (object, { settings, performance }) => {
  const { kind, metadata } = object;
  if (kind !== 'ConfigMap') return object;
  const given = settings[metadata.name];
  // each replica of the controller leads for a part of the runs
  const buckets =
    metadata.name === TEKTON.leaderElection && performance.replicas > 1
      ? { buckets: String(performance.replicas) }
      : undefined;
  return given || buckets ? { ...object, data: { ...dataOf(object), ...buckets, ...given } } : object;
};

const withPerformance: Edit = (object, { performance }) => {
  if (!isController(object)) return object;
  const { threads, kubeApiQps, replicas } = performance;
  const flags = Object.entries({
    'threads-per-controller': threads,
    'kube-api-qps': kubeApiQps,
    'kube-api-burst': burstOf(performance),
  }).flatMap(([flag, value]) => (value === undefined ? [] : [`-${flag}=${value}`]));
  const spec = withContainer(specOf(object), TEKTON.controller, (container) => withArgs(container, flags));
  return { ...object, spec: { ...spec, replicas } };
};

type Container = Readonly<Record<string, unknown>>;
/** A Deployment's spec with one of its containers changed. */
export function withContainer(
  spec: Readonly<Record<string, unknown>>,
  name: string,
  change: (container: Container) => Container,
): Readonly<Record<string, unknown>> {
  const containers = at(spec, 'template', 'spec', 'containers') as readonly Container[];
  const { template } = spec as { readonly template: { readonly spec: object } };
  const changed = containers.map((container) => (container.name === name ? change(container) : container));
  return { ...spec, template: { ...template, spec: { ...template.spec, containers: changed } } };
}

/** Of a flag that is given twice, the last counts. https://pkg.go.dev/flag */
export const withArgs = (container: Container, flags: readonly string[]): Container => ({
  ...container,
  args: [...((container.args ?? []) as readonly string[]), ...flags],
});

/** While no webhook answers, the cluster takes no Task and no run, and no run that goes on can be written down. */
const withWebhooks: Edit = (object, { performance: { webhookReplicas }, manifest }) => {
  if (isWebhook('HorizontalPodAutoscaler', object)) {
    const { maxReplicas } = specOf(object);
    return {
      ...object,
      spec: {
        ...specOf(object),
        minReplicas: webhookReplicas,
        maxReplicas: Math.max(Number(maxReplicas ?? 1), webhookReplicas),
      },
    };
  }
  if (!isWebhook('Deployment', object)) return object;
  // the autoscaler alone sets it where there is one: what is undefined is not written
  const isScaled = findObject(manifest.objects, 'HorizontalPodAutoscaler', TEKTON.webhook) !== undefined;
  return { ...object, spec: { ...specOf(object), replicas: isScaled ? undefined : webhookReplicas } };
};

/** Lets nodes be drained, one replica of the webhook at a time. */
function webhookBudget({ performance, manifest: { objects } }: TektonInstall): readonly Manifest[] {
  const webhook = findObject(objects, 'Deployment', TEKTON.webhook);
  if (performance.webhookReplicas === 1 || webhook === undefined) return [];
  if (findObject(objects, 'PodDisruptionBudget', TEKTON.webhook)) return [];
  const { name, namespace, labels } = webhook.metadata;
  return [
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace, labels },
      spec: { maxUnavailable: 1, selector: specOf(webhook).selector },
    },
  ];
}

export const annotated = (object: Manifest, annotations: Readonly<Record<string, string>>): Manifest => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
});

const isDefinition = ({ kind }: Manifest): boolean => kind === 'CustomResourceDefinition';
/** With a definition, every object of its kind goes; so Argo CD never deletes one. */
const kept = (object: Manifest): Manifest =>
  annotated(object, { [ANNOTATIONS.syncOptions]: 'Prune=false,Delete=false' });

/** The files before those of a cluster's other parts, which are in wave 0. */
const OF_TEKTON = INSTALL_FILES.indexOf('controllers') + 1;
/** Argo CD waits until what is in a wave is healthy. https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ */
const inWave = (object: Manifest): Manifest =>
  annotated(object, { [ANNOTATIONS.syncWave]: String(INSTALL_FILES.indexOf(fileOf(object)) - OF_TEKTON) });

const SETTINGS: readonly Edit[] = [withSettings, withPerformance, withWebhooks];
