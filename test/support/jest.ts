import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Runs a suite that is not part of `npm test`. @returns jest's exit code */
export const jest = (config: string, options: readonly string[], env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((resolve, reject) => {
    const args = [
      join(ROOT, 'node_modules/jest/bin/jest.js'),
      '--config',
      join(ROOT, config),
      '--runInBand',
      ...options,
    ];
    const child = spawn(process.execPath, args, { stdio: 'inherit', cwd: ROOT, env: { ...process.env, ...env } });
    // an interrupt reaches jest by itself; staying alive lets it end first, and what its caller started after it
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
