import { spawn } from 'node:child_process';
import { InputError } from '../words/problem';

/**
 * Runs another program of the PATH to its end.
 * @param input its standard input
 * @returns what it printed
 * @throws InputError with its own words if it is missing or fails
 */
export function program(name: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: 'pipe', env: process.env });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // a program that ends before it has read everything says why by its exit code
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(failure(name, error.code === 'ENOENT' ? 'is not on the PATH' : error.message)),
    );
    child.once('close', (code) =>
      code === 0
        ? resolve(stdout)
        : reject(failure([name, ...args.slice(0, 2)].join(' '), causeIn(stderr) ?? `ended with exit code ${code}`)),
    );
  });
}

const failure = (file: string, message: string): InputError => new InputError([{ file, message, severity: 'error' }]);

/** Finds the reason among everything else that programs print: hints, progress, usage. */
function causeIn(text: string): string | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((line) => /error|cannot/i.test(line)) ?? lines.at(-1);
}
