import type { ClusterFile } from '../cluster';
import type { Document } from '../document';
import type { FleetReading } from '../reading';
import type { Results } from '../results';
import { minutesOf } from '../results';
import { nearest } from '../../words/nearest';
import { list } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/** What Tekton Results would not start with, would lose, or would not read of what cluster files say of it. */
export const checkResults = ({ clusters, teams }: Pick<FleetReading, 'clusters' | 'teams'>): Problem[] =>
  clusters.flatMap(({ document, value }) => {
    if (document === undefined || value?.results === undefined) return [];
    const namespaces = teams
      .flatMap(({ team, elsewhere }) => [team, ...elsewhere])
      .flatMap(({ cluster, namespace }) => (cluster === value.name ? [namespace] : []));
    return [
      ...notInstalled(document, value),
      ...noAuthority(document, value, value.results),
      ...prunedTooSoon(document, value.results),
      ...keptTooShort(document, value.results),
      ...unknownNamespaces(document, value.results, namespaces),
      ...unusedIngress(document, value, value.results),
    ];
  });

function notInstalled(document: Document, { tekton, results }: ClusterFile): Problem[] {
  const isByOperator = tekton?.install === 'operator';
  if (isByOperator && results?.release !== undefined)
    return [
      document.keyError(['results', 'release'], 'is not used: the operator brings a release of its own. Leave it out'),
    ];
  if (isByOperator || results?.release !== undefined) return [];
  return [
    document.error(['results', 'release'], 'is missing', {
      expected:
        'the release manifest of Tekton Results, a path in this repository; or tekton.install: operator, which brings one',
    }),
  ];
}

/** The API of Results ends at once where it is to use TLS and is told of no authority. */
function noAuthority(document: Document, { caBundle }: ClusterFile, { database: { tls } }: Results): Problem[] {
  if (tls.caBundle !== undefined || caBundle !== undefined) return [];
  return [
    document.error(
      ['results', 'database', 'tls', 'caBundle'],
      'is missing: the API of Results does not start without the authority of the database',
      {
        expected: 'a ConfigMap or a Secret with its certificate, or caBundle of the cluster',
      },
    ),
  ];
}

/** How long the log of a run may take to its bucket: Results waits for it no longer, and then the pod may go. */
const LOGS_MINUTES = 10;

function prunedTooSoon(document: Document, { logs, prune }: Results): Problem[] {
  if (logs === undefined || minutesOf(prune.after) >= LOGS_MINUTES) return [];
  return [
    document.error(
      ['results', 'prune', 'after'],
      'is too short: logs are stored beside the run, and a run that is pruned takes its pods with it',
      {
        found: prune.after,
        expected: `${LOGS_MINUTES}m or more`,
      },
    ),
  ];
}

/** A record that goes before its run would be written again. */
function keptTooShort(document: Document, { retention, prune }: Results): Problem[] {
  const said = [
    { path: ['default'], value: retention.default },
    ...retention.policies.map((policy, index) => ({ path: ['policies', index, 'retention'], value: policy.retention })),
  ];
  return said.flatMap(({ path, value }) =>
    minutesOf(value) > minutesOf(prune.after)
      ? []
      : [
          document.error(
            ['results', 'retention', ...path],
            'is no longer than the run itself is on the cluster (results.prune.after), and Results would write it again',
            { found: value, expected: `more than ${prune.after}` },
          ),
        ],
  );
}

/** What a policy means to keep would have the default, and go. */
function unknownNamespaces(document: Document, { retention }: Results, known: readonly string[]): Problem[] {
  return retention.policies.flatMap(({ namespaces = [] }, index) =>
    namespaces.flatMap((name, at) =>
      known.includes(name)
        ? []
        : [
            document.warning(
              ['results', 'retention', 'policies', index, 'namespaces', at],
              'no team of this cluster has this namespace, so the policy does not hold for it',
              { found: name, suggestion: nearest(name, known), ...(known.length > 0 && { expected: list(known) }) },
            ),
          ],
    ),
  );
}

function unusedIngress(document: Document, { platform, tekton }: ClusterFile, { ingress }: Results): Problem[] {
  if (platform !== 'openshift' || tekton?.install !== 'operator' || ingress === undefined) return [];
  return (['className', 'annotations'] as const).flatMap((key) =>
    document.get(['results', 'ingress', key]) === undefined
      ? []
      : [document.warning(['results', 'ingress', key], 'not used: the operator makes a Route on OpenShift')],
  );
}
