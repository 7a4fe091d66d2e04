import fc from 'fast-check';
import { ask } from '../../../lib/runs/ask/ask';
import { ANNOTATIONS } from '../../../lib/words/labels';
import { clusterHistory, HistoryUnavailable } from '../../../orchestrator/src/history/run-history';
import type { RunQuery } from '../../../orchestrator/src/history/run-query';
import { factsOf } from '../../../orchestrator/src/history/run-query';
import type { Request } from '../../../orchestrator/src/queue/objects';
import { suiteWith } from '../../output/tasks/support/tools';
import { anyQuery, anyRuns } from '../history/support/any-runs';
import { finished, tested } from '../history/support/runs';
import { startRealResults } from './support/real';
import type { ResultsServer } from './support/server';
import { startStandIn } from './support/stand-in';
import { archiveOf, runOfRequest } from './support/suite';

/** The API of Results itself, where somebody has built it; without it, what stands in for it. */
const { TEKTON_RESULTS_API: program } = process.env;
const start = (): Promise<ResultsServer> => (program === undefined ? startStandIn() : startRealResults(program));

const names = (runs: readonly { readonly metadata: { readonly name: string } }[]) =>
  runs.map(({ metadata }) => metadata.name);
const STORED = new Date('2026-02-01T00:00:00Z');

suiteWith(['openssl', 'pg_ctlcluster'], 'the runs that Tekton Results keeps', () => {
  let server: ResultsServer;
  beforeEach(async () => void (server = await start()), 120_000);
  afterEach(() => server.remove());

  const asked = async <T>(
    ask: (archive: ReturnType<typeof archiveOf>['archive']) => Promise<T>,
    live: readonly Request[] = [],
  ): Promise<T> => {
    const { archive, stop } = archiveOf(server, live);
    return ask(archive).finally(stop);
  };

  it('are found as the cluster finds them, whatever is asked for', async () => {
    // the definition of RunRequest takes no revision that git would not
    const made = anyRuns(150, ['Succeeded', 'Failed', 'Cancelled']).filter(({ spec }) => ask.safeParse(spec).success);
    // some waited for an hour before they ran
    for (const [index, request] of made.entries())
      await server.put(
        runOfRequest(request),
        new Date(Date.parse(request.metadata.creationTimestamp) + (index % 3) * 3_600_000 + index),
      );
    const history = clusterHistory({ list: () => made, get: () => undefined });
    const { archive, stop } = archiveOf(server);
    let found = 0;
    await fc.assert(
      fc.asyncProperty(anyQuery, async (query: RunQuery) => {
        const expected = names((await history.page(query)).runs);
        found += expected.length;
        expect(names(await archive.list(query))).toEqual(expected);
      }),
      { numRuns: 200, seed: 11 },
    );
    await stop();
    expect(found).toBeGreaterThan(60);
  }, 240_000);

  it('tell what their requests told', async () => {
    const request = tested('whole');
    const made = { pipeline: 'f'.repeat(64), configuration: 'e'.repeat(64), commit: 'abc', version: '1.0.0' };
    const { annotations } = runOfRequest(request).metadata as unknown as { annotations: Record<string, string> };
    await server.put(
      runOfRequest(request, {
        annotations: {
          ...annotations,
          [ANNOTATIONS.pipelineHash]: made.pipeline,
          [ANNOTATIONS.configurationHash]: made.configuration,
          [ANNOTATIONS.syncedCommit]: made.commit,
          [ANNOTATIONS.version]: made.version,
        },
      }),
      STORED,
    );
    const { name, namespace, uid, creationTimestamp } = request.metadata;
    const [found] = await asked((archive) => archive.named(['team-x'], 'whole'));
    expect(found).toMatchObject({
      metadata: { name, namespace, uid, creationTimestamp },
      spec: request.spec,
      status: {
        phase: 'Failed',
        message: request.status?.message,
        results: request.status?.results,
        runUID: 'run-uid-whole',
        finishedAt: request.status?.finishedAt,
        made,
      },
    });
  });

  it('are paged through in one order, in which a run stays that waited for long', async () => {
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
    for (let index = 0; index < 40; index++)
      await server.put(
        runOfRequest(finished(`n${index}`, {}, { created: at(index).toISOString() })),
        index === 3 ? STORED : at(index + 5),
      );
    const seen: string[] = [];
    for (let after: RunQuery['after']; ;) {
      const page = await asked((archive) => archive.list({ namespaces: ['team-x'], limit: 7, after }));
      seen.push(...names(page));
      if (page.length < 7) break;
      after = factsOf(page.at(-1)!);
    }
    expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => `n${39 - index}`));
  });

  it('are not those that the cluster tells of, nor runs that are not over', async () => {
    const [live, over, going] = [tested('live'), tested('over'), tested('going')];
    await server.put(runOfRequest(live), STORED);
    await server.put(runOfRequest(over), STORED);
    const begun = { ...runOfRequest(going), status: {} };
    await server.put(begun, STORED);
    expect(names(await asked((archive) => archive.list({ namespaces: ['team-x'], limit: 9 }), [live]))).toEqual([
      'over',
    ]);
  });

  it('of another namespace are not shown, whatever they say', async () => {
    await server.put(runOfRequest(tested('foreign')), STORED);
    const { metadata, ...forged } = runOfRequest(tested('forged'));
    await server.put({ ...forged, metadata: { ...metadata, namespace: 'team-y' } }, STORED);
    const query = { namespaces: ['team-y'], limit: 9 };
    expect(names(await asked((archive) => archive.list(query)))).toEqual(['forged']);
    expect(await asked((archive) => archive.named(['team-y'], 'foreign'))).toEqual([]);
  });

  it.each([
    ['of nobody', { [ANNOTATIONS.requestUid]: '' }],
    ['of what is no JSON', { [ANNOTATIONS.asked]: '{' }],
    ['of what nobody may ask', { [ANNOTATIONS.asked]: '{"spec":{"pipeline":"pr-test"}}' }],
    ['of no time', { [ANNOTATIONS.askedAt]: 'yesterday' }],
    ['of what only JavaScript reads as a time', { [ANNOTATIONS.askedAt]: '1' }],
  ])('that somebody made by hand are left out: %s', async (_, more) => {
    const { annotations } = runOfRequest(tested('other')).metadata as unknown as { annotations: object };
    await server.put(runOfRequest(tested('other'), { annotations: { ...annotations, ...more } }), STORED);
    await server.put(runOfRequest(tested('good')), new Date(STORED.getTime() - 1));
    expect(names(await asked((archive) => archive.list({ namespaces: ['team-x'], limit: 9 })))).toEqual(['good']);
  });

  it('are not taken for none while its database is away', async () => {
    await server.put(runOfRequest(tested('there')), STORED);
    await server.killDatabase();
    await expect(asked((archive) => archive.list({ namespaces: ['team-x'], limit: 9 }))).rejects.toThrow(
      HistoryUnavailable,
    );
    await expect(asked((archive) => archive.named(['team-x'], 'there'))).rejects.toThrow(HistoryUnavailable);
    await server.startDatabase();
    expect(names(await asked((archive) => archive.list({ namespaces: ['team-x'], limit: 9 })))).toEqual(['there']);
  }, 60_000);
});
