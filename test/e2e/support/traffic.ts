import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyObjects, kubectl, wait } from './kubectl';
import { suite } from './suite';

/**
 * Requests from inside an environment, by pod `client`, as an app would send them: `openClient` starts it, `ask` sends one
 * request.
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
            image: suite().toolbox ?? 'docker.io/library/node:22.14.0-bookworm',
            command: ['sleep', 'infinity'],
            resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '2', memory: '512Mi' } },
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

const exec = (namespace: string, args: readonly string[]): Promise<string> =>
  kubectl(['exec', CLIENT, '--namespace', namespace, '--', 'node', `${SCRIPTS}/client.js`, ...args]);

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Headers in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export const ask = async (namespace: string, url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  JSON.parse(await exec(namespace, ['ask', url, JSON.stringify(headers)])) as Answer;
