import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TeamFile } from '../fleet/team-text';

/** How the file of a team is written. A module needs the library beside it; a team that is there already keeps its kind of file. */
export function teamFileIn(root: string, folder: string): TeamFile {
  const kinds = ['team.ts', 'team.yaml'] as const;
  const present = kinds.find((kind) => existsSync(join(root, 'teams', folder, kind)));
  return present ?? (existsSync(join(root, 'lib/index.ts')) ? 'team.ts' : 'team.yaml');
}
