import type { Team } from '../fleet/model';
import { aloneChecker, checkAhead } from './check-fleet';
import type { KeptTeams } from './kept-team';
import { fromKept, toKept } from './kept-team';
import type { ObjectsPart } from './layout';
import type { MadeTeam, Places } from './made-team';
import { makeTeam, wholeOf } from './made-team';
import type { Ahead, Threads } from './make-ahead';
import { appsOf } from './make-ahead';
import type { Extension, Extensions } from './team/extension';
import { extensionOf } from './team/extension';

interface Last {
  readonly madeOf: string;
  readonly team: MadeTeam;
  /** What was kept of it, as far as that changes: beside what it was checked. Undefined: nothing. */
  kept?: string;
}

/** Makes teams, and gives those of the last time that would be the same: a program that synthesizes again and again keeps one. */
export class TeamMaker {
  private readonly last = new Map<string, Last>();
  private ahead?: Ahead;
  private checkAlone?: ReturnType<typeof aloneChecker>;

  /**
   * @param kept what other runs of the program have made @default - nothing
   * @param threads make teams beside this one @default - none
   */
  constructor(
    private readonly kept?: KeptTeams,
    private readonly threads?: Threads,
  ) {}

  /**
   * Has other threads begin with teams, where many are to be made.
   * @param shared what clusters hold whichever teams they have
   */
  begin(teams: readonly Places[], extensions: Extensions, shared: readonly ObjectsPart[]): void {
    this.ahead = undefined;
    this.checkAlone = undefined;
    if (this.threads === undefined) return;
    const wanted = teams.filter((places) => {
      const extension = extensionOf(extensions, places[0].name);
      return isPlain(places, extension) && !this.has(places, extension);
    });
    if (appsOf(wanted.flat()) < WORTH_A_THREAD) return;
    const { fleet } = extensions;
    this.ahead = this.threads({
      teams: wanted,
      ...(fleet && { fleet: { file: fleet.file, secrets: fleet.secrets } }),
      shared,
    });
    this.checkAlone = aloneChecker(shared);
  }

  private has(places: Places, extension: Extension): boolean {
    const madeOf = madeOfTeam(places, extension);
    return this.last.get(places[0].name)?.madeOf === madeOf || this.kept?.has(madeOf) === true;
  }

  /**
   * Code may read whatever it likes, so a team whose objects code changes is made again each time. A team that shares Tasks is made
   * in each run of the program, since the Tasks of its cluster are made with it.
   */
  make(places: Places, extension: Extension): MadeTeam {
    if (isChangedByCode(places, extension)) return makeTeam(places, extension);
    const [{ name }] = places;
    const madeOf = madeOfTeam(places, extension);
    const last = this.last.get(name);
    if (last?.madeOf === madeOf) return hasChecks(extension) ? wholeOf(last.team) : last.team;
    const made = this.madeElsewhere(places, extension, madeOf);
    const team = made?.team ?? makeTeam(places, extension);
    if (made === undefined && this.checkAlone) checkAhead(team, this.checkAlone);
    this.last.set(name, { madeOf, team, ...(made?.isKept && { kept: besideOf(team) }) });
    return team;
  }

  /** What another run has made, or another thread. */
  private madeElsewhere(
    places: Places,
    extension: Extension,
    madeOf: string,
  ): { readonly team: MadeTeam; readonly isKept: boolean } | undefined {
    if (!isPlain(places, extension)) return undefined;
    const kept = this.kept?.get(madeOf);
    const { ahead } = this;
    const made = kept ?? ahead?.take(places[0].name);
    if (made === undefined) return undefined;
    const text: KeptTeams['text'] = (...file) => ahead?.text(...file) ?? this.kept?.text(...file);
    return { team: fromKept(made, places, text, () => makeTeam(places, extension)), isKept: kept !== undefined };
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

/** Apps that take about as long as a thread takes to start. */
const WORTH_A_THREAD = 400;

const isChangedByCode = ([{ interceptBackend }]: Places, { own, fleet }: Extension): boolean =>
  [own, fleet?.customize, fleet?.prTest, fleet?.backends?.[interceptBackend]].some((code) => code !== undefined);

/** Whether an outline of the team will do, which is no more than its files say: checks of one's own look at every field. */
const isPlain = (places: Places, extension: Extension): boolean =>
  !isChangedByCode(places, extension) && !hasChecks(extension) && !sharesTasks(places);

/** The model is plain data. */
const madeOfTeam = (places: Places, { fleet }: Extension): string => JSON.stringify([places, fleet?.secrets]);

const sharesTasks = (places: readonly Team[]): boolean => places.some(({ nobody }) => nobody !== undefined);

const besideOf = ({ findings }: MadeTeam): string =>
  [...findings].map(([cluster, { beside }]) => `${cluster} ${beside}`).join();

const hasChecks = ({ fleet }: Extension): boolean => Object.keys(fleet?.checks ?? {}).length > 0;
