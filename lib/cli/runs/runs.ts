import { pickName } from '../pick';
import { EXIT, print, tell } from '../terminal';
import type { ExitCode } from '../terminal';
import { UsageError } from '../usage-error';
import type { Answer, Api, ApiOptions } from './api';
import { Refusal, connectToApi } from './api';
import type { Run } from './answers';
import { runsAnswer, teamsAnswer } from './answers';
import type { Seen } from './changes';
import { untilOver } from './changes';
import { paint, styleOfRun } from './colour';
import { asJson, oneLine } from './harmless';
import { span, taken } from './span';
import { table } from './table';
import type { Cell } from './table';

/** What `GET /api/runs` takes, by the options that give it. */
const FILTERS = [
  'team',
  'stack',
  'pipeline',
  'app',
  'pr',
  'branch',
  'commit',
  'author',
  'phase',
  'since',
  'limit',
  'continue',
] as const;

export interface RunsOptions extends ApiOptions, Partial<Readonly<Record<(typeof FILTERS)[number], string | number>>> {
  readonly format: 'table' | 'json';
  readonly watch?: true;
}

/** `runs`: the runs that there are and were, newest first. With `--watch` again and again, until somebody ends it. */
export async function runs(options: RunsOptions): Promise<ExitCode> {
  const api = connectToApi(options);
  const shown = options.watch ? watching(options) : printing(options);
  const look = async (): Promise<Seen> => {
    shown(await asked(api, options));
    return options.watch ? 'goes on' : 'over';
  };
  await untilOver(api, look);
  return EXIT.done;
}

/** Of no run a table would be its head alone. */
const printing =
  (options: RunsOptions) =>
  (found: Answer<readonly Run[]>): void => {
    if (found.value.length > 0 || options.format === 'json') print(rendered(found, options));
  };

async function asked(api: Api, options: RunsOptions): Promise<Answer<readonly Run[]>> {
  const given = FILTERS.flatMap((filter) =>
    options[filter] === undefined ? [] : [[filter, String(options[filter])] as [string, string]],
  );
  const found = await api.get(`/api/runs?${new URLSearchParams(given).toString()}`, runsAnswer).catch(inOptions);
  if (found.value.length === 0 && options.team !== undefined) await checkTeam(api, String(options.team));
  if (options.watch === undefined) tellRest(found);
  return found;
}

/** What the API says of a parameter, of the option that gave it. */
function inOptions(error: unknown): never {
  if (!(error instanceof Refusal) || error.code !== 'invalid_request') throw error;
  const reasons = error.errors.map(({ path, message }) => `--${path}: ${message}`);
  // of `continue` alone the sentence begins with its name
  throw new UsageError(...(reasons.length > 0 ? reasons : error.problems.map(({ message }) => `--${message}`)));
}

/** @throws UsageError where there is no such team, or it is shown to others alone */
async function checkTeam(api: Api, team: string): Promise<void> {
  const { value: teams } = await api.get('/api/teams', teamsAnswer);
  pickName('team', Object.keys(teams), team);
}

function tellRest({ value, headers }: Answer<readonly Run[]>): void {
  if (value.length === 0) tell('no run matches');
  if (headers.get('x-history') === 'unavailable')
    tell('warning: the database of finished runs does not answer, so older ones may be missing');
  const next = headers.get('x-continue');
  if (next !== null) tell(oneLine(`there are more: --continue ${next}`));
}

const rendered = ({ raw, value }: Answer<readonly Run[]>, { format, team }: RunsOptions): string => {
  if (format === 'json') return asJson(raw, 2);
  const rows = value.map(cells);
  const isSaid = (column: number): boolean => rows.length === 0 || rows.some((row) => row[column]!.text !== '');
  // a terminal is narrow: what no run has is left out, and the team that was asked for
  const shown = HEAD.map((name, column) => isSaid(column) && !(name === 'TEAM' && team !== undefined));
  const narrow = <T>(row: readonly T[]): readonly T[] => row.filter((_, column) => shown[column]);
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  return table(narrow(HEAD), rows.map(narrow), paint, width).join('\n');
};

const HEAD = ['NAME', 'STATE', 'TEAM', 'PIPELINE', 'APPS', 'PR', 'COMMIT', 'AGE', 'TOOK', 'WHY'];
const COMMIT_DIGITS = 7;

function cells(run: Run): readonly Cell[] {
  const { name, status, team = '', pipeline, apps = [], pullRequest, revision = '', created, message = '' } = run;
  const now = Date.now();
  const texts = [
    name,
    status,
    team,
    pipeline,
    shortList(apps),
    pullRequest === undefined ? '' : String(pullRequest.number),
    revision.slice(0, COMMIT_DIGITS),
    created === undefined ? '' : span(now - Date.parse(created)),
    taken(run, now),
    message,
  ];
  return texts.map((text, column) => ({
    text: oneLine(text),
    ...(HEAD[column] === 'STATE' && { style: styleOfRun(status) }),
  }));
}

const APPS_SHOWN = 3;
const shortList = (apps: readonly string[]): string =>
  apps.length > APPS_SHOWN ? `${apps.slice(0, APPS_SHOWN).join(',')} +${apps.length - APPS_SHOWN}` : apps.join(',');

/** On a terminal the table stays in its place; elsewhere each run is told that is new or has changed. */
function watching(options: RunsOptions): (found: Answer<readonly Run[]>) => void {
  return process.stdout.isTTY && options.format === 'table' ? redrawing(options) : telling(options);
}

const HOME_AND_CLEAR = '\u001b[H\u001b[J';
const CLEAR_ALL = '\u001b[2J';

function redrawing(options: RunsOptions): (found: Answer<readonly Run[]>) => void {
  let isFirst = true;
  return (found) => {
    // a table that is higher than the screen could not be drawn over
    const lines = rendered(found, options)
      .split('\n')
      .slice(0, (process.stdout.rows ?? Infinity) - 1);
    print(`${isFirst ? CLEAR_ALL : ''}${HOME_AND_CLEAR}${lines.join('\n')}`);
    isFirst = false;
  };
}

function telling({ format }: RunsOptions): (found: Answer<readonly Run[]>) => void {
  const told = new Map<string, string>();
  return ({ raw, value }) => {
    // the oldest first, as they happened
    for (const [index, run] of [...value.entries()].reverse()) {
      const json = asJson((raw as readonly unknown[])[index]);
      const key = `${run.namespace}/${run.name}`;
      if (told.get(key) === json) continue;
      told.set(key, json);
      print(format === 'json' ? json : lineOf(run));
    }
  };
}

/** As one line: state, name, and what there is of the rest. */
const lineOf = (run: Run): string => {
  const [name, state, ...rest] = cells(run).map(({ text, style }) => paint(text, style));
  const isTold = (text: string, index: number): boolean => text !== '' && HEAD[index + 2] !== 'AGE';
  return [state, name, ...rest.filter(isTold)].join('  ');
};
