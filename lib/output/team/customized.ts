import type { App } from 'cdk8s';
import type { Team } from '../../fleet/model';
import { UnwritableError } from '../../kube/emit';
import { manifestsOf } from '../../kube/files';
import type { Manifest } from '../../kube/manifest';
import { isMapping } from '../../words/mapping';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { InputError } from '../../words/problem';

/**
 * The objects of a team, by file, once its own code has changed them: what that code leaves must be objects still.
 * @throws InputError that names the team and the object
 */
export function customizedManifests(app: App, { file }: Team): ReadonlyMap<string, readonly Manifest[]> {
  const problem = (message: string): Problem => ({ file, message: `customize: ${message}`, severity: 'error' });
  const files = written(app, problem);
  const broken = [...files].flatMap(([part, objects]) =>
    objects
      .filter((object) => !isObjectStill(object))
      .map((object) =>
        problem(`an object of ${part} has lost its apiVersion, kind or name (found ${shownObject(object)})`),
      ),
  );
  if (broken.length > 0) throw new InputError(broken);
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
