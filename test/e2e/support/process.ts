import { spawn } from 'node:child_process';

/** Programs: `run` starts one, waits for its end and gives what it printed. */

export interface RunOptions {
  /** Its standard input. */
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** @throws with what it said on its standard error, if its exit code is not 0 */
export function run(
  command: string,
  args: readonly string[],
  { input = '', cwd, env }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.once('error', reject);
    // a program that ends before it has read everything says why by its exit code
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString());
      else reject(new Error(`${command} ${args.join(' ')}: exit code ${code}\n${Buffer.concat(err).toString()}`));
    });
  });
}
