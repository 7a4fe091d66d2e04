import { parseSetCookie } from 'cookie';
import type { FastifyInstance } from 'fastify';
import { inject } from '../../support/inject';

/** What a browser does about addresses and cookies, without pages. */

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly body: string;
  /** Of our server. */
  readonly headers?: Readonly<Record<string, unknown>>;
  /** All addresses on the way. */
  readonly trail: readonly string[];
}

export class Browser {
  /** By origin and name, as they were last set. */
  readonly cookies = new Map<string, string>();
  /** Headers that set cookies of our server, as they came. */
  readonly set: string[] = [];
  /** What it shows. @default - it does not say */
  accept?: string;

  /** @param origin at which the server is thought to be */
  constructor(
    private readonly app: FastifyInstance,
    private readonly origin: string,
  ) {}

  /** Opens an address and goes where it is led, until something is shown or `until` is reached, which is not opened. */
  async open(address: string, until: (url: URL) => boolean = () => false): Promise<Page> {
    const trail: string[] = [];
    let url = new URL(address, this.origin);
    for (;;) {
      trail.push(url.href);
      if (until(url)) return { url, status: 0, body: '', trail };
      const { status, location, body, headers } = await this.ask(url);
      if (location === undefined) return { url, status, body, headers, trail };
      if (trail.length > 20) throw new Error(`goes in circles: ${trail.join(' → ')}`);
      url = new URL(location, url);
    }
  }

  /** Asks our server as its page does. */
  async call(method: 'GET' | 'POST', path: string, headers: Record<string, string> = {}) {
    const response = await inject(this.app, { method, url: path, headers: { ...this.jar(this.origin), ...headers } });
    this.keep(this.origin, [response.headers['set-cookie'] ?? []].flat());
    return { status: response.statusCode, body: JSON.parse(response.body) };
  }

  /** Cookies of our server, as it is sent them. */
  get cookie(): string {
    return this.jar(this.origin).cookie ?? '';
  }

  private async ask(url: URL) {
    if (url.origin === this.origin) {
      const path = `${url.pathname}${url.search}`;
      const { statusCode, headers, body } = await inject(this.app, {
        method: 'GET',
        url: path,
        headers: { ...this.jar(url.origin), ...(this.accept !== undefined && { accept: this.accept }) },
      });
      const set = [headers['set-cookie'] ?? []].flat();
      this.set.push(...set);
      this.keep(url.origin, set);
      return { status: statusCode, location: headers.location, body, headers };
    }
    const response = await fetch(url, { redirect: 'manual', headers: this.jar(url.origin) });
    this.keep(url.origin, response.headers.getSetCookie());
    return {
      status: response.status,
      location: response.headers.get('location') ?? undefined,
      body: await response.text(),
      headers: undefined,
    };
  }

  private jar(origin: string): Record<string, string> {
    const own = [...this.cookies].filter(([key]) => key.startsWith(`${origin} `));
    const pairs = own.map(([key, value]) => `${key.slice(origin.length + 1)}=${value}`);
    return pairs.length > 0 ? { cookie: pairs.join('; ') } : {};
  }

  private keep(origin: string, headers: readonly string[]): void {
    for (const { name, value = '', maxAge, expires } of headers.map((header) => parseSetCookie(header))) {
      const isOver = maxAge === 0 || (expires !== undefined && expires.getTime() < Date.now());
      if (isOver) this.cookies.delete(`${origin} ${name}`);
      else this.cookies.set(`${origin} ${name}`, value);
    }
  }
}
