import type { Document } from '../document';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import {
  OWN_PREFIX,
  LABEL_MAX,
  PIPELINE_TASK_NAME_MAX,
  PIPELINES,
  SESSION_MAX,
  SESSION_PATTERN,
  TASKS_OF_APP,
  clusterPart,
  hookTask,
  pipelineName,
  previewName,
  stableService,
  testTask,
} from '../../words/names';
import type { AppOutline, StackOutline } from '../stack-outline';
import { matrixRuns } from './matrix';

/** Names that others are derived from: short enough for each of these, given once, and not what we name our own things. */
export function checkNames(document: Document, stack: StackOutline): Problem[] {
  return [
    ...stackName(document, stack),
    ...stack.apps.flatMap((app) => appName(document, stack, app)),
    ...namesGivenTwice(document, stack),
  ];
}

function stackName(document: Document, { name }: StackOutline): Problem[] {
  if (name === undefined) return [];
  const problem = tooLong(
    'pipeline',
    PIPELINES.map((kind) => pipelineName(name, kind)),
    LABEL_MAX,
    name,
  );
  return problem ? [document.error(['name'], problem.message, problem)] : [];
}

function appName(document: Document, { hooks }: StackOutline, app: AppOutline): Problem[] {
  const { name, index, tests } = app;
  if (name === undefined) return [];
  const path = ['apps', index, 'name'];
  if (name.startsWith(OWN_PREFIX))
    return [
      document.error(path, `names starting ${OWN_PREFIX} are kept for the objects beside the apps`, {
        found: show(name),
      }),
    ];
  if (PREVIEW.test(name))
    return [
      document.error(path, 'the name reads like the preview of another app', {
        found: show(name),
        expected: 'a name that does not end in pr-<number>-<four characters>',
      }),
    ];
  const tasks = TASKS_OF_APP.map((derive) => derive(name));
  const tested = [...tests.map((kind) => testTask(name, kind)), ...matrixRuns(document, index, name)];
  const hooked = hooks['post-build'] > 0 ? [hookTask('post-build', hooks['post-build'] - 1, name)] : [];
  const problem =
    tooLong('task', [...tasks, ...tested, ...hooked], PIPELINE_TASK_NAME_MAX, name) ??
    tooLong('Service', [previewName(name, 's'.repeat(SESSION_MAX)), stableService(name)], LABEL_MAX, name);
  return problem ? [document.error(path, problem.message, problem)] : [];
}

/** An app of this name and a Service `<app>-<session>` would be one and the same. */
const PREVIEW = new RegExp(`-${SESSION_PATTERN.slice(1)}`);

/** The budget that a name breaks by the longest of the names derived from it. */
function tooLong(
  kind: string,
  derived: readonly string[],
  max: number,
  name: string,
): { message: string; found: string; expected: string } | undefined {
  const longest = derived.reduce((a, b) => (b.length > a.length ? b : a));
  if (longest.length <= max) return undefined;
  const whole = longest.replace(/(?<!s)s{2,}$/, '<session>');
  return {
    message: `too long for ${kind} ${whole}`,
    found: `${name.length} characters`,
    expected: `at most ${name.length - (longest.length - max)}`,
  };
}

function namesGivenTwice(document: Document, { apps }: StackOutline): Problem[] {
  const first = new Map<string, number>();
  return apps.flatMap(({ name, index }) => {
    if (name === undefined) return [];
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, index);
      return [];
    }
    return [
      document.error(
        ['apps', index, 'name'],
        `app ${name} is given twice; the other is at ${document.at(['apps', other, 'name'])}`,
      ),
    ];
  });
}

/** Checks that the names made of a team's name stay short enough, and warns where its folder is called otherwise. */
export function checkTeamName(document: Document): Problem[] {
  const name = document.get(['name']);
  if (typeof name !== 'string') return [];
  const problem = tooLong('object', [`${OWN_PREFIX}${name}`], LABEL_MAX, name);
  const [teams, folder, file, ...more] = document.file.split('/');
  // a file from elsewhere, as of --team-file, may lie in any folder
  const isInTeams = teams === 'teams' && file !== undefined && more.length === 0;
  return [
    ...(problem ? [document.error(['name'], problem.message, problem)] : []),
    ...(isInTeams && folder !== name
      ? [
          document.warning(['name'], `the folder teams/${folder} is not called as its team`, {
            found: show(name),
            expected: `${show(folder)}, or the folder teams/${name}`,
          }),
        ]
      : []),
  ];
}

/** Who looks for a cluster looks for the file of its name; a name that is none of a file has one as in `dist/`. */
export function checkClusterName(document: Document): Problem[] {
  const name = document.get(['name']);
  const [file = '', folder] = document.file.split('/').reverse();
  if (typeof name !== 'string' || folder !== 'clusters') return [];
  const extension = file.slice(file.lastIndexOf('.'));
  const own = [name, clusterPart(name)].map((part) => `${part}${extension}`);
  if (own.includes(file)) return [];
  return [
    document.error(['name'], `the file ${file} is not called as its cluster`, {
      found: show(name),
      expected: `${show(file.slice(0, -extension.length))}, or the file clusters/${own[1]}`,
    }),
  ];
}
