import type { Cluster } from '../fleet/cluster';
import { tektonsOf } from '../fleet/cluster';
import type { Fleet } from '../fleet/model';
import type { Emitted } from '../kube/manifest';
import { describe, groupOf } from '../kube/manifest';
import { checkTektonVersion, lacksFeatures } from '../tekton/admission/version';
import { digestOf } from '../words/digest';
import type { Problem } from '../words/problem';
import { formatProblem, isError } from '../words/problem';
import { checkAll, checkObjects } from './checks';
import { Inventory } from './checks/inventory';
import type { ObjectsPart } from './layout';
import { pathOf } from './layout';
import type { MadeTeam } from './made-team';
import { wholeOf, yamlOf } from './made-team';

/** What the objects of a fleet violate, cluster by cluster. */

interface Parts {
  /** What clusters hold whichever teams they have. */
  readonly shared: readonly ObjectsPart[];
  readonly teams: readonly MadeTeam[];
  readonly argoCd: readonly ObjectsPart[];
}

/**
 * Each team is first checked beside what clusters share, since that can be remembered while other teams change. Only if
 * something is wrong there, everything is checked together: then a name may be missing that another team has.
 */
export function checkFleet(given: Parts, fleet: Fleet): readonly Problem[] {
  const parts = { ...given, teams: wholeWhereNeeded(given.teams, fleet) };
  const together = [...parts.shared, ...parts.teams.flatMap((team) => team.parts)];
  const elsewhere = [parts.argoCd, ...inWorkspaces(together)].flatMap((there) =>
    checkAll(there.flatMap(emitted), { existing: [] }),
  );
  let needsObjects = false;
  const onClusters = clustersOf(together).flatMap((name) => {
    const there = partsOn(name, together);
    const objects = there.flatMap(emitted);
    const all = new Inventory(objects, existingIn(there));
    const apart = all.hasEachOnce ? checkApart(name, parts, all) : undefined;
    const cluster = fleet.clusters.find((one) => one.name === name);
    const isWrong = apart === undefined || apart.some(isError);
    if (isWrong && parts.teams.some(isOutline)) needsObjects = true;
    return [
      ...(!isWrong ? apart : needsObjects ? [] : checkObjects(objects, all)),
      ...(cluster ? [...checkVersions(objects, cluster), ...outsideInstances(objects, cluster)] : []),
    ];
  });
  if (needsObjects) return checkFleet({ ...parts, teams: parts.teams.map(wholeOf) }, fleet);
  // what is wrong on several clusters is told once
  return [...new Map([...onClusters, ...elsewhere].map((problem) => [formatProblem(problem), problem])).values()];
}

const isOutline = ({ whole }: MadeTeam): boolean => whole !== undefined;

/** Teams with their objects as they are where others ask for more than an outline has: what runs in the same namespace, and an old Tekton. */
function wholeWhereNeeded(teams: readonly MadeTeam[], { clusters }: Fleet): readonly MadeTeam[] {
  if (!teams.some(isOutline)) return teams;
  const old = clusters.filter((cluster) => tektonsOf(cluster).some(({ version }) => lacksFeatures(version)));
  const sharing = new Map(
    clustersOf(teams.flatMap(({ parts }) => parts)).map((name) => [name, namespacesOfSeveral(name, teams)]),
  );
  return teams.map((team) => {
    const isAsked = [...sharing].some(
      ([name, several]) =>
        (partsOn(name, team.parts).length > 0 && old.some((cluster) => cluster.name === name)) ||
        isWithin(partsOn(name, team.parts), several),
    );
    return isAsked ? wholeOf(team) : team;
  });
}

/** Whether something of the parts is in one of these namespaces. */
const isWithin = (parts: readonly ObjectsPart[], among: ReadonlySet<string>): boolean =>
  parts.some((part) => [...namespacesOf(part)].some((namespace) => among.has(namespace)));

const objectsOfParts = new WeakMap<ObjectsPart, readonly Emitted[]>();

/** The same objects for the same part: rules compare them by identity. */
function emitted(part: ObjectsPart): readonly Emitted[] {
  const known = objectsOfParts.get(part);
  if (known !== undefined) return known;
  const all = [...part.objects, ...(part.deployed ?? [])];
  const objects = all.map((manifest) => ({ file: pathOf(part), manifest, isForeign: part.isForeign }));
  objectsOfParts.set(part, objects);
  return objects;
}

const existingIn = (parts: readonly ObjectsPart[]) => parts.flatMap(({ existing }) => existing);

/** Argo CD's own objects are on a cluster of theirs. */
const isParticular = ({ clusters }: ObjectsPart): boolean => clusters !== 'all' && clusters !== 'argo-cd';

const clustersOf = (parts: readonly ObjectsPart[]): readonly string[] => [
  ...new Set(parts.filter(isParticular).flatMap(({ clusters }) => clusters)),
];

/** What all clusters hold comes first. */
const partsOn = (name: string, parts: readonly ObjectsPart[]): readonly ObjectsPart[] => [
  ...parts.filter(({ clusters }) => clusters === 'all'),
  ...parts.filter((part) => isParticular(part) && part.clusters.includes(name)),
];

const inWorkspaces = (parts: readonly ObjectsPart[]): readonly (readonly ObjectsPart[])[] =>
  [...new Set(parts.flatMap(({ workspace }) => workspace ?? []))].map((name) =>
    parts.filter(({ workspace }) => workspace === name),
  );

/**
 * What is found where each team sees its own objects and the shared ones. No error here means none together: a rule follows a
 * name out of the object's own namespace only to find it, and two teams in one namespace see each other.
 */
function checkApart(name: string, { shared, teams }: Parts, all: Inventory): readonly Problem[] {
  const sharedThere = partsOn(name, shared);
  const sharers = namespacesOfSeveral(name, teams);
  const beside = digestOf(
    sharedThere.map((part) => pathOf(part) + yamlOf(part.objects)).join() + JSON.stringify(existingIn(sharedThere)),
  );
  return [
    ...checkObjects(sharedThere.flatMap(emitted), all),
    ...teams.flatMap((team) => {
      const own = partsOn(name, team.parts);
      return isWithin(own, sharers)
        ? checkObjects(own.flatMap(emitted), all)
        : aloneFindings(name, team, sharedThere, beside);
    }),
  ];
}

const namespaces = new WeakMap<ObjectsPart, ReadonlySet<string>>();

function namespacesOf(part: ObjectsPart): ReadonlySet<string> {
  const known = namespaces.get(part);
  if (known !== undefined) return known;
  const found = new Set<string>();
  for (const { kind, metadata } of part.objects) {
    const namespace = kind === 'Namespace' ? metadata.name : metadata.namespace;
    if (namespace !== undefined) found.add(namespace);
  }
  for (const { namespace } of part.existing) if (namespace !== undefined) found.add(namespace);
  namespaces.set(part, found);
  return found;
}

/** Namespaces of a cluster in which several teams have something. */
function namespacesOfSeveral(name: string, teams: readonly MadeTeam[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const several = new Set<string>();
  for (const team of teams)
    for (const namespace of new Set(partsOn(name, team.parts).flatMap((part) => [...namespacesOf(part)])))
      (seen.has(namespace) ? several : seen).add(namespace);
  return several;
}

/** What is found where a team sees its own objects and the shared ones, of which `beside` is a digest. */
function aloneFindings(
  name: string,
  team: MadeTeam,
  shared: readonly ObjectsPart[],
  beside: string,
): readonly Problem[] {
  const known = team.findings.get(name);
  if (known?.beside === beside) return known.findings;
  const own = partsOn(name, wholeOf(team).parts);
  const objects = own.flatMap(emitted);
  const inventory = new Inventory([...shared.flatMap(emitted), ...objects], existingIn([...shared, ...own]));
  const findings = checkObjects(objects, inventory);
  team.findings.set(name, { beside, findings });
  return findings;
}

/** Each Tekton of a cluster takes what is in its namespaces. */
const checkVersions = (objects: readonly Emitted[], cluster: Cluster): readonly Problem[] =>
  tektonsOf(cluster).flatMap(({ where, namespaces, version }) => {
    const own = objects.filter(({ manifest: { metadata } }) => namespaces?.includes(metadata.namespace ?? '') ?? true);
    return checkTektonVersion(own, where, version);
  });

/** Where a cluster has several Tektons, nobody runs what is in a namespace of none: a team's own changes may put something there. */
function outsideInstances(objects: readonly Emitted[], { name, instances }: Cluster): readonly Problem[] {
  if (instances === undefined) return [];
  const covered = new Set(instances.instances.flatMap(({ namespaces }) => namespaces));
  return objects
    .filter(({ manifest }) => groupOf(manifest) === 'tekton.dev' && !covered.has(manifest.metadata.namespace ?? ''))
    .map(({ file, manifest }) => ({
      file,
      path: describe(manifest),
      message: `is in a namespace of no Tekton of cluster '${name}'`,
      found: manifest.metadata.namespace,
      expected: `a team's own namespace, or one that namespaces of an instance lists in the file of the cluster`,
      severity: 'error',
    }));
}
