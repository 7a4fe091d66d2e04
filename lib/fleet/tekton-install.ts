import { z } from 'zod';
import type { Document } from './document';
import type { TektonRelease } from './tekton-release';
import { findObject, isAddress, settingsOf } from './tekton-release';
import { holdsCredential } from '../words/git-address';
import { nearest } from '../words/nearest';
import { list } from '../words/phrase';
import type { Problem } from '../words/problem';
import { digest, objectName, pathInside } from '../words/scalars';

/** `tekton` of a cluster file: which Tekton Pipelines the cluster gets, and how it is set. */

const replicas = z.number().int().min(1).max(10);

/** `tekton` of a cluster file. */
export const tektonSchema = z.strictObject({
  install: z.enum(['release']),
  /** A path in this repository, or where the release is published. */
  release: pathInside.refine((text) => !holdsCredential(text), {
    error: 'holds a user or a password, which would be in Git',
    params: { expected: 'an address without them, or a path in this repository' },
  }),
  /** Of the bytes of the release. */
  digest: digest.optional(),
  performance: z
    .strictObject({
      replicas: replicas.default(1),
      threads: z.number().int().min(1).max(1000).optional(),
      kubeApiQps: z.number().int().min(1).max(10_000).optional(),
      kubeApiBurst: z.number().int().min(1).max(10_000).optional(),
      webhookReplicas: replicas.default(2),
    })
    .prefault({}),
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
export type TektonSettings = z.output<typeof tektonSchema>;

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
  const { kubeApiQps, kubeApiBurst } = performance;
  return [
    ...checkDigest(document, manifest),
    ...(isOther
      ? [
          document.error(['tektonVersion'], `is another version than that of ${manifest.file}: leave it out`, {
            found: tektonVersion,
            expected: manifest.version,
          }),
        ]
      : []),
    ...(kubeApiQps !== undefined && kubeApiBurst !== undefined && kubeApiBurst < kubeApiQps
      ? [
          document.error(['tekton', 'performance', 'kubeApiBurst'], 'is less than kubeApiQps', {
            found: String(kubeApiBurst),
            expected: `${kubeApiQps} or more`,
          }),
        ]
      : []),
    ...Object.entries(settings).flatMap(([name, values]) => checkSettings(document, manifest, name, values)),
  ];
}

/** What is not in this repository may change behind everybody's back. */
function checkDigest(document: Document, { file, digest: found }: TektonRelease): readonly Problem[] {
  const said = document.get(['tekton', 'digest']);
  if (said === undefined || said === found) return [];
  return [document.error(['tekton', 'digest'], `is not that of ${file}`, { found: String(said), expected: found })];
}

/** Checks that what a cluster file names by its address is known by its bytes, too. */
export function checkReleaseDigest(document: Document): readonly Problem[] {
  const release = document.get(['tekton', 'release']);
  if (typeof release !== 'string' || !isAddress(release) || document.get(['tekton', 'digest']) !== undefined) return [];
  return [
    document.error(['tekton', 'digest'], 'is missing: what an address leads to may change', {
      expected: 'sha256: and the 64 digits that sha256sum prints of the release',
    }),
  ];
}

/** What a cluster file names and nobody has read. */
export const missingRelease = (document: Document, { release, digest }: TektonSettings): readonly Problem[] => {
  if (!isAddress(release))
    return [
      document.error(['tekton', 'release'], 'there is no such file', {
        found: release,
        expected: 'a path from the root of this repository',
      }),
    ];
  if (digest === undefined) return [];
  return [
    document.error(['tekton', 'release'], 'is not on this machine: run npx tekton-dag fetch, which needs the network', {
      found: release,
    }),
  ];
};

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
