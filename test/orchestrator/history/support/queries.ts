import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { caseStatement, casesStatement } from '../../../../orchestrator/src/history/case-history';
import {
  flakyStatement,
  podsStatement,
  repairsStatement,
  runsStatement,
} from '../../../../orchestrator/src/figures/database-figures';
import type { FiguresQuery } from '../../../../orchestrator/src/figures/figures';
import { stepOf } from '../../../../orchestrator/src/figures/figures';
import { listStatement, namedStatement } from '../../../../orchestrator/src/history/archive';
import { expireStatement, teamsStatement } from '../../../../orchestrator/src/history/expire';
import type { Database, Statement } from '../../../../orchestrator/src/history/query';
import type { RunQuery } from '../../../../orchestrator/src/history/run-query';

/** A database that remembers a lot, and all that is asked of it. */

const NAMESPACES = Array.from({ length: 50 }, (_, index) => `team-${index}`);
export const BIG_TABLES = ['runs', 'tasks', 'images', 'tests', 'cases', 'coverage', 'notes'];

/** Fills a database that is migrated and empty: every tenth run failed, every commit ran twice, and every case is of 50 teams. */
export async function fill(url: string, size: { readonly runs: number; readonly casesOfRun: number }): Promise<void> {
  // that of the orchestrator would not wait so long
  const database = new Client({ connectionString: url });
  await database.connect();
  await database.query(
    `insert into tekton_dag.runs
      (cluster, uid, namespace, name, team, stack, pipeline, apps, pull_request, branch, commit_id, author, phase, created, finished, request)
    select 'test', 'uid-' || n, 'team-' || n % 50, 'run-' || n, n % 50, 'shop',
      case n % 5 when 0 then 'merge-release' else 'pr-test' end, array['app-' || n % 40], n / 20, 'branch-' || n / 20,
      md5(n % 50 || '-' || n / 100) || '00000000', 'author-' || n % 300, case n % 10 when 0 then 'Failed' else 'Succeeded' end,
      timestamptz '2024-01-01Z' + n * interval '10 minutes', timestamptz '2024-01-01Z' + (n + 1) * interval '10 minutes',
      jsonb_build_object('metadata', jsonb_build_object('name', 'run-' || n), 'spec', jsonb_build_object('text', repeat('x', 1500), 'source', jsonb_build_object('eventTime', timestamptz '2024-01-01Z' + n * interval '10 minutes' - interval '9 seconds')),
        'status', jsonb_build_object('startedAt', timestamptz '2024-01-01Z' + n * interval '10 minutes' + n % 97 * interval '1 second'))
    from generate_series(1, $1::integer) as n`,
    [size.runs],
  );
  await database.query(
    `insert into tekton_dag.tasks (run, task_run, name, state, started, finished)
    select id, 'task-' || n, 'task-' || n, 'passed', created, created + n * interval '10 seconds'
    from tekton_dag.runs cross join generate_series(1, 12) as n`,
  );
  await database.query(
    `insert into tekton_dag.cases (run, app, kind, place, identity, class, name, state, seconds, flaky)
    select id, 'app', 'unit', place, md5(namespace || place)::uuid, 'a.long.name.of.a.Class' || place % 20,
      'does what it is to do ' || place, case when random() < 0.01 then 'failed' else 'passed' end, random(), random() < 0.005
    from tekton_dag.runs cross join generate_series(1, $1::integer) as place`,
    [size.casesOfRun],
  );
  // as the database does itself some time after so much was written
  await database.query('vacuum (analyze)');
  await database.end();
}

const list = (query: Partial<RunQuery> = {}): Statement =>
  listStatement('test', { namespaces: NAMESPACES, limit: 51, ...query });

/** Figures of the days before the last run of 20,000. */
const figures = (days: number, query: Partial<FiguresQuery> = {}): FiguresQuery => {
  const until = Date.parse('2024-05-18T22:00:00Z');
  const since = until - days * 86_400_000;
  return { namespaces: NAMESPACES, since, until, step: stepOf(since, until), ...query };
};
const FIGURES = { runs: runsStatement, repairs: repairsStatement, pods: podsStatement, 'flaky cases': flakyStatement };
export const FIGURES_ASKED = {
  'all teams, 30 days': figures(30),
  'a team, 120 days': figures(120, { namespaces: ['team-7'] }),
};

/** By what is asked for. */
export const STATEMENTS: Readonly<Record<string, Statement>> = {
  'newest of all teams': list(),
  'newest of one team': list({ namespaces: ['team-7'] }),
  'a later page': list({ after: { created: Date.parse('2024-02-01T00:00:00Z'), uid: 'uid-9' } }),
  'a day': list({ since: Date.parse('2024-05-01T00:00:00Z') }),
  'a stack': list({ stack: 'shop' }),
  'a stack that there is not': list({ stack: 'none' }),
  'a pipeline': list({ pipeline: 'merge-release' }),
  'what failed': list({ phase: 'Failed' }),
  'what was refused': list({ phase: 'Refused' }),
  'an app': list({ app: 'app-7' }),
  'an app that there is not': list({ app: 'none' }),
  'a pull request': list({ pullRequest: 42 }),
  'a branch': list({ branch: 'branch-42' }),
  'an author': list({ author: 'author-42' }),
  'an author who did nothing': list({ author: 'nobody' }),
  'a commit': list({ commit: createHash('md5').update('7-0').digest('hex').slice(0, 8) }),
  'a run by its name': namedStatement('test', NAMESPACES, 'run-42'),
  'teams that there are runs of': teamsStatement('test'),
  'what expires of a team': expireStatement('test', '7', new Date('2020-01-01T00:00:00Z')),
  'a case in the runs before': {
    ...caseStatement('test', { namespace: 'team-7', stack: '', app: '', kind: '', class: '', name: '' }, 50),
    // as `fill` makes them
    values: [createHash('md5').update('team-73').digest('hex'), 50],
  },
  'cases in the runs before': casesStatement(
    'test',
    'uid-19957',
    Array.from({ length: 50 }, (_, index) => index + 1).map((place) =>
      createHash('md5').update(`team-7${place}`).digest('hex'),
    ),
    20,
  ),
  ...Object.fromEntries(
    Object.entries(FIGURES).flatMap(([name, statement]) =>
      Object.entries(FIGURES_ASKED).map(([of, query]) => [`figures of ${name}: ${of}`, statement('test', query)]),
    ),
  ),
};

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** How the database would find it: how each table is read, and by which index. */
export async function planOf(database: Database, { text, values }: Statement): Promise<readonly string[]> {
  const [row] = await database.query<{ readonly 'QUERY PLAN': readonly [{ readonly Plan: Plan }] }>(
    `explain (format json) ${text}`,
    values,
  );
  return nodesOf(row!['QUERY PLAN'][0].Plan)
    .filter((node) => node['Relation Name'] ?? node['Index Name'])
    .map((node) => [node['Node Type'], node['Index Name'] ?? node['Relation Name']].join(' '));
}
