import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from '../diff/folder-pairs';
import { OUTPUT, holdsObjects, inOutput, inRepository, locate } from '../output/layout';
import { InputError } from '../words/problem';
import { readCommitted } from './committed';
import { isStaged } from './tree';

/** dist/ as it is, and as it was. */

/** Objects, and the index by which Argo CD knows where they go. */
export const isRead = (path: string): boolean => holdsObjects(path) || locate(path).kind === 'index';

export function readDist(dist: string): Files {
  if (!existsSync(dist))
    throw new InputError([{ file: dist, message: 'there is no such folder: run npm run synth', severity: 'error' }]);
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));
  return new Map(
    files
      .filter((path) => isRead(path) && !isStaged(path))
      .sort()
      .map((file) => [file, readFileSync(join(dist, file), 'utf8')]),
  );
}

/** What a commit holds of it. */
export function readCommittedDist(root: string, ref: string, now: Files): Files {
  const there = new Map([...now].map(([path, text]) => [inRepository(path), text]));
  const files = readCommitted(root, ref, [OUTPUT], there, (path) => isRead(inOutput(path)));
  return new Map([...files].map(([path, text]) => [inOutput(path), text]));
}
