import { isDeepStrictEqual } from 'node:util';
import { Chart } from 'cdk8s';
import type { App as Output } from 'cdk8s';
import { Construct } from 'constructs';
import type { App, Stack, Team } from '../../fleet/model';
import { emit, wireKind } from '../../kube/emit';
import { orderedAs } from '../../kube/in-order';
import type { Manifest } from '../../kube/manifest';
import { at, describe, list } from '../../kube/manifest';
import { unknownFields } from '../../kube/schema';
import { toDocument } from '../../kube/yaml';
import { DIGEST_TO_COME } from '../../words/digest';
import { IMAGE_PLACEHOLDER } from '../../words/environment';
import { isMapping } from '../../words/mapping';
import { ANNOTATIONS, LABELS, VERSION } from '../../words/labels';
import { OWN_PREFIX, appsConfigMap } from '../../words/names';
import type { Problem } from '../../words/problem';
import { InputError } from '../../words/problem';
import { YAML, teamFileName } from '../layout';
import { digestOf } from '../released';
import { deploymentOf, keyInConfigMap } from './app-deployment';

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

/** A Deployment as synth makes it, and as code has left it. */
interface Deployed {
  readonly stack: Stack;
  readonly app: App;
  readonly before: Manifest;
  readonly after: Manifest;
}

export interface WithDeployed {
  /** Objects by file. */
  readonly files: ReadonlyMap<string, readonly Manifest[]>;
  /** Deployments by the file of their stack, with images as releases give them. One that several stacks have is there once. */
  readonly deployed: ReadonlyMap<string, readonly Manifest[]>;
}

/**
 * Puts the Deployments into the ConfigMaps.
 * @param manifests by chart
 * @param problem makes one of the code that has changed them
 * @throws InputError where code has left something that no run can apply
 */
export function intoConfigMaps(
  manifests: ReadonlyMap<string, readonly Manifest[]>,
  team: Team,
  problem: (message: string) => Problem,
): WithDeployed {
  const all = isByGit(team) ? ofGit(manifests, team) : ofRuns(manifests, team);
  const changed = team.isDeployOnly ? [] : all.deployed.flatMap((one) => textChanged(one, manifests, team));
  const faults = [...all.faults, ...changed];
  if (faults.length > 0) throw new InputError(faults.map(problem));
  const files = withTexts(manifests, all.deployed, team);
  return { files, deployed: isByGit(team) ? new Map() : byFile(all.deployed) };
}

interface Found {
  readonly deployed: readonly Deployed[];
  readonly faults: readonly string[];
}

/** What code has left of the charts of Deployments. */
function ofRuns(manifests: ReadonlyMap<string, readonly Manifest[]>, team: Team): Found {
  const all = team.stacks.map((stack): Found => {
    const objects = manifests.get(chartOf(stack));
    if (objects === undefined) return { deployed: [], faults: [] };
    const deployed = stack.apps.flatMap((app): Deployed[] => {
      const after = objects.find(({ metadata }) => metadata.name === app.name);
      return after ? [{ stack, app, before: deploymentOf(team, stack, app), after }] : [];
    });
    const lost = lostOf(stack, deployed);
    const added = objects.filter((one) => !deployed.some(({ after }) => after === one));
    const faults = [
      ...lost,
      ...(lost.length > 0
        ? []
        : added.map(
            (one) =>
              `${describe(one)} is added beside Deployments that runs apply: add it by add of the team or the stack`,
          )),
      ...deployed.flatMap((one) => [...faultsOf(one), ...rightsOf(one)]),
    ];
    return { deployed, faults };
  });
  return { deployed: all.flatMap(({ deployed }) => deployed), faults: all.flatMap(({ faults }) => faults) };
}

const lostOf = ({ apps, environment }: Stack, deployed: readonly Deployed[]): readonly string[] =>
  apps
    .filter((app) => !deployed.some((one) => one.app === app))
    .map(({ name }) => `Deployment ${environment}/${name} has lost its name, by which runs find it`);

/** Previews of what Git owns, as code has left it: of every stack that has the app. */
function ofGit(manifests: ReadonlyMap<string, readonly Manifest[]>, team: Team): Found {
  const objects = manifests.get(teamFileName('apps')) ?? [];
  const all = team.stacks.map((stack): Found => {
    const deployed = stack.apps.flatMap((app): Deployed[] => {
      const owned = objects.find(
        ({ kind, metadata }) =>
          kind === 'Deployment' && metadata.name === app.name && metadata.namespace === stack.environment,
      );
      return owned
        ? [{ stack, app, before: deploymentOf(team, stack, app), after: unreleased(owned, stack, app) }]
        : [];
    });
    const faults = deployed.flatMap((one) => [...faultsOf(one), ...accountOf(one)]);
    return { deployed, faults: [...lostOf(stack, deployed), ...faults] };
  });
  return {
    deployed: all.flatMap(({ deployed }) => deployed),
    faults: [...new Set(all.flatMap(({ faults }) => faults))],
  };
}

/** A run finds pods by their labels, and gives its image to one container. */
function faultsOf({ before, after }: Deployed): readonly string[] {
  const name = describe(before);
  const same = (...path: readonly string[]): boolean => isDeepStrictEqual(at(before, ...path), at(after, ...path));
  const keeps = (...path: readonly string[]): boolean => {
    const [old, now] = [at(before, ...path), at(after, ...path)];
    return !isMapping(old) || (isMapping(now) && Object.entries(old).every(([key, value]) => now[key] === value));
  };
  const checks: readonly (readonly [boolean, string])[] = [
    [
      same('apiVersion') && same('kind') && same('metadata', 'namespace'),
      'has another apiVersion, kind or namespace, and runs apply it as it was',
    ],
    [
      keeps('metadata', 'labels') && keeps('spec', 'template', 'metadata', 'labels') && same('spec', 'selector'),
      'has lost labels or a selector by which runs find it and its pods',
    ],
    [
      placesOf(after) === 1,
      `has ${placesOf(after)} containers with image ${IMAGE_PLACEHOLDER}, and a run gives its image to exactly one`,
    ],
  ];
  const unknown = unknownFields(after).map((path) => `${path} is no field of a Deployment`);
  return [...checks.flatMap(([isRight, fault]) => (isRight ? [] : [fault])), ...unknown].map(
    (fault) => `${name} ${fault}`,
  );
}

const POD = ['spec', 'template', 'spec'];

/** Policies of the cluster refuse a run that gives pods an account. */
function rightsOf({ before, after }: Deployed): readonly string[] {
  const same = (field: string): boolean => isDeepStrictEqual(at(before, ...POD, field), at(after, ...POD, field));
  const token = at(after, ...POD, 'automountServiceAccountToken');
  const isRight =
    same('serviceAccountName') &&
    same('serviceAccount') &&
    (token === undefined || token === false || same('automountServiceAccountToken'));
  return isRight
    ? []
    : [
        `${describe(before)} has an account or a token, and runs deploy no pods with rights: let Git own the Deployments (environment.deploy: gitops), or leave it out`,
      ];
}

/** Whoever owns a Deployment, its pods run what a team writes. */
const accountOf = ({ after }: Deployed): readonly string[] =>
  ['serviceAccountName', 'serviceAccount']
    .map((field) => at(after, ...POD, field))
    .filter((account) => typeof account === 'string' && account.startsWith(OWN_PREFIX))
    .slice(0, 1)
    .map(
      (account) =>
        `${describe(after)} has account '${String(account)}' of tekton-dag, whose rights no app may have. Name an account of the app`,
    );

/** Code from before there were objects may have changed the text. */
function textChanged(
  { stack, app, before }: Deployed,
  manifests: ReadonlyMap<string, readonly Manifest[]>,
  team: Team,
): readonly string[] {
  const map = manifests.get(teamFileName('stack', stack.name))?.find((one) => isConfigMapOf(one, stack, team));
  return map !== undefined && at(map.data, keyInConfigMap(app)) === toDocument(before)
    ? []
    : [
        `key ${keyInConfigMap(app)} of ConfigMap ${appsConfigMap(stack.name)} is changed: change ${describe(before)} instead, which is among the objects`,
      ];
}

const isConfigMapOf = ({ kind, metadata }: Manifest, stack: Stack, { namespace }: Team): boolean =>
  kind === 'ConfigMap' && metadata.name === appsConfigMap(stack.name) && metadata.namespace === namespace;

const containersOf = (manifest: Manifest): readonly { readonly image?: unknown }[] =>
  list(at(manifest, 'spec', 'template', 'spec', 'containers') as readonly { readonly image?: unknown }[] | undefined);
const placesOf = (manifest: Manifest): number =>
  containersOf(manifest).filter(({ image }) => image === IMAGE_PLACEHOLDER).length;

/** The files without the charts of Deployments, whose texts are in the ConfigMaps. */
function withTexts(
  manifests: ReadonlyMap<string, readonly Manifest[]>,
  deployed: readonly Deployed[],
  team: Team,
): ReadonlyMap<string, readonly Manifest[]> {
  const files = new Map(manifests);
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
  const { spec } = manifest as unknown as { spec: { template: { spec: object } } };
  const containers = containersOf(manifest).map((one) =>
    one.image === IMAGE_PLACEHOLDER ? { ...one, image: `${image}@${DIGEST_TO_COME}` } : one,
  );
  return {
    ...manifest,
    spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } },
  };
}

/** What Git owns, as runs take it: with image `IMAGE`, without what only Git and Argo CD go by, and of this stack. */
function unreleased(owned: Manifest, stack: Stack, app: App): Manifest {
  const { name, namespace, labels, annotations } = owned.metadata as Metadata;
  const { spec } = owned as unknown as { spec: { template: { metadata: Metadata; spec: object } } };
  const { [VERSION]: version, ...stable } = labels ?? {};
  const { [ANNOTATIONS.syncWave]: wave, ...others } = annotations ?? {};
  const { [LABELS.stack]: first } = stable;
  const ofStack = (given: Metadata['labels']): Metadata['labels'] =>
    given && given[LABELS.stack] === first ? { ...given, [LABELS.stack]: stack.name } : given;
  const image = `@${digestOf(app.name)}`;
  const containers = containersOf(owned).map((one) =>
    String(one.image).endsWith(image) ? { ...one, image: IMAGE_PLACEHOLDER } : one,
  );
  const { template } = spec;
  return {
    ...owned,
    metadata: {
      name,
      namespace,
      labels: ofStack(stable),
      ...(Object.keys(others).length > 0 && { annotations: others }),
    },
    spec: {
      ...spec,
      template: {
        ...template,
        metadata: { ...template.metadata, labels: ofStack(template.metadata.labels) },
        spec: { ...template.spec, containers },
      },
    },
  } as Manifest;
}

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
