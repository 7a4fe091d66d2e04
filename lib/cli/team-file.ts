import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../fleet/read-document';
import type { TeamFile } from '../fleet/team-text';
import { isMapping } from '../words/mapping';
import { PACKAGE } from './package';

/** How the file of a team is written: as a module where package.json lists this program. A team that is there already keeps its kind of file. */
export function teamFileIn(root: string, folder: string): TeamFile {
  const kinds = ['team.ts', 'team.yaml'] as const;
  const present = kinds.find((kind) => existsSync(join(root, 'teams', folder, kind)));
  return present ?? (listsThisProgram(join(root, 'package.json')) ? 'team.ts' : 'team.yaml');
}

/** Whether a package depends on this program, or is it. */
function listsThisProgram(file: string): boolean {
  if (!existsSync(file)) return false;
  const { document } = readDocument({ file, text: readFileSync(file, 'utf8') });
  const listed = ['dependencies', 'devDependencies'].some((key) => {
    const packages = document?.get([key]);
    return isMapping(packages) && PACKAGE in packages;
  });
  return listed || document?.get(['name']) === PACKAGE;
}
