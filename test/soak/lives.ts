import { memoryOf, openFiles } from '../support/process-figures';
import type { Point, Slope } from '../support/least-squares';
import { slopeOf } from '../support/least-squares';

/** Memory and open files of processes while each lives, and how they grow. */

/** Memory rises until it is collected: of each window the least counts. */
const WINDOW_MS = 10_000;
/** A life with fewer says nothing. */
const WINDOWS_LEAST = 6;
const HOUR_MS = 3_600_000;

interface Sample {
  readonly at: number;
  readonly memory: number;
  readonly files: number;
}

export class Lives {
  private readonly samples = new Map<number, Sample[]>();

  /** Takes a sample of each process that is there. */
  look(pids: readonly number[], at = performance.now()): void {
    for (const pid of pids) {
      try {
        const sample = { at, memory: memoryOf(pid).now, files: openFiles(pid) };
        if (Number.isFinite(sample.memory)) this.of(pid).push(sample);
      } catch {
        // it has ended meanwhile
      }
    }
  }

  private of(pid: number): Sample[] {
    const samples = this.samples.get(pid) ?? [];
    this.samples.set(pid, samples);
    return samples;
  }

  /** The most megabytes of memory that one had, and the most files. */
  get most(): { readonly memory: number; readonly files: number } {
    const all = [...this.samples.values()].flat();
    return { memory: Math.max(...all.map(({ memory }) => memory)), files: Math.max(...all.map(({ files }) => files)) };
  }

  /** How a figure grows in an hour, within each life after its warm-up. */
  growth(of: 'memory' | 'files', warmUpMs: number): Slope & { readonly lives: number } {
    const lives = [...this.samples.values()]
      .map((samples) => windows(samples.filter(({ at }) => at - samples[0]!.at >= warmUpMs)).map(pointOf(of)))
      .filter(({ length }) => length >= WINDOWS_LEAST);
    return { ...slopeOf(lives), lives: lives.length };
  }
}

const pointOf =
  (of: 'memory' | 'files') =>
  (window: readonly Sample[]): Point => [window[0]!.at / HOUR_MS, Math.min(...window.map((sample) => sample[of]))];

function windows(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const all = new Map<number, Sample[]>();
  for (const sample of samples) {
    const window = Math.floor(sample.at / WINDOW_MS);
    all.set(window, [...(all.get(window) ?? []), sample]);
  }
  return [...all.values()];
}
