import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certify } from '../../../support/private-authority';
import type { ResultsServer, StoredRun } from './server';
import { RUN_TYPE } from './server';

/**
 * What the API of Tekton Results answers where the API itself is not there: the lists and records of `proto/v1alpha2/api.proto`, of which the
 * filters are those that the orchestrator makes. It knows no fields, as a server does whose gate `PartialResponse` is off.
 */

interface Stored {
  readonly run: StoredRun;
  readonly stored: Date;
}

/** How a server answers one that is not as it should be. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface StandIn extends ResultsServer {
  /** Answers in its place from now on; undefined: it answers itself again. */
  readonly answer: (instead: Answer | undefined) => void;
  /** Lists that were asked for. */
  readonly asked: readonly URL[];
  /** Of the last request. */
  readonly authorization: () => string | undefined;
}

export async function startStandIn(): Promise<StandIn> {
  const folder = mkdtempSync(join(tmpdir(), 'tekton-results-'));
  const { authority, certificate, key } = certify(folder, 'localhost');
  const all: Stored[] = [];
  const asked: URL[] = [];
  let authorization: string | undefined;
  let instead: Answer | undefined;
  let hasDatabase = true;
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
    authorization = request.headers.authorization;
    const url = new URL(request.url ?? '', 'https://localhost');
    const [, namespace = '', rest = ''] = /\/parents\/([^/]+)\/results\/(.*)$/.exec(url.pathname) ?? [];
    if (rest === '-/records') asked.push(url);
    if (instead !== undefined) return instead(request, response);
    const send = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    if (rest !== '-/records') return send(hasDatabase ? 404 : 500, { code: hasDatabase ? 5 : 2, message: 'record' });
    // an error of its database is lost on the way
    if (!hasDatabase) return send(200, { records: [], next_page_token: '' });
    const filter = url.searchParams.get('filter') ?? '';
    const size = Number(url.searchParams.get('page_size'));
    const from = Number(url.searchParams.get('page_token') ?? 0);
    if (size < 5 || url.searchParams.get('order_by') !== 'create_time desc') return send(400, { code: 3 });
    const found = all
      .filter(
        ({ run }) => run.metadata.namespace === namespace && filter.split(' && ').every((part) => holds(part, run)),
      )
      .sort((a, b) => b.stored.getTime() - a.stored.getTime());
    const isMore = found.length > from + size;
    send(200, {
      records: found.slice(from, from + size).map(recordOf),
      next_page_token: isMore ? String(from + size) : '',
    });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    caFile: authority,
    asked,
    authorization: () => authorization,
    answer: (other) => void (instead = other),
    async put(run, stored) {
      all.push({ run, stored });
    },
    killDatabase: async () => void (hasDatabase = false),
    startDatabase: async () => void (hasDatabase = true),
    async remove() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export const recordOf = ({ run, stored }: Stored): object => ({
  name: `${run.metadata.namespace}/results/${run.metadata.uid}/records/${run.metadata.uid}`,
  id: run.metadata.uid,
  uid: run.metadata.uid,
  data: { type: RUN_TYPE, value: Buffer.from(JSON.stringify(run)).toString('base64') },
  create_time: stored.toISOString(),
});

/** One comparison of CEL, of those that there are: `path == "text"`, `<=`, `>=`, and `path.contains("text")`. */
function holds(part: string, run: StoredRun): boolean {
  const contains = /^(.+)\.contains\((".*")\)$/.exec(part);
  const compares = /^(\S+) (==|<=|>=) (".*")$/.exec(part);
  const [, path = '', ...rest] = contains ?? compares ?? [];
  if (path === '') throw new Error(`the stand-in does not know the filter ${part}`);
  const text = JSON.parse(rest.at(-1)!) as string;
  // its SQL would be another one
  if (text.includes("'")) throw new Error(`${part} breaks out of the SQL`);
  const value = valueAt(path, run);
  if (contains) return value.includes(text);
  return rest[0] === '==' ? value === text : value !== '' && (rest[0] === '<=' ? value <= text : value >= text);
}

function valueAt(path: string, run: StoredRun): string {
  if (path === 'data_type') return RUN_TYPE;
  const [, fields = '', key] = /^data((?:\.\w+)+)(?:\["(.+)"\])?$/.exec(path) ?? [];
  const keys = [...fields.split('.').slice(1), ...(key === undefined ? [] : [key])];
  const value = keys.reduce<unknown>((at, one) => (at as Record<string, unknown> | undefined)?.[one], run);
  return typeof value === 'string' ? value : '';
}
