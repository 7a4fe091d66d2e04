import { spawn } from 'node:child_process';
import { InputError } from '../words/problem';

/**
 * Runs another program of the PATH to its end and gives what it printed; `input` is its standard input.
 * @throws InputError if it is not there or fails, with what it said itself
 */
export function program(name: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: 'pipe', env: process.env });
    let [said, complained] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text));
    // one that ends before it has read everything says why by its exit code
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(failed(name, error.code === 'ENOENT' ? 'is not on the PATH' : error.message)),
    );
    child.once('close', (code) =>
      code === 0
        ? resolve(said)
        : reject(failed([name, ...args.slice(0, 2)].join(' '), cause(complained) ?? `ended with exit code ${code}`)),
    );
  });
}

const failed = (file: string, message: string): InputError => new InputError([{ file, message, severity: 'error' }]);

/** Programs say more than why: hints, progress, how they are used. */
function cause(text: string): string | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((line) => /error|cannot/i.test(line)) ?? lines.at(-1);
}
