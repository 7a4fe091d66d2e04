import { ApiObject, Chart } from 'cdk8s';
import type { ApiObjectProps, App as Output } from 'cdk8s';
import type { App, Stack, Team } from '../../fleet/model';
import type { Manifest } from '../../kube/manifest';
import { at, list } from '../../kube/manifest';
import { orderedAs } from '../../kube/in-order';
import { toDocument } from '../../kube/yaml';
import { IMAGE_PLACEHOLDER } from '../../words/environment';
import { appsConfigMap } from '../../words/names';
import type { Problem } from '../../words/problem';
import { InputError } from '../../words/problem';
import { teamFileName } from '../layout';
import { deploymentOf, keyInConfigMap } from './app-deployment';

/**
 * Deployments that runs apply, of releases and previews. They stand as texts in ConfigMaps of `dist/`, and code of the repository sees and
 * changes them as the objects that they are.
 */

/** A chart for each stack, of which no file is written. */
export function deployedObjects(output: Output, team: Team): void {
  for (const stack of team.stacks) {
    const chart = new Chart(output, appsConfigMap(stack.name), { disableResourceNameHashes: true });
    for (const app of stack.apps) new ApiObject(chart, app.name, deploymentOf(team, stack, app) as ApiObjectProps);
  }
}

export interface WithDeployed {
  /** Objects by file. */
  readonly files: ReadonlyMap<string, readonly Manifest[]>;
  /** Deployments by the file of their stack, with the images that releases give them. */
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
  const files = new Map(manifests);
  const texts = new Map<string, Readonly<Record<string, string>>>();
  const deployed = new Map<string, readonly Manifest[]>();
  const wrong: Problem[] = [];
  for (const stack of team.stacks) {
    const name = appsConfigMap(stack.name);
    const objects = files.get(name);
    files.delete(name);
    if (objects === undefined) continue;
    wrong.push(...faultsOf(objects, stack).map(problem));
    const pairs = stack.apps.flatMap((app) =>
      objects.flatMap((one) => (isOf(one, stack, app) ? [[app, one] as const] : [])),
    );
    texts.set(
      name,
      Object.fromEntries(
        pairs.map(([app, one]) => [
          keyInConfigMap(app),
          toDocument(orderedAs(deploymentOf(team, stack, app), one) as object),
        ]),
      ),
    );
    deployed.set(
      teamFileName('stack', stack.name),
      pairs.map(([app, one]) => withImage(one, app)),
    );
  }
  if (wrong.length > 0) throw new InputError(wrong);
  const filled = [...files].map(([file, objects]) => [file, objects.map((one) => withTexts(one, texts))] as const);
  return { files: new Map(filled), deployed };
}

const isOf = ({ kind, metadata }: Manifest, { environment }: Stack, { name }: App): boolean =>
  kind === 'Deployment' && metadata.name === name && metadata.namespace === environment;

/** A run finds the Deployment of an app by its name, and the place of the image by its word. */
function faultsOf(objects: readonly Manifest[], stack: Stack): readonly string[] {
  const missing = stack.apps
    .filter((app) => !objects.some((one) => isOf(one, stack, app) && placesOf(one).length > 0))
    .map(
      ({ name }) =>
        `Deployment ${stack.environment}/${name} is no longer one that runs can apply: leave its name, its namespace, and a container with image ${IMAGE_PLACEHOLDER}`,
    );
  const added = objects
    .filter((one) => !stack.apps.some((app) => isOf(one, stack, app)))
    .map(
      ({ kind, metadata: { name } }) =>
        `${kind} ${name} is added beside Deployments that runs apply: add it by add of the team or the stack`,
    );
  return missing.length > 0 ? missing : added;
}

const containersOf = (manifest: Manifest): readonly { readonly image?: unknown }[] =>
  list(at(manifest, 'spec', 'template', 'spec', 'containers') as readonly { readonly image?: unknown }[] | undefined);
const placesOf = (manifest: Manifest) => containersOf(manifest).filter(({ image }) => image === IMAGE_PLACEHOLDER);

/** As it is applied, but for the digest. */
function withImage(manifest: Manifest, { image }: App): Manifest {
  const { spec } = manifest as unknown as { spec: { template: { spec: object } } };
  const containers = containersOf(manifest).map((one) =>
    one.image === IMAGE_PLACEHOLDER ? { ...one, image: `${image}@sha256:${'0'.repeat(64)}` } : one,
  );
  return {
    ...manifest,
    spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } },
  };
}

function withTexts(object: Manifest, texts: ReadonlyMap<string, Readonly<Record<string, string>>>): Manifest {
  const own = object.kind === 'ConfigMap' ? texts.get(object.metadata.name) : undefined;
  return own === undefined ? object : { ...object, data: { ...(object.data as object), ...own } };
}
