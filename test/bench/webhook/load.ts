import autocannon from 'autocannon';
import type { Delivery } from './payload';

export interface Load {
  readonly perSecond: number;
  readonly answered: number;
  /** Milliseconds until the answer. */
  readonly p50: number;
  readonly p99: number;
}

export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
  /** Deliveries a second, whatever the answers take. @default - each connection sends when it was answered */
  readonly rate?: number;
}

/** Sends the same delivery again and again, or by `next` another each time. @throws if one is not answered with a 2xx */
export async function load(address: string, delivery: ReturnType<Delivery> | (() => ReturnType<Delivery>), { connections, seconds, rate }: LoadOptions): Promise<Load> {
  const times: number[] = [];
  const request: autocannon.Request = typeof delivery === 'function' ? { setupRequest: (one) => ({ ...one, ...delivery() }) } : delivery;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const options: autocannon.Options = { url: `${address}/webhook/github`, method: 'POST', connections, duration: seconds, requests: [request], ...(rate !== undefined && { overallRate: rate }) };
    const run = autocannon(options, (error: Error | null, done) => (error ? reject(error) : resolve(done)));
    run.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds));
  });
  if (result.errors > 0 || result.non2xx > 0) throw new Error(`${result.errors} deliveries failed, ${result.non2xx} were answered otherwise than 2xx`);
  times.sort((a, b) => a - b);
  const quantile = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
  return { perSecond: result['2xx'] / result.duration, answered: result['2xx'], p50: quantile(0.5), p99: quantile(0.99) };
}
