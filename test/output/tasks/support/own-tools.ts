import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** /tools.js of our image, made of this checkout once for a file of tests. */
export function ownTools(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tools-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    const words = [
      'run',
      '--silent',
      'bundle',
      '--workspace',
      'orchestrator',
      '--',
      `--outfile=${join(folder, 'orchestrator.js')}`,
    ];
    const { status, stderr } = spawnSync('npm', words, { cwd: join(__dirname, '../../../..'), encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  });
  return join(folder, 'tools.js');
}
