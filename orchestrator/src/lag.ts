import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics';

const WINDOW_MS = 10_000;

/** Measures how late the event loop is. @returns the greatest delay of the last ten seconds, in seconds */
export function watchLag(metrics: Metrics): () => number {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let before = 0;
  const seconds = () => delay.max / 1e9;
  setInterval(() => {
    before = seconds();
    metrics.eventLoopLagSeconds.set(before);
    delay.reset();
  }, WINDOW_MS).unref();
  return () => Math.max(before, seconds());
}
