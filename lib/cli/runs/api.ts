import type { z } from 'zod';
import { isObject } from '../../words/mapping';
import { API_AUDIENCE } from '../../words/names';
import type { Problem } from '../../words/problem';
import { InputError } from '../../words/problem';
import { readGiven } from '../given';
import { networkReason } from '../network-reason';
import { UsageError } from '../usage-error';
import { problemAnswer } from './answers';

/** The API of an orchestrator, as the commands ask it. It is the one that the page asks. */

/** Where the orchestrator is, and as whom it is asked. */
export interface ApiOptions {
  /** @default - TEKTON_DAG_URL */
  readonly url?: string;
  /** File with a token of the cluster. @default - TEKTON_DAG_TOKEN_FILE, else the token in TEKTON_DAG_TOKEN */
  readonly tokenFile?: string;
}

/** What the API answered. */
export interface Answer<T> {
  readonly value: T;
  /** The same as it came, for whoever prints it. */
  readonly raw: unknown;
  readonly headers: Headers;
}

export interface Stream {
  readonly pieces: AsyncIterable<string>;
  readonly headers: Headers;
}

export interface Api {
  /** For messages. */
  readonly url: string;
  /** @throws Refusal, InputError */
  get<T>(path: string, schema: z.ZodType<T>): Promise<Answer<T>>;
  /** @throws Refusal, InputError */
  post<T>(path: string, schema: z.ZodType<T>): Promise<Answer<T>>;
  /** An answer that goes on, piece by piece. @throws Refusal, InputError */
  stream(path: string, signal: AbortSignal): Promise<Stream>;
}

/** The API understood what was asked, and refuses it. */
export class Refusal extends InputError {
  constructor(
    readonly status: number,
    /** Of lib's own: stable. */
    readonly code: string,
    problem: Problem,
    readonly errors: readonly { readonly path: string; readonly message: string }[] = [],
  ) {
    super([problem, ...errors.map(({ path, message }) => ({ ...problem, path, message, expected: undefined }))]);
  }
}

const ANSWER_WITHIN_MS = 30_000;

/** @throws UsageError where no address is given, or a token would be sent for everybody to read */
export function connectToApi(options: ApiOptions): Api {
  const base = addressOf(options);
  const token = tokenOf(options);
  if (token !== undefined && isOpen(base))
    throw new UsageError(
      `--url ${base.origin}: a token would be sent without encryption (expected https://…, or http to this machine or to a Service of the cluster)`,
    );
  const send = async (method: 'GET' | 'POST', path: string, signal: AbortSignal): Promise<Response> => {
    const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const response = await fetch(new URL(`.${path}`, base), { method, headers, signal, redirect: 'manual' }).catch(
      (error: Error) => {
        throw signal.aborted && error.name !== 'TimeoutError' ? error : unreachable(base, error);
      },
    );
    if (!response.ok) throw await refusalOf(base, response);
    return response;
  };
  const call = async <T>(method: 'GET' | 'POST', path: string, schema: z.ZodType<T>): Promise<Answer<T>> => {
    const response = await send(method, path, AbortSignal.timeout(ANSWER_WITHIN_MS));
    const raw = await response.json().catch(() => undefined);
    const { data: value, error } = schema.safeParse(raw);
    if (error) throw notOurs(base);
    return { value: value as T, raw, headers: response.headers };
  };
  return {
    url: base.href,
    get: (path, schema) => call('GET', path, schema),
    post: (path, schema) => call('POST', path, schema),
    async stream(path, signal) {
      const { body, headers } = await send('GET', path, signal);
      return { pieces: body === null ? nothing() : textOf(base, body, signal), headers };
    },
  };
}

async function* nothing(): AsyncGenerator<string> {}

async function* textOf(base: URL, body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const piece of body as unknown as AsyncIterable<Uint8Array>)
      yield decoder.decode(piece, { stream: true });
  } catch (error) {
    if (!signal.aborted) throw unreachable(base, error as Error);
  }
  yield decoder.decode();
}

/** What somebody meant who left out the scheme. */
function withScheme(url: string): string {
  const guess = `https://${url}`;
  if (!URL.canParse(guess)) return 'https://<host>';
  const { hostname, origin, host } = new URL(guess);
  return HERE.includes(hostname) ? `http://${host}` : hostname.includes('.') ? origin : 'https://<host>';
}

/** Of the API and of the page, which are no part of the address. */
const BELOW = /^\/(api|ui)(\/|$)/;

function addressOf({ url: given }: ApiOptions): URL {
  const url = given ?? process.env.TEKTON_DAG_URL;
  if (url === undefined || url === '')
    throw new UsageError(
      'say where the orchestrator is: --url, or TEKTON_DAG_URL. Without an address of its own, it is at http://localhost:8080 while this runs: kubectl port-forward --namespace <namespace> service/tekton-dag-orchestrator 8080:80',
    );
  const said = given === undefined ? 'TEKTON_DAG_URL' : '--url';
  if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol))
    throw new UsageError(`${said} ${url}: is not an address (expected ${withScheme(url)})`);
  const address = new URL(url.endsWith('/') ? url : `${url}/`);
  // what is refused is not repeated: a password is part of it
  if (address.username !== '' || address.password !== '')
    throw new UsageError(
      `${said}: holds a name or a password (expected https://<host>, and a token in a file: --token-file)`,
    );
  if (BELOW.test(address.pathname) || address.search !== '' || address.hash !== '')
    throw new UsageError(`${said} ${url}: leads below the orchestrator (expected ${address.origin})`);
  return address;
}

const PRINTABLE = /^[!-~]*$/;

/** A token is never an argument: whoever is on the machine can read those. */
function tokenOf({ tokenFile }: ApiOptions): string | undefined {
  const { TEKTON_DAG_TOKEN_FILE, TEKTON_DAG_TOKEN } = process.env;
  const file = tokenFile ?? TEKTON_DAG_TOKEN_FILE;
  const from = tokenFile ? '--token-file' : 'TEKTON_DAG_TOKEN_FILE';
  const token = (file ? readGiven(file, from) : TEKTON_DAG_TOKEN)?.trim();
  // what is refused is not repeated: it may be a token all the same
  if (token !== undefined && !PRINTABLE.test(token))
    throw new UsageError(
      `${file ? `${from} ${file}` : 'TEKTON_DAG_TOKEN'}: is not a token (expected one, on one line)`,
    );
  return token === '' ? undefined : token;
}

const HERE = ['localhost', '127.0.0.1', '[::1]'];
/** Whether others than this machine and a cluster's own network would see what is sent. */
const isOpen = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && !HERE.includes(hostname) && !hostname.split('.').includes('svc');

const problem = ({ href }: URL, message: string, expected?: string): Problem => ({
  file: href,
  message,
  expected,
  severity: 'error',
});

const unreachable = (base: URL, error: Error): InputError =>
  new InputError([
    problem(
      base,
      error.name === 'TimeoutError'
        ? `did not answer within ${ANSWER_WITHIN_MS / 1000} s`
        : `does not answer: ${networkReason(error)}`,
      'an orchestrator that runs there, and a way to it: kubectl port-forward is one',
    ),
  ]);

const notOurs = (base: URL): InputError =>
  new InputError([
    problem(base, 'answers as no orchestrator of this version does', 'the address of an orchestrator, without a path'),
  ]);

async function refusalOf(base: URL, response: Response): Promise<InputError> {
  const location = response.headers.get('location');
  if (location !== null) return new InputError([problem(base, `leads to ${location}`, 'the address that it leads to')]);
  const body: unknown = await response.json().catch(() => undefined);
  const { data } = problemAnswer.safeParse(body);
  if (!isObject(body) || data === undefined) return notOurs(base);
  const { code, detail, errors } = data;
  return new Refusal(response.status, code, problem(base, detail, remedyOf(code, response)), errors);
}

function remedyOf(code: string, { status, headers }: Response): string | undefined {
  if (code === 'unauthorized')
    return `a token: kubectl create token <account> --namespace <namespace> --audience ${API_AUDIENCE} > token, and --token-file token`;
  if (code === 'ambiguous') return 'the run as <namespace>/<name>';
  if (code === 'forbidden') return 'a right that docs/terminal.md lists: whoever runs the platform can bind it';
  const after = headers.get('retry-after');
  return status === 503 ? `to be asked again${after === null ? ' later' : ` in ${after} s`}` : undefined;
}
