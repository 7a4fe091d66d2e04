import { ApiObject, Chart } from 'cdk8s';
import type { App } from 'cdk8s';
import type { Team } from '../../fleet/model';
import { UnwritableError } from '../../kube/emit';
import { manifestsOf } from '../../kube/files';
import { wrongValues } from '../../kube/field-values';
import type { Manifest } from '../../kube/manifest';
import { describe } from '../../kube/manifest';
import { OWN_PREFIX } from '../../words/names';
import { isMapping } from '../../words/mapping';
import { list, show } from '../../words/phrase';
import { PLAIN, notPlain } from '../../words/plain-data';
import type { Problem } from '../../words/problem';
import { InputError } from '../../words/problem';
import { referencesOfPods } from '../checks/references';
import { teamFileName } from '../layout';
import type { WithDeployed } from './deployed';
import { fileOfChart, intoConfigMaps } from './deployed';
import type { Fault } from './deployed-faults';
import type { Customize, Extension } from './extension';
import { customizedTeam } from './extension';
import { namespacesOf } from './namespace';

/**
 * The objects of a team, by file, once code of the repository has changed them: the team's own first, then that of the fleet.
 * What code leaves must be objects still, which an API server takes, and Deployments that runs can apply.
 * @throws InputError that names the file of the code, the team and the object
 */
export function extendedManifests(app: App, team: Team, { own, fleet }: Extension): WithDeployed {
  const made = objectsOf(app);
  const before = new Set(made.map(placeOf));
  const charts = new Set(chartsOf(app));
  const customized = (run: Customize | undefined, file: string, what: string): WithDeployed => {
    const objects = objectsOf(app);
    run?.(
      objects,
      customizedTeam(team, (stack) => chartOf(app, stack)),
    );
    const remaining = new Set(objectsOf(app));
    const problem = (fault: Fault): Problem => ({
      ...fault,
      file,
      message: `${what}: ${fault.message}`,
      severity: 'error',
    });
    const removed = objects.filter((object) => !remaining.has(object));
    const further = chartsOf(app).filter((chart) => !charts.has(chart));
    const faults = [
      ...removed.map(({ kind, name }) => `${kind} ${name} is removed: it may change objects, and leave none out`),
      ...further.map(
        (chart) =>
          `Chart ${chart.node.id} is added, of which no file is written: add objects by add of the team or a stack`,
      ),
    ];
    if (faults.length > 0) throw new InputError(faults.map((message) => problem({ message })));
    return intoConfigMaps(customizedManifests(app, team, before, problem), team, problem);
  };
  const ofOwn = own && customized(own, team.file, 'customize');
  if (fleet === undefined) return ofOwn ?? { files: manifestsOf(app), deployed: new Map() };
  return customized(
    fleet.customize,
    fleet.file,
    fleet.customize === undefined ? `team '${team.name}'` : `customize of team '${team.name}'`,
  );
}

const chartsOf = (app: App): readonly Chart[] => app.node.findAll().filter((construct) => Chart.isChart(construct));

const objectsOf = (app: App): readonly ApiObject[] =>
  app.node.findAll().filter((construct) => ApiObject.isApiObject(construct));

/** What an object is, and where. */
const placeOf = ({ kind, name, metadata, chart }: ApiObject): string =>
  `${kind} ${metadata.namespace ?? chart.namespace ?? ''}/${name}`;

const chartOf = (app: App, stack?: string): Chart =>
  app.node.findChild(stack === undefined ? teamFileName('environment') : teamFileName('stack', stack)) as Chart;

/** @throws InputError of what is no object any more, of what no file can hold, and of objects that are where others' are */
function customizedManifests(
  app: App,
  team: Team,
  before: ReadonlySet<string>,
  problem: (fault: Fault) => Problem,
): ReadonlyMap<string, readonly Manifest[]> {
  const files = written(app, problem);
  const permitted = namespacesOf(team);
  const broken = [...files].flatMap(([part, objects]) =>
    objects.flatMap((object): readonly Problem[] => {
      if (!isObjectStill(object))
        return [
          problem({
            message: `an object of ${part} has lost its apiVersion, kind or name`,
            found: shownObject(object),
          }),
        ];
      const odd = notPlain(object).map(({ path, found }) =>
        problem({ message: `${describe(object)} ${path}: no file can hold this value`, found, expected: PLAIN }),
      );
      const { namespace, name } = object.metadata;
      if (before.has(`${object.kind} ${namespace ?? ''}/${name}`)) return odd;
      return [...odd, ...ofAdded(object, permitted).map(problem)];
    }),
  );
  if (broken.length > 0) throw new InputError(broken);
  const refused = [...files].flatMap(([part, objects]) =>
    objects.flatMap((object) =>
      wrongValues(object).map(({ path, message, ...details }): Problem => ({
        ...problem({ message: `${path} of ${describe(object)} in ${fileOfChart(part, team)}: ${message}` }),
        ...details,
      })),
    ),
  );
  if (refused.length > 0) throw new InputError(refused);
  return files;
}

/** What code may not add, beside what no team may hold. */
function ofAdded(object: Manifest, permitted: readonly string[]): readonly Fault[] {
  const { namespace } = object.metadata;
  return [
    ...(namespace === undefined || permitted.includes(namespace)
      ? []
      : [
          {
            message: `${describe(object)} is in a namespace that is not the team's: its AppProject refuses that, and without Argo CD the object takes the place of one of others`,
            found: show(namespace),
            expected: list(permitted),
          },
        ]),
    ...referencesOfPods(object)
      .filter(({ kind, name }) => OURS.includes(kind) && name.startsWith(OWN_PREFIX))
      .map(({ kind, name, path }) => ({
        message: `${describe(object)} ${path}: is a ${kind} of tekton-dag, which runs alone may use`,
        found: show(name),
        expected: 'one that is added, too',
      })),
  ];
}
/** Rights, and what builds read and trust. */
const OURS = ['ServiceAccount', 'PersistentVolumeClaim'];

function written(app: App, problem: (fault: Fault) => Problem): ReadonlyMap<string, readonly Manifest[]> {
  try {
    return manifestsOf(app);
  } catch (error) {
    if (error instanceof UnwritableError) throw new InputError([problem({ message: firstLine(error.message) })]);
    // an object that the code has made itself, of which cdk8s says where it is
    if (error instanceof Error && error.message.startsWith('Failed serializing'))
      throw new InputError([problem({ message: firstLine(error.message) })]);
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
