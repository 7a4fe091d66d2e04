import type { Answer, Api } from './api';
import type { Run } from './answers';
import { runsAnswer } from './answers';
import { fullName, runNamed } from './named';
import { UsageError } from '../usage-error';

/** The run that another one is held against. */

/** Word for the newest run before it of the same kind that succeeded. */
export const GREEN = 'green';
const PAGE = 500;

/** @throws UsageError where there is none */
export const against = async (api: Api, run: Run, name: string): Promise<Answer<Run>> =>
  name === GREEN ? runNamed(api, fullName(await lastGreen(api, run))) : runNamed(api, name);

/** Of the same pull request; without one that succeeded there, of the same apps. */
async function lastGreen(api: Api, run: Run): Promise<Run> {
  const { team = '', stack = '', apps: [app] = [], pullRequest } = run;
  const pipeline = run.pipeline.slice(stack.length + 1);
  const query = { team, stack, pipeline, phase: 'Succeeded', ...(app !== undefined && { app }) };
  const found =
    (pullRequest && (await newestBefore(api, run, { ...query, pr: String(pullRequest.number) }))) ??
    (await newestBefore(api, run, query));
  if (found !== undefined) return found;
  throw new UsageError(
    `--against ${GREEN}: no run of ${run.pipeline} before ${run.name} has succeeded${app === undefined ? '' : ` with ${app}`}`,
  );
}

async function newestBefore(
  api: Api,
  { name, created = '' }: Run,
  query: Readonly<Record<string, string>>,
): Promise<Run | undefined> {
  for (let next: string | null = ''; next !== null;) {
    const parameters: URLSearchParams = new URLSearchParams({
      ...query,
      limit: String(PAGE),
      ...(next !== '' && { continue: next }),
    });
    const { value, headers }: Answer<readonly Run[]> = await api.get(`/api/runs?${parameters.toString()}`, runsAnswer);
    const found = value.find((one) => one.name !== name && Date.parse(one.created ?? '') <= Date.parse(created));
    if (found !== undefined) return found;
    next = headers.get('x-continue');
  }
  return undefined;
}
