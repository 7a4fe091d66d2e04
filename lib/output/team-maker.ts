import type { Team } from '../fleet/model';
import type { KeptTeams } from './kept-team';
import { fromKept, toKept } from './kept-team';
import type { MadeTeam, Places } from './made-team';
import { makeTeam, wholeOf } from './made-team';
import type { Extension } from './team/extension';

interface Last {
  readonly madeOf: string;
  readonly team: MadeTeam;
  /** What was kept of it, as far as that changes: beside what it was checked. Undefined: nothing. */
  kept?: string;
}

/** Makes teams, and gives those of the last time that would be the same: a program that synthesizes again and again keeps one. */
export class TeamMaker {
  private readonly last = new Map<string, Last>();

  /** @param kept what other runs of the program have made @default - nothing */
  constructor(private readonly kept?: KeptTeams) {}

  /**
   * Code may read whatever it likes, so a team whose objects code changes is made again each time. A team that shares Tasks is made
   * in each run of the program, since the Tasks of its cluster are made with it.
   */
  make(places: Places, extension: Extension): MadeTeam {
    const { own, fleet } = extension;
    const [{ name, interceptBackend }] = places;
    const code = [own, fleet?.customize, fleet?.prTest, fleet?.backends?.[interceptBackend]];
    if (code.some((one) => one !== undefined)) return makeTeam(places, extension);
    // the model is plain data
    const madeOf = JSON.stringify([places, fleet?.secrets]);
    const last = this.last.get(name);
    // checks of one's own look at every field
    const isWhole = hasChecks(extension);
    if (last?.madeOf === madeOf) return isWhole ? wholeOf(last.team) : last.team;
    const make = (): MadeTeam => makeTeam(places, extension);
    const kept = isWhole || sharesTasks(places) ? undefined : this.kept?.get(madeOf);
    const team =
      kept === undefined ? make() : fromKept(kept, places, (path, digest) => this.kept?.text(path, digest), make);
    this.last.set(name, { madeOf, team, ...(kept && { kept: besideOf(team) }) });
    return team;
  }

  /** Keeps what is new of the teams for other runs, once nothing was found that is wrong with them. */
  keep(): void {
    for (const last of this.last.values()) {
      const { madeOf, team } = last;
      if (last.kept === besideOf(team) || sharesTasks(team.placed.map((place) => place.team))) continue;
      this.kept?.put(madeOf, toKept(team));
      last.kept = besideOf(team);
    }
  }
}

const sharesTasks = (places: readonly Team[]): boolean => places.some(({ nobody }) => nobody !== undefined);

const besideOf = ({ findings }: MadeTeam): string =>
  [...findings].map(([cluster, { beside }]) => `${cluster} ${beside}`).join();

const hasChecks = ({ fleet }: Extension): boolean => Object.keys(fleet?.checks ?? {}).length > 0;
