import type { Document, Path, SourceFile } from './document';
import { readDocuments } from './read-document';
import type { Manifest } from '../words/manifest';
import { digestOf } from '../words/digest';
import { isMapping, isObject } from '../words/mapping';
import { CHAINS, RESULTS, TEKTON } from '../words/names';
import { list, show } from '../words/phrase';
import type { Problem } from '../words/problem';

/**
 * A release manifest of a part of Tekton. It is input: the repository that describes the fleet holds it as it was published, or
 * says where it is published and which bytes these are.
 * https://tekton.dev/docs/installation/pipelines/
 */

/** A part of Tekton, by what each release of it has had. */
interface Distinction {
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
  chains: {
    title: 'Tekton Chains',
    deployment: CHAINS.controller,
    others: [
      ['ConfigMap', CHAINS.config],
      ['ServiceAccount', CHAINS.controller],
    ],
  },
} as const satisfies Readonly<Record<string, Distinction>>;
export type Product = keyof typeof PRODUCTS;

/** What a release manifest holds. */
export interface TektonRelease {
  /** The path or the address that the cluster's file names. */
  readonly file: string;
  /** Of its bytes: `sha256:…`. */
  readonly digest: string;
  /** `1.15.0`; undefined where the manifest bears no number, as one that somebody built. */
  readonly version?: string;
  readonly objects: readonly Manifest[];
}

/** Whether a cluster's file says where the release is published, rather than a path. */
export const isAddress = (release: string): boolean => /^https?:\/\//i.test(release);

/** Where Tekton publishes a release, or the newest one. */
export const releaseAddress = (version?: string): string =>
  `https://infra.tekton.dev/tekton-releases/pipeline/${version === undefined ? 'latest' : `previous/v${version}`}/release.yaml`;

const VERSION_LABEL = 'app.kubernetes.io/version';

/** Finds an object of a release. */
export const findObject = (objects: readonly Manifest[], kind: string, name: string): Manifest | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

/** Reads a release manifest. */
export function readRelease(
  source: SourceFile,
  product: Product,
): {
  readonly release?: TektonRelease;
  readonly problems: readonly Problem[];
} {
  const { file } = source;
  const { title, deployment, others } = PRODUCTS[product];
  const error = (message: string, details: Partial<Problem> = {}) => ({
    problems: [{ file, message, severity: 'error', ...details } as const],
  });
  const { documents, problems } = readDocuments(source);
  if (problems.length > 0) return { problems };
  const values = documents.map(({ value }) => value).filter((value) => value !== null);
  const objects = values.filter(isObjectOfKubernetes);
  if (objects.length < values.length)
    return error('holds a document that is not an object of Kubernetes', {
      expected: 'apiVersion, kind and metadata.name in each',
    });
  const faults = faultsOf(documents);
  if (faults.length > 0) return { problems: faults };
  const missing = ([['Deployment', deployment], ...others] as const).filter(
    ([kind, name]) => findObject(objects, kind, name) === undefined,
  );
  if (missing.length > 0)
    return error(`is not a release manifest of ${title}: it has no ${list(missing.map((each) => each.join(' ')))}`, {
      expected: 'release.yaml as the project publishes it',
    });
  return {
    release: {
      file,
      digest: digestOf(source.text),
      version: versionOf(findObject(objects, 'Deployment', deployment)!),
      objects,
    },
    problems: [],
  };
}

const isObjectOfKubernetes = (value: unknown): value is Manifest =>
  isObject(value) &&
  typeof (value as Partial<Manifest>).apiVersion === 'string' &&
  typeof (value as Partial<Manifest>).kind === 'string' &&
  typeof (value as Partial<Manifest>).metadata?.name === 'string';

/** What is read of every object of a kind: a list of mappings at this path. */
const LISTS: Readonly<Record<string, Path>> = {
  Deployment: ['spec', 'template', 'spec', 'containers'],
  CustomResourceDefinition: ['spec', 'versions'],
};

/** Objects that are there twice, and those without what is read of them. */
function faultsOf(documents: readonly Document[]): readonly Problem[] {
  const first = new Map<string, Document>();
  return documents.flatMap((document): readonly Problem[] => {
    if (document.value === null) return [];
    const { apiVersion, kind, metadata } = document.value as Manifest;
    const name = `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
    const other = first.get(name);
    if (other) return [document.error(['metadata', 'name'], `${kind} ${metadata.name} is also ${other.at(['kind'])}`)];
    first.set(name, document);
    const path = Object.hasOwn(LISTS, kind) ? LISTS[kind]! : undefined;
    const found = path && document.get(path);
    if (path === undefined || (Array.isArray(found) && found.length > 0 && found.every(isMapping))) return [];
    return [
      document.error(path, `${kind} ${metadata.name} has none`, {
        found: show(found),
        expected: 'a list of mappings, as in the release that the project publishes',
      }),
    ];
  });
}

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
