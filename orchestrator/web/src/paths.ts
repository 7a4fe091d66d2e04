/** The addresses of the views. They stay valid: what is outside points to them. */

const BASE = '/ui';

export const fleetPath = (): string => `${BASE}/`;
export const teamPath = (team: string): string => `${BASE}/teams/${encodeURIComponent(team)}`;
export const stackPath = (team: string, stack: string): string =>
  `${teamPath(team)}/stacks/${encodeURIComponent(stack)}`;

/** @param team @default - all of them @param days up to today @default - 30 */
export const figuresPath = (team?: string, days?: number): string =>
  `${team === undefined ? BASE : teamPath(team)}/figures${queryOf({ days: days?.toString() })}`;

/** What a run is known by: runs of two teams may have one name. */
export interface RunName {
  readonly name: string;
  /** Undefined: an address that does not say it. */
  readonly namespace?: string;
}

/** @param at of a task, of one of the ways in which its tests run, and of a step of it */
export const runPath = (
  { name, namespace }: RunName,
  { task, combination, step }: { readonly task?: string; readonly combination?: string; readonly step?: string } = {},
): string => `${BASE}/runs/${encodeURIComponent(name)}${queryOf({ namespace, task, combination, step })}`;

/** Where the API has a run. @param below such as `/tasks` @param combination of tests that ran in several ways */
export const runApi = ({ name, namespace }: RunName, below = '', combination?: string): string =>
  `/api/runs/${encodeURIComponent(name)}${below}${queryOf({ namespace, combination })}`;

export const pullRequestPath = (
  { team, stack }: { readonly team: string; readonly stack: string },
  { repo, number }: { readonly repo: string; readonly number: number },
): string => `${stackPath(team, stack)}/pulls/${number}${queryOf({ repo })}`;

/** Where the API has a pull request of a stack. @param commit its head, where it is to be approved */
export const pullRequestApi = (
  {
    team,
    stack,
    repo,
    number,
  }: { readonly team: string; readonly stack: string; readonly repo: string; readonly number: string },
  below = '',
  commit?: string,
): string =>
  `/api/teams/${encodeURIComponent(team)}/stacks/${encodeURIComponent(stack)}/pulls/${encodeURIComponent(number)}${below}${queryOf({ repo, commit })}`;

/** @param file of the reports, which is shown */
export const reportsPath = ({ name, namespace }: RunName, file?: string): string =>
  `${BASE}/runs/${encodeURIComponent(name)}/reports${queryOf({ namespace, file })}`;
export const testsPath = ({ name, namespace }: RunName, app: string, kind: string, combination?: string): string =>
  `${BASE}/runs/${[name, 'tests', app, kind].map(encodeURIComponent).join('/')}${queryOf({ namespace, combination })}`;
export const casePath = (
  { team, stack }: { readonly team: string; readonly stack: string },
  app: string,
  kind: string,
  { class: group, name }: { readonly class: string; readonly name: string },
  combination?: string,
): string => `${stackPath(team, stack)}/case${queryOf({ app, kind, combination, class: group, name })}`;

/** What is undefined or empty is left out. */
export function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}
