import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../../../orchestrator/src/history/query';
import { openDatabase } from '../../../../orchestrator/src/history/database';
import { MIGRATIONS } from '../../../../orchestrator/src/history/migrations';
import type { Request } from '../../../../orchestrator/src/queue/objects';
import type { TaskRun } from '../../../../orchestrator/src/queue/task';
import { SHA, silent } from '../../support';
import { NAMESPACE, request } from '../../support/team';
import type { Postgres } from './postgres';

/** What the tests of the history are about: runs that are over, and the database that has them. */

export const CLUSTER = 'test';

/** @param name the UID is made of it, too */
export function finished(
  name: string,
  spec: Partial<Request['spec']> = {},
  {
    created = '2026-01-01T00:00:00.000Z',
    ...status
  }: Partial<NonNullable<Request['status']>> & { created?: string } = {},
  namespace = NAMESPACE,
): Request {
  const made = request(name, spec);
  return {
    ...made,
    metadata: { ...made.metadata, namespace, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: created },
    status: { phase: 'Succeeded', finishedAt: created, runUID: `run-${name}`, ...status },
  };
}

/** The test of a pull request. */
export const tested = (name: string, more: Partial<Request['spec']> = {}): Request =>
  finished(
    name,
    {
      pipeline: 'pr-test',
      apps: ['api', 'web'],
      revision: SHA.a,
      pullRequest: { number: 7, repo: 'acme/web', headRef: 'feature/x' },
      source: { event: 'pull_request.opened', sender: 'ann' },
      ...more,
    },
    {
      phase: 'Failed',
      message: 'test-web-postman: 2 cases failed',
      results: { images: [{ app: 'web', url: 'r.example/web:1', digest: 'sha256:1', tree: 't' }] },
    },
  );

/** A TaskRun of a run. */
export const taskRun = (run: string, task: string, failed = false): TaskRun => ({
  metadata: {
    name: `${run}-${task}`,
    namespace: NAMESPACE,
    labels: { 'tekton.dev/pipelineTask': task },
    ownerReferences: [{ uid: `run-${run}` }],
  },
  status: {
    conditions: [
      {
        type: 'Succeeded',
        status: failed ? 'False' : 'True',
        reason: failed ? 'Failed' : 'Succeeded',
        message: failed ? 'a step failed' : 'all steps are done',
      },
    ],
    startTime: '2026-01-01T00:00:01Z',
    completionTime: '2026-01-01T00:00:09Z',
  },
});

let files = 0;
/** The database at a URL, as the orchestrator opens it. */
export function open({ folder }: Pick<Postgres, 'folder'>, url: string, migrations = MIGRATIONS): Database {
  const urlFile = join(folder, `url-${files++}`);
  writeFileSync(urlFile, `${url}\n`);
  return openDatabase({ urlFile, migrations, log: silent });
}

/** All rows of a table, in an order. */
export const rows = (database: Database, table: string, columns = '*'): Promise<readonly Record<string, unknown>[]> =>
  database.query(`select ${columns} from tekton_dag.${table} order by 1, 2, 3`, []);
