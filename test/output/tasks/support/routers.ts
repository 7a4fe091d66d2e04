import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NAME } from '../../../../lib/words/labels';
import { ROUTER, SESSION_PATTERN, previewName, routerPort, stableService } from '../../../../lib/words/names';
import { BACKEND_HEADER, ROUTER_LOG } from '../../../../lib/words/environment';
import type { FakeCluster } from './cluster';

export const HEADER = 'x-dev-session';
export const BAGGAGE_KEY = 'dev-session';

/** An app: whom it calls, and what it does with the headers that it got. */
export interface FakeApp {
  readonly calls?: readonly string[];
  /** `forward`: both; `baggage`: that alone; `drop`: neither; `leak`: those of the last request that had any. */
  readonly headers?: 'forward' | 'baggage' | 'drop' | 'leak';
  /** @default 200 */
  readonly status?: number;
}

type Sent = Record<string, string>;

/** Replicas of an environment's router, each a server with a port an app, and the apps behind them. */
export class Routers {
  private readonly servers: Server[] = [];
  private readonly ports: Map<string, number>[] = [];
  private readonly kept = new Map<string, Sent>();
  /** Requests for which a replica goes on as before after a Service came or went, as DNS does. */
  lag = 0;
  /** Who answers whatever the request says; '' is a Service that leads past the router. */
  misroutes: string | undefined;
  private readonly lagging = new Map<string, { known: boolean; asked: number }>();

  private constructor(
    private readonly cluster: FakeCluster,
    private readonly apps: Record<string, FakeApp>,
  ) {}

  static async start(cluster: FakeCluster, apps: Readonly<Record<string, FakeApp>>, count = 2): Promise<Routers> {
    const routers = new Routers(cluster, { ...apps });
    for (let index = 0; index < count; index++) await routers.add();
    for (const app of Object.keys(apps)) {
      cluster.put({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: app },
        spec: { selector: { [NAME]: ROUTER }, ports: [{ port: 80, targetPort: routerPort(app) }] },
      });
    }
    return routers;
  }

  private async add(): Promise<void> {
    const index = this.ports.length;
    const ports = new Map<string, number>();
    this.ports.push(ports);
    for (const app of Object.keys(this.apps)) {
      const server = createServer((request, response) => void this.route(index, app, request, response));
      server.listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      this.servers.push(server);
      ports.set(app, (server.address() as AddressInfo).port);
    }
    this.cluster.replicas.push({ pod: `router-${index}`, port: (app) => ports.get(app), ready: true, log: [] });
  }

  /** Where Service `<app>` leads: the first replica that is ready. */
  url(app: string): string {
    const index = this.cluster.replicas.findIndex(({ ready }) => ready);
    return `http://127.0.0.1:${this.ports[index]?.get(app)}/`;
  }

  /** The app answers well from now on. */
  fix(app: string): void {
    this.apps[app] = { ...this.apps[app], status: 200 };
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.servers.map((server) => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)))),
    );
  }

  private async route(index: number, app: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = sessionOf(request);
    const preview = session !== undefined && this.resolves(index, previewName(app, session));
    const backend = preview ? previewName(app, session) : stableService(app);
    this.cluster.history.push(`router-${index} asked: ${backend}`);
    const status = await this.answer(app, request);
    this.cluster.replicas[index]?.log.push(
      `${ROUTER_LOG} app=${app} session=${session ?? '-'} to=${preview ? 'preview' : 'stable'} status=${status} path=/`,
    );
    const named = this.misroutes ?? backend;
    response.writeHead(status, named === '' ? {} : { [BACKEND_HEADER]: named }).end();
  }

  /** Whether the replica knows the name; what it knew lasts for `lag` more requests. */
  private resolves(index: number, name: string): boolean {
    const service = this.cluster.get('Service', name);
    const known = service !== undefined && this.cluster.readyPods(service.spec?.selector ?? {}).length > 0;
    const key = `${index} ${name}`;
    const memory = this.lagging.get(key) ?? { known: false, asked: 0 };
    this.lagging.set(key, memory);
    memory.asked = memory.known === known ? 0 : memory.asked + 1;
    if (memory.asked > this.lag) Object.assign(memory, { known, asked: 0 });
    return memory.known;
  }

  private async answer(name: string, request: IncomingMessage): Promise<number> {
    const { calls = [], headers = 'forward', status = 200 } = this.apps[name] ?? {};
    const got: Sent = Object.fromEntries(
      [HEADER, 'baggage'].flatMap((header) =>
        typeof request.headers[header] === 'string' ? [[header, request.headers[header]]] : [],
      ),
    );
    if (Object.keys(got).length > 0) this.kept.set(name, got);
    if (status < 500) {
      for (const callee of calls)
        await fetch(this.url(callee), {
          headers: { connection: 'close', ...sends(headers, got, this.kept.get(name)) },
        });
    }
    return status;
  }
}

function sends(how: NonNullable<FakeApp['headers']>, got: Sent, kept: Sent = {}): Sent {
  switch (how) {
    case 'forward':
      return got;
    case 'baggage':
      return got.baggage === undefined ? {} : { baggage: got.baggage };
    case 'drop':
      return {};
    case 'leak':
      return kept;
  }
}

function sessionOf({ headers }: IncomingMessage): string | undefined {
  const baggage =
    typeof headers.baggage === 'string'
      ? new RegExp(`(?:^|,)\\s*${BAGGAGE_KEY}=([^,;]*)`).exec(headers.baggage)?.[1]
      : undefined;
  return [headers[HEADER], baggage].find(
    (value): value is string => typeof value === 'string' && new RegExp(SESSION_PATTERN).test(value),
  );
}
