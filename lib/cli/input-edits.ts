import { dump } from 'js-yaml';
import type { Comparison } from '../diff/change';
import type { Effect, Inputs } from '../diff/edits';
import { editsOf } from '../diff/edits';
import { readDocument } from '../fleet/read-document';
import { isMapping } from '../words/mapping';
import { InputError } from '../words/problem';
import type { Files } from '../diff/folder-pairs';
import { synthFleet } from '../output/synth';
import { readCommitted } from './committed';
import { INPUT_FOLDERS } from './fleet-files';
import { inputFiles, loadFleet } from './load';
import { progress } from './terminal';

/** Each edit costs a synth: where there are more, the diff says what differs, and not by which edit. */
const MOST_EDITS = 12;

/** What synth makes of the sources; undefined where it refuses them. */
export const fromSources = (root: string): Files | undefined => synthWith(root, new Map());

/**
 * What each edit of a file in YAML since a commit does. Teams and clusters in TypeScript are code, which is not run as it was; an edit without which
 * the files make no sense explains nothing.
 * What dist/ holds besides what synth makes of the files is of no edit.
 * @param made of the sources
 * @param compare two outputs
 */
export function effectsOfEdits(
  root: string,
  ref: string,
  made: Files,
  compare: (from: Files, to: Files) => Comparison,
): readonly Effect[] {
  const now = inputFiles(root);
  const after = contents(now);
  const before = contents(readCommitted(root, ref, INPUT_FOLDERS, now));
  const edits = editsOf(new Map([...after].flatMap(([file, value]) => earlier(before, file, value))), after);
  if (edits.length > MOST_EDITS) return [];
  return edits.flatMap(({ title, undone }) => {
    const texts = new Map([...undone].map(([file, value]) => [file, dump(value)]));
    const without = synthWith(root, texts);
    return without === undefined ? [] : [{ title, comparison: compare(without, made) }];
  });
}

function contents(files: Files): Inputs {
  return new Map(
    [...files].flatMap(([file, text]) => {
      const { document } = readDocument({ file, text });
      return document === undefined ? [] : [[file, document.value] as const];
    }),
  );
}

/** A cluster without a file is one of which nothing is said. */
function earlier(before: Inputs, file: string, now: unknown): readonly (readonly [string, unknown])[] {
  if (before.has(file)) return [[file, before.get(file)]];
  return file.startsWith('clusters/') && isMapping(now) ? [[file, { name: now.name }]] : [];
}

function synthWith(root: string, texts: Files): Files | undefined {
  const say = progress();
  try {
    const { fleet, extensions } = loadFleet({ root }, texts);
    return synthFleet(fleet, extensions, (team, made) =>
      say(() => `team ${team.name}, ${made} of ${fleet.teams.length}`),
    ).files;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
