import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { HistoryUnavailable } from '../history/run-history';
import { Outage } from '../history/outage';
import type { Log } from '../log';
import { readSecret } from '../secret-files';
import type { ResultsRecord } from './records';
import { FIELDS, recordPage } from './records';

/** The REST API of Tekton Results. https://tekton.dev/docs/results/api/ */

export interface ResultsPlace {
  /** `https://tekton-results-api-service.tekton-pipelines.svc.cluster.local:8080` */
  readonly url: string;
  /** Certificates of its authority; undefined: those that the process trusts anyway. */
  readonly caFile?: string;
  /** Its account of the cluster, which Results asks the cluster for. The file changes. */
  readonly tokenFile: string;
}

/** A page of records, those that were stored last first. */
export interface RecordPage {
  readonly records: readonly ResultsRecord[];
  /** Undefined: it is the last. */
  readonly next?: string;
  /** How long the answer was. */
  readonly bytes: number;
}

export interface RecordQuery {
  readonly filter: string;
  readonly size: number;
  readonly after?: string;
}

export interface ResultsClient {
  /** @throws HistoryUnavailable */
  records(namespace: string, query: RecordQuery, signal: AbortSignal): Promise<RecordPage>;
  stop(): Promise<void>;
}

/** Ten runs with their Pipelines, each as large as an object of a cluster may be, are less. */
const ANSWER_BYTES = 32 * 2 ** 20;
/** A record that nobody has. Names are UIDs. */
const NO_RECORD = 'none/records/none';

export function resultsClient(place: ResultsPlace, log: Log): ResultsClient {
  const outage = new Outage('Tekton Results', log);
  const connection = connectionTo(place);
  const ask = async (path: string, signal: AbortSignal): Promise<string | undefined> => {
    outage.check();
    try {
      const answer = await answerOf(await connection.dispatcher(), place, path, signal);
      outage.end();
      return answer;
    } catch (error) {
      throw error instanceof HistoryUnavailable ? error : outage.begin(causeOf(error as Error, signal));
    }
  };
  const parents = (namespace: string): string =>
    `/apis/results.tekton.dev/v1alpha2/parents/${encodeURIComponent(namespace)}/results`;
  return {
    async records(namespace, { filter, size, after }, signal) {
      const query = new URLSearchParams({
        filter,
        page_size: String(size),
        order_by: 'create_time desc',
        fields: FIELDS,
        ...(after !== undefined && { page_token: after }),
      });
      const text = await ask(`${parents(namespace)}/-/records?${query}`, signal);
      const page = text === undefined ? undefined : readPage(text);
      if (page === undefined) throw outage.begin(new Error('its list of records cannot be read'));
      // Results answers with an empty list if its database does not answer; of one record it says so
      if (page.records.length === 0) await ask(`${parents(namespace)}/${NO_RECORD}`, signal);
      return page;
    },
    stop: () => connection.close(),
  };
}

function readPage(text: string): RecordPage | undefined {
  try {
    const { records, next_page_token: next } = recordPage.parse(JSON.parse(text));
    return { records, next: next === '' ? undefined : next, bytes: text.length };
  } catch {
    return undefined;
  }
}

/** Connections to one server. Proxies are not for what is in the cluster. */
function connectionTo({ caFile }: ResultsPlace) {
  let ca: string | undefined;
  let agent: Agent | undefined;
  return {
    /** Made anew when the certificates are others. */
    async dispatcher(): Promise<Dispatcher> {
      const now = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
      if (agent === undefined || now !== ca) {
        void agent?.close();
        ca = now;
        agent = new Agent({ connect: { ca }, connections: 8 });
      }
      return agent;
    },
    async close(): Promise<void> {
      await agent?.destroy();
    },
  };
}

/** @returns undefined for what is not there @throws HistoryUnavailable where the server works, and refuses */
async function answerOf(
  dispatcher: Dispatcher,
  { url, tokenFile }: ResultsPlace,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const token = (await readSecret(tokenFile)).toString();
  const { statusCode, body } = await request(`${url}${path}`, {
    dispatcher,
    signal,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  });
  if (statusCode === 200) return readText(body);
  await body.dump();
  if (statusCode === 404) return undefined;
  if (statusCode === 401 || statusCode === 403)
    throw new HistoryUnavailable(
      'Tekton Results refuses the account of the orchestrator: it needs get and list of records in results.tekton.dev',
    );
  throw new Error(`it answers with status ${statusCode}`);
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES) throw new Error(`its answer is longer than ${ANSWER_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function causeOf(error: Error, signal: AbortSignal): Error {
  if (signal.aborted) return new Error('it did not answer in time');
  return error.cause instanceof Error ? error.cause : error;
}
