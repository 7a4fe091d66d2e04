import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../output/team/support/router';
import { NODE_OPTIONS } from '../../support/entrypoint';

/** Ticks of /proc/<pid>/stat in a second, on every Linux. */
const TICKS = 100;

/** The program on a core of its own. */
export class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
    readonly secondsToReady: number,
  ) {}

  /** @returns once it takes deliveries, with all that is in the cluster read @throws with its log if it ends before */
  static async start(core: number, bundle: string, log: string, environment: NodeJS.ProcessEnv): Promise<Server> {
    const port = await freePort();
    const out = openSync(log, 'w');
    const start = performance.now();
    const child = spawn('taskset', ['--cpu-list', String(core), process.execPath, ...NODE_OPTIONS, bundle], {
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
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
    return { now: of('VmRSS'), most: of('VmHWM') };
  }

  /** Seconds of its core that it has used. */
  coreSeconds(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  }

  async stop(signal: 'SIGINT' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await gone;
  }
}
