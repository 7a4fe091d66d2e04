import type { SourceFile } from './document';
import { readDocuments } from './read-document';
import { isObject } from '../words/mapping';
import { list } from '../words/phrase';
import type { Problem } from '../words/problem';

/**
 * A release manifest of Tekton Pipelines. It is input: the repository that describes the fleet holds it as it was published.
 * https://tekton.dev/docs/installation/pipelines/
 */

/** An object as the manifest says it. */
export interface ReleaseObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** What a release manifest holds. */
export interface TektonRelease {
  readonly file: string;
  /** `1.15.0`; undefined where the manifest bears no number, as one that somebody built. */
  readonly version?: string;
  readonly objects: readonly ReleaseObject[];
}

/** Names that every release has had. */
export const TEKTON = {
  controller: 'tekton-pipelines-controller',
  webhook: 'tekton-pipelines-webhook',
  leaderElection: 'config-leader-election-controller',
  tasks: 'tasks.tekton.dev',
} as const;
const VERSION_LABEL = 'app.kubernetes.io/version';

/** Finds an object of a release. */
export const findObject = (objects: readonly ReleaseObject[], kind: string, name: string): ReleaseObject | undefined =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

/** Reads a release manifest. */
export function readRelease(source: SourceFile): {
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
  const objects = values.filter(isReleaseObject);
  if (objects.length < values.length)
    return error('holds a document that is no object of Kubernetes', {
      expected: 'apiVersion, kind and metadata.name in each',
    });
  const controller = findObject(objects, 'Deployment', TEKTON.controller);
  const missing = [
    ...(controller ? [] : [`Deployment ${TEKTON.controller}`]),
    ...(findObject(objects, 'Deployment', TEKTON.webhook) ? [] : [`Deployment ${TEKTON.webhook}`]),
    ...(findObject(objects, 'CustomResourceDefinition', TEKTON.tasks)
      ? []
      : [`CustomResourceDefinition ${TEKTON.tasks}`]),
  ];
  if (missing.length > 0)
    return error(`is no release manifest of Tekton Pipelines: it has no ${list(missing)}`, {
      expected: 'release.yaml as the project publishes it',
    });
  return { release: { file, version: versionOf(controller!), objects }, problems: [] };
}

const isReleaseObject = (value: unknown): value is ReleaseObject =>
  isObject(value) &&
  typeof (value as Partial<ReleaseObject>).apiVersion === 'string' &&
  typeof (value as Partial<ReleaseObject>).kind === 'string' &&
  typeof (value as Partial<ReleaseObject>).metadata?.name === 'string';

/** `v1.15.0` → `1.15.0` */
function versionOf({ metadata: { labels } }: ReleaseObject): string | undefined {
  const version = labels?.[VERSION_LABEL]?.replace(/^v/, '');
  return version !== undefined && /^[0-9]+\.[0-9]+\.[0-9]+$/.test(version) ? version : undefined;
}

const EXAMPLE = '_example';

/** The keys that a ConfigMap of a release has, and those of its example, which names others with their defaults. */
export function settingsOf(map: ReleaseObject): readonly string[] {
  const data = isObject(map.data) ? (map.data as Record<string, unknown>) : {};
  const { [EXAMPLE]: example, ...own } = data;
  const shown = typeof example === 'string' ? readDocuments({ file: EXAMPLE, text: example }).documents : [];
  return [
    ...new Set([own, ...shown.map(({ value }) => value)].flatMap((each) => (isObject(each) ? Object.keys(each) : []))),
  ];
}
