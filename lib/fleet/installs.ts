import type { Cluster, ClusterFile } from './cluster';
import type { ChainsInstall } from './chains';
import type { Document, SourceFile } from './document';
import type { Loaded } from './formats';
import type { FindRelease } from './release-place';
import { checkDigest, missingRelease } from './release-place';
import { checkInstall } from './tekton-install';
import { readInstances } from './tekton-instances';
import type { ResultsInstall } from './results';
import type { Product, TektonRelease } from './tekton-release';
import { isAddress, readRelease } from './tekton-release';
import { digestOf } from '../words/digest';
import type { Problem } from '../words/problem';

/** What a cluster file installs, with the release manifests that it names. */

/** What is installed of releases. */
export type Installs = Pick<Cluster, 'tekton' | 'instances' | 'results' | 'chains'>;

/**
 * Reads what cluster files install.
 * @param sources the release manifests that the files name
 * @param problems gets what is wrong with these, and with what a file says of them
 */
export function installsReader(
  sources: readonly SourceFile[],
  problems: Problem[],
): (document: Document, file: ClusterFile) => Installs {
  const files = new Map(sources.map((source) => [placeKey(source.file, digestOf(source.text)), source]));
  const read = new Map<string, TektonRelease | undefined>();
  const releaseOf = (
    place: string,
    source: SourceFile,
    product: Product,
    namedAt: string,
  ): TektonRelease | undefined => {
    const key = `${product} ${place}`;
    if (!read.has(key)) {
      const { release, problems: found } = readRelease(source, product);
      problems.push(...found.map((one) => ({ ...one, message: `${one.message}; ${namedAt} names it` })));
      read.set(key, release);
    }
    return read.get(key);
  };
  return (document, file) => {
    const find: FindRelease = (path, named, product) => {
      const place = placeKey(named.release, named.digest);
      const source = files.get(place);
      if (source === undefined) problems.push(...missingRelease(document, path, named));
      const release = source && releaseOf(place, source, product, document.at([...path, 'release']));
      if (release) problems.push(...checkDigest(document, path, named, release));
      return release;
    };
    return {
      ...tektonOf(document, file, find, problems),
      results: resultsOf(file, find),
      chains: chainsOf(file, find),
    };
  };
}

/** What clusters install of releases, by name; what is wrong with it is added to the problems. */
export function installsOf(
  clusters: readonly Loaded<ClusterFile>[],
  sources: readonly SourceFile[],
  problems: Problem[],
): ReadonlyMap<string, Installs> {
  const read = installsReader(sources, problems);
  return new Map(
    clusters.flatMap(({ document, value }): [string, Installs][] =>
      document && value ? [[value.name, read(document, value)]] : [],
    ),
  );
}

/** What an address leads to may change, and then one cluster has what it led to before. */
const placeKey = (release: string, digest: string | undefined): string =>
  isAddress(release) ? `${release} ${digest}` : release;

/** With the operator there is no release of it that a file names. */
function resultsOf({ tekton, results }: ClusterFile, find: FindRelease): ResultsInstall | undefined {
  if (results?.release === undefined || tekton?.install === 'operator') return undefined;
  const manifest = find(['results'], { release: results.release, digest: results.digest }, 'results');
  return manifest && { ...results, manifest };
}

function chainsOf({ tekton, chains }: ClusterFile, find: FindRelease): ChainsInstall | undefined {
  if (chains?.release === undefined || tekton?.install === 'operator') return undefined;
  const manifest = find(['chains'], { release: chains.release, digest: chains.digest }, 'chains');
  return manifest && { ...chains, manifest };
}

function tektonOf(document: Document, file: ClusterFile, find: FindRelease, problems: Problem[]): Installs {
  const { tekton, tektonVersion } = file;
  if (tekton?.install === 'operator') return {};
  if (tekton?.instances !== undefined) {
    const read = readInstances(document, file, find);
    problems.push(...read.problems);
    return { instances: read.value };
  }
  if (tekton?.release === undefined) return {};
  const { release, digest, performance, settings } = tekton;
  const manifest = find(['tekton'], { release, digest }, 'pipelines');
  if (manifest === undefined) return {};
  const install = { performance, settings, manifest };
  problems.push(...checkInstall(document, install, tektonVersion));
  return { tekton: install };
}
