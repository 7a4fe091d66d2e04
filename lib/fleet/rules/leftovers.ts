import { listedBy } from '../listed-by';
import type { FleetReading } from '../reading';
import { nearest } from '../../words/nearest';
import { isByOperator, isOutputByItself } from '../cluster';
import { isServedByCluster } from '../model';
import type { Problem } from '../../words/problem';
import { clusterFilesOf, clusterPart, promotedVersionsFile } from '../../words/names';
import { registeredStacks } from '../registry-team';
import { list, listSome, show } from '../../words/phrase';
import type { StackFile } from '../stack';

/** What files say that no stack or team takes up: told, for nothing else would show it. */
export function checkLeftovers(reading: FleetReading): Problem[] {
  return [
    ...unlistedStacks(reading),
    ...emptyClusters(reading),
    ...misspeltClusters(reading),
    ...unusedOrchestrators(reading),
    ...unusedBorrowing(reading),
    ...unusedStores(reading),
    ...registryEntries(reading),
    ...versionEntries(reading),
    ...promotedNowhere(reading),
  ];
}

function unlistedStacks({ teams, stacks }: FleetReading): Problem[] {
  const listed = new Set(teams.flatMap(({ document }) => listedBy(document).map(({ file }) => file)));
  return [...stacks].flatMap(([file, { document }]) =>
    document && !listed.has(file)
      ? [document.warning([], 'no team lists this stack: it is checked, and nothing is made of it')]
      : [],
  );
}

function emptyClusters({ teams, clusters }: FleetReading): Problem[] {
  const used = new Set(teams.flatMap(({ team, elsewhere }) => [team, ...elsewhere].map(({ cluster }) => cluster)));
  return clusters.flatMap(({ document, value }) =>
    document && value && !isOutputByItself(value) && !used.has(value.name)
      ? [
          document.warning(['name'], 'no team is on this cluster: its file is checked, and nothing is made from it', {
            found: value.name,
          }),
        ]
      : [],
  );
}

/**
 * A cluster needs no file; but where other clusters of teams have one, it is more often forgotten or misspelt. That of a Kind
 * cluster, which `init` writes, tells nothing of others.
 */
function misspeltClusters({ teams, clusters }: FleetReading): Problem[] {
  const named = clusters.flatMap(({ value }) => (value ? [value.name] : []));
  const files = clusters.map(({ document }) => document?.file);
  const hasFile = (cluster: string): boolean =>
    named.includes(cluster) || clusterFilesOf(cluster).some((file) => files.includes(file));
  const isUsual = teams.some(({ team, elsewhere }) =>
    [team, ...elsewhere].some(({ cluster }) => hasFile(cluster) && !cluster.startsWith('kind-')),
  );
  return teams.flatMap(({ team, elsewhere, document }) =>
    [team, ...elsewhere].flatMap(({ cluster }, at) => {
      const suggestion = nearest(cluster, named);
      return hasFile(cluster) || (suggestion === undefined && !isUsual)
        ? []
        : [
            document.warning(
              at === 0 ? ['cluster'] : ['clusters', at - 1],
              `cluster ${cluster} has no file in clusters/, so nothing is known of it. Add clusters/${clusterPart(cluster)}.yaml, or correct the name`,
              suggestion === undefined ? { expected: listSome(named) } : { suggestion },
            ),
          ];
    }),
  );
}

/** Names of the clusters of which a team says that the cluster's orchestrator is to serve it. */
const servingClusters = (teams: FleetReading['teams']): ReadonlySet<string> =>
  new Set(
    teams.flatMap(({ team, elsewhere }) =>
      [team, ...elsewhere].filter(isServedByCluster).map(({ cluster }) => cluster),
    ),
  );
const NOT_SHARED = 'not used: no team of this cluster has orchestrator.mode shared';

function unusedOrchestrators({ teams, clusters }: FleetReading): Problem[] {
  const shared = servingClusters(teams);
  return clusters.flatMap(({ document, value }) =>
    document && value?.orchestrator && !shared.has(value.name) ? [document.warning(['orchestrator'], NOT_SHARED)] : [],
  );
}

function unusedBorrowing({ clusters }: FleetReading): Problem[] {
  return clusters.flatMap(({ document, value }) =>
    document && value?.queue.kind === 'slots' && value.queue.borrow !== undefined
      ? [document.warning(['queue', 'borrow'], 'not used: teams borrow from each other with queue.kind kueue alone')]
      : [],
  );
}

/** Teams have paths and optional Secrets of their own. */
function unusedStores({ teams, clusters }: FleetReading): Problem[] {
  const shared = servingClusters(teams);
  return clusters.flatMap(({ document, value }) => {
    if (!document || !value?.secrets || shared.has(value.name)) return [];
    const installs = value.results ?? value.chains ?? (isByOperator(value) ? value.tekton.pipelinesAsCode : undefined);
    const hasOwn = [value.caBundle?.secret, value.webhookRouter, installs].some((said) => said !== undefined);
    return (hasOwn ? ['optional'] : ['path', 'optional'])
      .map((key) => ['secrets', 'store', key])
      .filter((path) => document.get(path) !== undefined)
      .map((path) => document.warning(path, NOT_SHARED));
  });
}

function registryEntries({ registry, stacks }: FleetReading): Problem[] {
  const { document, value } = registry ?? {};
  if (registry === undefined || document === undefined || value === undefined) return [];
  const files = registeredStacks(registry);
  const missing = [...new Set(files.values())].filter((file) => !stacks.has(file));
  const gone = missing.map((file) => {
    const repos = [...files].filter(([, stack]) => stack === file).map(([repo]) => repo);
    return document.warning(
      ['repos', repos[0] as string, 'stack'],
      `there is no ${file}; ${list(repos, 'and')} ${repos.length > 1 ? 'are' : 'is'} left out`,
    );
  });
  const entries = Object.entries(value.repos).flatMap(([repo, { role }]) => {
    const file = files.get(repo) as string;
    const stack = stacks.get(file)?.value;
    if (stack === undefined) return [];
    const roles = rolesOf(stack, repo);
    if (roles.length === 0) return [document.warning(['repos', repo], `no app of ${file} has this name or repository`)];
    if (role === undefined || roles.includes(role)) return [];
    return [
      document.warning(['repos', repo, 'role'], `not used: the role is what ${file} says`, {
        found: show(role),
        expected: list(roles.map((known) => known ?? 'none')),
      }),
    ];
  });
  return [...gone, ...entries];
}

/** Roles of the apps that an entry of the registry means: the one of that name, else those of that repository. */
function rolesOf({ apps }: StackFile, repo: string): (string | undefined)[] {
  const named = apps.filter(({ name }) => name === repo);
  const meant = named.length > 0 ? named : apps.filter((app) => app.repo.split('/').at(-1) === repo);
  return meant.map(({ role }) => role);
}

function versionEntries({ teams, stacks, versions }: FleetReading): Problem[] {
  const everywhere = new Set([...stacks.values()].flatMap(({ value }) => value?.apps.map(({ name }) => name) ?? []));
  return [...versions].flatMap(([file, { document, value }]) => {
    const folder = file.slice(0, file.lastIndexOf('/') + 1);
    const owner = teams.find(({ team }) => team.file.startsWith(folder) && folder.startsWith('teams/'));
    const own = owner ? listedBy(owner.document).map(({ file }) => file) : [...stacks.keys()];
    // one that is wrong may have any app
    if (document === undefined || own.some((stack) => stacks.get(stack)?.value === undefined)) return [];
    const apps = owner ? new Set(owner.team.stacks.flatMap((stack) => stack.apps.map(({ name }) => name))) : everywhere;
    return Object.keys(value?.apps ?? {}).flatMap((app) =>
      apps.has(app)
        ? []
        : [
            document.warning(
              ['apps', app],
              `no stack${owner ? ` of team ${owner.team.name}` : ''} has an app of this name`,
            ),
          ],
    );
  });
}

/** Versions of a cluster that the team is not on, or of a team whose apps runs deploy. */
function promotedNowhere({ teams, versions }: FleetReading): Problem[] {
  return teams.flatMap(({ team, elsewhere }) => {
    const used =
      team.environment.deploy === 'gitops'
        ? elsewhere.map(({ cluster }) => promotedVersionsFile(team.file, cluster))
        : [];
    const stem = `${team.file.slice(0, team.file.lastIndexOf('/') + 1)}versions.`;
    return [...versions].flatMap(([file, { document }]) => {
      if (document === undefined || !file.startsWith(stem) || file === `${stem}yaml` || used.includes(file)) return [];
      return [
        document.warning(
          [],
          `not used: ${team.environment.deploy === 'gitops' ? `team ${team.name} names no such cluster in clusters` : 'only with environment.deploy gitops is anything promoted'}`,
        ),
      ];
    });
  });
}
