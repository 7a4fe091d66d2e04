import type { OperatorCluster } from '../cluster';
import { isByOperator, tektonNamespaceOf } from '../cluster';
import type { Document } from '../document';
import type { FleetReading } from '../reading';
import { checkPerformance } from '../tekton-install';
import { PLATFORM_NAMES, pipelinesAsCodeSettings } from '../tekton-operator';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/**
 * What OLM, the operator or ADR 0009 of the pipeline service rules out of what cluster files say of the operator.
 * https://github.com/konflux-ci/architecture/blob/main/ADR/0009-pipeline-service-via-operator.md
 */
export const checkTektonOperators = ({ clusters, teams }: Pick<FleetReading, 'clusters' | 'teams'>): Problem[] =>
  clusters.flatMap(({ document, value }) => {
    if (document === undefined || value === undefined || !isByOperator(value)) return [];
    return [
      ...checkPerformance(document, ['tekton'], value.tekton.performance),
      ...namespaceOfTekton(document, value),
      ...catalog(document, value),
      ...startingVersion(document, value),
      ...profile(document, value),
      ...pruning(document, value),
      ...pipelinesAsCode(document, value),
      ...withoutTriggers(document, value, teams),
    ];
  });

/** Whoever may change the operator may change everything; Tekton's own namespace is read by more people. */
function namespaceOfTekton(document: Document, file: OperatorCluster): Problem[] {
  const { namespace } = file.tekton;
  return namespace !== tektonNamespaceOf(file)
    ? []
    : [
        document.error(['tekton', 'namespace'], 'is where the operator puts Tekton, and the operator runs elsewhere', {
          found: namespace,
          expected: `another one, or none, which is ${PLATFORM_NAMES[file.platform].namespace}`,
        }),
      ];
}

function catalog(document: Document, { platform, tekton }: OperatorCluster): Problem[] {
  const { name, image, mirrors } = tekton.catalog;
  const given = PLATFORM_NAMES[platform].catalog.name;
  return [
    ...(mirrors.length > 0 && platform !== 'openshift'
      ? [
          document.keyError(
            ['tekton', 'catalog', 'mirrors'],
            'nothing reads it: ImageDigestMirrorSet is a kind of OpenShift. Elsewhere the container runtime of each node has the list of mirrors',
            { expected: 'platform: openshift, or no mirrors' },
          ),
        ]
      : []),
    ...(image !== undefined && name === given
      ? [
          document.error(
            ['tekton', 'catalog', 'name'],
            'is the catalog that the platform brings, and image would replace it',
            {
              found: given,
              expected: 'another name, or none',
            },
          ),
        ]
      : []),
  ];
}

/** OLM reads startingCSV once, and goes on to the newest of the channel unless somebody has to approve that. */
function startingVersion(document: Document, { tekton: { startingCSV, approval } }: OperatorCluster): Problem[] {
  if (startingCSV === undefined || approval === 'Manual') return [];
  return [
    document.warning(
      ['tekton', 'startingCSV'],
      'the cluster does not stay at it: with approval Automatic, OLM goes on to the newest of the channel at once',
      { found: startingCSV, expected: 'approval: Manual, or a catalog.image whose channel ends with this version' },
    ),
  ];
}

function profile(document: Document, { tekton, results, chains }: OperatorCluster): Problem[] {
  if (tekton.profile !== 'lite') return [];
  const needs = [
    ...(tekton.triggers ? ['tekton.triggers'] : []),
    ...(results ? ['results'] : []),
    ...(chains ? ['chains'] : []),
  ];
  return needs.map((key) =>
    document.error(['tekton', 'profile'], `lite installs Tekton Pipelines alone, and ${key} needs more`, {
      found: 'lite',
      expected: 'basic or all',
    }),
  );
}

/** Whoever prunes first would take runs from the one that archives them. */
function pruning(document: Document, { tekton, results }: OperatorCluster): Problem[] {
  if (tekton.pruner === undefined || results === undefined) return [];
  return [
    document.keyError(
      ['tekton', 'pruner'],
      `might take runs that are not archived yet: with results (${document.at(['results'])}), Results prunes; say results.prune instead`,
    ),
  ];
}

function pipelinesAsCode(document: Document, { tekton: { pipelinesAsCode: said } }: OperatorCluster): Problem[] {
  if (said === undefined) return [];
  const made = pipelinesAsCodeSettings(said);
  return Object.entries(said.settings).flatMap(([key, value]) => {
    const expected = made[key];
    if (expected === undefined || expected === value) return [];
    return [
      document.error(
        ['tekton', 'pipelinesAsCode', 'settings', key],
        key === 'application-name'
          ? 'is not the name of the GitHub App, so nobody would know which App has started a run: leave it out'
          : 'is made of pipelinesAsCode.console: leave it out',
        { found: show(value), expected: show(expected) },
      ),
    ];
  });
}

/** Teams that take events by Triggers, where these are left out. */
function withoutTriggers(
  document: Document,
  { name, tekton }: OperatorCluster,
  teams: FleetReading['teams'],
): Problem[] {
  if (tekton.triggers) return [];
  return teams.flatMap(({ team, elsewhere, document: source }) =>
    [team, ...elsewhere].some(({ cluster, triggers }) => cluster === name && triggers)
      ? [
          source.error(['triggers'], `cluster ${name} has no Tekton Triggers`, {
            found: 'true',
            expected: `false, since the orchestrator takes webhooks itself; or tekton.triggers: true in ${document.file}`,
          }),
        ]
      : [],
  );
}
