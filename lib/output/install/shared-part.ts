import { objectsOfPart } from '../../fleet/release-parts';
import type { TektonInstances } from '../../fleet/tekton-instances';
import type { Manifest } from '../../kube/manifest';
import { admittingOthers } from './admission';
import { configured } from './tekton';

/**
 * What several Tektons of a cluster share: the definitions, the webhook that converts, with its account and rights, the
 * resolvers and the events controller. It is what the release holds, where the release has it, without the controller of runs:
 * that watches all namespaces, and would run what instances run, too.
 * https://github.com/tektoncd/community/blob/main/teps/0129-multiple-tekton-instances-per-cluster.md#conversion-webhook
 */
export function sharedObjects({ shared, instances }: TektonInstances): readonly Manifest[] {
  const objects = objectsOfPart(shared.manifest.objects, 'shared');
  const covered = instances.flatMap(({ namespaces }) => namespaces).sort();
  return configured({ ...shared, manifest: { ...shared.manifest, objects } }).map((object) =>
    object.kind.endsWith('WebhookConfiguration') ? admittingOthers(object, covered) : object,
  );
}
