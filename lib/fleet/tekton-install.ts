import { z } from 'zod';
import type { Document, Path } from './document';
import type { TektonRelease } from './tekton-release';
import { findObject, settingsOf } from './tekton-release';
import { isMapping } from '../words/mapping';
import { byNearness, nearest } from '../words/nearest';
import { list } from '../words/phrase';
import type { Problem } from '../words/problem';
import { RELEASE_KEYS } from './release-place';
import { instanceName, label, objectName } from '../words/scalars';

/** `tekton` of a cluster file: which Tekton Pipelines the cluster gets, and how it is set. */

const replicas = z.number().int().min(1).max(10);
const webhookReplicas = replicas.default(2);
/** What makes controller and webhook fit for many runs, whoever installs them. */
export const performance = z
  .strictObject({
    /** Replicas of the controller, 1 to 10. @default 1 */
    replicas: replicas.default(1),
    /** Runs that a replica handles at once: `-threads-per-controller`. @default - the release's */
    threads: z.number().int().min(1).max(1000).optional(),
    /** What the controller may ask the API server in a second: `-kube-api-qps`. @default - the release's */
    kubeApiQps: z.number().int().min(1).max(10_000).optional(),
    /** What it may ask at once: `-kube-api-burst`. @default - twice `kubeApiQps` */
    kubeApiBurst: z.number().int().min(1).max(10_000).optional(),
    /** Replicas of the webhook at least, 1 to 10. @default - `2` */
    webhookReplicas,
  })
  .prefault({});
export type Performance = z.output<typeof performance>;
/** By the name of a ConfigMap of the release, values by key. */
const settings = z
  .record(
    objectName,
    z.record(
      z.string().regex(/^[A-Za-z0-9._-]+$/),
      z.string().meta({ expected: 'text: a value in quotes, such as "true" or "90"' }),
    ),
  )
  .default({});

/** One of several Tektons of a cluster. */
const instance = z.strictObject({
  name: instanceName,
  ...RELEASE_KEYS,
  /** Beside those of the teams that name it. @default - none */
  namespaces: z.array(label).default([]),
  /** @default - none */
  performance,
  /** As `tekton.settings`, but for what is shared. @default - the release's */
  settings,
});

/** What instances cannot have one each of, since kinds are the cluster's. */
const shared = z.strictObject({
  /** `false`: somebody else keeps it. @default true */
  install: z.boolean().default(true),
  ...RELEASE_KEYS,
  /** Else that of the newest instance. @default - that of the newest instance */
  release: RELEASE_KEYS.release.optional(),
  /** Whether it stays on the cluster when the file no longer says it. @default true */
  keep: z.boolean().default(true),
  /** Replicas of the webhook that converts. @default - `2` */
  webhookReplicas,
  /** As `tekton.settings`, of what is shared: `cluster-resolver-config` and the like. @default - the release's */
  settings,
});

/**
 * `tekton` of a cluster file that installs releases, in one of two forms: one Tekton (`install` and what goes with it), or several (`instances`). Both
 * are one mapping here, so that a problem names the key; `checkForm` holds it to one of them.
 */
export const tektonSchema = z.strictObject({
  install: z.enum(['release']).optional(),
  ...RELEASE_KEYS,
  /** The manifest as Tekton publishes it: a path in this repository, such as `vendor/tekton-pipelines-1.15.0.yaml`, or an address. @default - required with `install: release` */
  release: RELEASE_KEYS.release.optional(),
  performance,
  settings,
  /** @default - none */
  instances: z.array(instance).min(1).optional(),
  /** @default - the defaults of its fields */
  shared: shared.prefault({}),
});
export type TektonSettings = z.output<typeof tektonSchema>;
export type InstanceSettings = z.output<typeof instance>;

/** How a release is set. */
export interface TektonInstall extends Pick<TektonSettings, 'performance' | 'settings'> {
  readonly manifest: TektonRelease;
}

/** Keys of the form with one Tekton. */
const OF_ONE = ['install', 'release', 'digest', 'performance', 'settings'] as const;

/** Holds `tekton` to one of its forms. Speaks also where the schema has found faults. */
export function checkForm(document: Document): Problem[] {
  const said = document.get(['tekton']);
  // other ways are the schema's to judge
  if (!isMapping(said) || (said.install ?? 'release') !== 'release') return [];
  const has = (key: string): boolean => said[key] !== undefined && said[key] !== null;
  // a misspelt key is told as that
  if (Object.keys(said).some((key) => nearest(key, ['instances']) !== undefined))
    return OF_ONE.filter(has).map((key) =>
      document.keyError(
        ['tekton', key],
        key === 'install'
          ? 'says that there is one Tekton, and instances that there are several'
          : 'is that of one Tekton, and instances says that there are several',
        { expected: key === 'install' ? 'one of the two' : `${key} of each instance` },
      ),
    );
  return [
    ...(has('install')
      ? []
      : [
          document.error(['tekton', 'install'], 'is missing', {
            expected: 'release or operator; or instances in its place',
          }),
        ]),
    ...(has('release')
      ? []
      : [document.error(['tekton', 'release'], 'is missing', { expected: 'the path of a release manifest' })]),
    ...(has('shared') ? [document.keyError(['tekton', 'shared'], 'not used: it is what several instances share')] : []),
  ];
}

/** Checks what a cluster file says of the one Tekton against the release that it names. */
export function checkInstall(
  document: Document,
  install: TektonInstall,
  tektonVersion: string | undefined,
): readonly Problem[] {
  const { manifest } = install;
  const isOther =
    tektonVersion !== undefined &&
    manifest.version !== undefined &&
    !`${manifest.version}.`.startsWith(`${tektonVersion}.`);
  return [
    ...(isOther
      ? [
          document.error(['tektonVersion'], `is another version than that of ${manifest.file}: leave it out`, {
            found: tektonVersion,
            expected: manifest.version,
          }),
        ]
      : []),
    ...checkPerformance(document, ['tekton'], install.performance),
    ...checkAllSettings(document, ['tekton'], install),
  ];
}

/** @param path of what has `performance` */
export function checkPerformance(
  document: Document,
  path: Path,
  { kubeApiQps, kubeApiBurst }: Performance,
): readonly Problem[] {
  if (kubeApiQps === undefined || kubeApiBurst === undefined || kubeApiBurst >= kubeApiQps) return [];
  return [
    document.error([...path, 'performance', 'kubeApiBurst'], 'is less than kubeApiQps', {
      found: String(kubeApiBurst),
      expected: `${kubeApiQps} or more`,
    }),
  ];
}

/** What the controller may ask the API server at once: less than twice what it may ask in a second makes it wait. */
export const burstOf = ({ kubeApiQps, kubeApiBurst }: Performance): number | undefined =>
  kubeApiBurst ?? (kubeApiQps === undefined ? undefined : 2 * kubeApiQps);

/** @param path of what has `settings`, which may name the ConfigMaps of `manifest` */
export const checkAllSettings = (
  document: Document,
  path: Path,
  { settings, manifest }: Pick<TektonInstall, 'settings' | 'manifest'>,
): readonly Problem[] =>
  Object.entries(settings).flatMap(([name, values]) =>
    checkSettings(document, [...path, 'settings', name], manifest, name, values),
  );

function checkSettings(
  document: Document,
  path: Path,
  { file, objects }: TektonRelease,
  name: string,
  values: Readonly<Record<string, string>>,
): readonly Problem[] {
  const maps = objects.filter(({ kind }) => kind === 'ConfigMap');
  const map = findObject(maps, 'ConfigMap', name);
  if (map === undefined) {
    const names = maps.map(({ metadata }) => metadata.name);
    return [
      document.keyError(path, `${file} has no such ConfigMap`, {
        suggestion: nearest(name, names),
        expected: list(names),
      }),
    ];
  }
  const known = settingsOf(map);
  return Object.keys(values)
    .filter((key) => !known.includes(key))
    .map((key) =>
      document.keyError([...path, key], `ConfigMap ${name} of ${file} has no such key`, nearestKeys(key, known)),
    );
}

/** How many keys are named where none is near. */
const NAMED_KEYS = 3;

const nearestKeys = (key: string, known: readonly string[]) => {
  const meant = nearest(key, known);
  if (meant !== undefined) return { suggestion: meant };
  const near = byNearness(key, known).slice(0, NAMED_KEYS);
  return { expected: near.length > 0 ? `a key such as ${list(near)}` : 'none: it has no keys' };
};
