import type { Cluster } from '../../fleet/cluster';
import { tektonNamespaceOf } from '../../fleet/cluster';
import { resultsNamespace } from '../install/results-release';
import type { RequiredSecret } from '../secrets/required-secret';
import { chainsSecrets, installationSecrets, orchestratorSecrets, routerSecrets } from '../secrets/secrets-of';

/**
 * Every Secret that a cluster needs or may have beside those of its teams: of the orchestrator that teams share, of the router, and
 * of what is installed before a team arrives.
 */
export const clusterSecrets = ({ orchestrator, settings, results }: Cluster): readonly RequiredSecret[] => [
  ...(orchestrator === undefined ? [] : orchestratorSecrets(orchestrator)),
  ...(settings?.webhookRouter === undefined ? [] : routerSecrets(settings)),
  ...(settings === undefined
    ? []
    : installationSecrets(settings, results ? resultsNamespace(results) : tektonNamespaceOf(settings))),
  ...(settings === undefined ? [] : chainsSecrets(settings)),
];
