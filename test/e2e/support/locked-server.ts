import { mine } from './belongings';
import { applyObjects, deleteNamespaces, kubectl } from './kubectl';
import { HELPER_RESOURCES, toolImage } from './suite';

/** A server to which nobody has a credential, be it taken for one of git or for a registry. */

const NAMESPACE = 'e2e-locked';
const NAME = 'locked';

export const LOCKED_HOST = `${NAME}.${NAMESPACE}.svc.cluster.local`;

const SCRIPT = `
require('node:http').createServer((_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="locked"' }).end()).listen(8080);
process.on('SIGTERM', () => process.exit(0));
`;

export async function openLockedServer(): Promise<void> {
  mine([`namespace/${NAMESPACE}`]);
  await deleteNamespaces(NAMESPACE);
  const metadata = { name: NAME, namespace: NAMESPACE };
  const labels = { app: NAME };
  const container = {
    name: NAME,
    image: toolImage('node-22'),
    command: ['node', '-e', SCRIPT],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
    resources: HELPER_RESOURCES,
  };
  await applyObjects(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
      },
    },
  );
  await kubectl(['rollout', 'status', `deployment/${NAME}`, '--namespace', NAMESPACE, '--timeout=120s']);
}
