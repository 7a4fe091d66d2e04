import { isDeepStrictEqual } from 'node:util';
import { Chart } from 'cdk8s';
import type { App as Output } from 'cdk8s';
import { Construct } from 'constructs';
import type { App, Stack, Team } from '../../fleet/model';
import { emit, wireKind } from '../../kube/emit';
import { orderedAs } from '../../kube/in-order';
import type { Manifest } from '../../kube/manifest';
import { at, describe } from '../../kube/manifest';
import { toDocument } from '../../kube/yaml';
import { DIGEST_TO_COME } from '../../words/digest';
import { IMAGE_PLACEHOLDER } from '../../words/environment';
import { LABELS, VERSION, isOurs } from '../../words/labels';
import { isMapping } from '../../words/mapping';
import { appsConfigMap } from '../../words/names';
import type { Problem } from '../../words/problem';
import { InputError } from '../../words/problem';
import { YAML, teamFileName } from '../layout';
import { unreleased } from '../released';
import { deploymentOf, keyInConfigMap } from './app-deployment';
import type { Deployed, Fault } from './deployed-faults';
import { faultsOf, rightsOf } from './deployed-faults';
import { environmentApps } from './environment-apps';

/**
 * Deployments that runs apply. They stand as texts in ConfigMaps of `dist/`, and code of the repository sees and changes them as the
 * objects that they are. Where Git owns the Deployments of an environment, runs apply previews alone, made of what Git owns.
 */

/** The chart of a stack's Deployments, of which no file is written. No file and no stack has a name with a space. */
const chartOf = ({ name }: Stack): string => `apps of ${name}`;

/** The file of a chart. */
export const fileOfChart = (id: string, { stacks }: Team): string => {
  const stack = stacks.find((one) => chartOf(one) === id);
  return `${stack === undefined ? id : teamFileName('stack', stack.name)}${YAML}`;
};

const isByGit = ({ environment }: Team): boolean => environment.deploy === 'gitops';

/**
 * Adds the Deployments to an output, so that code finds them among its objects; `intoConfigMaps` takes them out again. Where Git owns
 * them they are objects already, and a cluster without runs has no others.
 */
export function deployedObjects(output: Output, team: Team): void {
  if (team.isDeployOnly || isByGit(team)) return;
  for (const stack of team.stacks) {
    const chart = new Chart(output, chartOf(stack), { disableResourceNameHashes: true });
    for (const app of stack.apps) {
      const { apiVersion, kind, metadata, spec } = deploymentOf(team, stack, app) as Manifest & { spec: object };
      emit(new Construct(chart, app.name), wireKind(apiVersion, kind), metadata as { name: string }, { spec });
    }
  }
}

export interface WithDeployed {
  /** Objects by file. */
  readonly files: ReadonlyMap<string, readonly Manifest[]>;
  /** Deployments by the file of their stack, with images as releases give them. One that several stacks have is there once. */
  readonly deployed: ReadonlyMap<string, readonly Manifest[]>;
}

type Charts = ReadonlyMap<string, readonly Manifest[]>;

/**
 * Puts the Deployments into the ConfigMaps.
 * @param charts objects by chart
 * @param problem makes one of the code that has changed them
 * @throws InputError where code has left something that no run can apply
 */
export function intoConfigMaps(charts: Charts, team: Team, problem: (fault: Fault) => Problem): WithDeployed {
  const { deployed, faults } = isByGit(team) ? ofGit(charts, team) : ofRuns(charts, team);
  const changed = team.isDeployOnly ? [] : deployed.flatMap((one) => textChanged(one, charts, team));
  const all = [...faults, ...changed, ...notAlike(deployed)];
  if (all.length > 0) throw new InputError(all.map(problem));
  const files = withTexts(charts, deployed, team);
  return { files, deployed: isByGit(team) ? new Map() : byFile(deployed) };
}

interface Found {
  readonly deployed: readonly Deployed[];
  readonly faults: readonly Fault[];
}

const joined = (all: readonly Found[]): Found => ({
  deployed: all.flatMap(({ deployed }) => deployed),
  faults: all.flatMap(({ faults }) => faults),
});

const foundIn = ({ apps }: Stack, find: (app: App) => Deployed | undefined): readonly Deployed[] =>
  apps.flatMap((app) => find(app) ?? []);

const lostOf = ({ apps, environment }: Stack, deployed: readonly Deployed[]): readonly Fault[] =>
  apps
    .filter((app) => !deployed.some((one) => one.app === app))
    .map(({ name }) => ({
      message: `Deployment ${environment}/${name} has another name, kind or namespace: leave it, since runs and previews find it by these`,
    }));

/** What code has left of the charts of Deployments. */
const ofRuns = (charts: Charts, team: Team): Found =>
  joined(
    team.stacks.map((stack): Found => {
      const objects = charts.get(chartOf(stack));
      if (objects === undefined) return { deployed: [], faults: [] };
      const deployed = foundIn(stack, (app) => {
        const after = objects.find(({ metadata }) => metadata.name === app.name);
        return after && { stack, app, before: deploymentOf(team, stack, app), after };
      });
      const lost = lostOf(stack, deployed);
      const added = objects.filter((one) => !deployed.some(({ after }) => after === one));
      const faults = [
        ...(lost.length > 0 ? lost : added.map(addedBeside)),
        ...deployed.flatMap((one) => [...faultsOf(one, team), ...rightsOf(one)]),
      ];
      return { deployed, faults };
    }),
  );

const addedBeside = (one: Manifest): Fault => ({
  message: `${describe(one)} is added beside Deployments that runs apply: add it by add of the team or the stack`,
});

/** Previews of what Git owns, as code has left it: of every stack that has the app. */
function ofGit(charts: Charts, team: Team): Found {
  const objects = charts.get(teamFileName('apps')) ?? [];
  return joined(
    team.stacks.map((stack): Found => {
      const firsts = environmentApps(team, stack.environment);
      const deployed = foundIn(stack, (app) => {
        const owned = objects.find(
          ({ kind, metadata: { name, namespace } }) =>
            kind === 'Deployment' && name === app.name && namespace === stack.environment,
        );
        if (owned === undefined) return undefined;
        const before = deploymentOf(team, stack, app);
        const first = firsts.find((one) => one.app.name === app.name)!.stack;
        return { stack, app, before, after: ofStack(previewed(owned, app, before), first.name, stack.name) };
      });
      return { deployed, faults: [...lostOf(stack, deployed), ...deployed.flatMap((one) => faultsOf(one, team))] };
    }),
  );
}

/** What Git owns as previews are made of it: without what releases fill in, and what only Argo CD goes by. */
function previewed(owned: Manifest, app: App, before: Manifest): Manifest {
  const { metadata, ...rest } = unreleased(owned, app.name);
  const { annotations, ...others } = metadata as Metadata;
  const version = (before.metadata as Metadata).labels?.[VERSION];
  const kept = Object.entries(annotations ?? {}).filter(([name]) => !isOurs(name));
  return {
    ...rest,
    metadata: {
      ...others,
      // of its file, where a release says its own
      ...(version !== undefined && { labels: { [VERSION]: version, ...others.labels } }),
      ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
    },
  } as Manifest;
}

interface Metadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A Deployment with the label of another stack in the place of that of its own. */
function ofStack(manifest: Manifest, from: string, to: string): Manifest {
  const changed = (metadata: unknown): unknown => {
    const labels = at(metadata, 'labels');
    return isMapping(metadata) && isMapping(labels) && labels[LABELS.stack] === from
      ? { ...metadata, labels: { ...labels, [LABELS.stack]: to } }
      : metadata;
  };
  const template = at(manifest, 'spec', 'template');
  return {
    ...manifest,
    metadata: changed(manifest.metadata) as Manifest['metadata'],
    ...(isMapping(template) && {
      spec: { ...(manifest.spec as object), template: { ...template, metadata: changed(template.metadata) } },
    }),
  };
}

/** Stacks of one environment that have an app apply the same Deployment: the last to run would undo what the others have. */
function notAlike(deployed: readonly Deployed[]): readonly Fault[] {
  const first = new Map<string, Deployed>();
  return deployed.flatMap((one) => {
    const name = describe(one.before);
    const other = first.get(name);
    if (other === undefined) first.set(name, one);
    if (other === undefined || isDeepStrictEqual(ofStack(one.after, one.stack.name, other.stack.name), other.after))
      return [];
    return [
      {
        message: `${name} of stack ${one.stack.name} differs from that of stack ${other.stack.name}, and runs of both apply it: change both alike`,
      },
    ];
  });
}

/** Code from before there were objects may have changed the text. */
function textChanged({ stack, app, before }: Deployed, charts: Charts, team: Team): readonly Fault[] {
  const map = charts.get(teamFileName('stack', stack.name))?.find((one) => isConfigMapOf(one, stack, team));
  return map !== undefined && at(map.data, keyInConfigMap(app)) === toDocument(before)
    ? []
    : [
        {
          message: `key ${keyInConfigMap(app)} of ConfigMap ${appsConfigMap(stack.name)} is changed: change ${describe(before)} instead, which is among the objects`,
        },
      ];
}

const isConfigMapOf = ({ kind, metadata }: Manifest, stack: Stack, { namespace }: Team): boolean =>
  kind === 'ConfigMap' && metadata.name === appsConfigMap(stack.name) && metadata.namespace === namespace;

/** The files without the charts of Deployments, whose texts are in the ConfigMaps. */
function withTexts(charts: Charts, deployed: readonly Deployed[], team: Team): Charts {
  const files = new Map(charts);
  for (const stack of team.stacks) {
    files.delete(chartOf(stack));
    const own = deployed.filter((one) => one.stack === stack);
    const texts = Object.fromEntries(
      own.map(({ app, before, after }) => [keyInConfigMap(app), toDocument(orderedAs(before, after) as object)]),
    );
    const file = teamFileName('stack', stack.name);
    const objects = files.get(file);
    if (objects === undefined) continue;
    files.set(
      file,
      objects.map((one) =>
        isConfigMapOf(one, stack, team) ? { ...one, data: { ...(one.data as object), ...texts } } : one,
      ),
    );
  }
  return files;
}

function byFile(deployed: readonly Deployed[]): ReadonlyMap<string, readonly Manifest[]> {
  const once = new Map(deployed.map((one) => [describe(one.after), one]));
  const files = new Map<string, Manifest[]>();
  for (const { stack, app, after } of once.values()) {
    const file = teamFileName('stack', stack.name);
    files.set(file, [...(files.get(file) ?? []), withImage(after, app)]);
  }
  return files;
}

/** As it is applied, but for the digest. */
function withImage(manifest: Manifest, { image }: App): Manifest {
  const { spec } = manifest as unknown as { spec: { template: { spec: Readonly<Record<string, unknown>> } } };
  const pod = spec.template.spec;
  const filled = ['containers', 'initContainers'].flatMap((key) => {
    const containers = pod[key] as readonly { readonly image?: unknown }[] | undefined;
    return containers === undefined
      ? []
      : [
          [
            key,
            containers.map((one) =>
              one.image === IMAGE_PLACEHOLDER ? { ...one, image: `${image}@${DIGEST_TO_COME}` } : one,
            ),
          ] as const,
        ];
  });
  return {
    ...manifest,
    spec: { ...spec, template: { ...spec.template, spec: { ...pod, ...Object.fromEntries(filled) } } },
  };
}
