import { nearest } from '../../words/nearest';
import { UsageError } from '../usage-error';
import { oneLine } from './harmless';
import type { Answer, Api } from './api';
import { Refusal } from './api';
import type { Run, Tasks } from './answers';
import { runAnswer, runsAnswer, tasksAnswer } from './answers';

/** The runs that a person names: by `<name>`, or by `<namespace>/<name>`, since two teams may have runs of one name. */

export const fullName = ({ namespace, name }: Pick<Run, 'namespace' | 'name'>): string => `${namespace}/${name}`;

/** Where the API has a run. @param below such as `/tasks` @throws UsageError */
export function runPath(run: string, below = '', query: Readonly<Record<string, string>> = {}): string {
  const [name = '', namespace] = partsOf(run).reverse();
  const asked = new URLSearchParams({ ...query, ...(namespace !== undefined && { namespace }) });
  return `/api/runs/${encodeURIComponent(name)}${below}${asked.size > 0 ? `?${asked}` : ''}`;
}

/** @throws UsageError naming those that were probably meant */
export const runNamed = (api: Api, name: string): Promise<Answer<Run>> =>
  orMeant(api, name, api.get(runPath(name), runAnswer));

/** @throws UsageError for what would lead to another address than that of a run */
function partsOf(run: string): string[] {
  const parts = run.split('/');
  if (parts.length > 2 || parts.some((part) => ['', '.', '..'].includes(part)))
    throw new UsageError(`'${run}' is not a run (expected <name>, or <namespace>/<name>)`);
  return parts;
}

/** The tasks of a run. @throws UsageError as above */
export const tasksOf = (api: Api, name: string): Promise<Answer<Tasks>> =>
  orMeant(api, name, api.get(runPath(name, '/tasks'), tasksAnswer));

/** An answer about a run. @throws UsageError where there is none of this name */
export const orMeant = <T>(api: Api, name: string, answer: Promise<T>): Promise<T> =>
  answer.catch(async (error: unknown) => {
    throw isMissing(error) ? await unknownRun(api, name) : error;
  });

export const isMissing = (error: unknown): boolean => error instanceof Refusal && error.code === 'not_found';

const LOOKED_AT = 500;
const SUGGESTED = 3;

/** Names end in what nobody remembers, so a beginning suggests the newest that begin so. */
async function unknownRun(api: Api, name: string): Promise<UsageError> {
  const { value: runs } = await api.get(`/api/runs?limit=${LOOKED_AT}`, runsAnswer);
  const names = runs.map((run) => run.name);
  const begun = names.filter((one) => one.startsWith(name)).slice(0, SUGGESTED);
  const meant = begun.length > 0 ? begun : [nearest(name, names)].filter((one) => one !== undefined);
  return new UsageError(
    `there is no run '${name}' that you may see; ${
      meant.length > 0 ? `did you mean ${oneLine(meant.join(', '))}?` : 'npx tekton-dag runs lists them'
    }`,
  );
}
