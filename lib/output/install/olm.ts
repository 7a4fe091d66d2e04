import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Platform, TektonOperator } from '../../fleet/tekton-operator';
import { PLATFORM_NAMES, catalogOf } from '../../fleet/tekton-operator';
import { wireKind } from '../../kube/emit';
import { object } from '../../kube/object';
import { OPERATOR_WAVES, inWave } from './waves';

/**
 * The operator of Tekton as OLM installs it. A hotfix is another `catalog.image`: OLM goes on to what its channel ends with, and never
 * back. https://olm.operatorframework.io/docs/concepts/crds/
 */

const OperatorGroup = wireKind<{ readonly upgradeStrategy: 'Default' }>('operators.coreos.com/v1', 'OperatorGroup');
const CatalogSource = wireKind<{
  readonly sourceType: 'grpc';
  readonly image: string;
  readonly displayName: string;
  readonly grpcPodConfig: { readonly securityContextConfig: 'restricted' };
}>('operators.coreos.com/v1alpha1', 'CatalogSource');
const Subscription = wireKind<{
  readonly channel: string;
  readonly name: string;
  readonly source: string;
  readonly sourceNamespace: string;
  readonly installPlanApproval: TektonOperator['approval'];
  readonly startingCSV?: string;
  readonly config: { readonly env: readonly { readonly name: string; readonly value: string }[] };
}>('operators.coreos.com/v1alpha1', 'Subscription');
/** https://docs.redhat.com/en/documentation/openshift_container_platform/4.16/html/config_apis/imagedigestmirrorset-config-openshift-io-v1 */
const ImageDigestMirrorSet = wireKind<{
  readonly imageDigestMirrors: readonly { readonly source: string; readonly mirrors: readonly string[] }[];
}>('config.openshift.io/v1', 'ImageDigestMirrorSet');

/** Where the operator runs. */
export const operatorNamespace = (platform: Platform, { namespace }: TektonOperator): string =>
  namespace ?? PLATFORM_NAMES[platform].namespace;

/** Renders the namespace of the operator, unless it is the one that the platform has for operators. */
export function operatorNamespaceObject(scope: Construct, platform: Platform, operator: TektonOperator): void {
  const name = operatorNamespace(platform, operator);
  if (isGiven(platform, name)) return;
  object(scope, k8s.KubeNamespace, { name, namespace: undefined, ...inWave(OPERATOR_WAVES.namespaces) }, {});
}

/** OpenShift has a namespace for operators, with an OperatorGroup: a second one there would stop OLM. */
const isGiven = (platform: Platform, namespace: string): boolean =>
  platform === 'openshift' && namespace === PLATFORM_NAMES.openshift.namespace;

/** Renders the OperatorGroup, the catalog with its mirrors, and the Subscription. */
export function subscription(scope: Construct, platform: Platform, operator: TektonOperator): void {
  const { channel, approval, startingCSV } = operator;
  const { image, mirrors } = operator.catalog;
  const namespace = operatorNamespace(platform, operator);
  const source = catalogOf(platform, operator);
  const name = operator.package ?? PLATFORM_NAMES[platform].package;
  const beforehand = inWave(OPERATOR_WAVES.catalog);
  // it watches all namespaces, since it names none
  if (!isGiven(platform, namespace))
    object(scope, OperatorGroup, { name, namespace, ...beforehand }, { spec: { upgradeStrategy: 'Default' } });
  if (image !== undefined)
    object(
      scope,
      CatalogSource,
      { ...source, ...beforehand },
      {
        spec: {
          sourceType: 'grpc',
          image,
          displayName: source.name,
          grpcPodConfig: { securityContextConfig: 'restricted' },
        },
      },
    );
  if (mirrors.length > 0)
    object(
      scope,
      ImageDigestMirrorSet,
      { name: `${source.name}-mirrors`, namespace: undefined, ...beforehand },
      { spec: { imageDigestMirrors: mirrors } },
    );
  object(
    scope,
    Subscription,
    { name, namespace, ...inWave(OPERATOR_WAVES.subscription) },
    {
      spec: {
        channel,
        name,
        source: source.name,
        sourceNamespace: source.namespace,
        installPlanApproval: approval,
        startingCSV,
        // or the operator makes a TektonConfig of its own before ours is there
        config: { env: [{ name: 'AUTOINSTALL_COMPONENTS', value: 'false' }] },
      },
    },
  );
}
