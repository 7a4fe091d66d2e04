import { spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** @default - the program of this clone */
  readonly bin?: string;
}

export const BIN = join(__dirname, '../../lib/cli/tekton-dag.js');

/** Runs the command line in a process of its own. */
export function tektonDag(args: readonly string[], options: Options = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [options.bin ?? BIN, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

/**
 * The same in this process, which costs a tenth; `status` is what the process would end with. It is for code of a fleet, too,
 * unless that ends the process or goes on behind its back.
 */
export async function inProcess(args: readonly string[], cwd: string): Promise<Outcome> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    }),
  );
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => {
    throw new Error('code of a fleet that ends the process needs one of its own, or it ends the tests');
  });
  const before = process.cwd();
  process.chdir(cwd);
  try {
    return { status: await main(args), ...said };
  } finally {
    process.chdir(before);
    for (const spy of [...spies, exit]) spy.mockRestore();
  }
}

/** Code of a fleet that has changed is read anew in this process only from another path. @returns where the folder is now */
export function moved(folder: string): string {
  const to = mkdtempSync(`${folder}-`);
  renameSync(folder, to);
  return to;
}
