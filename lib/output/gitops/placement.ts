import type { Team } from '../../fleet/model';
import { clusterPart, teamProject } from '../../words/names';

/** A team on one cluster: what Argo CD makes two applications of. */
export interface Placement {
  readonly team: Team;
  /** Folder of its objects, relative to the output's root. */
  readonly folder: string;
  /** The cluster that the team names first: applications there bear no cluster in their names. */
  readonly home: boolean;
}

/** A team on all of its clusters, the first of them first. */
export type Placements = readonly [Placement, ...Placement[]];

/** The orchestrator of a cluster, for the teams that have none of their own. */
export interface SharedPlacement {
  readonly cluster: string;
  /** Relative to the output's root. */
  readonly folder: string;
}

/** Application of what the team owns. That of the platform is `<name>.platform`; no team's name has a dot in it. */
export const applicationName = ({ team, home }: Placement): string =>
  home ? teamProject(team.name) : `${teamProject(team.name)}.${clusterPart(team.cluster)}`;

/** Folder of a team's objects on a further cluster, where they differ from those on the first; relative to the output's root. */
export const folderApart = ({ name, cluster }: Team): string => `clusters/${clusterPart(cluster)}/${name}`;

/** A folder of the output as the repository has it. */
export const inRepository = (folder: string): string => `dist/${folder}`;

/** First member of every index file, since JSON has no comments. */
const GENERATED =
  'by `npm run synth`: change teams/ and stacks/, not this file; solve merge conflicts in it by running synth';

/** File of `index/` that the ApplicationSets read, relative to the output's root. One folder, for their `*` also matches `/`. */
export const indexFile = ({ team, home }: Placement): string =>
  `index/${team.name}${home ? '' : `.${clusterPart(team.cluster)}`}.json`;

/** What the templates of the ApplicationSets may name. */
interface Index {
  readonly team: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly application: string;
  readonly folder: string;
}
export type IndexKey = keyof Index;

/**
 * The parameters of a team's applications. Keys are flat, and none is one that a generator sets by itself (`path`, `name`,
 * `server`, `project`): two generators that give a key two values fail.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Git/#git-generator-files
 */
export function indexEntry(placement: Placement): string {
  const { team, folder } = placement;
  const entry: Index = {
    team: team.name,
    cluster: team.cluster,
    namespace: team.namespace,
    application: applicationName(placement),
    folder: inRepository(folder),
  };
  return `${JSON.stringify({ generated: GENERATED, ...entry }, null, 2)}\n`;
}
