import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { coreSeconds, memoryOf } from '../../support/process-figures';

export interface ServerOptions {
  /** Words before the program, such as those that give it a core of its own. */
  readonly before: readonly string[];
  /** File of the program, and its words. */
  readonly program: readonly string[];
  readonly log: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Below those that the kernel gives to whoever asks for any: of 50 programs that start at once, some take a while until they listen.
 * https://docs.kernel.org/networking/ip-sysctl.html
 */
let nextPort = 20_000;

/** A program that takes deliveries, in a process of its own. */
export class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
    readonly secondsToReady: number,
  ) {}

  /** @returns once it takes deliveries, with all that is in the cluster read @throws with its log if it ends before */
  static async start({ before, program, log, environment }: ServerOptions): Promise<Server> {
    const port = nextPort++;
    const out = openSync(log, 'w');
    const start = performance.now();
    const [command, ...words] = [...before, process.execPath, ...program];
    const child = spawn(command!, words, {
      stdio: ['ignore', out, out],
      env: { ...process.env, ...environment, PORT: String(port), METRICS_PORT: '0' },
    });
    closeSync(out);
    const address = `http://127.0.0.1:${port}`;
    while (
      !(await fetch(`${address}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (child.exitCode !== null) throw new Error(readFileSync(log, 'utf8'));
      await sleep(20);
    }
    return new Server(child, address, (performance.now() - start) / 1000);
  }

  /** From now on the most memory that it has counts anew. https://docs.kernel.org/filesystems/proc.html */
  forgetMost(): void {
    writeFileSync(`/proc/${this.child.pid}/clear_refs`, '5');
  }

  /** Megabytes of memory that it has of its own, and at most had. */
  memory(): { readonly now: number; readonly most: number } {
    return memoryOf(this.child.pid!);
  }

  /** Seconds of a core that it has used. */
  coreSeconds(): number {
    return coreSeconds(this.child.pid!);
  }

  async stop(signal: 'SIGINT' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await gone;
  }
}
