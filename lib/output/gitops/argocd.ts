import { App, Chart } from 'cdk8s';
import { LABELS, MANAGED_BY, MANAGER } from '../../words/labels';
import { PLATFORM_PROJECT, teamProject } from '../../words/names';
import { manifestsOf } from '../../kube/files';
import type { Manifest } from '../../kube/manifest';
import { HEADER } from '../../kube/yaml';
import type { Repository } from './applications';
import { clusterApplications, projectApplications, rootApplication, teamApplications } from './applications';
import type { Placements, SharedPlacement } from './placement';
import { folderApart, indexEntry, indexFile } from './placement';
import { argoCdProject, platformProject, rbacFragment, teamProjectObject } from './project';

/** What Argo CD takes over the output by. */
export interface GitOps {
  /** Objects by file: `argocd/…`. */
  readonly manifests: ReadonlyMap<string, readonly Manifest[]>;
  /** Text by file, of what are no objects: `index/*.json`, `argocd/rbac/*.csv`. */
  readonly texts: ReadonlyMap<string, string>;
}

const FOLDER = 'argocd';
const PROJECTS = `${FOLDER}/projects`;
/** A team's files of `argocd/`, relative to the output's root, whether or not there are all of them. */
const projectFile = (team: string): string => `${PROJECTS}/${team}.yaml`;
const rbacFile = (team: string): string => `${FOLDER}/rbac/policy.${teamProject(team)}.csv`;

/** What belongs to one team alone, relative to the output's root, each once; also what it may have had and has no more. */
export const filesOfTeam = (placements: Placements): readonly string[] => [
  ...new Set(
    placements.flatMap((placement) => [
      placement.folder,
      ...(placement.home ? [] : [folderApart(placement.team)]),
      indexFile(placement),
      projectFile(placement.team.name),
      rbacFile(placement.team.name),
    ]),
  ),
];

/**
 * The objects by which Argo CD runs the fleet: `platform.yaml` (the platform's projects, the ApplicationSets), `root.yaml` (the
 * application of these, for those who want app-of-apps), a project a team, a file of `index/` a team and cluster, and for a
 * team with a group the lines that go into argocd-rbac-cm.
 */
export function argoCd(
  repository: Repository,
  teams: readonly Placements[],
  orchestrators: readonly SharedPlacement[] = [],
): GitOps {
  const clusters = [...new Set(teams.flat().map(({ team }) => team.cluster))].sort();
  return {
    manifests: new Map([...sharedObjects(repository, clusters, orchestrators), ...projects(repository, teams)]),
    texts: new Map([
      ...teams.flat().map((placement): [string, string] => [indexFile(placement), indexEntry(placement)]),
      ...teams.flatMap(([{ team }]): [string, string][] => {
        const lines = rbacFragment(team);
        return lines === undefined ? [] : [[rbacFile(team.name), HEADER + lines]];
      }),
    ]),
  };
}

const labels = { [MANAGED_BY]: MANAGER };

function sharedObjects(
  repository: Repository,
  clusters: readonly string[],
  orchestrators: readonly SharedPlacement[],
): ReadonlyMap<string, readonly Manifest[]> {
  const app = new App();
  const platform = new Chart(app, 'platform', { labels, disableResourceNameHashes: true });
  platformProject(platform, repository.repoURL);
  argoCdProject(platform, repository.repoURL, ARGOCD_PROJECT);
  projectApplications(platform, repository, PROJECTS, ARGOCD_PROJECT);
  clusterApplications(platform, repository, clusters, orchestrators);
  teamApplications(platform, repository);
  const root = new Chart(app, 'root', { labels, disableResourceNameHashes: true });
  rootApplication(root, repository, FOLDER, ARGOCD_PROJECT);
  return manifestsOf(app, FOLDER);
}

/** Apart from the platform's: who may write projects may do anything. */
const ARGOCD_PROJECT = `${PLATFORM_PROJECT}.argocd`;

function projects({ repoURL }: Repository, teams: readonly Placements[]): ReadonlyMap<string, readonly Manifest[]> {
  const app = new App();
  for (const placements of teams) {
    const [
      {
        team: { name },
      },
    ] = placements;
    teamProjectObject(
      new Chart(app, name, { labels: { ...labels, [LABELS.team]: name }, disableResourceNameHashes: true }),
      repoURL,
      placements,
    );
  }
  return manifestsOf(app, PROJECTS);
}
