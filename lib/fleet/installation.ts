import type { ClusterFile } from './cluster';
import { isByOperator } from './cluster';
import type { Document, Path, SourceFile } from './document';
import type { Source } from './formats';
import { loadCluster } from './formats';
import type { Installs } from './installs';
import { installsReader } from './installs';
import type { Installation, Settings } from './plan-step';
import { ONE, OPERATOR, RESULTS, SHARED, instanceSubject } from './plan-step';
import { instancesSaid } from './tekton-instances';
import type { TektonOperator } from './tekton-operator';
import { isObject } from '../words/mapping';
import type { Problem } from '../words/problem';
import { isError } from '../words/problem';

/** What a cluster file says of Tekton, apart from its teams. */

/**
 * The installation of a cluster file.
 * @param releases the manifests that it names
 * @returns no value where something is wrong with the file, or with a release; the name of the cluster
 */
export function installationOf(
  source: Source,
  releases: readonly SourceFile[],
): { readonly value?: Installation; readonly name?: string; readonly problems: readonly Problem[] } {
  const { document, value, problems: found } = loadCluster(source);
  const problems = [...found];
  if (document === undefined || value === undefined) return { problems };
  const installation = installed(document, value, installsReader(releases, problems)(document, value), problems);
  return { value: problems.some(isError) ? undefined : installation, name: value.name, problems };
}

function installed(document: Document, file: ClusterFile, installs: Installs, problems: Problem[]): Installation {
  const { tekton, instances, results } = installs;
  const common = {
    ...(results?.manifest.version !== undefined && { results: results.manifest.version }),
    settings: settingsIn(document, file),
  };
  if (isByOperator(file)) return { ...common, instances: new Map(), operator: sourceOf(file.tekton) };
  if (instances !== undefined) {
    const { shared, instances: all } = instances;
    return {
      ...common,
      shared: { version: shared.manifest.version, isInstalled: shared.isInstalled, isKept: shared.isKept },
      instances: new Map(
        all.map(({ name, manifest, namespaces }) => [name, { version: manifest.version, namespaces }]),
      ),
    };
  }
  if (tekton === undefined) return { ...common, instances: new Map() };
  const { file: release, version } = tekton.manifest;
  if (version === undefined)
    problems.push(document.error(['tekton', 'release'], `${release} contains no version, by which steps are planned`));
  return { ...common, instances: new Map(), one: version };
}

const sourceOf = ({ channel, catalog, startingCSV }: TektonOperator): Installation['operator'] => ({
  channel,
  catalog: catalog.image ?? catalog.name,
  startingCSV,
});

/** What a file says of each part beside its version, as it is written: a default is no setting. */
function settingsIn(document: Document, file: ClusterFile): ReadonlyMap<string, Settings> {
  const said = new Map<string, Settings>();
  const take = (subject: string, path: Path, but: readonly string[]): void => {
    const settings = document.get(path);
    if (isObject(settings))
      said.set(subject, flat(Object.fromEntries(Object.entries(settings).filter(([key]) => !but.includes(key)))));
  };
  const instances = instancesSaid(file);
  if (isByOperator(file)) take(OPERATOR, ['tekton'], ['install', 'channel', 'catalog', 'startingCSV']);
  else if (instances === undefined) take(ONE, ['tekton'], ['install', ...RELEASE]);
  else {
    take(SHARED, ['tekton', 'shared'], ['install', 'keep', ...RELEASE]);
    for (const [index, { name }] of instances.entries())
      take(instanceSubject(name), ['tekton', 'instances', index], ['name', 'namespaces', ...RELEASE]);
  }
  take(RESULTS, ['results'], RELEASE);
  return said;
}

const RELEASE = ['release', 'digest'] as const;

/** `{ performance: { threads: 32 } }` → `performance.threads` → `32` */
const flat = (settings: object): Settings => new Map(entriesOf(settings, ''));

const entriesOf = (value: unknown, path: string): readonly (readonly [string, string])[] =>
  isObject(value)
    ? Object.entries(value).flatMap(([key, item]) => entriesOf(item, path === '' ? key : `${path}.${key}`))
    : value === undefined
      ? []
      : [[path, String(value)]];

/** A cluster on which nothing is installed. */
export const NOTHING: Installation = { instances: new Map() };
