import type { Team } from '../fleet/model';
import { checkAhead, aloneChecker } from './check-fleet';
import type { KeptTeam, KeptTeams } from './kept-team';
import { toKept } from './kept-team';
import type { ObjectsPart } from './layout';
import { isObjects } from './layout';
import type { MadeTeam, Places } from './made-team';
import { fileOf, makeTeam } from './made-team';
import type { Extension, FleetCode } from './team/extension';

/** Teams that other threads make while this one makes others. All of it is plain data. */

/** Teams that no code changes, and that are still to be made. */
export interface Work {
  readonly teams: readonly Places[];
  /** What a fleet.ts without code for these teams says. */
  readonly fleet?: Pick<FleetCode, 'file' | 'secrets'>;
  /** What clusters hold whichever teams they have: teams are checked beside it. */
  readonly shared: readonly ObjectsPart[];
}

/** A team from another thread, and the texts of its files by their digests. */
export interface MadeAhead {
  readonly team: KeptTeam;
  readonly texts: ReadonlyMap<string, string>;
}

export interface Ahead {
  /** A team that another thread has begun, once it is made. Undefined: this thread is to make it, and no other does from now on. */
  take(name: string): KeptTeam | undefined;
  readonly text: KeptTeams['text'];
}

/** Has other threads begin. */
export type Threads = (work: Work) => Ahead;

/** Makes each team as a thread that has no code of the repository. */
export function makerAhead({ fleet, shared }: Omit<Work, 'teams'>): (places: Places) => MadeAhead {
  const check = aloneChecker(shared);
  const extension: Extension = fleet === undefined ? {} : { fleet: { ...fleet, checks: {} } };
  return (places) => {
    const team = makeTeam(places, extension);
    checkAhead(team, check);
    return { team: toKept(team), texts: textsOf(team) };
  };
}

const textsOf = ({ parts, written }: MadeTeam): ReadonlyMap<string, string> =>
  new Map(
    [...parts, ...written].filter(isObjects).map(({ objects }) => {
      const { digest, read } = fileOf(objects);
      return [digest, read()];
    }),
  );

/** About how much there is to make. */
export const appsOf = (places: readonly Team[]): number =>
  places.reduce((sum, { stacks }) => sum + stacks.reduce((apps, stack) => apps + stack.apps.length, 0), 0);
