import type { ClusterFile } from './cluster';
import type { Loaded } from './formats';
import { namedReleases } from './release-place';
import { clusterFilesOf } from '../words/names';
import type { Problem } from '../words/problem';
import { isError } from '../words/problem';

/** Which clusters are not known as they are meant, since a file that says what they are is wrong. */

/** Whether a cluster has a file that says something wrong or cannot be read: what hangs on it is not known of its teams. */
export function unreadClusters(
  clusters: readonly Loaded<ClusterFile>[],
  problems: readonly Problem[],
): (cluster: string) => boolean {
  const wrong = new Set(problems.filter(isError).map(({ file }) => file));
  const names = new Set(
    clusters.flatMap(({ document }) => (document && wrong.has(document.file) ? [document.get(['name'])] : [])),
  );
  return (cluster) => names.has(cluster) || clusterFilesOf(cluster).some((file) => wrong.has(file));
}

/** Cluster files that name one of these releases: what a wrong one would have installed is missing. */
export const namingAny = (clusters: readonly Loaded<ClusterFile>[], releases: ReadonlySet<string>): readonly string[] =>
  clusters.flatMap(({ document }) =>
    document && namedReleases(document).some(([, { release }]) => releases.has(release)) ? [document.file] : [],
  );
