import type { Team } from '../fleet/model';
import type { Manifest } from '../kube/manifest';
import { toYaml } from '../kube/yaml';
import type { TeamEverywhere } from './gitops/argocd';
import type { ObjectsPart, Part } from './layout';
import { folderOf } from './layout';
import { allReleased, releasedParts } from './released';
import type { Extension } from './team/extension';
import { unknownInOwn } from './team/own-deployment';
import { teamParts } from './team/team-parts';
import { InputError } from '../words/problem';

/** A team on each of its clusters, with its parts there. */
export interface MadeTeam {
  readonly placed: TeamEverywhere;
  /** As if all of its apps were released: whatever is, they are applied the same way. */
  readonly parts: readonly ObjectsPart[];
  readonly written: readonly Part[];
}

/** A team on the cluster that it names first, then on the others. */
export type Places = readonly [Team, ...Team[]];

/** Makes teams, and gives those of the last time that would be the same: a program that synthesizes again and again keeps one. */
export class TeamMaker {
  private readonly last = new Map<string, { readonly madeOf: string; readonly team: MadeTeam }>();

  /** Code may read whatever it likes, so a team whose objects code changes is made again each time. */
  make(places: Places, extension: Extension): MadeTeam {
    const { own, fleet } = extension;
    const [{ interceptBackend }] = places;
    const code = [own, fleet?.customize, fleet?.prTest, fleet?.backends?.[interceptBackend]];
    if (code.some((one) => one !== undefined)) return makeTeam(places, extension);
    const [{ name }] = places;
    // the model is plain data
    const madeOf = JSON.stringify([places, fleet?.secrets]);
    const last = this.last.get(name);
    if (last?.madeOf === madeOf) return last.team;
    const team = makeTeam(places, extension);
    this.last.set(name, { madeOf, team });
    return team;
  }
}

/**
 * A team's objects on each of its clusters: in the folder of the first where they are the same, else in one of their own. Where
 * releases write them, each cluster has its own, so that no release makes a folder or takes one away.
 */
export function makeTeam([home, ...others]: Places, extension: Extension): MadeTeam {
  const unknown = unknownInOwn(home);
  if (unknown.length > 0) throw new InputError(unknown);
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
  };
}

const texts = new WeakMap<readonly Manifest[], string>();

/** The text of a file of objects, written once for the same list. Nothing changes objects once they are made. */
export function yamlOf(objects: readonly Manifest[]): string {
  const known = texts.get(objects);
  if (known !== undefined) return known;
  const text = toYaml(objects);
  texts.set(objects, text);
  return text;
}
