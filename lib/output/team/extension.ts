import { ApiObject } from 'cdk8s';
import type { Chart } from 'cdk8s';
import type { Team } from '../../fleet/model';
import type { Manifest } from '../../kube/manifest';
import { at, describe } from '../../kube/manifest';
import { isMapping } from '../../words/mapping';
import { list, show } from '../../words/phrase';
import { SynthError } from '../../words/problem';
import type { AddToPrTest } from '../pipelines/own-tasks';
import type { BackendCode } from '../backends/own';
import type { Policies } from '../policies';
import { mainNamespace } from './namespace';

/** What code of a repository may change in the objects of a team, and add to them. */

/**
 * Adds an object; it is in the team's namespace unless its metadata says another. On a cluster of role `deploy`, which has not
 * that namespace, it is in the first of the apps'.
 */
export type AddObject = (object: Manifest) => ApiObject;

/** A stack of a team whose objects are customized. */
export interface CustomizedStack {
  readonly name: string;
  /** Namespace in which its apps run. */
  readonly environment: string;
  /** Names of its apps, in the order of its file. */
  readonly apps: readonly string[];
  /** Adds an object to the file of the stack. */
  readonly add: AddObject;
}

/** A team whose objects are customized, on one of its clusters. */
export interface CustomizedTeam {
  readonly name: string;
  /** The team's own; on a cluster of role `deploy` the first of its apps'. */
  readonly namespace: string;
  readonly cluster: string;
  readonly stacks: readonly CustomizedStack[];
  /** Adds an object to the file of what the team's environments hold. */
  readonly add: AddObject;
}

/** Changes objects of a team before they are written, once for each of its clusters. */
export type Customize = (objects: readonly ApiObject[], team: CustomizedTeam) => void;

/** The code of fleet.ts, for every team. */
export interface FleetCode extends Policies {
  readonly customize?: Customize;
  readonly prTest?: AddToPrTest;
  /** By the name that `interceptBackend` of a team gives. */
  readonly backends?: Readonly<Record<string, BackendCode>>;
  /** Keys of Secrets in the namespace of each team, by their names. */
  readonly secrets?: Readonly<Record<string, readonly string[]>>;
}

/** Code that changes the objects of one team. */
export interface Extension {
  /** The function in its own team.ts. */
  readonly own?: Customize;
  readonly fleet?: FleetCode;
}

/** Code that changes the objects of all teams. */
export interface Extensions {
  /** The functions of each team.ts that customizes, by the name of the team. */
  readonly teams: ReadonlyMap<string, Customize>;
  readonly fleet?: FleetCode;
}

/** The code that changes the objects of a team. */
export const extensionOf = ({ teams, fleet }: Extensions, team: string): Extension => ({ own: teams.get(team), fleet });

/** @param chartOf the file of the environment, or of a stack that is named */
export function customizedTeam(team: Team, chartOf: (stack?: string) => Chart): CustomizedTeam {
  const { name, cluster } = team;
  const namespace = mainNamespace(team);
  const adding =
    (chart: Chart): AddObject =>
    (object) => {
      checkAdded(object);
      const id = `own-${object.kind}-${object.metadata.namespace ?? ''}-${object.metadata.name}`;
      if (chart.node.tryFindChild(id) !== undefined)
        throw new SynthError(
          'added-twice',
          `add is given ${describe(object)} twice: give each object a name of its own`,
        );
      return new ApiObject(chart, id, {
        ...object,
        metadata: { namespace, ...object.metadata } as Record<string, unknown>,
      });
    };
  return {
    name,
    namespace,
    cluster,
    stacks: team.stacks.map((stack) => ({
      name: stack.name,
      environment: stack.environment,
      apps: stack.apps.map((app) => app.name),
      add: adding(chartOf(stack.name)),
    })),
    add: adding(chartOf()),
  };
}

/** Code whose types nobody has checked may add something else. */
function checkAdded(object: unknown): void {
  const missing = ['apiVersion', 'kind', 'metadata.name'].filter((field) => {
    const value = at(object, ...field.split('.'));
    return typeof value !== 'string' || value === '';
  });
  if (missing.length > 0)
    throw new SynthError(
      'no-object',
      `add is given ${isMapping(object) && typeof object.kind === 'string' ? `a ${object.kind}` : show(object)} without ${list(missing, 'and')}: give it an object such as { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'on-call' } }`,
    );
}
