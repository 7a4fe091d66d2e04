import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { GitHubRequest } from '../../../orchestrator/src/hosts/github-host';
import { answered, checked, routeOf } from './github-description';
import type { Values } from './github-description';

/** A request that GitHub's description allows. */
export interface Call {
  /** `GET /repos/{owner}/{repo}/pulls/{pull_number}` */
  readonly route: string;
  readonly path: Values;
  readonly query: Values;
  readonly body: Values;
  /** Without the word before it; '' if there is none. */
  readonly token: string;
  /** Of the answer that whoever asks has already. */
  readonly etag?: string;
  /** As `performance.now()` counts. */
  readonly at: number;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A good answer that has headers of its own. */
export class Headed {
  constructor(
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

/** The body of a good answer, or `Headed`; the body is checked, too. @throws Refusal */
export type Endpoint = (call: Call) => unknown;
export type Endpoints = Readonly<Record<string, Endpoint>>;

/** An answer that is none of the good ones. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Answer['headers'] = {},
  ) {
    super(message);
  }
}

/**
 * Stands in for GitHub: takes only what its published description allows, answers only what that says, and remembers what
 * it was asked. What it knows is in the endpoints, by route; one that is not there is a mistake of the test.
 */
export class GitHubApi {
  readonly called: Call[] = [];
  /** What GitHub would not have understood. */
  readonly invalid: string[] = [];
  /** Asked before each answer: gives another one, never ends, or throws, which breaks the connection. */
  fault: ((call: Call) => Promise<Answer | undefined> | Answer | undefined) | undefined;
  private server: Server | undefined;

  constructor(private readonly endpoints: Endpoints) {}

  /** In place of a client, within the process. */
  readonly request: GitHubRequest = this.as('token');

  as(token: string): GitHubRequest {
    return async (route, parameters) => {
      const { Octokit } = await import('@octokit/core');
      return new Octokit({ auth: token, request: { fetch: this.fetch }, log: silent }).request(route, parameters);
    };
  }

  /** A server of its own. @returns its address */
  async listen(port = 0, host = '127.0.0.1'): Promise<string> {
    const server = createServer((incoming, outgoing) => {
      const { method = '', url = '', headers } = incoming;
      (method === 'GET' ? Promise.resolve(undefined) : json(incoming).catch(() => undefined))
        .then((body) => this.answer(method, url, headers, body))
        .then(
          ({ status, headers: own, body }) =>
            outgoing
              .writeHead(status, { 'content-type': 'application/json', ...own })
              .end(body === undefined ? undefined : JSON.stringify(body)),
          () => outgoing.destroy(),
        );
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    return `http://${host}:${(server.address() as AddressInfo).port}`;
  }

  /** @throws if it was sent what GitHub does not take */
  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server === undefined ? resolve(undefined) : this.server.close(resolve)));
    if (this.invalid.length > 0) throw new Error(`GitHub does not take this:\n${this.invalid.join('\n')}`);
  }

  private readonly fetch = async (
    address: string,
    { method = 'GET', headers, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Response> => {
    const { pathname, search } = new URL(address);
    const answer = await this.answer(
      method,
      pathname + search,
      headers ?? {},
      body === undefined ? undefined : JSON.parse(body),
    );
    return new Response(answer.body === undefined ? null : JSON.stringify(answer.body), {
      status: answer.status,
      headers: { 'content-type': 'application/json', ...answer.headers },
    });
  };

  private async answer(
    method: string,
    url: string,
    { authorization = '', 'if-none-match': etag }: IncomingHttpHeaders | Record<string, string>,
    body: unknown,
  ): Promise<Answer> {
    const { pathname, searchParams } = new URL(url, 'http://github');
    const found = routeOf(method, pathname);
    if (found === undefined) return this.misunderstood(`${method} ${pathname}`, ['GitHub has no such path']);
    const { path, query, problems } = checked(found.route, {
      path: found.path,
      query: Object.fromEntries(searchParams),
      body,
    });
    if (problems.length > 0) return this.misunderstood(found.route, problems);
    const call: Call = {
      route: found.route,
      path,
      query,
      body: (body ?? {}) as Values,
      token: `${authorization}`.replace(/^\w+ /, ''),
      etag,
      at: performance.now(),
    };
    this.called.push(call);
    return (await this.fault?.(call)) ?? this.good(call);
  }

  private async good(call: Call): Promise<Answer> {
    const endpoint = this.endpoints[call.route];
    if (endpoint === undefined) return this.misunderstood(call.route, ['it is not answered here']);
    try {
      const good = await endpoint(call);
      const { body, headers } = good instanceof Headed ? good : new Headed(good, {});
      const { status, problems } = answered(call.route, body);
      if (problems.length > 0) return this.misunderstood(`answer to ${call.route}`, problems);
      const etag = `"${createHash('sha256')
        .update(JSON.stringify(body) ?? '')
        .digest('hex')}"`;
      return call.etag === etag ? { status: 304 } : { status, headers: { etag, ...headers }, body };
    } catch (error) {
      if (error instanceof Refusal)
        return { status: error.status, headers: error.headers, body: { message: error.message } };
      throw error;
    }
  }

  private misunderstood(what: string, problems: readonly string[]): Answer {
    this.invalid.push(`${what}: ${problems.join('; ')}`);
    return { status: 422, body: { message: problems.join('; ') } };
  }
}

const nothing = (): void => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
