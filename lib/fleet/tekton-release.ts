import type { SourceFile } from './document';
import { readDocuments } from './read-document';
import type { Manifest } from '../words/manifest';
import { isObject } from '../words/mapping';
import { RESULTS, TEKTON } from '../words/names';
import { list } from '../words/phrase';
import type { Problem } from '../words/problem';

/**
 * A release manifest of a part of Tekton. It is input: the repository that describes the fleet holds it as it was published.
 * https://tekton.dev/docs/installation/pipelines/
 */

/** A part of Tekton, by what each release of it has had. */
interface Product {
  readonly title: string;
  /** The Deployment that bears the version, and what else there must be. */
  readonly deployment: string;
  readonly others: readonly (readonly [kind: string, name: string])[];
}
export const PRODUCTS = {
  pipelines: {
    title: 'Tekton Pipelines',
    deployment: TEKTON.controller,
    others: [
      ['Deployment', TEKTON.webhook],
      ['CustomResourceDefinition', TEKTON.tasks],
    ],
  },
  results: {
    title: 'Tekton Results',
    deployment: RESULTS.api,
    others: [
      ['Deployment', RESULTS.watcher],
      ['Deployment', RESULTS.retentionAgent],
    ],
  },
} as const satisfies Readonly<Record<string, Product>>;

/** What a release manifest holds. */
export interface TektonRelease {
  readonly file: string;
  /** `1.15.0`; undefined where the manifest bears no number, as one that somebody built. */
  readonly version?: string;
  readonly objects: readonly Manifest[];
}

const VERSION_LABEL = 'app.kubernetes.io/version';

/** Finds an object of a release. */
export const findObject = (objects: readonly Manifest[], kind: string, name: string): Manifest | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

/** Reads a release manifest. */
export function readRelease(
  source: SourceFile,
  { title, deployment, others }: Product,
): {
  readonly release?: TektonRelease;
  readonly problems: readonly Problem[];
} {
  const { file } = source;
  const error = (message: string, details: Partial<Problem> = {}) => ({
    problems: [{ file, message, severity: 'error', ...details } as const],
  });
  const { documents, problems } = readDocuments(source);
  if (problems.length > 0) return { problems };
  const values = documents.map(({ value }) => value).filter((value) => value !== null);
  const objects = values.filter(isObjectOfKubernetes);
  if (objects.length < values.length)
    return error('holds a document that is no object of Kubernetes', {
      expected: 'apiVersion, kind and metadata.name in each',
    });
  const missing = ([['Deployment', deployment], ...others] as const).filter(
    ([kind, name]) => findObject(objects, kind, name) === undefined,
  );
  if (missing.length > 0)
    return error(`is no release manifest of ${title}: it has no ${list(missing.map((each) => each.join(' ')))}`, {
      expected: 'release.yaml as the project publishes it',
    });
  return {
    release: { file, version: versionOf(findObject(objects, 'Deployment', deployment)!), objects },
    problems: [],
  };
}

const isObjectOfKubernetes = (value: unknown): value is Manifest =>
  isObject(value) &&
  typeof (value as Partial<Manifest>).apiVersion === 'string' &&
  typeof (value as Partial<Manifest>).kind === 'string' &&
  typeof (value as Partial<Manifest>).metadata?.name === 'string';

/** `v1.15.0` → `1.15.0` */
function versionOf({ metadata: { labels } }: Manifest): string | undefined {
  const version = labels?.[VERSION_LABEL]?.replace(/^v/, '');
  return version !== undefined && /^[0-9]+\.[0-9]+\.[0-9]+$/.test(version) ? version : undefined;
}

const EXAMPLE = '_example';

/** The keys that a ConfigMap of a release has, and those of its example, which names others with their defaults. */
export function settingsOf(map: Manifest): readonly string[] {
  const data = isObject(map.data) ? (map.data as Record<string, unknown>) : {};
  const { [EXAMPLE]: example, ...own } = data;
  const shown = typeof example === 'string' ? readDocuments({ file: EXAMPLE, text: example }).documents : [];
  return [
    ...new Set([own, ...shown.map(({ value }) => value)].flatMap((each) => (isObject(each) ? Object.keys(each) : []))),
  ];
}
