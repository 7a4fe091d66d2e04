import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { applyObjects, kubectl, wait } from './kubectl';
import { HELPER_RESOURCES, toolImage } from './suite';
import { until } from './until';

/**
 * Requests from inside an environment, by pod `client`, as an app would send them: `openClient` starts it; `ask` sends one
 * request, `hops` says which version of each app answered it; `websocket` opens one; `load` sends many until it is told to
 * stop, `latency` and `capacity` measure.
 */

const CLIENT = 'client';
const SCRIPTS = '/scripts';

/** Starts the pod from which requests are sent; it stays until its namespace goes. */
export async function openClient(namespace: string): Promise<void> {
  const metadata = { name: CLIENT, namespace };
  const script = readFileSync(join(__dirname, 'client.js'), 'utf8');
  await applyObjects(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'client.js': script } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: CLIENT,
            image: toolImage('node-22'),
            command: ['sleep', 'infinity'],
            resources: { ...HELPER_RESOURCES, limits: { cpu: '2', memory: '512Mi' } },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            volumeMounts: [{ name: 'scripts', mountPath: SCRIPTS, readOnly: true }],
          },
        ],
        volumes: [{ name: 'scripts', configMap: { name: CLIENT } }],
      },
    },
  );
  await wait('pod', CLIENT, namespace, 'condition=Ready', '60s');
}

const command = (namespace: string, args: readonly string[]): string[] => [
  'exec',
  '--stdin',
  CLIENT,
  '--namespace',
  namespace,
  '--',
  'node',
  `${SCRIPTS}/client.js`,
  ...args,
];
const exec = async <Found>(namespace: string, ...args: readonly string[]): Promise<Found> =>
  JSON.parse(await kubectl(command(namespace, args))) as Found;

export type Headers = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Headers;
}

export const ask = (namespace: string, url: string, headers: Headers = {}): Promise<Answer> =>
  exec<Answer>(namespace, 'ask', url, JSON.stringify(headers));

interface Hop {
  readonly app: string;
  readonly version: string;
  readonly calls?: Hop;
}

/** `originator=stable forwarder=pr-7 terminal=stable`. @throws if the answer is none of the test apps' */
export async function hops(namespace: string, url: string, headers?: Headers): Promise<string> {
  const { status, body } = await ask(namespace, url, headers);
  if (status !== 200) throw new Error(`${url} answered ${status}: ${body}`);
  const names: string[] = [];
  for (let hop: Hop | undefined = JSON.parse(body) as Hop; hop !== undefined; hop = hop.calls)
    names.push(`${hop.app}=${hop.version}`);
  return names.join(' ');
}

/** What a WebSocket said first, and what it answered to the text. */
export const websocket = (namespace: string, url: string, headers: Headers, text: string): Promise<[string, string]> =>
  exec(namespace, 'websocket', url, JSON.stringify(headers), text);

/** Milliseconds of each request, one after another. */
export const latency = (namespace: string, url: string, count: number): Promise<number[]> =>
  exec(namespace, 'latency', url, String(count));

export const capacity = (
  namespace: string,
  url: string,
  atOnce: number,
  seconds: number,
): Promise<{ readonly perSecond: number; readonly failed: number }> =>
  exec(namespace, 'capacity', url, String(atOnce), String(seconds));

export interface Target {
  readonly name: string;
  readonly url: string;
  readonly headers: Headers;
}

/** One request of a load; times in milliseconds since the epoch. */
export interface Sample {
  readonly target: string;
  readonly start: number;
  readonly end: number;
  /** As `hops` gives it, what another app said, or the status and body of a failure. */
  readonly answer: string;
}

export interface Load {
  /** Waits until each target has answered so many requests that were sent at that moment or later. */
  readonly answers: (count: number, since: number) => Promise<unknown>;
  /** Ends it; gives all that was answered. */
  readonly stop: () => Promise<readonly Sample[]>;
}

/** Starts to ask each target again and again. */
export function load(namespace: string, targets: readonly Target[]): Load {
  const child = spawn('kubectl', command(namespace, ['load', JSON.stringify(targets)]), {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const samples: Sample[] = [];
  createInterface(child.stdout).on('line', (line) => samples.push(JSON.parse(line) as Sample));
  const ended = new Promise<readonly Sample[]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(samples) : reject(new Error(`the load ended with exit code ${code}`)),
    );
  });
  // whoever stops it is told; until then nobody listens
  ended.catch(() => undefined);
  return {
    answers: (count, since) =>
      Promise.race([
        ended,
        until(`${count} answers of each kind`, 300, async () =>
          targets.every(
            ({ name }) => samples.filter(({ target, start }) => target === name && start >= since).length >= count,
          )
            ? true
            : undefined,
        ),
      ]),
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}
