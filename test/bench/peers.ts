import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderFigures } from './peers/render';
import { report } from './report';

/** `npm run bench -- peers --with DIR`: tekton-dag beside programs of others, which are in the folder DIR. */

const HELP = `npm run bench -- peers --with DIR

DIR has what you want to compare:
  helm, kustomize     their programs
  original            a checkout of the system that tekton-dag replaces`;

const folder = mkdtempSync(join(tmpdir(), 'bench-peers-'));
try {
  const { values } = parseArgs({ options: { with: { type: 'string' }, json: { type: 'string' } } });
  if (values.with === undefined) throw new Error(HELP);
  report({ name: 'peers', figures: renderFigures(values.with, folder) });
} catch (error) {
  console.error(`bench peers: ${(error as Error).message}`);
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
