import type { FastifyInstance } from 'fastify';
import type { Queue } from '../queue/queue';
import { streamsOf } from './streams';
import type { VisibleDeps } from './visible';
import { visibleTeams } from './visible';

export interface ChangesDeps extends VisibleDeps {
  readonly onChange: Queue['onChange'];
}

/** Changes come in bursts; what is shown is read anew once for each. */
const SETTLE_MS = 300;
/** Proxies end a connection on which nothing is sent. */
const HEARTBEAT_MS = 20_000;
const LASTS_MS = 300_000;
/** Whoever reads this slowly reads nothing any more. */
const UNREAD_MAX = 65_536;
const FLUSHED_WITHIN_MS = 5_000;

/**
 * `GET /api/changes`: server-sent events, each with the namespace of a team whose runs have changed. What has changed is
 * asked for anew, so a lost event loses nothing. https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function changesRoute(app: FastifyInstance, deps: ChangesDeps): void {
  const streams = streamsOf(app, LASTS_MS);

  app.get('/api/changes', async (request, reply) => {
    const namespaces = new Set((await visibleTeams(deps, request)).map(({ namespace }) => namespace));
    const signal = streams.begin(reply, await deps.authenticate(request));
    void reply.hijack();
    const { raw } = reply;
    // what is written to a connection that broke is no reason to end the process
    raw.on('error', () => raw.destroy());
    if (signal.aborted) return void raw.destroy();
    const send = (text: string): void => void (raw.writableLength > UNREAD_MAX ? raw.destroy() : raw.write(text));
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-request-id': request.id };
    raw.writeHead(200, { ...headers, 'x-accel-buffering': 'no' });
    send(': the namespaces in which runs change\n\n');

    const changed = new Set<string>();
    let telling: NodeJS.Timeout | undefined;
    const tell = (): void => {
      telling = undefined;
      for (const namespace of changed) send(`event: change\ndata: ${JSON.stringify({ namespace })}\n\n`);
      changed.clear();
    };
    const forget = deps.onChange((namespace) => {
      if (!namespaces.has(namespace)) return;
      changed.add(namespace);
      telling ??= setTimeout(tell, SETTLE_MS);
    });
    const heartbeat = setInterval(() => send(':\n\n'), HEARTBEAT_MS);
    signal.addEventListener('abort', () => {
      forget();
      clearTimeout(telling);
      clearInterval(heartbeat);
      raw.end();
      setTimeout(() => raw.destroy(), FLUSHED_WITHIN_MS).unref();
    });
  });
}
