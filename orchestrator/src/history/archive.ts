import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Database, Statement } from './query';
import type { Archive } from './run-history';
import type { RunQuery } from './run-query';
import { EXACT } from './run-query';
import { storable } from './text';

/** The runs of one cluster that the database has. Only parameters hold what a caller asks for. */

/** @param cluster of which the namespaces are: another cluster's of the same name may be somebody else's */
export const postgresArchive = (database: Pick<Database, 'query'>, cluster: string): Archive => ({
  async list(query) {
    const { text, values } = listStatement(cluster, query);
    return (await database.query<Row>(text, values)).map(({ request }) => request);
  },
  async named(namespaces, name) {
    const { text, values } = namedStatement(cluster, namespaces, name);
    return (await database.query<Row>(text, values)).map(({ request }) => request);
  },
});

interface Row {
  readonly request: RunRequest;
}

const COLUMNS: Readonly<Record<(typeof EXACT)[number], string>> = {
  team: 'team',
  stack: 'stack',
  pipeline: 'pipeline',
  pullRequest: 'pull_request',
  branch: 'branch',
  author: 'author',
  phase: 'phase',
};

/**
 * Of each namespace its newest, which an index has in this order, and of these the newest: so it costs what is shown, and not
 * what there is. Requests are read of what is shown alone.
 */
export function listStatement(cluster: string, query: RunQuery): Statement {
  const values: unknown[] = [cluster, query.namespaces, query.limit];
  const parameter = (value: unknown): string => `$${values.push(typeof value === 'string' ? storable(value) : value)}`;
  const conditions = EXACT.flatMap((field) =>
    query[field] === undefined ? [] : [`${COLUMNS[field]} = ${parameter(query[field])}`],
  );
  const { app, commit, since, after } = query;
  if (app !== undefined) conditions.push(`apps @> array[${parameter(app)}]::text[]`);
  if (commit !== undefined) {
    const beginning = parameter(commit);
    // no digit comes after f
    conditions.push(`commit_id >= ${beginning} and commit_id < ${beginning} || 'g'`);
  }
  if (since !== undefined) conditions.push(`created >= ${parameter(new Date(since).toISOString())}`);
  if (after !== undefined)
    conditions.push(`(created, uid) < (${parameter(new Date(after.created).toISOString())}, ${parameter(after.uid)})`);
  const newest = (namespaces: string): string => `
    select id, created, uid from tekton_dag.runs
    where ${['cluster = $1', namespaces, ...conditions].join(' and ')}
    order by created desc, uid desc
    limit $3`;
  // an app is of one team, and the index of apps knows no namespaces: it is asked once
  const found =
    app === undefined
      ? `select one.* from unnest($2::text[]) as place (namespace)
        cross join lateral (${newest('namespace = place.namespace')}) as one`
      : newest('namespace = any($2)');
  const text = `
    select run.request
    from (select id from (${found}) as found order by created desc, uid desc limit $3) as page
    join tekton_dag.runs as run on run.id = page.id
    order by run.created desc, run.uid desc`;
  return { text, values };
}

/** There may be several of one name, made one after the other. */
export const namedStatement = (cluster: string, namespaces: readonly string[], name: string): Statement => ({
  text: `
    select request from tekton_dag.runs
    where cluster = $1 and namespace = any($2) and name = $3
    order by created desc, uid desc
    limit 100`,
  values: [cluster, namespaces, storable(name)],
});
