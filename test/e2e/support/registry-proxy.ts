import { mine } from './belongings';
import { applyObjects, deleteNamespaces, kubectl } from './kubectl';
import { HELPER_RESOURCES, suite, toolImage } from './suite';

/**
 * A way for pods to the registry: the same registry by the name `RegistryProxy.host`. It can be closed, and it may deny
 * what is absent instead of saying so, as many registries do to whoever may not list.
 */

const NAME = 'registry';
const PORT = 5000;

const PASSES = `
const net = require('node:net');
const [host, port] = process.env.REGISTRY.split(':');
net.createServer((client) => {
  const registry = net.connect(Number(port ?? 80), host);
  client.pipe(registry).pipe(client);
  for (const one of [client, registry]) one.on('error', () => [client, registry].forEach((each) => each.destroy()));
}).listen(${PORT});
process.on('SIGTERM', () => process.exit(0));
`;

const DENIES = `
const http = require('node:http');
const [host, port] = process.env.REGISTRY.split(':');
const denied = JSON.stringify({ errors: [{ code: 'DENIED', message: 'requested access to the resource is denied' }] });
http.createServer((request, response) => {
  const { method, url, headers } = request;
  const asked = http.request({ host, port: port ?? 80, method, path: url, headers }, (answer) => {
    if (answer.statusCode === 404 && url.includes('/manifests/')) {
      answer.resume();
      return response.writeHead(403, { 'content-type': 'application/json' }).end(method === 'HEAD' ? undefined : denied);
    }
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  asked.on('error', () => response.destroy());
  request.pipe(asked);
}).listen(${PORT});
process.on('SIGTERM', () => process.exit(0));
`;

export class RegistryProxy {
  constructor(
    private readonly namespace: string,
    private readonly absence: 'told' | 'denied' = 'told',
  ) {}

  get host(): string {
    return `${NAME}.${this.namespace}.svc.cluster.local:${PORT}`;
  }

  async open(): Promise<void> {
    mine([`namespace/${this.namespace}`]);
    await deleteNamespaces(this.namespace);
    const metadata = { name: NAME, namespace: this.namespace };
    const labels = { app: NAME };
    const container = {
      name: NAME,
      image: toolImage('node-22'),
      command: ['node', '-e', this.absence === 'denied' ? DENIES : PASSES],
      env: [{ name: 'REGISTRY', value: suite().pushRegistry }],
      readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
      resources: HELPER_RESOURCES,
    };
    await applyObjects(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } },
      { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ port: PORT }] } },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          replicas: 0,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
        },
      },
    );
    await this.back();
  }

  /** Nobody answers any more; connections that stand are cut. */
  async gone(): Promise<void> {
    await this.scale(0);
    await kubectl(['wait', 'pods', '--all', '--namespace', this.namespace, '--for=delete', '--timeout=60s']);
  }

  async back(): Promise<void> {
    await this.scale(1);
    await kubectl(['rollout', 'status', `deployment/${NAME}`, '--namespace', this.namespace, '--timeout=120s']);
  }

  private scale(replicas: number): Promise<string> {
    return kubectl(['scale', `deployment/${NAME}`, '--namespace', this.namespace, `--replicas=${replicas}`]);
  }
}
