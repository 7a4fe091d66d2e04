import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TeamFile } from '../fleet/team-text';
import { programIn } from './program-in';

/** How the file of a team is written: as a module where that finds this program. A team that is there already keeps its kind of file. */
export function teamFileIn(root: string, folder: string): TeamFile {
  const kinds = ['team.ts', 'team.yaml'] as const;
  const present = kinds.find((kind) => existsSync(join(root, 'teams', folder, kind)));
  return present ?? (programIn(root) === undefined ? 'team.yaml' : 'team.ts');
}
