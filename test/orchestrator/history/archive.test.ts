import fc from 'fast-check';
import { FINAL_PHASES } from '../../../lib/runs/ask/run-request';
import { postgresArchive } from '../../../orchestrator/src/history/archive';
import { recordRun } from '../../../orchestrator/src/history/record-run';
import { clusterHistory } from '../../../orchestrator/src/history/run-history';
import { factsOf } from '../../../orchestrator/src/history/run-query';
import type { RunQuery } from '../../../orchestrator/src/history/run-query';
import { suiteWith } from '../../output/tasks/support/tools';
import { SHA } from '../support';
import { anyQuery, anyRuns } from './support/any-runs';
import { CLUSTER, finished, rows, taskRun, tested } from './support/runs';
import { databaseOfSuite } from './support/suite';

suiteWith(['pg_ctlcluster'], 'the runs in a database', () => {
  const { database, another } = databaseOfSuite();
  const names = (runs: readonly { readonly metadata: { readonly name: string } }[]) =>
    runs.map(({ metadata }) => metadata.name);

  it('are found as the cluster finds them, whatever is asked for', async () => {
    const made = anyRuns(150, FINAL_PHASES);
    for (const request of made) await recordRun(database, CLUSTER, request, []);
    const archive = postgresArchive(database, CLUSTER);
    const history = clusterHistory({ list: () => made, get: () => undefined });
    let found = 0;
    await fc.assert(
      fc.asyncProperty(anyQuery, async (query: RunQuery) => {
        const expected = names((await history.page(query)).runs);
        found += expected.length;
        expect(names(await archive.list(query))).toEqual(expected);
      }),
      { numRuns: 200, seed: 11 },
    );
    expect(found).toBeGreaterThan(100);
  }, 240_000);

  it('are whole: what was recorded is what is shown', async () => {
    const request = tested('whole');
    await recordRun(database, CLUSTER, request, []);
    const metadata = { ...request.metadata, resourceVersion: undefined };
    expect(await postgresArchive(database, CLUSTER).named(['team-x'], 'whole')).toEqual([{ ...request, metadata }]);
  });

  it('of another cluster or namespace are not shown', async () => {
    await recordRun(database, 'other', tested('foreign'), []);
    const archive = postgresArchive(database, CLUSTER);
    expect(await archive.list({ namespaces: ['team-x'], limit: 9 })).toEqual([]);
    expect(await archive.named(['team-x'], 'foreign')).toEqual([]);
    await recordRun(database, CLUSTER, tested('foreign'), []);
    expect(await archive.named(['team-y'], 'foreign')).toEqual([]);
    expect(await rows(database, 'runs', 'cluster, uid, name')).toHaveLength(2);
  });

  it('are there once, however often and by whomever they are recorded, with their tasks and images', async () => {
    const request = tested('twice');
    const tasks = [taskRun('twice', 'build-web'), taskRun('twice', 'test-web-postman', true)];
    const other = another();
    await Promise.all([database, other, database, other].map((one) => recordRun(one, CLUSTER, request, tasks)));
    // a pruner has taken the tasks by then
    await recordRun(other, CLUSTER, request, []);
    await other.stop();
    expect(await rows(database, 'runs', 'uid, phase, commit_id')).toEqual([
      { uid: 'uid-twice', phase: 'Failed', commit_id: SHA.a },
    ]);
    expect(await rows(database, 'tasks', 'name, state, reason, message, started, finished')).toEqual([
      {
        name: 'build-web',
        state: 'passed',
        reason: 'Succeeded',
        message: 'all steps are done',
        started: new Date('2026-01-01T00:00:01Z'),
        finished: new Date('2026-01-01T00:00:09Z'),
      },
      expect.objectContaining({
        name: 'test-web-postman',
        state: 'failed',
        reason: 'Failed',
        message: 'a step failed',
      }),
    ]);
    expect(await rows(database, 'images', 'app, url, digest, tree')).toEqual([
      { app: 'web', url: 'r.example/web:1', digest: 'sha256:1', tree: 't' },
    ]);
  });

  it('may hold texts that no database takes', async () => {
    const text = 'a\0b\uD800c';
    const request = tested('text', {
      pullRequest: { number: 1, repo: 'acme/web', headRef: text },
      revisions: { [text]: text },
    });
    await recordRun(database, CLUSTER, request, []);
    const [found] = await postgresArchive(database, CLUSTER).list({ namespaces: ['team-x'], branch: text, limit: 1 });
    expect(found?.spec.pullRequest?.headRef).toBe('a\uFFFDb\uFFFDc');
    expect(found?.spec.revisions).toEqual({ 'a\uFFFDb\uFFFDc': 'a\uFFFDb\uFFFDc' });
  });

  it('are paged through in one order, whatever is recorded in between', async () => {
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
    for (let index = 0; index < 7; index++)
      await recordRun(database, CLUSTER, finished(`n${index}`, {}, { created: at(index >> 1) }), []);
    const seen: string[] = [];
    for (let after: RunQuery['after']; ;) {
      const page = await postgresArchive(database, CLUSTER).list({ namespaces: ['team-x'], limit: 2, after });
      seen.push(...names(page));
      if (page.length < 2) break;
      after = factsOf(page[1]!);
      await recordRun(database, CLUSTER, finished(`late${seen.length}`, {}, { created: at(99) }), []);
    }
    expect(seen).toEqual(['n6', 'n5', 'n4', 'n3', 'n2', 'n1', 'n0']);
  });
});
