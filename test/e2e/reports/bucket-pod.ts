import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';
import { mine } from '../support/belongings';
import { applyObjects, deleteNamespaces, kubectl, wait } from '../support/kubectl';
import { HELPER_RESOURCES, toolImage } from '../support/suite';

/** An S3-compatible storage in a namespace that is no team's: the one of the script tests, in a pod. */

const NAMESPACE = 'e2e-bucket';
const NAME = 'bucket';
const PORT = 9000;
export const ENDPOINT = `http://${NAME}.${NAMESPACE}.svc:${PORT}`;
export const REGION = 'eu-central-1';
export const CREDENTIALS = { 'access-key': 'AKIDEXAMPLE', 'secret-key': 'wJalrXUtnFEMI/K7MDENG' };

const serve = (): string => readFileSync(join(__dirname, 'serve.js'), 'utf8');
const bucket = (): string =>
  transformFileSync(join(__dirname, '../../support/bucket.ts'), {
    module: { type: 'commonjs' },
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  }).code;

export async function openBucket(): Promise<void> {
  mine([`namespace/${NAMESPACE}`]);
  await deleteNamespaces(NAMESPACE);
  const metadata = { name: NAME, namespace: NAMESPACE, labels: { app: NAME } };
  const env = {
    ACCESS_KEY: CREDENTIALS['access-key'],
    SECRET_KEY: CREDENTIALS['secret-key'],
    REGION,
    PORT: String(PORT),
  };
  await applyObjects(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'serve.js': serve(), 'bucket.js': bucket() } },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: NAME }, ports: [{ port: PORT }] } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: NAME,
            image: toolImage('node-22'),
            command: ['node', '/scripts/serve.js'],
            env: Object.entries(env).map(([name, value]) => ({ name, value })),
            readinessProbe: { httpGet: { path: '/', port: PORT } },
            resources: HELPER_RESOURCES,
            volumeMounts: [{ name: 'scripts', mountPath: '/scripts' }],
          },
        ],
        volumes: [{ name: 'scripts', configMap: { name: NAME } }],
      },
    },
  );
  await wait('pod', NAME, NAMESPACE, 'condition=Ready', '120s');
}

/** Path → text of all that it holds. */
export const objects = async (): Promise<Readonly<Record<string, string>>> =>
  JSON.parse(
    await kubectl([
      'exec',
      NAME,
      '--namespace',
      NAMESPACE,
      '--',
      'node',
      '-e',
      `fetch('http://localhost:${PORT}').then((r) => r.text()).then(console.log)`,
    ]),
  ) as Record<string, string>;
