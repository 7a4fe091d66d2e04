import type { ClusterFile } from '../cluster';
import { isByOperator } from '../cluster';
import type { Chains } from '../chains';
import type { Document } from '../document';
import type { Team } from '../model';
import { isForeignNamespace } from '../model';
import type { FleetReading } from '../reading';
import { list } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/** What Tekton Chains would not do of what cluster files say of it, and what the image policy would not see. */
export const checkChains = ({ clusters, teams }: Pick<FleetReading, 'clusters' | 'teams'>): Problem[] =>
  clusters.flatMap(({ document, value }) => {
    if (document === undefined || value === undefined) return [];
    const here = teams
      .flatMap(({ team, elsewhere }) => [team, ...elsewhere])
      .filter(({ cluster }) => cluster === value.name);
    return [
      ...(value.chains
        ? [
            ...notInstalled(document, value, value.chains),
            ...unusedKey(document, value, value.chains),
            ...otherRegistries(document, value, here),
          ]
        : []),
      ...(value.imagePolicy ? [...nothingSigned(document, here), ...notAsked(document, here)] : []),
    ];
  });

function notInstalled(document: Document, file: ClusterFile, { release }: Chains): Problem[] {
  if (isByOperator(file) && release !== undefined)
    return [
      document.keyError(['chains', 'release'], 'is not used: the operator brings a release of its own. Leave it out'),
    ];
  if (isByOperator(file) || release !== undefined) return [];
  return [
    document.error(['chains', 'release'], 'is missing', {
      expected:
        'the release manifest of Tekton Chains, a path in this repository; or tekton.install: operator, which brings one',
    }),
  ];
}

function unusedKey(document: Document, file: ClusterFile, { kms, store }: Chains): Problem[] {
  return [
    ...(kms !== undefined && store !== undefined
      ? [document.keyError(['chains', 'store'], 'is not used: chains.kms has the key. Leave one of them out')]
      : []),
    ...(kms !== undefined && isByOperator(file) && Object.keys(kms.accountAnnotations).length > 0
      ? [
          document.keyError(
            ['chains', 'kms', 'accountAnnotations'],
            'is not used: the operator makes the account of Chains, and annotates it with nothing. Leave it out',
          ),
        ]
      : []),
  ];
}

/** Chains speaks plain HTTP with every registry, or with none. */
const otherRegistries = (
  document: Document,
  { insecureRegistry = false }: ClusterFile,
  teams: readonly Team[],
): Problem[] =>
  teams
    .filter((team) => team.insecureRegistry !== insecureRegistry)
    .map(({ name }) =>
      document.error(
        ['insecureRegistry'],
        `Chains asks all registries of a cluster in one way, and team ${name} says another: nothing would be signed for it`,
        { found: String(insecureRegistry), expected: `${!insecureRegistry}, or the same of the team` },
      ),
    );

function nothingSigned(document: Document, teams: readonly Team[]): Problem[] {
  const unsigned = teams.filter(({ builders }) => builders.length === 0).map(({ name }) => name);
  return unsigned.length === 0 && teams.length > 0
    ? []
    : [
        document.warning(
          ['imagePolicy'],
          teams.length === 0
            ? 'not used: no team is on this cluster'
            : `asks nothing of the images of ${list(unsigned, 'and')}: none of its clusters has chains`,
        ),
      ];
}

/** The policy-controller asks of a namespace what its label says, and there we write none. */
const notAsked = (document: Document, teams: readonly Team[]): Problem[] =>
  [...new Set(teams.flatMap(({ environments }) => environments))]
    .filter(isForeignNamespace)
    .map((namespace) =>
      document.warning(
        ['imagePolicy'],
        `asks nothing in namespace ${namespace}, which is not ours to label: label it policy.sigstore.dev/include=true`,
      ),
    );
