import type { Cluster, ClusterFile } from './cluster';
import type { Document, SourceFile } from './document';
import type { FindRelease } from './release-place';
import { checkDigest, missingRelease } from './release-place';
import { checkInstall } from './tekton-install';
import { readInstances } from './tekton-instances';
import { readRelease } from './tekton-release';
import type { Problem } from '../words/problem';

/** What a cluster file installs, with the release manifests that it names. */

/** What is installed of releases. */
export type Installs = Pick<Cluster, 'tekton' | 'instances'>;

/**
 * Reads what cluster files install.
 * @param sources the release manifests that the files name
 * @param problems gets what is wrong with these, and with what a file says of them
 */
export function installsReader(
  sources: readonly SourceFile[],
  problems: Problem[],
): (document: Document, file: ClusterFile) => Installs {
  const releases = new Map(sources.map((source) => [source.file, readRelease(source)]));
  problems.push(...[...releases.values()].flatMap((read) => read.problems));
  return (document, file) => {
    const find: FindRelease = (path, named) => {
      const read = releases.get(named.release);
      if (read === undefined) problems.push(...missingRelease(document, path, named));
      if (read?.release) problems.push(...checkDigest(document, path, named, read.release));
      return read?.release;
    };
    return installsOf(document, file, find, problems);
  };
}

function installsOf(document: Document, file: ClusterFile, find: FindRelease, problems: Problem[]): Installs {
  const { tekton, tektonVersion } = file;
  if (tekton?.instances !== undefined) {
    const read = readInstances(document, file, find);
    problems.push(...read.problems);
    return { instances: read.value };
  }
  if (tekton?.release === undefined) return {};
  const { release, digest, performance, settings } = tekton;
  const manifest = find(['tekton'], { release, digest });
  if (manifest === undefined) return {};
  const install = { performance, settings, manifest };
  problems.push(...checkInstall(document, install, tektonVersion));
  return { tekton: install };
}
