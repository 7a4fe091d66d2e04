import { createServer } from 'node:net';
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';

/** How the process is reached, and how it reaches others. */

/** @returns all addresses of both families; those of IPv4 where the kernel has no IPv6 */
export function anyAddress(): Promise<'::' | '0.0.0.0'> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve('0.0.0.0'));
    probe.listen(0, '::', () => probe.close(() => resolve('::')));
  });
}

/**
 * Lets every `fetch` go through the proxy of HTTPS_PROXY and HTTP_PROXY but for the hosts of NO_PROXY. Before version 24 Node
 * does not read them by itself. Calls of the API server do not use `fetch`, so they stay within the cluster.
 */
export function useProxy(environment: Readonly<Record<string, string | undefined>>): void {
  const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];
  if (names.some((name) => environment[name])) setGlobalDispatcher(new EnvHttpProxyAgent());
}
