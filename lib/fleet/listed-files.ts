import { loadCluster, loadRegistry, notStack, readSource } from './formats';
import type { Source } from './formats';
import { listedBy } from './listed-by';
import { registeredStacks } from './registry-team';
import { namedReleases, placeOf } from './release-place';
import type { ReleasePlace } from './release-place';
import type { FleetSources } from './resolve-fleet';

/** Which files the files of a fleet name. */

/** The release manifests that cluster files name, as far as these can be read; sorted, each once. */
export function listedReleases(clusters: readonly Source[]): readonly ReleasePlace[] {
  const named = clusters.flatMap((source) => {
    const { document } = loadCluster(source);
    return document === undefined ? [] : namedReleases(document).map(([, release]) => release);
  });
  const places = new Map(named.map((one) => [`${one.release} ${one.digest}`, placeOf(one)]));
  return [...places].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, place]) => place ?? []);
}

/** The stack files that teams list, or without any team the registry, as far as these can be read; sorted, each once. */
export function listedStacks({ teams, registry }: Pick<FleetSources, 'teams' | 'registry'>): readonly string[] {
  const listed = teams.flatMap((source) => {
    const { document } = readSource(source);
    return document ? listedBy(document).map(({ file }) => file) : [];
  });
  const named = registry ? [...registeredStacks(loadRegistry(registry)).values()] : [];
  return [...new Set([...listed, ...named])].filter((file) => notStack(file) === undefined).sort();
}
