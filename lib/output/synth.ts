import type { Fleet, Team } from '../fleet/model';
import { joinYaml } from '../kube/yaml';
import type { Problem } from '../words/problem';
import { InputError, collected, isError, sortProblems } from '../words/problem';
import { checkFleet } from './check-fleet';
import { clusterParts } from './cluster/cluster-parts';
import { taskParts } from './cluster/task-parts';
import type { FileText } from './file-text';
import { textOf } from './file-text';
import type { Repository } from './gitops/applications';
import type { TeamEverywhere } from './gitops/argocd';
import { argoCdParts } from './gitops/argocd';
import { furtherKinds, refusedKinds } from './gitops/further-kinds';
import { installParts } from './install/install-parts';
import { kcpParts } from './install/kcp/kcp-parts';
import type { ObjectsPart, Part } from './layout';
import { APPS_FILE, KIND_FILE, folderOf, isObjects, pathOf } from './layout';
import { fileOf, yamlOf } from './made-team';
import { TeamMaker } from './team-maker';
import { withInputs } from './with-inputs';
import { policyProblems } from './policies';
import { customizedSecrets } from './team/customized-secrets';
import type { Failure } from './once-for-all';
import { onceForAll } from './once-for-all';
import type { Extensions } from './team/extension';
import { extensionOf } from './team/extension';

export interface Synthesized {
  readonly parts: readonly Part[];
  /** By path relative to the output's root: of each part, and of the copy for Kind. */
  readonly texts: ReadonlyMap<string, FileText>;
  /** The same, read. */
  readonly files: ReadonlyMap<string, string>;
  readonly objects: number;
  readonly warnings: readonly Problem[];
}

/**
 * The whole output as `layout.ts` lays it out: what clusters hold, what teams hold, and if a team says where this repository
 * is cloned from, what Argo CD applies these by.
 * @param begin told of each team before it is made, with how many were made before it
 * @param maker makes the teams; one that is kept makes only those that have changed
 * @throws InputError with everything that the objects violate
 */
export function synthFleet(
  fleet: Fleet,
  extensions: Extensions = { teams: new Map() },
  begin: (team: Team, made: number) => void = () => {},
  maker = new TeamMaker(),
): Synthesized {
  const ofClusters = [
    ...clusterParts(fleet),
    ...installParts(fleet.clusters, [...fleet.teams, ...fleet.elsewhere]),
    ...kcpParts(fleet.clusters, [...fleet.teams, ...fleet.elsewhere]),
  ];
  const failures: Failure[] = [];
  const teams = fleet.teams.flatMap((team, made) => {
    begin(team, made);
    const { all: problems, attempt } = collected();
    failures.push({ team, problems });
    const elsewhere = fleet.elsewhere.filter(({ name }) => name === team.name);
    return attempt(() => maker.make([team, ...elsewhere], extensionOf(extensions, team.name)));
  });
  const failed = onceForAll(failures);
  if (failed.length > 0) throw new InputError(sortProblems(failed));
  const ofTeams = teams.flatMap(({ parts }) => parts);
  const shared = [
    ...ofClusters,
    ...taskParts(
      teams.flatMap(({ placed }) => placed.map(({ team }) => team)),
      ofTeams,
    ),
  ];
  const applied = [...shared, ...ofTeams];
  const placed = teams.map((team) => team.placed);
  const repository = repositoryOf(fleet);
  const argoCd = repository ? argoCdParts(repository, placed, applied) : [];
  const parts: readonly Part[] = [...shared, ...teams.flatMap(({ written }) => written), ...argoCd];
  const found = [
    ...checkFleet({ shared, teams, argoCd: argoCd.filter(isObjects) }, fleet),
    ...teams.flatMap(({ placed: [{ team }], parts }) => {
      const files = customizers(team, extensions);
      return repository ? furtherKinds(team, parts, files).problems : refusedKinds(team, parts, files);
    }),
    ...teams.flatMap(({ placed, parts }) =>
      placed
        .filter(({ folder }, index) => placed.findIndex((one) => one.folder === folder) === index)
        .flatMap(({ team, folder }) =>
          customizedSecrets(
            team,
            parts.filter((part) => part.folder === folder),
            customizers(team, extensions),
          ),
        ),
    ),
    ...(extensions.fleet ? policyProblems([...applied, ...argoCd.filter(isObjects)], extensions.fleet) : []),
  ];
  const code = extensions.fleet?.customize ? [extensions.fleet.file] : [];
  const problems = withInputs(found, [...applied, ...parts], fleet, code);
  if (problems.some(isError)) throw new InputError(problems);

  maker.keep();
  const texts = new Map(
    parts.map((part) => [pathOf(part), isObjects(part) ? fileOf(part.objects) : textOf(() => part.text)]),
  );
  const copied = copiedForKind(applied, fleet, placed);
  const leftOut = notCopied(copied, applied);
  if (copied.length > 0)
    texts.set(
      KIND_FILE,
      textOf(() => joinYaml(copied.map(({ objects }) => yamlOf(objects)))),
    );
  return {
    parts,
    texts,
    get files() {
      return new Map([...texts].map(([path, text]) => [path, text.read()]));
    },
    objects: parts.filter(isObjects).reduce((sum, { objects }) => sum + objects.length, 0),
    warnings: [...problems, ...leftOut],
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
  const placedThere = teams.flatMap((placed) => placed.find(({ team }) => isKind(team.cluster)) ?? []);
  const folders = [
    ...(orchestrated ? [folderOf('cluster', { cluster: orchestrated.name })] : []),
    ...placedThere.flatMap(({ team, folder }) => [folderOf('tasks', { cluster: team.cluster }), folder]),
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

/** What the teams say of this repository, and they say the same. */
function repositoryOf({ teams }: Fleet): Repository | undefined {
  const said = teams.find(({ platform }) => platform.repoURL !== undefined)?.platform;
  return said?.repoURL === undefined ? undefined : { repoURL: said.repoURL, revision: said.revision };
}
