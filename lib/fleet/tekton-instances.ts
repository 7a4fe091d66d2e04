import type { Document, Path } from './document';
import { objectsOfPart, partOf } from './release-parts';
import { OLDEST_INSTANCE, compatibility } from './tekton-compatibility';
import type { FindRelease, NamedRelease } from './release-place';
import type { InstanceSettings, TektonInstall, TektonSettings } from './tekton-install';
import { checkAllSettings, checkPerformance } from './tekton-install';
import type { TektonRelease } from './tekton-release';
import { findObject } from './tekton-release';
import type { Manifest } from '../words/manifest';
import { TEKTON } from '../words/names';
import { list } from '../words/phrase';
import type { Problem } from '../words/problem';
import { compareVersions } from '../words/version';

/**
 * Several Tektons in one cluster. Each instance is a controller for each of its namespaces and a webhook that admits what is
 * created there; kinds, conversion and resolvers are shared, of the newest version.
 * https://github.com/tektoncd/community/blob/main/teps/0129-multiple-tekton-instances-per-cluster.md
 */

/** What a cluster file says of Tekton. */
interface OfTekton {
  readonly tekton?: TektonSettings | { readonly install: 'operator' };
  readonly tektonVersion?: string;
}

/** A release that says which one it is. */
type VersionedRelease = TektonRelease & { readonly version: string };

/** One of the Tektons of a cluster. */
export interface TektonInstance extends TektonInstall {
  readonly name: string;
  readonly manifest: VersionedRelease;
  /**
   * Where it admits and runs, sorted: the namespaces of the teams that name it, and those that the cluster file lists. A team
   * says its namespace once, in its own file; a list of all here would have to be kept in step with each team that comes.
   */
  readonly namespaces: readonly string[];
  /** Those that the cluster file lists and that are no team's. */
  readonly listed: readonly string[];
}

/** What the instances of a cluster share. */
export interface SharedTekton extends TektonInstall {
  readonly manifest: VersionedRelease;
  /** Whether it is rendered; else somebody else keeps it. */
  readonly isInstalled: boolean;
  /** Whether it stays on the cluster when Git no longer holds it. */
  readonly isKept: boolean;
}

/** All Tektons of a cluster that has several. */
export interface TektonInstances {
  readonly shared: SharedTekton;
  readonly instances: readonly TektonInstance[];
}

const releasesOf = (cluster: OfTekton | undefined): TektonSettings | undefined =>
  cluster?.tekton?.install === 'operator' ? undefined : cluster?.tekton;

/** What a cluster file says of each instance; undefined where it says that there is one Tekton, or none. */
export const instancesSaid = (cluster: OfTekton | undefined): readonly InstanceSettings[] | undefined =>
  releasesOf(cluster)?.instances;

/** The instance that a team is of: the one that it names, or the only one. Undefined: the cluster has no such instance. */
export function instanceNameOf(cluster: OfTekton | undefined, named: string | undefined): string | undefined {
  const names = instancesSaid(cluster)?.map(({ name }) => name) ?? [];
  return named === undefined ? (names.length === 1 ? names[0] : undefined) : names.find((name) => name === named);
}

/**
 * What a cluster file says of its instances, without the namespaces of teams.
 */
export function readInstances(
  document: Document,
  cluster: OfTekton,
  find: FindRelease,
): { readonly value?: TektonInstances; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const tekton = releasesOf(cluster);
  const of = (path: Path, named: NamedRelease): VersionedRelease | undefined => {
    const release = find(path, named, 'pipelines');
    if (release === undefined) return undefined;
    problems.push(...checkRelease(document, [...path, 'release'], release));
    return release.version === undefined ? undefined : { ...release, version: release.version };
  };
  if (cluster.tektonVersion !== undefined)
    problems.push(document.keyError(['tektonVersion'], 'not used: each instance has the version of its release'));
  const said = tekton?.instances ?? [];
  const instances = said.flatMap((instance, index): TektonInstance[] => {
    const path = ['tekton', 'instances', index];
    const manifest = of(path, instance);
    if (manifest === undefined) return [];
    const read = { ...instance, manifest, namespaces: [...instance.namespaces].sort(), listed: instance.namespaces };
    problems.push(
      ...checkPerformance(document, path, read.performance),
      ...checkAllSettings(document, path, ofPart(read, 'instance')),
    );
    return [read];
  });
  const shared = sharedOf(tekton, instances, (named) => of(['tekton', 'shared'], named));
  if (shared === undefined || instances.length < said.length) return { problems };
  problems.push(
    ...checkAllSettings(document, ['tekton', 'shared'], ofPart(shared, 'shared')),
    ...instances.flatMap((instance, index) => checkCompatible(document, index, instance, shared)),
  );
  return { value: { shared, instances }, problems };
}

/** The settings of a part may name what that part has. */
const ofPart = <T extends TektonInstall>(install: T, part: 'shared' | 'instance'): T => ({
  ...install,
  manifest: { ...install.manifest, objects: objectsOfPart(install.manifest.objects, part) },
});

function sharedOf(
  tekton: TektonSettings | undefined,
  instances: readonly TektonInstance[],
  find: (named: NamedRelease) => VersionedRelease | undefined,
): SharedTekton | undefined {
  const newest = instances.toSorted((a, b) => compareVersions(a.manifest.version, b.manifest.version)).at(-1);
  const { release, digest, install, keep, settings, webhookReplicas } = tekton!.shared;
  const manifest = release === undefined ? newest?.manifest : find({ release, digest });
  if (manifest === undefined) return undefined;
  return { manifest, settings, performance: { replicas: 1, webhookReplicas }, isInstalled: install, isKept: keep };
}

const TRIGGERS = 'triggers.tekton.dev';

function checkRelease(document: Document, path: Path, { file, version, objects }: TektonRelease): Problem[] {
  const isOfTriggers = ({ metadata: { name } }: Manifest): boolean =>
    name.endsWith(TRIGGERS) || name.startsWith('tekton-triggers');
  const triggers = objects.filter(isOfTriggers);
  const unknown = objects.filter((object) => partOf(object) === undefined && !isOfTriggers(object));
  return [
    ...(version === undefined
      ? [
          document.error(path, `${file} contains no version, and what instances share has that of the newest`, {
            expected: `label app.kubernetes.io/version of Deployment ${TEKTON.controller}, such as v1.15.0`,
          }),
        ]
      : []),
    ...(triggers.length > 0
      ? [
          document.error(
            path,
            `${file} holds Tekton Triggers, whose controller watches all namespaces: it is installed once, beside the instances`,
            { found: nameOf(triggers[0]!), expected: 'a release of Tekton Pipelines alone' },
          ),
        ]
      : []),
    ...(findObject(objects, 'ConfigMap', TEKTON.leaderElection) === undefined
      ? [
          document.error(
            path,
            `${file} has no ConfigMap ${TEKTON.leaderElection}, by which controllers of one instance are told apart`,
            { found: version, expected: `${OLDEST_INSTANCE} or newer` },
          ),
        ]
      : []),
    ...(unknown.length > 0
      ? [
          document.error(
            path,
            `it is not known whether each instance may have its own of what ${file} holds beside the usual`,
            { found: list(unknown.map(nameOf), 'and'), expected: 'the release as it was published' },
          ),
        ]
      : []),
  ];
}

const nameOf = ({ kind, metadata: { name } }: Manifest): string => `${kind} ${name}`;

function checkCompatible(
  document: Document,
  index: number,
  { name, manifest: { version } }: TektonInstance,
  { manifest }: SharedTekton,
): Problem[] {
  return compatibility(version, manifest.version).refused.map((reason) =>
    document.error(['tekton', 'instances', index, 'release'], `instance ${name} cannot be here: ${reason}`),
  );
}

/** Adds the namespaces of teams to the instances that these are of. */
export const withTeams = (
  { shared, instances }: TektonInstances,
  teams: readonly { readonly namespace: string; readonly tekton?: string }[],
): TektonInstances => ({
  shared,
  instances: instances.map((instance) => {
    const own = teams.filter(({ tekton }) => tekton === instance.name).map(({ namespace }) => namespace);
    return {
      ...instance,
      namespaces: [...new Set([...instance.listed, ...own])].sort(),
      listed: instance.listed.filter((namespace) => !own.includes(namespace)),
    };
  }),
});
