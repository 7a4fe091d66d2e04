import { ANNOTATIONS, LABELS } from '../../words/labels';
import type { Ask } from '../ask/ask';
import type { RunRequest } from '../ask/run-request';
import { RUN_REQUEST, repoLabel, requestLabels, requestName } from '../ask/run-request';
import type { TeamConfig } from '../configuration/configuration';
import type { Repo } from '../events/event';
import { repoKey } from '../events/event';

/** What the name of a request is made of, beside its spec. */
export interface About {
  readonly repo?: Repo;
  /** The whole name. */
  readonly name?: string;
  /** Takes the place of repository and commit in the name. */
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
    spec: repo === undefined ? spec : withRepository(spec, repo),
  };
}

/** Its repository is part of what a request answers, if it answers anything. Labels and annotations are for people. */
function withRepository(spec: Ask, { host, id }: Repo): Ask {
  if (spec.source === undefined || spec.source.repository?.id !== undefined) return spec;
  return { ...spec, source: { ...spec.source, repository: { host, ...(id !== undefined && { id }) } } };
}
