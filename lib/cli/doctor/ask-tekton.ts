import type { WebhookConfiguration } from '../../doctor/admission';
import type { Outcome } from '../../doctor/finding';
import type { Read } from '../../doctor/reading';
import { isRead } from '../../doctor/reading';
import { RESOLVER, checkResolver, resolverNamespaces, resolving } from '../../doctor/resolver';
import type { ResolverSeen } from '../../doctor/resolver';
import { INFO, checkTekton, tektonsWanted } from '../../doctor/tekton';
import type { Wanted } from '../../doctor/wanted';
import type { Manifest } from '../../kube/manifest';
import { TEKTON } from '../../words/names';
import type { Reader } from './reader';
import { CONFIG_MAPS, CRDS, DEPLOYMENTS, STATEFUL_SETS, VALIDATING } from './refs';

/** Reads what is asked of Tekton. */

interface Data {
  readonly data?: Readonly<Record<string, string>>;
}

/** The webhook of Tekton says in which namespace Tekton is. */
async function tektonNamespace(reader: Reader): Promise<string> {
  const read = await reader.list<WebhookConfiguration>(VALIDATING);
  const own = isRead(read)
    ? read.value.find(({ metadata }) => metadata.name.endsWith('webhook.pipeline.tekton.dev'))
    : undefined;
  return own?.webhooks?.[0]?.clientConfig.service?.namespace ?? TEKTON.namespace;
}

export async function askTekton(reader: Reader, wanted: Wanted): Promise<Outcome> {
  const asked = tektonsWanted(wanted).map(async (one) => {
    const namespace = one.namespace ?? (await tektonNamespace(reader));
    const [info, crd, flags, ...controllers] = await Promise.all([
      reader.get<Data>(CONFIG_MAPS, namespace, INFO),
      reader.get<Manifest>(CRDS, undefined, TEKTON.tasks),
      reader.get<Data>(CONFIG_MAPS, namespace, TEKTON.flags),
      ...one.controllers.map(async (name) => [name, await readController(reader, namespace, name)] as const),
    ]);
    return [
      ...checkTekton(one, { namespace, info, crd, flags, controllers: new Map(controllers) }),
      ...(resolving(wanted) ? checkResolver(wanted, await readResolver(reader, namespace)) : []),
    ];
  });
  const findings = await Promise.all(asked);
  return {
    check: 'tekton',
    passed: 'version, flags and controller are what the output needs',
    findings: findings.flat(),
  };
}

/** @param tekton namespace of it */
async function readResolver(reader: Reader, tekton: string): Promise<ResolverSeen> {
  const places = await Promise.all(
    resolverNamespaces(tekton).map(async (namespace) => ({
      namespace,
      controller: await readController(reader, namespace, RESOLVER.controller),
    })),
  );
  const place = places.find(({ controller }) => !isRead(controller) || controller.value !== undefined) ?? places[0]!;
  const [flags, config] = await Promise.all(
    [RESOLVER.flags, RESOLVER.config].map((name) => reader.get<Data>(CONFIG_MAPS, place.namespace, name)),
  );
  return { ...place, flags: flags!, config: config! };
}

/** The Deployment or, where it is one, the StatefulSet. */
export async function readController(
  reader: Reader,
  namespace: string,
  name: string,
): Promise<Read<Manifest | undefined>> {
  const [deployment, statefulSet] = await Promise.all(
    [DEPLOYMENTS, STATEFUL_SETS].map((ref) => reader.get<Manifest>(ref, namespace, name)),
  );
  return isRead(deployment!) && deployment.value === undefined ? statefulSet! : deployment!;
}
