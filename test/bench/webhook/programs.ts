import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { NODE_OPTIONS } from '../../support/entrypoint';
import { Server } from './server';

/**
 * Node gives itself half of the memory of a pod: of the 512 MiB that dist/ has for the orchestrator this is what it takes
 * there. Without it, it would take a share of this machine's, and collect later.
 */
const HEAP = '--max-old-space-size=256';

/** The orchestrator as its image has it, and the programs of bare.ts. All run on one core, unless it is said otherwise. */
export class Programs {
  private readonly bundle: string;
  private readonly bareBundle: string;

  constructor(
    private readonly folder: string,
    private readonly core: number,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.bundle = join(folder, 'orchestrator.js');
    this.bareBundle = join(folder, 'bare.js');
    execFileSync(process.execPath, [join(__dirname, '../../../orchestrator/bundle.js'), `--outfile=${this.bundle}`]);
    buildSync({
      entryPoints: [join(__dirname, 'bare.ts')],
      outfile: this.bareBundle,
      bundle: true,
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
    });
  }

  orchestrator(environment: NodeJS.ProcessEnv, before: readonly string[] = this.onCore): Promise<Server> {
    return Server.start({
      before,
      program: [HEAP, ...NODE_OPTIONS, this.bundle],
      log: join(this.folder, 'orchestrator.log'),
      environment: { ...this.environment, ...environment },
    });
  }

  /** The server that checks signatures alone. */
  answering(): Promise<Server> {
    return Server.start({
      before: this.onCore,
      program: [this.bareBundle, 'answer'],
      log: join(this.folder, 'answer.log'),
      environment: {},
    });
  }

  /** @returns what a program of bare.ts prints, once it has ended */
  bare(...words: readonly string[]): string {
    const [command, ...rest] = [...this.onCore, process.execPath, this.bareBundle, ...words];
    return execFileSync(command!, rest, { env: { ...process.env, ...this.environment }, encoding: 'utf8' });
  }

  private get onCore(): readonly string[] {
    return ['taskset', '--cpu-list', String(this.core)];
  }
}
