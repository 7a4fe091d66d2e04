import type { FastifyInstance } from 'fastify';
import type { Queue } from '../queue/queue';
import type { VisibleDeps } from './visible';
import { visibleTeams } from './visible';

export interface ChangesDeps extends VisibleDeps {
  readonly onChange: Queue['onChange'];
}

/** Changes come in bursts; what is shown is read anew once for each. */
const SETTLE_MS = 300;
/** Proxies end a connection on which nothing is sent. */
const HEARTBEAT_MS = 20_000;
/** Whoever may no longer see a team is not told of it after this time: the browser asks again by itself. */
const LASTS_MS = 300_000;

/**
 * `GET /api/changes`: server-sent events, each with the namespace of a team whose runs have changed. What has changed is
 * asked for anew, so a lost event loses nothing. https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function changesRoute(app: FastifyInstance, deps: ChangesDeps): void {
  const open = new Set<() => void>();
  app.addHook('preClose', async () => open.forEach((end) => end()));

  app.get('/api/changes', async (request, reply) => {
    const namespaces = new Set((await visibleTeams(deps, request)).map(({ namespace }) => namespace));
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-request-id': request.id };
    void reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { ...headers, 'x-accel-buffering': 'no' }).write(': the namespaces in which runs change\n\n');

    const changed = new Set<string>();
    let telling: NodeJS.Timeout | undefined;
    const tell = (): void => {
      telling = undefined;
      for (const namespace of changed) raw.write(`event: change\ndata: ${JSON.stringify({ namespace })}\n\n`);
      changed.clear();
    };
    const forget = deps.onChange((namespace) => {
      if (!namespaces.has(namespace)) return;
      changed.add(namespace);
      telling ??= setTimeout(tell, SETTLE_MS);
    });
    const heartbeat = setInterval(() => raw.write(':\n\n'), HEARTBEAT_MS);
    const end = (): void => void raw.end();
    const last = setTimeout(end, LASTS_MS);
    open.add(end);
    raw.once('close', () => {
      open.delete(end);
      forget();
      [telling, heartbeat, last].forEach(clearTimeout);
    });
  });
}
