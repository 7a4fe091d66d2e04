import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { configurationOf, shop, teamOf } from '../support';
import { api } from '../support/api';

/** Server-sent events of what changes. */

const [seen, hidden] = [shop(), teamOf('secret', { vault: [{ name: 'key', repo: 'acme/key' }] })];

/** Asks as a browser does, and reads until what was read holds a text. */
async function listening(may: (namespace: string) => boolean) {
  const listeners = new Set<(namespace: string) => void>();
  const { app } = api(configurationOf(seen, hidden), {
    authenticate: async () => ({ name: 'somebody', may: async (_verb, namespace) => may(namespace) }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const request = get({ port, host: '127.0.0.1', path: '/api/changes' });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const until = async (part: string) => {
    while (!text.includes(part)) await once(response, 'data');
    return text;
  };
  return {
    app,
    request,
    response,
    listeners,
    until,
    tell: (namespace: string) => listeners.forEach((one) => one(namespace)),
  };
}

it('tells of the teams that the caller may see, once for a burst', async () => {
  const { app, request, response, until, tell } = await listening((namespace) => namespace === seen.namespace);
  expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/event-stream']);
  for (const namespace of [hidden.namespace, seen.namespace, seen.namespace, hidden.namespace]) tell(namespace);
  const text = await until('event: change');
  expect(text.split('event: change')).toHaveLength(2);
  expect(text).toContain(JSON.stringify({ namespace: seen.namespace }));
  expect(text).not.toContain(hidden.namespace);
  request.destroy();
  await app.close();
});

it('forgets who is gone, and ends with the server', async () => {
  const gone = await listening(() => true);
  expect(gone.listeners.size).toBe(1);
  gone.request.on('error', () => undefined).destroy();
  while (gone.listeners.size > 0) await new Promise((resolve) => setImmediate(resolve));
  await gone.app.close();

  const stays = await listening(() => true);
  const ended = once(stays.response, 'end');
  await stays.app.close();
  await ended;
  expect(stays.listeners.size).toBe(0);
});

it('is refused to whom no team is shown', async () => {
  const { app, response } = await listening(() => false);
  expect(response.statusCode).toBe(403);
  await app.close();
});

it('has only so many listeners of one caller, and takes others when these are gone', async () => {
  const { app, request, listeners } = await listening(() => true);
  const { port } = app.server.address() as AddressInfo;
  const ask = async () => {
    const one = get({ port, host: '127.0.0.1', path: '/api/changes' }).on('error', () => undefined);
    const [response] = (await once(one, 'response')) as [IncomingMessage];
    return { one, status: response.resume().statusCode };
  };
  const asked = await Promise.all(Array.from({ length: 25 }, ask));
  expect(asked.filter(({ status }) => status === 200)).toHaveLength(19);
  expect(asked.filter(({ status }) => status === 503)).toHaveLength(6);
  for (const { one } of asked) one.destroy();
  while (listeners.size > 1) await new Promise((resolve) => setImmediate(resolve));
  expect((await ask()).status).toBe(200);
  request.destroy();
  await app.close();
});

it('keeps nothing of whoever is gone before the answer begins', async () => {
  let answer = (): void => undefined;
  const waits = new Promise<void>((resolve) => (answer = resolve));
  const listeners = new Set<unknown>();
  const { app } = api(configurationOf(seen), {
    authenticate: async () => ({ name: 'somebody', may: () => waits.then(() => true) }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const arrived = once(app.server, 'request');
  const request = get({ port, host: '127.0.0.1', path: '/api/changes' }).on('error', () => undefined);
  const [, response] = (await arrived) as [unknown, { once(event: string, listener: () => void): void }];
  const gone = new Promise<void>((resolve) => response.once('close', resolve));
  request.destroy();
  await gone;
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  expect(listeners.size).toBe(0);
  await app.close();
});
