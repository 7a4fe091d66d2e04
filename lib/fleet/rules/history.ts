import type { FleetReading } from '../reading';
import { knownHint } from '../../words/nearest';
import type { Problem } from '../../words/problem';

/** What cluster files say of the history that would mean nothing. */
export const checkHistory = ({ clusters, teams }: Pick<FleetReading, 'clusters' | 'teams'>): Problem[] =>
  clusters.flatMap(({ document, value }) => {
    if (document === undefined || value?.history === undefined) return [];
    const here = teams
      .flatMap(({ team, elsewhere }) => [team, ...elsewhere])
      .filter(({ cluster }) => cluster === value.name);
    // a cluster without teams is told as a whole
    if (here.length === 0) return [];
    const { history, results } = value;
    const isArchive = history.results !== undefined;
    const served = here.filter(({ orchestrator }) => orchestrator.enabled).map(({ name }) => name);
    if (served.length === 0)
      return [
        document.warning(
          ['history'],
          `not used: no team of this cluster has an orchestrator, which would ${isArchive ? 'read' : 'write'} it`,
        ),
      ];
    if (isArchive)
      return [
        ...(history.results?.url === undefined && results === undefined
          ? [
              document.error(
                ['history', 'results', 'url'],
                'is missing: this cluster file installs no Tekton Results',
                {
                  expected: 'the address of its API, or `results`',
                },
              ),
            ]
          : []),
        ...(document.get(['history', 'retention']) === undefined
          ? []
          : [
              document.warning(
                ['history', 'retention'],
                'not used: Tekton Results says how long it keeps runs (`results.retention`)',
              ),
            ]),
      ];
    return Object.keys(history.retention.teams)
      .filter((name) => !served.includes(name))
      .map((name) =>
        document.warning(
          ['history', 'retention', 'teams', name],
          'no team of this name has an orchestrator on this cluster, so nothing of it is kept or expires',
          { found: name, ...knownHint(name, served) },
        ),
      );
  });
