import type { ClusterFile } from './cluster';
import type { Installation } from './cluster-plan';
import type { Document, Path, SourceFile } from './document';
import { loadCluster } from './formats';
import { checkInstall } from './tekton-install';
import { readInstances } from './tekton-instances';
import type { TektonRelease } from './tekton-release';
import { readRelease } from './tekton-release';
import type { Problem } from '../words/problem';

/** What a cluster file says of Tekton, apart from its teams. */

/**
 * The installation of a cluster file.
 * @param releases the manifests that it names
 * @returns no value where something is wrong with the file, or with a release
 */
export function installationOf(
  source: SourceFile,
  releases: readonly SourceFile[],
): { readonly value?: Installation; readonly problems: readonly Problem[] } {
  const { document, value, problems: found } = loadCluster(source);
  const problems = [...found];
  if (document === undefined || value === undefined) return { problems };
  const read = new Map(releases.map((release) => [release.file, readRelease(release)]));
  problems.push(...[...read.values()].flatMap((one) => one.problems));
  const find = (path: Path, file: string): TektonRelease | undefined => {
    const release = read.get(file);
    if (release === undefined) problems.push(noSuchRelease(document, path, file));
    return release?.release;
  };
  const installation = installed(document, value, find, problems);
  return { value: problems.some(({ severity }) => severity === 'error') ? undefined : installation, problems };
}

/** What is said of a release manifest that a cluster file names and that is not there. */
export const noSuchRelease = (document: Document, path: Path, found: string): Problem =>
  document.error(path, 'there is no such file', { found, expected: 'a path from the root of this repository' });

function installed(
  document: Document,
  file: ClusterFile,
  find: (path: Path, file: string) => TektonRelease | undefined,
  problems: Problem[],
): Installation {
  const { tekton, tektonVersion } = file;
  if (tekton?.instances !== undefined) {
    const read = readInstances(document, file, find);
    problems.push(...read.problems);
    const { shared, instances = [] } = read.value ?? {};
    return {
      shared: shared && {
        version: shared.manifest.version,
        isInstalled: shared.isInstalled,
        isKept: shared.isKept,
      },
      instances: new Map(
        instances.map(({ name, manifest, namespaces }) => [name, { version: manifest.version, namespaces }]),
      ),
    };
  }
  const manifest = tekton?.release === undefined ? undefined : find(['tekton', 'release'], tekton.release);
  if (tekton === undefined || manifest === undefined) return NOTHING;
  problems.push(...checkInstall(document, { ...tekton, manifest }, tektonVersion));
  if (manifest.version === undefined)
    problems.push(
      document.error(['tekton', 'release'], `${manifest.file} bears no version, by which steps are planned`),
    );
  return { instances: new Map(), one: manifest.version };
}

/** A cluster on which nothing is installed. */
export const NOTHING: Installation = { instances: new Map() };
