import type { RequestOptions } from 'node:https';
import { request } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { InputError } from '../words/problem';

/** The cluster of KUBECONFIG. */
export interface Cluster {
  readonly config: KubeConfig;
  /** Its address, for messages. */
  readonly server: string;
  /** Of a failed request, in the words of the API server. */
  failure(what: string, error: unknown): InputError;
}

/** Loaded when it is needed: the client costs as much as all the rest. */
export async function connect(): Promise<Cluster> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromDefault();
  const server = config.getCurrentCluster()?.server ?? 'cluster';
  return {
    config,
    server,
    failure: (what, error) =>
      new InputError([{ file: server, message: `${what}: ${messageOf(error as Failure)}`, severity: 'error' }]),
  };
}

interface Failure {
  readonly body?: string;
  readonly message: string;
}

function messageOf({ body, message }: Failure): string {
  try {
    return (JSON.parse(body ?? '') as { message: string }).message;
  } catch {
    return message.split('\n')[0]!;
  }
}

/**
 * What a GET of a path answers, as it is written; undefined if there is no such path. The client's own types rename fields
 * (`from` of a NetworkPolicy) and drop those that they do not know.
 */
export async function getJson<T>({ config, server }: Cluster, path: string): Promise<T | undefined> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return new Promise((resolve, reject) => {
    const asked = request(
      server + path,
      { ...options, headers: { ...options.headers, accept: 'application/json' } },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => (body += part));
        response.on('error', reject).on('end', () => {
          if (response.statusCode === 404) resolve(undefined);
          else if (response.statusCode === 200) resolve(JSON.parse(body) as T);
          else reject(Object.assign(new Error(`answered ${response.statusCode} to ${path}`), { body }));
        });
      },
    );
    asked.on('error', reject).end();
  });
}
