import type { Team } from '../fleet/model';
import type { Manifest } from '../kube/manifest';
import { toYaml } from '../kube/yaml';
import type { FileText } from './file-text';
import { textOf } from './file-text';
import type { TeamEverywhere } from './gitops/argocd';
import type { ObjectsPart, Part } from './layout';
import { folderOf } from './layout';
import { allReleased, releasedParts } from './released';
import type { Extension } from './team/extension';
import { teamParts } from './team/team-parts';
import type { Problem } from '../words/problem';

/** A team on each of its clusters, with its parts there. */
export interface MadeTeam {
  readonly placed: TeamEverywhere;
  /** As if all of its apps were released: whatever is, they are applied the same way. */
  readonly parts: readonly ObjectsPart[];
  readonly written: readonly Part[];
  /** What was found in its objects, by the cluster that they are on. */
  readonly findings: Map<string, Checked>;
  /** Makes the team, where its objects are only outlines of what they are; their texts are those of the objects. */
  readonly whole?: () => MadeTeam;
}

/** What was found in objects beside others, of which this is a digest. */
export interface Checked {
  readonly beside: string;
  readonly findings: readonly Problem[];
}

/** A team on the cluster that it names first, then on the others. */
export type Places = readonly [Team, ...Team[]];

/** The team with its objects as they are. */
export const wholeOf = (team: MadeTeam): MadeTeam => team.whole?.() ?? team;

/**
 * A team's objects on each of its clusters: in the folder of the first where they are the same, else in one of their own. Where
 * releases write them, each cluster has its own, so that no release makes a folder or takes one away.
 */
export function makeTeam([home, ...others]: Places, extension: Extension): MadeTeam {
  const atHome = teamParts(home, extension);
  const text = (parts: readonly ObjectsPart[]): string => parts.map(({ objects }) => yamlOf(objects)).join();
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
    findings: new Map(),
  };
}

const texts = new WeakMap<readonly Manifest[], FileText>();

/** The text of a file of objects, written once for the same list. Nothing changes objects once they are made. */
export function fileOf(objects: readonly Manifest[]): FileText {
  const known = texts.get(objects);
  if (known !== undefined) return known;
  const text = textOf(() => toYaml(objects));
  texts.set(objects, text);
  return text;
}

export const yamlOf = (objects: readonly Manifest[]): string => fileOf(objects).read();

/** Says what the text of a list is, where its objects are only outlines. */
export const rememberText = (objects: readonly Manifest[], text: FileText): void => void texts.set(objects, text);
