import { z } from 'zod';
import type { Document } from './document';
import type { TektonRelease } from './tekton-release';
import { findObject, settingsOf } from './tekton-release';
import { nearest } from '../words/nearest';
import { list } from '../words/phrase';
import type { Problem } from '../words/problem';
import { objectName, pathInside } from '../words/scalars';

/** `tekton` of a cluster file: which Tekton Pipelines the cluster gets, and how it is set. */

const replicas = z.number().int().min(1).max(10);
/** What makes controller and webhook fit for many runs, whoever installs them. */
export const performance = z.strictObject({
  replicas: replicas.default(1),
  threads: z.number().int().min(1).max(1000).optional(),
  kubeApiQps: z.number().int().min(1).max(10_000).optional(),
  kubeApiBurst: z.number().int().min(1).max(10_000).optional(),
  webhookReplicas: replicas.default(2),
});
export type Performance = z.output<typeof performance>;

/** `tekton` of a cluster file that installs a release. */
export const releaseSchema = z.strictObject({
  install: z.literal('release'),
  /** A path in this repository. */
  release: pathInside,
  performance: performance.prefault({}),
  /** By the name of a ConfigMap of the release, values by key. */
  settings: z
    .record(
      objectName,
      z.record(
        z.string().regex(/^[A-Za-z0-9._-]+$/),
        z.string().meta({ expected: 'text: a value in quotes, such as "true" or "90"' }),
      ),
    )
    .default({}),
});
type TektonSettings = z.output<typeof releaseSchema>;

/** What a cluster installs of Tekton. */
export interface TektonInstall extends TektonSettings {
  readonly manifest: TektonRelease;
}

/** Checks what a cluster file says against the release that it names. */
export function checkInstall(
  document: Document,
  { settings, performance, manifest }: TektonInstall,
  tektonVersion: string | undefined,
): readonly Problem[] {
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
    ...checkPerformance(document, performance),
    ...Object.entries(settings).flatMap(([name, values]) => checkSettings(document, manifest, name, values)),
  ];
}

/** Checks what both forms of `tekton` say of the controller. */
export function checkPerformance(document: Document, { kubeApiQps, kubeApiBurst }: Performance): readonly Problem[] {
  if (kubeApiQps === undefined || kubeApiBurst === undefined || kubeApiBurst >= kubeApiQps) return [];
  return [
    document.error(['tekton', 'performance', 'kubeApiBurst'], 'is less than kubeApiQps', {
      found: String(kubeApiBurst),
      expected: `${kubeApiQps} or more`,
    }),
  ];
}

/** What the controller may ask the API server at once: less than twice what it may ask in a second makes it wait. */
export const burstOf = ({ kubeApiQps, kubeApiBurst }: Performance): number | undefined =>
  kubeApiBurst ?? (kubeApiQps === undefined ? undefined : 2 * kubeApiQps);

function checkSettings(
  document: Document,
  { file, objects }: TektonRelease,
  name: string,
  values: Readonly<Record<string, string>>,
): readonly Problem[] {
  const maps = objects.filter(({ kind }) => kind === 'ConfigMap');
  const map = findObject(maps, 'ConfigMap', name);
  if (map === undefined) {
    const names = maps.map(({ metadata }) => metadata.name);
    return [
      document.keyError(['tekton', 'settings', name], `${file} has no such ConfigMap`, {
        found: name,
        suggestion: nearest(name, names),
        expected: list(names),
      }),
    ];
  }
  const known = settingsOf(map);
  return Object.keys(values)
    .filter((key) => !known.includes(key))
    .map((key) =>
      document.keyError(['tekton', 'settings', name, key], `ConfigMap ${name} of ${file} has no such key`, {
        found: key,
        suggestion: nearest(key, known),
      }),
    );
}
