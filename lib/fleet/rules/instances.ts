import type { Document, Path } from '../document';
import type { Team } from '../model';
import { takesNoRuns } from '../model';
import type { FleetReading, TeamReading } from '../reading';
import type { InstanceSettings } from '../tekton-install';
import { instancesSaid } from '../tekton-instances';
import { TEKTON, instanceNamespace } from '../../words/names';
import { knownHint } from '../../words/nearest';
import { list, show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { listedTwice } from './listed-twice';
import { NO_RUNS } from './team';

/** Each namespace has one Tekton, and each Tekton of a cluster with several has a namespace. */
export function checkInstances(reading: FleetReading): Problem[] {
  const teams = reading.teams.flatMap((each) =>
    [each.team, ...each.elsewhere].map((team): Placed => ({ team, document: each.document })),
  );
  return [
    ...reading.teams.flatMap((team) => namesNoInstance(team, reading)),
    ...reading.clusters.flatMap(({ document, value }) => {
      const instances = instancesSaid(value);
      if (!document || !value || !instances) return [];
      const placed = teams.filter(({ team }) => team.cluster === value.name);
      return checkCluster(document, instances, placed);
    }),
  ];
}

type Instances = readonly InstanceSettings[];

/** A team on one of its clusters. */
interface Placed {
  readonly team: Team;
  readonly document: Document;
}

function checkCluster(document: Document, instances: Instances, teams: readonly Placed[]): Problem[] {
  return [
    ...namedTwice(document, instances),
    ...instances.flatMap((_, index) => listedTwice(document, ['tekton', 'instances', index, 'namespaces'])),
    ...ofOthers(document, instances, teams),
    ...claimedTwice(document, instances, teams),
    ...teams.flatMap((placed) => checkTeam(placed, instances)),
  ];
}

function namedTwice(document: Document, instances: Instances): Problem[] {
  const path = (index: number): Path => ['tekton', 'instances', index, 'name'];
  return instances.flatMap(({ name }, index) => {
    const first = instances.findIndex((other) => other.name === name);
    return first === index
      ? []
      : [document.error(path(index), `two instances are called ${name}; the other is ${document.at(path(first))}`)];
  });
}

const listedAt = (instances: Instances) =>
  instances.flatMap(({ name, namespaces }, index) =>
    namespaces.map((namespace, at) => ({ name, namespace, path: ['tekton', 'instances', index, 'namespaces', at] })),
  );

/** Who may change a run there may change the programs. */
function ofOthers(document: Document, instances: Instances, teams: readonly Placed[]): Problem[] {
  const own = [TEKTON.namespace, TEKTON.resolvers, ...instances.map(({ name }) => instanceNamespace(name))];
  const listed = listedAt(instances);
  const wanted = [
    ...listed.map(({ namespace, path }) => ({ namespace, tell: document.error, path })),
    ...teams.map(({ team, document: { error } }) => ({ namespace: team.namespace, tell: error, path: ['namespace'] })),
  ];
  return [
    ...wanted
      .filter(({ namespace }) => own.includes(namespace))
      .map(({ namespace, tell, path }) =>
        tell(path, "programs of Tekton run there: it cannot be one of an instance's own", { found: namespace }),
      ),
    // of a team it is told without any cluster
    ...listed
      .filter(({ namespace }) => takesNoRuns(namespace))
      .map(({ namespace, path }) => document.error(path, NO_RUNS, { found: namespace })),
  ];
}

function claimedTwice(document: Document, instances: Instances, teams: readonly Placed[]): Problem[] {
  const listed = listedAt(instances);
  return listed.flatMap(({ name, namespace, path }, index) => {
    const other = listed.slice(0, index).find((one) => one.namespace === namespace && one.name !== name);
    const owner = teams.find(({ team }) => team.namespace === namespace && team.tekton !== undefined);
    return [
      ...(other
        ? [
            document.error(
              path,
              `namespace ${namespace} is also that of instance ${other.name} (${document.at(other.path)})`,
            ),
          ]
        : []),
      ...(owner && owner.team.tekton !== name
        ? [
            document.error(
              path,
              `namespace ${namespace} is that of team ${owner.team.name}, which is of instance ${owner.team.tekton} (${owner.document.at(['tekton'])})`,
            ),
          ]
        : []),
    ];
  });
}

function checkTeam({ team, document }: Placed, instances: Instances): Problem[] {
  const names = [...new Set(instances.map(({ name }) => name))];
  const named = document.get(['tekton']);
  if (team.tekton !== undefined) return [];
  return typeof named === 'string'
    ? [
        document.error(['tekton'], `cluster ${team.cluster} has no such instance of Tekton`, {
          found: show(named),
          ...knownHint(named, names),
        }),
      ]
    : [
        document.error(['tekton'], `is missing, and cluster ${team.cluster} has several instances of Tekton`, {
          expected: list(names),
        }),
      ];
}

/** On a cluster with one Tekton the name says nothing; where all are so, it is a mistake. */
function namesNoInstance({ team, elsewhere, document }: TeamReading, { clusters }: FleetReading): Problem[] {
  const named = document.get(['tekton']);
  const on = [team, ...elsewhere].map(({ cluster }) => cluster);
  const isThere = clusters.some(({ value }) => value && instancesSaid(value) && on.includes(value.name));
  return typeof named !== 'string' || isThere
    ? []
    : [
        document.error(
          ['tekton'],
          `${list(on, 'and')} ${on.length > 1 ? 'have' : 'has'} no instances of Tekton to choose from`,
          { found: show(named), expected: 'tekton.instances in the file of the cluster, or no tekton here' },
        ),
      ];
}

/** Told once every team can be read: any other may name it. */
export function unusedInstances({ clusters, teams }: FleetReading): Problem[] {
  const on = teams.flatMap(({ team, elsewhere }) => [team, ...elsewhere]);
  return clusters.flatMap(({ document, value }) =>
    (instancesSaid(value) ?? []).flatMap(({ name, namespaces }, index) =>
      namespaces.length > 0 || on.some((team) => team.cluster === value!.name && team.tekton === name)
        ? []
        : [
            document!.error(['tekton', 'instances', index], `instance ${name} has no namespace`, {
              expected: `a team of this cluster with tekton: ${name} (npx tekton-dag team new <team> --cluster ${value!.name} --tekton ${name}), or namespaces here. The namespace of a later team may be listed, too`,
            }),
          ],
    ),
  );
}
