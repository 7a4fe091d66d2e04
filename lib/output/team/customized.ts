import { ApiObject } from 'cdk8s';
import type { App, Chart } from 'cdk8s';
import type { Team } from '../../fleet/model';
import { UnwritableError } from '../../kube/emit';
import { manifestsOf } from '../../kube/files';
import { wrongValues } from '../../kube/field-values';
import type { Manifest } from '../../kube/manifest';
import { describe } from '../../kube/manifest';
import { isMapping } from '../../words/mapping';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { InputError } from '../../words/problem';
import { YAML, teamFileName } from '../layout';
import type { Customize, Extension } from './extension';
import { customizedTeam } from './extension';

/**
 * The objects of a team, by file, once code of the repository has changed them: the team's own first, then that of the fleet.
 * What code leaves must be objects still, which an API server takes.
 * @throws InputError that names the file of the code, the team and the object
 */
export function extendedManifests(
  app: App,
  team: Team,
  { own, fleet }: Extension,
): ReadonlyMap<string, readonly Manifest[]> {
  const customize = (run: Customize): void =>
    run(
      app.node.findAll().filter((construct) => ApiObject.isApiObject(construct)),
      customizedTeam(team, (stack) => chartOf(app, stack)),
    );
  let manifests: ReadonlyMap<string, readonly Manifest[]> | undefined;
  if (own !== undefined) {
    customize(own);
    manifests = customizedManifests(app, team.file, 'customize');
  }
  if (fleet === undefined) return manifests ?? manifestsOf(app);
  if (fleet.customize !== undefined) customize(fleet.customize);
  return customizedManifests(app, fleet.file, `customize of team '${team.name}'`);
}

const chartOf = (app: App, stack?: string): Chart =>
  app.node.findChild(stack === undefined ? teamFileName('environment') : teamFileName('stack', stack)) as Chart;

/** @throws InputError of what is no object any more, and of values that an API server refuses */
function customizedManifests(app: App, file: string, what: string): ReadonlyMap<string, readonly Manifest[]> {
  const problem = (message: string): Problem => ({ file, message: `${what}: ${message}`, severity: 'error' });
  const files = written(app, problem);
  const broken = [...files].flatMap(([part, objects]) =>
    objects
      .filter((object) => !isObjectStill(object))
      .map((object) =>
        problem(`an object of ${part} has lost its apiVersion, kind or name (found ${shownObject(object)})`),
      ),
  );
  if (broken.length > 0) throw new InputError(broken);
  const refused = [...files].flatMap(([part, objects]) =>
    objects.flatMap((object) =>
      wrongValues(object).map(({ path, message, ...details }): Problem => ({
        ...problem(`${path} of ${describe(object)} in ${part}${YAML}: ${message}`),
        ...details,
      })),
    ),
  );
  if (refused.length > 0) throw new InputError(refused);
  return files;
}

function written(app: App, problem: (message: string) => Problem): ReadonlyMap<string, readonly Manifest[]> {
  try {
    return manifestsOf(app);
  } catch (error) {
    if (error instanceof UnwritableError) throw new InputError([problem(firstLine(error.message))]);
    // an object that the code has made itself, of which cdk8s says where it is
    if (error instanceof Error && error.message.startsWith('Failed serializing'))
      throw new InputError([problem(firstLine(error.message))]);
    throw error;
  }
}

/** A patch prints the whole object below what is wrong with it. */
const firstLine = (text: string): string => text.split('\n')[0]!;

const isObjectStill = (value: unknown): boolean =>
  isMapping(value) &&
  isMapping(value.metadata) &&
  [value.apiVersion, value.kind, value.metadata.name].every((text) => typeof text === 'string' && text !== '');

const shownObject = (value: unknown): string =>
  isMapping(value)
    ? `${show(value.apiVersion)}, ${show(value.kind)}, ${show(isMapping(value.metadata) ? value.metadata.name : undefined)}`
    : show(value);
