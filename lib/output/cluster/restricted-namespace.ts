import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS } from '../../words/labels';
import { object } from '../../kube/object';

/**
 * Renders a namespace of the platform, before what lives in it. Its pods need nothing that Pod Security `restricted` forbids.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const restrictedNamespace = (scope: Construct, name: string): void =>
  void object(
    scope,
    k8s.KubeNamespace,
    {
      name,
      namespace: undefined,
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
      annotations: { [ANNOTATIONS.syncWave]: '-1' },
    },
    {},
  );
