import type { Document, Path } from '../document';
import { isObject } from '../../words/mapping';
import { isForeignNamespace, takesNoRuns } from '../model';
import { hostOfClone } from '../../words/git-address';
import { nearest } from '../../words/nearest';
import { list } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { listedTwice } from './listed-twice';
import { checkTeamName } from './names';
import type { TeamSettings } from '../team';
import { unknownBackend } from '../own-backends';
import type { Tables } from '../tables';
import type { Toolchain } from '../toolchains';
import { imageTable, isKeyOf } from '../toolchains';

/** What the schema cannot see of one team. Speaks also where the schema has found faults. */
export function checkTeam(document: Document, { toolchains, backends }: Tables): Problem[] {
  return [
    ...checkTeamName(document),
    ...LISTS.flatMap((path) => listedTwice(document, path)),
    ...namespaceOfOthers(document),
    ...unknownImages(document, toolchains),
    ...unknownBackend(document, backends),
  ];
}

const LISTS: readonly Path[] = [['stacks'], ['externalTasks'], ['secrets', 'names', 'imagePull']];

function namespaceOfOthers(document: Document): Problem[] {
  const namespace = document.get(['namespace']);
  return typeof namespace === 'string' && takesNoRuns(namespace)
    ? [
        document.error(['namespace'], NO_RUNS, {
          found: namespace,
          expected: 'a namespace of its own, such as team-payments',
        }),
      ]
    : [];
}

/** What is wrong with a namespace of others as that of a team's runs. */
export const NO_RUNS = 'no runs of teams belong in a namespace where others work or the programs of the cluster run';

/** An image under a key that no Task asks for would replace nothing. */
function unknownImages(document: Document, toolchains: readonly Toolchain[]): Problem[] {
  const overrides = document.get(['images', 'overrides']);
  const known = Object.keys(imageTable(toolchains));
  const isOfToolchain = (key: string): boolean => toolchains.some((one) => isKeyOf(one, key));
  const unknown = isObject(overrides)
    ? Object.keys(overrides).filter((key) => !known.includes(key) && !isOfToolchain(key))
    : [];
  return unknown.map((key) => {
    const meant = nearest(key, known);
    const tools = known.filter((one) => !isOfToolchain(one));
    return document.keyError(
      ['images', 'overrides', key],
      'no tool image has this key',
      meant === undefined
        ? { expected: list([...tools, ...toolchains.map(({ family }) => `${family}-<version>`)]) }
        : { suggestion: meant },
    );
  });
}

/**
 * Settings that will not work as they are, and those that nothing will read.
 * @param domain of the cluster that the team is on
 * @param hasGroupRights whether a cluster of the team gives its group rights: in a workspace of kcp, or to what Results keeps
 */
export const warnOfTeam = (
  document: Document,
  team: TeamSettings,
  { domain, hasGroupRights }: { readonly domain: string; readonly hasGroupRights: boolean },
): Problem[] => [...checkCluster(document, team, domain), ...unusedFields(document, team, hasGroupRights)];

/** Whether a registry is the machine itself, which inside a pod is the pod. */
export const isLocal = (registry: string): boolean => /^(localhost|127\.[0-9.]+)(:|\/|$)/.test(registry);

function checkCluster(document: Document, team: TeamSettings, domain: string): Problem[] {
  const warnings: Problem[] = [];
  const warn = (path: Path, message: string) => warnings.push(document.warning(path, message));
  if (isForeignNamespace(team.namespace) && !takesNoRuns(team.namespace))
    warn(['namespace'], foreignNamespace(team.namespace));
  if (isLocal(team.pushRegistry ?? team.imageRegistry)) {
    warn(
      [team.pushRegistry === undefined ? 'imageRegistry' : 'pushRegistry'],
      `builds cannot push to ${team.pushRegistry ?? team.imageRegistry}: inside a pod that is the pod itself; say in pushRegistry what pods call the registry`,
    );
  } else if (team.cacheRepo !== undefined && isLocal(team.cacheRepo)) {
    warn(['cacheRepo'], `builds cannot reach ${team.cacheRepo}: inside a pod that is the pod itself`);
  }
  // whoever leaves both to their defaults has not asked for more than a node does at once
  const isAsked = document.get(['maxParallelBuilds']) !== undefined && team.maxParallelBuilds > 1;
  if (isAsked && team.storage.cache.accessMode === 'ReadWriteOnce') {
    warn(
      ['maxParallelBuilds'],
      `the cache is ReadWriteOnce, so the ${team.maxParallelBuilds} builds that may run at once all go to the node that has it; storage.cache.accessMode: ReadWriteMany or maxParallelBuilds: 1 avoids that`,
    );
  }
  const { reports } = team.storage;
  if (reports.show && reports.s3 === undefined && reports.accessMode === 'ReadWriteOnce') {
    warn(
      ['storage', 'reports', 'show'],
      'the claim of reports is ReadWriteOnce and the orchestrator mounts it, so all pods that keep reports go to the node of the orchestrator. ReadWriteMany or a bucket (storage.reports.s3) avoids that',
    );
  }
  const host = hostOfClone(team.git.baseURL);
  if (team.git.webURL === undefined && team.orchestrator.enabled && isPrivateName(host, domain)) {
    warn(
      ['git', 'baseURL'],
      `webhooks hardly name the host '${host}', so no pull request may be found; say in git.webURL where people see these repositories`,
    );
  }
  if (team.platform.repoURL === undefined) {
    warnings.push(
      document.warning(
        ['platform', 'repoURL'],
        'is missing: merge-release cannot record versions, verify has nothing to check, and Argo CD nothing to read',
        { expected: 'what git clone is given for this repository' },
      ),
    );
  }
  return warnings;
}

/** Whether a name means something only to one machine or inside one cluster: an alias of ssh, or a Service. */
const isPrivateName = (host: string, domain: string): boolean =>
  host !== '' &&
  host !== 'localhost' &&
  !host.startsWith('[') &&
  (!host.includes('.') || host.endsWith('.svc') || host.endsWith(`.svc.${domain}`));

/** The warning about a namespace that is not ours. */
export const foreignNamespace = (namespace: string): string =>
  `namespace ${namespace} belongs to others: it gets no Namespace object, quota, limits, network policy or Pod Security label`;

function unusedFields(document: Document, team: TeamSettings, hasGroupRights: boolean): Problem[] {
  const unused = (path: Path, why: string): Problem[] =>
    document.get(path) === undefined ? [] : [document.warning(path, `not used: ${why}`)];
  return [
    ...(team.secrets.backend === 'existing'
      ? unused(['secrets', 'store'], 'only secrets.backend external-secrets reads from a store')
      : []),
    ...(team.interceptBackend === 'gateway'
      ? []
      : unused(['gateway'], `interceptBackend ${team.interceptBackend} asks no gateway`)),
    ...(team.orchestrator.image === undefined
      ? []
      : unused(['images', 'overrides', 'orchestrator'], 'orchestrator.image is the image of it')),
    ...(team.orchestrator.giteaURL === undefined
      ? []
      : ['githubURL', 'githubApp'].flatMap((key) =>
          unused(['orchestrator', key], 'orchestrator.giteaURL names the API that is asked in its place'),
        )),
    ...unorchestrated(team).flatMap(([path, why]) => unused(path, why)),
    ...(team.triggers && !team.orchestrator.enabled
      ? unused(['triggers'], 'there is nobody for a listener to ask: the orchestrator is not enabled')
      : []),
    ...(team.platform.repoURL === undefined && !hasGroupRights
      ? unused(['group'], 'without platform.repoURL Argo CD has nothing to read')
      : []),
    ...(team.storage.reports.s3
      ? ['size', 'accessMode', 'storageClass', 'days'].flatMap((key) =>
          unused(['storage', 'reports', key], 'reports are kept in the bucket of storage.reports.s3'),
        )
      : []),
    ...(team.storage.reports.show
      ? []
      : unused(
          ['storage', 'reports', 's3', 'readSecret'],
          'only with storage.reports.show the orchestrator reads reports',
        )),
    ...(isForeignNamespace(team.namespace) ? unused(['quota'], `namespace ${team.namespace} belongs to others`) : []),
  ];
}

/** What only an orchestrator of the team's own reads, or any at all. */
function unorchestrated({
  orchestrator: { enabled, mode },
}: TeamSettings): readonly (readonly [path: Path, why: string])[] {
  const own = [
    ['orchestrator', 'image'],
    ['orchestrator', 'replicas'],
    ['orchestrator', 'consoleURL'],
    ['orchestrator', 'githubURL'],
    ['orchestrator', 'giteaURL'],
    ['orchestrator', 'githubApp'],
    ['orchestrator', 'signIn'],
    ['secrets', 'names', 'webhook'],
    ['storage', 'reports', 'show'],
  ];
  if (!enabled)
    return [...own, ['orchestrator', 'mode'], ['maxConcurrentRuns'], ['forks']].map((path) => [
      path,
      'the orchestrator is not enabled',
    ]);
  return mode === 'shared' ? own.map((path) => [path, 'the shared orchestrator is set up in clusters/']) : [];
}
