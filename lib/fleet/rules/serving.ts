import type { Document } from '../document';
import type { App } from '../model';
import type { TeamReading } from '../reading';
import { list } from '../../words/phrase';
import { knownHint } from '../../words/nearest';
import type { Problem } from '../../words/problem';

/** How apps are reached and kept up: what would not work where the team has them. */
export const checkServing = ({ team, elsewhere, stacks, document: ofTeam }: TeamReading): Problem[] => {
  const clusters = [team, ...elsewhere].map(({ cluster }) => cluster);
  return stacks.flatMap(({ stack, document }) =>
    stack.apps.flatMap((app, index) => [
      ...unknownClusters(document, index, clusters, ofTeam.file),
      ...withoutHttp(document, app, index),
      ...allNeeded(document, app, index),
    ]),
  );
};

const hostsOf = (document: Document, index: number): readonly string[] =>
  Object.keys((document.get(['apps', index, 'ingress', 'hosts']) as object | undefined) ?? {});

function unknownClusters(document: Document, index: number, clusters: readonly string[], file: string): Problem[] {
  return hostsOf(document, index)
    .filter((name) => !clusters.includes(name))
    .map((name) =>
      document.keyError(['apps', index, 'ingress', 'hosts', name], `is not a cluster of ${file}`, {
        found: name,
        ...knownHint(name, clusters, `one of ${list(clusters)}`),
      }),
    );
}

function withoutHttp(document: Document, { protocol }: App, index: number): Problem[] {
  const path = ['apps', index, 'ingress'];
  return document.get(path) === undefined || protocol === 'http'
    ? []
    : [
        document.keyError(
          path,
          `leads HTTP, and the protocol of this app is ${protocol}: leave it out, and add an object that your cluster has for it by customize`,
        ),
      ];
}

/** A budget that lets no pod go keeps every node from being drained. */
function allNeeded(document: Document, { disruptionBudget, replicas, autoscaling }: App, index: number): Problem[] {
  // what nobody says here somebody else may set
  const pods = replicas ?? autoscaling?.min;
  if (pods === undefined || disruptionBudget === undefined || !('minAvailable' in disruptionBudget)) return [];
  const { minAvailable } = disruptionBudget;
  const needed = typeof minAvailable === 'number' ? minAvailable : Math.ceil((pods * parseInt(minAvailable, 10)) / 100);
  return needed < pods
    ? []
    : [
        document.error(
          ['apps', index, 'disruption-budget', 'min-available'],
          `no pod of this app could go, so no node that runs one could be drained: it has ${pods}, by replicas or autoscaling.min`,
          { found: String(minAvailable), expected: 'less than all of them; or max-unavailable: 1' },
        ),
      ];
}
