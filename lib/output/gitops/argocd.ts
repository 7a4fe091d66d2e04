import { App, Chart } from 'cdk8s';
import type { Team } from '../../fleet/model';
import { manifestsOf } from '../../kube/files';
import { HEADER } from '../../words/generated';
import { LABELS, MANAGED_BY, MANAGER } from '../../words/labels';
import { PLATFORM_PROJECT } from '../../words/names';
import type { ObjectsPart, Part, TeamOnCluster, TextPart } from '../layout';
import { ARGO_CD_FILES, YAML, folderOf, locate, pathOf, projectFile, rbacFile } from '../layout';
import type { Repository } from './applications';
import {
  clusterApplications,
  applicationsBefore,
  projectApplications,
  rootApplication,
  teamApplications,
} from './applications';
import { furtherKinds } from './further-kinds';
import { indexPart } from './index-entry';
import { argoCdProject, platformProject, projectOf, rbacFragment, teamProjectObject } from './project';

/** A team on each of its clusters, the first of them first. */
export type TeamEverywhere = readonly [TeamOnCluster, ...TeamOnCluster[]];

/**
 * The parts by which Argo CD runs the fleet: `platform.yaml` (the platform's projects, the ApplicationSets), `root.yaml` (the
 * application of these, for those who want app-of-apps), a project for each team, an index entry for each team and cluster,
 * and for a team with a group the lines that go into argocd-rbac-cm.
 * @param parts of the fleet, which the applications apply
 */
export function argoCdParts(
  repository: Repository,
  teams: readonly TeamEverywhere[],
  parts: readonly ObjectsPart[],
): readonly Part[] {
  const clusters = [...new Set([...teams.flat().map(({ team }) => team.cluster), ...holders(parts)])].sort();
  return [
    ...platformParts(repository, clusters, parts),
    ...teams.map((placed) => projectPart(repository, placed, parts)),
    ...teams.flat().map(indexPart),
    ...teams.flatMap(([{ team }]) => rbacPart(team)),
  ];
}

/** Clusters that hold something beside what all hold: a router may be on one that has no team. */
const holders = (parts: readonly ObjectsPart[]): readonly string[] =>
  parts.flatMap((part) =>
    locate(pathOf(part)).kind === 'cluster' && Array.isArray(part.clusters) ? part.clusters : [],
  );

const labels = { [MANAGED_BY]: MANAGER };
/** Apart from the platform's: who may write projects may do anything. */
const ARGOCD_PROJECT = `${PLATFORM_PROJECT}.argocd`;
/** Apart from both, and from each other: they may write what decides about every run of a cluster. */
const BEFORE_TEAMS = [
  {
    kind: 'install',
    project: `${PLATFORM_PROJECT}.install`,
    description: 'Objects that clusters install before a team arrives',
  },
  { kind: 'tasks', project: `${PLATFORM_PROJECT}.tasks`, description: 'Tasks that the teams of a cluster share' },
] as const;
const FOLDER = folderOf('argoCd', {});
const PROJECTS = folderOf('projects', {});

const argoCdPart = (part: Pick<ObjectsPart, 'folder' | 'file' | 'team' | 'objects'>): ObjectsPart => ({
  owner: 'platform',
  clusters: 'argo-cd',
  existing: [],
  ...part,
});

type OfClusters = ObjectsPart & { readonly clusters: readonly string[] };

function platformParts(
  repository: Repository,
  clusters: readonly string[],
  parts: readonly ObjectsPart[],
): readonly ObjectsPart[] {
  const app = new App();
  const chart = (id: string): Chart => new Chart(app, id, { labels, disableResourceNameHashes: true });
  const platform = chart(ARGO_CD_FILES.platform);
  platformProject(platform, repository.repoURL);
  argoCdProject(platform, repository.repoURL, ARGOCD_PROJECT);
  projectApplications(platform, repository, PROJECTS, ARGOCD_PROJECT);
  clusterApplications(platform, repository, clusters, parts);
  const before = BEFORE_TEAMS.flatMap(({ kind, project, description }) => {
    const there = parts.filter((part): part is OfClusters => locate(pathOf(part)).kind === kind);
    if (there.length === 0) return [];
    projectOf(platform, repository.repoURL, project, description, there);
    const names = [...new Set(there.flatMap((part) => part.clusters))].sort();
    applicationsBefore(platform, repository, project, kind, names);
    return there;
  });
  teamApplications(platform, repository, before.length > 0);
  rootApplication(chart(ARGO_CD_FILES.root), repository, FOLDER, ARGOCD_PROJECT);
  return [...manifestsOf(app)].map(([file, objects]) =>
    argoCdPart({ folder: FOLDER, file: `${file}${YAML}`, objects }),
  );
}

function projectPart({ repoURL }: Repository, placed: TeamEverywhere, parts: readonly ObjectsPart[]): ObjectsPart {
  const [home, ...others] = placed;
  const { name } = home.team;
  const app = new App();
  teamProjectObject(
    new Chart(app, name, { labels: { ...labels, [LABELS.team]: name }, disableResourceNameHashes: true }),
    repoURL,
    [home.team, ...others.map(({ team }) => team)],
    furtherKinds(home.team, parts).kinds,
  );
  const objects = [...manifestsOf(app).values()].flat();
  return argoCdPart({ folder: PROJECTS, file: projectFile(name), team: name, objects });
}

function rbacPart(team: Team): readonly TextPart[] {
  const lines = rbacFragment(team);
  return lines === undefined
    ? []
    : [
        {
          folder: folderOf('rbac', {}),
          file: rbacFile(team.name),
          owner: 'platform',
          team: team.name,
          text: HEADER + lines,
        },
      ];
}
