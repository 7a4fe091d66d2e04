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
import { appsConfigMap } from '../../words/names';
import type { Problem } from '../../words/problem';
import { InputError } from '../../words/problem';
import { YAML, teamFileName } from '../layout';
import { deploymentOf, keyInConfigMap } from './app-deployment';

/**
 * Deployments that runs apply, of releases and of previews. They stand as texts in ConfigMaps of `dist/`, and code of the repository sees
 * and changes them as the objects that they are.
 */

/** The chart of a stack's Deployments, of which no file is written. No file and no stack has a name with a space. */
const chartOf = ({ name }: Stack): string => `apps of ${name}`;

/** The file of a chart. */
export const fileOfChart = (id: string, { stacks }: Team): string => {
  const stack = stacks.find((one) => chartOf(one) === id);
  return `${stack === undefined ? id : teamFileName('stack', stack.name)}${YAML}`;
};

/** Adds the Deployments to an output, so that code finds them among its objects; `intoConfigMaps` takes them out again. */
export function deployedObjects(output: Output, team: Team): void {
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
  const stacks = team.stacks.filter((stack) => manifests.has(chartOf(stack)));
  const all = stacks.flatMap((stack) => {
    const objects = manifests.get(chartOf(stack)) ?? [];
    const found = stack.apps.flatMap((app): Deployed[] => {
      const after = objects.find(({ metadata }) => metadata.name === app.name);
      return after ? [{ stack, app, before: deploymentOf(team, stack, app), after }] : [];
    });
    const lost = stack.apps.filter((app) => !found.some((one) => one.app === app));
    const added = objects.filter((one) => !found.some(({ after }) => after === one));
    const faults = [
      ...lost.map(({ name }) => `Deployment ${stack.environment}/${name} has lost its name, by which runs find it`),
      ...(lost.length > 0
        ? []
        : added.map(
            (one) =>
              `${describe(one)} is added beside Deployments that runs apply: add it by add of the team or the stack`,
          )),
      ...found.flatMap(faultsOf),
      ...found.flatMap((one) => textChanged(one, manifests, team)),
    ];
    return [{ found, faults }];
  });
  const faults = all.flatMap((one) => one.faults);
  if (faults.length > 0) throw new InputError(faults.map(problem));
  const deployed = all.flatMap(({ found }) => found);
  return { files: withTexts(manifests, stacks, deployed, team), deployed: byFile(deployed) };
}

/** A run finds pods by their labels, and gives previews no rights: policies of the cluster refuse anything else in the middle of a run. */
function faultsOf({ before, after }: Deployed): readonly string[] {
  const name = describe(before);
  const same = (...path: readonly string[]): boolean => isDeepStrictEqual(at(before, ...path), at(after, ...path));
  const keeps = (...path: readonly string[]): boolean => {
    const [old, now] = [at(before, ...path), at(after, ...path)];
    return !isMapping(old) || (isMapping(now) && Object.entries(old).every(([key, value]) => now[key] === value));
  };
  const POD = ['spec', 'template', 'spec'];
  const token = at(after, ...POD, 'automountServiceAccountToken');
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
    [
      same(...POD, 'serviceAccountName') &&
        same(...POD, 'serviceAccount') &&
        (token === undefined || token === false || same(...POD, 'automountServiceAccountToken')),
      'has an account or a token. Previews are made of the same text, and run what a pull request brings as the default account without one',
    ],
  ];
  const unknown = unknownFields(after).map((path) => `${path} is no field of a Deployment`);
  return [...checks.flatMap(([isRight, fault]) => (isRight ? [] : [fault])), ...unknown].map(
    (fault) => `${name} ${fault}`,
  );
}

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
  stacks: readonly Stack[],
  deployed: readonly Deployed[],
  team: Team,
): ReadonlyMap<string, readonly Manifest[]> {
  const files = new Map(manifests);
  for (const stack of stacks) {
    files.delete(chartOf(stack));
    const own = deployed.filter((one) => one.stack === stack);
    const texts = Object.fromEntries(
      own.map(({ app, before, after }) => [keyInConfigMap(app), toDocument(orderedAs(before, after) as object)]),
    );
    const file = teamFileName('stack', stack.name);
    const objects = files.get(file) ?? [];
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
