import { ApiObject, App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { LABELS, MANAGED_BY, MANAGER } from '../words/labels';
import type { Fleet, SharedOrchestrator, Team } from '../fleet/model';
import { SHARED_NAMESPACE, clusterPart } from '../words/names';
import type { Problem } from '../words/problem';
import { InputError, formatProblem } from '../words/problem';
import type { Repository } from './gitops/applications';
import { argoCd, filesOfTeam } from './gitops/argocd';
import type { Placement, Placements } from './gitops/placement';
import { folderApart } from './gitops/placement';
import { withRemoval } from './gitops/removal';
import { checkAll } from './checks';
import type { ExistingObject } from './checks/inventory';
import { checkTektonVersion } from '../tekton/admission/version';
import { manifestsOf } from '../kube/files';
import type { Emitted, Manifest } from '../kube/manifest';
import { toYaml } from '../kube/yaml';
import { bootstrap } from './pipelines/bootstrap';
import type { PipelineContext } from './pipelines/context';
import { mergeRelease } from './pipelines/merge-release';
import { prTest } from './pipelines/pr-test';
import { promote } from './pipelines/promote';
import { verify } from './pipelines/verify';
import { Catalogue } from './tasks/catalogue';
import { resolveImages } from './tasks/shared/images';
import { access } from './team/access';
import { appsConfigMap } from './team/app-deployment';
import { clusterObjects } from './cluster/cluster-objects';
import { environment, environmentWarnings } from './team/environment';
import { ingress } from './team/ingress';
import { namespaces } from './team/namespace';
import { networkPolicies } from './team/network';
import { orchestrator } from './team/orchestrator';
import { externalSecrets, requiredSecrets } from './team/secrets';
import { SHARED_SECRETS, sharedOrchestrator } from './cluster/shared-orchestrator';
import { storage } from './team/storage';
import { sweep } from './team/sweep';
import { triggers, triggersAccess } from './team/triggers';

/** Changes objects of a team before they are written. */
export type Customize = (objects: readonly ApiObject[]) => void;

export interface Synthesized {
  /** Text by path relative to the output's root. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths (files and folders) that belong to a team alone, by its name. */
  readonly ofTeam: ReadonlyMap<string, readonly string[]>;
  readonly objects: number;
  readonly warnings: readonly Problem[];
}

type Files = ReadonlyMap<string, readonly Manifest[]>;

/** Objects file by file, and what they rely on that is not among them. */
interface Output {
  readonly files: Files;
  readonly existing: readonly ExistingObject[];
}

/**
 * The whole output: `cluster/`, `cluster/<cluster>/` with its orchestrator where it has one, `teams/<team>/`, `clusters/<cluster>/<team>/` where a team's objects differ from those on its
 * first cluster, `argocd/` and `index/` if a team says where this repository is cloned from, and `kind.yaml` with the
 * cluster's objects and those of every team on a Kind cluster (Kind names its contexts `kind-<cluster>`).
 * @param begin told of each team before it is made, with how many were made before it
 * @throws InputError with everything that the objects violate
 */
export function synthFleet(
  fleet: Fleet,
  customize: ReadonlyMap<string, Customize> = new Map(),
  begin: (team: Team, made: number) => void = () => {},
): Synthesized {
  const cluster = synthCluster();
  const teams = fleet.teams.map((team, made) => {
    begin(team, made);
    const elsewhere = (fleet.elsewhere ?? []).filter(({ name }) => name === team.name);
    return placeTeam([team, ...elsewhere], customize.get(team.name));
  });
  const repository = repositoryOf(fleet);
  const shared = (fleet.orchestrators ?? []).map(synthShared);
  const gitOps = repository && argoCd(repository, teams.map(placementsOf), shared);
  const problems = checkPlaced(cluster, [...shared, ...teams.flat()], gitOps?.manifests ?? new Map());
  if (problems.some(({ severity }) => severity === 'error')) throw new InputError(problems);

  const manifests = new Map([
    ...cluster,
    ...[...shared, ...teams.flat()].flatMap(({ files }) => [...files]),
    ...(gitOps?.manifests ?? []),
  ]);
  const files = new Map([
    ...[...manifests].map(([file, objects]): [string, string] => [file, toYaml(objects)]),
    ...(gitOps?.texts ?? []),
  ]);
  const local = [shared, ...teams].flatMap((placed) =>
    placed.filter((each) => each.cluster.startsWith('kind-')).slice(0, 1),
  );
  if (local.length > 0)
    files.set(
      'kind.yaml',
      toYaml([cluster, ...local.map(({ files }) => files)].flatMap((each) => [...each.values()].flat())),
    );
  const objects = [...manifests.values()].reduce((sum, { length }) => sum + length, 0);
  const ofTeam = new Map(teams.map((placed) => [placed[0].placement.team.name, filesOfTeam(placementsOf(placed))]));
  return { files, ofTeam, objects, warnings: [...problems, ...fleet.teams.flatMap(environmentWarnings)] };
}

/** Objects on one cluster. */
interface OnCluster extends Output {
  readonly cluster: string;
  /** Of Tekton Pipelines, where it is said. */
  readonly tektonVersion?: string;
}

/** A team's objects on one cluster. */
interface Placed extends OnCluster {
  readonly placement: Placement;
}
type PlacedTeam = readonly [Placed, ...Placed[]];

const placementsOf = ([first, ...others]: PlacedTeam): Placements => [
  first.placement,
  ...others.map(({ placement }) => placement),
];

/** A team's objects on each of its clusters: in the folder of the first where they are the same, else in one of their own. */
function placeTeam([first, ...others]: readonly [Team, ...Team[]], customize?: Customize): PlacedTeam {
  const home = {
    ...synthTeam(first, customize),
    ...on(first),
    placement: { team: first, folder: folderOf(first), home: true },
  };
  const text = ({ files }: Output): string => [...files.values()].map(toYaml).join();
  return [
    home,
    ...others.map((team): Placed => {
      const output = synthTeam(team, customize);
      const folder = text(output) === text(home) ? home.placement.folder : folderApart(team);
      const files = new Map(
        [...output.files].map(([file, manifests]) => [
          `${folder}${file.slice(home.placement.folder.length)}`,
          manifests,
        ]),
      );
      return { ...output, files, ...on(team), placement: { team, folder, home: false } };
    }),
  ];
}

const on = ({ cluster, tektonVersion }: Team): Pick<OnCluster, 'cluster' | 'tektonVersion'> => ({
  cluster,
  tektonVersion,
});
const folderOf = (team: Team): string => `teams/${team.name}`;

/** Names are unique within a cluster, and Argo CD's own objects are on a cluster of theirs. What is wrong on several is told once. */
function checkPlaced(cluster: Files, placed: readonly OnCluster[], argoCdObjects: Files): readonly Problem[] {
  const clusters = [...new Set(placed.map((each) => each.cluster))];
  const problems = [
    ...clusters.flatMap((name) => {
      const there = placed.filter((each) => each.cluster === name);
      const objects = [cluster, ...there.map(({ files }) => files)].flatMap(emitted);
      const version = there.find((each) => each.tektonVersion !== undefined)?.tektonVersion;
      return [
        ...checkAll(objects, { existing: there.flatMap(({ existing }) => existing) }),
        ...(version === undefined ? [] : checkTektonVersion(objects, name, version)),
      ];
    }),
    ...checkAll(emitted(argoCdObjects), { existing: [] }),
  ];
  return [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
}

const emitted = (files: Files): Emitted[] =>
  [...files].flatMap(([file, manifests]) => manifests.map((manifest): Emitted => ({ file, manifest })));

/** What the teams say of this repository, and they say the same. */
function repositoryOf({ teams }: Fleet): Repository | undefined {
  const said = teams.find(({ platform }) => platform.repoURL !== undefined)?.platform;
  return said?.repoURL === undefined ? undefined : { repoURL: said.repoURL, revision: said.revision };
}

/** The objects of one team by file, unchecked. */
export function synthTeam(team: Team, customize?: Customize): Output {
  const app = new App();
  const images = resolveImages(team);
  const labels = { [MANAGED_BY]: MANAGER, [LABELS.team]: team.name };
  const chart = (id: string, namespace?: string) =>
    new Chart(app, id, { namespace, labels, disableResourceNameHashes: true });

  namespaces(chart('00-namespace'), team);
  const accounts = chart('10-access');
  access(accounts, team);
  triggersAccess(accounts, team);
  externalSecrets(chart('15-secrets'), team);
  storage(chart('20-storage'), team);
  networkPolicies(chart('25-network'), team);
  const catalogue = new Catalogue(chart('30-tasks', team.namespace), { team, images });
  for (const stack of team.stacks)
    stackObjects(chart(`40-${stack.name}`, team.namespace), { team, stack, tasks: catalogue });
  triggers(chart('46-triggers'), team);
  const place = chart('50-environment');
  environment(place, team, images);
  sweep(place, team, images);
  const service = chart('60-orchestrator');
  orchestrator(service, team, images);
  ingress(service, team);

  customize?.(app.node.findAll().filter((construct) => ApiObject.isApiObject(construct)));
  return {
    files: new Map(
      [...manifestsOf(app, folderOf(team))].map(([file, manifests]) => [
        file,
        manifests.map((manifest) => withRemoval(manifest, team.removal)),
      ]),
    ),
    existing: [
      // what is optional nobody need make, yet its name must be one that we know
      ...requiredSecrets(team)
        .filter(({ optional }) => optional || team.secrets.backend === 'existing')
        .map(({ name, namespace }) => ({ kind: 'Secret', name, namespace })),
      ...[...catalogue.externalTasks].map((name) => ({ kind: 'Task', name, namespace: team.namespace })),
    ],
  };
}

/** The Pipelines of a stack, and the ConfigMap that their Tasks look up at run time. */
function stackObjects(scope: Construct, context: PipelineContext): void {
  bootstrap(scope, context);
  prTest(scope, context);
  mergeRelease(scope, context);
  promote(scope, context);
  verify(scope, context);
  appsConfigMap(scope, context.team, context.stack);
}

function synthCluster(): Files {
  const app = new App();
  clusterObjects(new Chart(app, 'tekton-dag', { labels: { [MANAGED_BY]: MANAGER }, disableResourceNameHashes: true }));
  return manifestsOf(app, 'cluster');
}

/** The orchestrator of a cluster, beside what every cluster holds. */
export function synthShared(orchestrator: SharedOrchestrator): OnCluster & { readonly folder: string } {
  const { cluster } = orchestrator;
  const folder = `cluster/${clusterPart(cluster)}`;
  const app = new App();
  sharedOrchestrator(
    new Chart(app, 'orchestrator', { labels: { [MANAGED_BY]: MANAGER }, disableResourceNameHashes: true }),
    orchestrator,
  );
  return {
    cluster,
    folder,
    files: manifestsOf(app, folder),
    existing: Object.values(SHARED_SECRETS).map((name) => ({ kind: 'Secret', name, namespace: SHARED_NAMESPACE })),
  };
}
