import type { Files } from '../diff/folder-pairs';
import type { FileText } from '../output/file-text';
import { OUTPUT, inRepository } from '../output/layout';
import { synthFleet } from '../output/synth';
import { TeamMaker } from '../output/team-maker';
import { digestOf } from '../words/digest';
import { shownPlainly } from '../words/hidden';
import { listSome } from '../words/phrase';
import { InputError } from '../words/problem';
import { ContentCache } from './content-cache';
import { isRead } from './dist';
import { keptTeams } from './kept';
import { loadFleet } from './load';
import { progress, tell } from './terminal';

/** Whether `dist/` is what synth makes of the files: it is compared as it is, and often nobody has run synth. */

type Texts = ReadonlyMap<string, FileText>;

/** What synth makes of the sources, of which it may have kept some; undefined where it refuses them. */
export function fromSources(root: string): Texts | undefined {
  const say = progress();
  const cache = ContentCache.of(root);
  try {
    const { fleet, extensions } = loadFleet({ root }, undefined, undefined, cache);
    const begin = (team: { readonly name: string }, made: number): void =>
      say(() => `team ${team.name}, ${made} of ${fleet.teams.length}`);
    return synthFleet(fleet, extensions, begin, new TeamMaker(cache && keptTeams(cache, root))).texts;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/**
 * Warns where what is there is something else than what synth makes.
 * @param isAsked whether somebody asks for what a path holds
 */
export function tellStale(now: Files, made: Texts | undefined, isAsked: (path: string) => boolean): void {
  const asIs = `This compares ${OUTPUT} as it is`;
  if (made === undefined) return tell(`warning: synth refuses the sources: run npm run synth. ${asIs}`);
  const paths = [...new Set([...now.keys(), ...made.keys()])].filter(
    (path) => isRead(path) && isAsked(path) && made.get(path)?.digest !== digestIn(now, path),
  );
  if (paths.length === 0) return;
  const names = paths.sort().map((path) => shownPlainly(inRepository(path)));
  tell(
    `warning: ${OUTPUT} is not what synth makes of the sources: run npm run synth, which changes ${listSome(names, 'and')}. ${asIs}`,
  );
}

const digestIn = (files: Files, path: string): string | undefined =>
  files.has(path) ? digestOf(files.get(path)!) : undefined;
