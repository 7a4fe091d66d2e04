import { buildersOf } from './chains';
import type { ClusterFile } from './cluster';
import { isByOperator, isOutputByItself, ofCluster, routerHost, settingsOnCluster } from './cluster';
import type { Document, SourceFile } from './document';
import type { Loaded, Source } from './formats';
import { loadCluster, loadRegistry, loadStack, loadTeam, loadVersions } from './formats';
import type { Fleet, Stack, Team } from './model';
import { clusterFilesOf, promotedVersionsFile } from '../words/names';
import { tidyPath } from '../words/path';
import type { Problem } from '../words/problem';
import { InputError, isError, sortProblems } from '../words/problem';
import { defaultTeam, registeredStacks } from './registry-team';
import { listedBy } from './listed-by';
import type { FleetReading, TeamReading } from './reading';
import type { OwnDeployment } from './own-deployment';
import { loadOwnDeployment } from './read-own-deployment';
import { nobodiesOf } from './nobody';
import { queueSchema } from './queue';
import { clustersOf } from './resolve-clusters';
import { resolveStack } from './resolve-stack';
import { siteOf } from './site';
import { versionsOf } from './promotion';
import { namingAny, unreadClusters } from './wrong-clusters';
import { instanceNameOf } from './tekton-instances';
import { checkInstances, unusedInstances } from './rules/instances';
import { installsOf } from './installs';
import { checkLeftovers } from './rules/leftovers';
import { missingStacks } from './rules/missing-stacks';
import { checkOwnership } from './rules/ownership';
import { checkPlacement } from './rules/placement';
import { checkChains } from './rules/chains';
import { checkOwnDeployments } from './rules/own-deployment';
import { checkDeployOnly } from './rules/deploy-only';
import { checkSharedTasks } from './rules/shared-tasks';
import { checkHistory } from './rules/history';
import { checkResults } from './rules/results';
import { checkRouter } from './rules/webhook-router';
import type { WrongFieldsOf } from './rules/deployment-fields';
import { checkDeploymentFields } from './rules/deployment-fields';
import { checkPlatformSecrets } from './rules/platform-secrets';
import type { PlatformSecretsOf } from './rules/platform-secrets';
import { checkSecrets } from './rules/secrets';
import { checkTakenHosts } from './rules/taken-hosts';
import { checkSignInOfCluster, checkSignInOfTeam } from './rules/sign-in';
import { checkTektonOperators } from './rules/tekton-operator';
import type { TeamSettings } from './team';
import type { Tables } from './tables';
import { NO_ROWS } from './tables';

export type { SourceFile } from './document';
export type { Source } from './formats';

/** All files that a fleet is made of, paths relative to the root. */
export interface FleetSources {
  readonly teams: readonly Source[];
  /** Those that a team or the registry lists (see `listedStacks`), and others that are to be checked. */
  readonly stacks: readonly SourceFile[];
  /** `clusters/<cluster>.yaml` and `clusters/<cluster>.ts` */
  readonly clusters?: readonly Source[];
  /** The release manifests that cluster files name (see `listedReleases`). */
  readonly releases?: readonly SourceFile[];
  /** The Deployments that stacks name (see `listedManifests`). */
  readonly manifests?: readonly SourceFile[];
  /** `stacks/registry.yaml` */
  readonly registry?: SourceFile;
  /** `stacks/versions.yaml`, `teams/<team>/versions.yaml` and `teams/<team>/versions.<cluster>.yaml`. */
  readonly versions?: readonly SourceFile[];
  /** What fleet.ts adds. @default - nothing */
  readonly tables?: Tables;
  /** Reads a stack as `loadStack` does, which is the default. */
  readonly loadStack?: typeof loadStack;
  /** Secrets that apps may not read, of a team on a cluster. @default - none */
  readonly platformSecrets?: PlatformSecretsOf;
  /** What an API server would say of Deployments of the repository's own. @default - nothing */
  readonly wrongFields?: WrongFieldsOf;
  /** What is known before: of files that could not be read, and of what lies beside them. */
  readonly problems?: readonly Problem[];
}

/** A fleet, and what is wrong with its files. */
export interface Resolved {
  readonly fleet: Fleet;
  readonly problems: readonly Problem[];
  /** Whether something is wrong with the file of a cluster of the fleet, so that nothing is to be made of it. */
  readonly isWrong: (cluster: string) => boolean;
}

/**
 * What the files mean once defaults, teams and stacks are put together.
 * @returns the fleet, and the warnings
 * @throws InputError with every problem of every file, warnings included
 */
export function resolveFleet(sources: FleetSources): Resolved {
  const resolved = resolveSound(sources);
  if (resolved.problems.some(isError)) throw new InputError(resolved.problems);
  return resolved;
}

/** The same of the teams that have no errors in their files, and every problem. */
export function resolveSound(sources: FleetSources): Resolved {
  const problems: Problem[] = [...(sources.problems ?? [])];
  const take = <T>(loaded: Loaded<T>): Loaded<T> => {
    problems.push(...loaded.problems);
    return loaded;
  };
  const { tables = NO_ROWS } = sources;
  const read = sources.loadStack ?? loadStack;
  const stacks = new Map(sources.stacks.map((source) => [source.file, take(read(source, tables.toolchains))]));
  const versions = new Map((sources.versions ?? []).map((source) => [source.file, take(loadVersions(source))]));
  const manifests = new Map<string, Loaded<OwnDeployment>>([
    // what is told of a file already is not told to be missing
    ...(sources.problems ?? []).map(({ file }) => [file, { problems: [] }] as const),
    ...(sources.manifests ?? []).map((one) => [one.file, take(loadOwnDeployment(one))] as const),
  ]);
  const clusters = (sources.clusters ?? []).map((source) => take(loadCluster(source)));
  const installs = installsOf(clusters, sources.releases ?? [], problems);
  const registry = sources.registry && take(loadRegistry(sources.registry));
  // before the first team arrives, a cluster may get what is under the teams
  const isPrepared =
    registry === undefined && clusters.some(({ value }) => value !== undefined && isOutputByItself(value));
  // where a team cannot be read there is one
  const teamSources =
    sources.teams.length > 0 || isPrepared || problems.some(isError)
      ? sources.teams
      : [defaultTeam(registry, new Set(stacks.keys()), problems)].filter((team) => team !== undefined);
  const byName = new Map(clusters.flatMap(({ value }) => (value ? [[value.name, value] as const] : [])));
  const isUnread = unreadClusters(clusters, problems);
  const loaded = teamSources.map((source) => take(loadTeam(source, { clusters: byName, isUnread, tables })));

  const missing = loaded.flatMap(({ document }) => (document ? missingStacks(document, stacks) : []));
  problems.push(...missing);
  const without = { stacks, clusters, registry, versions, manifests, tables };
  const nobodies = nobodiesOf(byName, tables, (document, value) => assembleTeam(document, value, without, byName).team);
  const all: Read = { ...without, nobodies };
  const placed = loaded.flatMap(({ document, value }) =>
    document && value ? [assembleTeam(document, value, all, byName)] : [],
  );
  const reading: FleetReading = { teams: placed, stacks, clusters, registry, versions, manifests };
  const known = placed.filter(({ team, elsewhere }) => ![team, ...elsewhere].some(({ cluster }) => isUnread(cluster)));
  problems.push(
    ...checkOwnership(
      reading,
      loaded.flatMap(({ document }) => document ?? []),
    ),
    ...known.flatMap(checkPlacement),
    ...checkInstances({ ...reading, teams: known }),
    ...known.flatMap(checkSecrets),
    ...known.flatMap(checkSignInOfTeam),
    ...clusters.flatMap(({ document, value }) => (document && value ? checkSignInOfCluster(document, value) : [])),
    ...checkTakenHosts(reading),
    ...(sources.platformSecrets ? checkPlatformSecrets(reading, sources.platformSecrets) : []),
    ...(sources.wrongFields ? checkDeploymentFields(reading, sources.wrongFields) : []),
    ...checkTektonOperators(reading),
    ...checkResults(reading),
    ...checkChains(reading),
    ...checkHistory(reading),
    ...checkOwnDeployments(reading),
    ...checkDeployOnly({ clusters, teams: known }),
    ...checkSharedTasks({ clusters, teams: known }),
  );
  const isComplete =
    placed.length === loaded.length &&
    !clusters.some((each) => each.problems.some(isError)) &&
    ![...missing, ...(sources.problems ?? [])].some(isError);
  if (isComplete) problems.push(...unusedInstances(reading));
  if (isComplete && placed.length > 0) problems.push(...checkLeftovers(reading));
  if (isComplete) problems.push(...clusters.flatMap((each) => routerProblems(each, placed)));
  const sorted = sortProblems(problems);
  const told = new Set(sorted.filter(isError).map(({ file }) => file));
  const wrong = new Set([...told, ...namingAny(clusters, told)]);
  const sound = placed.filter((each) => isSound(each, wrong)).sort((a, b) => compare(a.team.name, b.team.name));
  const [teams, elsewhere] = [sound.map(({ team }) => team), sound.flatMap((each) => each.elsewhere)];
  return {
    fleet: { teams, elsewhere, clusters: clustersOf([...teams, ...elsewhere], byName, installs) },
    problems: isComplete || placed.length === 0 ? sorted : [...sorted, UNCHECKED],
    isWrong: unreadClusters(clusters, sorted),
  };
}

/** Whether nothing is wrong with any file that says what the team is. */
function isSound({ team, elsewhere, document }: TeamReading, wrong: ReadonlySet<string>): boolean {
  const clusters = [team, ...elsewhere].flatMap(({ cluster }) => clusterFilesOf(cluster));
  const manifests = team.stacks.flatMap(({ apps }) => apps.flatMap(({ deploy }) => deploy?.manifests ?? []));
  const files = [...listedBy(document).map(({ file }) => file), ...clusters, ...manifests];
  return !files.some((file) => wrong.has(file)) && ![...wrong].some((file) => file.startsWith(folderOf(document)));
}

const folderOf = ({ file }: Document): string => file.slice(0, file.lastIndexOf('/') + 1);

/** A team that is wrong may use whatever no other uses. It comes last, and is of no file. */
export const UNCHECKED: Problem = {
  file: '',
  message: 'stacks, versions and clusters that no team uses are listed once the errors above are fixed',
  severity: 'warning',
};

const routerProblems = (
  { document, value }: Loaded<ClusterFile>,
  placed: readonly TeamReading[],
): readonly Problem[] =>
  document && value?.webhookRouter
    ? checkRouter(
        document,
        value.webhookRouter,
        routerHost(value),
        placed.map(({ team }) => team),
      )
    : [];

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Read extends Omit<FleetReading, 'teams'> {
  readonly tables: Tables;
  /** By cluster. */
  readonly nobodies?: ReadonlyMap<string, Team>;
}

/** Puts a team together on each of its clusters, without the stacks that are missing or wrong, which is told elsewhere. */
function assembleTeam(
  document: Document,
  settings: TeamSettings,
  read: Read,
  clusters: ReadonlyMap<string, ClusterFile>,
): TeamReading {
  const files = settings.stacks.map(tidyPath).flatMap((file) => {
    const { document: source, value } = read.stacks.get(file) ?? {};
    return source && value ? [{ file, value, document: source }] : [];
  });
  const { toolchains, backends } = read.tables;
  const names = [...new Set([settings.cluster, ...settings.clusters])];
  const builders = buildersOf(names, (name) => clusters.get(name)?.chains);
  const resolveOn = (name: string): Team => {
    const there = settingsOnCluster(settings, document, name, clusters.get(name));
    const stacks = files.map(({ file, value }) =>
      resolveStack(file, value, {
        team: there,
        toolchains,
        registered: registeredAs(read, file),
        deployments: read.manifests,
      }),
    );
    const promoted = name === settings.cluster ? undefined : promotedVersionsFile(document.file, name);
    return {
      ...resolveTeam(document.file, there, stacks, { all: read.versions, promoted }, clusters.get(name)),
      builder: builders.find(({ cluster }) => cluster === name),
      builders,
      toolchains,
      ...ownBackendOf(there, backends),
      nobody: read.nobodies?.get(name),
    };
  };
  const team = resolveOn(settings.cluster);
  return {
    team,
    elsewhere: names.slice(1).map(resolveOn),
    document,
    stacks: team.stacks.map((stack, index) => ({ stack, document: (files[index] as (typeof files)[number]).document })),
  };
}

/** Short names of repositories that the registry leads to a stack file. */
const registeredAs = ({ registry }: Read, file: string): readonly string[] =>
  registry ? [...registeredStacks(registry)].filter(([, stackFile]) => stackFile === file).map(([name]) => name) : [];

/** @param versions all files of versions, and for a further cluster the one of what was promoted there */
function resolveTeam(
  file: string,
  settings: TeamSettings,
  stacks: readonly Stack[],
  { all: versions, promoted }: { readonly all: FleetReading['versions']; readonly promoted?: string },
  cluster: ClusterFile | undefined,
): Omit<Team, 'builder' | 'builders' | 'toolchains' | 'ownBackend'> {
  const pushRegistry = settings.pushRegistry ?? settings.imageRegistry;
  const own = `${file.slice(0, file.lastIndexOf('/') + 1)}versions.yaml`;
  const versionsFile = versions.has(own) || !versions.has(SHARED_VERSIONS) ? own : SHARED_VERSIONS;
  const apps = new Set(stacks.flatMap((stack) => stack.apps.map(({ name }) => name)));
  // nothing is on a further cluster until it was promoted there
  const source = promoted !== undefined && settings.environment.deploy === 'gitops' ? promoted : versionsFile;
  const released = Object.entries(versionsOf(versions.get(source)?.value ?? { apps: {} }));
  return {
    ...settings,
    file,
    ingress: cluster?.ingress,
    tektonVersion: cluster?.tektonVersion,
    tekton: instanceNameOf(cluster, settings.tekton),
    site: siteOf(cluster),
    queue: cluster?.queue ?? queueSchema.parse({}),
    ...ofCluster(cluster),
    hasImagePolicy: cluster?.imagePolicy !== undefined,
    hasPipelinesAsCode: isByOperator(cluster) && cluster.tekton.pipelinesAsCode !== undefined,
    pushRegistry,
    // builds read and write it, so it goes by the name that pods know
    cacheRepo: settings.cacheRepo ?? `${pushRegistry}/cache`,
    stacks,
    versions: Object.fromEntries(released.filter(([app]) => apps.has(app))),
    versionsFile,
    environments: [...new Set(stacks.map(({ environment }) => environment))].sort(),
  };
}

/** The backend of fleet.ts that a team names, on a cluster where sessions reach previews. */
const ownBackendOf = ({ interceptBackend }: TeamSettings, backends: Tables['backends']): Pick<Team, 'ownBackend'> => {
  const ownBackend = backends.find(({ name }) => name === interceptBackend);
  return ownBackend ? { ownBackend } : {};
};

/** For teams that keep none of their own. */
const SHARED_VERSIONS = 'stacks/versions.yaml';
