import type { Manifest } from '../kube/manifest';
import { at, describe, list } from '../kube/manifest';
import { ORCHESTRATOR } from '../output/team/orchestrator-service';
import { WEBHOOK_ROUTER } from '../words/names';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Read } from './reading';
import { isRead, judged } from './reading';

/** Where a Git host delivers to: the Ingress, the Service and the Deployment of each orchestrator, and of the router. */

const found = findings('webhook-address');
const CLASS_DEFAULT = 'ingressclass.kubernetes.io/is-default-class';

/** What is read of an IngressClass. */
export interface IngressClass {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

/** Those of the objects by which deliveries come in. */
export const addressesWanted = (objects: readonly Manifest[]): readonly Manifest[] =>
  objects.filter(
    ({ kind, metadata }) =>
      [ORCHESTRATOR, WEBHOOK_ROUTER].includes(metadata.name) && ['Deployment', 'Service', 'Ingress'].includes(kind),
  );

/** @param wanted as it is emitted @param apply how it is made */
export function checkAddress(
  wanted: Manifest,
  live: Read<Manifest | undefined>,
  classes: Read<readonly IngressClass[]>,
  apply: string,
): readonly Finding[] {
  const subject = describe(wanted);
  return judged('webhook-address', subject, live, (object) => {
    if (object === undefined)
      return [found('error', subject, 'is missing, so no delivery of a Git host arrives', apply)];
    if (wanted.kind === 'Deployment') return checkDeployment(subject, wanted, object);
    return wanted.kind === 'Ingress' ? checkIngress(subject, wanted, object, classes) : [];
  });
}

function checkDeployment(
  subject: string,
  { metadata: { name, namespace } }: Manifest,
  live: Manifest,
): readonly Finding[] {
  const [wanted, ready] = [at(live, 'spec', 'replicas') ?? 1, at(live, 'status', 'readyReplicas') ?? 0].map(Number);
  if (ready! >= wanted!) return [];
  const remedy = `kubectl get pods --namespace=${namespace} --selector=app.kubernetes.io/name=${name}\nkubectl logs deployment/${name} --namespace=${namespace}`;
  return [
    ready === 0
      ? found('error', subject, 'has no pod that is ready, so deliveries are not answered', remedy)
      : found('warning', subject, `has ${ready} of ${wanted} pods ready`, remedy),
  ];
}

interface LoadBalancer {
  readonly ip?: string;
  readonly hostname?: string;
}

function checkIngress(
  subject: string,
  wanted: Manifest,
  live: Manifest,
  classes: Read<readonly IngressClass[]>,
): readonly Finding[] {
  const addresses = list(at(live, 'status', 'loadBalancer', 'ingress') as readonly LoadBalancer[] | undefined);
  // a controller has taken it, whichever class it goes by
  if (addresses.length > 0) return [];
  const name = at(wanted, 'spec', 'ingressClassName') as string | undefined;
  const there = isRead(classes) ? classes.value : [];
  const isServed = there.some(({ metadata }) =>
    name === undefined ? metadata.annotations?.[CLASS_DEFAULT] === 'true' : metadata.name === name,
  );
  if (!isRead(classes) || isServed)
    return [
      found(
        'warning',
        subject,
        'has no address yet: no ingress controller says that it serves it',
        `kubectl describe ingress ${wanted.metadata.name} --namespace=${wanted.metadata.namespace}`,
      ),
    ];
  const known = there.map(({ metadata }) => metadata.name).join(', ') || 'none';
  return [
    found(
      'error',
      subject,
      name === undefined
        ? `names no IngressClass, and no class is the default (there are: ${known})`
        : `its IngressClass ${name} is missing (there are: ${known})`,
      "install an ingress controller, or say ingress.className in the cluster's file",
    ),
  ];
}

/** Where no Ingress is emitted, somebody else leads deliveries to the Service. */
export const withoutIngress = (addresses: readonly Manifest[]): readonly Finding[] =>
  addresses
    .filter(({ kind }) => kind === 'Service')
    .filter(
      ({ metadata }) =>
        !addresses.some((one) => one.kind === 'Ingress' && one.metadata.namespace === metadata.namespace),
    )
    .map((service) =>
      found(
        'note',
        describe(service),
        "synth makes no Ingress, since the cluster's file says no ingress.domain: the Git host needs another way to it",
      ),
    );
