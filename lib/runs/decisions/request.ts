import { ANNOTATIONS, LABELS } from '../../words/labels';
import type { Ask } from '../ask/ask';
import type { RunRequest } from '../ask/run-request';
import { RUN_REQUEST, repoLabel, requestLabels, requestName } from '../ask/run-request';
import type { TeamConfig } from '../configuration/configuration';
import type { Repo } from '../events/event';

export const repoKey = ({ host, fullName }: Pick<Repo, 'host' | 'fullName'>): string =>
  `${host}/${fullName}`.toLowerCase();

/** What a request is about; its team, stack and app are in the spec. */
export interface About {
  readonly repo?: Repo;
  /** Stands for all that a name is made of. */
  readonly name?: string;
  /** Stands for repository and commit in the name. */
  readonly key?: string;
  readonly attempt?: number;
}

/**
 * The RunRequest of a spec, named by what it is for: host, repository, pipeline, pull request, commit, team, stack and
 * attempt; a release by its app, too.
 */
export function runRequest(
  { namespace }: Pick<TeamConfig, 'namespace'>,
  spec: Ask,
  { repo, name, key, attempt }: About,
): RunRequest {
  const made =
    name ??
    requestName({
      host: key === undefined ? (repo?.host ?? '') : 'api',
      repository: key ?? repo?.id ?? repo?.fullName.toLowerCase() ?? '',
      pipeline: spec.pipeline,
      pullRequest: spec.pullRequest?.number,
      sha: key === undefined ? (spec.revision ?? '') : '',
      team: spec.team,
      stack: spec.stack,
      app: spec.pipeline === 'merge-release' && key === undefined ? spec.apps?.[0] : undefined,
      attempt,
    });
  return {
    apiVersion: `${RUN_REQUEST.group}/${RUN_REQUEST.version}`,
    kind: RUN_REQUEST.kind,
    metadata: {
      name: made,
      namespace,
      labels: { ...requestLabels(spec), ...(repo && { [LABELS.repo]: repoLabel(repoKey(repo)) }) },
      ...(repo && { annotations: { [ANNOTATIONS.repository]: repoKey(repo) } }),
    },
    spec,
  };
}

/** `host/owner/name` as a request bears it. */
export function repoOf({ metadata: { annotations } }: RunRequest): Repo | undefined {
  const [host, ...name] = annotations?.[ANNOTATIONS.repository]?.split('/') ?? [];
  return host === undefined ? undefined : { host, fullName: name.join('/') };
}

/** Two requests of one name that ask for the same. Apps may be found differently twice, and a delivery comes by two hooks. */
export function isSame({ spec: a }: RunRequest, { spec: b }: RunRequest): boolean {
  const same = (['pipeline', 'team', 'stack', 'revision'] as const).every((key) => a[key] === b[key]);
  const app = a.pipeline !== 'merge-release' || a.apps?.join() === b.apps?.join();
  return (
    same &&
    app &&
    a.pullRequest?.number === b.pullRequest?.number &&
    (a.source?.attempt ?? 0) === (b.source?.attempt ?? 0)
  );
}

/** Nothing but who asks differs. */
export const hasSameSpec = (a: RunRequest, b: RunRequest): boolean => canonical(a) === canonical(b);

const canonical = ({ spec }: RunRequest): string =>
  JSON.stringify({ ...spec, source: undefined, cancel: undefined }, sorted);

/** The API server returns keys in another order. */
const sorted = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
