import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { connect, createServer as createServer2 } from 'node:http2';
import type { Http2Server } from 'node:http2';
import { connect as dial } from 'node:net';
import { BACKEND_HEADER } from '../../../lib/words/environment';
import { session } from '../../../lib/words/names';
import type { Site } from '../../../lib/fleet/site';
import { siteOf } from '../../../lib/fleet/site';
import { environmentApps } from '../../../lib/output/team/environment-apps';
import { haproxyConfig, routerPorts } from '../../../lib/output/team/router-config';
import { app, stack, team } from './model';
import type { Router } from './support/router';
import { suiteWith } from '../tasks/support/tools';
import { check, freePort, get, startRouter, until } from './support/router';

const NAMESPACE = 'shop-staging';
const host = (name: string): string => `${name}.${NAMESPACE}.svc.cluster.local`;

describe('as text', () => {
  const config = (...stacks: Parameters<typeof team>[1] & object): string =>
    haproxyConfig(NAMESPACE, environmentApps(team({}, stacks), NAMESPACE), siteOf(undefined));

  it('leaves out apps that speak no HTTP', () => {
    expect(config(stack('s', [app('fe'), app('db', { protocol: 'tcp' })]))).not.toContain('db');
  });

  it('gives an app a port of its own that no other app changes, wherever it comes', () => {
    const ports = (names: readonly string[]) =>
      routerPorts(
        environmentApps(
          team({}, [
            stack(
              's',
              names.map((name) => app(name)),
            ),
          ]),
          NAMESPACE,
        ),
      );
    const names = Array.from({ length: 40 }, (_, i) => `app-${i}`);
    const before = ports(names);
    expect(new Set(before.values()).size).toBe(names.length);
    for (const place of [0, 20, 40]) {
      const after = ports([...names.slice(0, place), 'newcomer', ...names.slice(place)]);
      expect(names.map((name) => after.get(name))).toEqual(names.map((name) => before.get(name)));
    }
    expect(Math.min(...before.values())).toBeGreaterThan(10_000);
    expect(Math.max(...before.values())).toBeLessThan(32_768);
  });

  it('gives every app of many a port of its own', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `a${i}`);
    const apps = environmentApps(
      team({}, [
        stack(
          's',
          names.map((name) => app(name)),
        ),
      ]),
      NAMESPACE,
    );
    expect(new Set(routerPorts(apps).values()).size).toBe(names.length);
  });

  it('makes one frontend of an app in two stacks, with the headers of both', () => {
    const other = stack('b', [app('fe')], {
      propagation: { headerName: 'x-other', baggageKey: 'other', strategy: 'w3c-baggage' },
    });
    const text = config(stack('a', [app('fe')]), other);
    expect(text.match(/^frontend fe /gm)).toHaveLength(1);
    expect(text).toContain('req.hdr(x-dev-session,1)');
    expect(text).toContain('req.hdr(x-other,1)');
  });
});

suiteWith(['haproxy'], 'in HAProxy', () => {
  let router: Router;
  const servers: (Server | Http2Server)[] = [];
  const mine = session('acme/fe', 4);
  const longer = session('acme/fe', 42);

  /** Both ports are the same on all addresses, as they are for all pods of an app. */
  let containerPort: number, servicePort: number;
  const serve = async (server: Server | Http2Server, address: string, port: number): Promise<void> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, address, resolve));
  };
  const echo = (name: string): Server => {
    const server = createServer((asked, reply) => reply.end(JSON.stringify({ name, headers: asked.headers })));
    return server.on('upgrade', (_, socket) => {
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
      );
      socket.on('end', () => socket.end()).on('data', (data) => socket.write(`${name} heard ${String(data)}`));
    });
  };
  const grpc = (name: string): Http2Server =>
    createServer2().on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(name);
    });

  beforeAll(async () => {
    [containerPort, servicePort] = [await freePort(), await freePort()];
    const ports = { containerPort, servicePort };
    const first = stack('a', [app('fe', ports), app('late', ports), app('rpc', { ...ports, protocol: 'grpc' })]);
    const second = stack('b', [app('other', ports)], {
      propagation: { headerName: 'x-tenant', baggageKey: 'tenant.id', strategy: 'w3c-baggage' },
    });
    await serve(echo('stable'), '127.0.1.1', servicePort);
    await serve(echo(mine), '127.0.1.2', containerPort);
    await serve(echo(longer), '127.0.1.3', containerPort);
    await serve(grpc('stable'), '127.0.1.4', servicePort);
    await serve(grpc(mine), '127.0.1.5', containerPort);
    router = await startRouter(NAMESPACE, environmentApps(team({}, [first, second]), NAMESPACE));
    for (const name of ['fe', 'other']) {
      router.dns.records
        .set(host(`${name}-stable`), '127.0.1.1')
        .set(host(`${name}-${mine}`), '127.0.1.2')
        .set(host(`${name}-${longer}`), '127.0.1.3');
    }
    router.dns.records.set(host('rpc-stable'), '127.0.1.4').set(host(`rpc-${mine}`), '127.0.1.5');
    for (const name of ['fe', 'other'])
      await until(async () => (await ask(name)).status === 200, `${name}-stable to be resolved`);
    // asked for once while it has no address, so that what follows does not depend on who comes first
    expect((await ask('late')).status).toBe(503);
  });
  afterAll(async () => {
    await router.stop();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  });

  const portOf = (name: string): number => router.ports.get(name) ?? 0;
  const ask = async (
    name: string,
    headers: Record<string, string | string[]> = {},
    path = '/',
  ): Promise<{ status: number; from?: string; backend?: unknown; headers?: IncomingHttpHeaders }> => {
    const { status, body, headers: got } = await get(portOf(name), path, headers);
    const said = status === 200 ? (JSON.parse(body) as { name: string; headers: IncomingHttpHeaders }) : undefined;
    return { status, from: said?.name, headers: said?.headers, backend: got[BACKEND_HEADER] };
  };

  it('is accepted without a warning', () => {
    const config = haproxyConfig(
      NAMESPACE,
      environmentApps(team({}, [stack('s', [app('fe'), app('rpc', { protocol: 'grpc' })])]), NAMESPACE),
      siteOf(undefined),
    );
    expect(check(config)).toEqual({ status: 0, complaints: [] });
    expect(check(config.replace('maxconn', 'maxcon')).status).toBe(1);
  });

  it.each<[string, Record<string, string | string[]>, 'stable' | 'mine' | 'longer']>([
    ['no header', {}, 'stable'],
    ['the header', { 'x-dev-session': mine }, 'mine'],
    ['the header in capitals', { 'X-Dev-Session': mine }, 'mine'],
    ['a longer number', { 'x-dev-session': longer }, 'longer'],
    ['baggage', { baggage: `dev-session=${mine}` }, 'mine'],
    ['a longer number in baggage', { baggage: `dev-session=${longer}` }, 'longer'],
    ['a member in the middle', { baggage: `a=1,dev-session=${mine},b=2` }, 'mine'],
    ['spaces and properties', { baggage: `a=1;p , \t dev-session = ${mine} ; ttl=9;x , b=2` }, 'mine'],
    ['the second line of baggage', { baggage: ['a=1', `dev-session=${mine}`] }, 'mine'],
    ['the first line of baggage', { baggage: [`dev-session=${mine}`, 'a=1'] }, 'mine'],
    ['the header beside baggage', { baggage: `dev-session=${longer}`, 'x-dev-session': mine }, 'mine'],
    ['a bad header beside baggage', { baggage: `dev-session=${mine}`, 'x-dev-session': 'nobody' }, 'mine'],
    ['another key that ends the same', { baggage: `x-dev-session=${mine}` }, 'stable'],
    ['another key that begins the same', { baggage: `dev-session-2=${mine}` }, 'stable'],
    ['another header that ends the same', { 'x-baggage': `dev-session=${mine}` }, 'stable'],
    ['a value that goes on', { baggage: `dev-session=${mine}x` }, 'stable'],
    ['a property that looks like a member', { baggage: `a=1;dev-session=${mine}` }, 'stable'],
    ['a session nobody opened', { 'x-dev-session': session('acme/fe', 5) }, 'stable'],
    ['a header that is no session', { 'x-dev-session': 'stable' }, 'stable'],
    ['a name of DNS', { 'x-dev-session': `${mine}.evil` }, 'stable'],
  ])('%s leads to the right backend', async (_, headers, to) => {
    const name = { stable: 'stable', mine, longer }[to];
    expect(await ask('fe', headers)).toMatchObject({ status: 200, from: name, backend: `fe-${name}` });
  });

  it('listens to each stack for its own header', async () => {
    expect((await ask('other', { 'x-tenant': mine })).from).toBe(mine);
    expect((await ask('other', { baggage: `tenant.id=${mine}` })).from).toBe(mine);
    expect((await ask('other', { 'x-dev-session': mine, baggage: `tenant-id=${mine}` })).from).toBe('stable');
  });

  it('never asks DNS for what is no session', async () => {
    const asked = 'pr-7-UPPER';
    await ask('fe', { 'x-dev-session': asked });
    expect(router.dns.asked.filter((name) => name.includes('pr-7'))).toEqual([]);
  });

  it('makes a request of an unknown session wait for milliseconds', async () => {
    const start = performance.now();
    expect((await ask('fe', { 'x-dev-session': session('acme/fe', 6) })).from).toBe('stable');
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('finds a preview opened while it runs, and leaves it when it closes', async () => {
    const opened = session('acme/fe', 77);
    router.dns.records.set(host(`fe-${opened}`), '127.0.1.2');
    expect((await ask('fe', { 'x-dev-session': opened })).from).toBe(mine);
    router.dns.records.delete(host(`fe-${opened}`));
    await until(
      async () => (await ask('fe', { 'x-dev-session': opened })).from === 'stable',
      'the closed preview to be left',
    );
  });

  it('starts before the Services exist, says 503 at once, and finds them later', async () => {
    const start = performance.now();
    expect(await ask('late')).toMatchObject({ status: 503, backend: 'late-stable' });
    expect(performance.now() - start).toBeLessThan(500);
    router.dns.records.set(host('late-stable'), '127.0.1.1');
    await until(async () => (await ask('late')).from === 'stable', 'late-stable to be found');
  });

  it('passes headers on as they came', async () => {
    const { headers } = await ask('fe', {
      'x-request-id': 'abc',
      traceparent: '00-1',
      baggage: `a=1,dev-session=${mine}`,
      host: 'shop.example.com',
    });
    expect(headers).toEqual({
      'x-request-id': 'abc',
      traceparent: '00-1',
      baggage: `a=1,dev-session=${mine}`,
      host: 'shop.example.com',
    });
  });

  it('logs one line a request', async () => {
    router.log.length = 0;
    await ask('fe', { 'x-dev-session': mine }, '/cart/1?secret=2');
    await ask('fe', { 'x-dev-session': session('acme/fe', 8) }, '/cart/2');
    await ask('fe', {}, '/cart/3');
    await until(() => router.log.length === 3, 'three lines of log');
    expect(router.log).toEqual([
      `tekton-dag app=fe session=${mine} to=preview status=200 path=/cart/1`,
      `tekton-dag app=fe session=${session('acme/fe', 8)} to=stable status=200 path=/cart/2`,
      'tekton-dag app=fe session=- to=stable status=200 path=/cart/3',
    ]);
  });

  it('lets a WebSocket through to the preview', async () => {
    const socket = dial(portOf('fe'), '127.0.0.1');
    let heard = '';
    socket.on('data', (data) => (heard += String(data)));
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: fe\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nx-dev-session: ${mine}\r\n\r\n`,
    );
    await until(() => heard.includes('101 Switching Protocols'), 'the upgrade');
    socket.write('hello');
    await until(() => heard.includes(`${mine} heard hello`), 'the echo');
    expect(heard).toContain(`${BACKEND_HEADER}: fe-${mine}`);
    socket.destroy();
  });

  it.each([
    ['stable', {}],
    [mine, { 'x-dev-session': mine }],
  ])('speaks HTTP/2 with a gRPC app, trailers included: %s', async (from, headers) => {
    const client = connect(`http://127.0.0.1:${portOf('rpc')}`);
    const call = async (): Promise<{ body: string; trailers: unknown; backend: unknown }> => {
      const stream = client.request({
        ':path': '/pkg.Service/Call',
        ':method': 'POST',
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      });
      let [body, backend, trailers]: [string, unknown, unknown] = ['', undefined, undefined];
      stream
        .on('response', (got) => (backend = got[BACKEND_HEADER]))
        .on('trailers', (got) => (trailers = got['grpc-status']));
      stream.setEncoding('utf8').on('data', (text: string) => (body += text));
      await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject).end('x'));
      return { body, trailers, backend };
    };
    await until(async () => (await call()).body === from, `${from} to answer`);
    expect(await call()).toEqual({ body: from, trailers: '0', backend: `rpc-${from}` });
    client.close();
  });

  it('gives Prometheus its metrics, and nothing else, on the port of the probes', async () => {
    expect((await get(portOf('admin'), '/metrics')).body).toMatch(/haproxy_frontend_http_requests_total\{proxy="fe"\}/);
    expect((await get(portOf('admin'), '/')).status).toBe(404);
  });
});

suiteWith(['haproxy'], 'in HAProxy, on clusters that differ', () => {
  const mine = session('acme/fe', 4);

  /** An app whose stable pods and whose preview answer by these addresses, asked by this address of the router. */
  async function answers(
    site: Partial<Site>,
    { stable, preview }: Record<'stable' | 'preview', string>,
    by: string,
  ): Promise<readonly (string | undefined)[]> {
    const [containerPort, servicePort] = [await freePort(), await freePort()];
    const serve = async (address: string, port: number, name: string): Promise<Server> => {
      const server = createServer((_, reply) => reply.end(name));
      await new Promise<void>((resolve) => server.listen({ port, host: address, ipv6Only: true }, resolve));
      return server;
    };
    const servers = [await serve(stable, servicePort, 'stable'), await serve(preview, containerPort, 'preview')];
    const apps = environmentApps(team({}, [stack('a', [app('fe', { containerPort, servicePort })])]), NAMESPACE);
    const whole = { ...siteOf(undefined), ...site };
    const router = await startRouter(NAMESPACE, apps, whole);
    const ask = (headers: Record<string, string>) => get(router.ports.get('fe') ?? 0, '/', headers, by);
    try {
      router.dns.records
        .set(`fe-stable.${NAMESPACE}.svc.${whole.domain}`, stable)
        .set(`fe-${mine}.${NAMESPACE}.svc.${whole.domain}`, preview);
      await until(async () => (await ask({})).status === 200, 'stable pods to be found');
      const unknown = { 'x-dev-session': session('acme/fe', 5) };
      return [(await ask({})).body, (await ask({ 'x-dev-session': mine })).body, (await ask(unknown)).body];
    } finally {
      await router.stop();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    }
  }

  const [four, six] = [
    { stable: '127.0.1.1', preview: '127.0.1.2' },
    { stable: '::1', preview: '::1' },
  ];
  it.each<[string, Partial<Site>, Record<'stable' | 'preview', string>, string]>([
    ['another domain', { domain: 'corp.example' }, four, '127.0.0.1'],
    ['IPv4 alone', { ipFamilies: ['IPv4'] }, four, '127.0.0.1'],
    ['IPv6 alone, as its file says', { ipFamilies: ['IPv6'] }, six, '::1'],
    ['IPv6 alone, of which no file says anything', {}, six, '::1'],
    ['both, IPv6 first, pods of IPv4', { ipFamilies: ['IPv6', 'IPv4'] }, four, '::1'],
    ['both, IPv4 first, a preview of IPv6', { ipFamilies: ['IPv4', 'IPv6'] }, { ...four, preview: '::1' }, '127.0.0.1'],
  ])('%s', async (_, site, pods, by) => {
    expect(await answers(site, pods, by)).toEqual(['stable', 'preview', 'stable']);
  });
});
