import type { Cluster } from '../fleet/cluster';
import { tektonsOf } from '../fleet/cluster';
import type { Fleet, Team } from '../fleet/model';
import type { Emitted } from '../kube/manifest';
import { describe, groupOf } from '../kube/manifest';
import { toYaml } from '../kube/yaml';
import { checkTektonVersion } from '../tekton/admission/version';
import type { Problem } from '../words/problem';
import { InputError, collected, formatProblem } from '../words/problem';
import { checkAll } from './checks';
import { clusterParts } from './cluster/cluster-parts';
import type { Repository } from './gitops/applications';
import type { TeamEverywhere } from './gitops/argocd';
import { argoCdParts } from './gitops/argocd';
import { furtherKinds } from './gitops/further-kinds';
import { installParts } from './install/install-parts';
import { kcpParts } from './install/kcp/kcp-parts';
import type { ObjectsPart, Part } from './layout';
import { APPS_FILE, KIND_FILE, folderOf, isObjects, pathOf } from './layout';
import { allReleased, releasedParts } from './released';
import { policyProblems } from './policies';
import type { Extension, Extensions } from './team/extension';
import { extensionOf } from './team/extension';
import { unknownInOwn } from './team/own-deployment';
import { teamParts } from './team/team-parts';

export interface Synthesized {
  readonly parts: readonly Part[];
  /** Text by path relative to the output's root: of each part, and of the copy for Kind. */
  readonly files: ReadonlyMap<string, string>;
  readonly objects: number;
  readonly warnings: readonly Problem[];
}

/**
 * The whole output as `layout.ts` lays it out: what clusters hold, what teams hold, and if a team says where this repository
 * is cloned from, what Argo CD applies these by.
 * @param begin told of each team before it is made, with how many were made before it
 * @throws InputError with everything that the objects violate
 */
export function synthFleet(
  fleet: Fleet,
  extensions: Extensions = { teams: new Map() },
  begin: (team: Team, made: number) => void = () => {},
): Synthesized {
  const shared = [
    ...clusterParts(fleet),
    ...installParts(fleet.clusters, [...fleet.teams, ...fleet.elsewhere]),
    ...kcpParts(fleet.clusters, [...fleet.teams, ...fleet.elsewhere]),
  ];
  const { all: failed, attempt } = collected();
  const teams = fleet.teams.flatMap((team, made) => {
    begin(team, made);
    const elsewhere = fleet.elsewhere.filter(({ name }) => name === team.name);
    return attempt(() => teamEverywhere([team, ...elsewhere], extensionOf(extensions, team.name)));
  });
  if (failed.length > 0) throw new InputError(failed);
  const applied = [...shared, ...teams.flatMap(({ parts }) => parts)];
  const placed = teams.map((team) => team.placed);
  const repository = repositoryOf(fleet);
  const argoCd = repository ? argoCdParts(repository, placed, applied) : [];
  const parts: readonly Part[] = [...shared, ...teams.flatMap(({ written }) => written), ...argoCd];
  const problems = [
    ...check([...applied, ...argoCd.filter(isObjects)], fleet),
    ...(repository
      ? fleet.teams.flatMap((team) => furtherKinds(team, applied, customizers(team, extensions)).problems)
      : []),
    ...(extensions.fleet ? policyProblems([...applied, ...argoCd.filter(isObjects)], extensions.fleet) : []),
  ];
  if (problems.some(({ severity }) => severity === 'error')) throw new InputError(problems);

  const files = new Map(parts.map((part) => [pathOf(part), isObjects(part) ? toYaml(part.objects) : part.text]));
  const copied = copiedForKind(applied, fleet, placed);
  const leftOut = notCopied(copied, applied);
  if (copied.length > 0) files.set(KIND_FILE, toYaml(copied.flatMap(({ objects }) => objects)));
  return {
    parts,
    files,
    objects: parts.filter(isObjects).reduce((sum, { objects }) => sum + objects.length, 0),
    warnings: [...problems, ...leftOut],
  };
}

/** A team on each of its clusters, with its parts there. */
interface MadeTeam {
  readonly placed: TeamEverywhere;
  /** As if all of its apps were released: whatever is, they are applied the same way. */
  readonly parts: readonly ObjectsPart[];
  readonly written: readonly Part[];
}

/**
 * A team's objects on each of its clusters: in the folder of the first where they are the same, else in one of their own. Where
 * releases write them, each cluster has its own, so that no release makes a folder or takes one away.
 */
function teamEverywhere([home, ...others]: readonly [Team, ...Team[]], extension: Extension): MadeTeam {
  const unknown = unknownInOwn(home);
  if (unknown.length > 0) throw new InputError(unknown);
  const atHome = teamParts(home, extension);
  const text = (parts: readonly ObjectsPart[]): string => parts.map(({ objects }) => toYaml(objects)).join();
  const folder = folderOf('team', { team: home.name });
  const elsewhere = others.map((team) => {
    const parts = teamParts(team, extension);
    if (home.environment.deploy !== 'gitops' && text(parts) === text(atHome)) return { team, folder, parts: [] };
    const apart = folderOf('teamApart', { cluster: team.cluster, team: team.name });
    return { team, folder: apart, parts: parts.map((part) => ({ ...part, folder: apart })) };
  });
  const clusters = [home, ...elsewhere.flatMap((one) => (one.folder === folder ? one.team : []))].map(
    ({ cluster }) => cluster,
  );
  const made = [{ team: home, parts: atHome.map((part) => ({ ...part, clusters })) }, ...elsewhere];
  return {
    placed: [
      { team: home, folder, isHome: true },
      ...elsewhere.map((one) => ({ team: one.team, folder: one.folder, isHome: false })),
    ],
    parts: made.flatMap(({ team, parts }) => parts.map((part) => allReleased(part, team))),
    written: made.flatMap(({ team, parts }) => parts.flatMap((part) => releasedParts(part, team, home))),
  };
}

/** The files whose code changes objects of a team. */
const customizers = (team: Team, { teams, fleet }: Extensions): readonly string[] => [
  ...(teams.has(team.name) ? [team.file] : []),
  ...(fleet ? [fleet.file] : []),
];

/** Kind names its contexts `kind-<cluster>`. */
const isKind = (cluster: string): boolean => cluster.startsWith('kind-');

/** What a Kind cluster needs: what all clusters hold, one orchestrator and router, and of each team that is on Kind the first folder there. */
function copiedForKind(
  parts: readonly ObjectsPart[],
  { clusters }: Fleet,
  teams: readonly TeamEverywhere[],
): readonly ObjectsPart[] {
  const orchestrated = clusters.find(
    ({ name, orchestrator, settings }) =>
      isKind(name) && (orchestrator !== undefined || settings?.webhookRouter !== undefined),
  );
  const folders = [
    ...(orchestrated ? [folderOf('cluster', { cluster: orchestrated.name })] : []),
    ...teams.flatMap((placed) => placed.find(({ team }) => isKind(team.cluster))?.folder ?? []),
  ];
  const shared = folderOf('allClusters', {});
  const isCopied = ({ folder, file }: ObjectsPart): boolean =>
    folder === shared || (folders.includes(folder) && file !== APPS_FILE);
  return folders.length === 0 ? [] : parts.filter(isCopied);
}

/** A folder for a Kind cluster that the copy leaves out: that of a team on a second one, or of its orchestrator. */
function notCopied(copied: readonly ObjectsPart[], parts: readonly ObjectsPart[]): readonly Problem[] {
  const folders = new Set(copied.map(({ folder }) => folder));
  const missing = parts.flatMap(({ folder, clusters }) =>
    Array.isArray(clusters) && clusters.some(isKind) && !folders.has(folder) ? [folder] : [],
  );
  return [...new Set(missing)].map((folder) => ({
    file: KIND_FILE,
    message: `does not hold ${folder}, which is for a second Kind cluster: apply that folder beside it`,
    severity: 'warning',
  }));
}

/**
 * Names are unique within a cluster, and within a workspace of a kcp, and Argo CD's own objects are on a cluster of theirs. What is wrong on several is told once.
 */
function check(parts: readonly ObjectsPart[], fleet: Fleet): readonly Problem[] {
  const [everywhere, argoCd] = (['all', 'argo-cd'] as const).map((which) =>
    parts.filter(({ clusters }) => clusters === which),
  ) as [ObjectsPart[], ObjectsPart[]];
  const particular = parts.filter((part) => !everywhere.includes(part) && !argoCd.includes(part));
  const names = [...new Set(particular.flatMap(({ clusters }) => clusters))];
  const problems = [
    ...names.flatMap((name) => {
      const there = [...everywhere, ...particular.filter(({ clusters }) => clusters.includes(name))];
      const objects = there.flatMap(emitted);
      const cluster = fleet.clusters.find((one) => one.name === name);
      return [
        ...checkAll(objects, { existing: there.flatMap(({ existing }) => existing) }),
        ...(cluster ? [...checkVersions(objects, cluster), ...outsideInstances(objects, cluster)] : []),
      ];
    }),
    ...[argoCd, ...inWorkspaces(parts)].flatMap((there) => checkAll(there.flatMap(emitted), { existing: [] })),
  ];
  return [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
}

const inWorkspaces = (parts: readonly ObjectsPart[]): readonly (readonly ObjectsPart[])[] =>
  [...new Set(parts.flatMap(({ workspace }) => workspace ?? []))].map((name) =>
    parts.filter(({ workspace }) => workspace === name),
  );
/** Each Tekton of a cluster takes what is in its namespaces. */
const checkVersions = (objects: readonly Emitted[], cluster: Cluster): readonly Problem[] =>
  tektonsOf(cluster).flatMap(({ where, namespaces, version }) => {
    const own = objects.filter(({ manifest: { metadata } }) => namespaces?.includes(metadata.namespace ?? '') ?? true);
    return checkTektonVersion(own, where, version);
  });

/** Where a cluster has several Tektons, nobody runs what is in a namespace of none: a team's own changes may put something there. */
function outsideInstances(objects: readonly Emitted[], { name, instances }: Cluster): readonly Problem[] {
  if (instances === undefined) return [];
  const covered = new Set(instances.instances.flatMap(({ namespaces }) => namespaces));
  return objects
    .filter(({ manifest }) => groupOf(manifest) === 'tekton.dev' && !covered.has(manifest.metadata.namespace ?? ''))
    .map(({ file, manifest }) => ({
      file,
      path: describe(manifest),
      message: `is in a namespace of no Tekton of cluster '${name}'`,
      found: manifest.metadata.namespace,
      expected: `a team's own namespace, or one that namespaces of an instance lists in the file of the cluster`,
      severity: 'error',
    }));
}

const emitted = (part: ObjectsPart): Emitted[] =>
  part.objects.map((manifest) => ({ file: pathOf(part), manifest, isForeign: part.isForeign }));

/** What the teams say of this repository, and they say the same. */
function repositoryOf({ teams }: Fleet): Repository | undefined {
  const said = teams.find(({ platform }) => platform.repoURL !== undefined)?.platform;
  return said?.repoURL === undefined ? undefined : { repoURL: said.repoURL, revision: said.revision };
}
