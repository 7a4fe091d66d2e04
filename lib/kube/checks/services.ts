import { LABELS } from '../../words/labels';
import type { Emitted, Manifest } from '../manifest';
import { at, list } from '../manifest';
import { podSpecOf } from '../container';
import type { ObjectLookup } from './lookup';
import type { Rules } from './rule';
import { among } from './rule';

/** A request finds its way: routes lead to Services, Services to ports of pods. */

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
}
interface BackendRef {
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

const portsOf = (manifest: Manifest) => list(podSpecOf(manifest)?.spec.containers).flatMap(({ ports }) => list(ports));
const backendsOf = (rule: unknown): readonly BackendRef[] =>
  list(at(rule, 'backendRefs') as readonly BackendRef[] | undefined);

export const serviceRules: Rules<Emitted, ObjectLookup> = {
  'service-pods': ({ manifest }, report, objects) => {
    const selector = (
      manifest.kind === 'Service' ? at(manifest, 'spec', 'selector') : at(manifest, 'spec', 'selector', 'matchLabels')
    ) as Record<string, string> | undefined;
    if ((manifest.kind !== 'Service' && manifest.kind !== 'PodDisruptionBudget') || selector === undefined) return;
    // Pods of apps may be made by Pipelines.
    if (selector[LABELS.app] !== undefined || objects.workloadsOf(manifest.metadata.namespace, selector).length > 0)
      return;
    report('spec.selector', `the ${manifest.kind} selects no pods`, { found: JSON.stringify(selector) });
  },
  'service-port': ({ manifest }, report, objects) => {
    const selector = at(manifest, 'spec', 'selector') as Record<string, string> | undefined;
    if (manifest.kind !== 'Service' || selector === undefined) return;
    for (const workload of objects.workloadsOf(manifest.metadata.namespace, selector)) {
      const names = portsOf(workload).flatMap(({ name }) => name ?? []);
      list(at(manifest, 'spec', 'ports') as readonly ServicePort[] | undefined).forEach(({ targetPort }, i) => {
        // a pod may listen on a number that it does not declare
        if (typeof targetPort !== 'string' || names.includes(targetPort)) return;
        report(
          `spec.ports[${i}].targetPort`,
          `${workload.kind} '${workload.metadata.name}' has no such port`,
          among(targetPort, names),
        );
      });
    }
  },
  'route-backend': ({ manifest }, report, objects) => {
    if (manifest.kind !== 'HTTPRoute' && manifest.kind !== 'GRPCRoute') return;
    list(at(manifest, 'spec', 'rules') as readonly unknown[] | undefined).forEach((rule, i) =>
      backendsOf(rule).forEach(({ kind = 'Service', name, namespace = manifest.metadata.namespace, port }, j) => {
        const path = `spec.rules[${i}].backendRefs[${j}]`;
        if (kind !== 'Service') return;
        if (!objects.has(kind, namespace, name))
          return report(
            path,
            `nothing makes this Service in namespace '${namespace}'`,
            among(name, objects.namesOf(kind, namespace)),
          );
        const ports = at(objects.find(kind, namespace, name), 'spec', 'ports') as readonly ServicePort[] | undefined;
        if (ports !== undefined && !ports.some((each) => each.port === port))
          report(
            `${path}.port`,
            `Service '${name}' has no such port`,
            among(
              String(port),
              ports.map((each) => String(each.port)),
            ),
          );
      }),
    );
  },
};
