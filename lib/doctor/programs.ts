import { tektonNamespaceOf } from '../fleet/cluster';
import type { Manifest } from '../kube/manifest';
import { at } from '../kube/manifest';
import { resultsNamespace } from '../output/install/results-release';
import { chainsNamespace } from '../output/secrets/installation-secrets';
import { CHAINS, RESULTS } from '../words/names';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Read } from './reading';
import { judged } from './reading';
import type { Wanted } from './wanted';
import { applyTekton } from './wanted';

/** What a cluster's file installs beside Tekton Pipelines runs: Tekton Results and Tekton Chains. */

const found = findings('programs');

/** A Deployment or, where it is one, a StatefulSet. */
export interface ProgramWanted {
  readonly namespace: string;
  readonly name: string;
  /** What does not happen without it. */
  readonly without: string;
  readonly remedy: string;
}

/** Those of the cluster, whether the operator or a release installs them. */
export function programsWanted({ cluster }: Wanted): readonly ProgramWanted[] {
  const { settings, results } = cluster;
  if (settings === undefined) return [];
  const remedy = applyTekton(cluster);
  const namespace = results ? resultsNamespace(results) : tektonNamespaceOf(settings);
  return [
    ...(settings.results
      ? [
          { name: RESULTS.api, without: 'nothing is archived, and nobody reads what is' },
          { name: RESULTS.watcher, without: 'no run is archived or pruned' },
          { name: RESULTS.retentionAgent, without: 'the archive is kept for ever' },
        ].map((program) => ({ ...program, namespace, remedy }))
      : []),
    ...(settings.chains
      ? [
          {
            name: CHAINS.controller,
            namespace: chainsNamespace(settings),
            without: 'no image is signed, and no release deploys',
            remedy,
          },
        ]
      : []),
  ];
}

export function checkProgram(
  { namespace, name, without, remedy }: ProgramWanted,
  read: Read<Manifest | undefined>,
): readonly Finding[] {
  const subject = `${name} in ${namespace}`;
  return judged('programs', subject, read, (live) => {
    if (live === undefined)
      return [found('error', subject, `there is no Deployment or StatefulSet of this name, so ${without}`, remedy)];
    if (Number(at(live, 'status', 'readyReplicas') ?? 0) > 0) return [];
    return [
      found('error', subject, `has no pod that is ready, so ${without}`, `kubectl get pods --namespace=${namespace}`),
    ];
  });
}
