/** The addresses of the views. They stay valid: what is outside points to them. */

const BASE = '/ui';

export const fleetPath = (): string => `${BASE}/`;
export const teamPath = (team: string): string => `${BASE}/teams/${encodeURIComponent(team)}`;
export const stackPath = (team: string, stack: string): string =>
  `${teamPath(team)}/stacks/${encodeURIComponent(stack)}`;

/** @param file of the reports, which is shown */
export const reportsPath = (run: string, file?: string): string =>
  `${runPath(run)}/reports${file === undefined ? '' : `?${new URLSearchParams({ file })}`}`;
export const testsPath = (run: string, app: string, kind: string): string =>
  `${runPath(run)}/tests/${encodeURIComponent(app)}/${encodeURIComponent(kind)}`;
export const casePath = (
  { team, stack }: { readonly team: string; readonly stack: string },
  app: string,
  kind: string,
  { class: group, name }: { readonly class: string; readonly name: string },
): string => `${stackPath(team, stack)}/case?${new URLSearchParams({ app, kind, class: group, name })}`;

/** @param at of a task, and of a step of it */
export function runPath(name: string, at: { readonly task?: string; readonly step?: string } = {}): string {
  const query = new URLSearchParams(Object.entries(at).filter((entry): entry is [string, string] => Boolean(entry[1])));
  return `${BASE}/runs/${encodeURIComponent(name)}${query.size > 0 ? `?${query}` : ''}`;
}
