import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import type { Delivery } from './payload';

type Delivered = ReturnType<Delivery>;

export interface Load {
  readonly perSecond: number;
  readonly answered: number;
  /** Milliseconds until the answer. */
  readonly p50: number;
  readonly p99: number;
}

/** Sends the same delivery again and again, or another each time, from each connection once it was answered. @throws if one is not answered with a 2xx */
export async function load(
  address: string,
  delivery: Delivered | (() => Delivered),
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Load> {
  const times: number[] = [];
  const one: autocannon.Request =
    typeof delivery === 'function' ? { setupRequest: (sent) => ({ ...sent, ...delivery() }) } : delivery;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const options: autocannon.Options = {
      url: `${address}/webhook/github`,
      method: 'POST',
      connections,
      duration: seconds,
      requests: [one],
    };
    const run = autocannon(options, (error: Error | null, done) => (error ? reject(error) : resolve(done)));
    run.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds));
  });
  if (result.errors > 0 || result.non2xx > 0)
    throw new Error(`${result.errors} deliveries failed, ${result.non2xx} were answered otherwise than 2xx`);
  return { perSecond: result['2xx'] / result.duration, answered: result['2xx'], ...quantiles(times) };
}

/**
 * Does one after another at even times, whatever each takes; its time begins when it is due. (autocannon's rate is
 * that of each connection: all of them send what they have at the beginning of each second.)
 */
export async function pace(
  act: () => Promise<unknown>,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Load> {
  const start = performance.now();
  const answers: Promise<number>[] = [];
  for (let index = 0; index < perSecond * seconds; index++) {
    const due = start + (index / perSecond) * 1000;
    if (due > performance.now()) await sleep(due - performance.now());
    answers.push(act().then(() => performance.now() - due));
  }
  const times = await Promise.all(answers);
  return {
    perSecond: times.length / ((performance.now() - start) / 1000),
    answered: times.length,
    ...quantiles(times),
  };
}

/** @returns sends a delivery, and rejects if it is not answered with a 2xx */
export function sender(address: string): (delivery: Delivered) => Promise<void> {
  const agent = new Agent({ keepAlive: true });
  return (delivery) => send(agent, address, delivery);
}

const send = (agent: Agent, address: string, { body, headers }: Delivered): Promise<void> =>
  new Promise((resolve, reject) => {
    request(`${address}/webhook/github`, { agent, method: 'POST', headers }, (response) => {
      if (response.statusCode !== undefined && response.statusCode < 300) response.resume().once('end', resolve);
      else reject(new Error(`a delivery was answered ${response.statusCode}`));
    })
      .once('error', reject)
      .end(body);
  });

export function quantiles(times: number[]): Pick<Load, 'p50' | 'p99'> {
  times.sort((a, b) => a - b);
  const quantile = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
  return { p50: quantile(0.5), p99: quantile(0.99) };
}
