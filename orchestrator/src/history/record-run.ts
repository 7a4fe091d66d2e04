import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { TaskRun } from '../queue/task';
import { taskOf } from '../queue/task';
import type { Database, Query } from './query';
import { factsOf } from './run-query';
import { storable, toJson } from './text';

/** A run that is over, written into the database. To write it again changes nothing, and takes nothing away. */

/** @param cluster the name of the cluster that it ran in @param taskRuns those of the run that are still there */
export const recordRun = (
  database: Pick<Database, 'transaction'>,
  cluster: string,
  request: RunRequest,
  taskRuns: readonly TaskRun[],
): Promise<void> =>
  database.transaction(async (query) => {
    const run = await recordRequest(query, cluster, request);
    await recordTasks(query, run, taskRuns);
    await recordImages(query, run, request);
  });

/** @returns its id */
async function recordRequest(query: Query, cluster: string, request: RunRequest): Promise<string> {
  const facts = factsOf(request);
  const values = {
    cluster,
    uid: facts.uid,
    namespace: facts.namespace,
    name: facts.name,
    team: facts.team,
    stack: storable(facts.stack),
    pipeline: facts.pipeline,
    apps: facts.apps.map(storable),
    pull_request: facts.pullRequest,
    branch: facts.branch && storable(facts.branch),
    commit_id: facts.commit,
    author: facts.author && storable(facts.author),
    phase: facts.phase,
    created: new Date(facts.created).toISOString(),
    finished: request.status?.finishedAt ?? new Date(facts.created).toISOString(),
    request: toJson(stored(request)),
  };
  const columns = Object.keys(values);
  const [row] = await query<{ readonly id: string }>(
    `insert into tekton_dag.runs (${columns.join(', ')})
    values (${columns.map((_, index) => `$${index + 1}`).join(', ')})
    on conflict (cluster, uid) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
    returning id`,
    Object.values(values),
  );
  return row!.id;
}

/** What is read of it later: not what only the API server needs. */
const stored = ({ apiVersion, kind, metadata, spec, status }: RunRequest): RunRequest => {
  const { name, namespace, uid, creationTimestamp, labels, annotations } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, uid, creationTimestamp, labels, annotations }, spec, status };
};

/** What a pruner has taken by now stays as it was recorded. */
async function recordTasks(query: Query, run: string, taskRuns: readonly TaskRun[]): Promise<void> {
  const rows = taskRuns.map((taskRun) => {
    const { name, state, message, startedAt } = taskOf(taskRun);
    const { conditions = [], completionTime } = taskRun.status ?? {};
    return {
      task_run: taskRun.metadata.name,
      name,
      state,
      reason: conditions.find(({ type }) => type === 'Succeeded')?.reason,
      message,
      started: startedAt,
      finished: completionTime,
    };
  });
  await query(
    `insert into tekton_dag.tasks (run, task_run, name, state, reason, message, started, finished)
    select $1, task.* from jsonb_to_recordset($2) as task
      (task_run text, name text, state text, reason text, message text, started timestamptz, finished timestamptz)
    on conflict (run, task_run) do update set
      (name, state, reason, message, started, finished) =
      (excluded.name, excluded.state, excluded.reason, excluded.message, excluded.started, excluded.finished)`,
    [run, toJson(rows)],
  );
}

async function recordImages(query: Query, run: string, { status }: RunRequest): Promise<void> {
  const images = new Map((status?.results?.images ?? []).map((image) => [storable(image.app), image]));
  await query(
    `insert into tekton_dag.images (run, app, url, digest, tree)
    select $1, image.* from jsonb_to_recordset($2) as image (app text, url text, digest text, tree text)
    on conflict (run, app) do update set (url, digest, tree) = (excluded.url, excluded.digest, excluded.tree)`,
    [run, toJson([...images.values()])],
  );
}
