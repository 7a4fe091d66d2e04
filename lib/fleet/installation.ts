import { isByOperator } from './cluster';
import type { Installation } from './cluster-plan';
import type { Document, SourceFile } from './document';
import type { Source } from './formats';
import { loadCluster } from './formats';
import type { Installs } from './installs';
import { installsReader } from './installs';
import type { Problem } from '../words/problem';

/** What a cluster file says of Tekton, apart from its teams. */

/**
 * The installation of a cluster file.
 * @param releases the manifests that it names
 * @returns no value where something is wrong with the file, or with a release
 */
export function installationOf(
  source: Source,
  releases: readonly SourceFile[],
): { readonly value?: Installation; readonly problems: readonly Problem[] } {
  const { document, value, problems: found } = loadCluster(source);
  const problems = [...found];
  if (document === undefined || value === undefined) return { problems };
  if (isByOperator(value))
    problems.push(
      document.error(['tekton', 'install'], 'has no steps to plan: OLM decides what the operator installs, and when', {
        found: 'operator',
        expected: 'release, or instances',
      }),
    );
  const installation = installed(document, installsReader(releases, problems)(document, value), problems);
  return { value: problems.some(({ severity }) => severity === 'error') ? undefined : installation, problems };
}

function installed(document: Document, { tekton, instances }: Installs, problems: Problem[]): Installation {
  if (instances !== undefined) {
    const { shared, instances: all } = instances;
    return {
      shared: { version: shared.manifest.version, isInstalled: shared.isInstalled, isKept: shared.isKept },
      instances: new Map(
        all.map(({ name, manifest, namespaces }) => [name, { version: manifest.version, namespaces }]),
      ),
    };
  }
  if (tekton === undefined) return NOTHING;
  const { file, version } = tekton.manifest;
  if (version === undefined)
    problems.push(document.error(['tekton', 'release'], `${file} bears no version, by which steps are planned`));
  return { instances: new Map(), one: version };
}

/** A cluster on which nothing is installed. */
export const NOTHING: Installation = { instances: new Map() };
