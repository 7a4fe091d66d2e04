import { k8s } from 'cdk8s-plus-28';
import type { Chart } from 'cdk8s';
import type { OperatorCluster } from '../../fleet/cluster';
import { tektonNamespaceOf } from '../../fleet/cluster';
import { catalogOf } from '../../fleet/tekton-operator';
import { object } from '../../kube/object';
import type { ExistingObject } from '../checks/inventory';
import type { InstallFile } from '../layout';
import { chainSpec } from './chains';
import { operatorNamespace, operatorNamespaceObject, subscription } from './olm';
import { pipelinesAsCodeIngress } from './pipelines-as-code';
import { externalSecrets } from '../secrets/external-secrets';
import { chainsSecrets, installationSecrets } from '../secrets/secrets-of';
import { bundleGiven, bundleOf, resultsIngress } from './results';
import { tektonConfig } from './tekton-config';
import { KEPT, OPERATOR_WAVES, inWave } from './waves';

/** Renders what a cluster installs by the operator, file by file. */
export function operator(chart: (file: InstallFile) => Chart, file: OperatorCluster): void {
  const { platform, tekton, results, chains, ingress } = file;
  const { pipelinesAsCode } = tekton;
  const namespace = tektonNamespaceOf(file);
  const namespaces = chart('namespaces');
  operatorNamespaceObject(namespaces, platform, tekton);
  // the operator takes the namespace that is there, and Secrets of Results have to be there before it
  object(
    namespaces,
    k8s.KubeNamespace,
    { name: namespace, namespace: undefined, ...inWave(OPERATOR_WAVES.namespaces, KEPT) },
    {},
  );
  subscription(chart('operator'), platform, tekton);
  const config = chart('tekton-config');
  tektonConfig(config, {
    platform,
    operator: tekton,
    results,
    chain: chains && chainSpec(file, chains),
    bundle: results && bundleOf(file, results),
  });
  externalSecrets(
    config,
    [...installationSecrets(file, namespace), ...chainsSecrets(file)],
    inWave(OPERATOR_WAVES.catalog),
  );
  if (platform === 'openshift') return;
  if (results) resultsIngress(config, namespace, results);
  if (pipelinesAsCode && ingress) pipelinesAsCodeIngress(config, namespace, ingress);
}

/** What these objects rely on that the platform brings, and the authority of the database of Results. */
export function operatorRelies(file: OperatorCluster): readonly ExistingObject[] {
  const { platform, tekton, results } = file;
  const places = [operatorNamespace(platform, tekton), catalogOf(platform, tekton).namespace];
  const bundle = results && bundleOf(file, results);
  return [
    ...places.map((name) => ({ kind: 'Namespace', name })),
    ...(bundle ? bundleGiven(bundle, tektonNamespaceOf(file)) : []),
  ];
}
